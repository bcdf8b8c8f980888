#include "segmentation/personas/spoken_answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <vector>

namespace cible {
namespace {

using testing::ElementsAre;

constexpr Date kDay{20'000};

Attribute Asked(const std::string& id, AttributeType type) {
  return {.id = id, .display_name = id, .type = type, .askable = true};
}

// Two components: what `value` gives of each row, and whose it is.
struct Planted {
  Column column;
  std::vector<int> labels, rows;

  LabelledRows learnt() const { return {rows, labels, 2}; }
};

template <typename ValueOf>
Planted Plant(const Attribute& attribute, int count, const ValueOf& value) {
  Planted planted{.column = MakeColumn(attribute.id, attribute.type)};
  for (int row = 0; row < count; ++row) {
    planted.labels.push_back(row % 2);
    Append(planted.column, value(row, row % 2));
  }
  planted.rows.resize(count);
  std::iota(planted.rows.begin(), planted.rows.end(), 0);
  return planted;
}

// Below 40 one component, from 40 the other: two bands tell all there is.
TEST(SpokenQuestion, CutsANumberWhereTheComponentsPart) {
  const Attribute age = Asked("age", AttributeType::kNumeric);
  const Planted planted = Plant(age, 400, [](int row, int label) {
    return std::optional<Value>(double{20. + row / 2 % 20 + 20 * label});
  });
  const auto question = MakeSpokenQuestion(planted.column, age, kDay, planted.learnt());
  ASSERT_TRUE(question.has_value());
  ASSERT_EQ(question->answers.size(), 2u);
  EXPECT_EQ(question->answers[0].range, (AnswerRange{.low = {}, .high = 40, .whole = true}));
  EXPECT_EQ(question->answers[1].range.low, 40);
  for (int row = 0; row < 400; ++row) EXPECT_EQ(question->given[row], planted.labels[row]);
}

TEST(SpokenQuestion, CutsDatesAtSpansThatPeopleSay) {
  const Attribute joined = Asked("joined", AttributeType::kDate);
  const Planted planted = Plant(joined, 800, [](int row, int label) {
    return std::optional<Value>(Date{kDay.days - 10 - row / 2 % 345 - 500 * label});
  });
  const auto question = MakeSpokenQuestion(planted.column, joined, kDay, planted.learnt());
  ASSERT_TRUE(question.has_value());
  ASSERT_EQ(question->answers.size(), 2u);
  EXPECT_EQ(DescribeSpan(question->answers[0].range, joined, Catalogue::For(Language::kEnglish)),
            "less than 1 year ago");
}

// Ten levels; "a" and "b" tell, the others do not.
TEST(SpokenQuestion, KeepsTheLevelsThatTellAndMergesTheOthers) {
  const Attribute plan = Asked("plan", AttributeType::kCategorical);
  const Planted planted = Plant(plan, 2000, [](int row, int label) {
    const int tenth = row / 2 % 10;
    const std::string telling = label == 0 ? "a" : "b";
    return std::optional<Value>(tenth < 4 ? telling
                                          : std::string(1, static_cast<char>('c' + tenth)));
  });
  const auto question = MakeSpokenQuestion(planted.column, plan, kDay, planted.learnt());
  ASSERT_TRUE(question.has_value());
  ASSERT_EQ(question->answers.size(), 6u);
  EXPECT_THAT(question->answers[0].levels, ElementsAre("a"));
  EXPECT_THAT(question->answers[1].levels, ElementsAre("b"));
  EXPECT_TRUE(question->answers[5].is_other);
  EXPECT_EQ(question->answers[5].levels.size(), 3u);
}

// A word that no text may hold is answered with the others.
TEST(SpokenQuestion, DoesNotSayDeniedLevels) {
  const Attribute job = Asked("job", AttributeType::kCategorical);
  const Planted planted = Plant(job, 300, [](int row, int label) {
    const char* const levels[] = {"unemployed", "manager", "clerk"};
    return std::optional<Value>(std::string(levels[(row / 2 + label) % 3]));
  });
  const auto question = MakeSpokenQuestion(planted.column, job, kDay, planted.learnt());
  ASSERT_TRUE(question.has_value());
  for (const SpokenAnswer& answer : question->answers) {
    if (!answer.is_other) {
      EXPECT_NE(answer.levels[0], "unemployed");
    }
  }
}

TEST(SpokenQuestion, AsksForTheTagThatTellsMost) {
  const Attribute channels = Asked("channels", AttributeType::kSet);
  const Planted planted = Plant(channels, 300, [](int row, int label) {
    StringSet tags;
    if (row / 2 % 2 == 0) tags.members.push_back("post");
    if (label == 1) tags.members.push_back("web");
    return std::optional<Value>(tags);
  });
  const auto question = MakeSpokenQuestion(planted.column, channels, kDay, planted.learnt());
  ASSERT_TRUE(question.has_value());
  ASSERT_EQ(question->answers.size(), 2u);
  EXPECT_THAT(question->answers[0].levels, ElementsAre("web"));
  EXPECT_TRUE(question->answers[1].is_other);
}

TEST(SpokenQuestion, IsNoneWhereAllAnswerAlikeOrNothingIsKnown) {
  const Attribute age = Asked("age", AttributeType::kNumeric);
  const Planted same = Plant(age, 50, [](int, int) { return std::optional<Value>(30.); });
  EXPECT_FALSE(MakeSpokenQuestion(same.column, age, kDay, same.learnt()).has_value());
  const Planted unknown = Plant(age, 50, [](int, int) { return std::optional<Value>(); });
  EXPECT_FALSE(MakeSpokenQuestion(unknown.column, age, kDay, unknown.learnt()).has_value());
}

TEST(MayBeAsked, NeverOfWhatIsSensitiveOrProtected) {
  Attribute attribute = Asked("visits", AttributeType::kNumeric);
  EXPECT_TRUE(MayBeAsked(attribute));
  attribute.sensitive = true;
  EXPECT_FALSE(MayBeAsked(attribute));
  attribute.sensitive = false;
  attribute.is_protected = true;
  EXPECT_FALSE(MayBeAsked(attribute));
  attribute.is_protected = false;
  attribute.askable = false;
  EXPECT_FALSE(MayBeAsked(attribute));
  EXPECT_FALSE(MayBeAsked(Asked("religion", AttributeType::kCategorical)));
}

}  // namespace
}  // namespace cible
