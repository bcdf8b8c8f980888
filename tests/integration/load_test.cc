// The real `cible-load` against the real server.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/integration/real_server.h"

namespace cible {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr int kContacts = 300;

class LoadTest : public RealServerTest {
 protected:
  void SetUp() override {
    Start();
    sample_ = ImportSample(kContacts);
    Train({"--segments", "3"});
  }

  Ending Load(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--server", address()});
    return LoadAt(std::move(arguments));
  }

  Ending LoadAt(std::vector<std::string> arguments) {
    const std::string folder = Path("load" + std::to_string(++loads_));
    std::filesystem::create_directory(folder);
    return Process(CIBLE_LOAD, arguments, folder).Wait();
  }

  // Runs it with JSON as output, which must succeed.
  json Figures(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--format", "json"});
    const Ending ending = Load(std::move(arguments));
    EXPECT_EQ(ending.code, 0) << ending.err;
    const json figures = json::parse(ending.out, nullptr, false);
    EXPECT_TRUE(figures.is_object()) << ending.out;
    return figures.is_object() ? figures : json::object();
  }

  // What `cible assign` says of the sample.
  std::string Assign() {
    const std::string path = Path("segments.csv");
    const Ending assigned = Cible({"assign", sample_, "--output", path});
    EXPECT_EQ(assigned.code, 0) << assigned.err;
    return path;
  }

  std::string sample_;

 private:
  int loads_ = 0;
};

TEST_F(LoadTest, EveryKindOfCallIsAnswered) {
  for (const std::string call : {"unary", "name", "match", "rows", "table", "stream"}) {
    json figures = Figures(
        {"--call", call, "--rows", "64", "--calls", "30", "--in-flight", "4", "--warm-up", "0"});
    EXPECT_EQ(figures["ok"], 30) << call;
    EXPECT_EQ(figures["errors"], json::object()) << call;
    EXPECT_GT(figures["calls_per_second"], 0) << call;
    EXPECT_GT(figures["latency_us"]["p50"], 0) << call;
    EXPECT_EQ(figures["mode"], "closed") << call;
  }
}

TEST_F(LoadTest, AMixReportsItsParts) {
  json figures = Figures({"--call", "unary=9,table=1", "--rows", "64", "--calls", "100",
                          "--warm-up", "0", "--threads", "2", "--channels", "2"});
  EXPECT_EQ(figures["ok"], 100);
  EXPECT_GT(figures["by_call"]["unary"]["ok"], figures["by_call"]["table"]["ok"]);
}

TEST_F(LoadTest, AnOpenLoopSendsOnSchedule) {
  json figures =
      Figures({"--rate", "100", "--duration", "0.5", "--warm-up", "0.1", "--ramp", "0.1"});
  EXPECT_EQ(figures["mode"], "open");
  EXPECT_EQ(figures["calls"], 50);
  EXPECT_EQ(figures["not_sent"], 0);
  EXPECT_EQ(figures["errors"], json::object());
}

TEST_F(LoadTest, TextShowsAHistogram) {
  const Ending ending = Load({"--calls", "50", "--warm-up", "0"});
  EXPECT_EQ(ending.code, 0) << ending.err;
  EXPECT_THAT(ending.out, HasSubstr("p99.99"));
  EXPECT_THAT(ending.out, HasSubstr("##"));
}

TEST_F(LoadTest, AllWaysToAskAgreeWithTheFileOfCible) {
  const Ending ending = Load({"--verify", "--duration", "0", "--contacts", sample_, "--id-column",
                              "contact_id", "--expect", Assign()});
  EXPECT_EQ(ending.code, 0) << ending.err;
  EXPECT_THAT(ending.err,
              HasSubstr("300 contacts, the same by unary, rows, table, stream, the file"));
}

TEST_F(LoadTest, AFileThatSaysOtherwiseIsNamedByRow) {
  std::ifstream right(Assign());
  const std::string wrong_path = Path("wrong.csv");
  std::ofstream wrong(wrong_path);
  std::string line;
  for (int number = 0; std::getline(right, line); ++number) {
    // The third contact comes after the header and two others.
    wrong << (number == 3 ? line.substr(0, line.find(',')) + ",s99,0.5" : line) << "\n";
  }
  wrong.close();
  const Ending ending = Load({"--verify", "--duration", "0", "--contacts", sample_, "--id-column",
                              "contact_id", "--expect", wrong_path});
  EXPECT_EQ(ending.code, 4);
  EXPECT_THAT(ending.err, HasSubstr("row 3: unary says segment"));
  EXPECT_THAT(ending.err, HasSubstr("the answers disagree"));
}

TEST_F(LoadTest, ContactsMadeFromTheSchemaAreVerifiedToo) {
  const Ending ending = Load(
      {"--verify", "--duration", "0", "--contact-count", "100", "--known", "0.5", "--rows", "30"});
  EXPECT_EQ(ending.code, 0) << ending.err;
}

TEST_F(LoadTest, ComparesWithABareServer) {
  for (const std::string call : {"unary", "stream"}) {
    json figures = Figures({"--call", call, "--rows", "64", "--compare-echo", "--rounds", "1",
                            "--duration", "0.3", "--warm-up", "0.1"});
    EXPECT_GT(figures["ratio"]["calls_per_second"]["median"], 0) << call;
    EXPECT_GT(figures["ratio"]["p50"]["median"], 0) << call;
    EXPECT_GT(figures["ratio"]["p99"]["median"], 0) << call;
    EXPECT_GT(figures["echo"]["ok"], 0) << call;
    EXPECT_EQ(figures["rounds"].size(), 1u) << call;
    EXPECT_TRUE(figures["echo_flavour"] == "callback" || figures["echo_flavour"] == "queue");
  }
}

TEST_F(LoadTest, SaysThatNoModelIsActive) {
  const Ending ending = Load({"--segmentation", "other", "--calls", "1"});
  EXPECT_EQ(ending.code, 1);
  EXPECT_THAT(ending.err, HasSubstr("has no active model"));
}

TEST_F(LoadTest, SaysWhatToDoWhereNoServerIs) {
  const Ending ending = LoadAt({"--server", "127.0.0.1:1"});
  EXPECT_EQ(ending.code, 1);
  EXPECT_THAT(ending.err, HasSubstr("start one (cible-server)"));
}

TEST_F(LoadTest, WrongUsageEndsWithTwo) {
  EXPECT_EQ(LoadAt({"--call", "nonsense"}).code, 2);
  EXPECT_EQ(LoadAt({"--no-such-option"}).code, 2);
}

}  // namespace
}  // namespace cible
