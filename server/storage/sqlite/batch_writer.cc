#include "server/storage/sqlite/batch_writer.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "server/storage/contact_values.h"
#include "server/storage/merged_facts.h"
#include "server/storage/sqlite/contact_union.h"
#include "server/storage/sqlite/schema.h"

namespace cible {
namespace {

constexpr char kReadRevision[] = "SELECT value FROM store_state WHERE name = 'last_revision'";
constexpr char kWriteRevision[] = "UPDATE store_state SET value = ? WHERE name = 'last_revision'";

constexpr char kFindWorkspace[] = "SELECT number FROM workspace_numbers WHERE workspace = ?";
constexpr char kAddWorkspace[] =
    "INSERT INTO workspace_numbers (workspace) VALUES (?) RETURNING number";
constexpr char kFindSegmentation[] =
    "SELECT number FROM segmentation_numbers WHERE workspace = ? AND segmentation = ?";
constexpr char kAddSegmentation[] =
    "INSERT INTO segmentation_numbers (workspace, segmentation) VALUES (?, ?) RETURNING number";

constexpr char kFindContact[] =
    "SELECT key, revision, kind, stage, attribute_values, objection_time,"
    " has_legal_basis, organization, buying_role FROM contacts"
    " WHERE workspace = ? AND id = ?";
constexpr char kFindRedirected[] =
    "SELECT c.key, c.revision, c.kind, c.stage, c.attribute_values, c.objection_time,"
    " c.has_legal_basis, c.organization, c.buying_role FROM redirects AS r JOIN contacts AS c ON "
    "c.key = r.contact"
    " WHERE r.workspace = ? AND r.id = ?";
constexpr char kHasRedirects[] = "SELECT EXISTS (SELECT 1 FROM redirects)";
constexpr char kDropRedirects[] = "DELETE FROM redirects WHERE contact = ?";
constexpr char kAddContact[] =
    "INSERT INTO contacts (key, workspace, id, revision, kind, stage, attribute_values,"
    " create_time, update_time, has_legal_basis) VALUES (?1, ?2, ?3, ?1, ?4, ?5, ?6, ?7, ?7, ?8)";
constexpr char kKeepHistory[] =
    "INSERT INTO contact_history (contact, revision, stage, attribute_values, update_time)"
    " SELECT key, revision, stage, attribute_values, update_time FROM contacts WHERE key = ?";
constexpr char kChangeContact[] =
    "UPDATE contacts SET revision = ?2, stage = ?3, attribute_values = ?4, update_time = ?5"
    " WHERE key = ?1";

constexpr char kDropHistory[] = "DELETE FROM contact_history WHERE contact = ?";
constexpr char kDropAssignments[] =
    "DELETE FROM assignments WHERE contact = ?2 AND segmentation IN"
    " (SELECT number FROM segmentation_numbers WHERE workspace = ?1)";
constexpr char kDropContact[] = "DELETE FROM contacts WHERE key = ?";
constexpr char kDropProvenances[] = "DELETE FROM contact_provenances WHERE contact = ?";
constexpr char kDropConsents[] = "DELETE FROM consents WHERE contact = ?";
constexpr char kAddDeleted[] =
    "INSERT INTO deleted_contacts (workspace, revision, contact) VALUES (?, ?, ?)";

constexpr char kTouchContact[] =
    "UPDATE contacts SET revision = ?2, update_time = ?3 WHERE key = ?1";
constexpr char kRaiseRevision[] = "UPDATE contacts SET revision = ?2 WHERE key = ?1";
constexpr char kSetObjection[] = "UPDATE contacts SET objection_time = ?2 WHERE key = ?1";

constexpr char kFindProvenance[] =
    "SELECT number FROM provenances"
    " WHERE workspace = ? AND source = ? AND legal_basis = ? AND date = ?";
constexpr char kAddProvenance[] =
    "INSERT INTO provenances (workspace, source, legal_basis, date) VALUES (?, ?, ?, ?)"
    " RETURNING number";
constexpr char kHasSuchProvenance[] =
    "SELECT 1 FROM contact_provenances AS c JOIN provenances AS p ON p.number = c.provenance"
    " WHERE c.contact = ? AND p.source = ? AND p.legal_basis = ?";
constexpr char kLinkProvenance[] =
    "INSERT INTO contact_provenances (contact, provenance) VALUES (?, ?) ON CONFLICT DO NOTHING";
constexpr char kSetLegalBasis[] =
    "UPDATE contacts SET has_legal_basis = 1 WHERE key = ? AND has_legal_basis = 0";

constexpr char kFindConsent[] =
    "SELECT give_time, expire_time, withdraw_time FROM consents"
    " WHERE contact = ? AND purpose = ? AND channel = ?";
constexpr char kPutConsent[] =
    "INSERT INTO consents (contact, purpose, channel, give_time, expire_time, withdraw_time)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (contact, purpose, channel) DO UPDATE"
    " SET give_time = excluded.give_time, expire_time = excluded.expire_time,"
    " withdraw_time = excluded.withdraw_time";

constexpr char kAddAuditEntry[] =
    "INSERT INTO audit_entries (workspace, time, principal, action, contact, collection, parent,"
    " id, contact_count) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";

constexpr char kFindAssignable[] =
    "SELECT key FROM contacts WHERE workspace = ?1 AND id = ?2"
    " AND (?3 = 0 OR revision = ?3) AND objection_time = 0";
constexpr char kFindChangedSince[] =
    "SELECT key FROM contacts WHERE workspace = ?1 AND revision > ?2"
    " UNION ALL SELECT contact FROM deleted_contacts WHERE workspace = ?1 AND revision > ?2";
// REPLACE, since the table has no other index: SQLite then writes without
// looking whether the row is there.
constexpr char kPutAssignment[] =
    "INSERT OR REPLACE INTO assignments (segmentation, contact, segment, model, probability, day)"
    " VALUES (?, ?, ?, ?, ?, ?)";
// Of no view that is older is anything written any more.
constexpr char kNoteDropped[] = "UPDATE segmentation_numbers SET dropped = ?2 WHERE number = ?1";
constexpr char kFindDropped[] = "SELECT dropped FROM segmentation_numbers WHERE number = ?";
constexpr char kDropAllAssignments[] = "DELETE FROM assignments WHERE segmentation = ?";
constexpr char kDropBaselessAssignments[] =
    "DELETE FROM assignments WHERE segmentation IN"
    " (SELECT number FROM segmentation_numbers WHERE workspace = ?1) AND contact IN"
    " (SELECT key FROM contacts WHERE workspace = ?1 AND has_legal_basis = 0)";

constexpr char kFindRequest[] = "SELECT 1 FROM written_requests WHERE workspace = ? AND id = ?";
constexpr char kAddRequest[] =
    "INSERT INTO written_requests (workspace, id, content, answer, time) VALUES (?, ?, ?, ?, ?)";
// A few at a time, so that no batch waits for a day's requests to go; more than
// a batch adds, so that they all go.
constexpr char kForgetRequests[] =
    "DELETE FROM written_requests WHERE number IN"
    " (SELECT number FROM written_requests WHERE time < ? ORDER BY time LIMIT 64)";

constexpr char kFindResource[] =
    "SELECT sequence, revision, body FROM resources"
    " WHERE workspace = ? AND collection = ? AND parent = ? AND id = ?";
constexpr char kAddResource[] =
    "INSERT INTO resources (sequence, workspace, collection, parent, id, revision, body,"
    " create_time, update_time) VALUES (?1, ?2, ?3, ?4, ?5, ?1, ?6, ?7, ?7)";
constexpr char kChangeResource[] =
    "UPDATE resources SET revision = ?2, body = ?3, update_time = ?4 WHERE sequence = ?1";
constexpr char kDropResource[] = "DELETE FROM resources WHERE sequence = ?";

constexpr std::int64_t kDayMicros = 86'400'000'000;

// The first column of the only row, if there is a row.
absl::StatusOr<std::optional<std::int64_t>> ReadNumber(Query& query) {
  if (query.Step()) return std::optional<std::int64_t>(query.Integer(0));
  if (!query.status().ok()) return query.status();
  return std::optional<std::int64_t>();
}

// Rather than about the store.
bool IsAboutTheOperation(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsFailedPrecondition(status) ||
         absl::IsNotFound(status) || absl::IsAborted(status);
}

absl::Status KindMismatch(ContactKind stored) {
  const bool person = stored == ContactKind::kPerson;
  return absl::FailedPreconditionError(absl::StrCat(
      "the contact is stored as ", person ? "a PERSON" : "an ORGANIZATION", " and got as ",
      person ? "an ORGANIZATION" : "a PERSON", "; send its kind, or delete the contact first"));
}

// `what` is "contact" or "resource".
absl::Status CheckExpected(std::optional<Revision> expected, Revision stored,
                           absl::string_view what) {
  if (!expected.has_value() || *expected == stored) return absl::OkStatus();
  return absl::AbortedError(
      absl::StrCat("the ", what,
                   *expected == 0 ? " exists already; read it and change it instead"
                   : stored == 0  ? " was deleted in the meantime; create it anew"
                                  : " was changed in the meantime; read it again and repeat"));
}

bool StatesLegalBasis(const PutContact& put) {
  return put.provenance.has_value() && put.provenance->legal_basis != LegalBasis::kUnspecified;
}

// What an operation is about: a resource, or a contact, which has its workspace
// alone: its id is nowhere but in its own row.
constexpr auto ResourceOf = [](const auto& operation) -> ResourceKey {
  if constexpr (requires { operation.key; }) {
    return operation.key;
  } else {
    return {.workspace = operation.workspace, .collection = "", .parent = "", .id = ""};
  }
};

}  // namespace

struct BatchWriter::StoredResource {
  std::int64_t sequence = 0;  // 0: none.
  Revision revision = 0;
  std::string body;
};

absl::StatusOr<std::unique_ptr<BatchWriter>> BatchWriter::Make(
    std::unique_ptr<Connection> connection) {
  std::int64_t last_revision = 0;
  {
    Query query(*connection, kReadRevision);
    const auto revision = ReadNumber(query);
    if (!revision.ok()) return revision.status();
    if (!revision->has_value()) {
      return absl::DataLossError(
          "the database does not say its last revision; restore it from a backup");
    }
    last_revision = **revision;
  }
  bool has_redirects = false;
  {
    Query query(*connection, kHasRedirects);
    const auto exists = ReadNumber(query);
    if (!exists.ok()) return exists.status();
    has_redirects = exists->value_or(0) != 0;
  }
  auto related = RelatedChanges::Make(*connection);
  if (!related.ok()) return related.status();
  return std::unique_ptr<BatchWriter>(
      new BatchWriter(std::move(connection), last_revision, has_redirects, *std::move(related)));
}

BatchWriter::BatchWriter(std::unique_ptr<Connection> connection, Revision last_revision,
                         bool has_redirects, RelatedChanges related)
    : connection_(std::move(connection)),
      events_(*connection_),
      lifecycles_(*connection_),
      related_(std::move(related)),
      committed_revision_(last_revision),
      last_revision_(last_revision),
      has_redirects_(has_redirects) {}

absl::Status BatchWriter::Begin() {
  // IMMEDIATE: a transaction that starts by reading could not become a writer.
  return connection_->Execute("BEGIN IMMEDIATE");
}

absl::StatusOr<BatchWriter::Results> BatchWriter::Apply(const WriteBatch& batch) {
  const Revision before = last_revision_;
  if (absl::Status status = connection_->Execute("SAVEPOINT batch"); !status.ok()) return status;
  absl::StatusOr<Results> results = ApplyOnce(batch);
  if (!results.ok()) Forget(before);
  const absl::Status ended =
      connection_->Execute(results.ok() ? "RELEASE batch" : "ROLLBACK TO batch; RELEASE batch");
  if (ended.ok()) return results;
  // Without its savepoint a batch can only be undone with all the others.
  if (in_transaction()) connection_->Execute("ROLLBACK").IgnoreError();
  Forget(committed_revision_);
  return results.ok() ? ended : results.status();
}

absl::StatusOr<BatchWriter::Results> BatchWriter::ApplyOnce(const WriteBatch& batch) {
  const absl::Status forgotten =
      Query(*connection_, kForgetRequests, batch.time.micros - kRequestMemoryMicros).Run();
  if (!forgotten.ok()) return forgotten;
  if (!batch.request.has_value()) return ApplyOperations(batch);
  const RequestMark& request = *batch.request;
  const auto workspace = NumberOfWorkspace(request.workspace);
  if (!workspace.ok()) return workspace.status();
  Query find(*connection_, kFindRequest, *workspace, request.id);
  if (find.Step()) return absl::AlreadyExistsError("the request was written before");
  if (!find.status().ok()) return find.status();
  absl::StatusOr<Results> results = ApplyOperations(batch);
  if (!results.ok()) return results;
  const std::string answer = request.answer ? request.answer(*results) : "";
  const absl::Status added = Query(*connection_, kAddRequest, *workspace, request.id,
                                   Blob{request.content}, Blob{answer}, batch.time.micros)
                                 .Run();
  if (!added.ok()) return added;
  return results;
}

absl::StatusOr<BatchWriter::Results> BatchWriter::ApplyOperations(const WriteBatch& batch) {
  Results results;
  results.reserve(batch.operations.size());
  for (const Operation& operation : batch.operations) {
    operation_ = results.size();
    const auto apply = [&](const auto& op) { return Apply(op, batch.time); };
    Result result = std::visit(apply, operation);
    if (!result.ok()) {
      const int position = static_cast<int>(results.size());
      return IsAboutTheOperation(result.status()) ? WithFailedOperation(result.status(), position)
                                                  : result.status();
    }
    results.push_back(*std::move(result));
  }
  absl::Status status = related_.Apply(batch.time, &last_revision_, &results);
  if (!status.ok()) return status;
  if (status = RecordInAuditTrail(batch, results); !status.ok()) return status;
  return results;
}

absl::Status BatchWriter::RecordInAuditTrail(const WriteBatch& batch, const Results& results) {
  if (!batch.author.has_value()) return absl::OkStatus();
  std::int64_t contact_count = 0;
  ResourceKey workspace;
  absl::Status status;
  if (!batch.author->resource.collection.empty()) {
    const bool changed = std::any_of(results.begin(), results.end(), [](const auto& result) {
      return result.effect != Effect::kUnchanged;
    });
    return changed ? AddAuditEntry(*batch.author, batch.time, batch.author->resource, 0, 0)
                   : status;
  }
  for (std::size_t i = 0; i < results.size() && status.ok(); ++i) {
    if (results[i].effect == Effect::kUnchanged) continue;
    const ResourceKey resource = std::visit(ResourceOf, batch.operations[i]);
    if (results[i].contact_key == 0 && resource.collection.empty()) continue;
    std::vector<std::int64_t> keys = {results[i].contact_key};
    for (const RelatedContact& related : results[i].related) {
      if (related.effect != Effect::kUnchanged) keys.push_back(related.key);
    }
    if (batch.author->in_bulk && results[i].contact_key != 0) {
      workspace = resource;
      contact_count += std::ssize(keys);
      continue;
    }
    for (const std::int64_t key : keys) {
      status.Update(AddAuditEntry(*batch.author, batch.time, resource, key, 0));
    }
  }
  if (contact_count == 0 || !status.ok()) return status;
  return AddAuditEntry(*batch.author, batch.time, workspace, 0, contact_count);
}

absl::Status BatchWriter::AddAuditEntry(const Author& author, Timestamp time,
                                        const ResourceKey& resource, std::int64_t contact_key,
                                        std::int64_t contact_count) {
  const auto workspace = NumberOfWorkspace(resource.workspace);
  if (!workspace.ok()) return workspace.status();
  return Query(*connection_, kAddAuditEntry, *workspace, time.micros, author.principal,
               author.action, contact_key, resource.collection, resource.parent, resource.id,
               contact_count)
      .Run();
}

absl::Status BatchWriter::Commit() {
  absl::Status status = absl::OkStatus();
  if (last_revision_ != committed_revision_) {
    status = Query(*connection_, kWriteRevision, last_revision_).Run();
  }
  if (status.ok()) status = connection_->Execute("COMMIT");
  if (status.ok()) {
    committed_revision_ = last_revision_;
    return status;
  }
  // A failed fsync is never repeated for the same bytes: rolling back takes
  // the end of the log back, and the next commit writes its pages anew.
  if (in_transaction()) connection_->Execute("ROLLBACK").IgnoreError();
  Forget(committed_revision_);
  return status;
}

absl::Status BatchWriter::ClearErased() {
  const absl::Status status = connection_->EmptyLog();
  if (status.ok()) has_erased_ = false;
  return status;
}

BatchWriter::Result BatchWriter::Apply(const PutContact& put, Timestamp time) {
  const auto workspace = NumberOfWorkspace(put.workspace);
  if (!workspace.ok()) return workspace.status();
  const auto stored = FindContact(*workspace, put.id);
  if (!stored.ok()) return stored.status();
  if (put.must_exist && stored->key == 0) {
    return absl::NotFoundError("there is no such contact to change");
  }
  // A new organisation may come after the persons of the batch who belong to it.
  const bool comes_now = put.expected == 0 && related_.HasCreated(stored->key);
  const absl::Status expected =
      comes_now ? absl::OkStatus() : CheckExpected(put.expected, stored->revision, "contact");
  if (!expected.ok()) return expected;
  if (stored->key == 0) return CreateContact(put, *workspace, time);
  if (put.kind.has_value() && stored->kind != *put.kind) return KindMismatch(stored->kind);
  return UpdateContact(put, *workspace, *stored, time);
}

absl::StatusOr<BatchWriter::StoredContact> BatchWriter::FindContact(std::int64_t workspace,
                                                                    const std::string& id) {
  StoredContact contact;
  const auto find = [&](const char* sql) {
    Query query(*connection_, sql, workspace, id);
    if (!query.Step()) return query.status();
    contact.key = query.Integer(0);
    contact.revision = query.Integer(1);
    contact.kind = KindFromColumn(query.Integer(2));
    contact.stage = StageFromColumn(query.Integer(3));
    contact.values = std::string(query.Bytes(4));
    contact.objects = query.Integer(5) != 0;
    contact.has_legal_basis = query.Integer(6) != 0;
    contact.membership = {query.Integer(7), BuyingRoleFromColumn(query.Integer(8))};
    return query.status();
  };
  absl::Status status = find(kFindContact);
  if (status.ok() && contact.key == 0 && has_redirects_) status = find(kFindRedirected);
  if (!status.ok()) return status;
  return contact;
}

BatchWriter::Result BatchWriter::CreateContact(const PutContact& put, std::int64_t workspace,
                                               Timestamp time) {
  const auto values = MergeValues("", put.values);
  if (!values.ok()) return values.status();
  const auto membership = MembershipAfter(put, workspace, {}, time);
  if (!membership.ok()) return membership.status();
  const ContactKind kind = put.kind.value_or(ContactKind::kPerson);
  const Stage stage = put.stage.value_or(Stage::kUnknown);
  const Revision revision = ++last_revision_;
  Query add(*connection_, kAddContact, revision, workspace, put.id, ToColumn(kind), ToColumn(stage),
            Blob{*values}, time.micros, StatesLegalBasis(put));
  if (absl::Status status = add.Run(); !status.ok()) return status;
  if (put.provenance.has_value()) {
    const auto added = AddProvenance(*put.provenance, workspace, revision, time);
    if (!added.ok()) return added.status();
  }
  StoredContact created;
  created.key = revision;
  if (const auto joined = ChangeMembership(created, *membership); !joined.ok()) {
    return joined.status();
  }
  return OperationResult{Effect::kCreated, revision, revision, StatesLegalBasis(put)};
}

BatchWriter::Result BatchWriter::UpdateContact(const PutContact& put, std::int64_t workspace,
                                               const StoredContact& stored, Timestamp time) {
  const absl::string_view kept = put.replaces_values ? absl::string_view() : stored.values;
  const auto values = MergeValues(kept, put.values, put.forgotten);
  if (!values.ok()) return values.status();
  const Stage stage = put.stage.value_or(stored.stage);
  const auto membership = MembershipAfter(put, workspace, stored, time);
  if (!membership.ok()) return membership.status();
  const bool is_member_alike = *membership == stored.membership;
  const auto moves = ChangeMembership(stored, *membership);
  if (!moves.ok()) return moves.status();
  absl::Status status;
  if (*moves) status = Query(*connection_, kDropAssignments, workspace, stored.key).Run();
  if (!status.ok()) return status;
  absl::StatusOr<bool> new_provenance = false;
  if (put.provenance.has_value()) {
    new_provenance = AddProvenance(*put.provenance, workspace, stored.key, time);
  }
  if (!new_provenance.ok()) return new_provenance.status();
  const bool has_legal_basis = stored.has_legal_basis || StatesLegalBasis(put);
  if (*values == stored.values && stage == stored.stage) {
    if (*new_provenance || !is_member_alike) return Touch(stored, time, has_legal_basis);
    return OperationResult{Effect::kUnchanged, stored.revision, stored.key, has_legal_basis};
  }
  status = Query(*connection_, kKeepHistory, stored.key).Run();
  if (!status.ok()) return status;
  const Revision revision = ++last_revision_;
  status = Query(*connection_, kChangeContact, stored.key, revision, ToColumn(stage), Blob{*values},
                 time.micros)
               .Run();
  if (*values != stored.values) {
    status.Update(Query(*connection_, kDropAssignments, workspace, stored.key).Run());
    // Of a person nothing that is stated is derived further.
    if (stored.kind == ContactKind::kOrganization) status.Update(ReachRelated(stored));
  }
  if (!status.ok()) return status;
  return OperationResult{Effect::kUpdated, revision, stored.key, has_legal_basis};
}

// A change of what is beside the contact's values.
BatchWriter::Result BatchWriter::Touch(const StoredContact& contact, Timestamp time,
                                       bool has_legal_basis) {
  const Revision revision = ++last_revision_;
  const absl::Status status =
      Query(*connection_, kTouchContact, contact.key, revision, time.micros).Run();
  if (!status.ok()) return status;
  return OperationResult{Effect::kUpdated, revision, contact.key, has_legal_basis};
}

absl::StatusOr<bool> BatchWriter::AddProvenance(const Provenance& provenance,
                                                std::int64_t workspace, std::int64_t contact,
                                                Timestamp time) {
  Provenance dated = provenance;
  if (!dated.date.has_value()) {
    Query known(*connection_, kHasSuchProvenance, contact, dated.source,
                ToColumn(dated.legal_basis));
    if (known.Step()) return false;
    if (!known.status().ok()) return known.status();
    dated.date = Date{static_cast<std::int32_t>(time.micros / kDayMicros)};
  }
  const auto number = NumberOfProvenance(workspace, dated);
  if (!number.ok()) return number.status();
  absl::Status status = Query(*connection_, kLinkProvenance, contact, *number).Run();
  const bool is_new = connection_->changed_rows() > 0;
  if (status.ok() && is_new && dated.legal_basis != LegalBasis::kUnspecified) {
    status = Query(*connection_, kSetLegalBasis, contact).Run();
  }
  if (!status.ok()) return status;
  return is_new;
}

absl::StatusOr<std::int64_t> BatchWriter::NumberOfProvenance(std::int64_t workspace,
                                                             const Provenance& provenance) {
  if (provenance_.has_value() && std::get<0>(*provenance_) == workspace &&
      std::get<1>(*provenance_) == provenance) {
    return std::get<2>(*provenance_);
  }
  const std::int64_t basis = ToColumn(provenance.legal_basis);
  Query find(*connection_, kFindProvenance, workspace, provenance.source, basis,
             provenance.date->days);
  auto number = ReadNumber(find);
  if (number.ok() && !number->has_value()) {
    Query add(*connection_, kAddProvenance, workspace, provenance.source, basis,
              provenance.date->days);
    number = ReadNumber(add);
  }
  if (!number.ok()) return number.status();
  provenance_.emplace(workspace, provenance, **number);
  return **number;
}

absl::StatusOr<BatchWriter::StoredContact> BatchWriter::RequireContact(std::int64_t workspace,
                                                                       const std::string& id) {
  auto stored = FindContact(workspace, id);
  if (stored.ok() && stored->key == 0) return absl::NotFoundError("there is no such contact");
  return stored;
}

BatchWriter::Result BatchWriter::Apply(const DeleteContact& removal, Timestamp /*time*/) {
  const auto workspace = NumberOfWorkspace(removal.workspace);
  if (!workspace.ok()) return workspace.status();
  const auto stored = FindContact(*workspace, removal.id);
  if (!stored.ok()) return stored.status();
  if (stored->key == 0) return absl::NotFoundError("there is no such contact to delete");
  absl::Status status = CheckExpected(removal.expected, stored->revision, "contact");
  if (!status.ok()) return status;
  related_.ReachOrganization(stored->membership.organization, operation_);
  status = related_.ReleasePeople(stored->key, operation_);
  const Revision revision = ++last_revision_;
  for (const char* drop :
       {kDropHistory, kDropProvenances, kDropConsents, kDropRedirects, kDropContact}) {
    status.Update(Query(*connection_, drop, stored->key).Run());
  }
  status.Update(events_.Drop(stored->key));
  status.Update(lifecycles_.Drop(*workspace, stored->key));
  status.Update(Query(*connection_, kDropAssignments, *workspace, stored->key).Run());
  status.Update(Query(*connection_, kAddDeleted, *workspace, revision, stored->key).Run());
  if (!status.ok()) return status;
  has_erased_ = true;
  return OperationResult{Effect::kDeleted, revision, stored->key};
}

BatchWriter::Result BatchWriter::Apply(const PutObjection& put, Timestamp time) {
  const auto workspace = NumberOfWorkspace(put.workspace);
  if (!workspace.ok()) return workspace.status();
  const auto stored = RequireContact(*workspace, put.id);
  if (!stored.ok()) return stored.status();
  if (stored->objects == put.objects) {
    return OperationResult{Effect::kUnchanged, stored->revision, stored->key,
                           stored->has_legal_basis};
  }
  // At the epoch itself there is no objection.
  const std::int64_t since = put.objects ? std::max<std::int64_t>(time.micros, 1) : 0;
  absl::Status status = Query(*connection_, kSetObjection, stored->key, since).Run();
  status.Update(Query(*connection_, kDropAssignments, *workspace, stored->key).Run());
  // What it did counts for its organisation no more, or again.
  related_.ReachOrganization(stored->membership.organization, operation_);
  return status.ok() ? Touch(*stored, time, stored->has_legal_basis) : status;
}

BatchWriter::Result BatchWriter::Apply(const PutConsent& put, Timestamp time) {
  const auto workspace = NumberOfWorkspace(put.workspace);
  if (!workspace.ok()) return workspace.status();
  const auto stored = RequireContact(*workspace, put.id);
  if (!stored.ok()) return stored.status();
  const Consent& consent = put.consent;
  {
    Query find(*connection_, kFindConsent, stored->key, consent.purpose, consent.channel);
    if (find.Step() && ReadConsent(find, 0, consent.purpose, consent.channel) == consent) {
      return OperationResult{Effect::kUnchanged, stored->revision, stored->key,
                             stored->has_legal_basis};
    }
    if (!find.status().ok()) return find.status();
  }
  const absl::Status status = Query(*connection_, kPutConsent, stored->key, consent.purpose,
                                    consent.channel, consent.give_time.micros,
                                    ToColumn(consent.expire_time), ToColumn(consent.withdraw_time))
                                  .Run();
  return status.ok() ? Touch(*stored, time, stored->has_legal_basis) : status;
}

BatchWriter::Result BatchWriter::Apply(const PutAssignments& put, Timestamp /*time*/) {
  const auto workspace = NumberOfWorkspace(put.workspace);
  if (!workspace.ok()) return workspace.status();
  const auto segmentation = NumberOfSegmentation(put.workspace, put.segmentation);
  if (!segmentation.ok()) return segmentation.status();
  {
    Query dropped(*connection_, kFindDropped, *segmentation);
    const auto at = ReadNumber(dropped);
    if (!at.ok()) return at.status();
    const Revision view = put.read_at.value_or(put.view);
    if (view > 0 && view < at->value_or(0)) return OperationResult{Effect::kUnchanged, 0};
  }
  absl::flat_hash_set<std::int64_t> changed;
  if (put.read_at.has_value()) {
    Query query(*connection_, kFindChangedSince, *workspace, *put.read_at);
    while (query.Step()) changed.insert(query.Integer(0));
    if (!query.status().ok()) return query.status();
  }
  bool written = false;
  for (const PutAssignments::Entry& entry : put.entries) {
    std::int64_t key = entry.key;
    if (!put.read_at.has_value()) {
      Query find(*connection_, kFindAssignable, *workspace, entry.contact, entry.revision);
      const auto found = ReadNumber(find);
      if (!found.ok()) return found.status();
      key = found->value_or(0);
    }
    if (key == 0 || changed.contains(key)) continue;
    Query query(*connection_, kPutAssignment, *segmentation, key, entry.segment, put.model,
                entry.probability, put.day.days);
    if (absl::Status status = query.Run(); !status.ok()) return status;
    written = true;
  }
  if (!written) return OperationResult{Effect::kUnchanged, 0};
  return OperationResult{Effect::kUpdated, ++last_revision_};
}

BatchWriter::Result BatchWriter::Apply(const DropAssignments& drop, Timestamp /*time*/) {
  const auto segmentation = NumberOfSegmentation(drop.workspace, drop.segmentation);
  if (!segmentation.ok()) return segmentation.status();
  absl::Status status = Query(*connection_, kNoteDropped, *segmentation, last_revision_).Run();
  if (status.ok()) status = Query(*connection_, kDropAllAssignments, *segmentation).Run();
  if (!status.ok()) return status;
  if (connection_->changed_rows() == 0) return OperationResult{Effect::kUnchanged, 0};
  return OperationResult{Effect::kDeleted, ++last_revision_};
}

BatchWriter::Result BatchWriter::Apply(const DropBaselessAssignments& drop, Timestamp /*time*/) {
  const auto workspace = NumberOfWorkspace(drop.workspace);
  if (!workspace.ok()) return workspace.status();
  const absl::Status status = Query(*connection_, kDropBaselessAssignments, *workspace).Run();
  if (!status.ok()) return status;
  if (connection_->changed_rows() == 0) return OperationResult{Effect::kUnchanged, 0};
  return OperationResult{Effect::kDeleted, ++last_revision_};
}

absl::StatusOr<std::vector<BatchWriter::StoredContact>> BatchWriter::RequireContacts(
    std::int64_t workspace, const std::vector<std::string>& ids) {
  std::vector<StoredContact> contacts;
  for (const std::string& id : ids) {
    auto contact = RequireContact(workspace, id);
    if (!contact.ok()) return contact.status();
    contacts.push_back(*std::move(contact));
  }
  std::sort(contacts.begin(), contacts.end(),
            [](const StoredContact& a, const StoredContact& b) { return a.key < b.key; });
  const auto same = [](const StoredContact& a, const StoredContact& b) { return a.key == b.key; };
  contacts.erase(std::unique(contacts.begin(), contacts.end(), same), contacts.end());
  return contacts;
}

BatchWriter::Result BatchWriter::Apply(const MergeContacts& merge, Timestamp time) {
  const auto workspace = NumberOfWorkspace(merge.workspace);
  if (!workspace.ok()) return workspace.status();
  const auto contacts = RequireContacts(*workspace, merge.ids);
  if (!contacts.ok()) return contacts.status();
  if (contacts->empty()) return absl::InvalidArgumentError("a merge names no contacts");
  const StoredContact& kept = contacts->front();
  std::vector<StageAndValues> facts;
  bool has_legal_basis = false;
  for (const StoredContact& contact : *contacts) {
    has_legal_basis = has_legal_basis || contact.has_legal_basis;
    if (contact.kind != kept.kind) {
      return absl::FailedPreconditionError(
          "the contacts are a person and an organisation; only contacts of one kind are the same");
    }
    facts.push_back({contact.stage, contact.values});
  }
  if (contacts->size() == 1) {
    return OperationResult{Effect::kUnchanged, kept.revision, kept.key, has_legal_basis};
  }
  const auto merged = MergedFacts(facts);
  if (!merged.ok()) return merged.status();
  has_redirects_ = true;
  absl::Status status = Query(*connection_, kKeepHistory, kept.key).Run();
  status.Update(MergeMemberships(*contacts));
  std::vector<std::int64_t> others;
  for (const StoredContact& contact : *contacts) {
    status.Update(Query(*connection_, kDropAssignments, *workspace, contact.key).Run());
    if (contact.key == kept.key) continue;
    others.push_back(contact.key);
    const auto erased = events_.Unite(*workspace, kept.key, contact.key);
    if (!erased.ok()) return erased.status();
    has_erased_ = has_erased_ || *erased;
    status.Update(UniteContacts(*connection_, kept.key, contact.key));
    status.Update(
        Query(*connection_, kAddDeleted, *workspace, ++last_revision_, contact.key).Run());
  }
  const Revision revision = ++last_revision_;
  status.Update(lifecycles_.Unite(*workspace, kept.key, others, revision));
  status.Update(Query(*connection_, kChangeContact, kept.key, revision, ToColumn(merged->stage),
                      Blob{merged->values}, time.micros)
                    .Run());
  if (!status.ok()) return status;
  return OperationResult{Effect::kUpdated, revision, kept.key, has_legal_basis};
}

BatchWriter::Result BatchWriter::TouchBehaviour(std::int64_t workspace,
                                                const StoredContact& contact, Timestamp time) {
  absl::Status status = Query(*connection_, kDropAssignments, workspace, contact.key).Run();
  status.Update(ReachRelated(contact));
  return status.ok() ? Touch(contact, time, contact.has_legal_basis) : status;
}

BatchWriter::Result BatchWriter::Apply(const PutEvents& put, Timestamp time) {
  const auto workspace = NumberOfWorkspace(put.workspace);
  if (!workspace.ok()) return workspace.status();
  const auto stored = FindContact(*workspace, put.contact);
  if (!stored.ok()) return stored.status();
  if (stored->key == 0 && !put.creates_contact) {
    return absl::NotFoundError("there is no such contact");
  }
  Result result =
      OperationResult{Effect::kUnchanged, stored->revision, stored->key, stored->has_legal_basis};
  if (stored->key == 0) {
    PutContact contact{put.workspace, put.contact, put.kind, Stage::kLead};
    contact.provenance = put.provenance;
    result = CreateContact(contact, *workspace, time);
    if (!result.ok()) return result;
  }
  const auto counts = events_.Put(*workspace, result->contact_key, put.events);
  if (!counts.ok()) return counts.status();
  if (stored->key != 0 && counts->recorded + counts->replaced > 0) {
    result = TouchBehaviour(*workspace, *stored, time);
  }
  if (result.ok()) result->events = *counts;
  return result;
}

BatchWriter::Result BatchWriter::Apply(const CancelEvents& cancel, Timestamp time) {
  const auto workspace = NumberOfWorkspace(cancel.workspace);
  if (!workspace.ok()) return workspace.status();
  const auto stored = RequireContact(*workspace, cancel.contact);
  if (!stored.ok()) return stored.status();
  const auto counts = events_.Cancel(*workspace, stored->key, cancel.events);
  if (!counts.ok()) return counts.status();
  Result result =
      OperationResult{Effect::kUnchanged, stored->revision, stored->key, stored->has_legal_basis};
  if (counts->cancelled > 0) {
    has_erased_ = true;
    result = TouchBehaviour(*workspace, *stored, time);
  } else if (counts->unrecorded > 0) {
    result->effect = Effect::kUpdated;  // For the audit trail; of the contact nothing changes.
  }
  if (result.ok()) result->events = *counts;
  return result;
}

BatchWriter::Result BatchWriter::Apply(const PutBehaviourRules& put, Timestamp /*time*/) {
  const auto workspace = NumberOfWorkspace(put.workspace);
  if (!workspace.ok()) return workspace.status();
  const auto changed = events_.PutRules(*workspace, put.rules);
  if (!changed.ok()) return changed.status();
  for (const std::int64_t contact : *changed) {
    const auto stored = ContactOfKey(contact);
    if (!stored.ok()) return stored.status();
    // Nothing was heard of the contact, so that its update_time stays (retention.h).
    absl::Status touched = Query(*connection_, kDropAssignments, *workspace, contact).Run();
    touched.Update(ReachRelated(*stored));
    touched.Update(Query(*connection_, kRaiseRevision, contact, ++last_revision_).Run());
    if (!touched.ok()) return touched;
  }
  return OperationResult{changed->empty() ? Effect::kUnchanged : Effect::kUpdated, last_revision_};
}

absl::StatusOr<BatchWriter::StoredResource> BatchWriter::FindResource(const ResourceKey& key) {
  Query query(*connection_, kFindResource, key.workspace, key.collection, key.parent, key.id);
  StoredResource resource;
  if (query.Step()) {
    resource.sequence = query.Integer(0);
    resource.revision = query.Integer(1);
    resource.body = std::string(query.Bytes(2));
  }
  if (!query.status().ok()) return query.status();
  return resource;
}

BatchWriter::Result BatchWriter::Apply(const PutResource& put, Timestamp time) {
  const auto stored = FindResource(put.key);
  if (!stored.ok()) return stored.status();
  absl::Status status = CheckExpected(put.expected, stored->revision, "resource");
  if (!status.ok()) return status;
  if (stored->sequence != 0 && stored->body == put.body) {
    return OperationResult{Effect::kUnchanged, stored->revision};
  }
  const Revision revision = ++last_revision_;
  if (stored->sequence == 0) {
    const auto& [workspace, collection, parent, id] = put.key;
    status = Query(*connection_, kAddResource, revision, workspace, collection, parent, id,
                   Blob{put.body}, time.micros)
                 .Run();
  } else {
    status = Query(*connection_, kChangeResource, stored->sequence, revision, Blob{put.body},
                   time.micros)
                 .Run();
  }
  if (!status.ok()) return status;
  return OperationResult{stored->sequence == 0 ? Effect::kCreated : Effect::kUpdated, revision};
}

BatchWriter::Result BatchWriter::Apply(const DeleteResource& removal, Timestamp /*time*/) {
  const auto stored = FindResource(removal.key);
  if (!stored.ok()) return stored.status();
  if (stored->sequence == 0) return absl::NotFoundError("there is no such resource to delete");
  absl::Status status = CheckExpected(removal.expected, stored->revision, "resource");
  if (!status.ok()) return status;
  status = Query(*connection_, kDropResource, stored->sequence).Run();
  if (!status.ok()) return status;
  return OperationResult{Effect::kDeleted, ++last_revision_};
}

absl::StatusOr<std::int64_t> BatchWriter::NumberOfWorkspace(const std::string& workspace) {
  const auto known = workspaces_.find(workspace);
  if (known != workspaces_.end()) return known->second;
  Query find(*connection_, kFindWorkspace, workspace);
  auto number = ReadNumber(find);
  if (number.ok() && !number->has_value()) {
    Query add(*connection_, kAddWorkspace, workspace);
    number = ReadNumber(add);
  }
  if (!number.ok()) return number.status();
  return workspaces_[workspace] = **number;
}

absl::StatusOr<std::int64_t> BatchWriter::NumberOfSegmentation(const std::string& workspace,
                                                               const std::string& segmentation) {
  const auto known = segmentations_.find({workspace, segmentation});
  if (known != segmentations_.end()) return known->second;
  const auto owner = NumberOfWorkspace(workspace);
  if (!owner.ok()) return owner.status();
  Query find(*connection_, kFindSegmentation, *owner, segmentation);
  auto number = ReadNumber(find);
  if (number.ok() && !number->has_value()) {
    Query add(*connection_, kAddSegmentation, *owner, segmentation);
    number = ReadNumber(add);
  }
  if (!number.ok()) return number.status();
  return segmentations_[{workspace, segmentation}] = **number;
}

// Names numbered in a transaction that is undone have no number.
void BatchWriter::Forget(Revision last_revision) {
  last_revision_ = last_revision;
  workspaces_.clear();
  segmentations_.clear();
  provenance_.reset();
  events_.Forget();
  lifecycles_.Forget();
  related_.Forget();
}

}  // namespace cible
