// The filter language: which contacts. A subset of AIP-160 whose grammar and
// three-valued logic later parts extend.
//
//   age >= 25 AND country = "FR" AND contact.segment = "s2"
//
// Comparison: `attribute op value`, op one of = != < <= > >= and `:` (has: a
// set holds the tag; `email:*` the value is known). Operands join by AND, OR,
// NOT (or a leading -) and parentheses; OR binds tighter than AND, so mixing
// the two without parentheses is refused. A bare name is an attribute (id, or
// display name in quotes); `contact.id`, `contact.segment`, `contact.stage`
// are of the contact.
//
// Comparing an unknown value is unknown; NOT unknown is unknown; AND and OR
// are Kleene's. A contact passes when the filter is true.

#ifndef CIBLE_SEGMENTATION_DATA_FILTER_H_
#define CIBLE_SEGMENTATION_DATA_FILTER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/schema.h"

namespace cible {

// What is known of the contacts of a table beside their attributes; vectors
// are empty or one a row. An empty segment is "no segment".
struct ContactFacts {
  std::vector<std::string> ids;
  std::vector<std::string> segments;
  std::vector<Stage> stages;
};

// Immutable.
class Filter {
 public:
  // An empty text passes everything.
  // Errors: INVALID_ARGUMENT with the position and what was expected; an
  // unknown attribute; a value that does not fit the attribute's type.
  static absl::StatusOr<Filter> Parse(absl::string_view text, const Schema& schema);

  // One flag a row: 1 passes.
  std::vector<std::uint8_t> Evaluate(const ContactTable& table, const ContactFacts& facts) const;

  bool passes_all() const { return root_ == nullptr; }
  // Attributes (ids) the filter reads, sorted.
  const std::vector<std::string>& attributes() const { return attributes_; }
  // Whether it reads contact.segment.
  bool reads_segment() const { return reads_segment_; }

  struct Node;

 private:
  std::shared_ptr<const Node> root_;
  std::vector<std::string> attributes_;
  bool reads_segment_ = false;
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_FILTER_H_
