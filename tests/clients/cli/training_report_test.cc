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

}  // namespace
}  // namespace cible
