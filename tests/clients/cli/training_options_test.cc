#include "clients/cli/training_options.h"

#include <gtest/gtest.h>

namespace cible {
namespace {

TEST(ParseSegments, TakesANumberOrARange) {
  EXPECT_EQ(*ParseSegments("6"), std::make_pair(6, 6));
  EXPECT_EQ(*ParseSegments("2..10"), std::make_pair(2, 10));
}

TEST(ParseSegments, RefusesEverythingElse) {
  for (const char* text : {"", "0", "65", "4..2", "2..3..4", "two", "2-5", "..5", "-1"}) {
    const auto segments = ParseSegments(text);
    EXPECT_EQ(segments.status().code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_EQ(segments.status().message(),
              "--segments takes a number from 1 to 64, or two with .. between them, e.g. 2..10");
  }
}

TEST(ParseWeight, TakesACriterionInAnyCase) {
  const auto weight = ParseWeight("Behavioural=2.5");
  ASSERT_TRUE(weight.ok());
  EXPECT_EQ(weight->criterion(), v1::CRITERION_BEHAVIOURAL);
  EXPECT_EQ(weight->weight(), 2.5);
}

TEST(ParseWeight, RefusesUnknownCriteriaAndImpossibleWeights) {
  for (const char* text : {"", "needs", "needs=", "needs=0", "needs=-1", "needs=nan", "needs=1001",
                           "unspecified=2", "colour=2"}) {
    EXPECT_EQ(ParseWeight(text).status().message(),
              "--weight takes CRITERION=W, W above 0 and at most 1000, e.g. --weight "
              "behavioural=2")
        << text;
  }
}

TEST(TrainingRequest, SaysThatStabilityIsNotWanted) {
  TrainingArguments arguments;
  arguments.stability_pairs = 0;
  arguments.as_of = "2026-06-30";
  const auto request = TrainingRequest(arguments);
  ASSERT_TRUE(request.ok());
  EXPECT_TRUE(request->has_stability_pairs());
  EXPECT_EQ(request->stability_pairs(), 0);
  EXPECT_EQ(request->as_of().month(), 6);
  EXPECT_EQ(request->min_segments(), 2);
  EXPECT_EQ(request->max_segments(), 10);
}

TEST(TrainingRequest, AsksForPlacesOnlyWhenTold) {
  TrainingArguments arguments;
  EXPECT_FALSE(TrainingRequest(arguments)->by_location());
  arguments.by_location = true;
  EXPECT_TRUE(TrainingRequest(arguments)->by_location());
}

TEST(TrainingRequest, RefusesADayThatIsNone) {
  TrainingArguments arguments;
  arguments.as_of = "30/06/2026";
  EXPECT_EQ(TrainingRequest(arguments).status().message(),
            "--as-of takes a day as YYYY-MM-DD, e.g. 2026-11-22");
}

}  // namespace
}  // namespace cible
