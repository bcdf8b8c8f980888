// Orders whose lines name several contacts.

#ifndef CIBLE_CLIENTS_CLI_ORDER_CONTACTS_H_
#define CIBLE_CLIENTS_CLI_ORDER_CONTACTS_H_

#include <cstddef>
#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"

namespace cible {

// Told by hashes of 64 bits: of 10 million orders one is mistaken once in a
// hundred thousand files.
class OrderContacts {
 public:
  // Takes account of a line. O(1).
  void Add(absl::string_view order, absl::string_view contact) {
    if (order.empty()) return;
    const std::size_t hash = absl::Hash<absl::string_view>()(contact);
    const auto [place, is_new] =
        orders_.try_emplace(absl::Hash<absl::string_view>()(order), Contact{hash, false});
    Contact& first = place->second;
    if (is_new || first.hash == hash || first.has_others) return;
    first.has_others = true;
    ++shared_;
  }

  // Orders of more than one contact.
  std::int64_t shared() const { return shared_; }

 private:
  struct Contact {
    std::size_t hash;
    bool has_others;
  };
  absl::flat_hash_map<std::size_t, Contact> orders_;
  std::int64_t shared_ = 0;
};

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_ORDER_CONTACTS_H_
