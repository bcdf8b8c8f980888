#include "server/services/event_session.h"

#include "absl/strings/str_cat.h"
#include "server/privacy/privacy_wire.h"
#include "server/rpc/status.h"
#include "server/services/derived_attributes.h"
#include "server/services/row_refusals.h"
#include "server/wire/behaviour_store.h"
#include "server/wire/resource_name.h"
#include "server/wire/schema_store.h"

namespace cible {
namespace {

constexpr int kMaxEvents = 65'536;
constexpr int kMaxErrors = 1000;
// Commits of one message: each but the last leaves out a contact that was erased
// meanwhile.
constexpr int kMaxAttempts = 8;

void Refuse(int row, absl::string_view reason, std::vector<RowError>& errors) {
  errors.push_back({row, "", std::string(reason)});
}

void Count(const std::vector<RowError>& errors, absl::Span<const OperationResult> results,
           v1::RecordEventsResponse* response) {
  EventCounts counts;
  std::int64_t created = 0, without_legal_basis = 0;
  for (const OperationResult& result : results) {
    counts.recorded += result.events.recorded;
    counts.replaced += result.events.replaced;
    counts.unchanged += result.events.unchanged;
    counts.cancelled += result.events.cancelled;
    const bool is_new = result.effect == Effect::kCreated;
    created += is_new ? 1 : 0;
    without_legal_basis += is_new && !result.has_legal_basis ? 1 : 0;
  }
  response->set_recorded_count(counts.recorded);
  response->set_replaced_count(counts.replaced);
  response->set_unchanged_count(counts.unchanged);
  response->set_cancelled_count(counts.cancelled);
  response->set_refused_count(std::ssize(errors));
  response->set_created_contact_count(created);
  response->set_without_legal_basis_count(without_legal_basis);
  RowErrorsToProto(errors, kMaxErrors, response->mutable_errors());
}

std::vector<std::string> ChangedIds(const std::vector<PutEvents>& writes,
                                    const std::vector<OperationResult>& results) {
  std::vector<std::string> changed;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i].effect != Effect::kUnchanged) changed.push_back(writes[i].contact);
  }
  return changed;
}

}  // namespace

EventSession::EventSession(Store& store, const Clock& clock, AssignContactsFn assign,
                           SchemaChangedFn schema_changed)
    : store_(store),
      clock_(clock),
      assign_(std::move(assign)),
      schema_changed_(std::move(schema_changed)) {}

absl::Status EventSession::HandleMessage(const CallContext& call,
                                         const v1::RecordEventsRequest& request,
                                         v1::RecordEventsResponse* response) {
  if (!workspace_.has_value()) {
    if (absl::Status status = Begin(call, request); !status.ok()) return status;
  }
  if (absl::Status status = Record(request, response); !status.ok()) {
    response->Clear();
    *response->mutable_error() = ToRpcStatus(status);
  }
  response->set_acknowledged_sequence(acknowledged_);
  return absl::OkStatus();
}

absl::Status EventSession::Begin(const CallContext& call, const v1::RecordEventsRequest& request) {
  const auto parent = ResourceName::Parse(request.parent(), ResourceKind::kWorkspace);
  if (!parent.ok()) return parent.status();
  if (!v1::ContactKind_IsValid(request.kind()) ||
      !v1::UnknownContacts_IsValid(request.unknown_contacts())) {
    return absl::InvalidArgumentError(
        "kind or unknown_contacts is none that this server knows; leave it out, or set one that "
        "it knows");
  }
  const auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  if (absl::Status status = CheckWorkspace(**snapshot, parent->workspace); !status.ok()) {
    return status;
  }
  auto provenance = ProvenanceFromProto(request.provenance());
  if (!provenance.ok()) return provenance.status();
  provenance_ = *std::move(provenance);
  workspace_ = parent->workspace;
  kind_ = ContactKindFromProto(request.kind());
  creates_contacts_ = request.unknown_contacts() != v1::UNKNOWN_CONTACTS_REFUSE;
  principal_ = call.principal;
  return absl::OkStatus();
}

absl::Status EventSession::Record(const v1::RecordEventsRequest& request,
                                  v1::RecordEventsResponse* response) {
  if (request.sequence() <= acknowledged_) {
    return absl::InvalidArgumentError(
        absl::StrCat("sequence ", request.sequence(), " does not rise above ", acknowledged_,
                     ", which is acknowledged; number the messages 1, 2, 3, ..."));
  }
  absl::StatusOr<Batch> batch = Read(request);
  if (!batch.ok()) return batch.status();
  if (!batch->writes.empty() && !has_attributes_) {
    const auto left_out =
        PutDerivedAttributes(store_, clock_, *workspace_, DerivedAttributes::kAdd, schema_changed_);
    if (!left_out.ok()) return left_out.status();
    response->mutable_left_out_attributes()->Assign(left_out->begin(), left_out->end());
  }
  const auto results = Commit(*batch);
  if (!results.ok()) return results.status();
  acknowledged_ = request.sequence();
  has_attributes_ = has_attributes_ || !batch->writes.empty();
  occurrences_.Keep(batch->seen);
  RefuseChannels(*results, *batch);
  Count(batch->errors, *results, response);
  AssignWritten(assign_, *workspace_, WithRelated(ChangedIds(batch->writes, *results), *results));
  return absl::OkStatus();
}

void EventSession::RefuseChannels(absl::Span<const OperationResult> results, Batch& batch) {
  for (std::size_t write = 0; write < results.size(); ++write) {
    for (const int position : results[write].events.refused) {
      Refuse(batch.rows[write][static_cast<std::size_t>(position)],
             "the contact would have more than 64 channels; send what the way was (web, shop, "
             "phone), not what was visited",
             batch.errors);
    }
  }
  SortByRow(batch.errors);
}

absl::StatusOr<EventLimits> EventSession::ReadLimits(Snapshot& snapshot) const {
  const auto workspace = ReadWorkspace(snapshot, *workspace_);
  if (!workspace.ok()) return workspace.status();
  const auto earliest = DateFromProto(workspace->behaviour().earliest_event_date());
  if (!earliest.ok()) return earliest.status();
  EventLimits limits{.earliest = *earliest,
                     .latest = {},
                     .zone = TimeZoneNamed(workspace->time_zone()),
                     .currency_code = workspace->currency_code()};
  limits.latest = DayIn(limits.zone, clock_.Now());
  limits.latest.days += workspace->behaviour().event_lead_days();
  return limits;
}

absl::StatusOr<EventSession::Batch> EventSession::Read(
    const v1::RecordEventsRequest& request) const {
  if (request.events_size() > kMaxEvents) {
    return absl::InvalidArgumentError(absl::StrCat("the message has ", request.events_size(),
                                                   " events; send at most ", kMaxEvents,
                                                   " at a time"));
  }
  const auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto limits = ReadLimits(**snapshot);
  if (!limits.ok()) return limits.status();
  Batch batch;
  absl::flat_hash_map<absl::string_view, std::size_t> write_of;  // By contact.
  for (int i = 0; i < request.events_size(); ++i) {
    const v1::Event& message = request.events(i);
    absl::Status sound = CheckContactId(message.contact());
    absl::StatusOr<Event> event = Event();
    if (sound.ok()) {
      event = EventFromProto(message, *limits);
      sound = event.status();
    }
    if (!sound.ok()) {
      Refuse(i, sound.message(), batch.errors);
      continue;
    }
    if (event->id.empty()) event->id = occurrences_.IdOf(message.SerializeAsString(), batch.seen);
    const auto [place, is_new] = write_of.try_emplace(message.contact(), batch.writes.size());
    if (is_new) {
      batch.writes.push_back(
          {*workspace_, message.contact(), {}, creates_contacts_, kind_, provenance_});
      batch.rows.emplace_back();
    }
    batch.writes[place->second].events.push_back(*std::move(event));
    batch.rows[place->second].push_back(i);
  }
  if (!creates_contacts_) {
    if (absl::Status status = RefuseUnknown(**snapshot, batch); !status.ok()) return status;
  }
  return batch;
}

absl::Status EventSession::RefuseUnknown(Snapshot& snapshot, Batch& batch) const {
  std::vector<std::string> ids;
  for (const PutEvents& write : batch.writes) ids.push_back(write.contact);
  const auto found = snapshot.Lookup(*workspace_, ids);
  if (!found.ok()) return found.status();
  std::size_t kept = 0;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (!(*found)[i].has_value()) {
      for (const int row : batch.rows[i]) {
        Refuse(row, "there is no such contact; store it first, or have it created", batch.errors);
      }
      continue;
    }
    if (kept != i) {
      batch.writes[kept] = std::move(batch.writes[i]);
      batch.rows[kept] = std::move(batch.rows[i]);
    }
    ++kept;
  }
  batch.writes.resize(kept);
  batch.rows.resize(kept);
  SortByRow(batch.errors);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<OperationResult>> EventSession::Commit(Batch& batch) {
  absl::Status failure;
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    if (batch.writes.empty()) return std::vector<OperationResult>();
    auto results = store_.Commit({.operations = {batch.writes.begin(), batch.writes.end()},
                                  .time = clock_.Now(),
                                  .request = {},
                                  .author = Author{principal_, "RecordEvents", true}});
    const auto failed = FailedOperation(results.status());
    if (results.ok() || !failed.has_value()) return results;
    failure = results.status();
    for (const int row : batch.rows[static_cast<std::size_t>(*failed)]) {
      Refuse(row, failure.message(), batch.errors);
    }
    SortByRow(batch.errors);
    batch.writes.erase(batch.writes.begin() + *failed);
    batch.rows.erase(batch.rows.begin() + *failed);
  }
  return failure;
}

}  // namespace cible
