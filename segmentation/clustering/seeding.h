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
#include <stop_token>
#include <vector>

#include "absl/types/span.h"
#include "segmentation/clustering/points.h"
#include "segmentation/clustering/worker_pool.h"
#include "segmentation/data/matrix.h"

namespace cible {

// Indexes of at most `k` points; fewer when no point is left at a distance
// from those chosen. The first is drawn in proportion to its weight w, the
// others to w D^2, D the partial distance to the nearest seed. `key` decides
// every draw. `trial_count` candidates a step; 0 means 2 + floor(ln k).
// O(n k trials features).
// What an attribute that a seed does not know is taken to be, by feature, is
// in `means`. Nothing sensible comes back when stopped.
// REQUIRES: points are not empty; k >= 1.
std::vector<int> KMeansPlusPlusSeeds(const Points& points, absl::Span<const double> means, int k,
                                     std::uint64_t key, WorkerPool& pool,
                                     const std::stop_token& stop, int trial_count = 0);

// The points at these positions as centroids; an unknown attribute takes the
// mean.
DoubleMatrix CentroidsAt(const Points& points, absl::Span<const double> means,
                         const std::vector<int>& seeds);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_SEEDING_H_
