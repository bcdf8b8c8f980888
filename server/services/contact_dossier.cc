#include "server/services/contact_dossier.h"

#include <cstdint>

#include "segmentation/personas/matching.h"
#include "server/clock.h"
#include "server/services/lifecycle_records.h"
#include "server/services/stored_classifications.h"
#include "server/services/subject.h"
#include "server/wire/resource_name.h"

namespace cible {
namespace {

constexpr int kMaxTransitions = 10'000;

absl::Status Explain(StoredObservations& observations, const Basis& basis,
                     const std::string& contact, v1::ContactDossier* dossier) {
  const auto table = ReadStoredContact(CallContext(), observations, basis, contact);
  if (absl::IsNotFound(table.status()) || absl::IsFailedPrecondition(table.status())) {
    return absl::OkStatus();
  }
  if (!table.ok()) return table.status();
  const ActiveModel& active = *basis.active;
  const Match match = MatchLeads(*active.model, **table, basis.as_of, {}).front();
  if (match.posterior.winner < 0) return absl::OkStatus();
  const ResourceName segmentation =
      SegmentationName(active.name.workspace, active.name.segmentation);
  v1::AssignmentExplanation* explanation = dossier->add_explanations();
  v1::Assignment* assignment = explanation->mutable_assignment();
  assignment->set_segmentation(segmentation.ToString());
  assignment->set_segment(
      NameWithin(segmentation, ResourceKind::kSegment, active.segment_id(match.posterior.winner))
          .ToString());
  assignment->set_model(active.name.ToString());
  assignment->set_probability(
      match.posterior.probabilities[static_cast<std::size_t>(match.posterior.winner)]);
  for (const cible::Reason& reason : match.reasons) {
    v1::Reason* message = explanation->add_reasons();
    message->set_attribute(reason.attribute);
    message->set_contribution(reason.contribution);
  }
  DateToProto(basis.as_of, explanation->mutable_as_of());
  return absl::OkStatus();
}

absl::Status AddLifecycle(Snapshot& snapshot, LifecycleKeeper& keeper, const ResourceName& contact,
                          Language language, v1::Classification* lifecycle) {
  const auto rules = keeper.RulesOf(snapshot, contact.workspace);
  if (absl::IsFailedPrecondition(rules.status())) {
    lifecycle->set_contact(contact.ToString());
    lifecycle->set_left_out_reason(std::string(rules.status().message()));
    return absl::OkStatus();
  }
  if (!rules.ok()) return rules.status();
  const ToldDetails details{.language = language, .reasons = true, .explanation = true};
  return ClassifyStored(snapshot, **rules, {&contact.id, 1}, details, {&lifecycle, 1});
}

absl::Status AddRecords(Snapshot& snapshot, const ResourceName& contact,
                        v1::ContactDossier* dossier) {
  const auto found = snapshot.Lookup(contact.workspace, {&contact.id, 1});
  if (!found.ok()) return found.status();
  if (!found->front().has_value()) return absl::NotFoundError("there is no such contact");
  const std::int64_t key = found->front()->key;
  const auto transitions = snapshot.Transitions(
      {.workspace = contact.workspace, .contact_key = key, .limit = kMaxTransitions});
  if (!transitions.ok()) return transitions.status();
  for (const RecordedTransition& transition : *transitions) {
    TransitionToProto(transition, contact.workspace, dossier->add_transitions());
  }
  const auto overrides = snapshot.LifecycleOverrides({&key, 1});
  if (!overrides.ok()) return overrides.status();
  for (const LifecycleOverrideRecord& record : overrides->front()) {
    OverrideToProto(record, dossier->add_overrides());
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ExplainAssignments(StoredObservations& observations, const ModelRegistry& registry,
                                Timestamp now, const std::string& workspace, const std::string& id,
                                v1::ContactDossier* dossier) {
  for (const auto& active : registry.ActiveIn(workspace)) {
    const Basis basis{active, DayIn(active->time_zone, now)};
    const absl::Status status =
        Explain(observations, basis, ContactName(workspace, id).ToString(), dossier);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status TellLifecycle(Store& store, LifecycleKeeper& keeper, const ResourceName& contact,
                           Language language, v1::ContactDossier* dossier) {
  const absl::Status current = keeper.CatchUp(contact.workspace);
  if (!current.ok() && !absl::IsFailedPrecondition(current)) return current;
  const auto snapshot = store.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const absl::Status status =
      AddLifecycle(**snapshot, keeper, contact, language, dossier->mutable_lifecycle());
  return status.ok() ? AddRecords(**snapshot, contact, dossier) : status;
}

}  // namespace cible
