#include "server/services/classifications.h"

#include <optional>
#include <utility>

#include "segmentation/lifecycle/qualification.h"
#include "server/services/lifecycle_records.h"
#include "server/wire/contact_wire.h"
#include "server/wire/policy_wire.h"

namespace cible {
namespace {

// As good as all: a contact's relation changes few times.
constexpr int kMostRelations = 1000;

const std::string& SpokenIn(Language language, const Question& question) {
  const bool french = language == Language::kFrench;
  const std::string& own = french ? question.fr : question.en;
  return !own.empty() ? own : french ? question.en : question.fr;
}

ContactFacts WithStates(ContactFacts facts, const std::vector<Classified>& classified) {
  facts.lifecycles.clear();
  for (const Classified& each : classified) facts.lifecycles.push_back(each.state);
  return facts;
}

// With the better question for the fit, if there is one.
Qualification QualificationOf(const ClassifiedRows& rows, int row) {
  const auto at = static_cast<std::size_t>(row);
  Qualification qualification = Qualify(rows.policy, rows.classified[at].state, rows.IsBuyer(row));
  if (rows.fit_questions.empty() || rows.fit_questions[at] == Question{}) return qualification;
  for (CriterionPoints& criterion : qualification.criteria) {
    const bool is_open =
        criterion.field == LifecycleField::kFit && criterion.finding == Finding::kUnknown;
    if (is_open) criterion.question = rows.fit_questions[at];
  }
  return qualification;
}

void StandingToProto(const LifecycleState& state, v1::Classification* message) {
  message->set_relation(RelationToProto(state.relation()));
  message->set_customer_stage(CustomerStageToProto(state.customer_stage()));
  message->set_former_customer(state.is_former_customer());
  message->set_ambassador(state.is_ambassador());
  message->set_awareness(AwarenessToProto(state.awareness()));
  message->set_temperature(TemperatureToProto(state.temperature()));
  message->set_fit(FitToProto(state.fit()));
  message->set_next_action(NextActionToProto(state.next_action()));
}

void QualificationToProto(const Qualification& qualification, Language language,
                          v1::Classification* message) {
  for (const CriterionPoints& criterion : qualification.criteria) {
    v1::CriterionReport* report = message->add_qualification();
    report->set_field(LifecycleFieldToProto(criterion.field));
    report->set_finding(FindingToProto(criterion.finding));
    report->set_points(criterion.points);
    if (criterion.finding == Finding::kUnknown) {
      report->set_question(SpokenIn(language, criterion.question));
    }
  }
  message->set_score(qualification.score);
  message->set_best_score(qualification.best_score);
}

// Whom to exclude and whom to leave alone is a person's to say.
bool IsAdvice(const Classified& classified) {
  const auto is_unconfirmed = [&](LifecycleField field) {
    return classified.reason(field).kind != ReasonKind::kOverride;
  };
  return (classified.state.fit() == Fit::kExcluded && is_unconfirmed(LifecycleField::kFit)) ||
         (classified.state.next_action() == NextAction::kLeaveAlone &&
          is_unconfirmed(LifecycleField::kNextAction));
}

void FieldToProto(const ClassifiedRows& rows, int row, LifecycleField field, Language language,
                  v1::FieldReport* report) {
  const Classified& classified = rows.classified[static_cast<std::size_t>(row)];
  const FieldReason& reason = classified.reason(field);
  report->set_field(LifecycleFieldToProto(field));
  report->set_value(std::string(ValueName(field, classified.state.Get(field))));
  report->set_reason(ReasonWords(field, reason, language));
  DateToProto(*rows.facts.today, report->mutable_since());
  if (reason.condition == nullptr || reason.condition->is_empty()) return;
  for (LifecycleEvidence& evidence : EvidenceOf(*reason.condition, rows.table, rows.facts, row)) {
    v1::Evidence* added = report->add_evidence();
    added->set_attribute(std::move(evidence.attribute));
    added->set_value(std::move(evidence.value));
  }
}

// The day on which the contact was first classified; nullopt: that is not recorded.
absl::StatusOr<std::optional<Date>> FirstDay(Snapshot& snapshot, const std::string& workspace,
                                             std::int64_t contact) {
  const auto standing = snapshot.Transitions({.workspace = workspace,
                                              .contact_key = contact,
                                              .field = LifecycleField::kRelation,
                                              .limit = kMostRelations});
  if (!standing.ok()) return standing.status();
  if (standing->empty() || standing->back().transition.from != 0) return std::optional<Date>();
  return std::optional<Date>(Date{standing->back().transition.day});
}

// Since when the field is what it is: of one that never changed, since the first day.
absl::Status AddSince(Snapshot& snapshot, const std::string& workspace, std::int64_t contact,
                      const std::optional<Date>& first_day, v1::FieldReport& report) {
  const auto latest = snapshot.Transitions({.workspace = workspace,
                                            .contact_key = contact,
                                            .field = static_cast<LifecycleField>(report.field()),
                                            .limit = 1});
  if (!latest.ok()) return latest.status();
  report.clear_since();
  if (!latest->empty()) {
    DateToProto(Date{latest->front().transition.day}, report.mutable_since());
  } else if (first_day.has_value()) {
    DateToProto(*first_day, report.mutable_since());
  }
  return absl::OkStatus();
}

}  // namespace

ClassifiedRows::ClassifiedRows(const Policy& policy_in, const Schema& schema_in,
                               const ContactTable& table_in, ContactFacts facts_in,
                               const std::vector<Classified>& classified_in)
    : policy(policy_in),
      schema(schema_in),
      table(table_in),
      facts(WithStates(std::move(facts_in), classified_in)),
      classified(classified_in) {}

bool ClassifiedRows::IsBuyer(int row) const {
  const auto at = static_cast<std::size_t>(row);
  const bool is_organization =
      !facts.kinds.empty() && facts.kinds[at] == ContactKind::kOrganization;
  return is_organization || (!facts.organizations.empty() && !facts.organizations[at].empty());
}

void ClassificationToProto(const ClassifiedRows& rows, int row, const ToldDetails& details,
                           v1::Classification* message) {
  const Classified& classified = rows.classified[static_cast<std::size_t>(row)];
  const Qualification qualification = QualificationOf(rows, row);
  StandingToProto(classified.state, message);
  QualificationToProto(qualification, details.language, message);
  std::vector<std::string> offers;
  if (classified.state.next_action() == NextAction::kUpsell) {
    offers = OffersNotBought(rows.policy, rows.table, rows.facts, row);
  }
  message->set_next_action_text(
      ActionText(rows.policy, classified.state, qualification, offers, details.language));
  message->mutable_offers()->Assign(offers.begin(), offers.end());
  message->set_is_advice(IsAdvice(classified));
  DateToProto(*rows.facts.today, message->mutable_as_of());
  if (classified.due_day != kNoDay) {
    DateToProto(Date{classified.due_day}, message->mutable_due());
  }
  if (details.reasons) {
    for (const LifecycleField field : kLifecycleFields) {
      FieldToProto(rows, row, field, details.language, message->add_fields());
    }
  }
  if (details.explanation) {
    message->set_explanation(ExplanationText(rows.policy, classified, qualification, rows.schema,
                                             rows.table, rows.facts, row, details.language));
  }
}

absl::Status AddRecords(Snapshot& snapshot, const std::string& workspace, std::int64_t contact,
                        const Classified& classified, v1::Classification* message) {
  if (message->fields().empty()) return absl::OkStatus();  // No reasons were asked for.
  const auto overrides = snapshot.LifecycleOverrides({&contact, 1});
  if (!overrides.ok()) return overrides.status();
  const auto first_day = FirstDay(snapshot, workspace, contact);
  if (!first_day.ok()) return first_day.status();
  for (v1::FieldReport& report : *message->mutable_fields()) {
    const absl::Status status = AddSince(snapshot, workspace, contact, *first_day, report);
    if (!status.ok()) return status;
    const auto field = static_cast<LifecycleField>(report.field());
    if (classified.reason(field).kind != ReasonKind::kOverride) continue;
    report.set_found_value(std::string(ValueName(field, classified.found.Get(field))));
    for (const LifecycleOverrideRecord& record : overrides->front()) {
      if (record.field == field) OverrideToProto(record, report.mutable_override());
    }
  }
  return absl::OkStatus();
}

}  // namespace cible
