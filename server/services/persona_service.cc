#include "server/services/persona_service.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "segmentation/models/outcome_model.h"
#include "segmentation/personas/matching.h"
#include "server/services/authored_answers.h"
#include "server/services/few_reasons.h"
#include "server/services/match_answers.h"
#include "server/services/persona_figures.h"
#include "server/services/portraits.h"
#include "server/services/subject.h"
#include "server/wire/persona_wire.h"

namespace cible {
namespace {

constexpr int kMaxRowErrors = 1000;

v1::MatchOutcome OutcomeToProto(MatchOutcome outcome) {
  switch (outcome) {
    case MatchOutcome::kMatched: return v1::MATCH_OUTCOME_MATCHED;
    case MatchOutcome::kNotEnoughKnown: return v1::MATCH_OUTCOME_NOT_ENOUGH_KNOWN;
    case MatchOutcome::kNoneOfYours: return v1::MATCH_OUTCOME_NONE_OF_YOURS;
  }
  return v1::MATCH_OUTCOME_UNSPECIFIED;
}

// As QuestionCount, and none for -1.
absl::StatusOr<int> QuestionLimit(int requested) {
  if (requested == -1) return 0;
  auto count = QuestionCount(requested);
  if (count.ok()) return count;
  return absl::InvalidArgumentError(absl::StrCat(count.status().message(), ", -1 suggests none"));
}

// Reasons start from the prior odds of two components: neither may be withheld
// (WithheldComponents).
bool MayTellReasons(const Match& match, const std::vector<std::uint8_t>& withheld) {
  const auto is_told = [&](int component) {
    return component < 0 || withheld[static_cast<std::size_t>(component)] == 0;
  };
  return is_told(match.posterior.winner) && is_told(match.posterior.runner_up);
}

void MatchToProto(const ActiveModel& active, const Match& match,
                  const std::vector<std::uint8_t>& withheld, Language language,
                  v1::MatchLeadResponse* response) {
  response->set_outcome(OutcomeToProto(match.outcome));
  const bool is_prior = match.posterior.winner < 0;
  for (const int component : MostProbableFirst(match.posterior.probabilities)) {
    const auto at = static_cast<std::size_t>(component);
    v1::PersonaProbability* persona = response->add_personas();
    persona->set_persona(active.segment_id(component));
    persona->set_display_name(ToldDisplayName(active, withheld, component, language));
    if (is_prior && withheld[at] != 0) continue;
    persona->set_probability(match.posterior.probabilities[at]);
  }
  response->set_information(match.posterior.information);
  response->set_typical(match.typicality.typical);
  response->set_typicality(match.typicality.probability);
  if (MayTellReasons(match, withheld)) {
    for (const Reason& reason : match.reasons) AddReason(reason, response->mutable_reasons());
  }
  QuestionsToProto(active, match.questions, language, response->mutable_questions());
  for (const std::string& attribute : match.unread) response->add_unread_attributes(attribute);
}

void MatchToProto(const ActiveModel& active, const Match& match,
                  const std::vector<std::uint8_t>& withheld, v1::LeadMatch* message) {
  message->set_outcome(OutcomeToProto(match.outcome));
  message->set_in_target(InTargetToProto(match.in_target));
  message->set_typical(match.typicality.typical);
  message->set_information(match.posterior.information);
  if (!match.questions.empty()) message->set_next_question(match.questions.front().attribute);
  if (MayTellReasons(match, withheld)) {
    FewReasonsToProto(match.reasons, kMaxReasonsInTables, message->mutable_reasons());
  }
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

// Of a lead that comes with the request and that the model alone is asked about;
// nullopt: it must be read as a table.
absl::StatusOr<std::optional<Match>> MatchObserved(const Basis& basis,
                                                   const v1::MatchLeadRequest& request,
                                                   const MatchOptions& options) {
  if (request.has_name() || !basis.active->personas->authored.empty()) return std::nullopt;
  Observation lead(basis.model(), basis.as_of);
  const absl::Status read = Observe(basis, request.lead(), &lead);
  if (absl::IsInvalidArgument(read)) return std::nullopt;
  if (!read.ok()) return read;
  return cible::MatchLead(basis.model(), lead, options);
}

absl::StatusOr<KeptPersonas> ReadKept(Store& store, const ResourceName& name) {
  const auto snapshot = store.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  return ReadKeptPersonas(**snapshot, name.workspace, name.segmentation);
}

// `model` says whether there is an active one, of whose personas it is none.
absl::Status GetAuthored(Store& store, const CallContext& call, const ResourceName& name,
                         const absl::Status& model, Language language, v1::Persona* response) {
  const auto kept = ReadKept(store, name);
  if (!kept.ok()) return kept.status();
  const KeptPersona* persona = kept->Find(name.id);
  if (persona != nullptr && IsAuthored(persona->stored)) {
    AuthoredToProto(name, *persona, kept->schema, call.may_read_contacts, language, response);
    return absl::OkStatus();
  }
  return model.ok() ? absl::NotFoundError("there is no such persona; `cible personas` lists them")
                    : model;
}

absl::Status ListAuthored(Store& store, const CallContext& call, const ResourceName& segmentation,
                          Language language, v1::ListPersonasResponse* response) {
  const auto kept = ReadKept(store, segmentation);
  if (!kept.ok()) return kept.status();
  for (const auto& [id, persona] : kept->by_id) {
    if (!IsAuthored(persona.stored)) continue;
    AuthoredToProto(NameWithin(segmentation, ResourceKind::kPersona, id), persona, kept->schema,
                    call.may_read_contacts, language, response->add_authored_personas());
  }
  return absl::OkStatus();
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

PersonaService::PersonaService(StoredObservations& observations, ModelRegistry& registry)
    : observations_(observations), store_(observations.store()), registry_(registry) {}

void PersonaService::Register(MethodTable& table) {
  table.Unary("GetPersona", Execution::kBlocking, &v1::GetPersonaRequest::name, this,
              &PersonaService::GetPersona);
  table.Unary("ListPersonas", Execution::kBlocking, &v1::ListPersonasRequest::parent, this,
              &PersonaService::ListPersonas);
  table.Unary("MatchLead", Execution::kInline, &v1::MatchLeadRequest::segmentation, this,
              &PersonaService::MatchLead);
  table.Unary("MatchLeads", Execution::kCompute, &v1::MatchLeadsRequest::segmentation, this,
              &PersonaService::MatchLeads);
  table.Unary("CreatePersona", Execution::kBlocking, &v1::CreatePersonaRequest::parent, this,
              &PersonaService::CreatePersona);
  table.Unary("UpdatePersona", Execution::kBlocking, &UpdatedName, this,
              &PersonaService::UpdatePersona);
  table.Unary("DeletePersona", Execution::kBlocking, &v1::DeletePersonaRequest::name, this,
              &PersonaService::DeletePersona);
  table.Unary("ComparePersonas", Execution::kScan, &v1::ComparePersonasRequest::parent, this,
              &PersonaService::ComparePersonas);
  table.Unary("SuggestQuestions", Execution::kInline, &v1::SuggestQuestionsRequest::segmentation,
              this, &PersonaService::SuggestQuestions);
  table.Unary("GetTypingTool", Execution::kScan, &v1::GetTypingToolRequest::segmentation, this,
              &PersonaService::GetTypingTool);
  table.Unary("GetIdealCustomerProfile", Execution::kScan,
              &v1::GetIdealCustomerProfileRequest::segmentation, this,
              &PersonaService::GetIdealCustomerProfile);
  table.Unary("ConfirmNegativeProfile", Execution::kScan,
              &v1::ConfirmNegativeProfileRequest::segmentation, this,
              &PersonaService::ConfirmNegativeProfile);
  table.Unary("GetCoreTarget", Execution::kScan, &v1::GetCoreTargetRequest::segmentation, this,
              &PersonaService::GetCoreTarget);
  table.Unary("FindLookalikes", Execution::kScan, &v1::FindLookalikesRequest::segmentation, this,
              &PersonaService::FindLookalikes);
  table.Unary("ScoreLeads", Execution::kCompute, &v1::ScoreLeadsRequest::segmentation, this,
              &PersonaService::ScoreLeads);
}

absl::Status PersonaService::GetPersona(const CallContext& call,
                                        const v1::GetPersonaRequest& request,
                                        v1::Persona* response) {
  const auto name = ResourceName::Parse(request.name(), ResourceKind::kPersona);
  if (!name.ok()) return name.status();
  const auto language = LanguageFromCode(request.language_code());
  if (!language.ok()) return language.status();
  const auto active = registry_.Active(name->workspace, name->segmentation);
  const auto shares = WinnableSharesOf(request);
  if (!shares.ok()) return shares.status();
  const int component = active.ok() ? ComponentOf(**active, name->id) : -1;
  if (component < 0) return GetAuthored(store_, call, *name, active.status(), *language, response);
  const auto below = WithheldBelow(call, store_, name->workspace);
  if (!below.ok()) return below.status();
  const ToldFigures figures(**active, *below);
  PersonaToProto(**active, figures, component, *language, response);
  if (figures.IsWithheld(component)) return absl::OkStatus();
  AttributesToProto(figures.facts(), component, response);
  MarketToProto(**active, figures, component, *shares, *language, response);
  return absl::OkStatus();
}

absl::Status PersonaService::ListPersonas(const CallContext& call,
                                          const v1::ListPersonasRequest& request,
                                          v1::ListPersonasResponse* response) {
  const auto language = LanguageFromCode(request.language_code());
  if (!language.ok()) return language.status();
  const auto parent = ResourceName::Parse(request.parent(), ResourceKind::kSegmentation);
  if (!parent.ok()) return parent.status();
  const absl::Status authored = ListAuthored(store_, call, *parent, *language, response);
  if (!authored.ok()) return authored;
  const auto active = registry_.Active(parent->workspace, parent->segmentation);
  // Before the first training there may be authored ones.
  if (!active.ok()) {
    return response->authored_personas().empty() ? active.status() : absl::OkStatus();
  }
  const auto below = WithheldBelow(call, store_, parent->workspace);
  if (!below.ok()) return below.status();
  const ToldFigures figures(**active, *below);
  for (int component = 0; component < (*active)->model->component_count(); ++component) {
    PersonaToProto(**active, figures, component, *language, response->add_personas());
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
  const auto below = WithheldBelow(call, store_, active.name.workspace);
  if (!below.ok()) return below.status();
  const auto prior = MatchPrior(*active.model, request.prior());
  if (!prior.ok()) return prior.status();
  const MatchOptions options{
      .prior = *prior, .question_limit = *question_limit, .targeted = TargetedComponents(active)};
  auto match = MatchObserved(*basis, request, options);
  if (!match.ok()) return match.status();
  if (!match->has_value()) {
    const auto lead = ReadLead(call, observations_, *basis, request);
    if (!lead.ok()) return lead.status();
    *match = std::move(cible::MatchLeads(*active.model, **lead, basis->as_of, options).front());
    AuthoredMatchesToProto(active, **lead, call.may_read_contacts, *language, response);
  }
  MatchToProto(active, **match, WithheldComponents(active, *below), *language, response);
  response->set_in_target(InTargetToProto((*match)->in_target));
  StateBasis(*basis, response);
  response->set_prior(PriorToProto(*prior));
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
  const auto below = WithheldBelow(call, store_, active.name.workspace);
  if (!below.ok()) return below.status();
  const std::vector<std::uint8_t> withheld = WithheldComponents(active, *below);
  const auto leads = ReadInline(call, store_, *basis, request.table());
  if (!leads.ok()) return leads.status();
  for (int row = 0; row < leads->row_count; ++row) response->add_matches();
  const auto prior = MatchPrior(*active.model, request.prior());
  if (!prior.ok()) return prior.status();
  const MatchOptions options{.prior = *prior,
                             .question_limit = request.skip_questions() ? 0 : 1,
                             .targeted = TargetedComponents(active)};
  const std::vector<Match> matches =
      cible::MatchLeads(*active.model, leads->table, basis->as_of, options);
  for (std::size_t row = 0; row < matches.size(); ++row) {
    MatchToProto(active, matches[row], withheld,
                 response->mutable_matches(leads->source_rows[row]));
  }
  BestAuthoredToProto(active, leads->table, leads->source_rows, call.may_read_contacts, response);
  RowErrorsToProto(leads->errors, kMaxRowErrors, response->mutable_errors());
  SharesToProto(active, active.model->PriorOf(*prior)->probabilities, withheld, *language,
                response->mutable_personas());
  StateBasis(*basis, response);
  response->set_prior(PriorToProto(*prior));
  return absl::OkStatus();
}

absl::Status PersonaService::ScoreLeads(const CallContext& call,
                                        const v1::ScoreLeadsRequest& request,
                                        v1::ScoreLeadsResponse* response) {
  const auto basis = BasisOf(registry_, request, call.time);
  if (!basis.ok()) return basis.status();
  const auto outcome = ScoreOf(*basis->active);
  if (!outcome.ok()) return outcome.status();
  const auto leads = ReadInline(call, store_, *basis, request.table());
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
