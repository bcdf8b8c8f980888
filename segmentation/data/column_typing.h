// What one column is: its type, how its numbers are distributed, and whether
// it is set aside.

#ifndef CIBLE_SEGMENTATION_DATA_COLUMN_TYPING_H_
#define CIBLE_SEGMENTATION_DATA_COLUMN_TYPING_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "segmentation/data/column_scan.h"
#include "segmentation/data/date_text.h"
#include "segmentation/data/number_text.h"
#include "segmentation/data/schema.h"

namespace cible {

// What some cells of a column prove about how all of them are written.
struct WritingProof {
  std::optional<DecimalMark> mark;
  std::optional<DateOrder> order;
};

// O(distinct values).
WritingProof ProveWriting(const ColumnScan& scan);

struct ColumnGuess {
  AttributeType type = AttributeType::kText;
  Distribution distribution = Distribution::kAuto;
  Role role = Role::kFeature;
  Birth birth = Birth::kNone;
  IdentityForm identity_form = IdentityForm::kNone;
  std::string format;               // As Attribute::format.
  std::vector<std::string> levels;  // ORDINAL, lowest first.
  double min = 0;                   // NUMERIC.
  double max = 0;
  std::string notice;
};

// Guesses from the values, and from the header's words (see HeaderWords) where
// values do not tell. `writing` says how dates and numbers of the column are
// written, from its own cells or else from other columns of the file.
//
// A number or date column may hold up to 1 % and 3 different wrong cells:
// their rows are refused later. More make it text.
// REQUIRES: scan.known > 0. O(distinct values).
ColumnGuess GuessColumn(const ColumnScan& scan, absl::string_view words,
                        const WritingProof& writing);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_COLUMN_TYPING_H_
