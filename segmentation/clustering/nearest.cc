#include "segmentation/clustering/nearest.h"

#include <Eigen/Core>
#include <algorithm>
#include <array>

namespace cible {
namespace {

// Scores of as many centroids as fit the registers of most machines.
using Lanes = Eigen::Array<float, Scorer::kBatch, 1>;

}  // namespace

Scorer::Scorer(const DoubleMatrix& centroids, absl::Span<const FeatureRange> attributes)
    : features_(centroids.cols()),
      centroids_(centroids.rows()),
      attributes_(static_cast<int>(attributes.size())),
      stride_((centroids.rows() + kBatch - 1) / kBatch * kBatch),
      table_(static_cast<std::size_t>(stride_) * features_),
      norms_(stride_),
      attribute_norms_(static_cast<std::size_t>(stride_) * attributes_) {
  for (int j = 0; j < centroids_; ++j) {
    float* panel = table_.data() + static_cast<std::size_t>(j / kBatch) * features_ * kBatch;
    double norm = 0;
    for (int v = 0; v < attributes_; ++v) {
      const FeatureRange range = attributes[v];
      double attribute_norm = 0;
      for (int f = range.begin; f < range.begin + range.count; ++f) {
        panel[f * kBatch + j % kBatch] = static_cast<float>(centroids(j, f));
        attribute_norm += centroids(j, f) * centroids(j, f);
      }
      attribute_norms_[static_cast<std::size_t>(v) * stride_ + j] =
          static_cast<float>(attribute_norm);
      norm += attribute_norm;
    }
    norms_[j] = static_cast<float>(norm);
    largest_norm_ = std::max(largest_norm_, norms_[j]);
  }
  // n eps / 2 bounds a sum of n rounded terms (Higham, "Accuracy and Stability
  // of Numerical Algorithms", 3.1); taking off unknown attributes adds terms.
  error_factor_ = static_cast<float>(features_ + 2 * attributes_ + 8) * 0x1.0p-24f;
}

void Scorer::Score(const SampleRef* samples, int count, float* scores) const {
  std::array<const float*, kBatch> rows;
  for (int r = 0; r < kBatch; ++r) rows[r] = samples[std::min(r, count - 1)].features;
  for (int begin = 0; begin < stride_; begin += kBatch) {
    const float* panel = table_.data() + static_cast<std::size_t>(begin) * features_;
    // One variable a sample, so that all of them stay in registers.
    Lanes s0 = Lanes::Zero(), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
    for (int f = 0; f < features_; ++f) {
      const Lanes c = Lanes::Map(panel + f * kBatch);
      s0 += rows[0][f] * c;
      s1 += rows[1][f] * c;
      s2 += rows[2][f] * c;
      s3 += rows[3][f] * c;
      s4 += rows[4][f] * c;
      s5 += rows[5][f] * c;
      s6 += rows[6][f] * c;
      s7 += rows[7][f] * c;
    }
    const Lanes norm = Lanes::Map(norms_.data() + begin);
    const Lanes* sums[kBatch] = {&s0, &s1, &s2, &s3, &s4, &s5, &s6, &s7};
    for (int r = 0; r < kBatch; ++r) {
      Lanes::Map(scores + r * stride_ + begin) = norm - 2.0f * *sums[r];
    }
  }
  for (int r = 0; r < count; ++r) {
    if (samples[r].known == nullptr) continue;
    for (int v = 0; v < attributes_; ++v) {
      if (samples[r].known[v]) continue;
      const float* norms = attribute_norms_.data() + static_cast<std::size_t>(v) * stride_;
      for (int j = 0; j < stride_; ++j) scores[r * stride_ + j] -= norms[j];
    }
  }
}

double PartialDistance(SampleRef sample, absl::Span<const double> centroid,
                       absl::Span<const FeatureRange> attributes) {
  double distance = 0;
  for (std::size_t v = 0; v < attributes.size(); ++v) {
    if (sample.known != nullptr && !sample.known[v]) continue;
    const FeatureRange range = attributes[v];
    for (int f = range.begin; f < range.begin + range.count; ++f) {
      const double difference = sample.features[f] - centroid[f];
      distance += difference * difference;
    }
  }
  return distance;
}

}  // namespace cible
