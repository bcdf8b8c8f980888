#include "server/clock_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "tests/temporary_folder.h"

namespace cible {
namespace {

constexpr std::int64_t kNoonMicros = 1'301'659'200'000'000;  // 2011-04-01T12:00:00Z
constexpr std::int64_t kHourMicros = 3'600'000'000;

class ClockFileTest : public testing::Test {
 protected:
  void Write(const std::string& text) { std::ofstream(path_) << text; }

  absl::StatusCode CodeOf(const std::string& text) {
    Write(text);
    return ClockFile::Open(path_).status().code();
  }

  const TemporaryFolder folder_;
  const std::string path_ = folder_.path() + "/clock";
};

TEST_F(ClockFileTest, SaysWhatTheFileSaysAndFollowsIt) {
  Write("2011-04-01T12:00:00Z\n");
  const auto clock = ClockFile::Open(path_);
  ASSERT_TRUE(clock.ok()) << clock.status();
  EXPECT_EQ((*clock)->Now().micros, kNoonMicros);
  Write("2011-04-01T15:00:00.5+02:00");
  EXPECT_EQ((*clock)->Now().micros, kNoonMicros + kHourMicros + 500'000);
  Write("2011-04-01T11:00:00Z");
  EXPECT_EQ((*clock)->Now().micros, kNoonMicros - kHourMicros);
}

TEST_F(ClockFileTest, RefusesToBeginWithoutATime) {
  EXPECT_EQ(ClockFile::Open(path_).status(),
            absl::NotFoundError(absl::StrCat("cannot read the clock file ", path_,
                                             "; write what time it is there")));
  for (const char* text : {"", "noon", "2011-04-01", "2011-02-30T12:00:00Z", "infinite-future",
                           "2011-04-01T12:00:00Z and more"}) {
    EXPECT_EQ(CodeOf(text), absl::StatusCode::kInvalidArgument) << text;
  }
  Write("noon");
  EXPECT_EQ(
      ClockFile::Open(path_).status(),
      absl::InvalidArgumentError(absl::StrCat(
          "the clock file ", path_, " holds no time; write one such as 2011-04-01T12:00:00Z")));
}

TEST_F(ClockFileTest, KeepsTheLastTimeWhileTheFileHoldsNone) {
  Write("2011-04-01T12:00:00Z");
  const auto clock = ClockFile::Open(path_);
  ASSERT_TRUE(clock.ok()) << clock.status();
  Write("");
  EXPECT_EQ((*clock)->Now().micros, kNoonMicros);
  std::filesystem::remove(path_);
  EXPECT_EQ((*clock)->Now().micros, kNoonMicros);
  Write("2011-04-01T13:00:00Z");
  EXPECT_EQ((*clock)->Now().micros, kNoonMicros + kHourMicros);
}

}  // namespace
}  // namespace cible
