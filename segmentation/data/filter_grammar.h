// The grammar of the filter language (filter.h): from text to a syntax tree
// whose names and values are not yet looked at. The parser is PEGTL; it stays
// behind filter_grammar.cc.

#ifndef CIBLE_SEGMENTATION_DATA_FILTER_GRAMMAR_H_
#define CIBLE_SEGMENTATION_DATA_FILTER_GRAMMAR_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cible {

inline constexpr int kMaxFilterBytes = 65'536;
inline constexpr int kMaxFilterDepth = 32;  // Of parentheses.
inline constexpr int kMaxFilterComparisons = 100;
inline constexpr int kMaxDaysFromToday = 36'525;  // A hundred years.

enum class FilterOp { kEqual, kNotEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual, kHas };

// A name, a number, a word or a text as it was written, quotes taken off.
struct FilterWord {
  std::string text;
  bool is_quoted = false;
  int position = 0;  // 1-based byte at which it begins.

  bool IsStar() const { return text == "*" && !is_quoted; }
  bool IsToday() const { return text == "today" && !is_quoted; }
};

struct FilterSyntax {
  enum class Kind { kAnd, kOr, kNot, kComparison, kDistance };

  Kind kind = Kind::kComparison;
  std::vector<FilterSyntax> operands;  // kAnd, kOr: two or more; kNot: one.

  // kComparison: `name op value`. `is_missing(name)` is kNot of `name:*`.
  // kDistance: `distance(name, latitude, longitude) op value`.
  FilterWord name;
  FilterWord latitude;
  FilterWord longitude;
  FilterOp op = FilterOp::kEqual;
  int op_position = 0;  // 1-based byte.
  FilterWord value;
  // kComparison with `today - 30d`: -30. The value is the word `today` then.
  std::optional<int> offset;  // In [-kMaxDaysFromToday, kMaxDaysFromToday].
  int offset_position = 0;    // 1-based byte of its sign.
};

// What is wrong with a filter, and where: INVALID_ARGUMENT "filter, position
// 5: ...".
absl::Status FilterError(int position, absl::string_view what);

// Errors: INVALID_ARGUMENT with the position and what was expected there, or
// the limit that is exceeded; never a value.
absl::StatusOr<FilterSyntax> ParseFilterSyntax(absl::string_view text);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_FILTER_GRAMMAR_H_
