// How well clusters are set apart.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_SILHOUETTE_H_
#define CIBLE_SEGMENTATION_CLUSTERING_SILHOUETTE_H_

#include "absl/types/span.h"
#include "segmentation/clustering/points.h"
#include "segmentation/clustering/worker_pool.h"

namespace cible {

// The mean silhouette (b - a) / max(a, b), in [-1, 1], for squared Euclidean
// distances, exactly: a is the mean squared distance to the other points of
// the own cluster, b the least mean one to those of another cluster. A weight
// counts as repetition; a point alone in its cluster counts 0, one of weight 0
// or without a label (-1) not at all. 0 for fewer than two clusters.
//
//   P. J. Rousseeuw, "Silhouettes: a graphical aid to the interpretation and
//   validation of cluster analysis", J. Comput. Appl. Math. 20, 1987.
//
// The mean squared distance to a cluster is that to its mean plus its
// variance, hence O(n k features) instead of O(n^2).
// REQUIRES: everything is known of every point.
double ExactSilhouette(const Points& points, absl::Span<const int> labels, WorkerPool& pool);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_SILHOUETTE_H_
