#include "segmentation/personas/typing_tool_text.h"

#include <utility>

#include "segmentation/personas/catalogue.h"
#include "segmentation/personas/figures.h"

namespace cible {
namespace {

constexpr int kFewContacts = 200;  // Of which half were measured on: 100.

std::string LevelsText(const SpokenAnswer& answer, const Attribute& attribute,
                       const Catalogue& catalogue) {
  const auto level = [&](std::size_t i) {
    return DescribeLevel(answer.levels[i], attribute, catalogue);
  };
  if (attribute.type == AttributeType::kSet) {
    return catalogue.Message(answer.is_other ? "answer.no_tag" : "answer.tag",
                             {{"level", level(0)}});
  }
  if (answer.is_other) return catalogue.Message("answer.other");
  if (answer.levels.size() == 1) return level(0);
  return catalogue.Message("answer.levels_between",
                           {{"low", level(0)}, {"high", level(answer.levels.size() - 1)}});
}

}  // namespace

std::string DescribeAnswer(const SpokenAnswer& answer, const Attribute& attribute,
                           Language language) {
  const Catalogue& catalogue = Catalogue::For(language);
  if (!answer.levels.empty() || answer.is_other) return LevelsText(answer, attribute, catalogue);
  if (attribute.type == AttributeType::kNumeric) {
    return DescribeNumbers(answer.range, attribute, catalogue);
  }
  return DescribeSpan(answer.range, attribute, catalogue);
}

std::vector<std::string> TypingToolNotices(const TypingTool& tool, int question_limit,
                                           Language language) {
  const Catalogue& catalogue = Catalogue::For(language);
  const auto count = [&](int number) { return FormatNumber(number, 0, catalogue); };
  const auto percent = [&](double share) { return FormatShareToTenth(share, catalogue); };
  const auto asked = static_cast<int>(tool.questions.size());
  std::vector<std::string> notices = {
      catalogue.Message("typing.notice.right", {{"count", count(tool.contact_count)}})};
  if (2 * tool.contact_count < kFewContacts) {
    notices.push_back(
        catalogue.Message("typing.notice.few", {{"count", count(tool.contact_count)}}));
  }
  if (asked == 0) {
    notices.push_back(
        catalogue.Message("typing.notice.none", {{"candidates", count(tool.candidate_count)}}));
    return notices;
  }
  const double by_head = tool.questions.back().accuracy;
  const bool costs = by_head < tool.model_accuracy;
  notices.push_back(
      catalogue.Message(costs ? "typing.notice.rounding" : "typing.notice.no_cost",
                        {{"model", percent(tool.model_accuracy)}, {"tool", percent(by_head)}}));
  if (asked < question_limit && asked < tool.candidate_count) {
    notices.push_back(
        catalogue.Message(asked == 1 ? "typing.notice.stopped.one" : "typing.notice.stopped",
                          {{"count", count(asked)}, {"candidates", count(tool.candidate_count)}}));
  } else if (asked < question_limit) {
    notices.push_back(catalogue.Message("typing.notice.all_asked",
                                        {{"candidates", count(tool.candidate_count)}}));
  }
  if (tool.asks_for_tags) notices.push_back(catalogue.Message("typing.notice.tags"));
  return notices;
}

}  // namespace cible
