// Numbers as people write them.

#ifndef CIBLE_SEGMENTATION_DATA_NUMBER_TEXT_H_
#define CIBLE_SEGMENTATION_DATA_NUMBER_TEXT_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace cible {

// What a "," between digits says when the cell alone does not tell.
enum class DecimalMark { kPoint, kComma };

// `1234.5`, `1 234,5`, `1,234.50`, `1.234,50`, `1'234`, `12 %` (gives 12),
// `-3`, `+3`, `2e6`, with a currency sign or code before or after. One comma
// followed by three digits separates thousands, unless the mark is a comma.
// nullopt for anything else, infinities and NaN included. O(length); about
// 20 ns for a plain number.
std::optional<double> ParseNumber(absl::string_view text, DecimalMark mark = DecimalMark::kPoint);

// Whether a number proves the mark it was written with: `1,5` and `1.234,50`
// a comma, `1,234.5` and `1,234,567` a point, `1,234` and `12` neither.
// REQUIRES: ParseNumber(text) has a value.
std::optional<DecimalMark> ProvenDecimalMark(absl::string_view text);

// The shortest text that reads back as the same number; without exponent
// between 1e-5 and 1e15.
std::string FormatNumber(double number);

// Without blanks at the ends, no-break spaces included.
absl::string_view TrimBlanks(absl::string_view text);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_NUMBER_TEXT_H_
