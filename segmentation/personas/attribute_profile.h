// The figures of a segment, attribute by attribute, and its rate of success.

#ifndef CIBLE_SEGMENTATION_PERSONAS_ATTRIBUTE_PROFILE_H_
#define CIBLE_SEGMENTATION_PERSONAS_ATTRIBUTE_PROFILE_H_

#include <optional>
#include <string>
#include <vector>

#include "segmentation/personas/profile.h"

namespace cible {

// Of one attribute, over the contacts of whom it is known.
struct AttributeFigures {
  double known = 0;    // Contacts (weight).
  double unknown = 0;  // Those of whom it is not.
  // NUMERIC; DATE and TIMESTAMP in days before `as_of`; ORDINAL, the mean only,
  // as level index from 0. Null where nothing is known.
  std::optional<double> mean;
  std::optional<double> lower_quartile;
  std::optional<double> median;
  std::optional<double> upper_quartile;
  // Share of each level, in [0, 1]; empty where nothing is known.
  std::vector<double> shares;

  bool operator==(const AttributeFigures&) const = default;
};

struct AttributeProfile {
  std::string attribute;            // Id.
  std::vector<std::string> levels;  // Of the shares.
  AttributeFigures segment;
  AttributeFigures population;
  // DESCRIPTOR attributes, where there is enough to test: the p-value of "the
  // segment is like the others", corrected for all pairs of segment and
  // descriptor. The attributes that formed the segments always differ, so they
  // have none, nor has the outcome.
  std::optional<double> p_value;

  bool operator==(const AttributeProfile&) const = default;
};

// By component, every attribute that is not protected, in the order of the
// schema. Weights count as contacts. O(components x levels).
std::vector<std::vector<AttributeProfile>> ProfileAttributes(const SegmentFacts& facts);

// How many of a segment succeeded, by the schema's OUTCOME.
struct Conversion {
  std::string attribute;  // Id of the outcome.
  double known = 0;       // Contacts of the segment whose outcome is known.
  double converted = 0;   // Those of them who succeeded.
  double rate = 0;        // Converted of known; 0 when none is known.
  Interval interval;      // 95 % credible, Jeffreys's prior; [0, 1] when none is known.
  double population_known = 0;
  double population_rate = 0;

  bool operator==(const Conversion&) const = default;
};

// The posterior mean of the rate under Jeffreys's prior, (converted + 1/2) /
// (known + 1): what to reckon with, where few are known too. Null where nobody's
// outcome is known.
std::optional<double> ExpectedRate(const std::optional<Conversion>& conversion);

// Null without an outcome of two values, or when nobody's is known.
std::optional<Conversion> ConversionOf(const SegmentFacts& facts, int component);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_ATTRIBUTE_PROFILE_H_
