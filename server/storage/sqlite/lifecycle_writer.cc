#include "server/storage/sqlite/lifecycle_writer.h"

#include <algorithm>
#include <vector>

#include "server/storage/sqlite/schema.h"

namespace cible {
namespace {

constexpr char kFind[] =
    "SELECT own, state, due FROM lifecycles WHERE contact = ?2 AND workspace = ?1";
// In an index, where contacts stand closer together.
constexpr char kExists[] =
    "SELECT 1 FROM contacts INDEXED BY contacts_in_order WHERE workspace = ?1 AND key = ?2";
// VALUES: of an INSERT that selects SQLite keeps every page that it changes as it was, in
// a journal whose end it looks for each time. A batch would take the square of its rows.
constexpr char kAdd[] =
    "INSERT INTO lifecycles (workspace, contact, own, state, due) VALUES (?, ?, ?, ?, ?)";
// Leaves the index of due days alone.
constexpr char kChangeState[] = "UPDATE lifecycles SET own = ?2, state = ?3 WHERE contact = ?1";
constexpr char kChange[] =
    "UPDATE lifecycles SET own = ?2, state = ?3, due = ?4 WHERE contact = ?1";
constexpr char kMakeDue[] = "UPDATE lifecycles SET due = ?3 WHERE contact = ?2 AND workspace = ?1";
constexpr char kMove[] = "UPDATE lifecycles SET contact = ?2 WHERE workspace = ?1 AND contact = ?3";
constexpr char kDrop[] = "DELETE FROM lifecycles WHERE contact = ?2 AND workspace = ?1";

constexpr char kReadLast[] = "SELECT value FROM store_state WHERE name = 'last_transition'";
constexpr char kWriteLast[] = "UPDATE store_state SET value = ? WHERE name = 'last_transition'";
constexpr char kAddTransition[] =
    "INSERT INTO lifecycle_transitions"
    " (workspace, contact, number, time, day, field, before, after, reason)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
// A row of one that is classified, none of others.
constexpr char kFirstTransition[] =
    "SELECT (SELECT ifnull(min(number), 9223372036854775807) FROM lifecycle_transitions"
    " WHERE workspace = ?1 AND contact = ?2)"
    " FROM lifecycles WHERE contact = ?2 AND workspace = ?1 AND state <> 0";
constexpr char kMoveTransitions[] =
    "UPDATE lifecycle_transitions SET contact = ?2 WHERE workspace = ?1 AND contact = ?3";
constexpr char kDropTransitions[] =
    "DELETE FROM lifecycle_transitions WHERE workspace = ?1 AND contact = ?2";

constexpr char kFindReason[] = "SELECT number FROM lifecycle_reasons WHERE text = ?";
constexpr char kAddReason[] = "INSERT INTO lifecycle_reasons (text) VALUES (?) RETURNING number";

constexpr char kFindOverride[] =
    "SELECT 1 FROM lifecycle_overrides WHERE contact = ? AND field = ?"
    " AND value = ? AND author = ? AND reason = ? AND expire_time IS ?";
constexpr char kPutOverride[] =
    "INSERT OR REPLACE INTO lifecycle_overrides"
    " (contact, field, value, author, reason, expire_time, create_time)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)";
constexpr char kDropOverride[] = "DELETE FROM lifecycle_overrides WHERE contact = ? AND field = ?";
constexpr char kDropOverrides[] = "DELETE FROM lifecycle_overrides WHERE contact = ?";
// The fields of which something was said, a bit each.
constexpr char kOverriddenFields[] =
    "SELECT ifnull(sum(1 << field), 0) FROM lifecycle_overrides WHERE contact = ?";
constexpr char kUniteOverrides[] =
    "INSERT INTO lifecycle_overrides"
    " (contact, field, value, author, reason, create_time, expire_time)"
    " SELECT ?1, field, value, author, reason, create_time, expire_time FROM lifecycle_overrides"
    " WHERE contact = ?2 AND (?3 >> field & 1) = 0 ON CONFLICT (contact, field) DO UPDATE"
    " SET value = excluded.value, author = excluded.author, reason = excluded.reason,"
    " create_time = excluded.create_time, expire_time = excluded.expire_time"
    " WHERE excluded.create_time > lifecycle_overrides.create_time";

constexpr char kPutProgress[] =
    "INSERT OR REPLACE INTO lifecycle_progress"
    " (workspace, revision, basis, next_basis, walked_kind, walked_key)"
    " VALUES (?, ?, ?, ?, ?, ?)";

std::int64_t ToColumn(LifecycleField field) { return static_cast<std::int64_t>(field); }

// How several that are one stand of themselves: once a customer or a prospect, never a
// lead again, whichever of them was.
class UnitedOwn {
 public:
  void Add(LifecycleState own) {
    relation_ = std::max(relation_, own.relation());
    was_customer_ = was_customer_ || own.is_former_customer();
  }

  LifecycleState In(LifecycleState own) const {
    if (relation_ == Relation::kUnknown) return own;
    const bool is_former = relation_ == Relation::kProspect && was_customer_;
    own.Set(LifecycleField::kRelation, relation_);
    own.Set(LifecycleField::kFormerCustomer, is_former ? YesNo::kYes : YesNo::kNo);
    return own;
  }

 private:
  Relation relation_ = Relation::kUnknown;
  bool was_customer_ = false;
};

}  // namespace

struct LifecycleWriter::Row {
  std::int64_t own = 0;
  std::int64_t state = 0;
  std::int64_t due = 0;
  bool operator==(const Row&) const = default;
};

absl::StatusOr<bool> LifecycleWriter::Put(std::int64_t workspace, const PutLifecycles& put,
                                          Timestamp time, Revision revision) {
  bool changed = false;
  const auto last_before = last_transition_;
  for (const std::int64_t contact : put.left_out) {
    const auto left = LeaveOut(workspace, contact);
    if (!left.ok()) return left.status();
    changed = changed || *left;
  }
  for (const PutLifecycles::Entry& entry : put.entries) {
    const auto differs = PutEntry(workspace, entry, put.read_at, time);
    if (!differs.ok()) return differs.status();
    changed = changed || *differs;
  }
  for (const std::int64_t contact : put.due_now) {
    const auto made = MakeDue(workspace, contact, revision);
    if (!made.ok()) return made.status();
    changed = changed || *made;
  }
  absl::Status status;
  if (put.progress.has_value()) status.Update(PutProgress(workspace, *put.progress));
  if (last_transition_ != last_before) {
    status.Update(Query(connection_, kWriteLast, last_transition_).Run());
  }
  if (!status.ok()) return status;
  return changed;
}

// Whether it changed anything.
absl::StatusOr<bool> LifecycleWriter::PutEntry(std::int64_t workspace,
                                               const PutLifecycles::Entry& entry, Revision read_at,
                                               Timestamp time) {
  const auto before = Find(workspace, entry.key);
  if (!before.ok()) return before.status();
  Row row{.own = entry.lifecycle.own.bits(),
          .state = entry.lifecycle.state.bits(),
          .due = std::max(entry.lifecycle.due_day, 0)};
  absl::Status status;
  if (!before->has_value()) {
    const auto exists = Add(workspace, entry.key, row);
    if (!exists.ok() || !*exists) return exists;
  } else {
    // What has made it due since then, a merge say, is not in the entry: it is looked at
    // once more, and nothing is written until then.
    if (read_at > 0 && -(*before)->due > read_at) return false;
    status = Change(entry.key, **before, row);
  }
  for (const LifecycleTransition& transition : entry.transitions) {
    status.Update(AddTransition(workspace, entry.key, transition, time));
  }
  if (!status.ok()) return status;
  return !(*before == row) || !entry.transitions.empty();
}

absl::StatusOr<std::optional<LifecycleWriter::Row>> LifecycleWriter::Find(std::int64_t workspace,
                                                                          std::int64_t contact) {
  Query query(connection_, kFind, workspace, contact);
  std::optional<Row> row;
  if (query.Step()) row = {query.Integer(0), query.Integer(1), query.Integer(2)};
  if (!query.status().ok()) return query.status();
  return row;
}

absl::StatusOr<bool> LifecycleWriter::Add(std::int64_t workspace, std::int64_t contact,
                                          const Row& row) {
  {
    Query query(connection_, kExists, workspace, contact);
    const bool exists = query.Step();
    if (!query.status().ok()) return query.status();
    if (!exists) return false;
  }
  const absl::Status status =
      Query(connection_, kAdd, workspace, contact, row.own, row.state, row.due).Run();
  if (!status.ok()) return status;
  return true;
}

absl::Status LifecycleWriter::Change(std::int64_t contact, const Row& before, const Row& row) {
  if (row == before) return absl::OkStatus();
  if (row.due == before.due) {
    return Query(connection_, kChangeState, contact, row.own, row.state).Run();
  }
  return Query(connection_, kChange, contact, row.own, row.state, row.due).Run();
}

absl::Status LifecycleWriter::AddTransition(std::int64_t workspace, std::int64_t contact,
                                            const LifecycleTransition& transition, Timestamp time) {
  const auto reason = NumberOfReason(transition.reason);
  if (!reason.ok()) return reason.status();
  if (!last_transition_.has_value()) {
    Query last(connection_, kReadLast);
    if (last.Step()) last_transition_ = last.Integer(0);
    if (!last.status().ok()) return last.status();
  }
  const std::int64_t number = last_transition_.value_or(0) + 1;
  last_transition_ = number;
  return Query(connection_, kAddTransition, workspace, contact, number, time.micros, transition.day,
               ToColumn(transition.field), transition.from, transition.to, *reason)
      .Run();
}

absl::StatusOr<std::int64_t> LifecycleWriter::NumberOfReason(const std::string& reason) {
  const auto known = reasons_.find(reason);
  if (known != reasons_.end()) return known->second;
  for (const char* sql : {kFindReason, kAddReason}) {
    Query query(connection_, sql, reason);
    if (query.Step()) return reasons_[reason] = query.Integer(0);
    if (!query.status().ok()) return query.status();
  }
  return absl::InternalError("a reason got no number");
}

absl::StatusOr<bool> LifecycleWriter::LeaveOut(std::int64_t workspace, std::int64_t contact) {
  std::int64_t rows = 0;
  for (const char* sql : {kDrop, kDropTransitions}) {
    const absl::Status status = Query(connection_, sql, workspace, contact).Run();
    if (!status.ok()) return status;
    rows += connection_.changed_rows();
  }
  return rows > 0;
}

absl::Status LifecycleWriter::PutProgress(std::int64_t workspace,
                                          const LifecycleProgress& progress) {
  return Query(connection_, kPutProgress, workspace, progress.revision, progress.basis,
               progress.next_basis, cible::ToColumn(progress.walked_kind), progress.walked_key)
      .Run();
}

absl::StatusOr<bool> LifecycleWriter::PutOverride(std::int64_t contact,
                                                  const PutLifecycleOverride& put, Timestamp time) {
  const std::int64_t field = ToColumn(put.field);
  if (put.value == 0) {
    const absl::Status status = Query(connection_, kDropOverride, contact, field).Run();
    if (!status.ok()) return status;
    return connection_.changed_rows() > 0;
  }
  const auto expire_time = cible::ToColumn(put.expire_time);
  {
    Query same(connection_, kFindOverride, contact, field, put.value, put.author, put.reason,
               expire_time);
    if (same.Step()) return false;
    if (!same.status().ok()) return same.status();
  }
  const absl::Status status = Query(connection_, kPutOverride, contact, field, put.value,
                                    put.author, put.reason, expire_time, time.micros)
                                  .Run();
  if (!status.ok()) return status;
  return true;
}

absl::StatusOr<bool> LifecycleWriter::MakeDue(std::int64_t workspace, std::int64_t contact,
                                              Revision revision) {
  const absl::Status status = Query(connection_, kMakeDue, workspace, contact, -revision).Run();
  if (!status.ok()) return status;
  if (connection_.changed_rows() > 0) return true;
  return Add(workspace, contact, {.due = -revision});
}

absl::Status LifecycleWriter::Unite(std::int64_t workspace, std::int64_t kept,
                                    absl::Span<const std::int64_t> others, Revision revision) {
  absl::Status status = UniteOverrides(kept, others);
  status.Update(UniteStandings(workspace, kept, others));
  for (const std::int64_t other : others) status.Update(Drop(workspace, other));
  status.Update(MakeDue(workspace, kept, revision).status());
  return status;
}

absl::Status LifecycleWriter::UniteOverrides(std::int64_t kept,
                                             absl::Span<const std::int64_t> others) {
  std::int64_t own = 0;
  {
    Query query(connection_, kOverriddenFields, kept);
    if (query.Step()) own = query.Integer(0);
    if (!query.status().ok()) return query.status();
  }
  absl::Status status;
  for (const std::int64_t other : others) {
    status.Update(Query(connection_, kUniteOverrides, kept, other, own).Run());
  }
  return status;
}

absl::Status LifecycleWriter::UniteStandings(std::int64_t workspace, std::int64_t kept,
                                             absl::Span<const std::int64_t> others) {
  std::vector<std::int64_t> all = {kept};
  all.insert(all.end(), others.begin(), others.end());
  UnitedOwn united;
  for (const std::int64_t contact : all) {
    const auto row = Find(workspace, contact);
    if (!row.ok()) return row.status();
    if (row->has_value()) united.Add(LifecycleState::FromBits((*row)->own));
  }
  const auto origin = FirstClassified(workspace, kept, others);
  if (!origin.ok()) return origin.status();
  if (*origin != kept) {
    const absl::Status moved = TakePlace(workspace, kept, *origin);
    if (!moved.ok()) return moved;
  }
  const auto row = Find(workspace, kept);
  if (!row.ok() || !row->has_value()) return row.status();
  Row now = **row;
  now.own = united.In(LifecycleState::FromBits(now.own)).bits();
  return Change(kept, **row, now);
}

absl::StatusOr<std::int64_t> LifecycleWriter::FirstClassified(
    std::int64_t workspace, std::int64_t kept, absl::Span<const std::int64_t> others) {
  auto first = FirstTransition(workspace, kept);
  if (!first.ok()) return first.status();
  if (first->has_value()) return kept;
  std::int64_t origin = kept;
  for (const std::int64_t other : others) {
    const auto number = FirstTransition(workspace, other);
    if (!number.ok()) return number.status();
    if (!number->has_value() || (first->has_value() && **first <= **number)) continue;
    first = number;
    origin = other;
  }
  return origin;
}

absl::StatusOr<std::optional<std::int64_t>> LifecycleWriter::FirstTransition(std::int64_t workspace,
                                                                             std::int64_t contact) {
  Query query(connection_, kFirstTransition, workspace, contact);
  std::optional<std::int64_t> number;
  if (query.Step()) number = query.Integer(0);
  if (!query.status().ok()) return query.status();
  return number;
}

absl::Status LifecycleWriter::TakePlace(std::int64_t workspace, std::int64_t kept,
                                        std::int64_t origin) {
  absl::Status status = LeaveOut(workspace, kept).status();
  for (const char* sql : {kMove, kMoveTransitions}) {
    status.Update(Query(connection_, sql, workspace, kept, origin).Run());
  }
  return status;
}

absl::Status LifecycleWriter::Drop(std::int64_t workspace, std::int64_t contact) {
  absl::Status status = Query(connection_, kDropOverrides, contact).Run();
  status.Update(LeaveOut(workspace, contact).status());
  return status;
}

void LifecycleWriter::Forget() {
  last_transition_.reset();
  reasons_.clear();
}

std::int32_t DueDayFromColumn(std::int64_t due) {
  return static_cast<std::int32_t>(std::max<std::int64_t>(due, 0));
}

StoredLifecycle ReadLifecycle(const Query& row, int column) {
  return {.own = LifecycleState::FromBits(row.Integer(column)),
          .state = LifecycleState::FromBits(row.Integer(column + 1)),
          .due_day = DueDayFromColumn(row.Integer(column + 2))};
}

}  // namespace cible
