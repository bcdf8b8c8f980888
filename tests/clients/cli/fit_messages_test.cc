#include "clients/cli/fit_messages.h"

#include <gtest/gtest.h>

namespace cible {
namespace {

ContactTable TableOf(const std::string& attribute, Date day) {
  ContactTable table{.row_count = 2};
  table.columns.push_back(MakeColumn(attribute, AttributeType::kDate));
  Append(table.columns[0], Value(day));
  Append(table.columns[0], std::nullopt);
  return table;
}

Schema SchemaOf(const std::string& attribute, Birth birth) {
  Schema schema;
  EXPECT_TRUE(schema
                  .Add({.id = attribute,
                        .display_name = attribute,
                        .type = AttributeType::kDate,
                        .birth = birth})
                  .ok());
  return schema;
}

// A list of 2014 fitted today said that its customers were all not seen for a
// while, and its young families were past fifty.
TEST(OldDatesNotice, SaysFromWhichDayAnOldListIsBestMeasured) {
  const Date today = *ParseDate("2026-11-22");
  const Schema schema = SchemaOf("joined", Birth::kNone);
  EXPECT_EQ(OldDatesNotice(TableOf("joined", *ParseDate("2014-06-29")), schema, today),
            "the latest date of the file is 2014-06-29, but ages and times since are measured from "
            "today; --as-of 2014-06-29 measures them from there");
  EXPECT_EQ(OldDatesNotice(TableOf("joined", *ParseDate("2026-06-29")), schema, today), "");
}

TEST(OldDatesNotice, DoesNotTakeBirthsForNews) {
  EXPECT_EQ(OldDatesNotice(TableOf("born", *ParseDate("1984-06-29")),
                           SchemaOf("born", Birth::kBirthDate), *ParseDate("2026-11-22")),
            "");
}

}  // namespace
}  // namespace cible
