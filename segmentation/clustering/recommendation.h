// Which number of segments to take, and why, in words.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_RECOMMENDATION_H_
#define CIBLE_SEGMENTATION_CLUSTERING_RECOMMENDATION_H_

#include <string>
#include <vector>

#include "segmentation/clustering/choice_of_k.h"

namespace cible {

// Least stability(k) and added stability, and least stability of a segment.
inline constexpr double kStable = 0.75;
inline constexpr double kSegmentStable = 0.6;

// A stability that leaves no room above it for comparisons.
inline constexpr double kPerfect = 0.99;

// At most so many contacts are too few to judge by.
inline constexpr int kTooFew = 30;

struct RecommendationContext {
  int contact_count = 0;  // Contacts that stability was measured on.
  bool fixed = false;     // The caller fixed k.
  bool measured = true;   // Stability was measured.
};

// Fills recommended, verdict and reason from the candidates.
// REQUIRES: there is at least one.
void Recommend(const RecommendationContext& context, Choice& choice);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_RECOMMENDATION_H_
