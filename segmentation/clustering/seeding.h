// k-means++: seeds drawn far apart.
//
//   D. Arthur and S. Vassilvitskii, "k-means++: The Advantages of Careful
//   Seeding", SODA 2007.
//
// Greedy: at each step several candidates are drawn and the one that leaves
// the smallest potential is kept (no bound is proven for it; it is better in
// practice).

#ifndef CIBLE_SEGMENTATION_CLUSTERING_SEEDING_H_
#define CIBLE_SEGMENTATION_CLUSTERING_SEEDING_H_

#include <cstdint>
#include <vector>

#include "segmentation/clustering/points.h"

namespace cible {

// Indexes of at most `k` points; fewer when no point is left at a distance
// from those chosen. The first is drawn in proportion to its weight w, the
// others to w D^2, D the partial distance to the nearest seed. `key` decides
// every draw. `trial_count` candidates a step; 0 means 2 + floor(ln k).
// O(n k trials features).
// REQUIRES: points are not empty; k >= 1.
std::vector<int> KMeansPlusPlusSeeds(const Points& points, int k, std::uint64_t key,
                                     int trial_count = 0);

// The points at these positions as centroids; an unknown attribute takes the
// mean of all points.
DoubleMatrix CentroidsAt(const Points& points, const std::vector<int>& seeds);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_SEEDING_H_
