// What may be told of segments to somebody who may not read their contacts:
// nothing about fewer than k of them, nor anything from which that could be
// worked out.
//
//   L. Sweeney, "k-anonymity: a model for protecting privacy", Int. J. Uncertainty,
//   Fuzziness and Knowledge-Based Systems 10(5), 2002; complementary suppression
//   as in A. Hundepool et al., Statistical Disclosure Control, 2012, ch. 4.

#ifndef CIBLE_SEGMENTATION_PERSONAS_ANONYMITY_H_
#define CIBLE_SEGMENTATION_PERSONAS_ANONYMITY_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "segmentation/models/profile_aggregates.h"
#include "segmentation/personas/ideal_customer.h"
#include "segmentation/personas/market.h"
#include "segmentation/personas/profile.h"

namespace cible {

// One flag a count, of counts whose sum is told: 1 is withheld. Those above 0 and
// below k are, and those of `withheld` (one flag a count, or empty), for another
// reason; and while what is withheld adds up to less than k, the smallest of the
// others too, since the sum would tell it. O(n^2).
std::vector<std::uint8_t> WithheldAmong(absl::Span<const double> counts, double k,
                                        std::vector<std::uint8_t> withheld = {});

// One flag a component: some part of its market is of fewer than k, or would tell
// one that is, or it is one of `withheld`. O(components^2).
std::vector<std::uint8_t> WithheldMarkets(absl::Span<const MarketCounts> markets, double k,
                                          std::vector<std::uint8_t> withheld = {});

// Facts without anything about fewer than k contacts.
struct TellableFacts {
  std::vector<AttributeAggregates> aggregates;
  // One flag a component: 1 has too few contacts, or is needed to hide one that
  // has. Nothing of it may be told; nothing is known of it in `aggregates`.
  std::vector<std::uint8_t> withheld;
};

// Rare levels and tags are left out of the aggregates, for every component, so
// that what they add up to ("others") is of nobody or of k and more; a component
// of which too little is known for an attribute knows nothing of it there. What
// the population has beyond the components that are told counts as one component
// more: if it is of few, so that a difference would tell it, the level goes, and of
// an attribute whose levels stay together (BOOLEAN, ORDINAL) all that is known.
// `sizes`: contacts, by component. O(components x levels^2).
TellableFacts TellableOf(const SegmentFacts& facts, absl::Span<const double> sizes, double k);

// A profile without anything about fewer than k customers: statements that few
// meet, or do not meet, are left out, of the best, the worst and the others
// alike, and the thresholds, each being the value of one customer, are 0. Null
// where the fifth itself is of few. k = 0: as it is.
std::optional<IdealProfile> TellableOf(IdealProfile profile, double k);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_ANONYMITY_H_
