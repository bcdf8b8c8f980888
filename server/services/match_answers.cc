#include "server/services/match_answers.h"

#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"

namespace cible {
namespace {

constexpr int kDefaultQuestions = 5;
constexpr int kMaxQuestions = 20;

void EffectToProto(const ActiveModel& active, const AnswerEffect& effect,
                   v1::AnswerEffect* message) {
  for (const std::string& level : effect.levels) message->add_levels(level);
  if (effect.is_number && std::isfinite(effect.low)) message->set_low(effect.low);
  if (effect.is_number && std::isfinite(effect.high)) message->set_high(effect.high);
  message->set_probability(effect.probability);
  message->set_persona(active.segment_id(effect.winner));
  message->set_persona_probability(effect.winner_probability);
}

}  // namespace

absl::StatusOr<int> QuestionCount(int requested) {
  if (requested < 0 || requested > kMaxQuestions) {
    return absl::InvalidArgumentError(absl::StrCat("question_count must lie in 1 to ",
                                                   kMaxQuestions, "; 0 means ", kDefaultQuestions));
  }
  return requested == 0 ? kDefaultQuestions : requested;
}

const std::string& QuestionText(const Attribute& attribute, Language language) {
  return language == Language::kFrench ? attribute.question.fr : attribute.question.en;
}

void QuestionsToProto(const ActiveModel& active, const std::vector<SuggestedQuestion>& questions,
                      Language language,
                      google::protobuf::RepeatedPtrField<v1::SuggestedQuestion>* messages) {
  for (const SuggestedQuestion& suggested : questions) {
    const Attribute* attribute = active.model->schema().Find(suggested.attribute);
    v1::SuggestedQuestion* question = messages->Add();
    question->set_attribute(suggested.attribute);
    question->set_question(QuestionText(*attribute, language));
    question->set_gain(suggested.gain);
    question->set_cost(attribute->ask_cost);
    for (const AnswerEffect& effect : suggested.effects) {
      EffectToProto(active, effect, question->add_answers());
    }
  }
}

}  // namespace cible
