// The grammar of the filter language (filter.h): from text to a syntax tree
// whose names and values are not yet looked at. The parser is PEGTL; it stays
// behind filter_grammar.cc.

#ifndef CIBLE_SEGMENTATION_DATA_FILTER_GRAMMAR_H_
#define CIBLE_SEGMENTATION_DATA_FILTER_GRAMMAR_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cible {

inline constexpr int kMaxFilterBytes = 4096;
inline constexpr int kMaxFilterDepth = 32;  // Of parentheses.
inline constexpr int kMaxFilterComparisons = 100;

enum class FilterOp { kEqual, kNotEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual, kHas };

struct FilterSyntax {
  enum class Kind { kAnd, kOr, kNot, kComparison };

  Kind kind = Kind::kComparison;
  std::vector<FilterSyntax> operands;  // kAnd, kOr: two or more; kNot: one.

  // kComparison: `name op value`, quotes taken off.
  std::string name;
  bool name_is_quoted = false;
  int position = 0;  // 1-based byte at which the name begins.
  FilterOp op = FilterOp::kEqual;
  std::string value;
  bool value_is_star = false;  // A bare `*`.
};

// Errors: INVALID_ARGUMENT with the position and what was expected there, or
// the limit that is exceeded; never a value.
absl::StatusOr<FilterSyntax> ParseFilterSyntax(absl::string_view text);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_FILTER_GRAMMAR_H_
