#include "clients/cli/dossier_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cible {
namespace {

using testing::HasSubstr;
using testing::Not;

v1::Date Day(int year, int month, int day) {
  v1::Date date;
  date.set_year(year);
  date.set_month(month);
  date.set_day(day);
  return date;
}

v1::ContactDossier TestDossier() {
  v1::ContactDossier dossier;
  dossier.mutable_contact()->set_name("workspaces/default/contacts/ana");
  v1::FieldReport& relation = *dossier.mutable_lifecycle()->add_fields();
  relation.set_field(v1::LIFECYCLE_FIELD_RELATION);
  relation.set_value("CUSTOMER");
  relation.set_reason("customer: net_paid > 0");
  *relation.mutable_since() = Day(2026, 6, 1);
  dossier.mutable_lifecycle()->add_fields()->set_field(v1::LIFECYCLE_FIELD_BUDGET);
  dossier.mutable_lifecycle()->set_explanation("What we worked out.\n\nYou may object.");
  v1::Transition& change = *dossier.add_transitions();
  change.set_field(v1::LIFECYCLE_FIELD_RELATION);
  change.set_from("LEAD");
  change.set_to("CUSTOMER");
  change.set_reason("customer: net_paid > 0");
  *change.mutable_day() = Day(2026, 6, 1);
  v1::LifecycleOverride& said = *dossier.add_overrides();
  said.set_field(v1::LIFECYCLE_FIELD_NEED);
  said.set_value("MET");
  said.set_author("Zoé Martin");
  said.set_reason("she told me");
  return dossier;
}

std::string Rows(const v1::ContactDossier& dossier, Language language = Language::kEnglish) {
  const auto table = DossierTable(dossier, Schema(), absl::UTCTimeZone(), language);
  EXPECT_TRUE(table.ok()) << table.status();
  return table->ToText(0);
}

TEST(DossierTable, TellsHowTheContactStandsSinceWhenAndWhy) {
  const std::string text = Rows(TestDossier());
  EXPECT_THAT(text, HasSubstr("relation"));
  EXPECT_THAT(text, HasSubstr("customer since 2026-06-01: customer: net_paid > 0\n"));
  EXPECT_THAT(text, Not(HasSubstr("budget")));  // Unknown.
  EXPECT_THAT(Rows(TestDossier(), Language::kFrench), HasSubstr("client since 2026-06-01"));
}

TEST(DossierTable, TellsHowThatChangedAndWhatPeopleSaid) {
  const std::string text = Rows(TestDossier());
  EXPECT_THAT(text, HasSubstr("2026-06-01"));
  EXPECT_THAT(text, HasSubstr("relation: lead > customer: customer: net_paid > 0\n"));
  EXPECT_THAT(text, HasSubstr("said of need"));
  EXPECT_THAT(text, HasSubstr("met by Zoé Martin: she told me\n"));
}

TEST(DossierTable, TellsWhyAContactIsNotClassified) {
  v1::ContactDossier dossier;
  dossier.mutable_lifecycle()->set_left_out_reason("the contact objects to profiling");
  EXPECT_THAT(Rows(dossier), HasSubstr("the contact objects to profiling\n"));
  EXPECT_EQ(DossierExplanation(dossier, 0), "");
}

TEST(DossierExplanation, GivesTheTextInLines) {
  EXPECT_EQ(DossierExplanation(TestDossier(), 0), "\nWhat we worked out.\n\nYou may object.\n");
  EXPECT_EQ(DossierExplanation(TestDossier(), 12), "\nWhat we\nworked out.\n\nYou may\nobject.\n");
}

}  // namespace
}  // namespace cible
