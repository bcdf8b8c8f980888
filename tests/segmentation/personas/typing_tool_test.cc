#include "segmentation/personas/typing_tool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "segmentation/personas/typing_tool_text.h"
#include "tests/segmentation/models/planted_contacts.h"

namespace cible {
namespace {

using testing::HasSubstr;

constexpr Date kAsOf{20'000};

struct Trained {
  PlantedContacts contacts;
  std::shared_ptr<const SegmentationModel> model;
};

const Trained& Planted() {
  static const Trained& trained = *[] {
    auto* made = new Trained{.contacts = PlantContacts(1500), .model = nullptr};
    made->model = TrainOnPlanted(made->contacts).model;
    return made;
  }();
  return trained;
}

absl::StatusOr<TypingTool> ToolOf(const Schema& schema, const TypingToolOptions& options = {}) {
  return MakeTypingTool(*Planted().model, schema, Planted().contacts.table, kAsOf, options);
}

Schema Without(const std::string& attribute, bool askable, bool sensitive) {
  Schema schema = Planted().contacts.schema;
  Attribute changed = *schema.Find(attribute);
  changed.askable = askable;
  changed.sensitive = sensitive;
  changed.sensitive_feature = sensitive;
  EXPECT_TRUE(schema.Update(changed).ok());
  return schema;
}

TEST(TypingTool, TellsPlantedPersonas) {
  const auto tool = ToolOf(Planted().contacts.schema);
  ASSERT_TRUE(tool.ok()) << tool.status();
  EXPECT_EQ(tool->contact_count, 750);
  EXPECT_EQ(tool->candidate_count, 3);
  EXPECT_LT(tool->start_accuracy, .45);
  ASSERT_GE(tool->questions.size(), 2u);
  // A fifth of the answers is missing.
  EXPECT_GT(tool->questions.back().accuracy, .85);
  for (const TypingQuestion& question : tool->questions) {
    EXPECT_LT(question.accuracy_interval.low, question.accuracy);
    EXPECT_GT(question.accuracy_interval.high, question.accuracy);
    ASSERT_EQ(question.points.size(), question.answers.size());
    for (const std::vector<int>& points : question.points) {
      EXPECT_EQ(*std::min_element(points.begin(), points.end()), 0);
      EXPECT_LE(*std::max_element(points.begin(), points.end()), 9);
    }
  }
}

// By hand, as on paper: the figures are those of the whole points.
TEST(TypingTool, ItsAccuracyIsThatOfAddingUp) {
  Schema schema = Without("offers", false, false);
  Attribute channel = *schema.Find("channel");
  channel.askable = false;
  ASSERT_TRUE(schema.Update(channel).ok());
  const auto tool = ToolOf(schema, {.question_count = 1});
  ASSERT_TRUE(tool.ok()) << tool.status();
  ASSERT_EQ(tool->questions.size(), 1u);
  const TypingQuestion& question = tool->questions[0];
  ASSERT_EQ(question.attribute, "age");
  double right = 0, all = 0;
  const Column& ages = *Planted().contacts.table.Find("age");
  const std::vector<Posterior> truth = Planted().model->Assign(Planted().contacts.table, kAsOf);
  for (int row = 0; row < Planted().contacts.table.row_count; ++row) {
    if (truth[row].winner < 0) continue;
    std::vector<int> sums = tool->start_points;
    if (const auto age = Get(ages, row)) {
      for (std::size_t a = 0; a < question.answers.size(); ++a) {
        const AnswerRange& range = question.answers[a].range;
        const double number = std::get<double>(*age);
        if (range.low && number < *range.low) continue;
        if (range.high && number >= *range.high) continue;
        for (std::size_t k = 0; k < sums.size(); ++k) sums[k] += question.points[a][k];
      }
    }
    right += MostPoints(sums) == truth[row].winner;
    ++all;
  }
  // Of both halves, while the tool's is of one: within its interval.
  EXPECT_GT(right / all, question.accuracy_interval.low);
  EXPECT_LT(right / all, question.accuracy_interval.high);
}

TEST(TypingTool, IsTheSameEveryTime) {
  const auto first = ToolOf(Planted().contacts.schema);
  const auto second = ToolOf(Planted().contacts.schema);
  ASSERT_EQ(first->questions.size(), second->questions.size());
  for (std::size_t i = 0; i < first->questions.size(); ++i) {
    EXPECT_EQ(first->questions[i].attribute, second->questions[i].attribute);
    EXPECT_EQ(first->questions[i].points, second->questions[i].points);
    EXPECT_EQ(first->questions[i].accuracy, second->questions[i].accuracy);
  }
}

TEST(TypingTool, AsksNothingSensitive) {
  const auto tool = ToolOf(Without("age", true, true));
  ASSERT_TRUE(tool.ok()) << tool.status();
  for (const TypingQuestion& question : tool->questions) EXPECT_NE(question.attribute, "age");
}

TEST(TypingTool, AskCostsCount) {
  Schema schema = Planted().contacts.schema;
  const std::string first = ToolOf(schema)->questions[0].attribute;
  Attribute dear = *schema.Find(first);
  dear.ask_cost = 100;
  ASSERT_TRUE(schema.Update(dear).ok());
  EXPECT_NE(ToolOf(schema)->questions[0].attribute, first);
}

TEST(TypingTool, UsesAtMostSoManyContacts) {
  const auto tool = ToolOf(Planted().contacts.schema, {.most_contacts = 100});
  ASSERT_TRUE(tool.ok()) << tool.status();
  EXPECT_LE(tool->contact_count, 50);
  EXPECT_THAT(TypingToolNotices(*tool, 5, Language::kEnglish),
              testing::Contains(HasSubstr("are few")));
}

TEST(TypingTool, SaysWhatToDoWhereNothingMayBeAsked) {
  Schema schema = Planted().contacts.schema;
  for (Attribute attribute : std::vector<Attribute>(schema.attributes())) {
    attribute.askable = false;
    ASSERT_TRUE(schema.Update(attribute).ok());
  }
  const absl::Status status = ToolOf(schema).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("mark some as askable"));
}

TEST(TypingTool, SaysThatContactsAreMissing) {
  const auto tool =
      MakeTypingTool(*Planted().model, Planted().contacts.schema, PlantContacts(0).table, kAsOf);
  EXPECT_EQ(tool.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(tool.status().message()), HasSubstr("too few contacts"));
}

TEST(TypingTool, ThePersonaOfMostPointsIsTheFirstOfEqualOnes) {
  EXPECT_EQ(MostPoints({1, 3, 3}), 1);
  EXPECT_EQ(MostPoints({0}), 0);
}

TEST(DescribeAnswer, SaysLevelsBandsAndTheRest) {
  const Attribute plan{.id = "plan", .type = AttributeType::kCategorical};
  EXPECT_EQ(DescribeAnswer({.levels = {"basic"}}, plan, Language::kFrench), "basic");
  EXPECT_EQ(DescribeAnswer({.levels = {"a", "b"}, .is_other = true}, plan, Language::kFrench),
            "une autre réponse");
  const Attribute rating{.id = "rating", .type = AttributeType::kOrdinal, .levels = {"1", "2"}};
  EXPECT_EQ(DescribeAnswer({.levels = {"1", "2"}}, rating, Language::kEnglish), "1 to 2");
  const Attribute tags{.id = "tags", .type = AttributeType::kSet};
  EXPECT_EQ(DescribeAnswer({.levels = {"web"}, .is_other = true}, tags, Language::kEnglish),
            "“web” not among them");
}

TEST(TypingToolNotices, SayWhyItIsNotLonger) {
  TypingTool tool{.start_points = {0, 0}, .contact_count = 1000, .candidate_count = 4};
  EXPECT_THAT(TypingToolNotices(tool, 5, Language::kEnglish),
              testing::Contains(HasSubstr("None of the 4 questions")));
  tool.questions.resize(2);
  EXPECT_THAT(TypingToolNotices(tool, 5, Language::kEnglish),
              testing::Contains(HasSubstr("2 of the 4 that could be asked are enough")));
  tool.questions.resize(4);
  EXPECT_THAT(TypingToolNotices(tool, 5, Language::kFrench),
              testing::Contains(HasSubstr("On ne peut demander que 4 attributs")));
}

}  // namespace
}  // namespace cible
