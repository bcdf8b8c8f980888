// A service on which contacts were imported and a segmentation trained, in
// process: what the tests of segments, personas and models stand on.

#ifndef CIBLE_TESTS_SERVER_SERVICES_TRAINED_FIXTURE_H_
#define CIBLE_TESTS_SERVER_SERVICES_TRAINED_FIXTURE_H_

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "segmentation/data/inference.h"
#include "segmentation/data/sample.h"
#include "segmentation/data/text_parsing.h"
#include "server/registry/model_registry.h"
#include "server/services/persona_service.h"
#include "server/services/segmentation_service.h"
#include "server/storage/contact_values.h"
#include "server/training/assignment_keeper.h"
#include "server/training/training_queue.h"
#include "server/wire/schema_store.h"
#include "tests/server/services/service_fixture.h"

namespace cible {

inline const char kSegmentation[] = "workspaces/acme/segmentations/default";

class TrainedTest : public ServiceTest {
 protected:
  TrainedTest() { StartServices(); }

  // As at the start of a server, on the same store.
  void StartServices() {
    queue_.reset();
    observations_ = std::make_unique<StoredObservations>(*store_, 100);
    registry_ = std::make_unique<ModelRegistry>(*store_);
    EXPECT_TRUE(registry_->LoadAll().ok());
    keeper_ = std::make_unique<AssignmentKeeper>(*store_, *registry_, clock_);
    auto queue = TrainingQueue::Open(*store_, *registry_, *keeper_, clock_);
    EXPECT_TRUE(queue.ok()) << queue.status();
    queue_ = *std::move(queue);
    segmentations_ =
        std::make_unique<SegmentationService>(*observations_, *registry_, *queue_, *keeper_);
    personas_ = std::make_unique<PersonaService>(*observations_, *registry_);
  }

  // Stores sample contacts with planted personas, schema included.
  void ImportSample(int contacts, int personas = 3, const InferenceOptions& options = {}) {
    const Sample sample =
        MakeSample({.contact_count = contacts, .persona_count = personas, .seed = 7});
    TextTable text{.header = sample.header};
    text.columns.resize(sample.header.size());
    for (std::size_t row = 0; row < sample.rows.size(); ++row) {
      text.lines.push_back(static_cast<std::int64_t>(row) + 2);
      for (std::size_t c = 0; c < sample.header.size(); ++c) {
        text.columns[c].push_back(sample.rows[row][c]);
      }
    }
    const auto inference = InferSchema(text, options);
    ASSERT_TRUE(inference.ok()) << inference.status();
    const auto parsed = ParseTable(text, inference->schema, inference->id_column);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    auto snapshot = store_->OpenSnapshot();
    const auto stored = ReadSchema(**snapshot, "acme");
    snapshot->reset();
    WriteBatch batch{.operations = {}, .time = clock_.now};
    batch.operations.push_back(SchemaWrite("acme", {inference->schema, stored->revision}));
    const std::vector<std::string> blobs = EncodeRows(parsed->table, inference->schema);
    for (std::size_t row = 0; row < blobs.size(); ++row) {
      batch.operations.push_back(PutContact{"acme", parsed->table.ids[row], ContactKind::kPerson,
                                            std::nullopt, blobs[row]});
    }
    const auto results = store_->Commit(std::move(batch));
    ASSERT_TRUE(results.ok()) << results.status();
  }

  // Of acme.
  void SetAnonymity(int k) {
    v1::UpdateWorkspaceRequest request;
    request.mutable_workspace()->set_name("workspaces/acme");
    request.mutable_workspace()->set_k_anonymity(k);
    v1::Workspace workspace;
    const absl::Status status = workspaces_->UpdateWorkspace(call_, request, &workspace);
    ASSERT_TRUE(status.ok()) << status;
  }

  // Three segments, quickly.
  static v1::TrainModelRequest QuickTraining() {
    v1::TrainModelRequest request;
    request.set_segmentation(kSegmentation);
    request.set_min_segments(3);
    request.set_max_segments(3);
    request.set_stability_pairs(0);
    return request;
  }

  // Trains and waits for the end, at most a minute.
  v1::TrainingRun Train(const v1::TrainModelRequest& request) {
    v1::TrainingRun run;
    const absl::Status status = segmentations_->TrainModel(call_, request, &run);
    EXPECT_TRUE(status.ok()) << status;
    return status.ok() ? Ended(run.name()) : run;
  }

  v1::TrainingRun Ended(const std::string& name) {
    v1::GetTrainingRunRequest request;
    request.set_name(name);
    v1::TrainingRun run;
    for (int i = 0; i < 6000; ++i) {
      EXPECT_TRUE(segmentations_->GetTrainingRun(call_, request, &run).ok());
      if (run.has_end_time()) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return run;
  }

  std::unique_ptr<StoredObservations> observations_;
  std::unique_ptr<ModelRegistry> registry_;
  std::unique_ptr<AssignmentKeeper> keeper_;
  std::unique_ptr<TrainingQueue> queue_;
  std::unique_ptr<SegmentationService> segmentations_;
  std::unique_ptr<PersonaService> personas_;
};

}  // namespace cible

#endif  // CIBLE_TESTS_SERVER_SERVICES_TRAINED_FIXTURE_H_
