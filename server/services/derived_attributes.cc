#include "server/services/derived_attributes.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "segmentation/behaviour/behaviour_attributes.h"
#include "segmentation/behaviour/organization_attributes.h"
#include "server/storage/collections.h"
#include "server/wire/behaviour_store.h"
#include "server/wire/schema_store.h"

namespace cible {
namespace {

constexpr int kAttempts = 10;

bool IsFromEvents(const Attribute& attribute) {
  return absl::StartsWith(attribute.derived_from, "events/");
}

// Under whatever id.
bool IsThere(const Attribute& attribute, const std::vector<Attribute>& attributes) {
  return std::any_of(attributes.begin(), attributes.end(), [&](const Attribute& each) {
    return each.derived_from == attribute.derived_from;
  });
}

// Whether it is changed.
bool BringUpToDate(const std::vector<Attribute>& derived, Schema& schema) {
  bool changed = false;
  const std::vector<Attribute> before = schema.attributes();
  for (const Attribute& attribute : before) {
    const bool is_known = IsThere(attribute, derived);
    if (IsFromEvents(attribute) && !is_known) changed |= schema.Remove(attribute.id).ok();
  }
  for (const Attribute& attribute : derived) {
    if (!IsThere(attribute, before)) changed |= schema.Add(attribute).ok();
  }
  return changed;
}

bool HasAny(const Schema& schema, bool (*is_such)(const Attribute&)) {
  return std::any_of(schema.attributes().begin(), schema.attributes().end(), is_such);
}

// Of each version of their list all or none: one that was removed stays removed.
// Whether any is added.
bool AddPeopleAttributes(Schema& schema, const std::string& currency) {
  std::set<int> there;
  for (const Attribute& attribute : schema.attributes()) {
    there.insert(PeopleListVersion(attribute));
  }
  bool is_changed = false;
  for (Attribute& attribute : PeopleAttributes(currency)) {
    const bool is_new = there.count(PeopleListVersion(attribute)) == 0;
    if (is_new) is_changed |= schema.Add(std::move(attribute)).ok();
  }
  return is_changed;
}

// `change` is bool(Schema&, const v1::Workspace&): whether it changed the schema.
template <typename Change>
absl::Status ChangeSchema(Store& store, const Clock& clock, const std::string& workspace,
                          Change change, const std::function<void(const std::string&)>& changed) {
  absl::Status status;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    auto snapshot = store.OpenSnapshot();
    if (!snapshot.ok()) return snapshot.status();
    auto schema = ReadSchema(**snapshot, workspace);
    if (!schema.ok()) return schema.status();
    const auto settings = ReadWorkspace(**snapshot, workspace);
    if (!settings.ok()) return settings.status();
    snapshot->reset();  // Not held while Commit waits.
    if (!change(schema->schema, *settings)) return absl::OkStatus();
    WriteBatch batch{.operations = {SchemaWrite(workspace, *schema)}, .time = clock.Now()};
    status = store.Commit(std::move(batch)).status();
    if (status.ok() && changed) changed(workspace);
    if (!absl::IsAborted(status)) return status;
  }
  return status;
}

absl::StatusOr<std::vector<std::string>> WorkspacesOf(Store& store) {
  const auto snapshot = store.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const ResourceKey all = WorkspaceKey("");
  const auto resources =
      (*snapshot)->List("", all.collection, all.parent, "", std::numeric_limits<int>::max());
  if (!resources.ok()) return resources.status();
  std::vector<std::string> workspaces;
  for (const Resource& resource : *resources) workspaces.push_back(resource.key.id);
  return workspaces;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> PutDerivedAttributes(
    Store& store, const Clock& clock, const std::string& workspace, DerivedAttributes when,
    const std::function<void(const std::string&)>& changed) {
  std::vector<std::string> left_out;
  const auto change = [&](Schema& schema, const v1::Workspace& settings) {
    left_out.clear();
    if (when == DerivedAttributes::kIfThere && !HasAny(schema, IsFromEvents)) return false;
    const std::vector<Attribute> derived =
        BehaviourAttributes(RulesOf(settings).categories, settings.currency_code());
    const bool is_changed = BringUpToDate(derived, schema);
    for (const Attribute& attribute : derived) {
      if (!IsThere(attribute, schema.attributes())) left_out.push_back(attribute.id);
    }
    return is_changed;
  };
  const absl::Status status = ChangeSchema(store, clock, workspace, change, changed);
  if (!status.ok()) return status;
  return left_out;
}

absl::Status PutPeopleAttributes(Store& store, const Clock& clock, const std::string& workspace,
                                 const std::function<void(const std::string&)>& changed) {
  const auto change = [](Schema& schema, const v1::Workspace& settings) {
    return AddPeopleAttributes(schema, settings.currency_code());
  };
  return ChangeSchema(store, clock, workspace, change, changed);
}

absl::Status KeepDerivedAttributes(Store& store, const Clock& clock) {
  const auto workspaces = WorkspacesOf(store);
  if (!workspaces.ok()) return workspaces.status();
  const auto change = [](Schema& schema, const v1::Workspace& settings) {
    return HasAny(schema, IsFromPeople) && AddPeopleAttributes(schema, settings.currency_code());
  };
  for (const std::string& workspace : *workspaces) {
    absl::Status status =
        PutDerivedAttributes(store, clock, workspace, DerivedAttributes::kIfThere, {}).status();
    if (status.ok()) status = ChangeSchema(store, clock, workspace, change, {});
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace cible
