#include "segmentation/lifecycle/funnel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace cible {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::Optional;

std::int32_t Day(absl::string_view text) { return ParseDate(text)->days; }

LifecycleState Of(Relation relation, CustomerStage stage = CustomerStage::kNone,
                  YesNo former = YesNo::kNo) {
  LifecycleState state;
  state.Set(LifecycleField::kRelation, relation);
  state.Set(LifecycleField::kCustomerStage, stage);
  state.Set(LifecycleField::kFormerCustomer, former);
  return state;
}

const LifecycleState kLead = Of(Relation::kLead);
const LifecycleState kProspect = Of(Relation::kProspect);
const LifecycleState kNew = Of(Relation::kCustomer, CustomerStage::kNew);
const LifecycleState kActive = Of(Relation::kCustomer, CustomerStage::kActive);
const LifecycleState kLoyal = Of(Relation::kCustomer, CustomerStage::kLoyal);
const LifecycleState kDormant = Of(Relation::kCustomer, CustomerStage::kDormant);
const LifecycleState kFormer = Of(Relation::kProspect, CustomerStage::kNone, YesNo::kYes);

Journey JourneyOf(std::vector<std::pair<std::string, LifecycleState>> steps,
                  std::string source = "WEB", std::string persona = "") {
  Journey journey{.steps = {}, .source = std::move(source), .persona = std::move(persona)};
  for (const auto& [day, state] : steps) journey.steps.push_back({Day(day), state});
  return journey;
}

FunnelOptions Months(int count) {
  return {.today = Day("2026-03-15"), .period_count = count, .horizon_days = 30};
}

FunnelEstimate Count(const FunnelOptions& options, const std::vector<Journey>& journeys) {
  FunnelCounter counter(options);
  for (const Journey& journey : journeys) counter.Add(journey);
  return counter.Estimate();
}

std::vector<std::string> DaysOf(const std::vector<FunnelPeriodCounts>& periods) {
  std::vector<std::string> days;
  for (const FunnelPeriodCounts& period : periods) {
    days.push_back(
        absl::StrCat(FormatDate(Date{period.first_day}), " ", FormatDate(Date{period.last_day})));
  }
  return days;
}

// "contacts/converted"
std::string In(const ConversionEstimate& estimate) {
  return absl::StrCat(estimate.contacts, "/", estimate.converted);
}

std::string In(const CohortEstimate& cohort) {
  return absl::StrCat(cohort.label, " ", In(cohort.to_prospect), " ", In(cohort.to_customer), " ",
                      In(cohort.to_loyal));
}

std::vector<std::string> In(const std::vector<CohortEstimate>& cohorts) {
  std::vector<std::string> lines;
  lines.reserve(cohorts.size());
  for (const CohortEstimate& cohort : cohorts) lines.push_back(In(cohort));
  return lines;
}

// Leads, prospects, new, active, loyal, dormant, former.
std::string In(const FunnelPeriodCounts& period) {
  return absl::StrCat(period.leads, " ", period.prospects, " ", period.new_customers, " ",
                      period.active, " ", period.loyal, " ", period.dormant, " ", period.former);
}

TEST(FunnelPeriods, AreMonthsOfTheCalendarUpToToday) {
  EXPECT_THAT(
      DaysOf(Count(Months(3), {}).periods),
      ElementsAre("2026-01-01 2026-01-31", "2026-02-01 2026-02-28", "2026-03-01 2026-03-15"));
}

TEST(FunnelPeriods, EndWithTheMonthOnItsLastDay) {
  FunnelOptions options = Months(1);
  options.today = Day("2024-02-29");
  EXPECT_THAT(DaysOf(Count(options, {}).periods), ElementsAre("2024-02-01 2024-02-29"));
}

TEST(FunnelPeriods, AreSoManyDaysCountedBackFromToday) {
  FunnelOptions options = Months(3);
  options.period_days = 7;
  EXPECT_THAT(
      DaysOf(Count(options, {}).periods),
      ElementsAre("2026-02-23 2026-03-01", "2026-03-02 2026-03-08", "2026-03-09 2026-03-15"));
}

TEST(FunnelPeriods, CountContactsAsTheyStoodOnTheLastDay) {
  const FunnelEstimate estimate =
      Count(Months(3),
            {JourneyOf({{"2026-01-31", kLead}, {"2026-02-28", kProspect}, {"2026-03-01", kNew}}),
             JourneyOf({{"2025-06-01", kDormant}, {"2026-02-10", kFormer}}),
             JourneyOf({{"2026-02-01", kActive}, {"2026-02-20", kLoyal}}),
             JourneyOf({{"2026-03-15", kLead}})});
  EXPECT_EQ(In(estimate.periods[0]), "1 0 0 0 0 1 0");
  EXPECT_EQ(In(estimate.periods[1]), "0 1 0 0 1 0 1");
  EXPECT_EQ(In(estimate.periods[2]), "1 0 1 0 1 0 1");
}

TEST(FunnelPeriods, CountACustomerOfWhomNoStageIsKnownAsActive) {
  const LifecycleState customer = Of(Relation::kCustomer, CustomerStage::kUnknown);
  const FunnelEstimate estimate = Count(Months(1), {JourneyOf({{"2026-03-01", customer}})});
  EXPECT_EQ(In(estimate.periods[0]), "0 0 0 1 0 0 0");
}

TEST(FunnelPeriods, LeaveOutAContactWhoseRelationIsNotKnownAnyMore) {
  const FunnelEstimate estimate =
      Count(Months(2), {JourneyOf({{"2026-02-01", kLead}, {"2026-03-01", LifecycleState()}})});
  EXPECT_EQ(In(estimate.periods[0]), "1 0 0 0 0 0 0");
  EXPECT_EQ(In(estimate.periods[1]), "0 0 0 0 0 0 0");
}

// Known on February 1st; a prospect after 9 days, a customer after 19, which is within 30;
// loyal 31 days after that, which is not.
TEST(FunnelConversion, IsFromTheFirstDayAndToLoyalFromBecomingACustomer) {
  FunnelOptions options = Months(3);
  options.today = Day("2026-04-15");
  const CohortEstimate all = Count(options, {JourneyOf({{"2026-02-01", kLead},
                                                        {"2026-02-10", kProspect},
                                                        {"2026-02-20", kNew},
                                                        {"2026-03-23", kLoyal}})})
                                 .all;
  EXPECT_EQ(In(all), " 1/1 1/1 1/0");
  EXPECT_THAT(all.to_prospect.median_days, Optional(9));
  EXPECT_THAT(all.to_customer.median_days, Optional(19));
  EXPECT_THAT(all.to_loyal.share, Optional(0));
}

TEST(FunnelConversion, CountsALeadThatBuysAtOnceAsAProspectToo) {
  const CohortEstimate all =
      Count(Months(3), {JourneyOf({{"2026-01-01", kLead}, {"2026-01-08", kNew}})}).all;
  EXPECT_THAT(all.to_prospect.median_days, Optional(7));
  EXPECT_THAT(all.to_customer.median_days, Optional(7));
}

TEST(FunnelConversion, TakesNoDaysOfACustomerFromTheFirst) {
  const CohortEstimate all = Count(Months(3), {JourneyOf({{"2026-01-01", kNew}})}).all;
  EXPECT_EQ(In(all), " 1/1 1/1 1/0");
  EXPECT_THAT(all.to_prospect.median_days, Optional(0));
  EXPECT_THAT(all.to_customer.median_days, Optional(0));
}

TEST(FunnelConversion, IsToTheFirstTimeWhateverComesThen) {
  const CohortEstimate all = Count(Months(3), {JourneyOf({{"2026-01-01", kLead},
                                                          {"2026-01-03", kProspect},
                                                          {"2026-01-05", kNew},
                                                          {"2026-01-06", kProspect},
                                                          {"2026-01-20", kNew}})})
                                 .all;
  EXPECT_THAT(all.to_prospect.median_days, Optional(2));
  EXPECT_THAT(all.to_customer.median_days, Optional(4));
}

// A former customer has yet to become one again.
TEST(FunnelConversion, IsNotOfWhoWasACustomerBeforeBeingKnown) {
  EXPECT_EQ(In(Count(Months(3), {JourneyOf({{"2026-01-01", kFormer}})}).all), " 1/1 1/0 0/0");
}

TEST(FunnelConversion, DoesNotLookBeyondToday) {
  const FunnelEstimate estimate =
      Count(Months(1), {JourneyOf({{"2026-03-14", kLead}, {"2026-03-16", kNew}}),
                        JourneyOf({{"2026-03-16", kLead}})});
  EXPECT_EQ(In(estimate.all), " 1/0 1/0 0/0");
  EXPECT_EQ(In(estimate.periods[0]), "1 0 0 0 0 0 0");
}

// Seen for 14 days, 45 and 60: two were at risk when one of them converted on day 20.
TEST(FunnelConversion, CountsContactsAsLongAsTheyWereSeen) {
  const CohortEstimate all =
      Count(Months(3), {JourneyOf({{"2026-03-01", kLead}}), JourneyOf({{"2026-01-29", kLead}}),
                        JourneyOf({{"2026-01-14", kLead}, {"2026-02-03", kNew}})})
          .all;
  EXPECT_EQ(In(all.to_customer), "3/1");
  EXPECT_THAT(all.to_customer.share, Optional(DoubleNear(.5, 1e-12)));
}

TEST(FunnelCohorts, AreOfThePeriodOfTheFirstDay) {
  const FunnelEstimate estimate =
      Count(Months(3), {JourneyOf({{"2025-12-31", kLead}}),  // Before all periods.
                        JourneyOf({{"2026-01-01", kLead}, {"2026-03-01", kNew}}),
                        JourneyOf({{"2026-01-31", kNew}}), JourneyOf({{"2026-03-15", kLead}})});
  // Who converted after 59 days did so after the horizon.
  EXPECT_THAT(In(estimate.cohorts), ElementsAre("2026-01-01 2/1 2/1 2/0", "2026-02-01 0/0 0/0 0/0",
                                                "2026-03-01 1/0 1/0 0/0"));
  EXPECT_EQ(In(estimate.all), " 4/1 4/1 2/0");
}

TEST(FunnelCohorts, OfSourcesAndPersonasAreByLabel) {
  const FunnelEstimate estimate =
      Count(Months(3), {JourneyOf({{"2026-01-01", kLead}}, "WEB", "Families"),
                        JourneyOf({{"2026-01-01", kNew}}, "FAIR", "Families"),
                        JourneyOf({{"2026-01-01", kProspect}}, "WEB", "Bargain hunters"),
                        JourneyOf({{"2026-01-01", kLead}}, "WEB")});
  EXPECT_THAT(In(estimate.sources), ElementsAre("FAIR 1/1 1/1 1/0", "WEB 3/1 3/0 0/0"));
  EXPECT_THAT(In(estimate.personas),
              ElementsAre("Bargain hunters 1/1 1/0 0/0", "Families 2/1 2/1 1/0"));
}

}  // namespace
}  // namespace cible
