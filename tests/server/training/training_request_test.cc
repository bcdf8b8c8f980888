#include "server/training/training_request.h"

#include <gtest/gtest.h>

#include "tests/server/services/trained_fixture.h"

namespace cible {
namespace {

class PlanTrainingTest : public TrainedTest {
 protected:
  PlanTrainingTest() { ImportSample(20); }
};

TEST_F(PlanTrainingTest, AsksForPlacesOnlyWhenTold) {
  v1::TrainModelRequest request = QuickTraining();
  auto plan = PlanTraining(*store_, request, Timestamp{});
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_FALSE(plan->options.by_location);
  request.set_by_location(true);
  plan = PlanTraining(*store_, request, Timestamp{});
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_TRUE(plan->options.by_location);
}

}  // namespace
}  // namespace cible
