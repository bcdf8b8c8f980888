#include "segmentation/clustering/nearest.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

// Vectors are passed between functions that are all inlined.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace cible {
namespace {

constexpr int kLanes = Scorer::kBatch / 2;
constexpr int kPanel = 6;  // Centroids at a time: 12 sums, 2 operands and a factor in registers.
constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kUnitRoundoff = 0x1.0p-24f;

// The vector extensions of GCC and Clang: portable, unlike intrinsics.
using Lanes = float __attribute__((vector_size(kLanes * sizeof(float))));
using Marks = std::int32_t __attribute__((vector_size(kLanes * sizeof(std::int32_t))));

Lanes Load(const float* from) {
  Lanes lanes;
  std::memcpy(&lanes, from, sizeof(lanes));
  return lanes;
}

void Store(const Lanes& lanes, float* to) { std::memcpy(to, &lanes, sizeof(lanes)); }

// scores[j][r] += sum over f of x[f][r] * factors[f][j] for a panel of
// centroids.
template <int kCount>
void MultiplyPanel(const float* x, int numbers, const float* factors, float* scores) {
  Lanes low[kCount], high[kCount];
  for (int j = 0; j < kCount; ++j) {
    low[j] = Load(scores + j * Scorer::kBatch);
    high[j] = Load(scores + j * Scorer::kBatch + kLanes);
  }
  for (int f = 0; f < numbers; ++f) {
    const Lanes x_low = Load(x + f * Scorer::kBatch);
    const Lanes x_high = Load(x + f * Scorer::kBatch + kLanes);
    for (int j = 0; j < kCount; ++j) {
      low[j] += x_low * factors[f * kCount + j];
      high[j] += x_high * factors[f * kCount + j];
    }
  }
  for (int j = 0; j < kCount; ++j) {
    Store(low[j], scores + j * Scorer::kBatch);
    Store(high[j], scores + j * Scorer::kBatch + kLanes);
  }
}

using PanelFunction = void (*)(const float*, int, const float*, float*);
constexpr std::array<PanelFunction, kPanel + 1> kPanels = {
    nullptr,          MultiplyPanel<1>, MultiplyPanel<2>, MultiplyPanel<3>,
    MultiplyPanel<4>, MultiplyPanel<5>, MultiplyPanel<6>};

// Calls with the first centroid and the size of each panel; sizes differ by at
// most one.
template <typename Fn>
void ForEachPanel(int k, Fn fn) {
  const int panels = (k + kPanel - 1) / kPanel;
  for (int p = 0; p < panels; ++p) {
    const int begin = static_cast<int>(static_cast<std::int64_t>(k) * p / panels);
    const int end = static_cast<int>(static_cast<std::int64_t>(k) * (p + 1) / panels);
    fn(begin, end - begin);
  }
}

// to[f * kBatch + r] = from[r][f] for kLanes rows and columns.
void TransposeSquare(const float* const* from, int column, float* to) {
#if defined(__AVX__)
  Lanes r[8], s[8];
  for (int i = 0; i < 8; ++i) r[i] = Load(from[i] + column);
  for (int i = 0; i < 8; i += 2) {
    s[i] = __builtin_shufflevector(r[i], r[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    s[i + 1] = __builtin_shufflevector(r[i], r[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
  for (int i = 0; i < 8; i += 4) {
    r[i] = __builtin_shufflevector(s[i], s[i + 2], 0, 1, 8, 9, 4, 5, 12, 13);
    r[i + 1] = __builtin_shufflevector(s[i], s[i + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    r[i + 2] = __builtin_shufflevector(s[i + 1], s[i + 3], 0, 1, 8, 9, 4, 5, 12, 13);
    r[i + 3] = __builtin_shufflevector(s[i + 1], s[i + 3], 2, 3, 10, 11, 6, 7, 14, 15);
  }
  for (int i = 0; i < 4; ++i) {
    Store(__builtin_shufflevector(r[i], r[i + 4], 0, 1, 2, 3, 8, 9, 10, 11),
          to + i * Scorer::kBatch);
    Store(__builtin_shufflevector(r[i], r[i + 4], 4, 5, 6, 7, 12, 13, 14, 15),
          to + (i + 4) * Scorer::kBatch);
  }
#else
  for (int i = 0; i < kLanes; ++i) {
    for (int f = 0; f < kLanes; ++f) to[f * Scorer::kBatch + i] = from[i][column + f];
  }
#endif
}

// to[f * kBatch + r] = from[r][f] for kBatch rows and `columns` columns.
void TransposeRows(const std::array<const float*, Scorer::kBatch>& from, int columns, float* to) {
  if (columns < kLanes) {
    for (int f = 0; f < columns; ++f) {
      for (int r = 0; r < Scorer::kBatch; ++r) to[f * Scorer::kBatch + r] = from[r][f];
    }
    return;
  }
  for (int half = 0; half < Scorer::kBatch; half += kLanes) {
    for (int f = 0; f < columns; f += kLanes) {
      const int at = std::min(f, columns - kLanes);  // The last squares may overlap.
      TransposeSquare(from.data() + half, at, to + at * Scorer::kBatch + half);
    }
  }
}

// The least and second least scores of some lanes, and where the least is.
struct Two {
  Lanes least;
  Lanes second;
  Marks index;
};

Two LeastTwo(const float* scores, int k) {
  Two two{.least = Load(scores), .second = Lanes{} + kInfinity, .index = Marks{}};
  for (int j = 1; j < k; ++j) {
    const Lanes score = Load(scores + j * Scorer::kBatch);
    const Marks less = score < two.least;
    const Lanes loser = less ? two.least : score;
    two.second = loser < two.second ? loser : two.second;
    two.least = less ? score : two.least;
    two.index = less ? Marks{} + j : two.index;
  }
  return two;
}

}  // namespace

Scorer::Scratch::Scratch(const Scorer& scorer)
    : numbers(static_cast<std::size_t>(scorer.numbers_) * kBatch),
      code_sums(static_cast<std::size_t>(scorer.stride_) * kBatch),
      scores(static_cast<std::size_t>(scorer.stride_) * kBatch),
      norms(kBatch) {}

Scorer::Scorer(const DoubleMatrix& centroids, const Points& points)
    : points_(points),
      centroids_(centroids),
      k_(centroids.rows()),
      numbers_(points.layout.number_count()),
      stride_((k_ + 1 + kLanes - 1) / kLanes * kLanes),
      shift_(numbers_),
      factors_(static_cast<std::size_t>(numbers_) * k_),
      norms_(k_) {
  const FeatureLayout& layout = points.layout;
  std::vector<double> norms(k_), all_norms(k_);
  for (int q = 0; q < numbers_; ++q) {
    const int feature = layout.number_feature[q], column = layout.number_column[q];
    const bool known = column < 0 || points.always_known[column];
    double sum = 0;
    for (int j = 0; j < k_; ++j) sum += centroids(j, feature);
    // An unknown number is 0, which must stay so.
    if (known) shift_[q] = static_cast<float>(sum / k_);
    ForEachPanel(k_, [&](int begin, int count) {
      float* panel = factors_.data() + static_cast<std::size_t>(begin) * numbers_;
      for (int j = begin; j < begin + count; ++j) {
        const double c = centroids(j, feature) - shift_[q];
        panel[q * count + j - begin] = static_cast<float>(-2 * c);
        if (known) norms[j] += c * c;
        all_norms[j] += c * c;
      }
    });
  }
  std::copy(norms.begin(), norms.end(), norms_.begin());
  tables_.resize(static_cast<std::size_t>(layout.code_total) * stride_);
  distances_.resize(static_cast<std::size_t>(layout.code_total) * k_);
  for (int c = 0; c < layout.code_count(); ++c) {
    const CodeColumn& column = layout.columns[c];
    if (column.kind == CodeColumn::Kind::kValidity && points.always_known[c]) continue;
    columns_.push_back(c);
    AddCodeTables(centroids, c);
    for (int j = 0; j < k_ && column.kind != CodeColumn::Kind::kValidity; ++j) {
      for (int f = column.begin; f < column.begin + column.count; ++f) {
        all_norms[j] += centroids(j, f) * centroids(j, f);
      }
    }
  }
  for (const double norm : all_norms) {
    largest_norm_ = std::max(largest_norm_, static_cast<float>(norm));
  }
  // n eps / 2 bounds a sum of n rounded terms, here |x|^2, |c|^2 and 2 x.c
  // (Higham, "Accuracy and Stability of Numerical Algorithms", 3.1); the sum of
  // their sizes is at most 2 |x|^2 + 2 |c|^2.
  error_factor_ = static_cast<float>(2 * (numbers_ + std::ssize(columns_) + 8)) * kUnitRoundoff;
}

void Scorer::AddCodeTables(const DoubleMatrix& centroids, int c) {
  const CodeColumn& column = points_.layout.columns[c];
  const auto first = static_cast<std::size_t>(column.first_code);
  const auto table = [&](int code) { return tables_.data() + (first + code) * stride_; };
  double origin_off = 0;
  for (const double off : column.off) origin_off += off * off;
  for (int j = 0; j <= k_; ++j) {
    // The last is the point of origin: its distance is |x|^2.
    const auto centroid = [&](int f) { return j < k_ ? centroids(j, column.begin + f) : 0.0; };
    double norm = 0, all_off = 0;
    for (int f = 0; f < column.count; ++f) {
      norm += centroid(f) * centroid(f);
      if (column.kind != CodeColumn::Kind::kLevels) continue;
      all_off += (column.off[f] - centroid(f)) * (column.off[f] - centroid(f));
    }
    for (int code = 1; code < column.range; ++code) {
      double distance = 0, score = norm;
      if (column.kind == CodeColumn::Kind::kValue) {
        const double difference = column.on[code] - centroid(0);
        distance = difference * difference;
        score = distance - column.on[code] * column.on[code];
      } else if (column.kind == CodeColumn::Kind::kLevels) {
        const int f = code - 1;
        const double on = column.on[f] - centroid(f), off = column.off[f] - centroid(f);
        distance = all_off - off * off + on * on;
        score =
            distance - (origin_off - column.off[f] * column.off[f] + column.on[f] * column.on[f]);
      }
      if (j < k_) {
        table(code)[j] = static_cast<float>(score);
        distances_[(first + code) * k_ + j] = distance;
      } else {
        table(code)[k_] = static_cast<float>(distance);
      }
    }
  }
}

void Scorer::SumCodes(const int* rows, Scratch& scratch) const {
  const int width = points_.layout.code_count();
  std::array<const float*, kBatch> sums;
  for (int r = 0; r < kBatch; ++r) {
    float* sum = scratch.code_sums.data() + static_cast<std::size_t>(r) * stride_;
    sums[r] = sum;
    const std::uint8_t* codes = points_.codes + static_cast<std::size_t>(rows[r]) * width;
    for (int begin = 0; begin < stride_; begin += kLanes) {
      Lanes total = Lanes{};
      for (const int c : columns_) {
        const int code = points_.layout.columns[c].first_code + codes[c];
        total += Load(tables_.data() + static_cast<std::size_t>(code) * stride_ + begin);
      }
      Store(total, sum + begin);
    }
  }
  TransposeRows(sums, stride_, scratch.scores.data());
}

void Scorer::Transpose(const int* rows, Scratch& scratch) const {
  std::array<const float*, kBatch> from;
  for (int r = 0; r < kBatch; ++r) {
    from[r] = points_.numbers + static_cast<std::size_t>(rows[r]) * numbers_;
  }
  float* x = scratch.numbers.data();
  TransposeRows(from, numbers_, x);
  Lanes low = Load(scratch.norms.data()), high = Load(scratch.norms.data() + kLanes);
  for (int q = 0; q < numbers_; ++q, x += kBatch) {
    const Lanes x_low = Load(x) - shift_[q], x_high = Load(x + kLanes) - shift_[q];
    low += x_low * x_low;
    high += x_high * x_high;
    Store(x_low, x);
    Store(x_high, x + kLanes);
  }
  Store(low, scratch.norms.data());
  Store(high, scratch.norms.data() + kLanes);
}

void Scorer::MultiplyNumbers(Scratch& scratch) const {
  ForEachPanel(k_, [&](int begin, int count) {
    kPanels[count](scratch.numbers.data(), numbers_,
                   factors_.data() + static_cast<std::size_t>(begin) * numbers_,
                   scratch.scores.data() + static_cast<std::size_t>(begin) * kBatch);
  });
}

void Scorer::Score(const int* rows, int count, Scratch& scratch) const {
  std::array<int, kBatch> padded;
  if (count < kBatch) {
    for (int r = 0; r < kBatch; ++r) padded[r] = rows[std::min(r, count - 1)];
    rows = padded.data();
  }
  float* scores = scratch.scores.data();
  if (columns_.empty()) {
    std::fill(scratch.norms.begin(), scratch.norms.end(), 0.0f);
    for (int j = 0; j < k_; ++j) std::fill_n(scores + j * kBatch, kBatch, norms_[j]);
  } else {
    SumCodes(rows, scratch);
    std::copy_n(scores + static_cast<std::size_t>(k_) * kBatch, kBatch, scratch.norms.begin());
    for (int j = 0; j < k_; ++j) {
      for (int r = 0; r < kBatch; ++r) scores[j * kBatch + r] += norms_[j];
    }
  }
  if (numbers_ == 0) return;
  Transpose(rows, scratch);
  MultiplyNumbers(scratch);
}

void Scorer::FindNearest(const int* rows, int count, Scratch& scratch, Nearest& nearest) const {
  Score(rows, count, scratch);
  for (int half = 0; half < kBatch; half += kLanes) {
    const Two two = LeastTwo(scratch.scores.data() + half, k_);
    std::memcpy(nearest.index + half, &two.index, sizeof(two.index));
    const Lanes norm = Load(scratch.norms.data() + half);
    const Lanes error = (norm + largest_norm_) * error_factor_;
    const Marks decided = two.second - two.least > 2 * error;
    const Lanes upper = two.least + norm + error, lower = two.second + norm - error;
    for (int r = half; r < std::min(count, half + kLanes); ++r) {
      const int lane = r - half;
      if (!decided[lane]) {
        nearest.index[r] = Settle(rows[r], r, error[lane], scratch);
        nearest.slack[r] = -kInfinity;
        continue;
      }
      // Two roots and a difference, rounded: 4 units of the larger one.
      const float other = std::sqrt(std::max(0.0f, lower[lane]));
      const float own = std::sqrt(std::max(0.0f, upper[lane]));
      nearest.slack[r] =
          k_ > 1 ? other * (1 - 4 * kUnitRoundoff) - own * (1 + 4 * kUnitRoundoff) : kInfinity;
    }
  }
}

int Scorer::Settle(int row, int lane, float error, const Scratch& scratch) const {
  const auto score = [&](int j) {
    return scratch.scores[static_cast<std::size_t>(j) * kBatch + lane];
  };
  float least = kInfinity;
  for (int j = 0; j < k_; ++j) least = std::min(least, score(j));
  int nearest = 0;
  double nearest_distance = std::numeric_limits<double>::infinity();
  for (int j = 0; j < k_; ++j) {
    if (score(j) > least + 2 * error) continue;
    const double distance = Distance(row, j);
    if (distance < nearest_distance) {
      nearest_distance = distance;
      nearest = j;
    }
  }
  return nearest;
}

double Scorer::Distance(int row, int centroid) const {
  const FeatureLayout& layout = points_.layout;
  const SampleRow cells = points_.row(row);
  double distance = 0;
  for (int q = 0; q < numbers_; ++q) {
    const int column = layout.number_column[q];
    if (column >= 0 && cells.codes[column] == 0) continue;
    const double difference = cells.numbers[q] - centroids_(centroid, layout.number_feature[q]);
    distance += difference * difference;
  }
  for (const int c : columns_) {
    const std::size_t code =
        static_cast<std::size_t>(layout.columns[c].first_code + cells.codes[c]);
    distance += distances_[code * k_ + centroid];
  }
  return distance;
}

}  // namespace cible
