#include "server/services/persona_service.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "segmentation/models/outcome_model.h"
#include "segmentation/personas/matching.h"
#include "server/services/match_answers.h"
#include "server/services/portraits.h"
#include "server/services/subject.h"
#include "server/wire/persona_wire.h"

namespace cible {
namespace {

constexpr std::size_t kMaxReasonsInTables = 5;
constexpr int kMaxRowErrors = 1000;

v1::MatchOutcome OutcomeToProto(MatchOutcome outcome) {
  switch (outcome) {
    case MatchOutcome::kMatched: return v1::MATCH_OUTCOME_MATCHED;
    case MatchOutcome::kNotEnoughKnown: return v1::MATCH_OUTCOME_NOT_ENOUGH_KNOWN;
    case MatchOutcome::kNoneOfYours: return v1::MATCH_OUTCOME_NONE_OF_YOURS;
  }
  return v1::MATCH_OUTCOME_UNSPECIFIED;
}

// `reasons` of Reason or ScoreReason.
template <typename Reasons>
void AddReason(const Reason& reason, Reasons* reasons) {
  auto* message = reasons->Add();
  message->set_attribute(reason.attribute);
  message->set_contribution(reason.contribution);
}

// As QuestionCount, and none for -1.
absl::StatusOr<int> QuestionLimit(int requested) {
  if (requested == -1) return 0;
  auto count = QuestionCount(requested);
  if (count.ok()) return count;
  return absl::InvalidArgumentError(absl::StrCat(count.status().message(), ", -1 suggests none"));
}

void MatchToProto(const ActiveModel& active, const Match& match, Language language,
                  v1::MatchLeadResponse* response) {
  response->set_outcome(OutcomeToProto(match.outcome));
  for (const int component : MostProbableFirst(match.posterior.probabilities)) {
    v1::PersonaProbability* persona = response->add_personas();
    persona->set_persona(active.segment_id(component));
    persona->set_display_name(PersonaDisplayName(active, component, language));
    persona->set_probability(match.posterior.probabilities[static_cast<std::size_t>(component)]);
  }
  response->set_information(match.posterior.information);
  response->set_typical(match.typicality.typical);
  response->set_typicality(match.typicality.probability);
  for (const Reason& reason : match.reasons) AddReason(reason, response->mutable_reasons());
  QuestionsToProto(active, match.questions, language, response->mutable_questions());
  for (const std::string& attribute : match.unread) response->add_unread_attributes(attribute);
}

// The first reasons, and the sum of the others, so that all still sum to the
// decision.
template <typename Reasons>
void FewReasonsToProto(const std::vector<Reason>& reasons, std::size_t most, Reasons* messages) {
  const std::size_t kept = std::min(reasons.size(), most);
  for (std::size_t i = 0; i < kept; ++i) AddReason(reasons[i], messages);
  Reason others{.attribute = "*", .contribution = 0};
  for (std::size_t i = kept; i < reasons.size(); ++i)
    others.contribution += reasons[i].contribution;
  if (kept < reasons.size()) AddReason(others, messages);
}

void MatchToProto(const ActiveModel& active, const Match& match, v1::LeadMatch* message) {
  message->set_outcome(OutcomeToProto(match.outcome));
  message->set_typical(match.typicality.typical);
  message->set_information(match.posterior.information);
  if (!match.questions.empty()) message->set_next_question(match.questions.front().attribute);
  FewReasonsToProto(match.reasons, kMaxReasonsInTables, message->mutable_reasons());
  if (match.posterior.winner < 0) return;
  const auto winner = static_cast<std::size_t>(match.posterior.winner);
  message->set_persona(active.segment_id(match.posterior.winner));
  message->set_probability(match.posterior.probabilities[winner]);
  if (match.posterior.runner_up >= 0) {
    message->set_runner_up(active.segment_id(match.posterior.runner_up));
  }
}

// What the active model scores by.
// Errors: FAILED_PRECONDITION, saying why there is nothing and what to do.
absl::StatusOr<const OutcomeModel*> ScoreOf(const ActiveModel& active) {
  const ModelParts& parts = active.model->parts();
  if (parts.outcome && parts.outcome->refusal.empty()) return &*parts.outcome;
  if (parts.outcome) {
    return absl::FailedPreconditionError(
        absl::StrCat("the active model has no score: ", parts.outcome->refusal));
  }
  if (OutcomeOf(parts.schema) != nullptr) {
    return absl::FailedPreconditionError(
        "the active model is older than scores; train again (TrainModel, `cible train`)");
  }
  return absl::FailedPreconditionError(
      "the active model knows of no outcome to score by: import with --outcome COLUMN=VALUE, or "
      "give the attribute the role OUTCOME and its outcome_value in the schema, and train again");
}

const std::string& UpdatedName(const v1::UpdatePersonaRequest& request) {
  return request.persona().name();
}

// What the score starts from, the strongest attributes, the sum of the others.
void ScoreToProto(const OutcomeScore& score, v1::LeadScore* message) {
  message->set_probability(score.probability);
  FewReasonsToProto(score.reasons, 1 + kMaxReasonsInTables, message->mutable_reasons());
}

}  // namespace

PersonaService::PersonaService(Store& store, const ModelRegistry& registry)
    : store_(store), registry_(registry) {}

void PersonaService::Register(MethodTable& table) {
  table.Unary("GetPersona", Execution::kInline, &v1::GetPersonaRequest::name, this,
              &PersonaService::GetPersona);
  table.Unary("ListPersonas", Execution::kInline, &v1::ListPersonasRequest::parent, this,
              &PersonaService::ListPersonas);
  table.Unary("MatchLead", Execution::kBlocking, &v1::MatchLeadRequest::segmentation, this,
              &PersonaService::MatchLead);
  table.Unary("MatchLeads", Execution::kBlocking, &v1::MatchLeadsRequest::segmentation, this,
              &PersonaService::MatchLeads);
  table.Unary("CreatePersona", Execution::kBlocking, &v1::CreatePersonaRequest::parent, this,
              &PersonaService::CreatePersona);
  table.Unary("UpdatePersona", Execution::kBlocking, &UpdatedName, this,
              &PersonaService::UpdatePersona);
  table.Unary("DeletePersona", Execution::kBlocking, &v1::DeletePersonaRequest::name, this,
              &PersonaService::DeletePersona);
  table.Unary("ComparePersonas", Execution::kBlocking, &v1::ComparePersonasRequest::parent, this,
              &PersonaService::ComparePersonas);
  table.Unary("SuggestQuestions", Execution::kBlocking, &v1::SuggestQuestionsRequest::segmentation,
              this, &PersonaService::SuggestQuestions);
  table.Unary("GetTypingTool", Execution::kBlocking, &v1::GetTypingToolRequest::segmentation, this,
              &PersonaService::GetTypingTool);
  table.Unary("GetIdealCustomerProfile", Execution::kBlocking,
              &v1::GetIdealCustomerProfileRequest::segmentation, this,
              &PersonaService::GetIdealCustomerProfile);
  table.Unary("ConfirmNegativeProfile", Execution::kBlocking,
              &v1::ConfirmNegativeProfileRequest::segmentation, this,
              &PersonaService::ConfirmNegativeProfile);
  table.Unary("GetCoreTarget", Execution::kBlocking, &v1::GetCoreTargetRequest::segmentation, this,
              &PersonaService::GetCoreTarget);
  table.Unary("FindLookalikes", Execution::kBlocking, &v1::FindLookalikesRequest::segmentation,
              this, &PersonaService::FindLookalikes);
  table.Unary("ScoreLeads", Execution::kBlocking, &v1::ScoreLeadsRequest::segmentation, this,
              &PersonaService::ScoreLeads);
}

absl::Status PersonaService::GetPersona(const CallContext&, const v1::GetPersonaRequest& request,
                                        v1::Persona* response) {
  const auto name = ResourceName::Parse(request.name(), ResourceKind::kPersona);
  if (!name.ok()) return name.status();
  const auto language = LanguageFromCode(request.language_code());
  if (!language.ok()) return language.status();
  const auto active = registry_.Active(name->workspace, name->segmentation);
  if (!active.ok()) return active.status();
  const int component = ComponentOf(**active, name->id);
  if (component < 0) return absl::NotFoundError("the active model has no such persona");
  PersonaToProto(**active, ProfileSegments(*(*active)->model), component, *language, response);
  AttributesToProto(*(*active)->model, component, response);
  return absl::OkStatus();
}

absl::Status PersonaService::ListPersonas(const CallContext&,
                                          const v1::ListPersonasRequest& request,
                                          v1::ListPersonasResponse* response) {
  const auto language = LanguageFromCode(request.language_code());
  if (!language.ok()) return language.status();
  const auto active = ActiveFor(registry_, request.parent());
  if (!active.ok()) return active.status();
  const std::vector<SegmentProfile> profiles = ProfileSegments(*(*active)->model);
  for (int component = 0; component < (*active)->model->component_count(); ++component) {
    PersonaToProto(**active, profiles, component, *language, response->add_personas());
  }
  return absl::OkStatus();
}

absl::Status PersonaService::MatchLead(const CallContext& call, const v1::MatchLeadRequest& request,
                                       v1::MatchLeadResponse* response) {
  const auto language = LanguageFromCode(request.language_code());
  if (!language.ok()) return language.status();
  const auto question_limit = QuestionLimit(request.question_count());
  if (!question_limit.ok()) return question_limit.status();
  const auto basis = BasisOf(registry_, request, call.time);
  if (!basis.ok()) return basis.status();
  const ActiveModel& active = *basis->active;
  const auto lead = request.has_name() ? ReadStoredContact(store_, *basis, request.name())
                                       : ReadInline(store_, *basis, request.lead());
  if (!lead.ok()) return lead.status();
  const std::vector<Match> matches =
      cible::MatchLeads(*active.model, *lead, basis->as_of, *question_limit);
  MatchToProto(active, matches.front(), *language, response);
  StateBasis(*basis, response);
  return absl::OkStatus();
}

absl::Status PersonaService::MatchLeads(const CallContext& call,
                                        const v1::MatchLeadsRequest& request,
                                        v1::MatchLeadsResponse* response) {
  const auto language = LanguageFromCode(request.language_code());
  if (!language.ok()) return language.status();
  const auto basis = BasisOf(registry_, request, call.time);
  if (!basis.ok()) return basis.status();
  const ActiveModel& active = *basis->active;
  const auto leads = ReadInline(store_, *basis, request.table());
  if (!leads.ok()) return leads.status();
  for (int row = 0; row < leads->row_count; ++row) response->add_matches();
  const std::vector<Match> matches = cible::MatchLeads(*active.model, leads->table, basis->as_of,
                                                       request.skip_questions() ? 0 : 1);
  for (std::size_t row = 0; row < matches.size(); ++row) {
    MatchToProto(active, matches[row], response->mutable_matches(leads->source_rows[row]));
  }
  RowErrorsToProto(leads->errors, kMaxRowErrors, response->mutable_errors());
  for (int component = 0; component < active.model->component_count(); ++component) {
    v1::PersonaProbability* persona = response->add_personas();
    persona->set_persona(active.segment_id(component));
    persona->set_display_name(PersonaDisplayName(active, component, *language));
    persona->set_probability(active.model->prior()[static_cast<std::size_t>(component)]);
  }
  StateBasis(*basis, response);
  return absl::OkStatus();
}

absl::Status PersonaService::ScoreLeads(const CallContext& call,
                                        const v1::ScoreLeadsRequest& request,
                                        v1::ScoreLeadsResponse* response) {
  const auto basis = BasisOf(registry_, request, call.time);
  if (!basis.ok()) return basis.status();
  const auto outcome = ScoreOf(*basis->active);
  if (!outcome.ok()) return outcome.status();
  const auto leads = ReadInline(store_, *basis, request.table());
  if (!leads.ok()) return leads.status();
  for (int row = 0; row < leads->row_count; ++row) response->add_scores();
  const std::vector<OutcomeScore> scores = ScoreOutcomes(**outcome, leads->table, basis->as_of);
  for (std::size_t row = 0; row < scores.size(); ++row) {
    ScoreToProto(scores[row], response->mutable_scores(leads->source_rows[row]));
  }
  RowErrorsToProto(leads->errors, kMaxRowErrors, response->mutable_errors());
  response->set_outcome_attribute((*outcome)->attribute);
  response->set_outcome_value((*outcome)->value);
  response->set_base_rate((*outcome)->base_rate());
  response->set_outcome_count((*outcome)->outcomes);
  response->set_other_count((*outcome)->others);
  for (std::string& notice : OutcomeNotices(**outcome)) response->add_notices(std::move(notice));
  response->set_model(basis->active->name.ToString());
  DateToProto(basis->as_of, response->mutable_as_of());
  return absl::OkStatus();
}

}  // namespace cible
