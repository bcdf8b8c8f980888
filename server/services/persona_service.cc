#include "server/services/persona_service.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "segmentation/personas/matching.h"
#include "server/services/portraits.h"
#include "server/services/subject.h"
#include "server/wire/persona_wire.h"

namespace cible {
namespace {

constexpr std::size_t kMaxQuestions = 5;
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

void AddReason(const Reason& reason, google::protobuf::RepeatedPtrField<v1::Reason>* reasons) {
  v1::Reason* message = reasons->Add();
  message->set_attribute(reason.attribute);
  message->set_contribution(reason.contribution);
}

void QuestionsToProto(const Match& match, const Schema& schema, Language language,
                      v1::MatchLeadResponse* response) {
  for (const std::string& id : match.questions) {
    if (response->questions_size() == static_cast<int>(kMaxQuestions)) return;
    const Attribute* attribute = schema.Find(id);
    v1::SuggestedQuestion* question = response->add_questions();
    question->set_attribute(id);
    question->set_question(language == Language::kFrench ? attribute->question.fr
                                                         : attribute->question.en);
  }
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
  QuestionsToProto(match, active.model->schema(), language, response);
}

// The strongest reasons, and the sum of the others, so that all still sum to
// the decision.
void FewReasonsToProto(const std::vector<Reason>& reasons, v1::LeadMatch* message) {
  const std::size_t kept = std::min(reasons.size(), kMaxReasonsInTables);
  for (std::size_t i = 0; i < kept; ++i) AddReason(reasons[i], message->mutable_reasons());
  Reason others{.attribute = "*", .contribution = 0};
  for (std::size_t i = kept; i < reasons.size(); ++i)
    others.contribution += reasons[i].contribution;
  if (kept < reasons.size()) AddReason(others, message->mutable_reasons());
}

void MatchToProto(const ActiveModel& active, const Match& match, v1::LeadMatch* message) {
  message->set_outcome(OutcomeToProto(match.outcome));
  message->set_typical(match.typicality.typical);
  message->set_information(match.posterior.information);
  if (!match.questions.empty()) message->set_next_question(match.questions.front());
  FewReasonsToProto(match.reasons, message);
  if (match.posterior.winner < 0) return;
  const auto winner = static_cast<std::size_t>(match.posterior.winner);
  message->set_persona(active.segment_id(match.posterior.winner));
  message->set_probability(match.posterior.probabilities[winner]);
  if (match.posterior.runner_up >= 0) {
    message->set_runner_up(active.segment_id(match.posterior.runner_up));
  }
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
  const auto basis = BasisOf(registry_, request, call.time);
  if (!basis.ok()) return basis.status();
  const ActiveModel& active = *basis->active;
  const auto lead = request.has_name() ? ReadStoredContact(store_, *basis, request.name())
                                       : ReadInline(store_, *basis, request.lead());
  if (!lead.ok()) return lead.status();
  const std::vector<Match> matches = cible::MatchLeads(*active.model, *lead, basis->as_of);
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
  const std::vector<Match> matches = cible::MatchLeads(*active.model, leads->table, basis->as_of);
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

}  // namespace cible
