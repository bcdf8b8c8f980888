// Lloyd's iterations from given centroids, over points with holes.
//
//   S. P. Lloyd, "Least squares quantization in PCM", IEEE Trans. Inf. Theory
//   28(2), 1982.
//   G. Hamerly, "Making k-means even faster", SDM 2010: the triangle
//   inequality spares most points once the centroids move little. It holds for
//   partial distances too, since no partial distance changes by more than the
//   centroid moves.
//   J. Chi, E. Chi, R. Baraniuk, "k-POD: A Method for k-Means Clustering of
//   Missing Data", The American Statistician 70(1), 2016: the objective
//   J = sum_i w_i sum_{v known of i} |x_iv - c_{a(i) v}|^2.
//
// One number a point is kept: how much the centroids may move until another
// one could be nearest. What they have moved is summed up by cluster, so that
// a point that is spared costs a comparison.
//
// Sums are kept in double over a number of contiguous slots that depends on
// the point count alone, and are added up in the order of the slots: the same
// bits come out whatever the thread count.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_LLOYD_H_
#define CIBLE_SEGMENTATION_CLUSTERING_LLOYD_H_

#include <cstdint>
#include <stop_token>
#include <vector>

#include "segmentation/clustering/cluster_sums.h"
#include "segmentation/clustering/nearest.h"
#include "segmentation/clustering/points.h"
#include "segmentation/clustering/worker_pool.h"
#include "segmentation/data/matrix.h"

namespace cible {

class Lloyd {
 public:
  // `points` (not empty) and `pool` must outlive this.
  Lloyd(const Points& points, DoubleMatrix centroids, WorkerPool& pool, std::stop_token stop);

  // Iterates until no point changes its centroid, until the centroids move by
  // at most `tolerance` (squared Frobenius norm), or `max_iterations` times.
  // May be called again to go on. Returns early, with no meaning, when stopped.
  void Run(int max_iterations, double tolerance);

  // J of the centroids, each point with its nearest; 0 when stopped.
  // O(n features).
  double Objective() const;

  // Weight of each cluster.
  const std::vector<double>& sizes() const { return sums_.weights; }
  const DoubleMatrix& centroids() const { return centroids_; }
  // The nearest centroid of each point, once run.
  const std::vector<int>& labels() const { return labels_; }
  const Points& points() const { return points_; }
  const std::vector<std::int64_t>& member_counts() const { return sums_.member_counts; }
  int iterations() const { return iterations_; }

 private:
  struct Slot {
    ClusterSums sums;        // Of the points that moved, or of all.
    std::int64_t moved = 0;  // Points with a new centroid.
    bool empty = true;       // The sums are 0.
  };

  // Gives every point its nearest centroid; returns how many changed.
  std::int64_t Assign();
  void AssignSlot(int slot, const Scorer& scorer, bool anew);
  // Appends the points of [begin, end) whose label may no longer hold to the
  // `count` of `doubtful`; gives how many there are then.
  int FindDoubtful(int begin, int end, const float* paths, int* doubtful, int count) const;
  // Adds the points of [begin, end) that are not among `doubtful`, ascending.
  void AddOthers(int begin, int end, const int* doubtful, int count, ClusterSums& sums) const;
  void Settle(const Scorer& scorer, const int* rows, int count, Scorer::Scratch& scratch,
              Slot& slot, bool anew);
  // Moves the centroids to the means of their points; gives the squared
  // Frobenius norm of the moves.
  double MoveCentroids();
  // Gives each empty cluster the point that is worst off; true if any did.
  bool FillEmptyClusters();
  int SlotBegin(int slot) const;

  const Points& points_;
  WorkerPool& pool_;
  std::stop_token stop_;
  DoubleMatrix centroids_;
  std::vector<int> labels_;  // -1 before the first assignment.
  // slack_[i] > paths_[labels_[i]]: the label of the point still holds.
  std::vector<float> slack_;
  // By cluster: how far its centroid, and in each step the one of the others
  // that went furthest, have moved in all.
  std::vector<double> paths_;
  ClusterSums sums_;
  std::vector<Slot> slots_;
  double least_weight_ = 1;
  int iterations_ = 0;
  std::int64_t moved_ = 0;  // In the last assignment.
  bool assigned_ = false;   // Labels, slack and sums are those of centroids_.
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_LLOYD_H_
