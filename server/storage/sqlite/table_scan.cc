#include "server/storage/sqlite/table_scan.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "segmentation/data/minors.h"
#include "server/storage/sqlite/lifecycle_writer.h"
#include "server/storage/sqlite/schema.h"

namespace cible {
namespace {

constexpr char kFindWorkspace[] = "SELECT number FROM workspace_numbers WHERE workspace = ?";
constexpr char kFindSegmentation[] =
    "SELECT number FROM segmentation_numbers WHERE workspace = ? AND segmentation = ?";

// ?1 workspace, ?2 after key, ?3 kind or -1, ?4 whether those who object are
// passed over, ?5 those without a legal basis, ?6 last key.
constexpr char kScan[] =
    "SELECT key, kind, stage, attribute_values, id, revision, create_time, update_time,"
    " objection_time, has_legal_basis, organization, buying_role FROM contacts INDEXED BY "
    "contacts_in_order"
    " WHERE workspace = ?1 AND key > ?2 AND key <= ?6 AND (?3 < 0 OR kind = ?3)"
    " AND (?4 = 0 OR objection_time = 0) AND (?5 = 0 OR has_legal_basis = 1) ORDER BY key";

// With what their events add up to.
constexpr char kScanWithBehaviour[] =
    "SELECT c.key, c.kind, c.stage, c.attribute_values, c.id, c.revision, c.create_time,"
    " c.update_time, c.objection_time, c.has_legal_basis, c.organization, c.buying_role, b.totals"
    " FROM contacts AS c INDEXED BY contacts_in_order"
    " LEFT JOIN behaviours AS b ON b.contact = c.key"
    " WHERE c.workspace = ?1 AND c.key > ?2 AND c.key <= ?6 AND (?3 < 0 OR c.kind = ?3)"
    " AND (?4 = 0 OR c.objection_time = 0) AND (?5 = 0 OR c.has_legal_basis = 1) ORDER BY c.key";

constexpr char kAssignments[] =
    "SELECT contact, segment, model, day FROM assignments WHERE segmentation = ?1 AND contact > ?2"
    " ORDER BY contact";
// Keys are those of all workspaces.
constexpr char kLifecycles[] =
    "SELECT contact, own, state, due FROM lifecycles WHERE contact > ?2 ORDER BY contact";

absl::StatusOr<std::vector<const Attribute*>> Resolve(const std::vector<std::string>& ids,
                                                      const Schema* schema) {
  std::vector<const Attribute*> attributes;
  for (const std::string& id : ids) {
    const Attribute* attribute = schema == nullptr ? nullptr : schema->Find(id);
    if (attribute == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat("attribute \"", id, "\" is not in the schema; name one that is"));
    }
    const bool listed =
        std::find(attributes.begin(), attributes.end(), attribute) != attributes.end();
    if (!listed) attributes.push_back(attribute);
  }
  return attributes;
}

// Those of the request, with what it reads besides.
std::vector<std::string> IdsOf(const ScanRequest& request) {
  std::vector<std::string> ids = request.attributes;
  ids.insert(ids.end(), request.filter.attributes().begin(), request.filter.attributes().end());
  if (request.passed_over.minors_on.has_value() && request.schema != nullptr) {
    const std::vector<std::string> births = BirthAttributes(*request.schema);
    ids.insert(ids.end(), births.begin(), births.end());
  }
  return ids;
}

template <typename T>
std::vector<T> Pick(std::vector<T>& values, const std::vector<int>& rows) {
  std::vector<T> picked;
  if (values.empty()) return picked;
  picked.reserve(rows.size());
  for (const int row : rows) picked.push_back(std::move(values[static_cast<std::size_t>(row)]));
  return picked;
}

}  // namespace

absl::StatusOr<TableScan> TableScan::Make(Connection& connection, const ScanRequest& request) {
  const auto attributes = Resolve(IdsOf(request), request.schema);
  if (!attributes.ok()) return attributes.status();
  absl::StatusOr<Attributes> earlier = Attributes();
  if (request.earlier.has_value()) earlier = Resolve(request.earlier->attributes, request.schema);
  if (!earlier.ok()) return earlier.status();
  if (!request.not_assigned_by.empty() && request.segmentation.empty()) {
    return absl::InvalidArgumentError(
        "contacts not assigned by a model are asked for without a segmentation; name it");
  }
  if (request.block_rows < 1) {
    return absl::InvalidArgumentError("a block must have at least one row");
  }
  TableScan scan(connection, request, *attributes, *earlier);
  if (absl::Status status = scan.FindNumbers(); !status.ok()) return status;
  return scan;
}

TableScan::TableScan(Connection& connection, const ScanRequest& request,
                     const Attributes& attributes, const Attributes& earlier)
    : connection_(&connection),
      request_(&request),
      decoder_(attributes, request.as_of, request.schema),
      organizations_(connection),
      after_key_(request.after_key) {
  if (!request.earlier.has_value()) return;
  earlier_.emplace(earlier, request.earlier->as_of, request.schema);
}

absl::Status TableScan::FindNumbers() {
  Query workspace(*connection_, kFindWorkspace, request_->workspace);
  if (workspace.Step()) workspace_ = workspace.Integer(0);
  if (!workspace.status().ok()) return workspace.status();
  Query segmentation(*connection_, kFindSegmentation, workspace_, request_->segmentation);
  if (segmentation.Step()) segmentation_ = segmentation.Integer(0);
  return segmentation.status();
}

absl::StatusOr<std::optional<ContactBlock>> TableScan::Next() {
  while (true) {
    absl::StatusOr<ContactBlock> block = Read();
    if (!block.ok()) return block.status();
    if (block->keys.empty()) return std::optional<ContactBlock>();
    after_key_ = block->keys.back();
    ContactBlock filtered = Filtered(*std::move(block));
    if (!filtered.keys.empty()) return std::optional<ContactBlock>(std::move(filtered));
  }
}

absl::StatusOr<ContactBlock> TableScan::Read() {
  Beside beside{.assignments = SideWalk(*connection_, kAssignments, segmentation_),
                .lifecycles = SideWalk(*connection_, kLifecycles)};
  ContactBlock block;
  absl::Status status =
      request_->keys.has_value()
          ? ReadKeys(*request_->keys, beside, block)
          : ReadRange(after_key_, std::numeric_limits<std::int64_t>::max(), beside, block);
  status.Update(beside.assignments.status());
  status.Update(beside.lifecycles.status());
  if (!status.ok()) return status;
  block.table.columns = decoder_.TakeColumns();
  block.table.row_count = static_cast<int>(block.keys.size());
  if (request_->as_of.has_value()) block.facts.today = request_->as_of->day;
  if (!earlier_.has_value()) return block;
  block.earlier.columns = earlier_->TakeColumns();
  block.earlier.row_count = block.table.row_count;
  return block;
}

absl::Status TableScan::ReadRange(std::int64_t after, std::int64_t last, Beside& beside,
                                  ContactBlock& block) {
  const std::int64_t kind = request_->kind.has_value() ? ToColumn(*request_->kind) : -1;
  Query contacts(*connection_, ReadsBehaviour() ? kScanWithBehaviour : kScan, workspace_, after,
                 kind, request_->passed_over.objecting, request_->passed_over.without_legal_basis,
                 last);
  while (!IsFull(block) && contacts.Step()) {
    const bool assigned = segmentation_ > 0 && beside.assignments.Find(contacts.Integer(0));
    if (assigned && IsAssigned(beside.assignments.row())) continue;
    if (!request_->segmentation.empty()) {
      block.facts.segments.emplace_back(assigned ? beside.assignments.row().Text(1) : "");
    }
    if (absl::Status status = AppendRow(contacts, block); !status.ok()) return status;
    AppendLifecycle(beside.lifecycles, block);
  }
  return contacts.status();
}

absl::Status TableScan::ReadKeys(const std::vector<std::int64_t>& keys, Beside& beside,
                                 ContactBlock& block) {
  absl::Status status;
  for (; status.ok() && next_key_ < keys.size() && !IsFull(block); ++next_key_) {
    const std::int64_t key = keys[next_key_];
    if (key <= after_key_) continue;
    after_key_ = key;
    status = ReadRange(key - 1, key, beside, block);
  }
  return status;
}

bool TableScan::IsFull(const ContactBlock& block) const {
  return std::ssize(block.keys) >= request_->block_rows;
}

// As well as the request wants it, so that the contact is passed over.
bool TableScan::IsAssigned(const Query& assignment) const {
  if (request_->not_assigned_by.empty()) return false;
  if (assignment.Text(2) != request_->not_assigned_by) return false;
  return !request_->or_before.has_value() || assignment.Integer(3) >= request_->or_before->days;
}

bool TableScan::ReadsRecords() const {
  return request_->with_records || request_->filter.reads_id();
}

bool TableScan::ReadsBehaviour() const {
  return decoder_.reads_behaviour() || (earlier_.has_value() && earlier_->reads_behaviour());
}

bool TableScan::ReadsOrganizationBehaviour() const {
  return decoder_.reads_organization_behaviour() ||
         (earlier_.has_value() && earlier_->reads_organization_behaviour());
}

absl::Status TableScan::AppendRow(const Query& row, ContactBlock& block) {
  block.keys.push_back(row.Integer(0));
  block.kinds.push_back(KindFromColumn(row.Integer(1)));
  block.facts.kinds.push_back(block.kinds.back());
  block.facts.stages.push_back(StageFromColumn(row.Integer(2)));
  block.facts.buying_roles.push_back(BuyingRoleFromColumn(row.Integer(11)));
  if (ReadsRecords()) AppendRecord(row, block);
  absl::Status status = AppendOrganization(row.Integer(10), block);
  if (status.ok()) status = AppendValues(row, decoder_);
  if (status.ok() && earlier_.has_value()) status = AppendValues(row, *earlier_);
  return status;
}

void TableScan::AppendRecord(const Query& row, ContactBlock& block) const {
  block.table.ids.emplace_back(row.Text(4));
  block.records.push_back({.key = block.keys.back(),
                           .id = block.table.ids.back(),
                           .kind = block.kinds.back(),
                           .stage = block.facts.stages.back(),
                           .values = {},
                           .revision = row.Integer(5),
                           .create_time = {row.Integer(6)},
                           .update_time = {row.Integer(7)},
                           .objection_time = ObjectionFromColumn(row.Integer(8)),
                           .has_legal_basis = row.Integer(9) != 0,
                           .buying_role = block.facts.buying_roles.back()});
}

// 0 for none. Its id where it is read.
absl::Status TableScan::AppendOrganization(std::int64_t organization, ContactBlock& block) {
  if (request_->with_lifecycles) block.organization_keys.push_back(organization);
  if (!ReadsRecords() && !request_->filter.reads_organization()) return absl::OkStatus();
  absl::StatusOr<std::string> id = std::string();
  if (organization > 0) id = organizations_.IdOf(organization);
  if (!id.ok()) return id.status();
  if (request_->filter.reads_organization()) block.facts.organizations.push_back(*id);
  if (ReadsRecords()) block.records.back().organization = *std::move(id);
  return absl::OkStatus();
}

// Of the row that was appended last.
void TableScan::AppendLifecycle(SideWalk& lifecycles, ContactBlock& block) const {
  if (!request_->with_lifecycles && !request_->filter.reads_lifecycle()) return;
  StoredLifecycle lifecycle;
  if (lifecycles.Find(block.keys.back())) lifecycle = ReadLifecycle(lifecycles.row(), 1);
  block.facts.lifecycles.push_back(lifecycle.state);
  if (request_->with_lifecycles) block.lifecycles.push_back(lifecycle);
}

absl::Status TableScan::AppendValues(const Query& row, RowDecoder& decoder) {
  KeptContact contact{.values = row.Bytes(3)};
  if (decoder.reads_behaviour()) contact.behaviour = row.Bytes(12);
  KeptContact organization;
  if (decoder.reads_organization() && row.Integer(10) > 0) {
    const auto read = organizations_.Read(row.Integer(10), ReadsOrganizationBehaviour());
    if (!read.ok()) return read.status();
    organization = *read;
    contact.organization = &organization;
  }
  std::optional<People> people;
  if (decoder.reads_people() && KindFromColumn(row.Integer(1)) == ContactKind::kOrganization) {
    auto read = ReadPeople(*connection_, row.Integer(0), *decoder.as_of());
    if (!read.ok()) return read.status();
    contact.people = &people.emplace(*std::move(read));
  }
  return decoder.Append(contact);
}

ContactBlock TableScan::Filtered(ContactBlock block) const {
  const std::optional<Date> minors_on = request_->passed_over.minors_on;
  if (request_->filter.passes_all() && !minors_on.has_value()) return block;
  const std::vector<std::uint8_t> passes = request_->filter.Evaluate(block.table, block.facts);
  std::vector<std::uint8_t> minors(passes.size());
  if (minors_on.has_value()) minors = FindMinors(block.table, *request_->schema, *minors_on);
  std::vector<int> rows;
  for (int row = 0; row < block.table.row_count; ++row) {
    const auto i = static_cast<std::size_t>(row);
    const bool is_minor = minors[i] && block.kinds[i] == ContactKind::kPerson;
    if (passes[i] && !is_minor) rows.push_back(row);
  }
  if (rows.size() == passes.size()) return block;
  return {.table = SelectRows(block.table, rows),
          .facts = {.segments = Pick(block.facts.segments, rows),
                    .stages = Pick(block.facts.stages, rows),
                    .organizations = Pick(block.facts.organizations, rows),
                    .kinds = Pick(block.facts.kinds, rows),
                    .buying_roles = Pick(block.facts.buying_roles, rows),
                    .lifecycles = Pick(block.facts.lifecycles, rows),
                    .today = block.facts.today},
          .keys = Pick(block.keys, rows),
          .kinds = Pick(block.kinds, rows),
          .records = Pick(block.records, rows),
          .organization_keys = Pick(block.organization_keys, rows),
          .lifecycles = Pick(block.lifecycles, rows),
          .earlier = earlier_.has_value() ? SelectRows(block.earlier, rows) : ContactTable()};
}

}  // namespace cible
