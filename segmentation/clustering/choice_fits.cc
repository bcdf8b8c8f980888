#include "segmentation/clustering/choice_fits.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "segmentation/clustering/distinct_rows.h"
#include "segmentation/clustering/random.h"
#include "segmentation/clustering/recommendation.h"
#include "segmentation/clustering/stability.h"

namespace cible {
namespace {

// What keys the draws.
enum Draws : int { kSampling = 1, kBootstrap, kFullFit, kPairFit, kNull, kCloud };

// Null tables looked at together: whatever the thread count, since what is seen
// of them decides whether more are.
constexpr int kTablesAtOnce = 5;
// So many null tables that reach the stability settle it.
constexpr int kEnough = 2;

// Shares of the progress.
constexpr double kFitsShare = 0.8;
// Of what is left: how many k are compared with null tables is not known before.
constexpr double kNullShare = 0.5;

// Rows of at most `limit` usable samples: those of the smallest keys, which are
// drawn from the content of a row and its occurrence, so that the order of the
// rows decides nothing.
std::vector<int> DrawRows(const Samples& samples, int limit, std::uint64_t seed) {
  std::vector<int> rows;
  for (int i = 0; i < samples.count(); ++i) {
    if (samples.weights[i] > 0 && AnythingKnown(samples.row(i))) rows.push_back(i);
  }
  if (std::ssize(rows) <= limit) return rows;
  std::unordered_map<std::uint64_t, std::uint64_t> occurrences;
  std::vector<std::pair<std::uint64_t, int>> keyed;
  for (const int row : rows) {
    const std::uint64_t hash = HashRow(samples.row(row));
    keyed.emplace_back(Key(seed, kSampling, hash, occurrences[hash]++), row);
  }
  std::nth_element(keyed.begin(), keyed.begin() + limit, keyed.end());
  keyed.resize(static_cast<std::size_t>(limit));
  std::sort(keyed.begin(), keyed.end());
  rows.clear();
  for (const auto& [key, row] : keyed) rows.push_back(row);
  return rows;
}

// A draw of very few contacts may hold fewer than k of them.
int ClustersFor(int k, const std::vector<double>& draws) {
  const auto drawn =
      std::count_if(draws.begin(), draws.end(), [](double count) { return count > 0; });
  return std::min<int>(k, static_cast<int>(drawn));
}

}  // namespace

ChoiceFits::ChoiceFits(const Engine& engine, const Encoder& encoder, const Samples& samples,
                       int most, const ChoiceOptions& options, const ProgressFn& progress,
                       std::stop_token stop)
    : engine_(engine),
      resampling_engine_(options.resampling_engine ? *options.resampling_engine : engine),
      encoder_(encoder),
      samples_(samples),
      options_(options),
      progress_(progress),
      stop_(std::move(stop)),
      least_(options.min_clusters),
      count_(most - options.min_clusters + 1),
      rows_(DrawRows(samples, options.max_rows, options.seed)),
      few_(SelectSamples(samples, rows_)),
      full_(count_, absl::CancelledError("training was cancelled")),
      seconds_(count_),
      labels_(count_, std::vector<std::vector<int>>(2 * options.pair_count)),
      cloud_(encoder),
      cloud_engine_(resampling_engine_.For(cloud_.encoder())) {}

absl::Status ChoiceFits::Run(WorkerPool& pool) {
  const int sides = 2 * options_.pair_count;
  for (int side = 0; side < sides; ++side) {
    draws_.push_back(
        BootstrapCounts(few_.weights, options_.max_rows, Key(options_.seed, kBootstrap, side)));
  }
  // Fits on all samples spread over the pool themselves, one after the other;
  // those of the pairs are small and each is a task. The longest come first.
  for (int index = count_ - 1; index >= 0 && !Failed(); --index) FitAll(index);
  pool.ForEach(count_ * sides, [&](int task) {
    if (!Failed()) FitPair(count_ - 1 - task / sides, task % sides);
  });
  return Status();
}

std::vector<int> ChoiceFits::FullLabels(int index) const {
  std::vector<int> labels;
  for (const int row : rows_) labels.push_back(full_[index]->labels[row]);
  return labels;
}

absl::StatusOr<std::vector<NullFit>> ChoiceFits::FitNullTables(int k, double stability,
                                                               WorkerPool& pool) {
  if (!null_model_) null_model_.emplace(few_, encoder_);
  const auto draw = [&](int count, std::uint64_t key) { return null_model_->Draw(count, key); };
  return FitTables({draw, resampling_engine_, encoder_, kNull, "table without segments"}, k,
                   stability, pool);
}

absl::StatusOr<std::vector<NullFit>> ChoiceFits::FitRoundClouds(int k, WorkerPool& pool) {
  const auto draw = [&](int count, std::uint64_t key) { return cloud_.Draw(count, key); };
  return FitTables({draw, *cloud_engine_, cloud_.encoder(), kCloud, "round cloud"}, k, kPerfect,
                   pool);
}

absl::StatusOr<std::vector<NullFit>> ChoiceFits::FitTables(const Source& source, int k,
                                                           double stability, WorkerPool& pool) {
  std::vector<NullFit> fits;
  const auto is_settled = [&] {
    return stability < kPerfect && std::count_if(fits.begin(), fits.end(), [&](const NullFit& fit) {
                                     return fit.stability >= stability;
                                   }) >= kEnough;
  };
  while (std::ssize(fits) < options_.null_count && !is_settled()) {
    const int first = static_cast<int>(fits.size());
    const int tables = std::min(kTablesAtOnce, options_.null_count - first);
    fits.resize(first + tables);
    std::vector<std::vector<int>> labels(2 * tables);
    pool.ForEach(2 * tables, [&](int task) {
      const int table = first + task / 2;
      if (!Failed()) FitTable(source, k, table, task % 2, labels[task], fits[table]);
    });
    if (absl::Status status = Status(); !status.ok()) return status;
    for (int table = 0; table < tables; ++table) {
      fits[first + table].stability = AdjustedRandIndex(labels[2 * table], labels[2 * table + 1]);
    }
  }
  return fits;
}

bool ChoiceFits::Failed() {
  std::lock_guard lock(mutex_);
  return !status_.ok() || stop_.stop_requested();
}

absl::Status ChoiceFits::Status() {
  if (stop_.stop_requested()) return absl::CancelledError("training was cancelled");
  std::lock_guard lock(mutex_);
  return status_;
}

void ChoiceFits::FitAll(int index) {
  const int k = least_ + index;
  const double start = options_.clock ? options_.clock() : 0;
  full_[index] = engine_.Fit(samples_, samples_.weights, k, Key(options_.seed, kFullFit, k), stop_);
  if (options_.clock) seconds_[index] = options_.clock() - start;
  Done(full_[index].status(), kFullFit, absl::StrCat("k = ", k, ": all contacts"));
}

void ChoiceFits::FitPair(int index, int side) {
  const int k = least_ + index;
  auto fit = resampling_engine_.Fit(few_, draws_[side], ClustersFor(k, draws_[side]),
                                    Key(options_.seed, kPairFit, k, side), stop_);
  if (fit.ok()) labels_[index][side] = std::move(fit->labels);
  Done(fit.status(), kPairFit,
       absl::StrCat("k = ", k, ": stability, pair ", side / 2 + 1, " of ", options_.pair_count));
}

void ChoiceFits::FitTable(const Source& source, int k, int table, int side,
                          std::vector<int>& labels, NullFit& fit) {
  const double weight = std::accumulate(few_.weights.begin(), few_.weights.end(), 0.0);
  const int rows = static_cast<int>(std::clamp<double>(std::round(weight), 2, options_.max_rows));
  const Samples drawn = source.draw(rows, Key(options_.seed, source.draws, table));
  const auto draws = BootstrapCounts(drawn.weights, options_.max_rows,
                                     Key(options_.seed, source.draws, kBootstrap, table, side));
  auto fitted =
      source.engine.Fit(drawn, draws, ClustersFor(k, draws),
                        Key(options_.seed, source.draws, kPairFit, k, table, side), stop_);
  Done(fitted.status(), source.draws,
       absl::StrCat("k = ", k, ": a ", source.name, ", ", table + 1, " of ", options_.null_count));
  if (!fitted.ok()) return;
  labels = std::move(fitted->labels);
  if (side == 0)
    fit.silhouette = MeasureQuality(GeometryOf(drawn, source.encoder), labels, k).silhouette;
}

void ChoiceFits::Done(const absl::Status& status, int draws, const std::string& step) {
  std::lock_guard lock(mutex_);
  if (status_.ok()) status_ = status;
  done_ += draws >= kNull ? (1 - done_) * kNullShare / (2 * options_.null_count)
                          : kFitsShare / (count_ * (1 + 2 * options_.pair_count));
  if (status_.ok() && progress_) progress_(done_, step);
}

}  // namespace cible
