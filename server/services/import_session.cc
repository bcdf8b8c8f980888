#include "server/services/import_session.h"

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "segmentation/data/storable.h"
#include "server/privacy/privacy_wire.h"
#include "server/rpc/status.h"
#include "server/services/contact_rows.h"
#include "server/services/derived_attributes.h"
#include "server/services/request_id.h"
#include "server/services/row_refusals.h"
#include "server/storage/contact_values.h"
#include "server/wire/resource_name.h"
#include "server/wire/schema_store.h"

namespace cible {
namespace {

constexpr int kMaxErrors = 1000;
// Commits of one message: each but the last leaves out rows that the store
// refused, which only contacts of the other kind, or organisations that are
// persons, make it do.
constexpr int kMaxAttempts = 8;

// Removes the rows whose flag is set and reports them.
template <typename Batch>
void RemoveRows(const std::vector<std::uint8_t>& refused, const std::string& reason, Batch& batch) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < refused.size(); ++i) {
    if (refused[i]) {
      batch.errors.push_back({batch.source_rows[i], "", reason});
      continue;
    }
    if (kept != i) batch.rows[kept] = std::move(batch.rows[i]);
    batch.source_rows[kept++] = batch.source_rows[i];
  }
  batch.rows.resize(kept);
  batch.source_rows.resize(kept);
}

void Count(const std::vector<RowError>& errors, absl::Span<const OperationResult> results,
           v1::ImportContactsResponse* response) {
  std::int64_t created = 0, updated = 0, without_legal_basis = 0;
  for (const OperationResult& result : results) {
    created += result.effect == Effect::kCreated ? 1 : 0;
    updated += result.effect == Effect::kUpdated ? 1 : 0;
    without_legal_basis += result.has_legal_basis ? 0 : 1;
  }
  response->set_created_count(created);
  response->set_updated_count(updated);
  response->set_unchanged_count(std::ssize(results) - created - updated);
  response->set_refused_count(std::ssize(errors));
  response->set_without_legal_basis_count(without_legal_basis);
  RowErrorsToProto(errors, kMaxErrors, response->mutable_errors());
}

// What cannot be whatever is stored.
template <typename Batch>
void RefuseMemberships(Batch& batch) {
  if (!SaysMemberships(batch.rows)) return;
  RemoveRows(OrganizationsThatBelong(batch.rows),
             "only persons belong to organisations and have a role there", batch);
  RemoveRows(OfPersonsAmong(batch.rows),
             "the organisation that the person is to belong to is a PERSON; name an ORGANIZATION",
             batch);
  SortByRow(batch.errors);
}

std::vector<std::string> ChangedIds(const std::vector<PutContact>& rows,
                                    const std::vector<OperationResult>& results) {
  std::vector<std::string> changed;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i].effect != Effect::kUnchanged) changed.push_back(rows[i].id);
  }
  return changed;
}

}  // namespace

ImportSession::ImportSession(Store& store, const Clock& clock, AssignContactsFn assign,
                             SchemaChangedFn schema_changed)
    : store_(store),
      clock_(clock),
      assign_(std::move(assign)),
      schema_changed_(std::move(schema_changed)) {}

absl::Status ImportSession::HandleMessage(const CallContext& call,
                                          const v1::ImportContactsRequest& request,
                                          v1::ImportContactsResponse* response) {
  if (!workspace_.has_value()) {
    if (absl::Status status = Begin(request); !status.ok()) return status;
    principal_ = call.principal;
  }
  if (absl::Status status = Import(request, response); !status.ok()) {
    response->Clear();
    *response->mutable_error() = ToRpcStatus(status);
  }
  response->set_acknowledged_sequence(acknowledged_);
  return absl::OkStatus();
}

absl::Status ImportSession::Begin(const v1::ImportContactsRequest& request) {
  const auto parent = ResourceName::Parse(request.parent(), ResourceKind::kWorkspace);
  if (!parent.ok()) return parent.status();
  if (!v1::ContactKind_IsValid(request.kind()) || !v1::Stage_IsValid(request.stage())) {
    return absl::InvalidArgumentError("the kind or the stage is none that this server knows");
  }
  const auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  if (absl::Status status = CheckWorkspace(**snapshot, parent->workspace); !status.ok()) {
    return status;
  }
  auto provenance = ProvenanceFromProto(request.provenance());
  if (!provenance.ok()) return provenance.status();
  provenance_ = *std::move(provenance);
  provenance_bytes_ = request.provenance().SerializeAsString();
  workspace_ = parent->workspace;
  kind_ = ContactKindFromProto(request.kind());
  if (request.stage() != v1::STAGE_UNSPECIFIED) stage_ = StageFromProto(request.stage());
  return absl::OkStatus();
}

absl::Status ImportSession::Import(const v1::ImportContactsRequest& request,
                                   v1::ImportContactsResponse* response) {
  if (request.sequence() <= acknowledged_) {
    return absl::InvalidArgumentError(
        absl::StrCat("sequence ", request.sequence(), " does not rise above ", acknowledged_,
                     ", which is acknowledged; number the messages 1, 2, 3, ..."));
  }
  if (absl::Status status = CheckRequestId(request.request_id()); !status.ok()) return status;
  const std::optional<RequestMark> mark = MarkOf(request);
  const auto former = FormerAnswer(mark);
  if (!former.ok()) return former.status();
  if (former->has_value()) return AnswerAsBefore(request, **former, response);
  absl::StatusOr<Batch> batch = Read(request);
  if (!batch.ok()) return batch.status();
  batch->mark = mark;
  RefuseMemberships(*batch);
  if (absl::Status status = PrepareSchema(*batch); !status.ok()) return status;
  const auto results = Commit(*batch);
  if (absl::IsAlreadyExists(results.status())) {  // By another stream, since.
    const auto other = FormerAnswer(mark);
    if (!other.ok()) return other.status();
    return other->has_value() ? AnswerAsBefore(request, **other, response) : results.status();
  }
  if (!results.ok()) return results.status();
  Acknowledge(request, batch->seen);
  Count(batch->errors, *results, response);
  AssignWritten(assign_, *workspace_, WithRelated(ChangedIds(batch->rows, *results), *results));
  return absl::OkStatus();
}

absl::Status ImportSession::AnswerAsBefore(const v1::ImportContactsRequest& request,
                                           const v1::ImportContactsResponse& former,
                                           v1::ImportContactsResponse* response) {
  // Its rows without ids count for those that come after, as they did then.
  const absl::StatusOr<Batch> batch = Read(request);
  Acknowledge(request, batch.ok() ? batch->seen : OccurrenceIds::Seen());
  *response = former;
  return absl::OkStatus();
}

std::optional<RequestMark> ImportSession::MarkOf(const v1::ImportContactsRequest& request) const {
  if (request.request_id().empty()) return std::nullopt;
  std::string content = absl::StrCat(static_cast<int>(kind_), " ",
                                     stage_.has_value() ? static_cast<int>(*stage_) : -1, " ",
                                     provenance_bytes_, request.table().SerializeAsString());
  for (const v1::Contact& contact : request.contacts()) {
    absl::StrAppend(&content, " ", contact.ByteSizeLong(), " ");
    contact.AppendToString(&content);
  }
  return RequestMark{*workspace_, request.request_id(),
                     RequestDigest("ImportContactsRequest", content)};
}

absl::StatusOr<std::optional<v1::ImportContactsResponse>> ImportSession::FormerAnswer(
    const std::optional<RequestMark>& mark) const {
  std::optional<v1::ImportContactsResponse> answer;
  if (!mark.has_value()) return answer;
  const auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto written = (*snapshot)->FindRequest(mark->workspace, mark->id);
  if (!written.ok()) return written.status();
  if (!written->has_value()) return answer;
  if (absl::Status status = CheckSameRequest(**written, mark->content); !status.ok()) {
    return status;
  }
  if (!answer.emplace().ParseFromString((*written)->answer)) {
    return absl::DataLossError(
        "the answer to a request cannot be read; restore the store from a backup");
  }
  return answer;
}

void ImportSession::Acknowledge(const v1::ImportContactsRequest& request,
                                const OccurrenceIds::Seen& seen) {
  acknowledged_ = request.sequence();
  occurrences_.Keep(seen);
}

absl::StatusOr<ImportSession::Batch> ImportSession::Read(
    const v1::ImportContactsRequest& request) const {
  if (request.has_table() == !request.contacts().empty()) {
    return absl::InvalidArgumentError(request.has_table()
                                          ? "the message has a table and contacts; send one of both"
                                          : "the message has neither a table nor contacts; send "
                                            "one of both");
  }
  auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto schema = ReadSchema(**snapshot, *workspace_);
  if (!schema.ok()) return schema.status();
  snapshot->reset();  // Not held while the contacts are read.
  return request.has_table() ? ReadTable(request.table(), schema->schema)
                             : ReadRows(request, schema->schema);
}

absl::StatusOr<ImportSession::Batch> ImportSession::ReadTable(const v1::ContactTable& message,
                                                              const Schema& schema) const {
  absl::StatusOr<TableFromWire> read = TableFromProto(message, schema);
  if (!read.ok()) return read.status();
  for (const Column& column : read->table.columns) {
    const Attribute* attribute = schema.Find(column.attribute);
    if (attribute != nullptr && IsDerived(*attribute)) return DerivedError(*attribute);
  }
  Batch batch{.mark = {},
              .rows = {},
              .source_rows = std::move(read->source_rows),
              .errors = std::move(read->errors),
              .seen = {}};
  std::vector<std::string> values = EncodeRows(read->table, schema);
  for (std::size_t row = 0; row < values.size(); ++row) {
    std::string id = read->table.ids.empty() ? occurrences_.IdOf(values[row], batch.seen)
                                             : std::move(read->table.ids[row]);
    batch.rows.push_back({*workspace_, std::move(id), kind_, stage_, std::move(values[row])});
    PutContact& put = batch.rows.back();
    put.provenance = provenance_;
    const bool names_one = !read->organizations.empty() && !read->organizations[row].empty();
    if (names_one) put.organization = std::move(read->organizations[row]);
    const bool has_role =
        !read->buying_roles.empty() && read->buying_roles[row] != BuyingRole::kUnknown;
    if (has_role) put.buying_role = read->buying_roles[row];
  }
  return batch;
}

absl::StatusOr<ImportSession::Batch> ImportSession::ReadRows(
    const v1::ImportContactsRequest& request, const Schema& schema) const {
  absl::StatusOr<ContactRows> read = ReadContactRows(request.contacts(), *workspace_, schema);
  if (!read.ok()) return read.status();
  Batch batch{.mark = {},
              .rows = {},
              .source_rows = std::move(read->source_rows),
              .errors = std::move(read->errors),
              .seen = {}};
  batch.rows.reserve(read->rows.size());
  for (ContactRow& row : read->rows) {
    std::string id = row.id.empty() ? occurrences_.IdOf(row.values, batch.seen) : std::move(row.id);
    batch.rows.push_back({*workspace_, std::move(id), row.kind.value_or(kind_),
                          row.stage.has_value() ? row.stage : stage_, std::move(row.values)});
    batch.rows.back().provenance = provenance_;
    batch.rows.back().organization = std::move(row.organization);
    batch.rows.back().buying_role = row.buying_role;
  }
  return batch;
}

absl::Status ImportSession::PrepareSchema(const Batch& batch) {
  const bool joins = std::any_of(batch.rows.begin(), batch.rows.end(), [](const PutContact& row) {
    return row.organization.has_value();
  });
  if (!joins || has_people_attributes_) return absl::OkStatus();
  const absl::Status status = PutPeopleAttributes(store_, clock_, *workspace_, schema_changed_);
  has_people_attributes_ = status.ok();
  return status;
}

absl::StatusOr<std::vector<OperationResult>> ImportSession::Commit(Batch& batch) {
  const auto answer = [&batch](absl::Span<const OperationResult> results) {
    v1::ImportContactsResponse response;
    Count(batch.errors, results, &response);
    return response.SerializeAsString();
  };
  absl::Status failure;
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    if (batch.rows.empty() && !batch.mark.has_value()) return std::vector<OperationResult>();
    WriteBatch write{.operations = {batch.rows.begin(), batch.rows.end()},
                     .time = clock_.Now(),
                     .request = batch.mark,
                     .author = Author{principal_, "ImportContacts", true}};
    if (write.request.has_value()) write.request->answer = answer;
    auto results = store_.Commit(std::move(write));
    if (results.ok() || !FailedOperation(results.status()).has_value()) return results;
    failure = results.status();
    if (absl::Status status = LeaveOut(failure, batch); !status.ok()) return status;
  }
  return failure;
}

// The row that the store refused, and all others that it would refuse for the
// same reason: one commit a bad row would make a bad file slow.
absl::Status ImportSession::LeaveOut(const absl::Status& failure, Batch& batch) {
  std::vector<std::uint8_t> refused(batch.rows.size());
  refused[static_cast<std::size_t>(*FailedOperation(failure))] = 1;
  if (absl::IsFailedPrecondition(failure)) {
    const auto snapshot = store_.OpenSnapshot();
    if (!snapshot.ok()) return snapshot.status();
    const auto of_other_kind = OfOtherKind(**snapshot, *workspace_, batch.rows);
    const auto of_persons = OfStoredPersons(**snapshot, *workspace_, batch.rows);
    if (!of_other_kind.ok()) return of_other_kind.status();
    if (!of_persons.ok()) return of_persons.status();
    const auto failed = static_cast<std::size_t>(*FailedOperation(failure));
    const RowFlags& alike = (*of_other_kind)[failed] ? *of_other_kind : *of_persons;
    for (std::size_t i = 0; i < refused.size(); ++i) refused[i] = refused[i] || alike[i];
  }
  RemoveRows(refused, std::string(failure.message()), batch);
  SortByRow(batch.errors);
  return absl::OkStatus();
}

}  // namespace cible
