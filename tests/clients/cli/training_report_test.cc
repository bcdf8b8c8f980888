#include "clients/cli/training_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cible {
namespace {

// "left out: trained on the 300 customers", it said.
TEST(ChoiceText, TellsNoticesAsTheyAre) {
  v1::TrainingRun run;
  run.add_notices("trained on the 300 customers among 900 contacts");
  run.add_notices("turnover: left out, nothing is known");
  EXPECT_THAT(ChoiceText(run, 0),
              testing::HasSubstr("  note: trained on the 300 customers among 900 contacts\n"
                                 "  note: turnover: left out, nothing is known\n"));
}

TEST(CandidatesTable, GivesProgramsStabilityAcrossAndTheLargestResidual) {
  v1::TrainingRun run;
  run.add_candidates()->set_segment_count(2);
  v1::Candidate& three = *run.add_candidates();
  three.set_segment_count(3);
  for (const double figure : {1., .5, .25}) three.add_stability_across(figure);
  three.add_bivariate_residuals()->set_value(57.5);
  three.add_bivariate_residuals()->set_value(2);
  const std::string csv = CandidatesTable(run).ToCsv();
  EXPECT_THAT(csv, testing::HasSubstr(",stability_across,largest_residual,objective,"));
  EXPECT_THAT(csv, testing::HasSubstr(",1 0.5 0.25,57.5,"));
  EXPECT_THAT(csv, testing::HasSubstr(",,,0,"));
}

}  // namespace
}  // namespace cible
