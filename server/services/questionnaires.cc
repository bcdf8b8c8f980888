#include <utility>

#include "segmentation/personas/questions.h"
#include "segmentation/personas/typing_tool.h"
#include "segmentation/personas/typing_tool_text.h"
#include "server/services/audience.h"
#include "server/services/match_answers.h"
#include "server/services/persona_service.h"
#include "server/services/portraits.h"
#include "server/services/subject.h"
#include "server/services/told_figures.h"

namespace cible {
namespace {

void AnswerToProto(const SpokenAnswer& answer, const std::vector<int>& points,
                   const Attribute& attribute, Language language, v1::TypingAnswer* message) {
  message->set_description(DescribeAnswer(answer, attribute, language));
  // Of the others each may be had by one contact alone, and there may be many.
  if (!answer.is_other) message->mutable_levels()->Add(answer.levels.begin(), answer.levels.end());
  if (answer.range.low) message->set_low(*answer.range.low);
  if (answer.range.high) message->set_high(*answer.range.high);
  for (const int each : points) message->add_points(each);
}

void QuestionToProto(const TypingQuestion& question, const Attribute& attribute, Language language,
                     v1::TypingQuestion* message) {
  message->set_attribute(question.attribute);
  message->set_question(QuestionText(attribute, language));
  for (std::size_t a = 0; a < question.answers.size(); ++a) {
    AnswerToProto(question.answers[a], question.points[a], attribute, language,
                  message->add_answers());
  }
  message->set_accuracy(question.accuracy);
  message->set_accuracy_low(question.accuracy_interval.low);
  message->set_accuracy_high(question.accuracy_interval.high);
}

void ToolToProto(const TypingTool& tool, const ActiveModel& active,
                 const std::vector<std::uint8_t>& withheld, const Schema& schema, Language language,
                 v1::TypingTool* message) {
  SharesToProto(active, active.model->parts().shares, withheld, language,
                message->mutable_personas());
  for (const int each : tool.start_points) message->add_start_points(each);
  for (const TypingQuestion& question : tool.questions) {
    QuestionToProto(question, *schema.Find(question.attribute), language, message->add_questions());
  }
  message->set_start_accuracy(tool.start_accuracy);
  message->set_contact_count(tool.contact_count);
  message->set_model(active.name.ToString());
}

}  // namespace

absl::Status PersonaService::SuggestQuestions(const CallContext& call,
                                              const v1::SuggestQuestionsRequest& request,
                                              v1::SuggestQuestionsResponse* response) {
  const auto language = LanguageFromCode(request.language_code());
  if (!language.ok()) return language.status();
  const auto limit = QuestionCount(request.question_count());
  if (!limit.ok()) return limit.status();
  const auto basis = BasisOf(registry_, request, call.time);
  if (!basis.ok()) return basis.status();
  const auto lead = ReadLead(call, observations_, *basis, request);
  if (!lead.ok()) return lead.status();
  const SegmentationModel& model = basis->model();
  const auto prior = MatchPrior(model, request.prior());
  if (!prior.ok()) return prior.status();
  const Samples samples = model.encoder().Encode(**lead, basis->as_of);
  Assigner assigner(model.rule(), *model.PriorOf(*prior));
  const Posterior posterior = assigner.Assign(samples.row(0));
  QuestionsToProto(*basis->active,
                   cible::SuggestQuestions(model, assigner, samples.row(0), posterior, *limit),
                   *language, response->mutable_questions());
  response->set_information(posterior.information);
  StateBasis(*basis, response);
  response->set_prior(PriorToProto(*prior));
  return absl::OkStatus();
}

absl::Status PersonaService::GetTypingTool(const CallContext& call,
                                           const v1::GetTypingToolRequest& request,
                                           v1::TypingTool* response) {
  const auto language = LanguageFromCode(request.language_code());
  if (!language.ok()) return language.status();
  const auto limit = QuestionCount(request.question_count());
  if (!limit.ok()) return limit.status();
  const auto active = ActiveFor(registry_, request.segmentation());
  if (!active.ok()) return active.status();
  const auto below = WithheldBelow(call, store_, (*active)->name.workspace);
  if (!below.ok()) return below.status();
  const Date as_of = DayIn((*active)->time_zone, call.time);
  const SegmentationModel& model = *(*active)->model;
  const auto audience = ReadAudience(
      store_,
      {.workspace = (*active)->name.workspace, .kind = model.parts().contact_kind, .as_of = as_of},
      call.cancelled);
  if (!audience.ok()) return audience.status();
  const auto tool =
      MakeTypingTool(model, audience->schema, audience->table, as_of, {.question_count = *limit});
  if (!tool.ok()) return tool.status();
  ToolToProto(*tool, **active, WithheldComponents(**active, *below), audience->schema, *language,
              response);
  for (std::string& notice : TypingToolNotices(*tool, *limit, *language)) {
    response->add_notices(std::move(notice));
  }
  DateToProto(as_of, response->mutable_as_of());
  return absl::OkStatus();
}

}  // namespace cible
