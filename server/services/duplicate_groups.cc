#include "server/services/duplicate_groups.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "server/wire/resource_name.h"

namespace cible {
namespace {

constexpr std::size_t kMostOfAGroup = 1000;
constexpr int kNamesOfAMessage = 1000;

}  // namespace

DuplicateGroups::DuplicateGroups(std::unique_ptr<Snapshot> snapshot, Schema schema,
                                 DuplicateSearch search, std::shared_ptr<void> slot)
    : slot_(std::move(slot)),
      schema_(std::move(schema)),
      search_(std::move(search)),
      snapshot_(std::move(snapshot)) {
  search_.schema = &schema_;
}

absl::StatusOr<StreamStep> DuplicateGroups::NextMessage(const CallContext& call,
                                                        v1::FindDuplicatesResponse* response) {
  const bool is_first = !has_searched_;
  if (is_first) {
    auto found = FindDuplicates(*snapshot_, search_, call.cancelled);
    if (!found.ok()) return found.status();
    found_ = *std::move(found);
    has_searched_ = true;
  }
  if (!is_first && sent_groups_ == found_.groups.size()) return StreamStep::kEnd;
  response->set_group_count(std::ssize(found_.groups));
  response->set_examined_count(found_.examined_count);
  response->set_common_value_count(found_.common_value_count);
  for (int names = 0; names < kNamesOfAMessage && sent_groups_ < found_.groups.size();) {
    v1::DuplicateGroup* message = response->add_groups();
    const absl::Status status = Write(found_.groups[sent_groups_++], message);
    if (!status.ok()) return status;
    names += message->contacts_size();
  }
  return StreamStep::kMessage;
}

absl::Status DuplicateGroups::Write(const DuplicateGroup& group, v1::DuplicateGroup* message) {
  message->set_contact_count(std::ssize(group.contacts));
  absl::flat_hash_map<std::int64_t, std::string> names;
  for (std::size_t i = 0; i < std::min(group.contacts.size(), kMostOfAGroup); ++i) {
    auto name = NameOf(group.contacts[i]);
    if (!name.ok()) return name.status();
    message->add_contacts(*name);
    names.emplace(group.contacts[i], *std::move(name));
  }
  for (std::size_t i = 0; i < std::min(group.matches.size(), kMostOfAGroup); ++i) {
    v1::DuplicateMatch* match = message->add_matches();
    for (const std::string& attribute : group.matches[i].attributes) {
      match->add_attributes(attribute);
    }
    for (const std::int64_t contact : group.matches[i].contacts) {
      const auto name = names.find(contact);
      if (name != names.end()) match->add_contacts(name->second);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> DuplicateGroups::NameOf(std::int64_t contact) {
  const auto scan = snapshot_->OpenScan({.workspace = search_.workspace,
                                         .schema = &schema_,
                                         .passed_over = {.objecting = false},
                                         .after_key = contact - 1,
                                         .block_rows = 1});
  if (!scan.ok()) return scan.status();
  const auto block = (*scan)->Next();
  if (!block.ok()) return block.status();
  return ContactName(search_.workspace, (*block)->table.ids.at(0)).ToString();
}

}  // namespace cible
