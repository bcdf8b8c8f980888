#include "server/storage/sqlite/related_contacts.h"

#include "server/storage/sqlite/schema.h"

namespace cible {
namespace {

// The index holds organisations above 0 alone, so that it must be said again.
constexpr char kPeople[] =
    "SELECT p.id, p.buying_role, p.objection_time, b.totals, p.has_legal_basis FROM contacts AS p"
    " LEFT JOIN behaviours AS b ON b.contact = p.key"
    " WHERE p.organization = ? AND p.organization > 0 ORDER BY p.key";
constexpr char kOrganizationId[] = "SELECT id FROM contacts WHERE key = ?";
constexpr char kOrganization[] =
    "SELECT o.attribute_values, CASE WHEN ?2 THEN"
    " (SELECT totals FROM behaviours WHERE contact = o.key) END"
    " FROM contacts AS o WHERE o.key = ?1";

}  // namespace

absl::StatusOr<People> ReadPeople(Connection& connection, std::int64_t organization,
                                  const AsOf& as_of) {
  People people(as_of);
  Query query(connection, kPeople, organization);
  while (query.Step()) {
    if (query.Integer(2) != 0 || (as_of.requires_legal_basis && query.Integer(4) == 0)) {
      people.AddHead();
      continue;
    }
    const auto behaviour = DecodeBehaviour(query.Bytes(3));
    if (!behaviour.ok()) return behaviour.status();
    people.Add(query.Text(0), BuyingRoleFromColumn(query.Integer(1)), *behaviour);
  }
  if (!query.status().ok()) return query.status();
  return people;
}

absl::StatusOr<std::string> OrganizationReader::IdOf(std::int64_t organization) {
  if (named_ == organization) return id_;
  Query query(*connection_, kOrganizationId, organization);
  id_ = query.Step() ? std::string(query.Text(0)) : "";
  if (!query.status().ok()) return query.status();
  named_ = organization;
  return id_;
}

absl::StatusOr<KeptContact> OrganizationReader::Read(std::int64_t organization,
                                                     bool with_behaviour) {
  if (read_ != organization) {
    read_ = 0;
    Query query(*connection_, kOrganization, organization, with_behaviour);
    const bool exists = query.Step();
    values_ = exists ? std::string(query.Bytes(0)) : "";
    behaviour_ = exists ? std::string(query.Bytes(1)) : "";
    if (!query.status().ok()) return query.status();
    read_ = organization;
  }
  return KeptContact{.values = values_, .behaviour = behaviour_};
}

}  // namespace cible
