#include "server/wire/choice_wire.h"

#include <gtest/gtest.h>

namespace cible {
namespace {

TEST(ChoiceToProto, TellsWhatIsNotAsItShouldBeInAMixture) {
  Choice choice;
  Candidate& candidate = choice.candidates.emplace_back();
  candidate.bivariate_residuals = {{"balance", "duration", 57.5, 0.5}, {"tags", "tags", 2, 0.1}};
  candidate.similar_components = {{1, 3, 0.0625}};
  v1::TrainingRun run;
  ChoiceToProto(choice, &run);
  const v1::Candidate& message = run.candidates(0);
  ASSERT_EQ(message.bivariate_residuals_size(), 2);
  const v1::BivariateResidual& residual = message.bivariate_residuals(0);
  ASSERT_EQ(residual.attributes_size(), 2);
  EXPECT_EQ(residual.attributes(0), "balance");
  EXPECT_EQ(residual.attributes(1), "duration");
  EXPECT_EQ(residual.value(), 57.5);
  EXPECT_EQ(residual.strength(), 0.5);
  ASSERT_EQ(message.similar_segments_size(), 1);
  EXPECT_EQ(message.similar_segments(0).first(), 1);
  EXPECT_EQ(message.similar_segments(0).second(), 3);
  EXPECT_EQ(message.similar_segments(0).information(), 0.0625);
}

TEST(ChoiceToProto, GivesStabilityAcrossBySegment) {
  Choice choice;
  choice.candidates.emplace_back().stability_across = {1, 0.5, 0.25};
  v1::TrainingRun run;
  ChoiceToProto(choice, &run);
  ASSERT_EQ(run.candidates(0).stability_across_size(), 3);
  EXPECT_EQ(run.candidates(0).stability_across(2), 0.25);
}

}  // namespace
}  // namespace cible
