#include "segmentation/clustering/lloyd.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace cible {
namespace {

constexpr int kMaxSlots = 64;
constexpr int kPointsPerSlot = 1024;  // Fewer make a slot cost more than they do.
constexpr int kChunk = 512;           // Points looked through before those in doubt are scored.
constexpr float kInfinity = std::numeric_limits<float>::infinity();

int SlotCount(int points) { return std::clamp(points / kPointsPerSlot, 1, kMaxSlots); }

float RoundUp(double x) {
  const auto rounded = static_cast<float>(x);
  return rounded >= x ? rounded : std::nextafter(rounded, kInfinity);
}

float RoundDown(double x) { return -RoundUp(-x); }

double LeastPositive(const std::vector<double>& weights) {
  double least = std::numeric_limits<double>::infinity();
  for (const double weight : weights) {
    if (weight > 0) least = std::min(least, weight);
  }
  return std::isfinite(least) ? least : 1;
}

}  // namespace

Lloyd::Lloyd(const Points& points, DoubleMatrix centroids, WorkerPool& pool, std::stop_token stop)
    : points_(points),
      pool_(pool),
      stop_(std::move(stop)),
      centroids_(std::move(centroids)),
      labels_(points.count, -1),
      slack_(points.count, -kInfinity),
      paths_(centroids_.rows()),
      sums_(points.layout, centroids_.rows()),
      slots_(SlotCount(points.count), Slot{.sums = sums_}),
      least_weight_(LeastPositive(points.weights)) {}

void Lloyd::Run(int max_iterations, double tolerance) {
  if (!assigned_) Assign();
  for (int i = 0; i < max_iterations && !stop_.stop_requested(); ++i) {
    ++iterations_;
    const double squared_moves = MoveCentroids();
    const bool filled = FillEmptyClusters();
    const std::int64_t moved = Assign();
    if (!filled && (moved == 0 || squared_moves <= tolerance)) return;
  }
}

double Lloyd::Objective() const {
  if (stop_.stop_requested()) return 0;  // Points may lack a label.
  const Scorer scorer(centroids_, points_);
  std::vector<double> parts(slots_.size());
  pool_.ForEach(static_cast<int>(slots_.size()), [&](int slot) {
    for (int i = SlotBegin(slot); i < SlotBegin(slot + 1); ++i) {
      if (points_.weight(i) == 0) continue;
      parts[slot] += points_.weight(i) * scorer.Distance(i, labels_[i]);
    }
  });
  double sum = 0;
  for (const double part : parts) sum += part;
  return sum;
}

std::int64_t Lloyd::Assign() {
  // Taking a point away and adding it elsewhere costs as much as adding two.
  const bool anew = !assigned_ || moved_ > points_.count / 2;
  const Scorer scorer(centroids_, points_);
  pool_.ForEach(static_cast<int>(slots_.size()), [&](int slot) { AssignSlot(slot, scorer, anew); });
  if (anew) sums_.Clear();
  moved_ = 0;
  for (const Slot& slot : slots_) {
    if (!slot.empty) Merge(sums_, slot.sums);
    moved_ += slot.moved;
  }
  assigned_ = true;
  return moved_;
}

void Lloyd::AssignSlot(int at, const Scorer& scorer, bool anew) {
  Slot& slot = slots_[at];
  if (!slot.empty) slot.sums.Clear();
  slot.moved = 0;
  slot.empty = !anew;
  std::vector<float> paths;
  for (const double path : paths_) paths.push_back(RoundUp(path));
  Scorer::Scratch scratch(scorer);
  int doubtful[kChunk + Scorer::kBatch];
  int count = 0;
  const int end = SlotBegin(at + 1);
  for (int begin = SlotBegin(at); begin < end; begin += kChunk) {
    if (stop_.stop_requested()) return;
    const int chunk_end = std::min(end, begin + kChunk);
    for (int i = begin; i < chunk_end; ++i) {
      doubtful[count] = i;
      const bool spared = assigned_ && slack_[i] > paths[labels_[i]];
      count += !spared;
      if (spared && anew) slot.sums.Add(points_, i, labels_[i]);
    }
    int done = 0;
    for (; done + Scorer::kBatch <= count; done += Scorer::kBatch) {
      Settle(scorer, doubtful + done, Scorer::kBatch, scratch, slot, anew);
    }
    std::copy(doubtful + done, doubtful + count, doubtful);
    count -= done;
  }
  if (count > 0) Settle(scorer, doubtful, count, scratch, slot, anew);
}

void Lloyd::Settle(const Scorer& scorer, const int* rows, int count, Scorer::Scratch& scratch,
                   Slot& slot, bool anew) {
  Scorer::Nearest nearest;
  scorer.FindNearest(rows, count, scratch, nearest);
  for (int r = 0; r < count; ++r) {
    const int i = rows[r], before = labels_[i], now = nearest.index[r];
    slack_[i] = RoundDown(nearest.slack[r] + paths_[now]);
    if (before != now) {
      labels_[i] = now;
      slot.moved += points_.weight(i) > 0;
      slot.empty = false;
      if (!anew) slot.sums.Add(points_, i, before, -1);
    }
    if (anew || before != now) slot.sums.Add(points_, i, now);
  }
}

double Lloyd::MoveCentroids() {
  DoubleMatrix means = Update(sums_, points_.layout, centroids_, least_weight_);
  const int k = means.rows();
  std::vector<double> moves(k);
  double all = 0;
  for (int j = 0; j < k; ++j) {
    double squared = 0;
    for (int f = 0; f < means.cols(); ++f) {
      const double move = means(j, f) - centroids_(j, f);
      squared += move * move;
    }
    moves[j] = std::sqrt(squared) * (1 + 0x1.0p-40);
    all += squared;
  }
  const auto furthest = std::max_element(moves.begin(), moves.end()) - moves.begin();
  double next = 0;
  for (int j = 0; j < k; ++j) {
    if (j != furthest) next = std::max(next, moves[j]);
  }
  for (int j = 0; j < k; ++j) paths_[j] += moves[j] + (j == furthest ? next : moves[furthest]);
  centroids_ = std::move(means);
  return all;
}

bool Lloyd::FillEmptyClusters() {
  std::vector<int> empty;
  for (int j = 0; j < centroids_.rows(); ++j) {
    if (sums_.member_counts[j] == 0) empty.push_back(j);
  }
  if (empty.empty() || stop_.stop_requested()) return false;
  const Scorer scorer(centroids_, points_);
  std::vector<double> losses(points_.count);
  pool_.ForEach(static_cast<int>(slots_.size()), [&](int slot) {
    for (int i = SlotBegin(slot); i < SlotBegin(slot + 1); ++i) {
      losses[i] = points_.weight(i) * scorer.Distance(i, labels_[i]);
    }
  });
  bool filled = false;
  for (const int j : empty) {
    int worst = -1;
    double most = 0;
    for (int i = 0; i < points_.count; ++i) {
      if (losses[i] > most && sums_.member_counts[labels_[i]] > 1) {
        most = losses[i];
        worst = i;
      }
    }
    if (worst < 0) break;  // Every point sits on its centroid.
    --sums_.member_counts[labels_[worst]];
    ++sums_.member_counts[j];
    labels_[worst] = j;
    losses[worst] = 0;
    ClusterSums one(points_.layout, 1);
    one.Add(points_, worst, 0);
    DoubleMatrix place(1, centroids_.cols());
    std::copy_n(centroids_.row(j).data(), centroids_.cols(), place.data());
    place = Update(one, points_.layout, place);
    std::copy_n(place.data(), centroids_.cols(), centroids_.row(j).data());
    filled = true;
  }
  // A centroid has jumped: bounds and sums start afresh.
  if (filled) assigned_ = false;
  return filled;
}

int Lloyd::SlotBegin(int slot) const {
  return static_cast<int>(static_cast<std::int64_t>(points_.count) * slot /
                          static_cast<std::int64_t>(slots_.size()));
}

}  // namespace cible
