// Where people cut numbers and times: at round ones.

#ifndef CIBLE_SEGMENTATION_PERSONAS_ROUND_CUTS_H_
#define CIBLE_SEGMENTATION_PERSONAS_ROUND_CUTS_H_

#include <vector>

#include "segmentation/data/schema.h"

namespace cible {

// Multiples of a round step (1, 5, 10, 50 ...; a dozen at most) across the middle 90 % of
// the numbers, and 1, 2, 5, 10, 20 ... within it; ascending, above the least number.
// `whole`: whole cuts. Empty where all are equal.
// REQUIRES: `sorted` ascending, finite, not empty.
std::vector<double> RoundCuts(const std::vector<double>& sorted, bool whole);

// Spans that people say, in days: a week to 50 years; of a birth date every five
// years of age.
std::vector<double> SpanCuts(const Attribute& attribute);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_ROUND_CUTS_H_
