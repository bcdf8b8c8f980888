// The filter language: which contacts. A subset of AIP-160; docs/api.md has the
// grammar and the logic for those who write filters.
//
//   age >= 25 AND country = "FR" AND distance(home, 48.85, 2.35) < 50
//
// Comparison: `attribute op value`, op one of = != < <= > >= and `:`.
//
//   NUMERIC, DATE, TIMESTAMP  every op; `seen >= "2025-01-31"` compares days,
//                             in UTC, `seen >= "2025-01-31T18:30:00Z"` instants
//   ORDINAL                   every op, by the order of its levels
//   CATEGORICAL, TEXT         = != on the exact text
//   BOOLEAN                   = != with true or false
//   SET                       `channels:web` the set holds the tag
//   LOCATION                  `distance(home, latitude, longitude) op km`, op
//                             one of < <= > >=, along the great circle
//   any                       `email:*` the value is known, `is_missing(email)`
//                             it is not (never unknown themselves); else `:`
//                             means =, but for SET
//
// A value is a number, a bare word, or a text in double or single quotes, in
// which a backslash takes the next character as it is. A bare name is an
// attribute (id, or display name in quotes); `contact.id`, `contact.segment`,
// `contact.stage` (LEAD, PROSPECT, CUSTOMER), `contact.organization` (the id of
// that which a person belongs to) are of the contact and compare by = and !=. Operands join by AND,
// OR, NOT (or a leading -), in capitals, and parentheses; OR binds tighter than AND in AIP-160,
// against every habit, so mixing the two without parentheses is refused.
//
// Comparing an unknown value is unknown, != included; NOT unknown is unknown;
// AND and OR are Kleene's. A contact passes when the filter is true.
//
//   S. C. Kleene, "Introduction to Metamathematics", 1952, §64: the strong
//   tables.
//
// At most 64 KiB, 32 open parentheses, 100 comparisons.

#ifndef CIBLE_SEGMENTATION_DATA_FILTER_H_
#define CIBLE_SEGMENTATION_DATA_FILTER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/schema.h"

namespace cible {

// What is known of the contacts of a table beside their attributes and ids;
// vectors are empty or one a row. An empty segment is "no segment", an empty
// organisation none.
struct ContactFacts {
  std::vector<std::string> segments;
  std::vector<Stage> stages;
  std::vector<std::string> organizations = {};  // Ids.
};

// Immutable.
class Filter {
 public:
  // An empty text passes everything.
  // Errors: INVALID_ARGUMENT with the position and what was expected; an
  // unknown attribute; a value that does not fit the attribute's type; a limit
  // exceeded. Messages name attributes, never values.
  static absl::StatusOr<Filter> Parse(absl::string_view text, const Schema& schema);

  // One flag a row: 1 passes. A column the table lacks is unknown, and so
  // are ids. O(rows x comparisons).
  // REQUIRES: the columns are as CheckTable wants them.
  std::vector<std::uint8_t> Evaluate(const ContactTable& table, const ContactFacts& facts) const;

  bool passes_all() const { return root_ == nullptr; }
  // Attributes (ids) the filter reads, sorted.
  const std::vector<std::string>& attributes() const { return attributes_; }
  // Whether it reads contact.segment.
  bool reads_segment() const { return reads_segment_; }
  // Whether it reads contact.id.
  bool reads_id() const { return reads_id_; }
  // Whether it reads contact.organization.
  bool reads_organization() const { return reads_organization_; }

 private:
  struct Node;
  struct Binder;

  std::shared_ptr<const Node> root_;
  std::vector<std::string> attributes_;
  bool reads_segment_ = false;
  bool reads_id_ = false;
  bool reads_organization_ = false;
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_FILTER_H_
