// FindDuplicates and MergeContacts of ContactService.

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cible/storage/v1/resources.pb.h"
#include "server/services/contact_query.h"
#include "server/services/contact_service.h"
#include "server/services/duplicate_groups.h"
#include "server/services/request_id.h"
#include "server/services/stored_contact.h"
#include "server/storage/collections.h"
#include "server/storage/merged_facts.h"
#include "server/storage/stored_message.h"
#include "server/wire/resource_name.h"
#include "server/wire/schema_store.h"

namespace cible {
namespace {

constexpr int kMaxOpenSearches = 2;
constexpr int kDefaultMaxHolders = 100;
constexpr int kMostHolders = 10'000;
constexpr int kMostMerged = 100;

// The ids of the attributes that duplicates are looked for by.
absl::StatusOr<std::vector<std::string>> ComparedAttributes(
    const v1::FindDuplicatesRequest& request, const Schema& schema) {
  std::vector<std::string> ids;
  if (request.attributes().empty()) {
    for (const Attribute& attribute : schema.attributes()) {
      const bool compared =
          attribute.role == Role::kIdentity && attribute.identity_form != IdentityForm::kNone;
      if (compared) ids.push_back(attribute.id);
    }
    if (!ids.empty()) return ids;
    return absl::FailedPreconditionError(
        "no attribute of the schema says what it identifies contacts by; give those that do the "
        "role IDENTITY and an identity_form (EMAIL, PHONE or TEXT), or name some in the request");
  }
  auto named = AttributeIds(request.attributes(), schema);
  if (!named.ok()) return named.status();
  for (const Attribute& attribute : schema.attributes()) {
    if (std::find(named->begin(), named->end(), attribute.id) == named->end()) continue;
    if (attribute.role != Role::kIdentity) {
      return absl::InvalidArgumentError(
          absl::StrCat("attribute \"", attribute.id,
                       "\" is no IDENTITY; name those that tell who a contact is, or change its "
                       "role"));
    }
    ids.push_back(attribute.id);
  }
  return ids;
}

absl::StatusOr<int> MaxHolders(int requested) {
  if (requested == 0) return kDefaultMaxHolders;
  if (requested >= 2 && requested <= kMostHolders) return requested;
  return absl::InvalidArgumentError(
      "max_holders is outside 2 to 10000; give one within, or 0 for the default of 100");
}

// The ids of the contacts to merge.
absl::StatusOr<std::vector<std::string>> IdsOf(const v1::MergeContactsRequest& request,
                                               const std::string& workspace) {
  if (request.names_size() < 2 || request.names_size() > kMostMerged) {
    return absl::InvalidArgumentError(
        absl::StrCat("names has ", request.names_size(), " contacts; send 2 to ", kMostMerged));
  }
  std::vector<std::string> ids;
  std::set<std::string> seen;
  for (int i = 0; i < request.names_size(); ++i) {
    auto name = ResourceName::Parse(request.names(i), ResourceKind::kContact);
    if (!name.ok()) return name.status();
    if (name->workspace != workspace) {
      return absl::InvalidArgumentError(absl::StrCat(
          "names[", i, "] is of another workspace than the request; name both in one"));
    }
    if (!seen.insert(name->id).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("names[", i, "] repeats an earlier one; name each contact once"));
    }
    ids.push_back(std::move(name->id));
  }
  return ids;
}

// Errors: INVALID_ARGUMENT when another request was written under the name.
absl::StatusOr<bool> WasWritten(Snapshot& snapshot, const std::optional<RequestMark>& mark) {
  if (!mark.has_value()) return false;
  const auto written = snapshot.FindRequest(mark->workspace, mark->id);
  if (!written.ok()) return written.status();
  if (!written->has_value()) return false;
  if (absl::Status same = CheckSameRequest(**written, mark->content); !same.ok()) return same;
  return true;
}

// The contacts, each once, the oldest first.
absl::StatusOr<std::vector<ContactRecord>> FindContacts(Snapshot& snapshot,
                                                        const std::string& workspace,
                                                        const std::vector<std::string>& ids) {
  const auto found = snapshot.Lookup(workspace, ids);
  if (!found.ok()) return found.status();
  std::vector<ContactRecord> contacts;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (!(*found)[i].has_value()) {
      return absl::NotFoundError(
          absl::StrCat("names[", i, "]: there is no such contact; leave it out"));
    }
    contacts.push_back(*(*found)[i]);
  }
  const auto older = [](const ContactRecord& a, const ContactRecord& b) { return a.key < b.key; };
  const auto same = [](const ContactRecord& a, const ContactRecord& b) { return a.key == b.key; };
  std::sort(contacts.begin(), contacts.end(), older);
  contacts.erase(std::unique(contacts.begin(), contacts.end(), same), contacts.end());
  for (const ContactRecord& contact : contacts) {
    if (contact.kind == contacts[0].kind) continue;
    return absl::FailedPreconditionError(
        "the contacts are a person and an organisation; merge contacts of one kind");
  }
  return contacts;
}

// The contact as it would be.
absl::Status Preview(Snapshot& snapshot, const std::string& workspace,
                     const std::vector<ContactRecord>& contacts, const Schema& schema,
                     v1::Contact* message) {
  std::vector<StageAndValues> facts;
  std::vector<std::int64_t> keys;
  for (const ContactRecord& contact : contacts) {
    facts.push_back({contact.stage, contact.values});
    keys.push_back(contact.key);
  }
  auto merged = MergedFacts(facts);
  if (!merged.ok()) return merged.status();
  ContactRecord record = contacts[0];
  record.stage = merged->stage;
  record.values = std::move(merged->values);
  std::vector<Membership<std::string>> memberships;
  for (const ContactRecord& contact : contacts) {
    memberships.push_back({contact.organization, contact.buying_role});
  }
  auto membership = MergedMembership<std::string>(memberships);
  record.organization = std::move(membership.organization);
  record.buying_role = membership.role;
  for (const ContactRecord& contact : contacts) {
    const auto& objection = contact.objection_time;
    if (objection.has_value() &&
        (!record.objection_time.has_value() || objection->micros < record.objection_time->micros)) {
      record.objection_time = objection;
    }
    record.has_legal_basis = record.has_legal_basis || contact.has_legal_basis;
  }
  if (absl::Status status = RecordToProto(snapshot, workspace, record, schema, {}, message);
      !status.ok()) {
    return status;
  }
  const auto former = snapshot.FormerIds(keys);
  if (!former.ok()) return former.status();
  std::set<std::string> ids;
  for (const auto& each : *former) ids.insert(each.begin(), each.end());
  for (std::size_t i = 1; i < contacts.size(); ++i) ids.insert(contacts[i].id);
  for (const std::string& id : ids) {
    message->add_former_names(ContactName(workspace, id).ToString());
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<ResponseSource>> ContactService::OpenDuplicates(
    const CallContext& /*call*/, const v1::FindDuplicatesRequest& request) {
  const std::shared_ptr<void> slot(nullptr, [open = open_searches_](void*) { open->fetch_sub(1); });
  if (open_searches_->fetch_add(1) >= kMaxOpenSearches) {
    return absl::ResourceExhaustedError(
        absl::StrCat(kMaxOpenSearches,
                     " searches for duplicates are under way; try again when one of them has "
                     "ended"));
  }
  const auto parent = ResourceName::Parse(request.parent(), ResourceKind::kWorkspace);
  if (!parent.ok()) return parent.status();
  const auto max_holders = MaxHolders(request.max_holders());
  if (!max_holders.ok()) return max_holders.status();
  auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  auto schema = ReadSchema(**snapshot, parent->workspace);
  if (!schema.ok()) return schema.status();
  auto attributes = ComparedAttributes(request, schema->schema);
  if (!attributes.ok()) return attributes.status();
  const auto workspace = ReadStored<storage::v1::StoredWorkspace>(
      **snapshot, WorkspaceKey(parent->workspace), "workspace");
  if (!workspace.ok()) return workspace.status();
  return std::make_unique<DuplicateGroups>(
      *std::move(snapshot), std::move(schema->schema),
      DuplicateSearch{.workspace = parent->workspace,
                      .attributes = *std::move(attributes),
                      .phone_region = workspace->message.workspace().phone_region(),
                      .max_holders = *max_holders},
      slot);
}

absl::Status ContactService::MergeContacts(const CallContext& call,
                                           const v1::MergeContactsRequest& request,
                                           v1::Contact* response) {
  const auto parent = ResourceName::Parse(request.parent(), ResourceKind::kWorkspace);
  if (!parent.ok()) return parent.status();
  const std::string& workspace = parent->workspace;
  const auto ids = IdsOf(request, workspace);
  if (!ids.ok()) return ids.status();
  const auto mark = MarkOf(request, workspace);
  if (!mark.ok()) return mark.status();
  auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto schema = ReadSchema(**snapshot, workspace);
  if (!schema.ok()) return schema.status();
  const auto was_written = WasWritten(**snapshot, *mark);
  if (!was_written.ok()) return was_written.status();
  if (!*was_written) {
    const auto contacts = FindContacts(**snapshot, workspace, *ids);
    if (!contacts.ok()) return contacts.status();
    if (request.validate_only()) {
      return Preview(**snapshot, workspace, *contacts, schema->schema, response);
    }
    snapshot->reset();  // Not held while Commit waits.
    const absl::Status status = CommitMerge(call, {workspace, *ids}, *mark);
    if (!status.ok()) return status;
    snapshot = store_.OpenSnapshot();
    if (!snapshot.ok()) return snapshot.status();
  }
  return ReadContacts(**snapshot, workspace, {&ids->front(), 1}, schema->schema, clock_.Now(),
                      {&response, 1});
}

absl::Status ContactService::CommitMerge(const CallContext& call, cible::MergeContacts merge,
                                         const std::optional<RequestMark>& mark) {
  const auto results = store_.Commit({.operations = {merge},
                                      .time = clock_.Now(),
                                      .request = mark,
                                      .author = Author{call.principal, "MergeContacts"}});
  if (absl::IsAlreadyExists(results.status())) {  // By another call of the same name, since.
    const auto snapshot = store_.OpenSnapshot();
    return snapshot.ok() ? WasWritten(**snapshot, mark).status() : snapshot.status();
  }
  if (!results.ok()) return results.status();
  if (results->front().effect != Effect::kUnchanged) {
    AssignWritten(assign_, merge.workspace, WithRelated({merge.ids.front()}, *results));
  }
  return absl::OkStatus();
}

}  // namespace cible
