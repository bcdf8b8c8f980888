// Where the contacts of a workspace came from, all at once.

#ifndef CIBLE_SERVER_SERVICES_CONTACT_ORIGINS_H_
#define CIBLE_SERVER_SERVICES_CONTACT_ORIGINS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "segmentation/lifecycle/policy.h"
#include "server/storage/store.h"

namespace cible {

// That a contact was on a list that was bought.
struct ListEntry {
  std::int64_t contact = 0;  // Its key.
  int list = 0;              // Index into ContactOrigins::lists.
  std::int32_t day = 0;      // Of the list: days since 1970-01-01.
  // It had come from elsewhere before.
  bool was_known = false;
};

// Of a contact that has several provenances the earliest counts, by their dates, then in
// the order of recording; those without a source say nothing.
struct ContactOrigins {
  struct Origin {
    std::int64_t contact = 0;
    int label = 0;  // Index into `labels`.
  };
  // The name of the source's kind, or else its own words. The first is that of contacts
  // of whom no source is known.
  std::vector<std::string> labels;
  std::vector<Origin> origins;     // By contact, of those with a source.
  std::vector<std::string> lists;  // Sources of the kind BOUGHT_LIST.
  std::vector<ListEntry> entries;  // By contact.
  std::vector<SourceRule> rules;   // That kinds are by.
};

inline constexpr char kUnknownSource[] = "unknown source";

// The name of the source's kind, or else its own words.
std::string LabelOfSource(const std::string& source, const std::vector<SourceRule>& rules);

// O(contacts of the workspace), in memory some bytes each.
absl::StatusOr<ContactOrigins> ReadOrigins(Snapshot& snapshot, const std::string& workspace,
                                           const std::vector<SourceRule>& rules);

// The same, contact by contact. Borrows the origins.
class OriginCursor {
 public:
  explicit OriginCursor(const ContactOrigins& origins) : origins_(origins) {}

  // REQUIRES: the key is greater than that of the call before.
  // kUnknownSource: of no provenance of it.
  const std::string& LabelOf(std::int64_t contact);
  absl::Span<const ListEntry> EntriesOf(std::int64_t contact);

 private:
  const ContactOrigins& origins_;
  std::size_t origin_ = 0;
  std::size_t entry_ = 0;
};

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_CONTACT_ORIGINS_H_
