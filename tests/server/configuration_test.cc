#include "server/configuration.h"

#include <gtest/gtest.h>

#include <fstream>

#include "absl/strings/str_cat.h"
#include "tests/temporary_folder.h"

namespace cible {
namespace {

class ConfigurationTest : public testing::Test {
 protected:
  absl::StatusOr<Configuration> Read(const std::string& text, bool is_test) {
    std::ofstream(path_) << text;
    return ReadConfiguration(path_, is_test);
  }

  const TemporaryFolder folder_;
  const std::string path_ = folder_.path() + "/server.textproto";
};

TEST_F(ConfigurationTest, RefusesWhatIsForTestsUnlessThisIsOne) {
  EXPECT_EQ(
      Read("testing { clock_file: \"clock\" }", false).status(),
      absl::FailedPreconditionError(absl::StrCat(
          path_,
          ": `testing` is for tests alone; take it out, or start the server with --testing")));
  const auto configuration = Read("testing { clock_file: \"clock\" }", true);
  ASSERT_TRUE(configuration.ok()) << configuration.status();
  EXPECT_EQ(configuration->clock_file, "clock");
}

TEST_F(ConfigurationTest, WithoutItTheClockIsTheSystems) {
  for (const bool is_test : {false, true}) {
    const auto configuration = Read("listen: \"127.0.0.1:0\"", is_test);
    ASSERT_TRUE(configuration.ok()) << configuration.status();
    EXPECT_EQ(configuration->clock_file, "");
    EXPECT_EQ(configuration->options.clock, &Clock::System());
  }
}

}  // namespace
}  // namespace cible
