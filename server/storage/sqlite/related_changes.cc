#include "server/storage/sqlite/related_changes.h"

#include "server/storage/sqlite/schema.h"

namespace cible {
namespace {

// The index holds organisations above 0 alone, so that it must be said again.
constexpr char kHasMembers[] = "SELECT EXISTS (SELECT 1 FROM contacts WHERE organization > 0)";
constexpr char kPeople[] =
    "SELECT key FROM contacts WHERE organization = ? AND organization > 0 ORDER BY key";
constexpr char kPutMembership[] =
    "UPDATE contacts SET organization = ?2, buying_role = ?3 WHERE key = ?1";
constexpr char kMovePeople[] =
    "UPDATE contacts SET organization = ?1 WHERE organization = ?2 AND organization > 0";
constexpr char kReleasePeople[] =
    "UPDATE contacts SET organization = 0, buying_role = 0"
    " WHERE organization = ? AND organization > 0";

// From a person nothing was heard when its organisation changed, so that its silence
// goes on (retention.h); an organisation acts through its persons.
constexpr char kTouch[] =
    "UPDATE contacts SET revision = ?2, update_time = iif(kind = 1, ?3, update_time)"
    " WHERE key = ?1 RETURNING id";
static_assert(static_cast<int>(ContactKind::kOrganization) == 1);
constexpr char kFind[] = "SELECT id FROM contacts WHERE key = ?";
constexpr char kDropAssignments[] =
    "DELETE FROM assignments WHERE contact = ?1 AND segmentation IN"
    " (SELECT number FROM segmentation_numbers WHERE workspace ="
    " (SELECT workspace FROM contacts WHERE key = ?1))";

}  // namespace

absl::StatusOr<RelatedChanges> RelatedChanges::Make(Connection& connection) {
  Query query(connection, kHasMembers);
  const bool has_members = query.Step() && query.Integer(0) != 0;
  if (!query.status().ok()) return query.status();
  return RelatedChanges(connection, has_members);
}

void RelatedChanges::ReachOrganization(std::int64_t organization, std::size_t operation) {
  if (organization > 0) reached_.try_emplace(organization, Cause{operation});
}

void RelatedChanges::CreateOrganization(std::int64_t organization, std::size_t operation) {
  reached_.try_emplace(organization, Cause{operation, Effect::kCreated});
}

bool RelatedChanges::HasCreated(std::int64_t organization) const {
  const auto reached = reached_.find(organization);
  return reached != reached_.end() && reached->second.effect == Effect::kCreated;
}

absl::Status RelatedChanges::ReachPeopleOf(std::int64_t organization, std::size_t operation) {
  return ReachPeople(organization, {operation, Effect::kUnchanged});
}

absl::Status RelatedChanges::ReachPeople(std::int64_t organization, Cause cause) {
  if (!has_members_) return absl::OkStatus();
  Query query(*connection_, kPeople, organization);
  while (query.Step()) {
    Cause& known = reached_.try_emplace(query.Integer(0), cause).first->second;
    if (cause.effect == Effect::kUpdated) known.effect = cause.effect;
  }
  return query.status();
}

absl::Status RelatedChanges::PutMembership(std::int64_t person, std::int64_t organization,
                                           BuyingRole role) {
  has_members_ = has_members_ || organization > 0;
  return Query(*connection_, kPutMembership, person, organization, ToColumn(role)).Run();
}

absl::Status RelatedChanges::MovePeople(std::int64_t kept, std::int64_t other) {
  if (!has_members_) return absl::OkStatus();
  return Query(*connection_, kMovePeople, kept, other).Run();
}

absl::Status RelatedChanges::ReleasePeople(std::int64_t organization, std::size_t operation) {
  if (!has_members_) return absl::OkStatus();
  const absl::Status status = ReachPeople(organization, {operation, Effect::kUpdated});
  return status.ok() ? Query(*connection_, kReleasePeople, organization).Run() : status;
}

absl::Status RelatedChanges::Apply(Timestamp time, Revision* last_revision,
                                   std::vector<OperationResult>* results) {
  std::map<std::int64_t, Revision> revisions;
  for (const auto& [key, cause] : reached_) {
    // What this batch has stored has its revision, and nothing else yet.
    const bool is_new = cause.effect == Effect::kCreated;
    Query find = is_new ? Query(*connection_, kFind, key)
                        : Query(*connection_, kTouch, key, *last_revision + 1, time.micros);
    if (!find.Step()) {
      if (!find.status().ok()) return find.status();
      continue;  // Erased by the same batch.
    }
    (*results)[cause.operation].related.push_back({key, std::string(find.Text(0)), cause.effect});
    if (absl::Status status = find.Run(); !status.ok()) return status;
    if (is_new) continue;
    revisions[key] = ++*last_revision;
    const absl::Status dropped = Query(*connection_, kDropAssignments, key).Run();
    if (!dropped.ok()) return dropped;
  }
  reached_.clear();
  for (OperationResult& result : *results) {
    const auto raised = revisions.find(result.contact_key);
    if (raised != revisions.end()) result.revision = raised->second;
  }
  return absl::OkStatus();
}

}  // namespace cible
