// Short rules that describe segments in the contacts' own values: "previous
// < 1 AND balance < 1500". A description, not how contacts are assigned.

#ifndef CIBLE_SEGMENTATION_MODELS_RULE_H_
#define CIBLE_SEGMENTATION_MODELS_RULE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/schema.h"
#include "segmentation/models/proportion.h"

namespace cible {

// One condition on one attribute. An unknown value satisfies none.
struct RuleCondition {
  enum class Test {
    kRange,     // low <= value < high; at least one of them is given.
    kOneOf,     // CATEGORICAL, BOOLEAN ("true", "false"): one of `levels`.
    kNoneOf,    // CATEGORICAL: known, and none of `levels`.
    kHasTag,    // SET: holds the tag; where people name several, any of them.
    kLacksTag,  // SET: known, and does not hold the tag.
  };

  std::string attribute;  // Id.
  Test test = Test::kRange;
  // NUMERIC: the number. DATE, TIMESTAMP: days since 1970-01-01 (of the UTC
  // day). ORDINAL: index of the level.
  std::optional<double> low;
  std::optional<double> high;
  bool whole = false;               // NUMERIC: every value of the training was a whole number.
  std::vector<std::string> levels;  // Sorted.

  bool operator==(const RuleCondition&) const = default;
};

// How well a rule describes its segment, measured on contacts that took no part
// in finding it. Intervals: 95 %, Wilson.
struct RuleQuality {
  double contact_count = 0;  // Measured on so many contacts (weight).
  double precision = 0;      // Share of the contacts that satisfy it who are in the segment.
  Interval precision_interval;
  double recall = 0;  // Share of the segment that satisfies it.
  Interval recall_interval;

  bool operator==(const RuleQuality&) const = default;
};

// A conjunction of at most kMostConditions conditions, on different attributes
// but for tags. Without conditions: no short rule describes the segment.
struct SegmentRule {
  static constexpr int kMostConditions = 3;

  std::vector<RuleCondition> conditions;
  RuleQuality quality;

  bool found() const { return !conditions.empty(); }
  bool operator==(const SegmentRule&) const = default;
};

// One flag a row: 1 satisfies every condition. A column that the table lacks is
// unknown. O(rows x conditions).
// REQUIRES: as CheckRule; the columns are as CheckTable wants them.
std::vector<std::uint8_t> RowsOfRule(const SegmentRule& rule, const Schema& schema,
                                     const ContactTable& table);

// The rule in the filter language (segmentation/data/filter.h): the filter passes
// exactly the rows of RowsOfRule. Empty without conditions.
// REQUIRES: as CheckRule.
std::string FilterOfRule(const SegmentRule& rule, const Schema& schema);

// What is wrong with the rule under the schema; empty when nothing is.
absl::string_view FaultOfRule(const SegmentRule& rule, const Schema& schema);

// Whether rules may use the attribute: it describes contacts and is known
// before the outcome, and is neither protected nor sensitive, nor a place.
bool MayBeInRule(const Attribute& attribute);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_MODELS_RULE_H_
