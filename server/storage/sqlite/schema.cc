#include "server/storage/sqlite/schema.h"

#include <iterator>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace cible {
namespace {

// "Cibl", at byte 68 of the file: tells our databases from other programs'.
constexpr std::int64_t kApplicationId = 0x4369626c;

// The first version whose pages are scrubbed.
constexpr int kFirstScrubbedVersion = 3;

// Forward only: what has been released is never edited; a change is another
// entry at the end.
//
// Workspaces and segmentations appear in every row, so they are kept as
// numbers. A contact's key and a resource's sequence are the revision that
// created them, hence ordered by creation and never reused.
constexpr const char* kMigrations[] = {
    // Version 1.
    R"sql(
CREATE TABLE store_state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO store_state VALUES ('last_revision', 0);

CREATE TABLE workspace_numbers (
  number INTEGER PRIMARY KEY,
  workspace TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE segmentation_numbers (
  number INTEGER PRIMARY KEY,
  workspace INTEGER NOT NULL,
  segmentation TEXT NOT NULL,
  UNIQUE (workspace, segmentation)) STRICT;

CREATE TABLE contacts (
  key INTEGER PRIMARY KEY,
  workspace INTEGER NOT NULL,
  id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  kind INTEGER NOT NULL,           -- 0 person, 1 organization
  stage INTEGER NOT NULL,          -- 0 unknown, 1 lead, 2 prospect, 3 customer
  attribute_values BLOB NOT NULL,  -- by attribute number
  create_time INTEGER NOT NULL,    -- microseconds since 1970-01-01 UTC
  update_time INTEGER NOT NULL,
  UNIQUE (workspace, id)) STRICT;
CREATE INDEX contacts_in_order ON contacts (workspace, key, kind);
CREATE INDEX contacts_by_revision ON contacts (workspace, revision);

CREATE TABLE contact_history (
  contact INTEGER NOT NULL,  -- contacts.key
  revision INTEGER NOT NULL,
  stage INTEGER NOT NULL,
  attribute_values BLOB NOT NULL,
  update_time INTEGER NOT NULL,
  PRIMARY KEY (contact, revision)) STRICT, WITHOUT ROWID;

CREATE TABLE deleted_contacts (
  workspace INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (workspace, revision)) STRICT, WITHOUT ROWID;

CREATE TABLE assignments (
  segmentation INTEGER NOT NULL,  -- segmentation_numbers.number
  contact INTEGER NOT NULL,       -- contacts.key
  segment TEXT NOT NULL,          -- '' for none
  model TEXT NOT NULL,
  probability REAL NOT NULL,
  PRIMARY KEY (segmentation, contact)) STRICT, WITHOUT ROWID;

CREATE TABLE resources (
  sequence INTEGER PRIMARY KEY,
  workspace TEXT NOT NULL,
  collection TEXT NOT NULL,
  parent TEXT NOT NULL,
  id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  body BLOB NOT NULL,
  create_time INTEGER NOT NULL,
  update_time INTEGER NOT NULL,
  UNIQUE (collection, parent, workspace, id)) STRICT;
CREATE INDEX resources_in_order ON resources (workspace, collection, parent, sequence);

CREATE VIEW contact_list AS
SELECT w.workspace AS workspace, c.id AS contact,
       CASE c.kind WHEN 0 THEN 'PERSON' ELSE 'ORGANIZATION' END AS kind,
       CASE c.stage WHEN 1 THEN 'LEAD' WHEN 2 THEN 'PROSPECT' WHEN 3 THEN 'CUSTOMER' END AS stage,
       c.revision AS revision,
       strftime('%Y-%m-%dT%H:%M:%SZ', c.create_time / 1000000, 'unixepoch') AS create_time,
       strftime('%Y-%m-%dT%H:%M:%SZ', c.update_time / 1000000, 'unixepoch') AS update_time
FROM contacts AS c JOIN workspace_numbers AS w ON w.number = c.workspace;

CREATE VIEW contact_segments AS
SELECT w.workspace AS workspace, c.id AS contact, s.segmentation AS segmentation,
       nullif(a.segment, '') AS segment, a.model AS model, a.probability AS probability
FROM assignments AS a
JOIN segmentation_numbers AS s ON s.number = a.segmentation
JOIN contacts AS c ON c.key = a.contact
JOIN workspace_numbers AS w ON w.number = c.workspace;

CREATE VIEW resource_list AS
SELECT workspace, collection, parent, id, revision, length(body) AS bytes,
       strftime('%Y-%m-%dT%H:%M:%SZ', create_time / 1000000, 'unixepoch') AS create_time,
       strftime('%Y-%m-%dT%H:%M:%SZ', update_time / 1000000, 'unixepoch') AS update_time
FROM resources;
)sql",
    // Version 2.
    R"sql(
CREATE TABLE written_requests (
  number INTEGER PRIMARY KEY,
  workspace INTEGER NOT NULL,  -- workspace_numbers.number
  id TEXT NOT NULL,            -- the caller's name for the request
  content BLOB NOT NULL,       -- a digest of the request
  answer BLOB NOT NULL,
  time INTEGER NOT NULL,       -- microseconds since 1970-01-01 UTC
  UNIQUE (workspace, id)) STRICT;
CREATE INDEX written_requests_by_time ON written_requests (time);
)sql",
    // Version 3. Of deleted contacts only the key is kept, and the ids kept until
    // now go: they are what was to be erased.
    R"sql(
ALTER TABLE contacts ADD COLUMN objection_time INTEGER NOT NULL DEFAULT 0;  -- 0: none
ALTER TABLE contacts ADD COLUMN has_legal_basis INTEGER NOT NULL DEFAULT 0;

CREATE TABLE deletions (
  workspace INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  contact INTEGER NOT NULL,  -- the key it had; 0: not known
  PRIMARY KEY (workspace, revision)) STRICT, WITHOUT ROWID;
INSERT INTO deletions SELECT workspace, revision, 0 FROM deleted_contacts;
DROP TABLE deleted_contacts;
ALTER TABLE deletions RENAME TO deleted_contacts;

CREATE TABLE provenances (
  number INTEGER PRIMARY KEY,
  workspace INTEGER NOT NULL,
  source TEXT NOT NULL,
  legal_basis INTEGER NOT NULL,  -- 0 not said, 1 to 6 the letters (a) to (f) of GDPR art. 6 (1)
  date INTEGER NOT NULL,         -- days since 1970-01-01
  UNIQUE (workspace, source, legal_basis, date)) STRICT;

CREATE TABLE contact_provenances (
  contact INTEGER NOT NULL,     -- contacts.key
  provenance INTEGER NOT NULL,  -- provenances.number
  PRIMARY KEY (contact, provenance)) STRICT, WITHOUT ROWID;

CREATE TABLE consents (
  contact INTEGER NOT NULL,        -- contacts.key
  purpose TEXT NOT NULL,
  channel TEXT NOT NULL,
  give_time INTEGER NOT NULL,      -- microseconds since 1970-01-01 UTC
  expire_time INTEGER,
  withdraw_time INTEGER,
  PRIMARY KEY (contact, purpose, channel)) STRICT, WITHOUT ROWID;

CREATE TABLE audit_entries (
  number INTEGER PRIMARY KEY,
  workspace INTEGER NOT NULL,
  time INTEGER NOT NULL,           -- microseconds since 1970-01-01 UTC
  principal TEXT NOT NULL,
  action TEXT NOT NULL,
  contact INTEGER NOT NULL,        -- contacts.key, also of one that was erased; 0: none
  collection TEXT NOT NULL,        -- of a resource: '' for none
  parent TEXT NOT NULL,
  id TEXT NOT NULL,
  contact_count INTEGER NOT NULL) STRICT;
CREATE INDEX audit_entries_in_order ON audit_entries (workspace, number);
CREATE INDEX audit_entries_of_contacts ON audit_entries (contact, number) WHERE contact > 0;

CREATE VIEW audit_list AS
SELECT w.workspace AS workspace, a.number AS number,
       strftime('%Y-%m-%dT%H:%M:%SZ', a.time / 1000000, 'unixepoch') AS time,
       a.principal AS principal, a.action AS action, nullif(a.contact, 0) AS contact_key,
       c.id AS contact, nullif(a.collection, '') AS collection, nullif(a.parent, '') AS parent,
       nullif(a.id, '') AS id, a.contact_count AS contact_count
FROM audit_entries AS a JOIN workspace_numbers AS w ON w.number = a.workspace
LEFT JOIN contacts AS c ON c.key = a.contact;
)sql",
    // Version 4.
    R"sql(
CREATE TABLE redirects (
  workspace INTEGER NOT NULL,
  id TEXT NOT NULL,          -- of a contact that was merged into another
  contact INTEGER NOT NULL,  -- contacts.key of that one
  PRIMARY KEY (workspace, id)) STRICT, WITHOUT ROWID;
CREATE INDEX redirects_by_contact ON redirects (contact);

CREATE VIEW redirect_list AS
SELECT w.workspace AS workspace, r.id AS former_contact, c.id AS contact
FROM redirects AS r JOIN contacts AS c ON c.key = r.contact
JOIN workspace_numbers AS w ON w.number = r.workspace;
)sql",
    // Version 5.
    R"sql(
ALTER TABLE contacts ADD COLUMN organization INTEGER NOT NULL DEFAULT 0;  -- its key; 0: none
ALTER TABLE contacts ADD COLUMN buying_role INTEGER NOT NULL DEFAULT 0;
    -- 0 unknown, 1 decides, 2 advises, 3 uses
CREATE INDEX contacts_by_organization ON contacts (organization) WHERE organization > 0;

ALTER TABLE assignments ADD COLUMN day INTEGER NOT NULL DEFAULT 0;
    -- days since 1970-01-01 that it is as of; 0: not known

ALTER TABLE segmentation_numbers ADD COLUMN dropped INTEGER NOT NULL DEFAULT 0;
    -- the revision at which its assignments were dropped; 0: never

CREATE TABLE events (
  contact INTEGER NOT NULL,  -- contacts.key
  id TEXT NOT NULL,
  type INTEGER NOT NULL,     -- 0 cancelled: only the id is left; 1 purchase, ... (event.h)
  time INTEGER NOT NULL,     -- microseconds since 1970-01-01 UTC
  is_date INTEGER NOT NULL,  -- 1: only the calendar date is known, time is its midnight UTC
  order_id TEXT,
  amount INTEGER,            -- millionths of the workspace's currency
  margin INTEGER,
  quantity REAL,
  unit_price REAL,
  list_price REAL,
  item TEXT,
  channel TEXT,
  source TEXT,
  campaign TEXT,
  custom_type TEXT,
  PRIMARY KEY (contact, id)) STRICT, WITHOUT ROWID;

CREATE TABLE contact_orders (
  contact INTEGER NOT NULL,
  id TEXT NOT NULL,          -- what OrderKey() of event.h gives
  totals BLOB NOT NULL,
  PRIMARY KEY (contact, id)) STRICT, WITHOUT ROWID;

CREATE TABLE behaviours (
  contact INTEGER PRIMARY KEY,
  events INTEGER NOT NULL,
  orders INTEGER NOT NULL,
  monetary REAL NOT NULL,
  net_paid REAL NOT NULL,
  totals BLOB NOT NULL) STRICT;  -- all of it: EncodeBehaviour()

CREATE TABLE behaviour_rules (
  workspace INTEGER PRIMARY KEY,
  time_zone TEXT NOT NULL,
  large_order INTEGER NOT NULL,  -- millionths of the workspace's currency
  categories TEXT NOT NULL) STRICT;

CREATE VIEW event_list AS
SELECT w.workspace AS workspace, c.id AS contact, e.id AS event,
       CASE e.type WHEN 1 THEN 'PURCHASE' WHEN 2 THEN 'SIGNED_ORDER' WHEN 3 THEN 'RETURN'
         WHEN 4 THEN 'VISIT' WHEN 5 THEN 'PAGE_VIEW' WHEN 6 THEN 'FORM' WHEN 7 THEN 'BROCHURE'
         WHEN 8 THEN 'SAMPLE' WHEN 9 THEN 'TRIAL' WHEN 10 THEN 'DEMO'
         WHEN 11 THEN 'CAMPAIGN_SENT' WHEN 12 THEN 'CAMPAIGN_OPENED'
         WHEN 13 THEN 'CAMPAIGN_CLICKED' WHEN 14 THEN 'CAMPAIGN_ANSWERED'
         WHEN 15 THEN 'COMPLAINT' WHEN 16 THEN 'SATISFACTION' WHEN 17 THEN 'REFERRAL'
         WHEN 18 THEN 'CALL' ELSE 'CUSTOM' END AS type,
       CASE e.is_date WHEN 1 THEN strftime('%Y-%m-%d', e.time / 1000000, 'unixepoch')
         ELSE strftime('%Y-%m-%dT%H:%M:%SZ', e.time / 1000000, 'unixepoch') END AS time,
       e.order_id AS "order", e.amount / 1e6 AS amount, e.margin / 1e6 AS margin,
       e.quantity AS quantity, e.unit_price AS unit_price, e.list_price AS list_price,
       e.item AS item, e.channel AS channel, e.source AS source, e.campaign AS campaign,
       e.custom_type AS custom_type
FROM events AS e JOIN contacts AS c ON c.key = e.contact
JOIN workspace_numbers AS w ON w.number = c.workspace WHERE e.type > 0;

CREATE VIEW contact_behaviours AS
SELECT w.workspace AS workspace, c.id AS contact, b.events AS events, b.orders AS frequency,
       b.monetary AS monetary, b.net_paid AS net_paid,
       (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', min(time) / 1000000, 'unixepoch') FROM events
        WHERE contact = b.contact AND type IN (1, 2)) AS first_purchase,
       (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', max(time) / 1000000, 'unixepoch') FROM events
        WHERE contact = b.contact AND type IN (1, 2)) AS last_purchase
FROM behaviours AS b JOIN contacts AS c ON c.key = b.contact
JOIN workspace_numbers AS w ON w.number = c.workspace;

CREATE VIEW organization_members AS
SELECT w.workspace AS workspace, o.id AS organization, p.id AS person,
       CASE p.buying_role WHEN 1 THEN 'DECIDES' WHEN 2 THEN 'ADVISES' WHEN 3 THEN 'USES' END
         AS buying_role
FROM contacts AS p JOIN contacts AS o ON o.key = p.organization
JOIN workspace_numbers AS w ON w.number = p.workspace;
)sql",
    // Version 6.
    R"sql(
INSERT INTO store_state VALUES ('last_transition', 0);

CREATE TABLE lifecycles (
  contact INTEGER PRIMARY KEY,  -- contacts.key
  workspace INTEGER NOT NULL,
  own INTEGER NOT NULL,         -- four bits a field, of itself (lifecycle_state.h)
  state INTEGER NOT NULL,       -- with it
  due INTEGER NOT NULL) STRICT;
    -- days since 1970-01-01, 2147483647: never; below 0: at once, by the operation of
    -- that revision, negated
CREATE INDEX lifecycles_by_due ON lifecycles (workspace, due) WHERE due < 2147483647;

CREATE TABLE lifecycle_reasons (
  number INTEGER PRIMARY KEY,
  text TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE lifecycle_transitions (
  workspace INTEGER NOT NULL,
  contact INTEGER NOT NULL,     -- contacts.key
  number INTEGER NOT NULL,      -- in the order of recording
  time INTEGER NOT NULL,        -- microseconds since 1970-01-01 UTC
  day INTEGER NOT NULL,         -- days since 1970-01-01
  field INTEGER NOT NULL,
  before INTEGER NOT NULL,
  after INTEGER NOT NULL,
  reason INTEGER NOT NULL,      -- lifecycle_reasons.number
  PRIMARY KEY (workspace, contact, number)) STRICT, WITHOUT ROWID;
CREATE INDEX lifecycle_transitions_in_order ON lifecycle_transitions (workspace, number, field);

CREATE TABLE lifecycle_overrides (
  contact INTEGER NOT NULL,     -- contacts.key
  field INTEGER NOT NULL,
  value INTEGER NOT NULL,
  author TEXT NOT NULL,
  reason TEXT NOT NULL,
  create_time INTEGER NOT NULL, -- microseconds since 1970-01-01 UTC
  expire_time INTEGER,
  PRIMARY KEY (contact, field)) STRICT, WITHOUT ROWID;

CREATE TABLE lifecycle_progress (
  workspace INTEGER PRIMARY KEY,
  revision INTEGER NOT NULL,
  basis INTEGER NOT NULL,
  next_basis INTEGER NOT NULL,
  walked_kind INTEGER NOT NULL,
  walked_key INTEGER NOT NULL) STRICT;

-- For the views: what the integers mean.
CREATE TABLE lifecycle_names (
  field INTEGER NOT NULL,
  value INTEGER NOT NULL,       -- 0: of the field itself
  name TEXT NOT NULL,
  PRIMARY KEY (field, value)) STRICT, WITHOUT ROWID;
INSERT INTO lifecycle_names VALUES
  (1, 0, 'relation'), (1, 1, 'LEAD'), (1, 2, 'PROSPECT'), (1, 3, 'CUSTOMER'),
  (2, 0, 'customer_stage'), (2, 1, 'NONE'), (2, 2, 'NEW'), (2, 3, 'ACTIVE'), (2, 4, 'LOYAL'),
  (2, 5, 'DORMANT'),
  (3, 0, 'former_customer'), (3, 1, 'false'), (3, 2, 'true'),
  (4, 0, 'ambassador'), (4, 1, 'false'), (4, 2, 'true'),
  (5, 0, 'awareness'), (5, 1, 'UNAWARE'), (5, 2, 'AWARE'), (5, 3, 'INTERESTED'),
  (6, 0, 'temperature'), (6, 1, 'COLD'), (6, 2, 'WARM'), (6, 3, 'HOT'),
  (7, 0, 'fit'), (7, 1, 'IN_TARGET'), (7, 2, 'OUT_OF_TARGET'), (7, 3, 'EXCLUDED'),
  (8, 0, 'qualification.budget'), (8, 1, 'MET'), (8, 2, 'NOT_MET'),
  (9, 0, 'qualification.authority'), (9, 1, 'MET'), (9, 2, 'NOT_MET'),
  (10, 0, 'qualification.need'), (10, 1, 'MET'), (10, 2, 'NOT_MET'),
  (11, 0, 'qualification.timing'), (11, 1, 'MET'), (11, 2, 'NOT_MET'),
  (12, 0, 'next_action'), (12, 1, 'NONE'), (12, 2, 'QUALIFY'), (12, 3, 'NURTURE'),
  (12, 4, 'CONTACT_NOW'), (12, 5, 'UPSELL'), (12, 6, 'WIN_BACK'), (12, 7, 'THANK'),
  (12, 8, 'LEAVE_ALONE');

CREATE VIEW contact_lifecycles AS
SELECT w.workspace AS workspace, c.id AS contact,
       (SELECT name FROM lifecycle_names WHERE field = 1 AND value = nullif(l.state & 15, 0))
         AS relation,
       (SELECT name FROM lifecycle_names WHERE field = 2 AND value = nullif(l.state >> 4 & 15, 0))
         AS customer_stage,
       (SELECT name FROM lifecycle_names WHERE field = 3 AND value = nullif(l.state >> 8 & 15, 0))
         AS former_customer,
       (SELECT name FROM lifecycle_names WHERE field = 4 AND value = nullif(l.state >> 12 & 15, 0))
         AS ambassador,
       (SELECT name FROM lifecycle_names WHERE field = 5 AND value = nullif(l.state >> 16 & 15, 0))
         AS awareness,
       (SELECT name FROM lifecycle_names WHERE field = 6 AND value = nullif(l.state >> 20 & 15, 0))
         AS temperature,
       (SELECT name FROM lifecycle_names WHERE field = 7 AND value = nullif(l.state >> 24 & 15, 0))
         AS fit,
       (SELECT name FROM lifecycle_names WHERE field = 8 AND value = nullif(l.state >> 28 & 15, 0))
         AS budget,
       (SELECT name FROM lifecycle_names WHERE field = 9 AND value = nullif(l.state >> 32 & 15, 0))
         AS authority,
       (SELECT name FROM lifecycle_names WHERE field = 10 AND value = nullif(l.state >> 36 & 15, 0))
         AS need,
       (SELECT name FROM lifecycle_names WHERE field = 11 AND value = nullif(l.state >> 40 & 15, 0))
         AS timing,
       (SELECT name FROM lifecycle_names WHERE field = 12 AND value = nullif(l.state >> 44 & 15, 0))
         AS next_action,
       CASE WHEN l.due <= 0 THEN 'AT_ONCE' WHEN l.due < 2147483647
         THEN date(l.due * 86400, 'unixepoch') END AS due
FROM lifecycles AS l JOIN contacts AS c ON c.key = l.contact
JOIN workspace_numbers AS w ON w.number = l.workspace;

CREATE VIEW lifecycle_transition_list AS
SELECT w.workspace AS workspace, t.number AS number, c.id AS contact,
       strftime('%Y-%m-%dT%H:%M:%SZ', t.time / 1000000, 'unixepoch') AS time,
       date(t.day * 86400, 'unixepoch') AS day,
       (SELECT name FROM lifecycle_names WHERE field = t.field AND value = 0) AS field,
       (SELECT name FROM lifecycle_names WHERE field = t.field AND value = nullif(t.before, 0))
         AS before,
       (SELECT name FROM lifecycle_names WHERE field = t.field AND value = nullif(t.after, 0))
         AS after,
       r.text AS reason
FROM lifecycle_transitions AS t JOIN contacts AS c ON c.key = t.contact
JOIN lifecycle_reasons AS r ON r.number = t.reason
JOIN workspace_numbers AS w ON w.number = t.workspace;
)sql",
};

static_assert(static_cast<int>(ContactKind::kPerson) == 0 &&
                  static_cast<int>(ContactKind::kOrganization) == 1 &&
                  static_cast<int>(Stage::kUnknown) == 0 && static_cast<int>(Stage::kLead) == 1 &&
                  static_cast<int>(Stage::kProspect) == 2 &&
                  static_cast<int>(Stage::kCustomer) == 3 &&
                  static_cast<int>(BuyingRole::kUnknown) == 0 &&
                  static_cast<int>(BuyingRole::kDecides) == 1 &&
                  static_cast<int>(BuyingRole::kAdvises) == 2 &&
                  static_cast<int>(BuyingRole::kUses) == 3 &&
                  static_cast<int>(LegalBasis::kUnspecified) == 0 &&
                  static_cast<int>(LegalBasis::kConsent) == 1 &&
                  static_cast<int>(LegalBasis::kLegitimateInterests) == 6,
              "these integers are on disk; give a reordered enum a mapping here");

absl::StatusOr<std::int64_t> ReadInteger(Connection& connection, absl::string_view sql) {
  Query query(connection, sql);
  if (query.Step()) return query.Integer(0);
  if (!query.status().ok()) return query.status();
  return absl::DataLossError("the database does not say its version; restore it from a backup");
}

absl::Status Migrate(Connection& connection, int version) {
  const std::string marks =
      absl::StrCat("PRAGMA application_id=", kApplicationId, ";PRAGMA user_version=", version);
  absl::Status status = connection.Execute("BEGIN IMMEDIATE");
  if (status.ok()) status = connection.Execute(kMigrations[version - 1]);
  if (status.ok()) status = connection.Execute(marks.c_str());
  if (status.ok()) status = connection.Execute("COMMIT");
  if (connection.in_transaction()) connection.Execute("ROLLBACK").IgnoreError();
  return status;
}

}  // namespace

int StoreSchemaVersion() { return static_cast<int>(std::size(kMigrations)); }

absl::Status CheckStoreVersion(Connection& connection) {
  const auto tables = ReadInteger(connection, "SELECT count(*) FROM sqlite_schema");
  if (!tables.ok()) return tables.status();
  if (*tables == 0) return absl::OkStatus();
  const auto application = ReadInteger(connection, "PRAGMA application_id");
  if (!application.ok()) return application.status();
  if (*application != kApplicationId) {
    return absl::FailedPreconditionError(
        "cible.db in the data folder belongs to another program; choose another --data-dir");
  }
  const auto version = ReadInteger(connection, "PRAGMA user_version");
  if (!version.ok()) return version.status();
  if (*version > StoreSchemaVersion()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the data folder was written by a newer version of Cible (store version ", *version,
        "; this program knows up to ", StoreSchemaVersion(), "); install that version or newer"));
  }
  return absl::OkStatus();
}

absl::Status MigrateStore(Connection& connection) {
  const auto version = ReadInteger(connection, "PRAGMA user_version");
  if (!version.ok()) return version.status();
  for (int next = static_cast<int>(*version) + 1; next <= StoreSchemaVersion(); ++next) {
    if (absl::Status status = Migrate(connection, next); !status.ok()) return status;
  }
  // Until then erased contacts left copies of their bytes between the cells of
  // pages: page_scrubbing.h. A file is written anew once to be rid of them.
  const bool may_hold_remnants = *version > 0 && *version < kFirstScrubbedVersion;
  return may_hold_remnants ? connection.Execute("VACUUM") : absl::OkStatus();
}

std::int64_t ToColumn(ContactKind kind) { return static_cast<std::int64_t>(kind); }

std::int64_t ToColumn(Stage stage) { return static_cast<std::int64_t>(stage); }

ContactKind KindFromColumn(std::int64_t value) {
  return value == ToColumn(ContactKind::kOrganization) ? ContactKind::kOrganization
                                                       : ContactKind::kPerson;
}

Stage StageFromColumn(std::int64_t value) {
  const bool known = value >= 0 && value <= ToColumn(Stage::kCustomer);
  return known ? static_cast<Stage>(value) : Stage::kUnknown;
}

std::int64_t ToColumn(BuyingRole role) { return static_cast<std::int64_t>(role); }

BuyingRole BuyingRoleFromColumn(std::int64_t value) {
  const bool known = value >= 0 && value <= ToColumn(BuyingRole::kUses);
  return known ? static_cast<BuyingRole>(value) : BuyingRole::kUnknown;
}

std::int64_t ToColumn(LegalBasis basis) { return static_cast<std::int64_t>(basis); }

LegalBasis LegalBasisFromColumn(std::int64_t value) {
  const bool known = value >= 0 && value <= ToColumn(LegalBasis::kLegitimateInterests);
  return known ? static_cast<LegalBasis>(value) : LegalBasis::kUnspecified;
}

std::optional<Timestamp> ObjectionFromColumn(std::int64_t value) {
  if (value == 0) return std::nullopt;
  return Timestamp{value};
}

std::optional<std::int64_t> ToColumn(std::optional<Timestamp> time) {
  if (!time.has_value()) return std::nullopt;
  return time->micros;
}

std::optional<Timestamp> TimeFromColumn(const Query& row, int column) {
  if (row.IsNull(column)) return std::nullopt;
  return Timestamp{row.Integer(column)};
}

Consent ReadConsent(const Query& row, int column, std::string purpose, std::string channel) {
  return {.purpose = std::move(purpose),
          .channel = std::move(channel),
          .give_time = {row.Integer(column)},
          .expire_time = TimeFromColumn(row, column + 1),
          .withdraw_time = TimeFromColumn(row, column + 2)};
}

}  // namespace cible
