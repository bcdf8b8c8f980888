// What models read of stored contacts, kept ready for those that are asked for by
// name again and again.

#ifndef CIBLE_SERVER_REGISTRY_STORED_OBSERVATIONS_H_
#define CIBLE_SERVER_REGISTRY_STORED_OBSERVATIONS_H_

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/value.h"
#include "server/registry/model_registry.h"
#include "server/storage/watched_store.h"

namespace cible {

// Holds at most `capacity` contacts, those used last. Never gives what was known
// before a write that is acknowledged, nor what another model or day reads.
// Thread-safe; a lock is held for a look-up alone.
class StoredObservations {
 public:
  StoredObservations(WatchedStore& store, std::size_t capacity)
      : store_(store), capacity_(capacity) {}

  // What is kept of the contact, a table of one row; null: nothing that still holds.
  std::shared_ptr<const ContactTable> Find(const ActiveModel& active, Date as_of,
                                           const std::string& contact);

  // Keeps what was read in a snapshot that was opened when `change_count` changes
  // had been counted (WatchedStore). `contact_key`: of the contact it led to.
  void Keep(const ActiveModel& active, Date as_of, const std::string& contact,
            std::int64_t contact_key, std::uint64_t change_count,
            std::shared_ptr<const ContactTable> table);

  std::size_t size() const;
  WatchedStore& store() const { return store_; }

 private:
  struct Entry {
    std::string name;  // Of the map.
    std::uint64_t model_serial;
    Date as_of;
    std::int64_t contact_key;
    std::uint64_t change_count;
    std::shared_ptr<const ContactTable> table;
  };
  using Entries = std::list<Entry>;

  static std::string NameOf(const ActiveModel& active, const std::string& contact);

  WatchedStore& store_;
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  Entries entries_;  // Used last first.
  absl::flat_hash_map<std::string, Entries::iterator> by_name_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_REGISTRY_STORED_OBSERVATIONS_H_
