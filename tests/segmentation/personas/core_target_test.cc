#include "segmentation/personas/core_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace cible {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

constexpr SegmentPotential kWhole{
    .customers = 1204, .open_leads = 310, .margin = 310, .conversion = .12};

TEST(Expect, AddsCustomersAndLeadsAndTakesTheCostOff) {
  // 1204 x 310 x .8 = 298,592; 310 x (.12 x 310 - 5) = 9,982.
  const Expectation expectation = Expect(kWhole, {.retention = .8, .contact_cost = 5});
  EXPECT_NEAR(*expectation.from_customers, 298'592, 1e-6);
  EXPECT_NEAR(*expectation.from_leads, 9'982, 1e-6);
  EXPECT_NEAR(expectation.total(), 308'574, 1e-6);
  EXPECT_TRUE(expectation.complete());
}

TEST(Expect, OfNobodyIsNothingWhateverIsUnknown) {
  const Expectation expectation = Expect({}, {});
  EXPECT_TRUE(expectation.complete());
  EXPECT_EQ(expectation.total(), 0);
  EXPECT_TRUE(Expect({.customers = 3, .margin = 10.}, {}).complete());
}

TEST(Expect, LeavesOutWhatIsUnknown) {
  const Expectation no_conversion =
      Expect({.customers = 2, .open_leads = 9, .margin = 10.}, {.retention = 1, .contact_cost = 4});
  EXPECT_FALSE(no_conversion.complete());
  EXPECT_EQ(no_conversion.total(), 20);  // No cost of leads whose gain is unknown.
  const Expectation no_margin = Expect({.customers = 2, .conversion = .5}, {});
  EXPECT_FALSE(no_margin.complete());
  EXPECT_EQ(no_margin.total(), 0);
}

TEST(RankByExpectation, PutsTheLargestFirstAndWhatIsNotKnownLast) {
  const std::vector<SegmentPotential> segments = {
      {.customers = 900},                                   // Not known, many.
      {.customers = 1, .margin = 50.},                      // 50.
      {.customers = 5, .open_leads = 1, .margin = 1'000.},  // Partly known: 5,000.
      {.customers = 2, .margin = 40.},                      // 80.
      {.customers = 1, .margin = 80.},                      // 80 too, later.
      {.customers = 950},                                   // Not known, more.
  };
  EXPECT_THAT(RankByExpectation(segments, {}), ElementsAre(3, 4, 1, 2, 5, 0));
}

TEST(CheckTerms, NamesTheFieldThatIsOutOfRange) {
  EXPECT_TRUE(CheckTerms({.retention = 0, .contact_cost = 0}).ok());
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double wrong : {-.01, 1.01, nan}) {
    const absl::Status status = CheckTerms({.retention = wrong});
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()), StartsWith("retention must lie in 0 to 1"));
  }
  for (const double wrong : {-1., nan, std::numeric_limits<double>::infinity()}) {
    const absl::Status status = CheckTerms({.contact_cost = wrong});
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()), StartsWith("contact_cost must be 0 or more"));
  }
}

TEST(DescribeArithmetic, ShowsEveryFigure) {
  EXPECT_EQ(DescribeArithmetic(kWhole, {}, "EUR", Language::kEnglish),
            "1,204 customers × €310 × 100% who stay + 310 open leads × 12% × €310 − 310 × €0 = "
            "€384,772");
  EXPECT_EQ(
      DescribeArithmetic(kWhole, {.retention = .8, .contact_cost = 2.5}, "EUR", Language::kFrench),
      "1\u202f204 clients × 310\u202f€ × 80\u202f% qui restent + 310 pistes ouvertes × "
      "12\u202f% × 310\u202f€ − 310 × 2,50\u202f€ = 309\u202f349\u202f€");
}

TEST(DescribeArithmetic, LeavesOutWhomThereIsNot) {
  EXPECT_EQ(DescribeArithmetic({.customers = 1, .margin = 12.345}, {}, "CHF", Language::kEnglish),
            "1 customer × 12.35 CHF × 100% who stay = 12 CHF");
  EXPECT_EQ(DescribeArithmetic({.open_leads = 2, .margin = 100., .conversion = .1234}, {}, "EUR",
                               Language::kEnglish),
            "2 open leads × 12.34% × €100 − 2 × €0 = €25");
  EXPECT_EQ(DescribeArithmetic({}, {}, "EUR", Language::kEnglish),
            "no customers and no open leads");
}

// 927 x .8 x 264.95 gives 196,487; the mean has more digits.
TEST(DescribeArithmetic, DoesNotClaimAnEqualityThatAReaderCouldRefute) {
  EXPECT_EQ(DescribeArithmetic({.customers = 927, .margin = 264.9464}, {.retention = .8}, "EUR",
                               Language::kEnglish),
            "927 customers × €264.95 × 80% who stay ≈ €196,484");
}

TEST(DescribeArithmetic, SaysWhatIsNotKnown) {
  EXPECT_EQ(DescribeArithmetic({.customers = 5, .open_leads = 3, .margin = 100.}, {}, "EUR",
                               Language::kEnglish),
            "5 customers × €100 × 100% who stay + 3 open leads × unknown conversion × €100 − 3 × "
            "€0; without the open leads €500");
  EXPECT_EQ(DescribeArithmetic({.customers = 5}, {}, "EUR", Language::kEnglish),
            "5 customers × unknown value × 100% who stay; the sum is not known");
  EXPECT_EQ(DescribeArithmetic({.open_leads = 5, .conversion = .5}, {}, "EUR", Language::kEnglish),
            "5 open leads × 50% × unknown value − 5 × €0; the sum is not known");
}

}  // namespace
}  // namespace cible
