#include "clients/cli/funnel_report.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace cible {
namespace {

struct Estimate {
  double share, low, high;
};

void Fill(int contacts, int converted, std::optional<Estimate> estimate, double median,
          v1::ConversionShare* share) {
  share->set_contact_count(contacts);
  share->set_converted_count(converted);
  if (converted > 0) share->set_median_days(median);
  if (!estimate) return;
  share->set_share(estimate->share);
  share->set_low(estimate->low);
  share->set_high(estimate->high);
}

void FillCohort(const std::string& label, v1::Cohort* cohort) {
  cohort->set_label(label);
  Fill(1204, 512, Estimate{.425, .397, .453}, 12, cohort->mutable_to_prospect());
  Fill(1204, 133, Estimate{.111, .094, .13}, 31, cohort->mutable_to_customer());
  Fill(140, 28, Estimate{.2, .143, .276}, 1, cohort->mutable_to_loyal());
}

void SetDay(int year, int month, int day, v1::Date* date) {
  date->set_year(year);
  date->set_month(month);
  date->set_day(day);
}

// As of March 15th; the present month has no share yet.
v1::Funnel TestFunnel() {
  v1::Funnel funnel;
  SetDay(2026, 3, 15, funnel.mutable_as_of());
  funnel.set_horizon_days(90);
  v1::FunnelPeriod& february = *funnel.add_periods();
  SetDay(2026, 2, 1, february.mutable_first_day());
  SetDay(2026, 2, 28, february.mutable_last_day());
  february.set_lead_count(1190);
  february.set_new_count(14);
  v1::FunnelPeriod& march = *funnel.add_periods();
  SetDay(2026, 3, 1, march.mutable_first_day());
  SetDay(2026, 3, 15, march.mutable_last_day());
  march.set_lead_count(1180);
  march.set_former_count(2);
  FillCohort("2026-02-01", funnel.add_cohorts());
  v1::Cohort& present = *funnel.add_cohorts();
  present.set_label("2026-03-01");
  Fill(40, 3, std::nullopt, 2, present.mutable_to_prospect());
  Fill(40, 0, std::nullopt, 0, present.mutable_to_customer());
  FillCohort("WALK_IN", funnel.add_sources());
  FillCohort("my \n notes", funnel.add_sources());
  FillCohort("Families", funnel.add_personas());
  FillCohort("", funnel.mutable_all());
  v1::BoughtList& list = *funnel.add_bought_lists();
  list.set_source("List A");
  list.set_received_count(500);
  list.set_unusable_count(40);
  list.set_duplicate_count(25);
  list.set_in_target_count(120);
  list.set_qualified_count(60);
  list.set_converted_count(5);
  return funnel;
}

TEST(FunnelText, TellsWhereContactsStandHowTheyWentOnAndWhatListsBrought) {
  EXPECT_EQ(FunnelText(TestFunnel(), true, Language::kEnglish, 0), "");
}

TEST(FunnelText, IsInFrench) {
  EXPECT_EQ(FunnelText(TestFunnel(), false, Language::kFrench, 0), "");
}

TEST(FunnelText, SaysWhereNobodyIs) {
  v1::Funnel funnel;
  SetDay(2026, 3, 15, funnel.mutable_as_of());
  funnel.set_horizon_days(90);
  EXPECT_EQ(FunnelText(funnel, true, Language::kEnglish, 0), "");
}

TEST(FunnelTable, GivesProgramsARowAFigure) { EXPECT_EQ(FunnelTable(TestFunnel()).ToCsv(), ""); }

TEST(FunnelTable, LeavesOutWhatIsWithheld) {
  v1::Funnel funnel;
  v1::FunnelPeriod& period = *funnel.add_periods();
  SetDay(2026, 3, 15, period.mutable_last_day());
  period.set_lead_count(40);
  period.set_withheld(true);
  funnel.mutable_all()->mutable_to_prospect()->set_withheld(true);
  funnel.mutable_all()->mutable_to_customer()->set_contact_count(40);
  funnel.mutable_all()->mutable_to_customer()->set_withheld(true);
  EXPECT_EQ(FunnelTable(funnel).ToCsv(), "");
}

}  // namespace
}  // namespace cible
