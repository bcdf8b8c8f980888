#include "server/storage/watched_store.h"

#include <set>
#include <type_traits>

#include "absl/hash/hash.h"
#include "server/storage/collections.h"

namespace cible {
namespace {

// What an operation changes of what is read of contacts.
struct Reach {
  bool contact = false;
  std::string workspace = {};  // Whose contacts may all be read otherwise; empty: none.
};

Reach ReachOf(const Operation& operation) {
  return std::visit(
      [](const auto& o) -> Reach {
        using O = std::decay_t<decltype(o)>;
        if constexpr (std::is_same_v<O, PutAssignments> || std::is_same_v<O, DropAssignments> ||
                      std::is_same_v<O, DropBaselessAssignments> ||
                      std::is_same_v<O, PutLifecycles> || std::is_same_v<O, PutLifecycleOverride>) {
          return {};  // Where contacts belong, and stand, is not what is known of them.
        } else if constexpr (std::is_same_v<O, MergeContacts> ||
                             std::is_same_v<O, PutBehaviourRules>) {
          return {.workspace = o.workspace};  // Which contacts is not told.
        } else if constexpr (std::is_same_v<O, PutResource> || std::is_same_v<O, DeleteResource>) {
          const bool is_about_contacts = o.key.collection == WorkspaceKey("").collection ||
                                         o.key.collection == SchemaKey("").collection;
          return {.workspace = is_about_contacts ? o.key.workspace : ""};
        } else {
          return {.contact = true};
        }
      },
      operation);
}

void RaiseTo(std::atomic<std::uint64_t>& slot, std::uint64_t count) {
  std::uint64_t seen = slot;
  while (seen < count && !slot.compare_exchange_weak(seen, count)) {
  }
}

}  // namespace

absl::StatusOr<std::vector<OperationResult>> WatchedStore::Commit(WriteBatch batch) {
  std::vector<bool> is_contact;
  std::set<std::string> workspaces;
  for (const Operation& operation : batch.operations) {
    Reach reach = ReachOf(operation);
    is_contact.push_back(reach.contact);
    if (!reach.workspace.empty()) workspaces.insert(std::move(reach.workspace));
  }
  auto results = store_->Commit(std::move(batch));
  // Counted after they are visible and before they are acknowledged.
  for (const std::string& workspace : workspaces) CountWorkspace(workspace);
  if (!results.ok()) return results;
  for (std::size_t i = 0; i < results->size(); ++i) {
    if (is_contact[i]) CountContact((*results)[i].contact_key);
    for (const RelatedContact& related : (*results)[i].related) CountContact(related.key);
  }
  return results;
}

bool WatchedStore::MayHaveChanged(absl::string_view workspace, std::int64_t contact_key,
                                  std::uint64_t since) const {
  const std::size_t place = absl::HashOf(workspace) % kWorkspaceSlots;
  return contacts_[static_cast<std::size_t>(contact_key) % kContactSlots] > since ||
         workspaces_[place] > since;
}

void WatchedStore::CountContact(std::int64_t contact_key) {
  RaiseTo(contacts_[static_cast<std::size_t>(contact_key) % kContactSlots], ++change_count_);
}

void WatchedStore::CountWorkspace(absl::string_view workspace) {
  RaiseTo(workspaces_[absl::HashOf(workspace) % kWorkspaceSlots], ++change_count_);
}

}  // namespace cible
