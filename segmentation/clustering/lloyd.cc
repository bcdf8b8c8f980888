#include "segmentation/clustering/lloyd.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace cible {
namespace {

constexpr int kMaxSlots = 64;
constexpr int kPointsPerSlot = 1024;  // Fewer make a slot cost more than they do.
// Sums are corrected for the points that moved, and made anew so often, so
// that rounding does not pile up.
constexpr int kIterationsBetweenFullSums = 10;
// Bounds are kept in float32 and rounded to the safe side.
constexpr float kWiden = 1 + 0x1.0p-21f;
constexpr float kNarrow = 1 - 0x1.0p-21f;

int SlotCount(int points) { return std::clamp(points / kPointsPerSlot, 1, kMaxSlots); }

}  // namespace

struct Lloyd::Moves {
  std::vector<float> distance;  // By centroid, rounded up.
  float largest = 0;
  float second = 0;
  int furthest = -1;
  double squared = 0;  // Squared Frobenius norm of all moves.

  // The most that any centroid other than this one moved.
  float LargestOther(int centroid) const { return centroid == furthest ? second : largest; }
};

void Lloyd::Sums::Clear() {
  std::fill_n(features.data(), static_cast<std::size_t>(features.rows()) * features.cols(), 0);
  std::fill_n(weights.data(), static_cast<std::size_t>(weights.rows()) * weights.cols(), 0);
  std::fill(member_counts.begin(), member_counts.end(), 0);
  moved = 0;
}

Lloyd::Lloyd(const Points& points, DoubleMatrix centroids, WorkerPool& pool, std::stop_token stop)
    : points_(points),
      pool_(pool),
      stop_(std::move(stop)),
      centroids_(std::move(centroids)),
      labels_(points.count(), -1),
      upper_(points.count()),
      lower_(points.count()),
      feature_sums_(centroids_.rows(), centroids_.cols()),
      weight_sums_(centroids_.rows(), points.known.cols()),
      member_counts_(centroids_.rows()),
      least_weight_(*std::min_element(points.weights.begin(), points.weights.end())),
      slots_(SlotCount(points.count()), Sums{.features = feature_sums_,
                                             .weights = weight_sums_,
                                             .member_counts = member_counts_}) {}

void Lloyd::Run(int max_iterations, double tolerance) {
  if (!bounds_valid_) Assign(Moves());
  for (int i = 0; i < max_iterations && !stop_.stop_requested(); ++i) {
    ++iterations_;
    const Moves moves = Update();
    const bool filled = FillEmptyClusters();
    const int moved = Assign(moves);
    if (!filled && (moved == 0 || moves.squared <= tolerance)) return;
  }
}

double Lloyd::Objective() const {
  const std::vector<double> distances = DistancesToOwn();
  double sum = 0;
  for (int i = 0; i < points_.count(); ++i) sum += points_.weights[i] * distances[i];
  return sum;
}

std::vector<double> Lloyd::Sizes() const {
  std::vector<double> sizes(centroids_.rows());
  for (int i = 0; i < points_.count(); ++i) sizes[labels_[i]] += points_.weights[i];
  return sizes;
}

SampleRef Lloyd::Ref(int i) const {
  return {.features = points_.features.row(i).data(),
          .known = i < points_.complete_count ? nullptr : points_.known.row(i).data()};
}

void Lloyd::Add(Sums& sums, int cluster, int point, double weight, int count) const {
  const auto features = points_.features.row(point);
  double* total = sums.features.row(cluster).data();
  for (std::size_t f = 0; f < features.size(); ++f) total[f] += weight * features[f];
  const auto known = points_.known.row(point);
  double* weights = sums.weights.row(cluster).data();
  for (std::size_t v = 0; v < known.size(); ++v) weights[v] += weight * known[v];
  sums.member_counts[cluster] += count;
}

int Lloyd::Assign(const Moves& moves) {
  const bool anew = !bounds_valid_ || iterations_ % kIterationsBetweenFullSums == 0;
  const Scorer scorer(centroids_, points_.attributes);
  pool_.ForEach(static_cast<int>(slots_.size()),
                [&](int slot) { AssignSlot(slot, scorer, moves, anew); });
  Sums total{.features = DoubleMatrix(feature_sums_.rows(), feature_sums_.cols()),
             .weights = DoubleMatrix(weight_sums_.rows(), weight_sums_.cols()),
             .member_counts = std::vector<int>(member_counts_.size())};
  if (!anew) {
    total.features = std::move(feature_sums_);
    total.weights = std::move(weight_sums_);
    total.member_counts = std::move(member_counts_);
  }
  const auto add = [](DoubleMatrix& into, const DoubleMatrix& from) {
    const std::size_t size = static_cast<std::size_t>(into.rows()) * into.cols();
    for (std::size_t i = 0; i < size; ++i) into.data()[i] += from.data()[i];
  };
  for (const Sums& slot : slots_) {
    add(total.features, slot.features);
    add(total.weights, slot.weights);
    for (std::size_t j = 0; j < total.member_counts.size(); ++j) {
      total.member_counts[j] += slot.member_counts[j];
    }
    total.moved += slot.moved;
  }
  feature_sums_ = std::move(total.features);
  weight_sums_ = std::move(total.weights);
  member_counts_ = std::move(total.member_counts);
  bounds_valid_ = true;
  return total.moved;
}

void Lloyd::AssignSlot(int slot, const Scorer& scorer, const Moves& moves, bool anew) {
  Sums& sums = slots_[slot];
  sums.Clear();
  if (stop_.stop_requested()) return;
  std::vector<float> scores(static_cast<std::size_t>(Scorer::kBatch) * scorer.stride());
  int rows[Scorer::kBatch];
  int pending = 0;
  const int end = SlotBegin(slot + 1);
  for (int i = SlotBegin(slot); i < end; ++i) {
    if (bounds_valid_) {
      upper_[i] = (upper_[i] + moves.distance[labels_[i]]) * kWiden;
      lower_[i] = (lower_[i] - moves.LargestOther(labels_[i])) * kNarrow;
      if (upper_[i] < lower_[i]) {
        if (anew) Add(sums, labels_[i], i, points_.weights[i], 1);
        continue;
      }
    }
    rows[pending++] = i;
    if (pending < Scorer::kBatch) continue;
    Settle(scorer, rows, pending, scores.data(), sums, anew);
    pending = 0;
  }
  if (pending > 0) Settle(scorer, rows, pending, scores.data(), sums, anew);
}

void Lloyd::Settle(const Scorer& scorer, const int* rows, int count, float* scores, Sums& sums,
                   bool anew) {
  SampleRef batch[Scorer::kBatch];
  for (int r = 0; r < count; ++r) batch[r] = Ref(rows[r]);
  scorer.Score(batch, count, scores);
  for (int r = 0; r < count; ++r) {
    const int i = rows[r];
    const float norm = points_.squared_norms[i];
    const float error = scorer.ErrorBound(norm);
    const Nearest nearest = PickNearest(
        scores + r * scorer.stride(), centroids_.rows(), error,
        [&](int j) { return PartialDistance(batch[r], centroids_.row(j), points_.attributes); });
    // When double precision decided, the scores are within 2 errors of each
    // other: one more error on either side keeps both bounds true.
    upper_[i] = std::sqrt(std::max(0.0f, norm + nearest.score + 4 * error)) * kWiden;
    lower_[i] = std::sqrt(std::max(0.0f, norm + nearest.second - 4 * error)) * kNarrow;
    const int before = labels_[i];
    if (before != nearest.index) {
      ++sums.moved;
      labels_[i] = nearest.index;
    }
    if (anew) {
      Add(sums, nearest.index, i, points_.weights[i], 1);
    } else if (before != nearest.index) {
      Add(sums, before, i, -points_.weights[i], -1);
      Add(sums, nearest.index, i, points_.weights[i], 1);
    }
  }
}

Lloyd::Moves Lloyd::Update() {
  Moves moves;
  for (int j = 0; j < centroids_.rows(); ++j) {
    double squared = 0;
    // An attribute nobody here knows keeps its place, as does an empty cluster.
    for (std::size_t v = 0; member_counts_[j] > 0 && v < points_.attributes.size(); ++v) {
      const double weight = weight_sums_(j, static_cast<int>(v));
      if (weight < least_weight_ / 2) continue;  // Zero, but for rounding.
      const FeatureRange range = points_.attributes[v];
      for (int f = range.begin; f < range.begin + range.count; ++f) {
        const double mean = feature_sums_(j, f) / weight;
        squared += (mean - centroids_(j, f)) * (mean - centroids_(j, f));
        centroids_(j, f) = mean;
      }
    }
    const float distance = static_cast<float>(std::sqrt(squared)) * kWiden;
    moves.distance.push_back(distance);
    moves.squared += squared;
    if (moves.furthest < 0 || distance > moves.largest) {
      moves.second = moves.largest;
      moves.largest = distance;
      moves.furthest = j;
    } else {
      moves.second = std::max(moves.second, distance);
    }
  }
  return moves;
}

bool Lloyd::FillEmptyClusters() {
  std::vector<int> empty;
  for (int j = 0; j < centroids_.rows(); ++j) {
    if (member_counts_[j] == 0) empty.push_back(j);
  }
  if (empty.empty()) return false;
  std::vector<double> distances = DistancesToOwn();
  bool filled = false;
  for (const int j : empty) {
    int worst = -1;
    double most = 0;
    for (int i = 0; i < points_.count(); ++i) {
      const double loss = points_.weights[i] * distances[i];
      if (loss > most && member_counts_[labels_[i]] > 1) {
        most = loss;
        worst = i;
      }
    }
    if (worst < 0) break;  // Every point sits on its centroid.
    --member_counts_[labels_[worst]];
    ++member_counts_[j];
    labels_[worst] = j;
    distances[worst] = 0;
    const auto known = points_.known.row(worst);
    for (std::size_t v = 0; v < known.size(); ++v) {
      const FeatureRange range = points_.attributes[v];
      for (int f = range.begin; known[v] && f < range.begin + range.count; ++f) {
        centroids_(j, f) = points_.features(worst, f);
      }
    }
    filled = true;
  }
  // A centroid has jumped: bounds and sums start afresh.
  if (filled) bounds_valid_ = false;
  return filled;
}

std::vector<double> Lloyd::DistancesToOwn() const {
  std::vector<double> distances(points_.count());
  if (stop_.stop_requested()) return distances;  // Points may lack a label.
  pool_.ForEach(static_cast<int>(slots_.size()), [&](int slot) {
    for (int i = SlotBegin(slot); i < SlotBegin(slot + 1); ++i) {
      distances[i] = PartialDistance(Ref(i), centroids_.row(labels_[i]), points_.attributes);
    }
  });
  return distances;
}

int Lloyd::SlotBegin(int slot) const {
  return static_cast<int>(static_cast<std::int64_t>(points_.count()) * slot /
                          static_cast<std::int64_t>(slots_.size()));
}

}  // namespace cible
