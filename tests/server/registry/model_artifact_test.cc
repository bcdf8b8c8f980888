#include "server/registry/model_artifact.h"

#include <gtest/gtest.h>

#include "server/registry/artifact_parts.h"
#include "tests/segmentation/models/outcome_contacts.h"
#include "tests/segmentation/models/planted_contacts.h"

namespace cible {
namespace {

class ModelArtifactTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    model_ = new std::shared_ptr<const SegmentationModel>(TrainOnPlanted(PlantContacts(300)).model);
    artifact_ = new std::string(WriteModelArtifact(**model_));
  }
  static void TearDownTestSuite() {
    delete model_;
    delete artifact_;
  }

  static absl::Status Refusal(absl::string_view artifact) {
    return ReadModelArtifact(artifact).status();
  }

  static std::shared_ptr<const SegmentationModel>* model_;
  static std::string* artifact_;
};
std::shared_ptr<const SegmentationModel>* ModelArtifactTest::model_;
std::string* ModelArtifactTest::artifact_;

TEST_F(ModelArtifactTest, GivesBackTheModelBitForBit) {
  const auto model = ReadModelArtifact(*artifact_);
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ((*model)->parts(), (*model_)->parts());
  EXPECT_EQ(WriteModelArtifact(**model), *artifact_);
}

TEST_F(ModelArtifactTest, GivesBackAModelOfKMeansBitForBit) {
  const auto trained = TrainOnPlanted(PlantContacts(300), 3, EngineKind::kKMeans);
  const auto model = ReadModelArtifact(WriteModelArtifact(*trained.model));
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ((*model)->parts(), trained.model->parts());
}

TEST_F(ModelArtifactTest, GivesBackTheScoreBitForBit) {
  const OutcomeContacts contacts = PlantOutcomes(400);
  WorkerPool pool(2);
  const auto trained =
      TrainModel(contacts.table, contacts.schema, PlantedOptions(2), pool, nullptr, {});
  ASSERT_TRUE(trained.ok()) << trained.status();
  ASSERT_TRUE(trained->model->parts().outcome.has_value());
  const auto model = ReadModelArtifact(WriteModelArtifact(*trained->model));
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ((*model)->parts(), trained->model->parts());
}

// Artifacts that are older than scores say nothing of an outcome.
TEST_F(ModelArtifactTest, OfAModelWithoutAScoreHasNone) {
  const auto model = ReadModelArtifact(*artifact_);
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_FALSE((*model)->parts().outcome.has_value());
}

TEST_F(ModelArtifactTest, KeepsEveryKindOfCondition) {
  ModelParts parts = (*model_)->parts();
  Attribute tags{.id = "tags", .type = AttributeType::kSet};
  ASSERT_TRUE(parts.schema.Add(tags).ok());
  using enum RuleCondition::Test;
  parts.rules[0].conditions = {{.attribute = "age", .low = .1 + .2, .high = 4, .whole = true},
                               {.attribute = "channel", .test = kOneOf, .levels = {"a\"b", "c d"}},
                               {.attribute = "tags", .test = kHasTag, .levels = {"x"}}};
  parts.rules[1].conditions = {{.attribute = "channel", .test = kNoneOf, .levels = {"web"}},
                               {.attribute = "tags", .test = kLacksTag, .levels = {"x"}}};
  parts.rules[2] = {};
  const auto model = SegmentationModel::Make(parts);
  ASSERT_TRUE(model.ok()) << model.status();
  const auto read = ReadModelArtifact(WriteModelArtifact(**model));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ((*read)->parts().rules, parts.rules);
}

TEST_F(ModelArtifactTest, AnswersAsBefore) {
  const auto model = ReadModelArtifact(*artifact_);
  ASSERT_TRUE(model.ok()) << model.status();
  const PlantedContacts people = PlantContacts(50, .4, 99);
  const auto before = (*model_)->Assign(people.table, Date{20'100});
  const auto after = (*model)->Assign(people.table, Date{20'100});
  for (std::size_t row = 0; row < before.size(); ++row) {
    EXPECT_EQ(before[row].probabilities, after[row].probabilities);
  }
}

TEST_F(ModelArtifactTest, HoldsNoContact) {
  EXPECT_EQ(artifact_->find("a remark"), std::string::npos);
}

TEST_F(ModelArtifactTest, BeginsWithMagicVersionAndLength) {
  EXPECT_EQ(artifact_->substr(0, 8), "CIBLEMDL");
  EXPECT_EQ(artifact_->substr(8, 4), std::string("\1\0\0\0", 4));
  const auto low = static_cast<unsigned char>((*artifact_)[12]);
  const auto high = static_cast<unsigned char>((*artifact_)[13]);
  EXPECT_EQ(low + 256 * high, static_cast<int>((artifact_->size() - 28) & 0xffff));
}

TEST_F(ModelArtifactTest, IsRefusedWhenAByteWasChanged) {
  for (std::size_t i = 0; i < artifact_->size(); i += i < 64 ? 1 : 37) {
    for (const char damage : {'\x01', '\x80'}) {
      std::string damaged = *artifact_;
      damaged[i] = static_cast<char>(damaged[i] ^ damage);
      EXPECT_EQ(Refusal(damaged).code(), absl::StatusCode::kDataLoss) << "byte " << i;
    }
  }
  std::string damaged = *artifact_;
  damaged.back() = static_cast<char>(damaged.back() ^ 1);
  EXPECT_EQ(Refusal(damaged),
            absl::DataLossError("the model's artifact was changed; activate another version, or "
                                "train again"));
}

TEST_F(ModelArtifactTest, IsRefusedWhenTruncatedOrContinued) {
  EXPECT_EQ(Refusal(""), absl::DataLossError("the model's artifact is truncated; activate another "
                                             "version, or train again"));
  for (const std::size_t size : {std::size_t{7}, std::size_t{27}, std::size_t{28},
                                 artifact_->size() / 2, artifact_->size() - 1}) {
    EXPECT_EQ(Refusal(artifact_->substr(0, size)).code(), absl::StatusCode::kDataLoss) << size;
  }
  EXPECT_EQ(Refusal(*artifact_ + "x"),
            absl::DataLossError("the model's artifact has another length than it says; activate "
                                "another version, or train again"));
  EXPECT_EQ(Refusal(std::string(100, 'x')),
            absl::DataLossError("the model's artifact does not begin as one; activate another "
                                "version, or train again"));
}

// Version 2 of an empty body, with the checksum that version 2 gives it.
TEST_F(ModelArtifactTest, SaysSoWhenANewerVersionWroteIt) {
  const unsigned char newer[] = {'C',  'I',  'B',  'L',  'E',  'M',  'D',  'L', 2, 0,
                                 0,    0,    0,    0,    0,    0,    0,    0,   0, 0,
                                 0xa0, 0xfd, 0xfc, 0xd1, 0xec, 0xf7, 0x6c, 0xf3};
  EXPECT_EQ(Refusal(absl::string_view(reinterpret_cast<const char*>(newer), sizeof newer)),
            absl::FailedPreconditionError(
                "the model's artifact is of version 2; this server reads up to 1. Run the version "
                "of Cible that wrote it, or train again"));
}

// Parts that do not fit together, past a checksum that does.
TEST_F(ModelArtifactTest, PartsOfOtherSizesAreRefused) {
  const auto refused = [](auto change) {
    storage::v1::ModelArtifact message;
    PartsToProto((*model_)->parts(), &message);
    change(message);
    const auto parts = PartsFromProto(message);
    return parts.ok() ? CheckParts(*parts) : parts.status();
  };
  using Message = storage::v1::ModelArtifact;
  EXPECT_TRUE(refused([](Message&) {}).ok());
  const auto invalid = absl::StatusCode::kInvalidArgument;
  EXPECT_EQ(refused([](Message& m) { m.mutable_outcome()->set_attribute("else"); }).code(),
            invalid);
  EXPECT_EQ(refused([](Message& m) { m.add_shares(.5); }).code(), invalid);
  EXPECT_EQ(refused([](Message& m) { m.clear_shares(); }).code(), invalid);
  EXPECT_EQ(refused([](Message& m) { m.clear_components(); }).code(), invalid);
  EXPECT_EQ(refused([](Message& m) { m.mutable_mixture()->add_means(1); }).code(), invalid);
  EXPECT_EQ(refused([](Message& m) { m.mutable_mixture()->add_weights(.5); }).code(), invalid);
  EXPECT_EQ(
      refused([](Message& m) { m.mutable_mixture()->mutable_blocks(0)->add_numbers(0); }).code(),
      invalid);
  EXPECT_EQ(refused([](Message& m) { m.mutable_kmeans()->add_centroids(1); }).code(), invalid);
  EXPECT_EQ(refused([](Message& m) { m.mutable_typicality_mean()->RemoveLast(); }).code(), invalid);
  EXPECT_EQ(refused([](Message& m) { m.mutable_encodings(0)->set_count(1 << 30); }).code(),
            invalid);
  EXPECT_EQ(refused([](Message& m) { m.mutable_encodings(0)->set_begin(-1); }).code(), invalid);
  EXPECT_EQ(refused([](Message& m) { m.mutable_encodings(0)->set_attribute("gone"); }).code(),
            invalid);
  EXPECT_EQ(refused([](Message& m) { m.set_next_number(1); }).code(), invalid);
  EXPECT_EQ(refused([](Message& m) { m.clear_encodings(); }).code(), invalid);
  EXPECT_EQ(refused([](Message& m) { m.add_temperatures(1); }).code(), invalid);
  const auto too_hot = [](Message& m) {
    m.clear_temperatures();
    m.mutable_temperatures()->Resize(3, 5.);
  };
  EXPECT_EQ(refused(too_hot).code(), invalid);
  EXPECT_EQ(refused([](Message& m) { m.mutable_rules()->RemoveLast(); }).code(), invalid);
  EXPECT_EQ(refused([](Message& m) { m.mutable_rules(0)->set_precision(2); }).code(), invalid);
  EXPECT_EQ(refused([](Message& m) { m.mutable_rules(0)->add_conditions(); }).code(), invalid);
  EXPECT_TRUE(refused([](Message& m) { m.clear_rules(); }).ok());  // Older than rules.
}

}  // namespace
}  // namespace cible
