#include "server/services/contact_dossier.h"

#include "segmentation/personas/matching.h"
#include "server/clock.h"
#include "server/services/subject.h"
#include "server/wire/resource_name.h"

namespace cible {
namespace {

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

}  // namespace cible
