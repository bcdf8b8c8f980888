// One stream of ContactService.ImportContacts.

#ifndef CIBLE_SERVER_SERVICES_IMPORT_SESSION_H_
#define CIBLE_SERVER_SERVICES_IMPORT_SESSION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cible/v1/contact_service.pb.h"
#include "server/clock.h"
#include "server/rpc/method_table.h"
#include "server/services/contact_service.h"
#include "server/services/occurrence_ids.h"
#include "server/storage/store.h"
#include "server/wire/contact_wire.h"

namespace cible {

// Each message is one batch of the store: all its sound rows become durable
// together, and only then is the message answered.
//
// Errors that end the stream: INVALID_ARGUMENT the first message names no
// workspace, or a kind, a stage or a provenance that is none; NOT_FOUND no such workspace.
// All others are the message's own.
class ImportSession
    : public StreamSessionOf<v1::ImportContactsRequest, v1::ImportContactsResponse> {
 public:
  // The store and the clock outlive the session.
  ImportSession(Store& store, const Clock& clock, AssignContactsFn assign,
                SchemaChangedFn schema_changed = {});

  absl::Status HandleMessage(const CallContext& call, const v1::ImportContactsRequest& request,
                             v1::ImportContactsResponse* response) override;

 private:
  // The sound rows of one message, ready to be written, and the others.
  struct Batch {
    std::optional<RequestMark> mark;  // Written once under this name.
    std::vector<PutContact> rows;
    std::vector<int> source_rows;
    std::vector<RowError> errors;
    OccurrenceIds::Seen seen;  // Those that the batch changes, as they will be.
  };

  absl::Status Begin(const v1::ImportContactsRequest& request);
  absl::Status Import(const v1::ImportContactsRequest& request,
                      v1::ImportContactsResponse* response);
  // The answer given when the message was written before; nullopt if it was not.
  absl::StatusOr<std::optional<v1::ImportContactsResponse>> FormerAnswer(
      const std::optional<RequestMark>& mark) const;
  absl::Status AnswerAsBefore(const v1::ImportContactsRequest& request,
                              const v1::ImportContactsResponse& former,
                              v1::ImportContactsResponse* response);
  std::optional<RequestMark> MarkOf(const v1::ImportContactsRequest& request) const;
  absl::StatusOr<Batch> Read(const v1::ImportContactsRequest& request) const;
  absl::StatusOr<Batch> ReadTable(const v1::ContactTable& message, const Schema& schema) const;
  absl::StatusOr<Batch> ReadRows(const v1::ImportContactsRequest& request,
                                 const Schema& schema) const;
  absl::StatusOr<std::vector<OperationResult>> Commit(Batch& batch);
  absl::Status LeaveOut(const absl::Status& failure, Batch& batch);
  // The schema has what organisations are known by once a person belongs to one.
  absl::Status PrepareSchema(const Batch& batch);
  void Acknowledge(const v1::ImportContactsRequest& request, const OccurrenceIds::Seen& seen);

  Store& store_;
  const Clock& clock_;
  const AssignContactsFn assign_;
  const SchemaChangedFn schema_changed_;
  std::optional<std::string> workspace_;  // Once the first message was read.
  ContactKind kind_ = ContactKind::kPerson;
  std::optional<Stage> stage_;
  std::optional<Provenance> provenance_;
  std::string provenance_bytes_;  // As sent.
  std::string principal_;
  std::int64_t acknowledged_ = 0;
  bool has_people_attributes_ = false;  // Once a person of the stream belongs to one.
  OccurrenceIds occurrences_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_IMPORT_SESSION_H_
