// Whom a call is about: contacts sent along, or one that is stored, as the
// model that answers reads them.

#ifndef CIBLE_SERVER_SERVICES_SUBJECT_H_
#define CIBLE_SERVER_SERVICES_SUBJECT_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "cible/v1/contact.pb.h"
#include "segmentation/models/observation.h"
#include "server/clock.h"
#include "server/registry/model_registry.h"
#include "server/registry/stored_observations.h"
#include "server/rpc/call_context.h"
#include "server/storage/watched_store.h"
#include "server/wire/contact_wire.h"

namespace cible {

// The model active for a segmentation given by name.
// Errors: INVALID_ARGUMENT a malformed name; FAILED_PRECONDITION no active
// model.
absl::StatusOr<std::shared_ptr<const ActiveModel>> ActiveFor(const ModelRegistry& registry,
                                                             const std::string& segmentation);

// What an answer rests on: a model, and the day that dates are measured from.
struct Basis {
  std::shared_ptr<const ActiveModel> active;
  Date as_of;

  const SegmentationModel& model() const { return *active->model; }
};

// The contact as a table of one row. Attributes that came into the workspace's
// schema after the model was trained are accepted, and passed over by it.
// Errors: those of TableFromContact; FAILED_PRECONDITION a person who may be a
// minor on the day.
absl::StatusOr<ContactTable> ReadInline(const CallContext& call, Store& store, const Basis& basis,
                                        const v1::Contact& contact);

// The same as an observation of the model's, for what its own schema has.
// Errors: INVALID_ARGUMENT what ReadInline may still read, or say better;
// FAILED_PRECONDITION a person who may be a minor on the day.
absl::Status Observe(const Basis& basis, const v1::Contact& contact, Observation* observation);

// Likewise for a table; errors of TableFromProto. Minors are errors of rows.
absl::StatusOr<TableFromWire> ReadInline(const CallContext& call, Store& store, const Basis& basis,
                                         const v1::ContactTable& table);

// What the model reads of a stored contact, a table of one row; kept in
// `observations`, where one that is asked for again is found without the store.
// Errors: INVALID_ARGUMENT a malformed name or one of another workspace than the
// model's; NOT_FOUND; FAILED_PRECONDITION a contact that is not to be profiled.
absl::StatusOr<std::shared_ptr<const ContactTable>> ReadStoredContact(
    const CallContext& call, StoredObservations& observations, const Basis& basis,
    const std::string& name);

// The lead that a request with `lead` or `name` is about, by those two.
template <typename Request>
absl::StatusOr<std::shared_ptr<const ContactTable>> ReadLead(const CallContext& call,
                                                             StoredObservations& observations,
                                                             const Basis& basis,
                                                             const Request& request) {
  if (request.has_name()) return ReadStoredContact(call, observations, basis, request.name());
  auto lead = ReadInline(call, observations.store(), basis, request.lead());
  if (!lead.ok()) return lead.status();
  return std::make_shared<const ContactTable>(*std::move(lead));
}

// The prior that the model's answers start from.
v1::Prior PriorOf(const SegmentationModel& model);

v1::Prior PriorToProto(PriorKind prior);

// The prior of matches: the one asked for, or the model's own choice.
// Errors: FAILED_PRECONDITION LEADS, where there were too few leads;
// INVALID_ARGUMENT a prior that this server does not know.
absl::StatusOr<PriorKind> MatchPrior(const SegmentationModel& model, v1::Prior asked);

// Of a request with `as_of`; today, in the workspace's time zone, if no day is
// given.
// Errors: those of ActiveFor; INVALID_ARGUMENT an impossible day.
template <typename Request>
absl::StatusOr<Basis> BasisOf(const ModelRegistry& registry, const std::string& segmentation,
                              const Request& request, Timestamp now) {
  auto active = ActiveFor(registry, segmentation);
  if (!active.ok()) return active.status();
  if (!request.has_as_of()) return Basis{*active, DayIn((*active)->time_zone, now)};
  const auto day = DateFromProto(request.as_of());
  if (!day.ok()) return day.status();
  return Basis{*std::move(active), *day};
}

// Of one that names the `segmentation`, too.
template <typename Request>
absl::StatusOr<Basis> BasisOf(const ModelRegistry& registry, const Request& request,
                              Timestamp now) {
  return BasisOf(registry, request.segmentation(), request, now);
}

// Says it in a response with `prior`, `model` and `as_of`.
template <typename Response>
void StateBasis(const Basis& basis, Response* response) {
  response->set_prior(PriorOf(basis.model()));
  response->set_model(basis.active->full_name);
  DateToProto(basis.as_of, response->mutable_as_of());
}

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_SUBJECT_H_
