#include "server/registry/stored_observations.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace cible {

// Neither id of a segmentation holds a "/".
std::string StoredObservations::NameOf(const ActiveModel& active, const std::string& contact) {
  return absl::StrCat(active.name.workspace, "/", active.name.segmentation, "/", contact);
}

std::shared_ptr<const ContactTable> StoredObservations::Find(const ActiveModel& active, Date as_of,
                                                             const std::string& contact) {
  const std::string name = NameOf(active, contact);
  const std::lock_guard lock(mutex_);
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return nullptr;
  const Entry& entry = *found->second;
  const bool holds =
      entry.model_serial == active.serial && entry.as_of.days == as_of.days &&
      !store_.MayHaveChanged(active.name.workspace, entry.contact_key, entry.change_count);
  if (!holds) {  // Nor is it kept in memory what may have been erased.
    entries_.erase(found->second);
    by_name_.erase(found);
    return nullptr;
  }
  entries_.splice(entries_.begin(), entries_, found->second);
  return entry.table;
}

void StoredObservations::Keep(const ActiveModel& active, Date as_of, const std::string& contact,
                              std::int64_t contact_key, std::uint64_t change_count,
                              std::shared_ptr<const ContactTable> table) {
  std::string name = NameOf(active, contact);
  const std::lock_guard lock(mutex_);
  if (const auto found = by_name_.find(name); found != by_name_.end()) {
    entries_.erase(found->second);
    by_name_.erase(found);
  }
  if (entries_.size() >= capacity_) {
    by_name_.erase(entries_.back().name);
    entries_.pop_back();
  }
  entries_.push_front({name, active.serial, as_of, contact_key, change_count, std::move(table)});
  by_name_.emplace(std::move(name), entries_.begin());
}

std::size_t StoredObservations::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace cible
