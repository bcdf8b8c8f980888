#include "segmentation/lifecycle/tried_contacts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/segmentation/behaviour/added_up.h"
#include "tests/segmentation/lifecycle/told_contact.h"

namespace cible {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

const Date kToday = Day("2026-01-01");

std::vector<std::string> Described(const EdgesByName& edges) {
  const Schema schema = ToldPolicySchema();
  const TriedContacts tried(edges, schema, kToday, 10'000);
  EXPECT_TRUE(tried.is_complete());
  const TriedRows rows = tried.Rows(0, static_cast<int>(tried.count()));
  std::vector<std::string> all;
  for (int row = 0; row < rows.table.row_count; ++row) all.push_back(tried.Describe(rows, row));
  return all;
}

TEST(TriedContacts, AreOnEverySideOfAnEdgeAndUnknown) {
  EXPECT_THAT(Described({{"income", {.numbers = {3}}}}),
              ElementsAre("income = 2", "income = 3", "income = 4", "income unknown", "income = 2",
                          "income = 3", "income = 4", "income unknown"));
}

TEST(TriedContacts, AreCombinedInEveryWay) {
  const auto all = Described({{"income", {.numbers = {3}}},
                              {"order_signed", {}},
                              {"contact.stage", {}},
                              {"contact.kind", {}}});
  EXPECT_EQ(all.size(), 2u * 4 * 3 * 4);
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), all.size());
  EXPECT_THAT(all, Contains("contact.kind = ORGANIZATION, contact.stage unknown, income = 4, "
                            "order_signed = false"));
}

TEST(TriedContacts, OfTheSameBehaviourAreOne) {
  const auto all = Described({{"frequency", {.numbers = {3}}}, {"contact.kind", {}}});
  EXPECT_THAT(all, ElementsAre("contact.kind = PERSON, frequency = 1",
                               "contact.kind = PERSON, frequency = 3",
                               "contact.kind = PERSON, frequency = 4",
                               "contact.kind = PERSON, frequency unknown",
                               "contact.kind = ORGANIZATION, frequency = 1",
                               "contact.kind = ORGANIZATION, frequency = 3",
                               "contact.kind = ORGANIZATION, frequency = 4",
                               "contact.kind = ORGANIZATION, frequency unknown"));
}

TEST(TriedContacts, HaveWhatTheirKindMayHave) {
  for (const std::string& contact : Described({{"contact.kind", {}},
                                               {"contact.organization", {}},
                                               {"contact.buying_role", {}},
                                               {"headcount_known", {.numbers = {2}}}})) {
    const bool is_person = contact.find("PERSON") != std::string::npos;
    EXPECT_EQ(is_person, contact.find("headcount_known unknown") != std::string::npos) << contact;
    if (is_person) continue;
    EXPECT_NE(contact.find("contact.buying_role unknown"), std::string::npos) << contact;
    EXPECT_NE(contact.find("contact.organization = no"), std::string::npos) << contact;
  }
}

TEST(TriedContacts, AreDescribedByDaysFromTodayOrByDate) {
  EXPECT_THAT(Described({{"demo_date", {.from_today = {0}}}}),
              testing::IsSupersetOf({"demo_date = today - 1d", "demo_date = today",
                                     "demo_date = today + 1d", "demo_date unknown"}));
  EXPECT_THAT(Described({{"demo_date", {.days = {kToday.days}}}}),
              testing::IsSupersetOf({"demo_date = 2025-12-31", "demo_date = 2026-01-02"}));
}

TEST(TriedContacts, AreDescribedBriefly) {
  std::string note;
  for (int i = 0; i < 40; ++i) note += "é";
  EXPECT_THAT(Described({{"note", {.texts = {note}}}}),
              Contains(absl::StrCat("note = \"", note.substr(0, 64), "...\"")));
  EXPECT_THAT(Described({{"note", {.texts = {"x" + note}}}}),
              Contains(absl::StrCat("note = \"x", note.substr(0, 62), "...\"")));
}

TEST(TriedContacts, OfTooManyAreAPart) {
  const Schema schema = ToldPolicySchema();
  const EdgesByName edges = {{"income", {.numbers = {1, 2, 3}}},
                             {"budget", {.numbers = {1, 2, 3}}}};
  const TriedContacts tried(edges, schema, kToday, 50);
  EXPECT_FALSE(tried.is_complete());
  EXPECT_EQ(tried.count(), 50);
}

}  // namespace
}  // namespace cible
