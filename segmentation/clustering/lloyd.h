// Lloyd's iterations from given centroids, over points with holes.
//
//   S. P. Lloyd, "Least squares quantization in PCM", IEEE Trans. Inf. Theory
//   28(2), 1982.
//   G. Hamerly, "Making k-means even faster", SDM 2010: two bounds a point
//   spare most distances once the centroids move little. They hold for partial
//   distances too, since no partial distance changes by more than the centroid
//   moves.
//   J. Chi, E. Chi, R. Baraniuk, "k-POD: A Method for k-Means Clustering of
//   Missing Data", The American Statistician 70(1), 2016: the objective
//   J = sum_i w_i sum_{v known of i} |x_iv - c_{a(i) v}|^2.
//
// Sums are kept in double over a number of contiguous slots that depends on
// the point count alone, and are added up in the order of the slots: the same
// bits come out whatever the thread count.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_LLOYD_H_
#define CIBLE_SEGMENTATION_CLUSTERING_LLOYD_H_

#include <cstdint>
#include <stop_token>
#include <vector>

#include "segmentation/clustering/nearest.h"
#include "segmentation/clustering/points.h"
#include "segmentation/clustering/worker_pool.h"
#include "segmentation/data/matrix.h"

namespace cible {

class Lloyd {
 public:
  // `points` (not empty) and `pool` must outlive this. Coordinates of `centroids` are those
  // of the points.
  Lloyd(const Points& points, DoubleMatrix centroids, WorkerPool& pool, std::stop_token stop);

  // Iterates until no point changes its centroid, until the centroids move by
  // at most `tolerance` (squared Frobenius norm), or `max_iterations` times.
  // May be called again to go on. Returns early, with no meaning, when stopped.
  void Run(int max_iterations, double tolerance);

  // J of the centroids, each point with its nearest; 0 when stopped.
  // O(n features).
  double Objective() const;

  // Weight of each cluster.
  std::vector<double> Sizes() const;

  const DoubleMatrix& centroids() const { return centroids_; }
  const std::vector<int>& member_counts() const { return member_counts_; }  // Points, not weight.
  int iterations() const { return iterations_; }

 private:
  // What one slot of points adds to the clusters.
  struct Sums {
    DoubleMatrix features;           // k x features: sum of w x.
    DoubleMatrix weights;            // k x attributes: sum of w where known.
    std::vector<int> member_counts;  // k.
    int moved = 0;                   // Points with a new centroid.
    void Clear();
  };
  struct Moves;  // How far the centroids went in one update.

  SampleRef Ref(int i) const;
  void Add(Sums& sums, int cluster, int point, double weight, int count) const;

  // Gives every point its nearest centroid; returns how many changed.
  int Assign(const Moves& moves);
  void AssignSlot(int slot, const Scorer& scorer, const Moves& moves, bool anew);
  void Settle(const Scorer& scorer, const int* rows, int count, float* scores, Sums& sums,
              bool anew);
  // Moves the centroids to the means of their points.
  Moves Update();
  // Gives each empty cluster the point that is worst off; true if any did.
  bool FillEmptyClusters();
  std::vector<double> DistancesToOwn() const;

  int SlotBegin(int slot) const;

  const Points& points_;
  WorkerPool& pool_;
  std::stop_token stop_;
  DoubleMatrix centroids_;
  std::vector<int> labels_;   // -1 before the first assignment.
  std::vector<float> upper_;  // Bound on the distance to the own centroid.
  std::vector<float> lower_;  // Bound on the distance to any other.
  DoubleMatrix feature_sums_;
  DoubleMatrix weight_sums_;
  std::vector<int> member_counts_;
  double least_weight_;
  std::vector<Sums> slots_;
  int iterations_ = 0;
  bool bounds_valid_ = false;
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_LLOYD_H_
