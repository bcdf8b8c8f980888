// Eight components at a time: so many fit into one or a few vector registers. For
// source files alone, since it brings Eigen along.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_LANES_H_
#define CIBLE_SEGMENTATION_CLUSTERING_LANES_H_

#include <Eigen/Core>

namespace cible {

constexpr int kLanes = 8;
using Lanes = Eigen::Array<double, kLanes, 1>;

// Views of kLanes numbers from there on.
inline Eigen::Map<const Lanes> LanesAt(const double* data) { return Eigen::Map<const Lanes>(data); }
inline Eigen::Map<Lanes> MutableLanesAt(double* data) { return Eigen::Map<Lanes>(data); }

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_LANES_H_
