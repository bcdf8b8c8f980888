#include "server/storage/sqlite/table_scan.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "segmentation/data/minors.h"
#include "server/storage/sqlite/schema.h"

namespace cible {
namespace {

constexpr char kFindWorkspace[] = "SELECT number FROM workspace_numbers WHERE workspace = ?";
constexpr char kFindSegmentation[] =
    "SELECT number FROM segmentation_numbers WHERE workspace = ? AND segmentation = ?";

// ?1 workspace, ?2 after key, ?3 kind or -1, ?4 whether those who object are
// passed over, ?5 those without a legal basis.
constexpr char kScan[] =
    "SELECT key, kind, stage, attribute_values, id, revision, create_time, update_time,"
    " objection_time, has_legal_basis, organization, buying_role FROM contacts INDEXED BY "
    "contacts_in_order"
    " WHERE workspace = ?1 AND key > ?2 AND (?3 < 0 OR kind = ?3)"
    " AND (?4 = 0 OR objection_time = 0) AND (?5 = 0 OR has_legal_basis = 1) ORDER BY key";

// With what their events add up to.
constexpr char kScanWithBehaviour[] =
    "SELECT c.key, c.kind, c.stage, c.attribute_values, c.id, c.revision, c.create_time,"
    " c.update_time, c.objection_time, c.has_legal_basis, c.organization, c.buying_role, b.totals"
    " FROM contacts AS c INDEXED BY contacts_in_order"
    " LEFT JOIN behaviours AS b ON b.contact = c.key"
    " WHERE c.workspace = ?1 AND c.key > ?2 AND (?3 < 0 OR c.kind = ?3)"
    " AND (?4 = 0 OR c.objection_time = 0) AND (?5 = 0 OR c.has_legal_basis = 1) ORDER BY c.key";

// A walk of its own beside the contacts', since both are in key order: to look
// each up costs several times more.
constexpr char kAssignments[] =
    "SELECT contact, segment, model, day FROM assignments WHERE segmentation = ? AND contact > ?"
    " ORDER BY contact";

// Moves on to the assignment of a contact; false when it has none.
// REQUIRES: contacts are asked for in key order.
bool FindAssignment(Query& assignments, bool& has_row, std::int64_t contact) {
  while (has_row && assignments.Integer(0) < contact) has_row = assignments.Step();
  return has_row && assignments.Integer(0) == contact;
}

absl::StatusOr<std::vector<const Attribute*>> AttributesOf(const ScanRequest& request) {
  std::vector<std::string> ids = request.attributes;
  ids.insert(ids.end(), request.filter.attributes().begin(), request.filter.attributes().end());
  if (request.passed_over.minors_on.has_value() && request.schema != nullptr) {
    const std::vector<std::string> births = BirthAttributes(*request.schema);
    ids.insert(ids.end(), births.begin(), births.end());
  }
  std::vector<const Attribute*> attributes;
  for (const std::string& id : ids) {
    const Attribute* attribute = request.schema == nullptr ? nullptr : request.schema->Find(id);
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
  const auto attributes = AttributesOf(request);
  if (!attributes.ok()) return attributes.status();
  if (!request.not_assigned_by.empty() && request.segmentation.empty()) {
    return absl::InvalidArgumentError(
        "contacts not assigned by a model are asked for without a segmentation; name it");
  }
  if (request.block_rows < 1) {
    return absl::InvalidArgumentError("a block must have at least one row");
  }
  TableScan scan(connection, request, *attributes);
  if (absl::Status status = scan.FindNumbers(); !status.ok()) return status;
  return scan;
}

TableScan::TableScan(Connection& connection, const ScanRequest& request,
                     const std::vector<const Attribute*>& attributes)
    : connection_(&connection),
      request_(&request),
      decoder_(attributes, request.as_of, request.schema),
      organizations_(connection),
      after_key_(request.after_key) {}

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
  const std::int64_t kind = request_->kind.has_value() ? ToColumn(*request_->kind) : -1;
  Query contacts(*connection_, decoder_.reads_behaviour() ? kScanWithBehaviour : kScan, workspace_,
                 after_key_, kind, request_->passed_over.objecting,
                 request_->passed_over.without_legal_basis);
  Query assignments(*connection_, kAssignments, segmentation_, after_key_);
  bool has_assignment = segmentation_ > 0 && assignments.Step();
  ContactBlock block;
  while (std::ssize(block.keys) < request_->block_rows && contacts.Step()) {
    const bool assigned = FindAssignment(assignments, has_assignment, contacts.Integer(0));
    if (assigned && IsAssigned(assignments)) continue;
    if (!request_->segmentation.empty()) {
      block.facts.segments.emplace_back(assigned ? assignments.Text(1) : "");
    }
    if (absl::Status status = AppendRow(contacts, block); !status.ok()) return status;
  }
  if (!contacts.status().ok()) return contacts.status();
  if (!assignments.status().ok()) return assignments.status();
  block.table.columns = decoder_.TakeColumns();
  block.table.row_count = static_cast<int>(block.keys.size());
  return block;
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

absl::Status TableScan::AppendRow(const Query& row, ContactBlock& block) {
  block.keys.push_back(row.Integer(0));
  block.kinds.push_back(KindFromColumn(row.Integer(1)));
  block.facts.stages.push_back(StageFromColumn(row.Integer(2)));
  if (ReadsRecords()) {
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
                             .buying_role = BuyingRoleFromColumn(row.Integer(11))});
  }
  const absl::Status status = AppendOrganization(row.Integer(10), block);
  return status.ok() ? AppendValues(row) : status;
}

// The id of the organisation, 0 for none, where it is read.
absl::Status TableScan::AppendOrganization(std::int64_t organization, ContactBlock& block) {
  if (!ReadsRecords() && !request_->filter.reads_organization()) return absl::OkStatus();
  absl::StatusOr<std::string> id = std::string();
  if (organization > 0) id = organizations_.IdOf(organization);
  if (!id.ok()) return id.status();
  if (request_->filter.reads_organization()) block.facts.organizations.push_back(*id);
  if (ReadsRecords()) block.records.back().organization = *std::move(id);
  return absl::OkStatus();
}

absl::Status TableScan::AppendValues(const Query& row) {
  KeptContact contact{.values = row.Bytes(3)};
  if (decoder_.reads_behaviour()) contact.behaviour = row.Bytes(12);
  KeptContact organization;
  if (decoder_.reads_organization() && row.Integer(10) > 0) {
    const auto read = organizations_.Read(row.Integer(10), decoder_.reads_organization_behaviour());
    if (!read.ok()) return read.status();
    organization = *read;
    contact.organization = &organization;
  }
  std::optional<People> people;
  if (decoder_.reads_people() && KindFromColumn(row.Integer(1)) == ContactKind::kOrganization) {
    auto read = ReadPeople(*connection_, row.Integer(0), *decoder_.as_of());
    if (!read.ok()) return read.status();
    contact.people = &people.emplace(*std::move(read));
  }
  return decoder_.Append(contact);
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
                    .organizations = Pick(block.facts.organizations, rows)},
          .keys = Pick(block.keys, rows),
          .kinds = Pick(block.kinds, rows),
          .records = Pick(block.records, rows)};
}

}  // namespace cible
