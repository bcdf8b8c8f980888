// What a snapshot tells of lifecycles; declared in snapshot.h.

#include <algorithm>
#include <limits>

#include "absl/container/flat_hash_map.h"
#include "server/storage/sqlite/lifecycle_writer.h"
#include "server/storage/sqlite/schema.h"
#include "server/storage/sqlite/side_walk.h"
#include "server/storage/sqlite/snapshot.h"

namespace cible {
namespace {

constexpr char kProgress[] =
    "SELECT revision, basis, next_basis, walked_kind, walked_key FROM lifecycle_progress"
    " WHERE workspace = (SELECT number FROM workspace_numbers WHERE workspace = ?)";
constexpr char kLifecycle[] =
    "SELECT own, state, due FROM lifecycles"
    " WHERE contact = ? AND (own <> 0 OR state <> 0)";
// The index holds those that are ever due alone, so that it must be said again.
constexpr char kDue[] =
    "SELECT contact FROM lifecycles"
    " WHERE workspace = (SELECT number FROM workspace_numbers WHERE workspace = ?)"
    " AND due <= ? AND due < 2147483647 ORDER BY due, contact LIMIT ?";
static_assert(kNoDay == 2147483647);
// The same of those who belong to an organisation.
constexpr char kPeople[] = "SELECT key FROM contacts WHERE organization = ? AND organization > 0";
constexpr char kOverrides[] =
    "SELECT contact, field, value, author, reason, create_time, expire_time"
    " FROM lifecycle_overrides WHERE contact > ?2 ORDER BY contact, field";

// ?1 workspace, ?2 before, ?3 rows, ?4 field or 0; of a contact, ?5 its key.
constexpr char kTransitions[] =
    "SELECT t.number, t.contact, t.time, t.day, t.field, t.before, t.after, r.text, c.id"
    " FROM lifecycle_transitions AS t INDEXED BY lifecycle_transitions_in_order"
    " CROSS JOIN lifecycle_reasons AS r ON r.number = t.reason"
    " CROSS JOIN contacts AS c ON c.key = t.contact"
    " WHERE t.workspace = (SELECT number FROM workspace_numbers WHERE workspace = ?1)"
    " AND t.number < ?2 AND (?4 = 0 OR t.field = ?4) ORDER BY t.number DESC LIMIT ?3";
constexpr char kTransitionsOfContact[] =
    "SELECT t.number, t.contact, t.time, t.day, t.field, t.before, t.after, r.text, c.id"
    " FROM lifecycle_transitions AS t"
    " CROSS JOIN lifecycle_reasons AS r ON r.number = t.reason"
    " CROSS JOIN contacts AS c ON c.key = t.contact"
    " WHERE t.workspace = (SELECT number FROM workspace_numbers WHERE workspace = ?1)"
    " AND t.contact = ?5 AND t.number < ?2 AND (?4 = 0 OR t.field = ?4)"
    " ORDER BY t.number DESC LIMIT ?3";
constexpr char kAllTransitions[] =
    "SELECT number, contact, time, day, field, before, after, reason FROM lifecycle_transitions"
    " WHERE workspace = (SELECT number FROM workspace_numbers WHERE workspace = ?)"
    " ORDER BY contact, number";
constexpr char kReasons[] = "SELECT number, text FROM lifecycle_reasons";

// From a row of kOverrides.
LifecycleOverrideRecord ReadOverride(const Query& row) {
  return {.field = static_cast<LifecycleField>(row.Integer(1)),
          .value = static_cast<int>(row.Integer(2)),
          .author = std::string(row.Text(3)),
          .reason = std::string(row.Text(4)),
          .create_time = {row.Integer(5)},
          .expire_time = TimeFromColumn(row, 6)};
}

// From the columns number, contact, time, day, field, before, after.
RecordedTransition ReadTransition(const Query& row, std::string reason) {
  return {.number = row.Integer(0),
          .contact_key = row.Integer(1),
          .contact = {},
          .time = {row.Integer(2)},
          .transition = {.field = static_cast<LifecycleField>(row.Integer(4)),
                         .from = static_cast<int>(row.Integer(5)),
                         .to = static_cast<int>(row.Integer(6)),
                         .day = static_cast<std::int32_t>(row.Integer(3)),
                         .reason = std::move(reason)}};
}

}  // namespace

absl::StatusOr<LifecycleProgress> SqliteSnapshot::ReadLifecycleProgress(
    const std::string& workspace) {
  Query query(*connection_, kProgress, workspace);
  LifecycleProgress progress;
  if (query.Step()) {
    progress = {.revision = query.Integer(0),
                .basis = query.Integer(1),
                .next_basis = query.Integer(2),
                .walked_kind = KindFromColumn(query.Integer(3)),
                .walked_key = query.Integer(4)};
  }
  if (!query.status().ok()) return query.status();
  return progress;
}

absl::StatusOr<std::vector<std::optional<StoredLifecycle>>> SqliteSnapshot::Lifecycles(
    absl::Span<const std::int64_t> contacts) {
  std::vector<std::optional<StoredLifecycle>> lifecycles(contacts.size());
  for (std::size_t i = 0; i < contacts.size(); ++i) {
    Query query(*connection_, kLifecycle, contacts[i]);
    if (query.Step()) lifecycles[i] = ReadLifecycle(query, 0);
    if (!query.status().ok()) return query.status();
  }
  return lifecycles;
}

absl::StatusOr<std::vector<std::int64_t>> SqliteSnapshot::DueLifecycles(
    const std::string& workspace, std::int32_t day, int limit) {
  std::vector<std::int64_t> contacts;
  if (limit <= 0) return contacts;  // SQL reads a negative limit as none.
  Query query(*connection_, kDue, workspace, day, limit);
  while (query.Step()) contacts.push_back(query.Integer(0));
  if (!query.status().ok()) return query.status();
  return contacts;
}

absl::StatusOr<std::vector<std::int64_t>> SqliteSnapshot::PersonsOf(
    absl::Span<const std::int64_t> organizations) {
  std::vector<std::int64_t> persons;
  for (const std::int64_t organization : organizations) {
    Query query(*connection_, kPeople, organization);
    while (query.Step()) persons.push_back(query.Integer(0));
    if (!query.status().ok()) return query.status();
  }
  std::sort(persons.begin(), persons.end());
  persons.erase(std::unique(persons.begin(), persons.end()), persons.end());
  return persons;
}

absl::StatusOr<std::vector<std::vector<LifecycleOverrideRecord>>>
SqliteSnapshot::LifecycleOverrides(absl::Span<const std::int64_t> contacts) {
  std::vector<std::vector<LifecycleOverrideRecord>> overrides(contacts.size());
  // Of most contacts nothing was said, and mostly they are asked for in key order.
  std::optional<SideWalk> walk;
  for (std::size_t i = 0; i < contacts.size(); ++i) {
    if (i == 0 || contacts[i] <= contacts[i - 1]) walk.emplace(*connection_, kOverrides);
    for (bool found = walk->Find(contacts[i]); found; found = walk->FindAnother()) {
      overrides[i].push_back(ReadOverride(walk->row()));
    }
    if (!walk->status().ok()) return walk->status();
  }
  return overrides;
}

absl::StatusOr<std::vector<RecordedTransition>> SqliteSnapshot::Transitions(
    const TransitionQuery& asked) {
  std::vector<RecordedTransition> transitions;
  if (asked.limit <= 0) return transitions;  // SQL reads a negative limit as none.
  const std::int64_t before =
      asked.before > 0 ? asked.before : std::numeric_limits<std::int64_t>::max();
  const std::int64_t field = asked.field.has_value() ? static_cast<std::int64_t>(*asked.field) : 0;
  Query query = asked.contact_key > 0 ? Query(*connection_, kTransitionsOfContact, asked.workspace,
                                              before, asked.limit, field, asked.contact_key)
                                      : Query(*connection_, kTransitions, asked.workspace, before,
                                              asked.limit, field);
  while (query.Step()) {
    transitions.push_back(ReadTransition(query, std::string(query.Text(7))));
    transitions.back().contact = std::string(query.Text(8));
  }
  if (!query.status().ok()) return query.status();
  return transitions;
}

absl::Status SqliteSnapshot::ScanTransitions(
    const std::string& workspace,
    const std::function<absl::Status(absl::Span<const RecordedTransition>)>& visit) {
  absl::flat_hash_map<std::int64_t, std::string> reasons;
  {
    Query query(*connection_, kReasons);
    while (query.Step()) reasons.emplace(query.Integer(0), query.Text(1));
    if (!query.status().ok()) return query.status();
  }
  std::vector<RecordedTransition> of_contact;
  Query query(*connection_, kAllTransitions, workspace);
  while (query.Step()) {
    if (!of_contact.empty() && of_contact.back().contact_key != query.Integer(1)) {
      if (absl::Status status = visit(of_contact); !status.ok()) return status;
      of_contact.clear();
    }
    of_contact.push_back(ReadTransition(query, reasons[query.Integer(7)]));
  }
  if (!query.status().ok() || of_contact.empty()) return query.status();
  return visit(of_contact);
}

}  // namespace cible
