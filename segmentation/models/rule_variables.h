// What conditions of rules can be made of: every attribute cut into bins.

#ifndef CIBLE_SEGMENTATION_MODELS_RULE_VARIABLES_H_
#define CIBLE_SEGMENTATION_MODELS_RULE_VARIABLES_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/schema.h"
#include "segmentation/models/rule.h"

namespace cible {

// Whether a rule may say the attribute, and this level of it ("" for none).
// Empty: everything that MayBeInRule.
using RuleVocabulary = std::function<bool(const Attribute&, const std::string& level)>;

// One attribute of some rows, or one tag of a SET, in bins.
struct RuleVariable {
  enum class Kind { kOrdered, kLevels, kTag };

  const Attribute* attribute = nullptr;  // Of the schema.
  Kind kind = Kind::kOrdered;
  // kOrdered: bin b holds values from cuts[b - 1] up to below cuts[b]; as
  // RuleCondition::low. Ascending; bin_count is one more.
  std::vector<double> cuts;
  bool whole = false;  // NUMERIC: all values are whole numbers.
  // kLevels: the level of each bin; the last bin, without one, is of all
  // others. kTag: the tag; bin 0 lacks it, bin 1 holds it.
  std::vector<std::string> levels;
  std::uint8_t bin_count = 0;
  std::vector<std::uint8_t> bins;  // One a row; kUnknownBin where not known.

  static constexpr std::uint8_t kUnknownBin = 255;
};

// The variables of `rows` of the table, in the order of the schema. Cuts lie at
// quantiles of all these rows and of each component's, then are rounded to as
// few digits as keep them apart; levels and tags are the most frequent. A
// variable of one bin is left out. O(cells log rows).
// REQUIRES: weights and labels of every row of the table.
std::vector<RuleVariable> RuleVariables(const ContactTable& table, const Schema& schema,
                                        absl::Span<const int> rows,
                                        absl::Span<const double> weights,
                                        absl::Span<const int> labels, int component_count,
                                        const RuleVocabulary& vocabulary);

// The condition that values fall into the bins [first, last).
// REQUIRES: kOrdered; 0 <= first < last <= bin_count, and not all bins.
RuleCondition RangeCondition(const RuleVariable& variable, int first, int last);

// `cuts`, ascending and above `least`, each moved to a number of few digits
// that lies within a third of the way to its neighbours. `whole`: to whole
// numbers.
std::vector<double> ReadableCuts(double least, const std::vector<double>& cuts, bool whole);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_MODELS_RULE_VARIABLES_H_
