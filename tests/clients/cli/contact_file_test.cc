#include "clients/cli/contact_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/clients/cli/scratch_file.h"

namespace cible {
namespace {

using testing::ElementsAre;

std::string ManyContacts(int count) {
  std::string csv = "id,age,city\n";
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&csv, "c", i, ",", 20 + i % 50, ",", i % 2 == 0 ? "Lyon" : "Lille", "\n");
  }
  return csv;
}

TEST(ContactFile, GivesEveryRowOnceInBlocksThoughItLookedAhead) {
  const ScratchFolder folder;
  const auto file = ContactFile::Open(folder.Write("contacts.csv", ManyContacts(10'000)), {});
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ((*file)->inference().id_column, "id");
  std::vector<int> sizes;
  std::vector<std::string> ids;
  while (true) {
    const auto block = (*file)->Read((*file)->inference().schema);
    ASSERT_TRUE(block.ok()) << block.status();
    if (block->at_end) break;
    sizes.push_back(block->table.row_count);
    ids.insert(ids.end(), block->table.ids.begin(), block->table.ids.end());
  }
  EXPECT_THAT(sizes, ElementsAre(4096, 4096, 1808));
  ASSERT_EQ(ids.size(), 10'000u);
  EXPECT_EQ(ids[0], "c0");
  EXPECT_EQ(ids[9'999], "c9999");
  EXPECT_EQ((*file)->fraction_read(), 1);
}

TEST(ContactFile, RefusesBadRowsWithLineCellsAndReason) {
  const ScratchFolder folder;
  const std::string csv = ManyContacts(40) + "c40,old,Lyon\nc41,30\nc42,31,Lille\n";
  const auto file = ContactFile::Open(folder.Write("contacts.csv", csv), {});
  ASSERT_TRUE(file.ok()) << file.status();
  Schema schema;
  ASSERT_TRUE(
      schema.Add({.id = "age", .display_name = "age", .type = AttributeType::kNumeric}).ok());
  const auto block = (*file)->Read(schema);
  ASSERT_TRUE(block.ok()) << block.status();
  EXPECT_EQ(block->table.row_count, 41);
  ASSERT_EQ(block->refused.size(), 2u);
  EXPECT_EQ(block->refused[0].line, 43);
  EXPECT_THAT(block->refused[0].cells, ElementsAre("c41", "30"));
  EXPECT_EQ(block->refused[1].line, 42);
  EXPECT_THAT(block->refused[1].cells, ElementsAre("c40", "old", "Lyon"));
  EXPECT_EQ(block->refused[1].reason, "attribute \"age\" is NUMERIC; expected a number");
  EXPECT_THAT((*file)->ColumnsOutside(schema), ElementsAre("city"));
}

// An export that is read back has columns that are worked out.
TEST(ContactFile, TellsDerivedColumnsByWhereTheyComeFrom) {
  const ScratchFolder folder;
  const auto file = ContactFile::Open(
      folder.Write("export.csv", "id,age,Purchases,frequency,sector\na,31,4,4,food\n"), {});
  ASSERT_TRUE(file.ok()) << file.status();
  Schema schema;
  ASSERT_TRUE(
      schema.Add({.id = "age", .display_name = "age", .type = AttributeType::kNumeric}).ok());
  Attribute frequency{
      .id = "frequency", .display_name = "Purchases", .type = AttributeType::kNumeric};
  frequency.derived_from = "events/frequency";
  ASSERT_TRUE(schema.Add(frequency).ok());
  Attribute sector{.id = "sector", .display_name = "sector", .type = AttributeType::kCategorical};
  sector.derived_from = "organization/sector";
  ASSERT_TRUE(schema.Add(sector).ok());
  EXPECT_THAT((*file)->DerivedColumns(schema, "events/"), ElementsAre("Purchases", "frequency"));
  EXPECT_THAT((*file)->DerivedColumns(schema, "organization/"), ElementsAre("sector"));
  EXPECT_THAT((*file)->DerivedColumns(schema, ""), ElementsAre("Purchases", "frequency", "sector"));
  EXPECT_THAT((*file)->ColumnsOutside(schema), testing::IsEmpty());
}

TEST(ContactFile, NamesTheFileInItsErrors) {
  const ScratchFolder folder;
  const std::string path = folder.Write("empty.csv", "");
  const auto file = ContactFile::Open(path, {});
  EXPECT_EQ(file.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(std::string(file.status().message()).find(path), std::string::npos);
}

TEST(ContactFile, GivesTheRowsBeforeATornEndAndThenTheError) {
  const ScratchFolder folder;
  const std::string csv = ManyContacts(20) + "c20,30,\"Lyo";
  const auto file = ContactFile::Open(folder.Write("torn.csv", csv), {});
  ASSERT_TRUE(file.ok()) << file.status();
  const auto rows = (*file)->Read((*file)->inference().schema);
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(rows->table.row_count, 20);
  const auto end = (*file)->Read((*file)->inference().schema);
  EXPECT_EQ(end.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(ContactFile, IdentifiesContactsByLineWhereThereIsNoId) {
  const ScratchFolder folder;
  const auto file =
      ContactFile::Open(folder.Write("contacts.csv", ManyContacts(20)), {.id_column = "-"});
  ASSERT_TRUE(file.ok()) << file.status();
  const auto block = (*file)->Read((*file)->inference().schema);
  ASSERT_TRUE(block.ok());
  EXPECT_TRUE(block->table.ids.empty());
  EXPECT_EQ(block->IdOf(0), "2");
}

TEST(ReasonText, NamesTheAttributeOnce) {
  EXPECT_EQ(ReasonText("age", "expected a number"), "age: expected a number");
  EXPECT_EQ(ReasonText("age", "\"age\" is NUMERIC"), "\"age\" is NUMERIC");
  EXPECT_EQ(ReasonText("", "its id is too long"), "its id is too long");
}

TEST(RowsWithin, KeepsBlocksSmallWhereThereAreManyColumns) {
  EXPECT_EQ(RowsWithin(4096, 17, 200'000), 4096);
  EXPECT_EQ(RowsWithin(4096, 1000, 200'000), 200);
  EXPECT_EQ(RowsWithin(4096, 1'000'000, 200'000), 1);
}

}  // namespace
}  // namespace cible
