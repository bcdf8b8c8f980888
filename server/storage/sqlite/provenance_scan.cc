// The walk over where contacts came from; declared in snapshot.h.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "server/storage/sqlite/schema.h"
#include "server/storage/sqlite/snapshot.h"

namespace cible {
namespace {

constexpr char kProvenancesOfWorkspace[] =
    "SELECT p.number, p.source, p.legal_basis, p.date FROM provenances AS p"
    " JOIN workspace_numbers AS w ON w.number = p.workspace WHERE w.workspace = ?";

// CROSS: contacts in the order of their index, and the provenances of each by theirs.
constexpr char kOrigins[] =
    "SELECT c.key, o.provenance FROM workspace_numbers AS w"
    " CROSS JOIN contacts AS c INDEXED BY contacts_in_order ON c.workspace = w.number"
    " CROSS JOIN contact_provenances AS o ON o.contact = c.key"
    " WHERE w.workspace = ? ORDER BY c.key, o.provenance";

// By number.
using Provenances = absl::flat_hash_map<std::int64_t, Provenance>;

absl::StatusOr<Provenances> ProvenancesOf(Connection& connection, const std::string& workspace) {
  Provenances provenances;
  Query query(connection, kProvenancesOfWorkspace, workspace);
  while (query.Step()) {
    provenances.emplace(query.Integer(0),
                        Provenance{.source = std::string(query.Text(1)),
                                   .legal_basis = LegalBasisFromColumn(query.Integer(2)),
                                   .date = Date{static_cast<std::int32_t>(query.Integer(3))}});
  }
  if (!query.status().ok()) return query.status();
  return provenances;
}

}  // namespace

absl::Status SqliteSnapshot::ScanProvenances(
    const std::string& workspace,
    const std::function<absl::Status(std::int64_t, absl::Span<const Provenance>)>& visit) {
  const auto known = ProvenancesOf(*connection_, workspace);
  if (!known.ok()) return known.status();
  std::int64_t contact = 0;
  std::vector<Provenance> provenances;
  Query query(*connection_, kOrigins, workspace);
  while (query.Step()) {
    if (query.Integer(0) != contact && !provenances.empty()) {
      if (absl::Status status = visit(contact, provenances); !status.ok()) return status;
      provenances.clear();
    }
    contact = query.Integer(0);
    const auto found = known->find(query.Integer(1));
    if (found != known->end()) provenances.push_back(found->second);
  }
  if (!query.status().ok()) return query.status();
  return provenances.empty() ? absl::OkStatus() : visit(contact, provenances);
}

}  // namespace cible
