// The questionnaire made of real lists: how often adding up its points names the
// persona that everything known names, on contacts that had no say in it.

#include "segmentation/personas/typing_tool.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "segmentation/models/training.h"
#include "tests/acceptance/real_list.h"

namespace cible {
namespace {

constexpr int kSegments = 3;

struct List {
  const char* file;
  const char* outcome;
  const char* success;
  // Bars: what the lower end of the 95 % interval after the last question must be
  // above the accuracy without any; of the questions that inference proposes, and
  // with every attribute askable.
  double gained_as_inferred;
  double gained_of_all;
};

void Print(const List& list, const char* what, const TypingTool& tool) {
  std::printf("%s, %s: start %.3f", list.file, what, tool.start_accuracy);
  for (const TypingQuestion& question : tool.questions) {
    std::printf("; %s (%zu answers) %.3f [%.3f, %.3f]", question.attribute.c_str(),
                question.answers.size(), question.accuracy, question.accuracy_interval.low,
                question.accuracy_interval.high);
  }
  std::printf("; the model %.3f (%d contacts)\n", tool.model_accuracy, tool.contact_count);
}

// The lower end of what its questions reach, over no question.
double Gained(const TypingTool& tool) {
  return tool.questions.empty() ? 0
                                : tool.questions.back().accuracy_interval.low - tool.start_accuracy;
}

Schema WithAllAskable(Schema schema) {
  for (Attribute attribute : std::vector<Attribute>(schema.attributes())) {
    attribute.askable = true;
    EXPECT_TRUE(schema.Update(attribute).ok());
  }
  return schema;
}

class TypingTools : public testing::TestWithParam<List> {
 protected:
  void SetUp() override { CIBLE_REQUIRE_REAL_LISTS(); }
};

// bank-full's segments are made of past campaigns and the balance: of what inference
// takes for askable nothing tells them apart, and the tool says so.
TEST_P(TypingTools, TellThePersonaFarBetterThanNoQuestion) {
  const List& list = GetParam();
  const RealList real = ReadRealList(list.file, list.outcome, list.success);
  const Date as_of = *ParseDate("2014-07-01");
  WorkerPool pool;
  const auto trained = TrainModel(
      real.table, real.schema,
      {.min_segments = kSegments, .max_segments = kSegments, .stability_pairs = 0, .as_of = as_of},
      pool, nullptr, {});
  ASSERT_TRUE(trained.ok()) << trained.status();
  const auto inferred = MakeTypingTool(*trained->model, real.schema, real.table, as_of);
  ASSERT_TRUE(inferred.ok()) << inferred.status();
  Print(list, "as inferred", *inferred);
  EXPECT_GE(Gained(*inferred), list.gained_as_inferred);
  const auto all = MakeTypingTool(*trained->model, WithAllAskable(real.schema), real.table, as_of);
  ASSERT_TRUE(all.ok()) << all.status();
  Print(list, "all askable", *all);
  EXPECT_GE(Gained(*all), list.gained_of_all);
  // Whole points cost little.
  EXPECT_GE(all->questions.back().accuracy, all->model_accuracy - .06);
}

INSTANTIATE_TEST_SUITE_P(RealLists, TypingTools,
                         testing::Values(List{"bank-full.csv.gz", "y", "yes", 0, .3},
                                         List{"Leads.csv.gz", "Converted", "1", .03, .5},
                                         List{"marketing_campaign.csv", "Response", "1", .3, .45}),
                         [](const auto& each) {
                           const std::string file = each.param.file;
                           return file[0] == 'b' ? "Bank" : file[0] == 'L' ? "Leads" : "Campaign";
                         });

}  // namespace
}  // namespace cible
