#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <type_traits>
#include <utility>

#include "segmentation/clustering/mixture.h"
#include "segmentation/clustering/ordered_levels.h"

namespace cible {
namespace {

constexpr int kLanes = 4;  // Components are padded to a multiple.
constexpr int kMostComponents = 64;
constexpr int kMostJointCodes = 64;     // So that the tables stay in the nearest cache.
constexpr double kPadding = -1e30;      // Log weight of a component that is not there.
constexpr double kNegligible = -60;     // exp of less is no responsibility.
constexpr double kLeastLog = -690;      // ln 1e-300: a probability of zero.
constexpr double kLabelled = 0.9;       // Responsibility of a start's label.
constexpr double kLeastNumbers = 1e-3;  // Of so few, no mean is taken.
// Standard deviations stay above this share of the whole table's.
constexpr double kLeastDeviation = 0.05;
constexpr double kLeastVariance = 1e-12;  // Where no floor is asked for.
constexpr double kLeastRate = 1e-10;
constexpr double kLeastConcentration = 1e-3;
constexpr double kMostConcentration = 64'900;  // A radius of 25 km: (6371 / 25)^2.
constexpr double kLeastEigenvalue = 1e-4;      // Of the correlations of a block.

const double kLogTwoPi = std::log(2 * std::numbers::pi);

int Padded(int count) { return (count + kLanes - 1) / kLanes * kLanes; }

// kappa of the mean resultant length: coth(kappa) - 1 / kappa = length.
double Concentration(double length) {
  if (length <= 0) return kLeastConcentration;
  if (length >= 1) return kMostConcentration;
  double kappa = length * (3 - length * length) / (1 - length * length);
  for (int i = 0; i < 20; ++i) {
    const double inverse = 1 / std::tanh(kappa);
    const double value = inverse - 1 / kappa - length;
    const double slope = 1 - inverse * inverse + 1 / (kappa * kappa);
    if (!(slope > 0)) break;
    const double next = kappa - value / slope;
    if (!(next > 0) || std::abs(next - kappa) < 1e-12 * kappa) break;
    kappa = next;
  }
  return std::clamp(kappa, kLeastConcentration, kMostConcentration);
}

// ln of kappa / (4 pi sinh kappa) + kappa.
double LogSphereConstant(double kappa) {
  return std::log(kappa / (2 * std::numbers::pi * -std::expm1(-2 * kappa)));
}

}  // namespace

double VarianceFloor(const AttributeEncoding& attribute, double prior) {
  if (prior <= 0) return kLeastVariance;
  const double deviation =
      std::max(kLeastDeviation, attribute.resolution * attribute.factor[0] / 2);
  return deviation * deviation;
}

// What does not change from one iteration to the next.
struct MixtureEm::Layout {
  // A number column outside any block; `linear`: its term is x times a factor.
  struct Number {
    int number = 0;
    int code = 0;   // Its code column.
    int level = 0;  // The row of the code "a number" in log_levels.
    int attribute = 0;
    bool is_count = false;
    double floor = 0;  // Of the variance.
  };
  struct Place {
    int attribute = 0;
    int number = 0;
    int code = 0;
    int level = 0;
  };
  struct Block {
    std::vector<Number> numbers;
    double omega = 1;
    bool shared = false;
  };
  // Code columns taken together: their joint code is one byte and one look-up
  // instead of several.
  struct Group {
    std::vector<int> columns;
    int range = 1;  // Joint codes.
    int begin = 0;  // The first row in the tables of joint codes.
  };

  const Samples& samples;
  absl::Span<const double> weights;
  const Encoder& encoder;
  int count = 0;   // K
  int padded = 0;  // K'
  double prior = 0;
  std::vector<int> level_rows;       // By code column.
  std::vector<int> owner;            // By code column: its attribute.
  std::vector<double> marginal;      // By level row: its share of the known weight.
  std::vector<double> mean_count;    // By number column: of a count, its mean.
  std::vector<std::uint8_t> shared;  // By attribute.
  std::vector<Number> gaussians;
  std::vector<Number> counts;
  std::vector<Place> places;
  std::vector<Block> blocks;
  std::vector<Group> groups;
  int joint_rows = 0;
  ByteMatrix joint_codes;  // n x groups.

  double Omega(int attribute) const { return encoder.attributes()[attribute].omega; }
  void Measure();
  void JoinCodes();
  void UpdateOrderedLevels(int column, const DoubleMatrix& sums, DoubleMatrix& log_levels) const;
  // Calls visit(code column, code) for the parts of a joint code.
  template <typename Visit>
  void ForEachPart(const Group& group, int joint, Visit visit) const {
    for (const int c : group.columns) {
      const int range = level_rows[c + 1] - level_rows[c];
      visit(c, joint % range);
      joint /= range;
    }
  }
};

void MixtureEm::Layout::JoinCodes() {
  for (int c = 0; c < static_cast<int>(owner.size()); ++c) {
    const int range = level_rows[c + 1] - level_rows[c];
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const Group& g) { return g.range * range <= kMostJointCodes; });
    if (group == groups.end()) group = groups.insert(groups.end(), Group());
    group->columns.push_back(c);
    group->range *= range;
  }
  for (Group& group : groups) {
    group.begin = joint_rows;
    joint_rows += group.range;
  }
  joint_codes = ByteMatrix(samples.count(), static_cast<int>(groups.size()));
  for (int i = 0; i < samples.count(); ++i) {
    const auto codes = samples.codes.row(i);
    for (std::size_t g = 0; g < groups.size(); ++g) {
      int joint = 0, stride = 1;
      for (const int c : groups[g].columns) {
        joint += stride * codes[c];
        stride *= level_rows[c + 1] - level_rows[c];
      }
      joint_codes(i, static_cast<int>(g)) = static_cast<std::uint8_t>(joint);
    }
  }
}

void MixtureEm::Layout::Measure() {
  marginal.assign(level_rows.back(), 0);
  mean_count.assign(encoder.number_count(), 0);
  std::vector<double> known(owner.size());
  for (int i = 0; i < samples.count(); ++i) {
    if (weights[i] <= 0) continue;
    const SampleRow row = samples.row(i);
    for (std::size_t c = 0; c < owner.size(); ++c) {
      if (row.codes[c] == 0) continue;
      marginal[level_rows[c] + row.codes[c]] += weights[i];
      known[c] += weights[i];
    }
    for (const Number& number : counts) {
      if (row.codes[number.code] == 1) {
        mean_count[number.number] += weights[i] * row.numbers[number.number];
      }
    }
  }
  for (const Number& number : counts) {
    const double weight = marginal[number.level];
    if (weight > 0) mean_count[number.number] /= weight;
  }
  for (std::size_t c = 0; c < owner.size(); ++c) {
    for (int r = level_rows[c] + 1; known[c] > 0 && r < level_rows[c + 1]; ++r) {
      marginal[r] /= known[c];
    }
  }
}

MixtureEm::MixtureEm(const Samples& samples, absl::Span<const double> weights,
                     const Encoder& encoder, const MixtureOptions& options) {
  auto layout = std::make_unique<Layout>(Layout{.samples = samples,
                                                .weights = weights,
                                                .encoder = encoder,
                                                .count = options.component_count,
                                                .padded = Padded(options.component_count),
                                                .prior = options.prior,
                                                .level_rows = LevelRows(encoder)});
  layout->shared.assign(encoder.attribute_count(), 0);
  for (const int v : options.shared) layout->shared[v] = 1;
  std::vector<int> block_of(encoder.attribute_count(), -1);
  for (const std::vector<int>& block : options.blocks) {
    for (const int v : block) block_of[v] = static_cast<int>(layout->blocks.size());
    layout->blocks.emplace_back();
  }
  for (int v = 0; v < encoder.attribute_count(); ++v) {
    const AttributeEncoding& attribute = encoder.attributes()[v];
    layout->owner.insert(layout->owner.end(), attribute.code_count, v);
    const int level = layout->level_rows[attribute.code] + 1;
    if (attribute.number_count == 3) {
      layout->places.push_back(
          {.attribute = v, .number = attribute.number, .code = attribute.code, .level = level});
    }
    if (attribute.number_count != 1) continue;
    const Layout::Number number{.number = attribute.number,
                                .code = attribute.code,
                                .level = level,
                                .attribute = v,
                                .is_count = attribute.scale == NumberScale::kCount,
                                .floor = VarianceFloor(attribute, options.prior)};
    if (block_of[v] >= 0 && !number.is_count) {
      layout->blocks[block_of[v]].numbers.push_back(number);
    } else {
      (number.is_count ? layout->counts : layout->gaussians).push_back(number);
    }
  }
  for (Layout::Block& block : layout->blocks) {
    block.omega = 0;
    for (const Layout::Number& number : block.numbers) {
      block.omega += layout->Omega(number.attribute) / static_cast<double>(block.numbers.size());
      block.shared = block.shared || layout->shared[number.attribute] != 0;
    }
  }
  layout->Measure();
  layout->JoinCodes();
  layout_ = std::move(layout);
}

MixtureEm::~MixtureEm() = default;

namespace {

using Matrix =
    Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, 0, kMostBlockNumbers, kMostBlockNumbers>;
using Vector = Eigen::Matrix<double, Eigen::Dynamic, 1, 0, kMostBlockNumbers, 1>;

// Which numbers of a block are known, and what follows from it.
struct Pattern {
  std::vector<int> positions;    // In the block.
  Matrix inverse;                // Of Cholesky's factor of their correlations.
  std::vector<double> constant;  // K': ln of the density at the mean, times omega.
};

Matrix CorrelationOf(const NumberBlock& block) {
  const int size = static_cast<int>(block.numbers.size());
  Matrix matrix(size, size);
  for (int i = 0; i < size; ++i) {
    for (int j = 0; j < size; ++j) matrix(i, j) = block.correlation(i, j);
  }
  return matrix;
}

Pattern MakePattern(const NumberBlock& block, unsigned bits, const MixtureComponents& components,
                    int padded, double omega) {
  Pattern pattern;
  for (std::size_t i = 0; i < block.numbers.size(); ++i) {
    if (bits >> i & 1) pattern.positions.push_back(static_cast<int>(i));
  }
  const int count = static_cast<int>(pattern.positions.size());
  Matrix correlation(count, count);
  for (int i = 0; i < count; ++i) {
    for (int j = 0; j < count; ++j) {
      correlation(i, j) = block.correlation(pattern.positions[i], pattern.positions[j]);
    }
  }
  const Eigen::LLT<Matrix> factor(correlation);
  const Matrix lower = factor.matrixL();
  pattern.inverse = lower.triangularView<Eigen::Lower>().solve(Matrix::Identity(count, count));
  double shared = -0.5 * count * kLogTwoPi;
  for (int i = 0; i < count; ++i) shared -= std::log(lower(i, i));
  pattern.constant.assign(padded, 0);
  for (std::size_t k = 0; k < components.weights.size(); ++k) {
    double constant = shared;
    for (const int i : pattern.positions) {
      constant -= 0.5 * std::log(components.spreads(block.numbers[i], static_cast<int>(k)));
    }
    pattern.constant[k] = omega * constant;
  }
  return pattern;
}

// The components laid out for the rows: K' columns.
struct Tables {
  std::vector<double> log_weights;
  DoubleMatrix joint;               // ln of each joint code, with the constants of its numbers.
  DoubleMatrix means;               // By number column.
  DoubleMatrix factors;             // Gaussian: omega / 2 variance; others: of x.
  DoubleMatrix inverse_deviations;  // Of numbers in blocks.
};

template <int N>
using LanesOf = std::conditional_t<N == Eigen::Dynamic,
                                   Eigen::Array<double, Eigen::Dynamic, 1, 0, kMostComponents, 1>,
                                   Eigen::Array<double, N, 1>>;

// One row after the other: responsibilities, and what they add to the sums.
// LayoutT: MixtureEm's own, which is private to it.
template <int N, typename LayoutT>
class RowPass {
 public:
  using Lanes = LanesOf<N>;

  RowPass(const LayoutT& layout, const MixtureComponents& components, const Tables& tables)
      : layout_(layout),
        components_(components),
        tables_(tables),
        patterns_(layout.blocks.size()),
        joint_(layout.joint_rows, layout.padded),
        log_(layout.padded),
        responsibility_(layout.padded) {
    for (std::size_t b = 0; b < layout.blocks.size(); ++b) {
      patterns_[b].resize(std::size_t{1} << layout.blocks[b].numbers.size());
    }
  }

  // Leaves log f in log_; returns false when nothing is known.
  bool Score(int index) {
    log_ = In(tables_.log_weights.data());
    const auto joint = layout_.joint_codes.row(index);
    unsigned known = 0;
    for (std::size_t g = 0; g < joint.size(); ++g) {
      known |= joint[g];
      log_ += In(tables_.joint, layout_.groups[g].begin + joint[g]);
    }
    if (known == 0) return false;
    const SampleRow row = layout_.samples.row(index);
    for (const auto& number : layout_.gaussians) {
      if (row.codes[number.code] != 1) continue;
      const Lanes d = row.numbers[number.number] - In(tables_.means, number.number);
      log_ -= d * d * In(tables_.factors, number.number);
    }
    for (const auto& number : layout_.counts) {
      if (row.codes[number.code] != 1) continue;
      log_ += row.numbers[number.number] * In(tables_.factors, number.number);
    }
    for (const auto& place : layout_.places) {
      if (row.codes[place.code] != 1) continue;
      for (int c = place.number; c < place.number + 3; ++c) {
        log_ += row.numbers[c] * In(tables_.factors, c);
      }
    }
    for (std::size_t b = 0; b < layout_.blocks.size(); ++b) ScoreBlock(b, row);
    return true;
  }

  int MostProbable() const {
    int best = 0;
    for (int k = 1; k < layout_.count; ++k) {
      if (log_[k] > log_[best]) best = k;
    }
    return best;
  }

  // The probability of each component, after Score.
  void Probabilities(absl::Span<double> out) const {
    const Lanes likelihood = (log_ - log_.maxCoeff()).max(kLeastLog).exp();
    const double sum = likelihood.sum();
    for (int k = 0; k < layout_.count; ++k) out[k] = likelihood[k] / sum;
  }

  void Add(int index, double weight, int label, MixtureSums& sums) {
    const double largest = log_.maxCoeff();
    log_ -= largest;
    log_ = log_.max(kNegligible);
    responsibility_ = log_.exp();
    const double sum = responsibility_.sum();
    sums.weight += weight;
    sums.objective += weight * largest;
    sums.entropy -= weight * ((responsibility_ * log_).sum() / sum);
    sums_of_rows_[pending_] = sum;
    weights_of_rows_[pending_] = weight;
    if (++pending_ == kBatch) AddLogarithms(sums);
    if (label >= 0) {
      responsibility_.setZero();
      for (int k = 0; k < layout_.count; ++k) {
        responsibility_[k] = weight * (1 - kLabelled) / layout_.count;
      }
      responsibility_[label] += weight * kLabelled;
    } else {
      responsibility_ *= weight / sum;
    }
    const Lanes& r = responsibility_;
    Out(sums.weights.data()) += r;
    const auto joint = layout_.joint_codes.row(index);
    for (std::size_t g = 0; g < joint.size(); ++g) {
      Out(joint_, layout_.groups[g].begin + joint[g]) += r;
    }
    const SampleRow row = layout_.samples.row(index);
    for (const auto& number : layout_.gaussians) {
      if (row.codes[number.code] != 1) continue;
      const Lanes d = row.numbers[number.number] - In(tables_.means, number.number);
      const Lanes rd = r * d;
      Out(sums.first, number.number) += rd;
      Out(sums.second, number.number) += rd * d;
    }
    for (const auto& number : layout_.counts) {
      if (row.codes[number.code] != 1) continue;
      Out(sums.first, number.number) += r * row.numbers[number.number];
    }
    for (const auto& place : layout_.places) {
      if (row.codes[place.code] != 1) continue;
      for (int c = place.number; c < place.number + 3; ++c) {
        Out(sums.first, c) += r * row.numbers[c];
      }
    }
    for (std::size_t b = 0; b < layout_.blocks.size(); ++b) AddBlock(b, row, sums);
  }

  // After the last row.
  void Finish(MixtureSums& sums) {
    AddLogarithms(sums);
    for (const auto& group : layout_.groups) {
      for (int joint = 0; joint < group.range; ++joint) {
        const auto from = In(joint_, group.begin + joint);
        layout_.ForEachPart(group, joint, [&](int column, int code) {
          Out(sums.levels, layout_.level_rows[column] + code) += from;
        });
      }
    }
  }

 private:
  static constexpr int kBatch = 32;  // Logarithms are taken together.

  // The part of objective and entropy that is the logarithm of a row's sum.
  void AddLogarithms(MixtureSums& sums) {
    sums_of_rows_.tail(kBatch - pending_).setOnes();
    weights_of_rows_.tail(kBatch - pending_).setZero();
    const double total = (weights_of_rows_ * sums_of_rows_.log()).sum();
    sums.objective += total;
    sums.entropy += total;
    pending_ = 0;
  }

  Eigen::Map<const Lanes> In(const double* data) const { return {data, layout_.padded}; }
  Eigen::Map<const Lanes> In(const DoubleMatrix& matrix, int row) const {
    return In(matrix.data() + static_cast<std::ptrdiff_t>(row) * layout_.padded);
  }
  Eigen::Map<Lanes> Out(double* data) const { return {data, layout_.padded}; }
  Eigen::Map<Lanes> Out(DoubleMatrix& matrix, int row) const {
    return Out(matrix.data() + static_cast<std::ptrdiff_t>(row) * layout_.padded);
  }

  unsigned KnownBits(std::size_t b, SampleRow row) const {
    unsigned bits = 0;
    for (std::size_t i = 0; i < layout_.blocks[b].numbers.size(); ++i) {
      if (row.codes[layout_.blocks[b].numbers[i].code] == 1) bits |= 1u << i;
    }
    return bits;
  }

  void ScoreBlock(std::size_t b, SampleRow row) {
    const unsigned bits = KnownBits(b, row);
    if (bits == 0) return;
    const auto& block = layout_.blocks[b];
    Pattern& pattern = patterns_[b][bits];
    if (pattern.positions.empty()) {
      pattern = MakePattern(components_.blocks[b], bits, components_, layout_.padded, block.omega);
    }
    std::array<Lanes, kMostBlockNumbers> u;
    Lanes squares(layout_.padded);
    squares.setZero();
    for (std::size_t i = 0; i < pattern.positions.size(); ++i) {
      const int number = block.numbers[pattern.positions[i]].number;
      u[i] = (row.numbers[number] - In(tables_.means, number)) *
             In(tables_.inverse_deviations, number);
      Lanes y = pattern.inverse(i, 0) * u[0];
      for (std::size_t j = 1; j <= i; ++j) y += pattern.inverse(i, j) * u[j];
      squares += y * y;
    }
    log_ += In(pattern.constant.data()) - 0.5 * block.omega * squares;
  }

  void AddBlock(std::size_t b, SampleRow row, MixtureSums& sums) {
    const unsigned bits = KnownBits(b, row);
    if (bits == 0) return;
    const auto& block = layout_.blocks[b];
    const Pattern& pattern = patterns_[b][bits];
    const int known = static_cast<int>(pattern.positions.size());
    DoubleMatrix& moments = sums.blocks[b][bits];
    if (moments.rows() == 0) {
      moments = DoubleMatrix(1 + known + known * (known + 1) / 2, layout_.padded);
    }
    Out(moments, 0) += responsibility_;
    std::array<Lanes, kMostBlockNumbers> d;
    int at = 1 + known;
    for (int i = 0; i < known; ++i) {
      const int number = block.numbers[pattern.positions[i]].number;
      d[i] = row.numbers[number] - In(tables_.means, number);
      const Lanes rd = responsibility_ * d[i];
      Out(moments, 1 + i) += rd;
      for (int j = 0; j <= i; ++j) Out(moments, at++) += rd * d[j];
    }
  }

  const LayoutT& layout_;
  const MixtureComponents& components_;
  const Tables& tables_;
  std::vector<std::vector<Pattern>> patterns_;  // By block, then bits.
  DoubleMatrix joint_;                          // Responsibility by joint code.
  Eigen::Array<double, kBatch, 1> sums_of_rows_;
  Eigen::Array<double, kBatch, 1> weights_of_rows_;
  int pending_ = 0;
  Lanes log_;
  Lanes responsibility_;
};

template <typename LayoutT>
Tables MakeTables(const LayoutT& layout, const MixtureComponents& components) {
  const int count = layout.count, padded = layout.padded;
  DoubleMatrix levels(layout.level_rows.back(), padded);
  Tables tables{.log_weights = std::vector<double>(padded, kPadding),
                .joint = DoubleMatrix(layout.joint_rows, padded),
                .means = DoubleMatrix(layout.encoder.number_count(), padded),
                .factors = DoubleMatrix(layout.encoder.number_count(), padded),
                .inverse_deviations = DoubleMatrix(layout.encoder.number_count(), padded)};
  for (int k = 0; k < count; ++k) tables.log_weights[k] = std::log(components.weights[k]);
  for (std::size_t c = 0; c < layout.owner.size(); ++c) {
    const double omega = layout.Omega(layout.owner[c]);
    for (int r = layout.level_rows[c]; r < layout.level_rows[c + 1]; ++r) {
      for (int k = 0; k < count; ++k) levels(r, k) = omega * components.log_levels(r, k);
    }
  }
  for (const auto& number : layout.gaussians) {
    const double omega = layout.Omega(number.attribute);
    for (int k = 0; k < count; ++k) {
      const double variance = components.spreads(number.number, k);
      tables.means(number.number, k) = components.means(number.number, k);
      tables.factors(number.number, k) = 0.5 * omega / variance;
      levels(number.level, k) -= 0.5 * omega * (kLogTwoPi + std::log(variance));
    }
  }
  for (const auto& number : layout.counts) {
    const double omega = layout.Omega(number.attribute);
    for (int k = 0; k < count; ++k) {
      const double rate = components.means(number.number, k);
      tables.factors(number.number, k) = omega * std::log(rate);
      levels(number.level, k) -= omega * rate;
    }
  }
  for (const auto& place : layout.places) {
    const double omega = layout.Omega(place.attribute);
    const AttributeEncoding& encoding = layout.encoder.attributes()[place.attribute];
    for (int k = 0; k < count; ++k) {
      const double kappa = components.spreads(place.number, k);
      double constant = LogSphereConstant(kappa) - kappa;
      for (int c = 0; c < 3; ++c) {
        const double slope = kappa * components.means(place.number + c, k);
        tables.factors(place.number + c, k) = omega * slope / encoding.factor[c];
        constant += slope * encoding.shift[c];
      }
      levels(place.level, k) += omega * constant;
    }
  }
  for (const auto& block : layout.blocks) {
    for (const auto& number : block.numbers) {
      for (int k = 0; k < count; ++k) {
        tables.means(number.number, k) = components.means(number.number, k);
        tables.inverse_deviations(number.number, k) =
            1 / std::sqrt(components.spreads(number.number, k));
      }
    }
  }
  for (const auto& group : layout.groups) {
    for (int joint = 0; joint < group.range; ++joint) {
      layout.ForEachPart(group, joint, [&](int column, int code) {
        for (int k = 0; k < count; ++k) {
          tables.joint(group.begin + joint, k) += levels(layout.level_rows[column] + code, k);
        }
      });
    }
  }
  return tables;
}

// Calls run.template operator()<N>() with N lanes, fixed where K' is small.
template <typename Run>
void WithLanes(int padded, Run run) {
  switch (padded) {
    case 4: return run.template operator()<4>();
    case 8: return run.template operator()<8>();
    case 12: return run.template operator()<12>();
    case 16: return run.template operator()<16>();
    default: return run.template operator()<Eigen::Dynamic>();
  }
}

}  // namespace

struct MixtureEm::Prepared {
  const MixtureComponents& components;
  Tables tables;
};

std::shared_ptr<const MixtureEm::Prepared> MixtureEm::Prepare(
    const MixtureComponents& components) const {
  return std::make_shared<Prepared>(Prepared{components, MakeTables(*layout_, components)});
}

MixtureSums MixtureEm::Accumulate(const Prepared& prepared, int begin, int end,
                                  const std::vector<int>* labels) const {
  const Layout& layout = *layout_;
  MixtureSums sums{.weights = std::vector<double>(layout.padded),
                   .levels = DoubleMatrix(layout.level_rows.back(), layout.padded),
                   .first = DoubleMatrix(layout.encoder.number_count(), layout.padded),
                   .second = DoubleMatrix(layout.encoder.number_count(), layout.padded),
                   .blocks = std::vector<std::vector<DoubleMatrix>>(layout.blocks.size())};
  for (std::size_t b = 0; b < layout.blocks.size(); ++b) {
    sums.blocks[b].resize(std::size_t{1} << layout.blocks[b].numbers.size());
  }
  WithLanes(layout.padded, [&]<int N>() {
    RowPass<N, Layout> pass(layout, prepared.components, prepared.tables);
    for (int i = begin; i < end; ++i) {
      if (layout.weights[i] <= 0 || !pass.Score(i)) continue;
      pass.Add(i, layout.weights[i], labels == nullptr ? -1 : (*labels)[i], sums);
    }
    pass.Finish(sums);
  });
  return sums;
}

void MixtureEm::MostProbable(const Prepared& prepared, int begin, int end, int* labels) const {
  const Layout& layout = *layout_;
  WithLanes(layout.padded, [&]<int N>() {
    RowPass<N, Layout> pass(layout, prepared.components, prepared.tables);
    for (int i = begin; i < end; ++i) labels[i] = pass.Score(i) ? pass.MostProbable() : -1;
  });
}

void MixtureEm::Responsibilities(const Prepared& prepared, int begin, int end,
                                 DoubleMatrix& matrix) const {
  const Layout& layout = *layout_;
  WithLanes(layout.padded, [&]<int N>() {
    RowPass<N, Layout> pass(layout, prepared.components, prepared.tables);
    for (int i = begin; i < end; ++i) {
      pass.Score(i);
      pass.Probabilities(matrix.row(i));
    }
  });
}

void MixtureEm::Merge(const MixtureSums& block, MixtureSums& sums) {
  const auto add = [](const DoubleMatrix& from, DoubleMatrix& into) {
    if (from.rows() == 0) return;
    if (into.rows() == 0) {
      into = from;
      return;
    }
    const std::size_t size = static_cast<std::size_t>(into.rows()) * into.cols();
    for (std::size_t i = 0; i < size; ++i) into.data()[i] += from.data()[i];
  };
  if (sums.weights.empty()) {
    sums = block;
    return;
  }
  sums.objective += block.objective;
  sums.entropy += block.entropy;
  sums.weight += block.weight;
  for (std::size_t k = 0; k < sums.weights.size(); ++k) sums.weights[k] += block.weights[k];
  add(block.levels, sums.levels);
  add(block.first, sums.first);
  add(block.second, sums.second);
  for (std::size_t b = 0; b < sums.blocks.size(); ++b) {
    for (std::size_t bits = 0; bits < sums.blocks[b].size(); ++bits) {
      add(block.blocks[b][bits], sums.blocks[b][bits]);
    }
  }
}

namespace {

// Gives every component the sum over all.
void Pool(DoubleMatrix& sums, int row, int count) {
  double total = 0;
  for (int k = 0; k < count; ++k) total += sums(row, k);
  for (int k = 0; k < count; ++k) sums(row, k) = total;
}

// The complete-data moments of a block in one component, about its old means,
// completed by what the known numbers say of the unknown.
struct BlockMoments {
  double weight = 0;
  Vector first;
  Matrix second;
};

// D_k and mean of a component, and the common correlation: conditional
// maximisation, one after the other.
class BlockUpdate {
 public:
  BlockUpdate(const NumberBlock& block, int count) : block_(block), old_(CorrelationOf(block)) {
    const int size = static_cast<int>(block.numbers.size());
    moments_.assign(count, {.first = Vector::Zero(size), .second = Matrix::Zero(size, size)});
  }

  void Complete(unsigned bits, const DoubleMatrix& sums, const MixtureComponents& components) {
    const int size = static_cast<int>(block_.numbers.size());
    std::vector<int> known, unknown;
    for (int i = 0; i < size; ++i) (bits >> i & 1 ? known : unknown).push_back(i);
    const int o = static_cast<int>(known.size()), m = static_cast<int>(unknown.size());
    Matrix oo(o, o), mo(m, o), mm(m, m);
    for (int i = 0; i < o; ++i) {
      for (int j = 0; j < o; ++j) oo(i, j) = old_(known[i], known[j]);
    }
    for (int i = 0; i < m; ++i) {
      for (int j = 0; j < o; ++j) mo(i, j) = old_(unknown[i], known[j]);
      for (int j = 0; j < m; ++j) mm(i, j) = old_(unknown[i], unknown[j]);
    }
    const Matrix regression = oo.llt().solve(mo.transpose()).transpose();  // m x o, standardised.
    const Matrix left = mm - regression * mo.transpose();
    for (int k = 0; k < static_cast<int>(moments_.size()); ++k) {
      BlockMoments& moments = moments_[k];
      const double weight = sums(0, k);
      const auto deviation = [&](int i) {
        return std::sqrt(components.spreads(block_.numbers[i], k));
      };
      Vector first(o);
      Matrix second(o, o);
      int at = 1 + o;
      for (int i = 0; i < o; ++i) {
        first(i) = sums(1 + i, k);
        for (int j = 0; j <= i; ++j) second(i, j) = second(j, i) = sums(at++, k);
      }
      Matrix b = regression;
      for (int i = 0; i < m; ++i) {
        for (int j = 0; j < o; ++j) b(i, j) *= deviation(unknown[i]) / deviation(known[j]);
      }
      const Vector first_m = b * first;
      const Matrix second_mo = b * second;
      Matrix second_mm = second_mo * b.transpose();
      for (int i = 0; i < m; ++i) {
        for (int j = 0; j < m; ++j) {
          second_mm(i, j) += weight * left(i, j) * deviation(unknown[i]) * deviation(unknown[j]);
        }
      }
      moments.weight += weight;
      for (int i = 0; i < o; ++i) {
        moments.first(known[i]) += first(i);
        for (int j = 0; j < o; ++j) moments.second(known[i], known[j]) += second(i, j);
      }
      for (int i = 0; i < m; ++i) {
        moments.first(unknown[i]) += first_m(i);
        for (int j = 0; j < o; ++j) {
          moments.second(unknown[i], known[j]) += second_mo(i, j);
          moments.second(known[j], unknown[i]) += second_mo(i, j);
        }
        for (int j = 0; j < m; ++j) moments.second(unknown[i], unknown[j]) += second_mm(i, j);
      }
    }
  }

  void PoolComponents() {
    for (std::size_t k = 1; k < moments_.size(); ++k) {
      moments_[0].weight += moments_[k].weight;
      moments_[0].first += moments_[k].first;
      moments_[0].second += moments_[k].second;
    }
    for (std::size_t k = 1; k < moments_.size(); ++k) moments_[k] = moments_[0];
  }

  // Writes means, variances and the correlation.
  void Apply(const std::vector<double>& floors, MixtureComponents& components, int block_index) {
    const int size = static_cast<int>(block_.numbers.size());
    Matrix pooled = Matrix::Zero(size, size);
    double total = 0;
    const Matrix precision = old_.llt().solve(Matrix::Identity(size, size));
    for (int k = 0; k < static_cast<int>(moments_.size()); ++k) {
      const BlockMoments& moments = moments_[k];
      if (moments.weight < kLeastNumbers) continue;
      const Vector shift = moments.first / moments.weight;
      const Matrix scatter = moments.second / moments.weight - shift * shift.transpose();
      Vector inverse(size);  // 1 / deviation.
      for (int i = 0; i < size; ++i) {
        inverse(i) = 1 / std::sqrt(components.spreads(block_.numbers[i], k));
      }
      // -sum ln a + a'(P o S) a / 2 is convex: each a_i in turn is a root.
      for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < size; ++i) {
          double others = 0;
          for (int j = 0; j < size; ++j) {
            if (j != i) others += precision(i, j) * scatter(i, j) * inverse(j);
          }
          const double own = std::max(precision(i, i) * scatter(i, i), 1e-12);
          const double root = (-others + std::sqrt(others * others + 4 * own)) / (2 * own);
          inverse(i) = std::min(root, 1 / std::sqrt(floors[i]));
        }
      }
      for (int i = 0; i < size; ++i) {
        components.means(block_.numbers[i], k) += shift(i);
        components.spreads(block_.numbers[i], k) = 1 / (inverse(i) * inverse(i));
      }
      pooled += moments.weight * (inverse.asDiagonal() * scatter * inverse.asDiagonal());
      total += moments.weight;
    }
    if (total <= 0) return;
    pooled /= total;
    // What the diagonal says goes to the deviations of every component.
    Vector scale(size);
    for (int i = 0; i < size; ++i) scale(i) = std::sqrt(std::max(pooled(i, i), 1e-12));
    for (int i = 0; i < size; ++i) {
      for (int k = 0; k < static_cast<int>(moments_.size()); ++k) {
        double& spread = components.spreads(block_.numbers[i], k);
        spread = std::max(spread * scale(i) * scale(i), floors[i]);
      }
    }
    for (int i = 0; i < size; ++i) {
      for (int j = 0; j < size; ++j)
        pooled(i, j) = i == j ? 1 : pooled(i, j) / (scale(i) * scale(j));
    }
    const double least = Eigen::SelfAdjointEigenSolver<Matrix>(pooled).eigenvalues()(0);
    // Towards independence until the smallest eigenvalue is large enough.
    const double kept = least < kLeastEigenvalue ? (1 - kLeastEigenvalue) / (1 - least) : 1;
    for (int i = 0; i < size; ++i) {
      for (int j = 0; j < size; ++j) {
        components.blocks[block_index].correlation(i, j) = i == j ? 1 : kept * pooled(i, j);
      }
    }
  }

 private:
  const NumberBlock& block_;
  const Matrix old_;
  std::vector<BlockMoments> moments_;
};

}  // namespace

void MixtureEm::Layout::UpdateOrderedLevels(int column, const DoubleMatrix& sums,
                                            DoubleMatrix& log_levels) const {
  const int first = level_rows[column] + 1;
  const int levels = level_rows[column + 1] - first;
  DoubleMatrix responsibilities(levels, count), shares(levels, count);
  for (int l = 0; l < levels; ++l) {
    for (int k = 0; k < count; ++k) {
      responsibilities(l, k) = sums(first + l, k) + prior * marginal[first + l];
      shares(l, k) = log_levels(first + l, k);
    }
  }
  ImproveOrderedLevels(responsibilities, kLeastLog, shares);
  for (int l = 0; l < levels; ++l) {
    for (int k = 0; k < count; ++k) log_levels(first + l, k) = shares(l, k);
  }
}

MixtureComponents MixtureEm::Update(const MixtureComponents& components,
                                    const MixtureSums& given) const {
  const Layout& layout = *layout_;
  const int count = layout.count;
  MixtureSums sums = given;
  MixtureComponents updated = components;
  for (int k = 0; k < count; ++k) {
    updated.weights[k] =
        std::max((sums.weights[k] + layout.prior / count) / (sums.weight + layout.prior), 1e-300);
  }
  for (std::size_t c = 0; c < layout.owner.size(); ++c) {
    const bool shared = layout.shared[layout.owner[c]] != 0;
    for (int r = layout.level_rows[c] + 1; r < layout.level_rows[c + 1]; ++r) {
      if (shared) Pool(sums.levels, r, count);
    }
    if (HasOrderedLevels(layout.encoder.attributes()[layout.owner[c]], layout.prior)) {
      layout.UpdateOrderedLevels(static_cast<int>(c), sums.levels, updated.log_levels);
      continue;
    }
    for (int k = 0; k < count; ++k) {
      double known = 0;
      for (int r = layout.level_rows[c] + 1; r < layout.level_rows[c + 1]; ++r) {
        known += sums.levels(r, k);
      }
      for (int r = layout.level_rows[c] + 1; r < layout.level_rows[c + 1]; ++r) {
        const double share =
            known + layout.prior > 0
                ? (sums.levels(r, k) + layout.prior * layout.marginal[r]) / (known + layout.prior)
                : layout.marginal[r];
        updated.log_levels(r, k) = share > 1e-300 ? std::log(share) : kLeastLog;
      }
    }
  }
  for (const Layout::Number& number : layout.gaussians) {
    if (layout.shared[number.attribute]) {
      // Deviations are from one mean, the same in every component.
      Pool(sums.first, number.number, count);
      Pool(sums.second, number.number, count);
    }
    for (int k = 0; k < count; ++k) {
      const double known = sums.levels(number.level, k);
      if (known < kLeastNumbers) continue;
      const double shift = sums.first(number.number, k) / known;
      const double variance = sums.second(number.number, k) / known - shift * shift;
      updated.means(number.number, k) += shift;
      updated.spreads(number.number, k) = std::max(variance, number.floor);
    }
  }
  for (const Layout::Number& number : layout.counts) {
    if (layout.shared[number.attribute]) Pool(sums.first, number.number, count);
    for (int k = 0; k < count; ++k) {
      const double known = sums.levels(number.level, k) + layout.prior;
      if (known <= 0) continue;
      const double total =
          sums.first(number.number, k) + layout.prior * layout.mean_count[number.number];
      updated.means(number.number, k) = std::max(total / known, kLeastRate);
    }
  }
  for (const Layout::Place& place : layout.places) {
    const AttributeEncoding& encoding = layout.encoder.attributes()[place.attribute];
    if (layout.shared[place.attribute]) {
      for (int c = 0; c < 3; ++c) Pool(sums.first, place.number + c, count);
    }
    for (int k = 0; k < count; ++k) {
      const double known = sums.levels(place.level, k);
      if (known < kLeastNumbers) continue;
      double resultant[3], squared = 0;
      for (int c = 0; c < 3; ++c) {
        resultant[c] =
            sums.first(place.number + c, k) / known / encoding.factor[c] + encoding.shift[c];
        squared += resultant[c] * resultant[c];
      }
      const double length = std::sqrt(squared);
      if (!(length > 1e-12)) continue;
      for (int c = 0; c < 3; ++c) {
        updated.means(place.number + c, k) = resultant[c] / length;
        updated.spreads(place.number + c, k) = Concentration(length);
      }
    }
  }
  for (std::size_t b = 0; b < layout.blocks.size(); ++b) {
    const Layout::Block& block = layout.blocks[b];
    BlockUpdate update(components.blocks[b], count);
    for (std::size_t bits = 1; bits < sums.blocks[b].size(); ++bits) {
      if (sums.blocks[b][bits].rows() > 0) {
        update.Complete(static_cast<unsigned>(bits), sums.blocks[b][bits], components);
      }
    }
    if (block.shared) update.PoolComponents();
    std::vector<double> floors;
    for (const Layout::Number& number : block.numbers) floors.push_back(number.floor);
    update.Apply(floors, updated, static_cast<int>(b));
  }
  return updated;
}

double MixtureEm::LogPrior(const MixtureComponents& components) const {
  const Layout& layout = *layout_;
  if (layout.prior <= 0) return 0;
  double sum = 0;
  for (const double weight : components.weights) sum += std::log(weight) / layout.count;
  for (std::size_t c = 0; c < layout.owner.size(); ++c) {
    const int v = layout.owner[c];
    for (int k = 0; k < (layout.shared[v] ? 1 : layout.count); ++k) {
      for (int r = layout.level_rows[c] + 1; r < layout.level_rows[c + 1]; ++r) {
        sum += layout.Omega(v) * layout.marginal[r] * components.log_levels(r, k);
      }
    }
  }
  for (const Layout::Number& number : layout.counts) {
    const double mean = layout.mean_count[number.number];
    for (int k = 0; k < (layout.shared[number.attribute] ? 1 : layout.count); ++k) {
      const double rate = components.means(number.number, k);
      sum += layout.Omega(number.attribute) * ((mean > 0 ? mean * std::log(rate) : 0) - rate);
    }
  }
  return layout.prior * sum;
}

MixtureComponents MixtureEm::Neutral() const {
  const Layout& layout = *layout_;
  const int count = layout.count, numbers = layout.encoder.number_count();
  MixtureComponents neutral{.weights = std::vector<double>(count, 1.0 / count),
                            .log_levels = DoubleMatrix(layout.level_rows.back(), count),
                            .means = DoubleMatrix(numbers, count),
                            .spreads = DoubleMatrix(numbers, count, 1)};
  for (std::size_t c = 0; c < layout.owner.size(); ++c) {
    for (int r = layout.level_rows[c] + 1; r < layout.level_rows[c + 1]; ++r) {
      const double share = layout.marginal[r];
      for (int k = 0; k < count; ++k) {
        neutral.log_levels(r, k) = share > 1e-300 ? std::log(share) : kLeastLog;
      }
    }
  }
  for (const Layout::Number& number : layout.counts) {
    for (int k = 0; k < count; ++k) {
      neutral.means(number.number, k) = std::max(layout.mean_count[number.number], kLeastRate);
      neutral.spreads(number.number, k) = 0;
    }
  }
  for (const Layout::Place& place : layout.places) {
    for (int k = 0; k < count; ++k) neutral.means(place.number, k) = 1;
  }
  for (const Layout::Block& block : layout.blocks) {
    NumberBlock& correlated = neutral.blocks.emplace_back();
    const int size = static_cast<int>(block.numbers.size());
    correlated.correlation = DoubleMatrix(size, size);
    for (int i = 0; i < size; ++i) {
      correlated.numbers.push_back(block.numbers[i].number);
      correlated.correlation(i, i) = 1;
    }
  }
  return neutral;
}

}  // namespace cible
