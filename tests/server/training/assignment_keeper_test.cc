#include "server/training/assignment_keeper.h"

#include <variant>

#include "tests/server/services/trained_fixture.h"
#include "tests/server/training/filling_store.h"

namespace cible {
namespace {

class AssignmentKeeperTest : public TrainedTest {
 protected:
  AssignmentKeeperTest() {
    ImportSample(60);
    EXPECT_EQ(Train(QuickTraining()).state(), v1::TRAINING_RUN_STATE_SUCCEEDED);
    // Between the reading of contacts and the writing of where they belong.
    filling_.at_commit = [this](const WriteBatch& batch) {
      const bool assigns = !batch.operations.empty() &&
                           std::holds_alternative<PutAssignments>(batch.operations.front());
      if (assigns && !is_required_) RequireLegalBasis();
    };
  }

  void RequireLegalBasis() {
    is_required_ = true;
    v1::UpdateWorkspaceRequest request;
    request.mutable_workspace()->set_name("workspaces/acme");
    request.mutable_workspace()->set_require_legal_basis(true);
    v1::Workspace workspace;
    const absl::Status status = workspaces_->UpdateWorkspace(call_, request, &workspace);
    EXPECT_TRUE(status.ok()) << status;
  }

  std::size_t AssignmentCount() {
    const std::string id = "c000001";
    const auto assignments = (*store_->OpenSnapshot())->Assignments("acme", {&id, 1});
    EXPECT_TRUE(assignments.ok()) << assignments.status();
    return assignments->front().size();
  }

  FillingStore filling_{*store_};
  AssignmentKeeper stepped_in_{filling_, *registry_, clock_};
  bool is_required_ = false;
};

TEST_F(AssignmentKeeperTest, ForgetsTheBaselessOfABlockReadBeforeABasisWasRequired) {
  ASSERT_EQ(AssignmentCount(), 1);
  ASSERT_TRUE(store_->Commit({.operations = {DropAssignments{"acme", "default"}}}).ok());
  const absl::Status status = stepped_in_.CatchUp("acme", "default");
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_TRUE(is_required_);
  EXPECT_EQ(AssignmentCount(), 0);
}

TEST_F(AssignmentKeeperTest, ForgetsOneThatWasWrittenJustBeforeABasisWasRequired) {
  const std::string id = "c000001";
  const absl::Status status = stepped_in_.AssignContacts("acme", {&id, 1});
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_TRUE(is_required_);
  EXPECT_EQ(AssignmentCount(), 0);
}

}  // namespace
}  // namespace cible
