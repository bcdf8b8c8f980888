// Conversion within a horizon: worked out by hand, against published figures, and as an
// interval that holds what it says.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "segmentation/lifecycle/funnel.h"
#include "segmentation/models/proportion.h"

namespace cible {
namespace {

using ::testing::DoubleNear;
using ::testing::Optional;

constexpr bool kConverted = true, kNotYet = false;

TEST(EstimateConversion, IsTheShareWhereAllWereSeenToTheEnd) {
  const ConversionEstimate estimate = EstimateConversion(
      {{3, kConverted}, {90, kNotYet}, {10, kConverted}, {200, kNotYet}, {90, kNotYet}}, 90);
  EXPECT_EQ(estimate.contacts, 5);
  EXPECT_EQ(estimate.converted, 2);
  EXPECT_THAT(estimate.share, Optional(DoubleNear(2. / 5, 1e-12)));
}

// At risk: 4 on day 2, and 2 on day 5, since one was seen no longer than day 4:
// S = 3/4 x 1/2.
TEST(EstimateConversion, CountsThoseSeenForLessAsLongAsTheyWere) {
  const ConversionEstimate estimate =
      EstimateConversion({{2, kConverted}, {4, kNotYet}, {5, kConverted}, {30, kNotYet}}, 30);
  EXPECT_EQ(estimate.contacts, 4);
  EXPECT_EQ(estimate.converted, 2);
  EXPECT_THAT(estimate.share, Optional(DoubleNear(1 - 3. / 4 * 1 / 2, 1e-12)));
}

TEST(EstimateConversion, SeesThoseWhoLeaveOnADayConvertAfterThoseWhoDo) {
  // 2 at risk on day 4, not 1.
  EXPECT_THAT(EstimateConversion({{4, kConverted}, {4, kNotYet}, {9, kNotYet}}, 9).share,
              Optional(DoubleNear(1. / 3, 1e-12)));
}

TEST(EstimateConversion, CountsWhoConvertsOnTheFirstDayAndOnTheLast) {
  const ConversionEstimate estimate =
      EstimateConversion({{0, kConverted}, {7, kConverted}, {7, kNotYet}, {7, kNotYet}}, 7);
  EXPECT_EQ(estimate.converted, 2);
  EXPECT_THAT(estimate.share, Optional(DoubleNear(.5, 1e-12)));
}

TEST(EstimateConversion, LeavesOutWhatComesAfterTheHorizon) {
  const ConversionEstimate estimate =
      EstimateConversion({{8, kConverted}, {7, kNotYet}, {1, kConverted}, {30, kNotYet}}, 7);
  EXPECT_EQ(estimate.converted, 1);
  EXPECT_THAT(estimate.share, Optional(DoubleNear(.25, 1e-12)));
  EXPECT_THAT(estimate.median_days, Optional(1));
}

TEST(EstimateConversion, KnowsNothingOfNobody) {
  const ConversionEstimate estimate = EstimateConversion({}, 90);
  EXPECT_EQ(estimate.contacts, 0);
  EXPECT_EQ(estimate.share, std::nullopt);
  EXPECT_EQ(estimate.low, std::nullopt);
  EXPECT_EQ(estimate.high, std::nullopt);
  EXPECT_EQ(estimate.median_days, std::nullopt);
}

// What they will have done after 90 days nobody can tell after 40.
TEST(EstimateConversion, TellsNoShareWhereNobodyWasSeenToTheEnd) {
  const ConversionEstimate estimate =
      EstimateConversion({{10, kConverted}, {40, kNotYet}, {40, kNotYet}}, 90);
  EXPECT_EQ(estimate.contacts, 3);
  EXPECT_EQ(estimate.converted, 1);
  EXPECT_EQ(estimate.share, std::nullopt);
  EXPECT_EQ(estimate.low, std::nullopt);
  EXPECT_THAT(estimate.median_days, Optional(10));
}

TEST(EstimateConversion, IsWilsonsWhereNobodyConverted) {
  // Of the two who were seen to the end.
  const ConversionEstimate estimate =
      EstimateConversion({{90, kNotYet}, {120, kNotYet}, {30, kNotYet}}, 90);
  EXPECT_THAT(estimate.share, Optional(0.));
  EXPECT_THAT(estimate.low, Optional(0.));
  EXPECT_THAT(estimate.high, Optional(DoubleNear(WilsonInterval(0, 2).high, 1e-12)));
}

TEST(EstimateConversion, IsWilsonsWhereEverybodyConverted) {
  const ConversionEstimate estimate =
      EstimateConversion({{1, kNotYet}, {3, kConverted}, {5, kConverted}}, 90);
  EXPECT_THAT(estimate.share, Optional(1.));
  EXPECT_THAT(estimate.low, Optional(DoubleNear(WilsonInterval(1, 2).low, 1e-12)));
  EXPECT_THAT(estimate.high, Optional(1.));
}

// F falls to 5/8 by the horizon: by 1/4 on day 2, and half of it, 5/16, is passed on day 5
// only. The median of the two days that were seen would be 2.
TEST(EstimateConversion, HasAMedianThatAllowsForThoseSeenForLess) {
  const ConversionEstimate estimate =
      EstimateConversion({{2, kConverted}, {4, kNotYet}, {5, kConverted}, {30, kNotYet}}, 30);
  EXPECT_THAT(estimate.median_days, Optional(5));
}

TEST(EstimateConversion, HasTheMedianOfThoseWhoConvertedWhereAllWereSeen) {
  const ConversionEstimate estimate =
      EstimateConversion({{1, kConverted}, {6, kConverted}, {7, kConverted}, {30, kNotYet}}, 30);
  EXPECT_THAT(estimate.median_days, Optional(6));
}

// Weeks in remission of the 21 patients on 6-mercaptopurine:
//
//   E. J. Freireich et al., "The effect of 6-mercaptopurine on the duration of
//   steroid-induced remissions in acute leukemia", Blood 21(6), 1963.
//
// S and its interval as textbooks print them (D. G. Kleinbaum, M. Klein, Survival Analysis;
// Stata's `sts list`).
TEST(EstimateConversion, IsAsPublishedOfTheLeukaemiaTrial) {
  const std::vector<ObservedConversion> patients = {
      {6, true},   {6, true},   {6, true},   {6, false},  {7, true},   {9, false},  {10, true},
      {10, false}, {11, false}, {13, true},  {16, true},  {17, false}, {19, false}, {20, false},
      {22, true},  {23, true},  {25, false}, {32, false}, {32, false}, {34, false}, {35, false}};
  struct Row {
    std::int32_t week;
    double survival, low, high;
  };
  constexpr Row kPublished[] = {{6, .8571, .6197, .9516},  {7, .8067, .5631, .9228},
                                {10, .7529, .5032, .8894}, {13, .6902, .4316, .8491},
                                {16, .6275, .3675, .8049}, {22, .5378, .2678, .7468},
                                {23, .4482, .1881, .6801}};
  for (const Row& row : kPublished) {
    const ConversionEstimate estimate = EstimateConversion(patients, row.week);
    EXPECT_THAT(estimate.share, Optional(DoubleNear(1 - row.survival, 5e-5))) << row.week;
    EXPECT_THAT(estimate.low, Optional(DoubleNear(1 - row.high, 5e-5))) << row.week;
    EXPECT_THAT(estimate.high, Optional(DoubleNear(1 - row.low, 5e-5))) << row.week;
  }
}

// Contacts convert with probability q on every day, from the first; a day on which they are
// seen for the last time is drawn likewise. The share is then 1 - (1 - q)^91. The interval
// misses it in 1 of 20 samples; the bound is 4 standard errors of the simulation. What is
// left of the sample's size after n = 300 is of the order of 1 / n.
TEST(EstimateConversion, HasAnIntervalThatHoldsTheShareInNineteenOfTwentySamples) {
  constexpr int kSamples = 4000, kContacts = 300, kHorizon = 90;
  constexpr double kDaily = .006;
  std::geometric_distribution<std::int32_t> conversion(kDaily), last_seen(.004);
  const double share = 1 - std::pow(1 - kDaily, kHorizon + 1);
  std::mt19937_64 random(19580457);
  int holds = 0;
  double sum = 0, squares = 0;
  for (int sample = 0; sample < kSamples; ++sample) {
    std::vector<ObservedConversion> observed(kContacts);
    for (ObservedConversion& each : observed) {
      const std::int32_t converted = conversion(random), seen = last_seen(random);
      each = {.days = std::min(converted, seen), .converted = converted <= seen};
    }
    const ConversionEstimate estimate = EstimateConversion(observed, kHorizon);
    holds += *estimate.low <= share && share <= *estimate.high;
    sum += *estimate.share;
    squares += *estimate.share * *estimate.share;
  }
  EXPECT_NEAR(static_cast<double>(holds) / kSamples, .95,
              4 * std::sqrt(.95 * .05 / kSamples) + 1. / kContacts);
  // And the estimate is right on average.
  const double mean = sum / kSamples;
  EXPECT_NEAR(mean, share, 4 * std::sqrt((squares / kSamples - mean * mean) / kSamples));
}

}  // namespace
}  // namespace cible
