// The nearest centroid, exactly: scores in float32 with a proven bound on
// their error, and double precision for whatever is too close to call.
//
// The score of sample x and centroid c is |c|^2 - 2 x.c over the attributes
// known of x: the squared distance less |x|^2, which no choice depends on.
// The unknown attributes of x are zero in its features, so that only their
// share of |c|^2 has to be taken off.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_NEAREST_H_
#define CIBLE_SEGMENTATION_CLUSTERING_NEAREST_H_

#include <cstdint>
#include <limits>
#include <vector>

#include "absl/types/span.h"
#include "segmentation/clustering/points.h"
#include "segmentation/data/matrix.h"

namespace cible {

// One sample: its features, and which attributes are known; a null `known`
// means all of them.
struct SampleRef {
  const float* features = nullptr;
  const std::uint8_t* known = nullptr;
};

// The centroids laid out for scoring eight samples and eight centroids at a
// time. With k of 2 to 50 a general matrix product spends more on packing its
// operands than on multiplying them.
class Scorer {
 public:
  static constexpr int kBatch = 8;

  Scorer(const DoubleMatrix& centroids, absl::Span<const FeatureRange> attributes);

  // scores[r * stride() + j] for the first `count` <= kBatch samples and every
  // centroid j. REQUIRES: scores holds kBatch * stride() floats.
  void Score(const SampleRef* samples, int count, float* scores) const;

  // The most by which a score may differ from the exact one, given |x|^2: the
  // rounding of a dot product of so many terms, of the centroid and of |c|^2.
  float ErrorBound(float squared_norm) const {
    return error_factor_ * (squared_norm + largest_norm_);
  }

  int stride() const { return stride_; }

 private:
  int features_;
  int centroids_;
  int attributes_;
  int stride_;                          // Centroids, rounded up to a multiple of kBatch.
  std::vector<float> table_;            // Panels of kBatch centroids: features x kBatch.
  std::vector<float> norms_;            // |c|^2.
  std::vector<float> attribute_norms_;  // attributes x stride: |c_v|^2.
  float largest_norm_ = 0;
  float error_factor_ = 0;
};

// Squared distance over the known attributes, by direct difference in double.
double PartialDistance(SampleRef sample, absl::Span<const double> centroid,
                       absl::Span<const FeatureRange> attributes);

struct Nearest {
  int index = 0;
  float score = 0;   // Of the nearest.
  float second = 0;  // Of the next one; infinite when there is none.
};

// The nearest of k centroids. `exact(j)` is asked for those whose score does
// not decide; ties go to the lower index.
template <typename Exact>
Nearest PickNearest(const float* scores, int k, float error, Exact exact) {
  Nearest nearest{.score = scores[0], .second = std::numeric_limits<float>::infinity()};
  for (int j = 1; j < k; ++j) {
    if (scores[j] < nearest.score) {
      nearest = {.index = j, .score = scores[j], .second = nearest.score};
    } else if (scores[j] < nearest.second) {
      nearest.second = scores[j];
    }
  }
  if (nearest.second - nearest.score > 2 * error) return nearest;
  const float reach = nearest.score + 2 * error;
  double least = std::numeric_limits<double>::infinity();
  for (int j = 0; j < k; ++j) {
    if (scores[j] > reach) continue;
    const double distance = exact(j);
    if (distance < least) {
      least = distance;
      nearest.index = j;
    }
  }
  return nearest;
}

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_NEAREST_H_
