// What operations of a batch do about who belongs to which organisation; declared in
// batch_writer.h.

#include <optional>
#include <utility>

#include "server/storage/sqlite/batch_writer.h"
#include "server/storage/sqlite/schema.h"

namespace cible {
namespace {

constexpr char kFindMembership[] =
    "SELECT kind, organization, buying_role FROM contacts WHERE key = ?";

}  // namespace

absl::StatusOr<Membership<std::int64_t>> BatchWriter::MembershipAfter(const PutContact& put,
                                                                      std::int64_t workspace,
                                                                      const StoredContact& stored,
                                                                      Timestamp time) {
  const ContactKind kind = stored.key != 0 ? stored.kind : put.kind.value_or(stored.kind);
  const bool joins = put.organization.has_value() && !put.organization->empty();
  if (kind == ContactKind::kOrganization) {
    if (joins) return absl::InvalidArgumentError("only persons belong to organisations");
    if (put.buying_role.value_or(BuyingRole::kUnknown) == BuyingRole::kUnknown) {
      return stored.membership;
    }
    return absl::InvalidArgumentError("only persons have a buying role");
  }
  Membership<std::int64_t> membership = stored.membership;
  membership.role = put.buying_role.value_or(membership.role);
  if (!put.organization.has_value()) return membership;
  absl::StatusOr<std::int64_t> organization = 0;
  if (joins) organization = RequireOrganization(put, workspace, time);
  if (!organization.ok()) return organization.status();
  membership.organization = *organization;
  return membership;
}

absl::StatusOr<std::int64_t> BatchWriter::RequireOrganization(const PutContact& put,
                                                              std::int64_t workspace,
                                                              Timestamp time) {
  const auto stored = FindContact(workspace, *put.organization);
  if (!stored.ok()) return stored.status();
  const bool is_person =
      stored->key == 0 ? *put.organization == put.id : stored->kind == ContactKind::kPerson;
  if (is_person) {
    return absl::FailedPreconditionError(
        "the organisation that the person is to belong to is a PERSON; name an ORGANIZATION");
  }
  if (stored->key != 0) return stored->key;
  PutContact organization{put.workspace, *put.organization, ContactKind::kOrganization};
  organization.provenance = put.provenance;
  const Result created = CreateContact(organization, workspace, time);
  if (!created.ok()) return created.status();
  related_.CreateOrganization(created->contact_key, operation_);
  return created->contact_key;
}

absl::StatusOr<bool> BatchWriter::ChangeMembership(const StoredContact& stored,
                                                   const Membership<std::int64_t>& membership) {
  const Membership<std::int64_t>& before = stored.membership;
  const bool moves = membership.organization != before.organization;
  if (!moves && membership.role == before.role) return false;
  const absl::Status status =
      related_.PutMembership(stored.key, membership.organization, membership.role);
  if (!status.ok()) return status;
  related_.ReachOrganization(before.organization, operation_);
  related_.ReachOrganization(membership.organization, operation_);
  return moves;
}

absl::Status BatchWriter::ReachRelated(const StoredContact& contact) {
  related_.ReachOrganization(contact.membership.organization, operation_);
  if (contact.kind == ContactKind::kPerson) return absl::OkStatus();
  return related_.ReachPeopleOf(contact.key, operation_);
}

absl::Status BatchWriter::MergeMemberships(const std::vector<StoredContact>& contacts) {
  const StoredContact& kept = contacts.front();
  absl::Status status;
  if (kept.kind == ContactKind::kOrganization) {
    for (const StoredContact& contact : contacts) {
      if (contact.key != kept.key) status.Update(related_.MovePeople(kept.key, contact.key));
    }
    status.Update(related_.ReachPeopleOf(kept.key, operation_));
    return status;
  }
  std::vector<Membership<std::int64_t>> memberships;
  for (const StoredContact& contact : contacts) {
    memberships.push_back(contact.membership);
    related_.ReachOrganization(contact.membership.organization, operation_);
  }
  const auto merged = MergedMembership<std::int64_t>(memberships);
  return ChangeMembership(kept, merged).status();
}

absl::StatusOr<BatchWriter::StoredContact> BatchWriter::ContactOfKey(std::int64_t key) {
  StoredContact contact;
  contact.key = key;
  Query query(*connection_, kFindMembership, key);
  if (query.Step()) {
    contact.kind = KindFromColumn(query.Integer(0));
    contact.membership = {query.Integer(1), BuyingRoleFromColumn(query.Integer(2))};
  }
  if (!query.status().ok()) return query.status();
  return contact;
}

}  // namespace cible
