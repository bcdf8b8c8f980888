#include "server/storage/sqlite/snapshot.h"

#include <limits>
#include <utility>

#include "server/storage/sqlite/event_writer.h"
#include "server/storage/sqlite/related_contacts.h"
#include "server/storage/sqlite/schema.h"
#include "server/storage/sqlite/table_scan.h"

namespace cible {
namespace {

constexpr char kReadRevision[] = "SELECT value FROM store_state WHERE name = 'last_revision'";

constexpr char kLookup[] =
    "SELECT key, kind, stage, attribute_values, revision, create_time, update_time,"
    " objection_time, has_legal_basis, id,"
    " (SELECT totals FROM behaviours WHERE contact = key), buying_role,"
    " (SELECT o.id FROM contacts AS o WHERE o.key = c.organization) FROM contacts AS c"
    " WHERE workspace = (SELECT number FROM workspace_numbers WHERE workspace = ?) AND id = ?";
constexpr char kLookupRedirected[] =
    "SELECT c.key, c.kind, c.stage, c.attribute_values, c.revision, c.create_time, c.update_time,"
    " c.objection_time, c.has_legal_basis, c.id,"
    " (SELECT totals FROM behaviours WHERE contact = c.key), c.buying_role,"
    " (SELECT o.id FROM contacts AS o WHERE o.key = c.organization)"
    " FROM redirects AS r JOIN contacts AS c ON c.key = r.contact"
    " WHERE r.workspace = (SELECT number FROM workspace_numbers WHERE workspace = ?) AND r.id = ?";
constexpr char kFormerIds[] = "SELECT id FROM redirects WHERE contact = ? ORDER BY id";

constexpr char kAssignments[] =
    "SELECT s.segmentation, a.segment, a.model, a.probability"
    " FROM workspace_numbers AS w"
    " JOIN segmentation_numbers AS s ON s.workspace = w.number"
    " JOIN assignments AS a ON a.segmentation = s.number AND a.contact ="
    " ifnull((SELECT key FROM contacts WHERE workspace = w.number AND id = ?2),"
    " (SELECT contact FROM redirects WHERE workspace = w.number AND id = ?2))"
    " WHERE w.workspace = ?1 ORDER BY s.segmentation";

constexpr char kHistory[] =
    "SELECT revision, stage, attribute_values, update_time FROM contact_history"
    " WHERE contact = ? ORDER BY revision";
constexpr char kProvenances[] =
    "SELECT p.source, p.legal_basis, p.date FROM contact_provenances AS c"
    " JOIN provenances AS p ON p.number = c.provenance WHERE c.contact = ? ORDER BY p.number";
constexpr char kConsents[] =
    "SELECT purpose, channel, give_time, expire_time, withdraw_time FROM consents"
    " WHERE contact = ? ORDER BY purpose, channel";

constexpr char kEvents[] =
    "SELECT id, type, time, is_date, order_id, amount, margin, quantity, unit_price, list_price,"
    " item, channel, source, campaign, custom_type FROM events"
    " WHERE contact = ?1 AND type > 0 AND (time < ?2 OR (time = ?2 AND id > ?3))"
    " ORDER BY time DESC, id LIMIT ?4";
constexpr char kHasEvents[] =
    "SELECT EXISTS (SELECT 1 FROM behaviours AS b JOIN contacts AS c ON c.key = b.contact"
    " WHERE c.workspace = (SELECT number FROM workspace_numbers WHERE workspace = ?))";
constexpr char kCountEvents[] = "SELECT events FROM behaviours WHERE contact = ?";

// ?1 workspace, ?2 before, ?3 rows; of a contact, ?4 its key.
constexpr char kAudit[] =
    "SELECT a.number, a.time, a.principal, a.action, a.contact, c.id, a.collection, a.parent,"
    " a.id, a.contact_count"
    " FROM audit_entries AS a LEFT JOIN contacts AS c ON c.key = a.contact"
    " WHERE a.workspace = (SELECT number FROM workspace_numbers WHERE workspace = ?1)"
    " AND a.number < ?2 ORDER BY a.number DESC LIMIT ?3";
constexpr char kAuditOfContact[] =
    "SELECT a.number, a.time, a.principal, a.action, a.contact, c.id, a.collection, a.parent,"
    " a.id, a.contact_count"
    " FROM audit_entries AS a LEFT JOIN contacts AS c ON c.key = a.contact"
    " WHERE a.workspace = (SELECT number FROM workspace_numbers WHERE workspace = ?1)"
    " AND a.number < ?2 AND a.contact > 0 AND a.contact = ?4 ORDER BY a.number DESC LIMIT ?3";

constexpr char kFindRequest[] =
    "SELECT content, answer FROM written_requests"
    " WHERE workspace = (SELECT number FROM workspace_numbers WHERE workspace = ?) AND id = ?";

constexpr char kCount[] =
    "SELECT count(*) FROM contacts"
    " WHERE workspace = (SELECT number FROM workspace_numbers WHERE workspace = ?)";
constexpr char kCountOfKind[] =
    "SELECT count(*) FROM contacts INDEXED BY contacts_in_order"
    " WHERE workspace = (SELECT number FROM workspace_numbers WHERE workspace = ?) AND kind = ?";

constexpr char kChanges[] =
    "SELECT revision, key, id, 0 FROM contacts"
    " WHERE workspace = (SELECT number FROM workspace_numbers WHERE workspace = ?1)"
    " AND revision > ?2"
    " UNION ALL SELECT revision, contact, '', 1 FROM deleted_contacts"
    " WHERE workspace = (SELECT number FROM workspace_numbers WHERE workspace = ?1)"
    " AND revision > ?2"
    " ORDER BY 1 LIMIT ?3";

constexpr char kGetResource[] =
    "SELECT workspace, id, body, revision, create_time, update_time FROM resources"
    " WHERE workspace = ? AND collection = ? AND parent = ? AND id = ?";
constexpr char kListResources[] =
    "SELECT workspace, id, body, revision, create_time, update_time FROM resources"
    " WHERE workspace = ? AND collection = ? AND parent = ? AND sequence > ?"
    " ORDER BY sequence LIMIT ?";
constexpr char kListEveryWorkspace[] =
    "SELECT workspace, id, body, revision, create_time, update_time FROM resources"
    " WHERE collection = ? AND parent = ? AND sequence > ? ORDER BY sequence LIMIT ?";
constexpr char kFindSequence[] =
    "SELECT sequence FROM resources"
    " WHERE collection = ?1 AND parent = ?2 AND (?3 = '' OR workspace = ?3) AND id = ?4";

// A row of kLookup.
ContactRecord ReadContact(const Query& row) {
  return {.key = row.Integer(0),
          .id = std::string(row.Text(9)),
          .kind = KindFromColumn(row.Integer(1)),
          .stage = StageFromColumn(row.Integer(2)),
          .values = std::string(row.Bytes(3)),
          .revision = row.Integer(4),
          .create_time = {row.Integer(5)},
          .update_time = {row.Integer(6)},
          .objection_time = ObjectionFromColumn(row.Integer(7)),
          .has_legal_basis = row.Integer(8) != 0,
          .behaviour = std::string(row.Bytes(10)),
          .organization = std::string(row.Text(12)),
          .buying_role = BuyingRoleFromColumn(row.Integer(11))};
}

Resource ReadResource(const Query& row, absl::string_view collection, absl::string_view parent) {
  return {.key = {.workspace = std::string(row.Text(0)),
                  .collection = std::string(collection),
                  .parent = std::string(parent),
                  .id = std::string(row.Text(1))},
          .body = std::string(row.Bytes(2)),
          .revision = row.Integer(3),
          .create_time = {row.Integer(4)},
          .update_time = {row.Integer(5)}};
}

absl::StatusOr<std::vector<Resource>> ReadResources(Query& query, absl::string_view collection,
                                                    absl::string_view parent) {
  std::vector<Resource> resources;
  while (query.Step()) resources.push_back(ReadResource(query, collection, parent));
  if (!query.status().ok()) return query.status();
  return resources;
}

// A TableScan with the request that it reads.
class OwnedScan : public ContactScan {
 public:
  static absl::StatusOr<std::unique_ptr<ContactScan>> Open(Connection& connection,
                                                           const ScanRequest& request) {
    std::unique_ptr<OwnedScan> scan(new OwnedScan(request));
    absl::StatusOr<TableScan> walk = TableScan::Make(connection, scan->request_);
    if (!walk.ok()) return walk.status();
    scan->walk_.emplace(*std::move(walk));
    return scan;
  }

  absl::StatusOr<std::optional<ContactBlock>> Next() override { return walk_->Next(); }

 private:
  explicit OwnedScan(const ScanRequest& request) : request_(request) {}

  const ScanRequest request_;
  std::optional<TableScan> walk_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Snapshot>> SqliteSnapshot::Open(ReaderPool& pool) {
  auto connection = pool.Borrow();
  if (!connection.ok()) return connection.status();
  // Owned from here on, so that the connection goes back whatever happens.
  std::unique_ptr<SqliteSnapshot> snapshot(new SqliteSnapshot(pool, *std::move(connection)));
  if (absl::Status status = snapshot->Begin(); !status.ok()) return status;
  return snapshot;
}

SqliteSnapshot::SqliteSnapshot(ReaderPool& pool, std::unique_ptr<Connection> connection)
    : pool_(pool), connection_(std::move(connection)) {}

SqliteSnapshot::~SqliteSnapshot() {
  if (connection_->in_transaction()) connection_->Execute("ROLLBACK").IgnoreError();
  pool_.GiveBack(std::move(connection_));
}

absl::Status SqliteSnapshot::Begin() {
  if (absl::Status status = connection_->Execute("BEGIN"); !status.ok()) return status;
  // The first read is what fixes the view.
  Query query(*connection_, kReadRevision);
  if (query.Step()) revision_ = query.Integer(0);
  return query.status();
}

absl::StatusOr<std::vector<std::optional<ContactRecord>>> SqliteSnapshot::Lookup(
    const std::string& workspace, absl::Span<const std::string> ids) {
  std::vector<std::optional<ContactRecord>> records;
  records.reserve(ids.size());
  for (const std::string& id : ids) {
    std::optional<ContactRecord>& record = records.emplace_back();
    for (const char* sql : {kLookup, kLookupRedirected}) {
      Query row(*connection_, sql, workspace, id);
      if (row.Step()) record = ReadContact(row);
      if (!row.status().ok()) return row.status();
      if (record.has_value()) break;
    }
  }
  return records;
}

absl::Status SqliteSnapshot::Scan(const ScanRequest& request,
                                  const std::function<absl::Status(const ContactBlock&)>& visit) {
  auto scan = TableScan::Make(*connection_, request);
  if (!scan.ok()) return scan.status();
  while (true) {
    const auto block = scan->Next();
    if (!block.ok()) return block.status();
    if (!block->has_value()) return absl::OkStatus();
    if (absl::Status status = visit(**block); !status.ok()) return status;
  }
}

absl::StatusOr<std::unique_ptr<ContactScan>> SqliteSnapshot::OpenScan(const ScanRequest& request) {
  return OwnedScan::Open(*connection_, request);
}

absl::StatusOr<std::vector<std::vector<StoredAssignment>>> SqliteSnapshot::Assignments(
    const std::string& workspace, absl::Span<const std::string> ids) {
  std::vector<std::vector<StoredAssignment>> assignments(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    Query row(*connection_, kAssignments, workspace, ids[i]);
    while (row.Step()) {
      assignments[i].push_back({.segmentation = std::string(row.Text(0)),
                                .segment = std::string(row.Text(1)),
                                .model = std::string(row.Text(2)),
                                .probability = row.Real(3)});
    }
    if (!row.status().ok()) return row.status();
  }
  return assignments;
}

absl::StatusOr<std::vector<std::vector<std::string>>> SqliteSnapshot::FormerIds(
    absl::Span<const std::int64_t> contacts) {
  std::vector<std::vector<std::string>> ids(contacts.size());
  for (std::size_t i = 0; i < contacts.size(); ++i) {
    Query query(*connection_, kFormerIds, contacts[i]);
    while (query.Step()) ids[i].emplace_back(query.Text(0));
    if (!query.status().ok()) return query.status();
  }
  return ids;
}

absl::StatusOr<std::vector<ContactVersion>> SqliteSnapshot::History(std::int64_t contact) {
  Query query(*connection_, kHistory, contact);
  std::vector<ContactVersion> history;
  while (query.Step()) {
    history.push_back({.revision = query.Integer(0),
                       .stage = StageFromColumn(query.Integer(1)),
                       .values = std::string(query.Bytes(2)),
                       .update_time = {query.Integer(3)}});
  }
  if (!query.status().ok()) return query.status();
  return history;
}

absl::StatusOr<std::vector<Provenance>> SqliteSnapshot::Provenances(std::int64_t contact) {
  Query query(*connection_, kProvenances, contact);
  std::vector<Provenance> provenances;
  while (query.Step()) {
    provenances.push_back({.source = std::string(query.Text(0)),
                           .legal_basis = LegalBasisFromColumn(query.Integer(1)),
                           .date = Date{static_cast<std::int32_t>(query.Integer(2))}});
  }
  if (!query.status().ok()) return query.status();
  return provenances;
}

absl::StatusOr<std::vector<Consent>> SqliteSnapshot::Consents(std::int64_t contact) {
  Query query(*connection_, kConsents, contact);
  std::vector<Consent> consents;
  while (query.Step()) {
    consents.push_back(
        ReadConsent(query, 2, std::string(query.Text(0)), std::string(query.Text(1))));
  }
  if (!query.status().ok()) return query.status();
  return consents;
}

absl::StatusOr<std::vector<Event>> SqliteSnapshot::Events(std::int64_t contact,
                                                          const std::optional<EventPosition>& after,
                                                          int limit) {
  std::vector<Event> events;
  if (limit <= 0) return events;  // SQL reads a negative limit as none.
  const EventPosition position =
      after.value_or(EventPosition{{std::numeric_limits<std::int64_t>::max()}, ""});
  Query query(*connection_, kEvents, contact, position.time.micros, position.id, limit);
  while (query.Step()) events.push_back(ReadEvent(query));
  if (!query.status().ok()) return query.status();
  return events;
}

absl::StatusOr<std::int64_t> SqliteSnapshot::CountEvents(std::int64_t contact) {
  Query query(*connection_, kCountEvents, contact);
  const std::int64_t count = query.Step() ? query.Integer(0) : 0;
  if (!query.status().ok()) return query.status();
  return count;
}

absl::StatusOr<People> SqliteSnapshot::PeopleOf(std::int64_t organization, const AsOf& as_of) {
  return ReadPeople(*connection_, organization, as_of);
}

absl::StatusOr<bool> SqliteSnapshot::HasEvents(const std::string& workspace) {
  Query query(*connection_, kHasEvents, workspace);
  const bool has = query.Step() && query.Integer(0) != 0;
  if (!query.status().ok()) return query.status();
  return has;
}

absl::StatusOr<std::vector<AuditEntry>> SqliteSnapshot::Audit(const AuditQuery& asked) {
  std::vector<AuditEntry> entries;
  if (asked.limit <= 0) return entries;  // SQL reads a negative limit as none.
  const std::int64_t before =
      asked.before > 0 ? asked.before : std::numeric_limits<std::int64_t>::max();
  Query query = asked.contact_key > 0
                    ? Query(*connection_, kAuditOfContact, asked.workspace, before, asked.limit,
                            asked.contact_key)
                    : Query(*connection_, kAudit, asked.workspace, before, asked.limit);
  while (query.Step()) {
    entries.push_back({.number = query.Integer(0),
                       .time = {query.Integer(1)},
                       .principal = std::string(query.Text(2)),
                       .action = std::string(query.Text(3)),
                       .contact_key = query.Integer(4),
                       .contact = std::string(query.Text(5)),
                       .resource = {.workspace = asked.workspace,
                                    .collection = std::string(query.Text(6)),
                                    .parent = std::string(query.Text(7)),
                                    .id = std::string(query.Text(8))},
                       .contact_count = query.Integer(9)});
  }
  if (!query.status().ok()) return query.status();
  return entries;
}

absl::StatusOr<std::optional<WrittenRequest>> SqliteSnapshot::FindRequest(
    const std::string& workspace, const std::string& id) {
  Query query(*connection_, kFindRequest, workspace, id);
  std::optional<WrittenRequest> request;
  if (query.Step()) request = {std::string(query.Bytes(0)), std::string(query.Bytes(1))};
  if (!query.status().ok()) return query.status();
  return request;
}

absl::StatusOr<std::int64_t> SqliteSnapshot::CountContacts(const std::string& workspace,
                                                           std::optional<ContactKind> kind) {
  Query query = kind.has_value() ? Query(*connection_, kCountOfKind, workspace, ToColumn(*kind))
                                 : Query(*connection_, kCount, workspace);
  if (query.Step()) return query.Integer(0);
  return query.status();
}

absl::StatusOr<std::vector<Change>> SqliteSnapshot::Changes(const std::string& workspace,
                                                            Revision after, int limit) {
  std::vector<Change> changes;
  if (limit <= 0) return changes;  // SQL reads a negative limit as none.
  Query query(*connection_, kChanges, workspace, after, limit);
  while (query.Step()) {
    changes.push_back({.revision = query.Integer(0),
                       .key = query.Integer(1),
                       .contact = std::string(query.Text(2)),
                       .deleted = query.Integer(3) != 0});
  }
  if (!query.status().ok()) return query.status();
  return changes;
}

absl::StatusOr<Resource> SqliteSnapshot::Get(const ResourceKey& key) {
  Query query(*connection_, kGetResource, key.workspace, key.collection, key.parent, key.id);
  if (query.Step()) return ReadResource(query, key.collection, key.parent);
  if (!query.status().ok()) return query.status();
  return absl::NotFoundError("there is no such resource");
}

absl::StatusOr<std::int64_t> SqliteSnapshot::SequenceOf(const std::string& workspace,
                                                        const std::string& collection,
                                                        const std::string& parent,
                                                        const std::string& after_id) {
  if (after_id.empty()) return 0;
  Query query(*connection_, kFindSequence, collection, parent, workspace, after_id);
  if (query.Step()) return query.Integer(0);
  if (!query.status().ok()) return query.status();
  return absl::NotFoundError(
      "the resource that the list goes on after is gone; list from the first one");
}

absl::StatusOr<std::vector<Resource>> SqliteSnapshot::List(const std::string& workspace,
                                                           const std::string& collection,
                                                           const std::string& parent,
                                                           const std::string& after_id, int limit) {
  const auto after = SequenceOf(workspace, collection, parent, after_id);
  if (!after.ok()) return after.status();
  if (limit <= 0) return std::vector<Resource>();
  if (workspace.empty()) {
    Query query(*connection_, kListEveryWorkspace, collection, parent, *after, limit);
    return ReadResources(query, collection, parent);
  }
  Query query(*connection_, kListResources, workspace, collection, parent, *after, limit);
  return ReadResources(query, collection, parent);
}

}  // namespace cible
