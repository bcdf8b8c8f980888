#include "segmentation/clustering/mixture.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "segmentation/clustering/distinct_rows.h"
#include "segmentation/clustering/memory_limit.h"
#include "segmentation/clustering/random.h"

namespace cible {
namespace {

// How starts are sifted in tables of more distinct rows than a sample of them.
struct Sifting {
  int rows = 2048;         // Of the sample that starts see.
  int passes = 10;         // Of every start on the sample, before the best go on.
  int finalists = 3;       // Starts that go on, on all rows, ...
  int passes_on_all = 15;  // ... for so many passes, before the best of them goes on.
};
constexpr int kManyRows = 16'384;  // Above it a thorough sifting costs little of the whole.
constexpr Sifting kThorough{.rows = 4096, .passes = 30, .finalists = 5, .passes_on_all = 20};
Sifting SiftingOf(int rows) { return rows > kManyRows ? kThorough : Sifting(); }
constexpr double kSiftingTolerance = 1e-6;

constexpr int kSmallTable = 512;        // On so few rows all starts go on.
constexpr double kCollapseShare = 0.5;  // Many rows are collapsed if so few are distinct.
constexpr int kMaxSlots = 64;
constexpr int kRowsPerSlot = 1024;
constexpr int kRowsPerSlice = 16'384;  // That labels are found of at once.
constexpr double kLeastContacts = 3;   // In a component ...
constexpr double kLeastShare = 0.005;  // ... or this share, if that is more.
constexpr int kStillSteps = 2;         // Without a gain, in a row, before a run has converged.
constexpr double kLongestStep = 64;    // Of SQUAREM.

absl::Status CheckFit(const Samples& samples, absl::Span<const double> weights,
                      const Encoder& encoder, const MixtureOptions& options) {
  if (options.component_count < 1 || options.component_count > 64) {
    return absl::InvalidArgumentError(
        absl::StrCat("component_count must be from 1 to 64; got ", options.component_count));
  }
  if (options.start_count < 1 || options.max_iterations < 1 || !(options.tolerance >= 0) ||
      !(options.prior >= 0) || !std::isfinite(options.prior)) {
    return absl::InvalidArgumentError(
        "a mixture needs start_count >= 1, max_iterations >= 1, tolerance >= 0 and prior >= 0");
  }
  if (encoder.encoding() != Encoding::kMixture) {
    return absl::InvalidArgumentError("a mixture is fitted to samples encoded for it");
  }
  if (samples.codes.cols() != encoder.code_count() ||
      samples.numbers.cols() != encoder.number_count()) {
    return absl::InvalidArgumentError("the samples are not of this encoder");
  }
  if (std::ssize(weights) != samples.count()) {
    return absl::InvalidArgumentError(
        absl::StrCat("there are ", samples.count(), " samples but ", weights.size(), " weights"));
  }
  int usable = 0;
  for (int i = 0; i < samples.count(); ++i) {
    if (!std::isfinite(weights[i]) || weights[i] < 0) {
      return absl::InvalidArgumentError("a weight is negative or not finite");
    }
    const auto numbers = samples.numbers.row(i);
    if (!std::all_of(numbers.begin(), numbers.end(), [](float x) { return std::isfinite(x); })) {
      return absl::InvalidArgumentError("a number is NaN or infinite; every number must be finite");
    }
    usable += weights[i] > 0 && AnythingKnown(samples.row(i));
  }
  if (usable < options.component_count) {
    return absl::InvalidArgumentError(
        absl::StrCat(options.component_count, " clusters need at least ", options.component_count,
                     " samples; got ", usable));
  }
  return absl::OkStatus();
}

// The parameters that an accelerated step moves, as one vector: weights, level
// probabilities, rates and variances by their logarithm, means as they are.
// Places and correlations stay those of the last EM step.
class ParameterVector {
 public:
  ParameterVector(const Encoder& encoder, double prior) : rows_(LevelRows(encoder)) {
    for (const AttributeEncoding& attribute : encoder.attributes()) {
      if (attribute.number_count != 1) continue;
      numbers_.push_back(attribute.number);
      is_count_.push_back(attribute.scale == NumberScale::kCount);
      floors_.push_back(VarianceFloor(attribute, prior));
    }
  }

  std::vector<double> Flatten(const MixtureComponents& components) const {
    std::vector<double> vector;
    for (const double weight : components.weights) vector.push_back(std::log(weight));
    const std::size_t levels =
        static_cast<std::size_t>(components.log_levels.rows()) * components.log_levels.cols();
    vector.insert(vector.end(), components.log_levels.data(),
                  components.log_levels.data() + levels);
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
      for (std::size_t k = 0; k < components.weights.size(); ++k) {
        const double mean = components.means(numbers_[i], static_cast<int>(k));
        vector.push_back(is_count_[i] ? std::log(mean) : mean);
        if (!is_count_[i]) {
          vector.push_back(std::log(components.spreads(numbers_[i], static_cast<int>(k))));
        }
      }
    }
    return vector;
  }

  MixtureComponents Restore(const std::vector<double>& vector, MixtureComponents components) const {
    const int count = static_cast<int>(components.weights.size());
    auto at = vector.begin();
    std::copy_n(at, count, components.weights.begin());
    Normalise(components.weights);
    at += count;
    const std::ptrdiff_t levels =
        static_cast<std::ptrdiff_t>(components.log_levels.rows()) * components.log_levels.cols();
    std::copy_n(at, levels, components.log_levels.data());
    at += levels;
    std::vector<double> logs;
    for (std::size_t c = 0; c + 1 < rows_.size(); ++c) {
      for (int k = 0; k < count; ++k) {
        logs.clear();
        for (int r = rows_[c] + 1; r < rows_[c + 1]; ++r) {
          logs.push_back(components.log_levels(r, k));
        }
        Normalise(logs);
        for (int r = rows_[c] + 1; r < rows_[c + 1]; ++r) {
          components.log_levels(r, k) = std::log(logs[r - rows_[c] - 1]);
        }
      }
    }
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
      for (int k = 0; k < count; ++k) {
        components.means(numbers_[i], k) = is_count_[i] ? std::exp(*at) : *at;
        ++at;
        if (!is_count_[i]) {
          components.spreads(numbers_[i], k) = std::max(std::exp(*at++), floors_[i]);
        }
      }
    }
    return components;
  }

 private:
  // Logarithms become probabilities that sum to 1, none of them 0.
  static void Normalise(std::vector<double>& logs) {
    const double largest = *std::max_element(logs.begin(), logs.end());
    double sum = 0;
    for (double& value : logs) sum += value = std::exp(std::max(value - largest, -690.));
    for (double& value : logs) value = std::max(value / sum, 1e-300);
  }

  std::vector<int> rows_;
  std::vector<int> numbers_;
  std::vector<bool> is_count_;
  std::vector<double> floors_;
};

bool AllFinite(const MixtureComponents& components) {
  const auto finite = [](const DoubleMatrix& matrix) {
    const std::size_t size = static_cast<std::size_t>(matrix.rows()) * matrix.cols();
    return std::all_of(matrix.data(), matrix.data() + size,
                       [](double x) { return std::isfinite(x); });
  };
  return finite(components.log_levels) && finite(components.means) && finite(components.spreads);
}

// These rows of the samples, with these weights.
Samples SamplesAt(const Samples& samples, DistinctRows distinct) {
  Samples taken = SelectSamples(samples, distinct.rows);
  taken.weights = std::move(distinct.weights);
  return taken;
}

Samples FirstSamples(const Samples& samples, int count) {
  std::vector<int> rows(count);
  std::iota(rows.begin(), rows.end(), 0);
  return SelectSamples(samples, rows);
}

// EM on one set of rows from one start.
class Run {
 public:
  Run(const MixtureEm& em, const Encoder& encoder, double prior, int rows, WorkerPool& pool,
      const std::stop_token& stop)
      : em_(em),
        vector_(encoder, prior),
        rows_(rows),
        slots_(std::clamp(rows / kRowsPerSlot, 1, kMaxSlots)),
        pool_(pool),
        stop_(stop) {}

  void StartFrom(MixtureComponents components, const std::vector<int>* labels = nullptr) {
    components_ = std::move(components);
    Pass(components_, labels);
    // A pass that was stopped leaves no sums.
    if (labels != nullptr && !stop_.stop_requested()) {
      components_ = em_.Update(components_, sums_);
      Pass(components_);
    }
  }

  // Plain EM.
  void Step(int passes) {
    for (int i = 0; i < passes && !stop_.stop_requested(); ++i) {
      components_ = em_.Update(components_, sums_);
      Pass(components_);
    }
  }

  // Accelerated, to convergence.
  void Converge(double tolerance, int max_passes) {
    double longest = 1;
    int still_steps = 0;
    while (passes_ < max_passes && !stop_.stop_requested()) {
      const double before = objective_;
      const MixtureComponents first = em_.Update(components_, sums_);
      Pass(first);
      if (stop_.stop_requested()) return;
      const MixtureComponents second = em_.Update(first, sums_);
      const double reached = objective_;
      if (Extrapolate(first, second, longest)) {
        Pass(extrapolated_);
        if (std::isfinite(objective_) && objective_ >= reached) {
          components_ = std::move(extrapolated_);
        } else {
          longest = std::max(1.0, longest / 4);
          components_ = second;
          Pass(components_);
        }
      } else {
        components_ = second;
        Pass(components_);
      }
      const bool still = objective_ - before <= tolerance * (std::abs(objective_) + 0.1);
      still_steps = still ? still_steps + 1 : 0;
      if (still_steps == kStillSteps) return;
    }
  }

  // The most probable component of each row.
  std::vector<int> Labels() const {
    std::vector<int> labels(rows_);
    const auto prepared = em_.Prepare(components_);
    pool_.ForEach(slots_, [&](int slot) {
      em_.MostProbable(*prepared, SlotBegin(slot), SlotBegin(slot + 1), labels.data());
    });
    return labels;
  }

  const MixtureComponents& components() const { return components_; }
  MixtureComponents& components() { return components_; }
  const MixtureSums& sums() const { return sums_; }
  double objective() const { return objective_; }  // Penalised.
  int passes() const { return passes_; }

 private:
  // The E-step: sums and objective under these components.
  void Pass(const MixtureComponents& components, const std::vector<int>* labels = nullptr) {
    ++passes_;
    const auto prepared = em_.Prepare(components);
    std::vector<MixtureSums> partial(slots_);
    pool_.ForEach(slots_, [&](int slot) {
      if (stop_.stop_requested()) return;
      partial[slot] = em_.Accumulate(*prepared, SlotBegin(slot), SlotBegin(slot + 1), labels);
    });
    if (stop_.stop_requested()) return;
    sums_ = std::move(partial[0]);
    for (int slot = 1; slot < slots_; ++slot) MixtureEm::Merge(partial[slot], sums_);
    objective_ = sums_.objective + em_.LogPrior(components);
  }

  // SQUAREM's third scheme: a step of -|r| / |v| along the last two moves.
  // False when it would be no longer than EM's own.
  bool Extrapolate(const MixtureComponents& first, const MixtureComponents& second,
                   double& longest) {
    const std::vector<double> zero = vector_.Flatten(components_), one = vector_.Flatten(first),
                              two = vector_.Flatten(second);
    double moved = 0, bent = 0;
    for (std::size_t i = 0; i < zero.size(); ++i) {
      const double r = one[i] - zero[i], v = two[i] - one[i] - r;
      moved += r * r;
      bent += v * v;
    }
    if (!(bent > 0)) return false;
    double step = std::sqrt(moved / bent);
    if (!(step > 1)) return false;
    if (step >= longest) {
      step = longest;
      longest = std::min(longest * 4, kLongestStep);
      if (!(step > 1)) return false;
    }
    std::vector<double> reached(zero.size());
    for (std::size_t i = 0; i < zero.size(); ++i) {
      const double r = one[i] - zero[i], v = two[i] - one[i] - r;
      reached[i] = zero[i] + 2 * step * r + step * step * v;
    }
    extrapolated_ = vector_.Restore(reached, second);
    return AllFinite(extrapolated_);
  }

  int SlotBegin(int slot) const {
    return static_cast<int>(static_cast<std::int64_t>(rows_) * slot / slots_);
  }

  const MixtureEm& em_;
  const ParameterVector vector_;
  const int rows_;
  const int slots_;
  WorkerPool& pool_;
  const std::stop_token& stop_;
  MixtureComponents components_;
  MixtureComponents extrapolated_;
  MixtureSums sums_;
  double objective_ = -std::numeric_limits<double>::infinity();
  int passes_ = 0;
};

// How unlike two rows are: 1 an attribute on average; unknown values tell
// nothing.
class Unlikeness {
 public:
  explicit Unlikeness(const Samples& rows, const Encoder& encoder) : encoder_(encoder) {
    const std::vector<int> level_rows = LevelRows(encoder);
    std::vector<double> weight(level_rows.back());
    for (int i = 0; i < rows.count(); ++i) {
      for (int c = 0; c < encoder.code_count(); ++c) {
        weight[level_rows[c] + rows.codes(i, c)] += rows.weights[i];
      }
    }
    for (int c = 0; c < encoder.code_count(); ++c) {
      double total = 0, same = 0;
      for (int r = level_rows[c] + 1; r < level_rows[c + 1]; ++r) total += weight[r];
      for (int r = level_rows[c] + 1; r < level_rows[c + 1]; ++r) {
        same += total > 0 ? weight[r] / total * (weight[r] / total) : 0;
      }
      varies_.push_back(1 - same);
    }
  }

  double operator()(SampleRow a, SampleRow b) const {
    double sum = 0;
    for (const AttributeEncoding& attribute : encoder_.attributes()) {
      if (!Encoder::Known(attribute, a) || !Encoder::Known(attribute, b)) continue;
      double differs = 0, varies = 0;
      for (int c = attribute.code; c < attribute.code + attribute.code_count; ++c) {
        differs += a.codes[c] != b.codes[c];
        varies += varies_[c];
      }
      sum += varies > 1e-9 ? differs / varies : 0;
      if (a.codes[attribute.code] != 1 || b.codes[attribute.code] != 1) continue;
      for (int j = attribute.number; j < attribute.number + attribute.number_count; ++j) {
        const double distance = a.numbers[j] - b.numbers[j];
        // One outlier should not become a seed in every start.
        sum += std::min(distance * distance / 2, 4.5);
      }
    }
    return sum;
  }

 private:
  const Encoder& encoder_;
  std::vector<double> varies_;  // By code column: chance that two differ.
};

// Each row's nearest seed. Even starts draw seeds far apart, as k-means++
// does; odd ones anywhere.
std::vector<int> StartLabels(const Samples& rows, const Unlikeness& unlike, int count, int start,
                             std::uint64_t key) {
  const int n = rows.count();
  std::vector<int> labels(n);
  std::vector<double> nearest(n, std::numeric_limits<double>::infinity());
  std::vector<double> cumulative(n);
  for (int k = 0; k < count; ++k) {
    double sum = 0;
    for (int i = 0; i < n; ++i) {
      const bool spread = k > 0 && start % 2 == 0;
      cumulative[i] = sum += rows.weights[i] * (spread ? nearest[i] : 1);
    }
    if (sum <= 0) break;
    const double target = Uniform(Key(key, static_cast<std::uint64_t>(k))) * sum;
    const auto seed = static_cast<int>(std::min<std::ptrdiff_t>(
        std::upper_bound(cumulative.begin(), cumulative.end(), target) - cumulative.begin(),
        n - 1));
    for (int i = 0; i < n; ++i) {
      const double distance = unlike(rows.row(i), rows.row(seed));
      if (distance < nearest[i]) {
        nearest[i] = distance;
        labels[i] = k;
      }
    }
  }
  return labels;
}

struct Start {
  MixtureComponents components;
  int passes = 0;  // Made so far, over the rows of the starts.
};

// The starts that did best on these rows, the best first, after a few steps or
// at convergence; none when stopped.
std::vector<Start> BestStarts(const Samples& rows, const Encoder& encoder,
                              const MixtureOptions& options, const Sifting& sifting, bool converge,
                              WorkerPool& pool, const std::stop_token& stop) {
  const MixtureEm em(rows, rows.weights, encoder, options);
  const Unlikeness unlike(rows, encoder);
  const int starts = options.component_count == 1 ? 1 : options.start_count;
  std::vector<std::unique_ptr<Run>> runs(starts);
  pool.ForEach(starts, [&](int start) {
    if (stop.stop_requested()) return;
    const std::vector<int> labels =
        StartLabels(rows, unlike, options.component_count, start,
                    Key(options.seed, static_cast<std::uint64_t>(start)));
    auto run = std::make_unique<Run>(em, encoder, options.prior, rows.count(), pool, stop);
    run->StartFrom(em.Neutral(), &labels);
    run->Step(sifting.passes);
    runs[start] = std::move(run);
  });
  if (stop.stop_requested()) return {};
  const auto better = [](const auto& a, const auto& b) { return a->objective() > b->objective(); };
  std::stable_sort(runs.begin(), runs.end(), better);
  if (rows.count() > kSmallTable) runs.resize(std::min(starts, sifting.finalists));
  if (converge) {
    pool.ForEach(static_cast<int>(runs.size()),
                 [&](int i) { runs[i]->Converge(options.tolerance, options.max_iterations); });
  }
  if (stop.stop_requested()) return {};
  std::stable_sort(runs.begin(), runs.end(), better);
  std::vector<Start> best;
  for (const auto& run : runs) best.push_back({std::move(run->components()), run->passes()});
  return best;
}

// The one of these that some passes over all rows bring furthest; none when
// stopped. What is best on a sample need not be on the whole.
std::unique_ptr<Run> BestOnAll(std::vector<Start> starts, const MixtureEm& em,
                               const Encoder& encoder, double prior, int rows, int passes,
                               WorkerPool& pool, const std::stop_token& stop) {
  std::unique_ptr<Run> best;
  for (Start& start : starts) {
    auto run = std::make_unique<Run>(em, encoder, prior, rows, pool, stop);
    run->StartFrom(std::move(start.components));
    run->Converge(kSiftingTolerance, passes);
    if (stop.stop_requested()) return nullptr;
    if (!best || run->objective() > best->objective()) best = std::move(run);
  }
  return best;
}

// The components in this order.
MixtureComponents Take(const MixtureComponents& components, const std::vector<int>& order) {
  const int count = static_cast<int>(order.size());
  const auto columns = [&](const DoubleMatrix& matrix) {
    DoubleMatrix taken(matrix.rows(), count);
    for (int r = 0; r < matrix.rows(); ++r) {
      for (int k = 0; k < count; ++k) taken(r, k) = matrix(r, order[k]);
    }
    return taken;
  };
  MixtureComponents taken{.log_levels = columns(components.log_levels),
                          .means = columns(components.means),
                          .spreads = columns(components.spreads),
                          .blocks = components.blocks};
  double total = 0;
  for (const int k : order) total += components.weights[k];
  for (const int k : order) taken.weights.push_back(components.weights[k] / total);
  return taken;
}

// Heaviest first; ties by the first parameter that differs.
std::vector<int> ByWeight(const MixtureComponents& components) {
  std::vector<int> order(components.weights.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    if (components.weights[a] != components.weights[b]) {
      return components.weights[a] > components.weights[b];
    }
    for (int j = 0; j < components.means.rows(); ++j) {
      if (components.means(j, a) != components.means(j, b)) {
        return components.means(j, a) < components.means(j, b);
      }
    }
    for (int r = 0; r < components.log_levels.rows(); ++r) {
      if (components.log_levels(r, a) != components.log_levels(r, b)) {
        return components.log_levels(r, a) > components.log_levels(r, b);
      }
    }
    return false;
  });
  return order;
}

// The components that are heavy enough to be told from chance.
std::vector<int> Alive(const MixtureComponents& components, const MixtureSums& sums, double prior) {
  const auto count = static_cast<double>(components.weights.size());
  const double least = prior > 0 ? std::min(std::max(kLeastContacts, kLeastShare * sums.weight),
                                            sums.weight / (4 * count))
                                 : 1e-6 * sums.weight;
  std::vector<int> alive;
  for (std::size_t k = 0; k < components.weights.size(); ++k) {
    if (sums.weights[k] >= least) alive.push_back(static_cast<int>(k));
  }
  return alive;
}

// Leaves those that some row belongs to rather than to any other.
void KeepWinners(const std::vector<int>& labels, absl::Span<const double> weights,
                 std::vector<int>& components) {
  std::erase_if(components, [&](int component) {
    for (std::size_t i = 0; i < labels.size(); ++i) {
      if (labels[i] == component && weights[i] > 0) return false;
    }
    return true;
  });
}

// What the objective leaves out, which no component decides: the scales of the
// numbers and ln x! of counts.
double LeftOut(const Samples& samples, absl::Span<const double> weights, const Encoder& encoder,
               double prior) {
  double sum = 0;
  for (const AttributeEncoding& attribute : encoder.attributes()) {
    if (attribute.number_count != 1) continue;
    const bool is_count = attribute.scale == NumberScale::kCount;
    const double cell = prior > 0 && attribute.resolution > 0 ? attribute.resolution : 1;
    const double constant = is_count ? 0 : std::log(attribute.factor[0] * cell);
    double total = 0;
    for (int i = 0; i < samples.count(); ++i) {
      if (weights[i] <= 0 || samples.codes(i, attribute.code) != 1) continue;
      const double x = samples.numbers(i, attribute.number);
      double term = constant;
      if (is_count) term = -std::lgamma(x + 1);
      if (attribute.scale == NumberScale::kLog && prior <= 0) {
        term -= x / attribute.factor[0] + attribute.shift[0];  // d log x = dx / x.
      }
      total += weights[i] * term;
    }
    sum += attribute.omega * total;
  }
  return sum;
}

int ParameterCount(const MixtureComponents& components, const Encoder& encoder,
                   const MixtureOptions& options) {
  const int count = static_cast<int>(components.weights.size());
  std::vector<int> copies(encoder.attribute_count(), count);
  for (const int v : options.shared) copies[v] = 1;
  int total = count - 1;
  for (int v = 0; v < encoder.attribute_count(); ++v) {
    const AttributeEncoding& attribute = encoder.attributes()[v];
    int own = attribute.code_count * (attribute.CodeRange() - 2);
    if (attribute.number_count == 3) own += 3;
    if (attribute.number_count == 1) own += attribute.scale == NumberScale::kCount ? 1 : 2;
    // Of ordered levels each further component has but its leaning.
    total += HasOrderedLevels(attribute, options.prior) ? own + copies[v] - 1 : copies[v] * own;
  }
  for (const NumberBlock& block : components.blocks) {
    const int size = static_cast<int>(block.numbers.size());
    total += size * (size - 1) / 2;
  }
  return total;
}

std::vector<FlooredSpread> FindFloored(const MixtureComponents& components, const Encoder& encoder,
                                       double prior) {
  std::vector<FlooredSpread> floored;
  for (const AttributeEncoding& attribute : encoder.attributes()) {
    if (attribute.number_count != 1 || attribute.scale == NumberScale::kCount) continue;
    const double floor = VarianceFloor(attribute, prior);
    for (int k = 0; k < static_cast<int>(components.weights.size()); ++k) {
      if (components.spreads(attribute.number, k) <= floor * (1 + 1e-9)) {
        floored.push_back({attribute.attribute, k});
      }
    }
  }
  return floored;
}

absl::Status Cancelled() { return absl::CancelledError("the fit of the mixture was cancelled"); }

}  // namespace

absl::StatusOr<MixtureFit> FitMixture(const Samples& samples, absl::Span<const double> weights,
                                      const Encoder& encoder, const MixtureOptions& given,
                                      WorkerPool& pool, std::stop_token stop) {
  if (weights.empty()) weights = samples.weights;
  if (absl::Status s = CheckFit(samples, weights, encoder, given); !s.ok()) return s;
  MixtureOptions options = given;
  // Large tables are used as they are, unless many rows are equal.
  const RowsView view = ViewRows(samples, weights);
  const std::uint64_t key = Key(options.seed);
  DistinctRows sampled;
  bool collapse = samples.count() <= std::max(options.collapse_limit, Sifting().rows);
  if (!collapse) {
    sampled = DrawDistinctRows(view, SiftingOf(samples.count()).rows, key, pool, stop);
    collapse = sampled.share() < kCollapseShare;
  }
  // Cells and joint codes, labels; besides a copy, its weights and its order.
  const double cells = 4.0 * encoder.number_count() + 2.0 * encoder.code_count();
  const double row = cells + 12 + (collapse ? cells + 8 + 24 : 0);
  if (absl::Status s =
          CheckMemory("the mixture", samples.count(), row * samples.count(), options.memory_limit);
      !s.ok()) {
    return s;
  }
  std::optional<Samples> distinct;
  if (collapse) {
    distinct = SamplesAt(samples, FindDistinctRows(view, key, pool, stop));
    if (stop.stop_requested()) return Cancelled();
    options.component_count = std::min(options.component_count, distinct->count());
  }
  const Samples& rows = distinct ? *distinct : samples;
  const absl::Span<const double> row_weights =
      distinct ? absl::MakeConstSpan(distinct->weights) : weights;

  const Sifting sifting = SiftingOf(rows.count());
  auto em = std::make_unique<MixtureEm>(rows, row_weights, encoder, options);
  std::vector<Start> starts;
  int passes = 0;
  if (rows.count() <= sifting.rows) {
    starts = BestStarts(rows, encoder, options, sifting, true, pool, stop);
    if (starts.empty()) return Cancelled();
    starts.resize(1);
    passes = starts[0].passes;
  } else {
    const Samples drawn =
        distinct ? FirstSamples(*distinct, sifting.rows) : SamplesAt(samples, std::move(sampled));
    if (stop.stop_requested()) return Cancelled();
    starts = BestStarts(drawn, encoder, options, sifting, false, pool, stop);
  }
  std::unique_ptr<Run> run = BestOnAll(std::move(starts), *em, encoder, options.prior, rows.count(),
                                       sifting.passes_on_all, pool, stop);
  if (!run) return Cancelled();

  while (true) {
    run->Converge(options.tolerance, options.max_iterations);
    if (stop.stop_requested()) return Cancelled();
    passes += run->passes();
    std::vector<int> alive = Alive(run->components(), run->sums(), options.prior);
    if (options.prior > 0) KeepWinners(run->Labels(), row_weights, alive);
    if (alive.size() == run->components().weights.size()) break;
    MixtureComponents start = Take(run->components(), alive);
    options.component_count = static_cast<int>(alive.size());
    em = std::make_unique<MixtureEm>(rows, row_weights, encoder, options);
    run = std::make_unique<Run>(*em, encoder, options.prior, rows.count(), pool, stop);
    run->StartFrom(std::move(start));
  }
  MixtureFit fit{
      .components = Take(run->components(), ByWeight(run->components())),
      .log_likelihood = run->sums().objective + LeftOut(rows, row_weights, encoder, options.prior),
      .entropy = run->sums().entropy,
      .weight = run->sums().weight,
      .parameter_count = ParameterCount(run->components(), encoder, options),
      .iterations = passes};
  fit.floored = FindFloored(fit.components, encoder, options.prior);
  run.reset();
  em.reset();
  distinct.reset();  // Labels are those of the samples as given.
  fit.labels = MostProbable(samples, encoder, fit.components, pool);
  fit.sizes.assign(fit.components.weights.size(), 0);
  for (int i = 0; i < samples.count(); ++i) {
    if (fit.labels[i] >= 0) fit.sizes[fit.labels[i]] += weights[i];
  }
  return fit;
}

namespace {

// Calls visit(em, prepared, begin, count) slice by slice, em being of the slice
// alone: joint codes of all samples would be a second table.
template <typename Visit>
void ForEachSlice(const Samples& samples, const Encoder& encoder,
                  const MixtureComponents& components, WorkerPool& pool, const Visit& visit) {
  const MixtureOptions options{.component_count = static_cast<int>(components.weights.size()),
                               .blocks = BlocksOf(components, encoder)};
  const int slices = (samples.count() + kRowsPerSlice - 1) / kRowsPerSlice;
  pool.ForEach(slices, [&](int slice) {
    const int begin = slice * kRowsPerSlice;
    std::vector<int> rows(std::min(samples.count() - begin, kRowsPerSlice));
    std::iota(rows.begin(), rows.end(), begin);
    const Samples part = SelectSamples(samples, rows);
    const MixtureEm em(part, part.weights, encoder, options);
    visit(em, *em.Prepare(components), begin, part.count());
  });
}

}  // namespace

std::vector<int> MostProbable(const Samples& samples, const Encoder& encoder,
                              const MixtureComponents& components, WorkerPool& pool) {
  std::vector<int> labels(samples.count());
  ForEachSlice(samples, encoder, components, pool,
               [&](const MixtureEm& em, const auto& prepared, int begin, int count) {
                 em.MostProbable(prepared, 0, count, &labels[begin]);
               });
  return labels;
}

DoubleMatrix Responsibilities(const Samples& samples, const Encoder& encoder,
                              const MixtureComponents& components, WorkerPool& pool) {
  const int columns = static_cast<int>(components.weights.size());
  DoubleMatrix matrix(samples.count(), columns);
  ForEachSlice(samples, encoder, components, pool,
               [&](const MixtureEm& em, const auto& prepared, int begin, int count) {
                 DoubleMatrix part(count, columns);
                 em.Responsibilities(prepared, 0, count, part);
                 for (int i = 0; i < count; ++i) {
                   std::copy_n(part.row(i).begin(), columns, matrix.row(begin + i).begin());
                 }
               });
  return matrix;
}

}  // namespace cible
