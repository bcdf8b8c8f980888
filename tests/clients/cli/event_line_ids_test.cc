#include "clients/cli/event_line_ids.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace cible {
namespace {

using testing::MatchesRegex;

using Rows = std::vector<std::vector<std::string>>;

std::vector<std::string> Ids(const Rows& rows, absl::string_view part = "", int columns = 2) {
  TextTable text;
  text.columns.resize(rows[0].size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) text.columns[i].push_back(row[i]);
    text.lines.push_back(static_cast<std::int64_t>(text.lines.size()) + 2);
  }
  EventLineIds line_ids(part, columns);
  std::vector<std::string> ids;
  for (int row = 0; row < text.row_count(); ++row) ids.push_back(line_ids.Next(text, row));
  return ids;
}

TEST(EventLineIds, AreTheHashOfTheLineAndItsOccurrence) {
  const auto ids = Ids({{"a", "1"}, {"b", "1"}, {"a", "1"}, {"a", "1"}});
  EXPECT_THAT(ids[0], MatchesRegex("[0-9a-f]{32}-1"));
  const std::string hash = ids[0].substr(0, 32);
  EXPECT_THAT(ids[1], MatchesRegex("[0-9a-f]{32}-1"));
  EXPECT_NE(ids[1].substr(0, 32), hash);
  EXPECT_EQ(ids[2], hash + "-2");
  EXPECT_EQ(ids[3], hash + "-3");
}

// They are stored: another hash would count all files twice.
TEST(EventLineIds, AreTheSameForever) {
  EXPECT_EQ(Ids({{"536365", "85123A"}})[0], "5d72a0310f70c2c9b4db4b71ed941903-1");
}

TEST(EventLineIds, DoNotDependOnTheOrderOfTheLines) {
  Rows rows = {{"a", "1"}, {"b", "1"}, {"a", "1"}, {"c", ""}, {"b", "1"}};
  auto ids = Ids(rows);
  std::reverse(rows.begin(), rows.end());
  auto reversed = Ids(rows);
  std::sort(ids.begin(), ids.end());
  std::sort(reversed.begin(), reversed.end());
  EXPECT_EQ(ids, reversed);
}

TEST(EventLineIds, TellCellsApart) {
  const auto ids = Ids({{"ab", "c"}, {"a", "bc"}, {"abc", ""}, {"", "abc"}});
  for (std::size_t i = 1; i < ids.size(); ++i) EXPECT_NE(ids[i], ids[0]);
}

TEST(EventLineIds, TellPartsApart) {
  EXPECT_NE(Ids({{"a", "1"}}, "january"), Ids({{"a", "1"}}));
  EXPECT_NE(Ids({{"a", "1"}}, "january"), Ids({{"a", "1"}}, "february"));
  EXPECT_EQ(Ids({{"a", "1"}}, "january"), Ids({{"a", "1"}}, "january"));
}

TEST(EventLineIds, LeaveTheColumnsBeyondAside) {
  EXPECT_EQ(Ids({{"a", "1", "line 2: is not a number"}}), Ids({{"a", "1"}}));
}

}  // namespace
}  // namespace cible
