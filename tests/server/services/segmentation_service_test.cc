#include "server/services/segmentation_service.h"

#include <map>

#include "server/storage/stored_message.h"
#include "tests/server/services/trained_fixture.h"

namespace cible {
namespace {

using SegmentationServiceTest = TrainedTest;

std::string ModelName(const std::string& id) {
  return std::string(kSegmentation) + "/models/" + id;
}

// Contact id -> segment, as stored.
std::map<std::string, std::string> StoredSegments(Store& store) {
  std::map<std::string, std::string> segments;
  const auto snapshot = store.OpenSnapshot();
  const auto schema = ReadSchema(**snapshot, "acme");
  const ScanRequest request{
      .workspace = "acme", .schema = &schema->schema, .segmentation = "default"};
  const absl::Status status = (*snapshot)->Scan(request, [&](const ContactBlock& block) {
    for (std::size_t row = 0; row < block.table.ids.size(); ++row) {
      segments[block.table.ids[row]] = block.facts.segments[row];
    }
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  return segments;
}

TEST_F(SegmentationServiceTest, SaysWhatToDoBeforeAnythingIsTrained) {
  v1::AssignSegmentRequest request;
  request.set_segmentation(kSegmentation);
  v1::AssignSegmentResponse response;
  const absl::Status status = segmentations_->AssignSegment(call_, request, &response);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status.message(),
            "segmentations/default has no active model; train one (TrainModel, `cible train`) and "
            "activate it");
}

TEST_F(SegmentationServiceTest, TrainingWithoutASchemaSaysToImportFirst) {
  v1::TrainingRun run;
  const absl::Status status = segmentations_->TrainModel(call_, QuickTraining(), &run);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status.message(),
            "the workspace has no attributes yet; import contacts first (`cible contacts import`)");
}

TEST_F(SegmentationServiceTest, RefusesARangeThatIsNone) {
  ImportSample(20);
  v1::TrainModelRequest request = QuickTraining();
  request.set_min_segments(5);
  v1::TrainingRun run;
  const absl::Status status = segmentations_->TrainModel(call_, request, &run);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "cannot try 5 to 3 segments; give a range within 1 to 64, the lower number first");
}

TEST_F(SegmentationServiceTest, TheFirstModelActivatesItselfAndAssignsEveryContact) {
  ImportSample(400);
  const v1::TrainingRun run = Train(QuickTraining());
  ASSERT_EQ(run.state(), v1::TRAINING_RUN_STATE_SUCCEEDED) << run.DebugString();
  EXPECT_TRUE(run.activated());
  EXPECT_EQ(run.contact_count(), 400);
  EXPECT_EQ(run.model(), ModelName("m1"));
  const auto segments = StoredSegments(*store_);
  ASSERT_EQ(segments.size(), 400u);
  for (const auto& [contact, segment] : segments) EXPECT_FALSE(segment.empty());
}

TEST_F(SegmentationServiceTest, RetrainingKeepsTheIdsOfSegmentsAndWaitsToBeActivated) {
  ImportSample(400);
  ASSERT_EQ(Train(QuickTraining()).state(), v1::TRAINING_RUN_STATE_SUCCEEDED);
  const auto before = StoredSegments(*store_);
  v1::TrainModelRequest request = QuickTraining();
  request.set_seed(99);
  const v1::TrainingRun run = Train(request);
  EXPECT_FALSE(run.activated());
  v1::ActivateModelRequest activate;
  activate.set_name(ModelName("m2"));
  v1::Model model;
  ASSERT_TRUE(segmentations_->ActivateModel(call_, activate, &model).ok());
  EXPECT_TRUE(model.active());
  EXPECT_THAT(model.segments(), testing::UnorderedElementsAre("s1", "s2", "s3"));
  int same = 0;
  for (const auto& [contact, segment] : StoredSegments(*store_))
    same += segment == before.at(contact);
  EXPECT_GE(same, 380);
}

TEST_F(SegmentationServiceTest, RollsBackToTheModelBefore) {
  ImportSample(300);
  Train(QuickTraining());
  v1::TrainModelRequest again = QuickTraining();
  again.set_activate(true);
  Train(again);
  v1::RollbackModelRequest request;
  request.set_segmentation(kSegmentation);
  v1::Model model;
  ASSERT_TRUE(segmentations_->RollbackModel(call_, request, &model).ok());
  EXPECT_EQ(model.name(), ModelName("m1"));
  const absl::Status status = segmentations_->RollbackModel(call_, request, &model);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status.message(),
            "no model was active before the present one; there is nothing to roll back to");
}

TEST_F(SegmentationServiceTest, AnswersTheSameAfterARestart) {
  ImportSample(300);
  Train(QuickTraining());
  v1::AssignSegmentRequest request;
  request.set_segmentation(kSegmentation);
  request.set_name("workspaces/acme/contacts/c000002");
  v1::AssignSegmentResponse before, after;
  ASSERT_TRUE(segmentations_->AssignSegment(call_, request, &before).ok());
  StartServices();
  ASSERT_TRUE(segmentations_->AssignSegment(call_, request, &after).ok());
  EXPECT_EQ(before.SerializeAsString(), after.SerializeAsString());
}

TEST_F(SegmentationServiceTest, ACorruptArtifactIsRefusedAndThePreviousModelServes) {
  ImportSample(300);
  Train(QuickTraining());
  v1::TrainModelRequest again = QuickTraining();
  again.set_activate(true);
  Train(again);
  const PutResource garbage{ArtifactKey("acme", "default", "m2"), "CIBLEMDL garbage", std::nullopt};
  ASSERT_TRUE(store_->Commit({{garbage}, clock_.now}).ok());
  v1::ActivateModelRequest activate;
  activate.set_name(ModelName("m2"));
  v1::Model model;
  EXPECT_EQ(segmentations_->ActivateModel(call_, activate, &model).code(),
            absl::StatusCode::kDataLoss);
  StartServices();
  EXPECT_EQ((*registry_->Active("acme", "default"))->name.id, "m1");
}

TEST_F(SegmentationServiceTest, RollbackPassesOverAModelThatCannotBeRead) {
  ImportSample(200);
  v1::TrainModelRequest again = QuickTraining();
  again.set_activate(true);
  for (int model = 1; model <= 3; ++model) Train(again);
  const PutResource garbage{ArtifactKey("acme", "default", "m2"), "CIBLEMDL garbage", std::nullopt};
  ASSERT_TRUE(store_->Commit({{garbage}, clock_.now}).ok());
  v1::RollbackModelRequest request;
  request.set_segmentation(kSegmentation);
  v1::Model model;
  ASSERT_TRUE(segmentations_->RollbackModel(call_, request, &model).ok());
  EXPECT_EQ(model.name(), ModelName("m1"));
}

TEST_F(SegmentationServiceTest, AnAssignmentOfAContactAsItWasBeforeAChangeIsPassedOver) {
  ImportSample(100);
  Train(QuickTraining());
  const std::string id = "c000001";
  auto snapshot = store_->OpenSnapshot();
  const auto records = (*snapshot)->Lookup("acme", {&id, 1});
  snapshot->reset();
  const Revision revision = records->front()->revision;
  const auto segment = StoredSegments(*store_).at(id);
  for (const Revision stale : {revision - 1, revision + 1}) {
    const PutAssignments put{"acme", "default", "m1", {{id, "s99", 1, stale}}};
    ASSERT_TRUE(store_->Commit({{put}, clock_.now}).ok());
    EXPECT_EQ(StoredSegments(*store_).at(id), segment);
  }
  const PutAssignments put{"acme", "default", "m1", {{id, "s99", 1, revision}}};
  ASSERT_TRUE(store_->Commit({{put}, clock_.now}).ok());
  EXPECT_EQ(StoredSegments(*store_).at(id), "s99");
}

TEST_F(SegmentationServiceTest, ARunThatAStopCutOffHasFailedAfterTheNextStart) {
  ImportSample(300);
  v1::TrainModelRequest request = QuickTraining();
  request.set_max_segments(10);
  request.set_stability_pairs(100);
  v1::TrainingRun run;
  ASSERT_TRUE(segmentations_->TrainModel(call_, request, &run).ok());
  queue_.reset();  // Cancels what runs.
  StartServices();
  run = Ended(run.name());
  EXPECT_NE(run.state(), v1::TRAINING_RUN_STATE_RUNNING);
  EXPECT_NE(run.state(), v1::TRAINING_RUN_STATE_SUCCEEDED);
}

TEST_F(SegmentationServiceTest, CancelsARunAndNoModelComesOfIt) {
  ImportSample(500);
  v1::TrainModelRequest request = QuickTraining();
  request.set_max_segments(12);
  request.set_stability_pairs(100);
  v1::TrainingRun run;
  ASSERT_TRUE(segmentations_->TrainModel(call_, request, &run).ok());
  v1::CancelTrainingRunRequest cancel;
  cancel.set_name(run.name());
  ASSERT_TRUE(segmentations_->CancelTrainingRun(call_, cancel, &run).ok());
  run = Ended(run.name());
  EXPECT_EQ(run.state(), v1::TRAINING_RUN_STATE_CANCELLED);
  EXPECT_EQ(run.model(), "");
  EXPECT_EQ(segmentations_->CancelTrainingRun(call_, cancel, &run).code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(SegmentationServiceTest, ATrainingThatFailsSaysWhy) {
  ImportSample(20);
  v1::TrainModelRequest request = QuickTraining();
  request.set_filter("age > 1000");
  const v1::TrainingRun run = Train(request);
  EXPECT_EQ(run.state(), v1::TRAINING_RUN_STATE_FAILED);
  EXPECT_EQ(run.error().code(), static_cast<int>(absl::StatusCode::kInvalidArgument));
  EXPECT_FALSE(run.error().message().empty());
}

TEST_F(SegmentationServiceTest, TablesAndSingleContactsAgree) {
  ImportSample(200);
  Train(QuickTraining());
  ContactTable table{.row_count = 2};
  table.columns = {MakeColumn("age", AttributeType::kNumeric)};
  Append(table.columns[0], 25.0);
  Append(table.columns[0], std::nullopt);
  v1::AssignSegmentsRequest request;
  request.set_segmentation(kSegmentation);
  request.set_sequence(5);
  TableToProto(table, request.mutable_table());
  v1::AssignSegmentsResponse response;
  ASSERT_TRUE(segmentations_->AssignSegments(call_, request, &response).ok());
  EXPECT_EQ(response.sequence(), 5);
  v1::AssignSegmentRequest single;
  single.set_segmentation(kSegmentation);
  v1::AttributeValue* age = single.mutable_contact()->add_attributes();
  age->set_attribute("age");
  age->set_number(25);
  v1::AssignSegmentResponse expected;
  ASSERT_TRUE(segmentations_->AssignSegment(call_, single, &expected).ok());
  const auto codes = CodesFromProto(response.segments());
  ASSERT_TRUE(codes.ok());
  EXPECT_EQ(codes->dictionary[codes->codes[0]], expected.segment());
  EXPECT_EQ(codes->dictionary[codes->codes[1]], "");
  EXPECT_DOUBLE_EQ(response.probabilities(0), expected.probability());
}

TEST_F(SegmentationServiceTest, AStreamGoesOnAfterATableThatCannotBeRead) {
  ImportSample(200);
  Train(QuickTraining());
  const auto session = segmentations_->StreamAssignments();
  v1::AssignSegmentsRequest bad;
  bad.set_segmentation(kSegmentation);
  bad.set_sequence(1);
  bad.mutable_table()->set_row_count(1);
  bad.mutable_table()->add_columns()->set_attribute("shoe_size");
  v1::AssignSegmentsResponse response;
  ASSERT_TRUE(session->Handle(call_, bad, &response).ok());
  EXPECT_EQ(response.error().code(), static_cast<int>(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(response.sequence(), 1);
  v1::AssignSegmentsRequest good;
  good.set_sequence(2);
  good.mutable_table()->set_row_count(0);
  response.Clear();
  ASSERT_TRUE(session->Handle(call_, good, &response).ok());
  EXPECT_FALSE(response.has_error()) << response.DebugString();
}

TEST_F(SegmentationServiceTest, CreatesChangesAndDeletesSegmentations) {
  v1::CreateSegmentationRequest create;
  create.set_parent("workspaces/acme");
  create.set_segmentation_id("loyalty");
  create.mutable_segmentation()->set_display_name("Loyalty");
  v1::Segmentation segmentation;
  ASSERT_TRUE(segmentations_->CreateSegmentation(call_, create, &segmentation).ok());
  EXPECT_EQ(segmentation.name(), "workspaces/acme/segmentations/loyalty");
  EXPECT_EQ(segmentations_->CreateSegmentation(call_, create, &segmentation).code(),
            absl::StatusCode::kAlreadyExists);
  v1::UpdateSegmentationRequest update;
  *update.mutable_segmentation() = segmentation;
  update.mutable_segmentation()->set_display_name("Loyal ones");
  ASSERT_TRUE(segmentations_->UpdateSegmentation(call_, update, &segmentation).ok());
  EXPECT_EQ(segmentation.display_name(), "Loyal ones");
  EXPECT_EQ(segmentations_->UpdateSegmentation(call_, update, &segmentation).code(),
            absl::StatusCode::kAborted);
  v1::DeleteSegmentationRequest remove;
  remove.set_name(segmentation.name());
  google::protobuf::Empty empty;
  EXPECT_TRUE(segmentations_->DeleteSegmentation(call_, remove, &empty).ok());
  EXPECT_EQ(segmentations_->DeleteSegmentation(call_, remove, &empty).code(),
            absl::StatusCode::kNotFound);
  remove.set_name(kSegmentation);
  EXPECT_EQ(segmentations_->DeleteSegmentation(call_, remove, &empty).code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(SegmentationServiceTest, ASegmentationMadeAgainUnderItsIdHasNoOldAssignments) {
  ImportSample(200);
  v1::CreateSegmentationRequest create;
  create.set_parent("workspaces/acme");
  create.set_segmentation_id("loyalty");
  v1::Segmentation segmentation;
  ASSERT_TRUE(segmentations_->CreateSegmentation(call_, create, &segmentation).ok());
  v1::TrainModelRequest request = QuickTraining();
  request.set_segmentation(segmentation.name());
  ASSERT_EQ(Train(request).state(), v1::TRAINING_RUN_STATE_SUCCEEDED);
  v1::DeleteSegmentationRequest remove;
  remove.set_name(segmentation.name());
  google::protobuf::Empty empty;
  ASSERT_TRUE(segmentations_->DeleteSegmentation(call_, remove, &empty).ok());
  const auto snapshot = store_->OpenSnapshot();
  const std::string id = "c000001";
  const auto assignments = (*snapshot)->Assignments("acme", {&id, 1});
  ASSERT_TRUE(assignments.ok());
  EXPECT_TRUE(assignments->front().empty());
  // And its models and runs are numbered on: ids are never reused.
  ASSERT_TRUE(segmentations_->CreateSegmentation(call_, create, &segmentation).ok());
  const v1::TrainingRun run = Train(request);
  EXPECT_EQ(run.name(), segmentation.name() + "/trainingRuns/r2");
  EXPECT_EQ(run.model(), segmentation.name() + "/models/m2");
}

}  // namespace
}  // namespace cible
