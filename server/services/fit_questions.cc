#include "server/services/fit_questions.h"

#include "segmentation/personas/matching.h"

namespace cible {
namespace {

std::vector<int> RowsToAsk(const ActiveModel& active, const std::vector<ContactKind>& kinds,
                           const std::vector<Classified>& classified) {
  std::vector<int> rows;
  for (std::size_t row = 0; row < classified.size(); ++row) {
    const bool is_of_kind = kinds[row] == active.model->parts().contact_kind;
    if (is_of_kind && classified[row].state.fit() == Fit::kUnknown) {
      rows.push_back(static_cast<int>(row));
    }
  }
  return rows;
}

}  // namespace

std::vector<Question> FitQuestions(const LifecycleRules& rules, const ContactTable& table,
                                   const std::vector<ContactKind>& kinds,
                                   const std::vector<Classified>& classified) {
  if (rules.model == nullptr) return {};
  const SegmentationModel& model = *rules.model->model;
  const std::vector<int> rows = RowsToAsk(*rules.model, kinds, classified);
  if (rows.empty()) return {};
  std::vector<Question> questions(classified.size());
  const auto matches =
      MatchLeads(model, SelectRows(table, rows), rules.as_of.day, {.question_limit = 1});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (matches[i].questions.empty()) continue;
    const Attribute* asked = model.schema().Find(matches[i].questions.front().attribute);
    questions[static_cast<std::size_t>(rows[i])] = asked->question;
  }
  return questions;
}

}  // namespace cible
