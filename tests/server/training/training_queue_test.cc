#include "server/training/training_queue.h"

#include <limits>

#include "tests/server/services/trained_fixture.h"
#include "tests/server/training/filling_store.h"

namespace cible {
namespace {

class TrainingQueueTest : public TrainedTest {
 protected:
  TrainingQueueTest() {
    ImportSample(60);
    OpenQueue();
  }

  void OpenQueue() {
    queue_.reset();
    auto queue = TrainingQueue::Open(filling_, *registry_, *keeper_, clock_);
    EXPECT_TRUE(queue.ok()) << queue.status();
    queue_ = *std::move(queue);
  }

  // As the queue says, at most a minute from now.
  v1::TrainingRun EndOf(const ResourceName& name) {
    for (int i = 0; i < 6000; ++i) {
      const auto run = queue_->Get(name);
      EXPECT_TRUE(run.ok()) << run.status();
      if (run->has_end_time()) return *run;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return {};
  }

  bool IsStoredAsEnded(const ResourceName& name) {
    const auto snapshot = store_->OpenSnapshot();
    const auto resource =
        (*snapshot)->Get(TrainingRunKey(name.workspace, name.segmentation, name.id));
    storage::v1::StoredTrainingRun stored;
    return resource.ok() && stored.ParseFromString(resource->body) && stored.run().has_end_time();
  }

  FillingStore filling_{*store_};
};

// Its watchers waited for ever.
TEST_F(TrainingQueueTest, ARunWhoseEndCannotBeStoredEndsAllTheSame) {
  filling_.commits_left = 1;  // The run itself.
  const auto run = queue_->Submit(QuickTraining(), "mia");
  ASSERT_TRUE(run.ok()) << run.status();
  const auto name = ResourceName::Parse(run->name(), ResourceKind::kTrainingRun);
  const v1::TrainingRun ended = EndOf(*name);
  EXPECT_EQ(ended.state(), v1::TRAINING_RUN_STATE_FAILED);
  EXPECT_EQ(ended.error().message(), "the disk of the data folder is full");
  EXPECT_FALSE(IsStoredAsEnded(*name));
  // Its end is still to be stored: the segmentation cannot be deleted under it.
  EXPECT_TRUE(queue_->IsTraining(*ResourceName::Parse(kSegmentation, ResourceKind::kSegmentation)));
  EXPECT_EQ(queue_->Cancel(*name).status().message(),
            "the training run has ended; there is nothing to cancel");
}

TEST_F(TrainingQueueTest, StoresTheEndOfARunOnceThereIsRoomAgain) {
  filling_.commits_left = 1;
  const auto run = queue_->Submit(QuickTraining(), "mia");
  ASSERT_TRUE(run.ok()) << run.status();
  const auto name = ResourceName::Parse(run->name(), ResourceKind::kTrainingRun);
  EndOf(*name);
  filling_.commits_left = std::numeric_limits<int>::max();
  for (int i = 0; i < 6000 && !IsStoredAsEnded(*name); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  OpenQueue();  // Reads what is stored.
  EXPECT_EQ(EndOf(*name).error().message(), "the disk of the data folder is full");
  const auto next = queue_->Submit(QuickTraining(), "mia");
  ASSERT_TRUE(next.ok()) << next.status();
  const auto next_name = ResourceName::Parse(next->name(), ResourceKind::kTrainingRun);
  EXPECT_EQ(EndOf(*next_name).state(), v1::TRAINING_RUN_STATE_SUCCEEDED);
}

// It was taken, and trained by nobody or to its end.
TEST_F(TrainingQueueTest, RefusesARunThatIsSubmittedWhileItStops) {
  filling_.at_commit = [this](const WriteBatch&) { queue_->Stop(); };
  EXPECT_EQ(queue_->Submit(QuickTraining(), "mia").status(),
            absl::UnavailableError("the server is stopping; train again later"));
  filling_.at_commit = nullptr;
  OpenQueue();
  const auto name = ResourceName::Parse(absl::StrCat(kSegmentation, "/trainingRuns/r1"),
                                        ResourceKind::kTrainingRun);
  EXPECT_EQ(EndOf(*name).state(), v1::TRAINING_RUN_STATE_FAILED);
}

TEST_F(TrainingQueueTest, SaysThatTheFilterLeavesNobody) {
  v1::TrainModelRequest request = QuickTraining();
  request.set_filter("age > 500");
  const auto run = queue_->Submit(request, "mia");
  ASSERT_TRUE(run.ok()) << run.status();
  const auto name = ResourceName::Parse(run->name(), ResourceKind::kTrainingRun);
  EXPECT_EQ(EndOf(*name).error().message(),
            "the filter leaves 0 of 60 contacts; training needs at least 2. Widen the filter");
}

// Others train on customers as they were last found.
TEST_F(TrainingQueueTest, AFilterThatReadsHowContactsStandMustBeCaughtUpWith) {
  std::vector<std::string> caught_up;
  auto queue =
      TrainingQueue::Open(*store_, *registry_, *keeper_, clock_, [&](const std::string& workspace) {
        caught_up.push_back(workspace);
        return absl::UnavailableError("it cannot be written");
      });
  ASSERT_TRUE(queue.ok()) << queue.status();
  queue_ = *std::move(queue);
  const auto error_with = [&](const char* filter) {
    v1::TrainModelRequest request = QuickTraining();
    request.set_filter(filter);
    const auto run = queue_->Submit(request, "mia");
    EXPECT_TRUE(run.ok()) << run.status();
    return EndOf(*ResourceName::Parse(run->name(), ResourceKind::kTrainingRun)).error().message();
  };
  EXPECT_EQ(error_with("age > 500"),
            "the filter leaves 0 of 60 contacts; training needs at least 2. Widen the filter");
  EXPECT_EQ(error_with("contact.relation = CUSTOMER"), "it cannot be written");
  EXPECT_THAT(caught_up, testing::ElementsAre("acme", "acme"));
}

TEST_F(TrainingQueueTest, SaysThatTheContactsAreOfTheOtherKind) {
  v1::Segmentation companies;
  companies.set_contact_kind(v1::CONTACT_KIND_ORGANIZATION);
  v1::CreateSegmentationRequest request;
  request.set_parent("workspaces/acme");
  request.set_segmentation_id("companies");
  *request.mutable_segmentation() = companies;
  ASSERT_TRUE(segmentations_->CreateSegmentation(call_, request, &companies).ok());
  v1::TrainModelRequest training = QuickTraining();
  training.set_segmentation("workspaces/acme/segmentations/companies");
  const auto run = queue_->Submit(training, "mia");
  ASSERT_TRUE(run.ok()) << run.status();
  const auto name = ResourceName::Parse(run->name(), ResourceKind::kTrainingRun);
  EXPECT_EQ(EndOf(*name).error().message(),
            "segmentations/companies divides organizations, and the workspace has 0 of them but 60 "
            "persons; make a segmentation of those (CreateSegmentation, `cible segmentations "
            "create ID --kind person`) and train it");
}

}  // namespace
}  // namespace cible
