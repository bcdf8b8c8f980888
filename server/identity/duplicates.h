// Which stored contacts are likely one and the same.

#ifndef CIBLE_SERVER_IDENTITY_DUPLICATES_H_
#define CIBLE_SERVER_IDENTITY_DUPLICATES_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "segmentation/data/schema.h"
#include "server/storage/store.h"

namespace cible {

struct DuplicateSearch {
  std::string workspace;
  const Schema* schema = nullptr;       // Not owned.
  std::vector<std::string> attributes;  // Ids; those whose values are compared.
  std::string phone_region;             // Where numbers without a country code are dialled.
  // A value that more contacts hold tells nobody apart: a switchboard, a
  // placeholder. It links none of them. >= 2.
  int max_holders = 100;
};

// One value that several contacts of a group hold.
struct DuplicateMatch {
  std::vector<std::string> attributes;  // Ids of those it stands in, in schema order.
  std::vector<std::int64_t> contacts;   // Keys, ascending.
};

// Contacts that are linked by values they share, directly or by others of the
// group.
struct DuplicateGroup {
  std::vector<std::int64_t> contacts;  // Keys, ascending: the oldest first.
  std::vector<DuplicateMatch> matches;
};

struct Duplicates {
  std::vector<DuplicateGroup> groups;   // By their oldest contact.
  std::int64_t examined_count = 0;      // Contacts.
  std::int64_t common_value_count = 0;  // Values passed over for max_holders.
};

// Compares normal forms (normalized_identity.h) of contacts of the same kind:
// e-mail addresses and phone numbers across attributes, other texts within one.
// Contacts that object to profiling take part: finding a person twice profiles
// nobody.
//
// One scan; 32 bytes a value held, and the groups; O(n log n) for n values.
// Errors: those of Scan; CANCELLED when `cancelled` says so.
absl::StatusOr<Duplicates> FindDuplicates(Snapshot& snapshot, const DuplicateSearch& search,
                                          const std::function<bool()>& cancelled);

}  // namespace cible

#endif  // CIBLE_SERVER_IDENTITY_DUPLICATES_H_
