#include "segmentation/personas/exemplar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <utility>

#include "tests/segmentation/models/planted_contacts.h"

namespace cible {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const ExemplarValue* Find(const Exemplar& exemplar, const std::string& attribute) {
  for (const ExemplarValue& value : exemplar) {
    if (value.attribute == attribute) return &value;
  }
  return nullptr;
}

std::vector<Exemplar> Compose(const SegmentationModel& model, const ContactTable& table,
                              const std::vector<int>& labels) {
  WorkerPool pool(2);
  return ComposeExemplars(model, table, labels, pool);
}

// The component that most of the planted group are in.
int ComponentOfGroup(const PlantedContacts& planted, const std::vector<int>& labels, int group) {
  std::vector<int> counts(3);
  for (std::size_t row = 0; row < labels.size(); ++row) {
    if (planted.groups[row] == group && labels[row] >= 0) {
      ++counts[static_cast<std::size_t>(labels[row])];
    }
  }
  return static_cast<int>(std::max_element(counts.begin(), counts.end()) - counts.begin());
}

class ComposeExemplarsTest : public testing::Test {
 protected:
  static const PlantedContacts& Planted() {
    static const PlantedContacts planted = PlantContacts(1500);
    return planted;
  }
  static const TrainingResult& Trained() {
    static const TrainingResult result = TrainOnPlanted(Planted());
    return result;
  }
  static std::vector<Exemplar> Exemplars() {
    return Compose(*Trained().model, Planted().table, Trained().labels);
  }
};

// Ages have a standard deviation of 4, those of the ten nearest less: their
// median lies within 4 of the planted mean.
TEST_F(ComposeExemplarsTest, HaveThePlantedValues) {
  const std::vector<Exemplar> exemplars = Exemplars();
  for (int group = 0; group < 3; ++group) {
    const PlantedGroup& truth = kPlantedGroups[group];
    const Exemplar& exemplar =
        exemplars[static_cast<std::size_t>(ComponentOfGroup(Planted(), Trained().labels, group))];
    ASSERT_NE(Find(exemplar, "age"), nullptr);
    EXPECT_NEAR(Find(exemplar, "age")->number.value(), truth.age, 4);
    EXPECT_NEAR(Find(exemplar, "visits")->number.value(), truth.visits, 2);
    const char* const channels[] = {"web", "shop", "phone"};
    EXPECT_THAT(Find(exemplar, "channel")->levels, ElementsAre(channels[group]));
    EXPECT_THAT(Find(exemplar, "offers")->levels, ElementsAre(group == 0 ? "true" : "false"));
    EXPECT_EQ(Find(exemplar, "note"), nullptr);  // A text.
  }
}

// Contacts of whom one attribute alone is known fit it perfectly, and are no
// typical members.
TEST_F(ComposeExemplarsTest, AreMadeOfMembersOfWhomMuchIsKnown) {
  ContactTable table = Planted().table;
  std::vector<int> labels = Trained().labels;
  const int component = ComponentOfGroup(Planted(), labels, 0);
  for (int i = 0; i < 200; ++i) {
    for (Column& column : table.columns) {
      Append(column, column.attribute == "channel" ? std::optional<Value>(std::string("web"))
                                                   : std::nullopt);
    }
    ++table.row_count;
    labels.push_back(component);
  }
  const auto at = static_cast<std::size_t>(component);
  EXPECT_NE(Find(Compose(*Trained().model, table, labels)[at], "age"), nullptr);
}

TEST_F(ComposeExemplarsTest, DoNotDependOnTheOrderOfRows) {
  std::vector<int> rows(static_cast<std::size_t>(Planted().table.row_count));
  std::iota(rows.begin(), rows.end(), 0);
  std::mt19937_64 random(5);
  std::shuffle(rows.begin(), rows.end(), random);
  std::vector<int> labels;
  for (const int row : rows) labels.push_back(Trained().labels[static_cast<std::size_t>(row)]);
  EXPECT_EQ(Compose(*Trained().model, SelectRows(Planted().table, rows), labels), Exemplars());
}

TEST_F(ComposeExemplarsTest, SayHowManyOfTheTenKnowAValue) {
  bool all = false, some = false;
  for (const Exemplar& exemplar : Exemplars()) {
    for (const ExemplarValue& value : exemplar) {
      EXPECT_GE(value.known, kExemplarMembers / 2);
      EXPECT_LE(value.known, kExemplarMembers);
      all = all || value.known == kExemplarMembers;
      some = some || value.known < kExemplarMembers;
    }
  }
  EXPECT_TRUE(all);
  EXPECT_TRUE(some);
}

TEST_F(ComposeExemplarsTest, NeedTenMembers) {
  std::vector<int> labels(static_cast<std::size_t>(Planted().table.row_count), -1);
  for (std::size_t row = 0; row < 9; ++row) labels[row] = 1;
  EXPECT_THAT(Compose(*Trained().model, Planted().table, labels), Each(IsEmpty()));
  labels[9] = 1;
  const auto exemplars = Compose(*Trained().model, Planted().table, labels);
  EXPECT_THAT(exemplars[0], IsEmpty());
  EXPECT_FALSE(exemplars[1].empty());
}

// Sensitive, protected, of places, texts and identities: never.
TEST(ComposeExemplars, LeaveOutWhatTextsMayNotSay) {
  PlantedContacts planted = PlantContacts(600, 0);
  Schema schema;
  for (Attribute attribute : planted.schema.attributes()) {
    if (attribute.id == "age") attribute.is_protected = true;
    if (attribute.id == "visits") attribute.display_name = "Zip Code";
    if (attribute.id == "wine") attribute.role = Role::kDescriptor, attribute.sensitive = true;
    if (attribute.id == "channel") attribute.criterion = Criterion::kGeographic;
    if (attribute.id == "offers") attribute.role = Role::kOutcome;
    if (attribute.id == "offers") attribute.outcome_value = "true";
    ASSERT_TRUE(schema.Add(attribute).ok());
  }
  planted.schema = schema;
  const TrainingResult trained = TrainOnPlanted(planted);
  for (const Exemplar& exemplar : Compose(*trained.model, planted.table, trained.labels)) {
    std::vector<std::string> told;
    for (const ExemplarValue& value : exemplar) told.push_back(value.attribute);
    EXPECT_THAT(told, ElementsAre("meat", "joined"));
  }
}

TEST(DescribeExemplarValue, SpeaksBothLanguages) {
  Schema schema;
  const auto add = [&](const Attribute& attribute) { ASSERT_TRUE(schema.Add(attribute).ok()); };
  add({.id = "age", .display_name = "Age", .type = AttributeType::kNumeric, .unit = "years"});
  add({.id = "income", .display_name = "Income", .type = AttributeType::kNumeric, .unit = "EUR"});
  add({.id = "newsletter", .display_name = "Newsletter", .type = AttributeType::kBoolean});
  add({.id = "likes", .display_name = "Likes", .type = AttributeType::kSet});
  add({.id = "joined", .display_name = "Customer since", .type = AttributeType::kDate});
  const auto text = [&](const ExemplarValue& value, Language language) {
    return DescribeExemplarValue(value, schema, language);
  };
  EXPECT_EQ(text({"age", 42., {}}, Language::kEnglish), "Age: 42 years");
  EXPECT_EQ(text({"age", 42.5, {}}, Language::kFrench), "Âge\u202f: 42 ans");
  EXPECT_EQ(text({"income", 51'382., {}}, Language::kFrench), "Revenu\u202f: 51\u202f382\u202f€");
  EXPECT_EQ(text({"newsletter", {}, {"true"}}, Language::kEnglish), "Newsletter readers: yes");
  EXPECT_EQ(text({"likes", {}, {"wine", "fish"}}, Language::kEnglish), "Interests: wine, fish");
  EXPECT_EQ(text({"joined", 800., {}}, Language::kEnglish), "Time as a customer: 2.2 years");
}

}  // namespace
}  // namespace cible
