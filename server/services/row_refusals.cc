#include "server/services/row_refusals.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"

namespace cible {
namespace {

bool SaysMembership(const PutContact& row) {
  return row.organization.has_value() || row.buying_role.has_value();
}

template <typename Test>
RowFlags Flags(absl::Span<const PutContact> rows, Test test) {
  RowFlags flags;
  for (const PutContact& row : rows) flags.push_back(test(row) ? 1 : 0);
  return flags;
}

}  // namespace

void SortByRow(std::vector<RowError>& errors) {
  std::stable_sort(errors.begin(), errors.end(),
                   [](const RowError& a, const RowError& b) { return a.row < b.row; });
}

bool SaysMemberships(absl::Span<const PutContact> rows) {
  return std::any_of(rows.begin(), rows.end(), SaysMembership);
}

RowFlags OrganizationsThatBelong(absl::Span<const PutContact> rows) {
  return Flags(rows, [](const PutContact& row) {
    return row.kind == ContactKind::kOrganization && SaysMembership(row);
  });
}

RowFlags OfPersonsAmong(absl::Span<const PutContact> rows) {
  absl::flat_hash_set<absl::string_view> persons;
  for (const PutContact& row : rows) {
    if (row.kind == ContactKind::kPerson) persons.insert(row.id);
  }
  return Flags(rows, [&](const PutContact& row) {
    return row.organization.has_value() && persons.contains(*row.organization);
  });
}

absl::StatusOr<RowFlags> OfStoredPersons(Snapshot& snapshot, const std::string& workspace,
                                         absl::Span<const PutContact> rows) {
  std::vector<std::string> ids;
  for (const PutContact& row : rows) ids.push_back(row.organization.value_or(""));
  const auto stored = snapshot.Lookup(workspace, ids);
  if (!stored.ok()) return stored.status();
  RowFlags flags;
  for (const auto& organization : *stored) {
    flags.push_back(organization.has_value() && organization->kind == ContactKind::kPerson);
  }
  return flags;
}

absl::StatusOr<RowFlags> OfOtherKind(Snapshot& snapshot, const std::string& workspace,
                                     absl::Span<const PutContact> rows) {
  std::vector<std::string> ids;
  for (const PutContact& row : rows) ids.push_back(row.id);
  const auto stored = snapshot.Lookup(workspace, ids);
  if (!stored.ok()) return stored.status();
  RowFlags flags;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    flags.push_back((*stored)[i].has_value() && (*stored)[i]->kind != rows[i].kind);
  }
  return flags;
}

}  // namespace cible
