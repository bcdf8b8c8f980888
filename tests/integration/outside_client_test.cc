// Clients that have nothing of ours but the protos.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/integration/process.h"
#include "tests/integration/real_server.h"

namespace cible {
namespace {

class OutsideClientTest : public RealServerTest {};

TEST_F(OutsideClientTest, APythonClientGetsTheSameAnswersByEveryWay) {
  Start();
  ImportSample(400);
  Train({"--segments", "3"});
  Process python("/usr/bin/python3",
                 {CIBLE_SOURCE_DIR "/tests/integration/python_client.py", address(),
                  CIBLE_SOURCE_DIR "/protos"},
                 NewFolder());
  const Ending ending = python.Wait();
  ASSERT_EQ(ending.code, 0) << ending.err;
  const auto answer = nlohmann::json::parse(ending.out);
  EXPECT_EQ(answer["many"][0], nlohmann::json::array({"", 0.0}));  // Nothing known.
  EXPECT_EQ(answer["many"][1], answer["one"]);
  EXPECT_NE(answer["many"][1][0], answer["many"][2][0]);
  EXPECT_EQ(answer["streamed"], nlohmann::json::array({answer["many"], answer["many"]}));
  EXPECT_EQ(answer["error"],
            nlohmann::json::array({"INVALID_ARGUMENT",
                                   "attribute \"shoe size\" is not in the schema; use the id or "
                                   "the display name of one that is"}));
}

}  // namespace
}  // namespace cible
