// One stream of ContactService.RecordEvents.

#ifndef CIBLE_SERVER_SERVICES_EVENT_SESSION_H_
#define CIBLE_SERVER_SERVICES_EVENT_SESSION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cible/v1/contact_service.pb.h"
#include "server/clock.h"
#include "server/rpc/method_table.h"
#include "server/services/contact_service.h"
#include "server/services/occurrence_ids.h"
#include "server/storage/store.h"
#include "server/wire/contact_wire.h"
#include "server/wire/event_wire.h"

namespace cible {

// Each message is one batch of the store: all its sound events become durable
// together with what they add up to, their contacts are assigned anew, and only
// then is the message answered.
//
// Errors that end the stream: INVALID_ARGUMENT the first message names no
// workspace, or says of contacts what this server does not know; NOT_FOUND no such
// workspace. All others are the message's own.
class EventSession : public StreamSessionOf<v1::RecordEventsRequest, v1::RecordEventsResponse> {
 public:
  // The store and the clock outlive the session.
  EventSession(Store& store, const Clock& clock, AssignContactsFn assign,
               SchemaChangedFn schema_changed);

  absl::Status HandleMessage(const CallContext& call, const v1::RecordEventsRequest& request,
                             v1::RecordEventsResponse* response) override;

 private:
  // The sound events of one message by contact, ready to be written, and the others.
  struct Batch {
    std::vector<PutEvents> writes;
    std::vector<std::vector<int>> rows;  // Of each write: where its events stand.
    std::vector<RowError> errors;
    OccurrenceIds::Seen seen;  // Those that the batch changes, as they will be.
  };

  absl::Status Begin(const CallContext& call, const v1::RecordEventsRequest& request);
  absl::Status Record(const v1::RecordEventsRequest& request, v1::RecordEventsResponse* response);
  absl::StatusOr<Batch> Read(const v1::RecordEventsRequest& request) const;
  absl::StatusOr<EventLimits> ReadLimits(Snapshot& snapshot) const;
  absl::Status RefuseUnknown(Snapshot& snapshot, Batch& batch) const;
  absl::StatusOr<std::vector<OperationResult>> Commit(Batch& batch);
  // Those that the store recorded none of, beside the others.
  static void RefuseChannels(absl::Span<const OperationResult> results, Batch& batch);

  Store& store_;
  const Clock& clock_;
  const AssignContactsFn assign_;
  const SchemaChangedFn schema_changed_;
  std::optional<std::string> workspace_;  // Once the first message was read.
  bool creates_contacts_ = true;
  ContactKind kind_ = ContactKind::kPerson;
  std::optional<Provenance> provenance_;
  std::string principal_;
  bool has_attributes_ = false;  // The schema has those that are derived from events.
  std::int64_t acknowledged_ = 0;
  OccurrenceIds occurrences_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_EVENT_SESSION_H_
