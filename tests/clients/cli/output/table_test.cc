#include "clients/cli/output/table.h"

#include <gtest/gtest.h>

namespace cible {
namespace {

TEST(DisplayWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(DisplayWidth("Élodie"), 6);
  EXPECT_EQ(DisplayWidth("E\xCC\x81lodie"), 6);  // A combining accent takes no column.
  EXPECT_EQ(DisplayWidth("東京"), 4);
  EXPECT_EQ(DisplayWidth("▇▇"), 2);
}

TEST(Printable, KeepsValuesFromSteeringTheTerminal) {
  EXPECT_EQ(Printable("a\x1b[2Jb\nc"), "a·[2Jb·c");
  EXPECT_EQ(Printable("caf\xC3"), "caf·");
  EXPECT_EQ(Printable("café"), "café");
}

TEST(Shorten, EndsInAnEllipsisWithinTheWidth) {
  EXPECT_EQ(Shorten("Lyon", 4), "Lyon");
  EXPECT_EQ(Shorten("Marseille", 5), "Mars…");
  EXPECT_EQ(Shorten("東京都", 4), "東…");
}

TEST(Wrap, BreaksBetweenWordsAndIndents) {
  EXPECT_EQ(Wrap("one two three", 9, 2), "  one two\n  three\n");
  EXPECT_EQ(Wrap("", 40, 2), "");
}

TEST(TableToText, AlignsColumnsAndLeavesOutEmptyOnes) {
  Table table({{"NAME", "name"}, {"", "hidden"}, {"COUNT", "count", true}});
  table.AddRow({"Élodie", Cell("", "x"), CountCell(1234)});
  table.AddRow({"Al", Cell("", "y"), CountCell(5)});
  EXPECT_EQ(table.ToText(0),
            "NAME    COUNT\n"
            "Élodie  1,234\n"
            "Al          5\n");
}

TEST(TableToText, CutsTheWidestTextsToFitTheTerminal) {
  Table table({{"A", "a"}, {"B", "b"}});
  table.AddRow({"short", "a long text that does not fit on the line"});
  EXPECT_EQ(table.ToText(24),
            "A      B\n"
            "short  a long text that…\n");
}

// Each took the room of a gap, so that the others were cut too short.
TEST(TableToText, ColumnsThatAreLeftOutTakeNoRoom) {
  Table table({{"A", "a"}, {"", "b"}, {"", "c"}, {"", "d"}, {"E", "e"}});
  table.AddRow({"short", Cell("", "x"), Cell("", "x"), Cell("", "x"), "a text that just fits"});
  EXPECT_EQ(table.ToText(28),
            "A      E\n"
            "short  a text that just fits\n");
}

TEST(TableToCsv, HasKeysAndExactValuesOfColumnsWithAKey) {
  Table table({{"NAME", "name"}, {"", ""}, {"SHARE", "share", true}});
  table.AddRow({"a, \"b\"", "▇▇", ShareCell(.125)});
  EXPECT_EQ(table.ToCsv(),
            "name,share\n"
            "\"a, \"\"b\"\"\",0.125\n");
}

}  // namespace
}  // namespace cible
