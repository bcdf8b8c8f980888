// The real lists beside the project, as contacts.

#ifndef CIBLE_TESTS_ACCEPTANCE_REAL_LIST_H_
#define CIBLE_TESTS_ACCEPTANCE_REAL_LIST_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "segmentation/data/csv.h"
#include "segmentation/data/inference.h"
#include "segmentation/data/text_parsing.h"

namespace cible {

// Skips the test, with a word, where the lists are absent.
#define CIBLE_REQUIRE_REAL_LISTS()                                               \
  if (!std::filesystem::exists(CIBLE_SHARED_DATA)) {                             \
    GTEST_SKIP() << "the folder of real lists is absent: " << CIBLE_SHARED_DATA; \
  }                                                                              \
  static_assert(true)

// The columns of Leads.csv.gz that sales fill in: they give the outcome away.
inline const std::vector<std::string>& LeaksOfLeads() {
  static const auto& leaks = *new std::vector<std::string>{"Tags",
                                                           "Lead Quality",
                                                           "Lead Profile",
                                                           "Last Activity",
                                                           "Last Notable Activity",
                                                           "Asymmetrique Activity Index",
                                                           "Asymmetrique Profile Index",
                                                           "Asymmetrique Activity Score",
                                                           "Asymmetrique Profile Score"};
  return leaks;
}

struct RealList {
  Schema schema;  // As inferred.
  ContactTable table;
};

// All rows of a list, every one of which must be readable.
inline RealList ReadRealList(const std::string& file, const std::string& outcome,
                             const std::string& success) {
  RealList list;
  auto reader = CsvReader::Open(std::string(CIBLE_SHARED_DATA) + "/" + file);
  EXPECT_TRUE(reader.ok()) << reader.status();
  if (!reader.ok()) return list;
  constexpr int kAllRows = 1'000'000;
  std::vector<RefusedLine> refused;
  const auto text = (*reader)->Read(kAllRows, &refused);
  EXPECT_TRUE(text.ok()) << text.status();
  if (!text.ok()) return list;
  EXPECT_TRUE(refused.empty());
  const auto inference = InferSchema(*text, {.outcome_column = outcome, .outcome_value = success});
  EXPECT_TRUE(inference.ok()) << inference.status();
  if (!inference.ok()) return list;
  list.schema = inference->schema;
  auto parsed = ParseTable(*text, list.schema, inference->id_column);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  if (!parsed.ok()) return list;
  EXPECT_TRUE(parsed->errors.empty());
  list.table = std::move(parsed->table);
  return list;
}

// The schema with these columns left out of everything.
inline Schema Ignoring(Schema schema, const std::vector<std::string>& columns) {
  for (const std::string& column : columns) {
    const Attribute* found = schema.Find(column);
    EXPECT_NE(found, nullptr) << column;
    if (found == nullptr) continue;
    Attribute attribute = *found;
    attribute.role = Role::kIgnored;
    EXPECT_TRUE(schema.Update(attribute).ok());
  }
  return schema;
}

}  // namespace cible

#endif  // CIBLE_TESTS_ACCEPTANCE_REAL_LIST_H_
