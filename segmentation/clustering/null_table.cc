#include "segmentation/clustering/null_table.h"

#include <Eigen/Core>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <numbers>
#include <utility>

#include "segmentation/clustering/random.h"
#include "segmentation/data/attribute_encoding.h"

namespace cible {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Terms of the Hermite expansion of a margin. What they leave out matters only
// for latent correlations beyond about .95.
constexpr int kTerms = 40;
// Latent correlations stay within this, lest a variable be a copy of another.
constexpr double kMostCorrelation = 0.999;
constexpr int kHalvings = 40;
constexpr double kLeastEigenvalue = 1e-8;

// What keys the draws.
enum Draws : std::uint64_t { kCells = 1, kHoles };

double NormalDensity(double x) { return std::exp(-0.5 * x * x) / std::sqrt(2 * std::numbers::pi); }
double NormalQuantile(double share) {
  return boost::math::quantile(boost::math::normal_distribution<>(), share);
}
double NormalShare(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

// A code column, and what it belongs to.
struct Variable {
  const AttributeEncoding* attribute = nullptr;
  int code = 0;

  bool IsOrdered() const {
    return attribute->type != AttributeType::kCategorical &&
           attribute->type != AttributeType::kLocation;
  }
};

std::vector<Variable> VariablesOf(const Encoder& encoder) {
  std::vector<Variable> variables;
  for (const AttributeEncoding& attribute : encoder.attributes()) {
    for (int tag = 0; tag < attribute.code_count; ++tag) {
      variables.push_back({.attribute = &attribute, .code = attribute.code + tag});
    }
  }
  return variables;
}

// Where the cell of an ordered variable lies among the others.
double PlaceOf(const Variable& variable, SampleRow row) {
  const AttributeEncoding& attribute = *variable.attribute;
  const int code = row.codes[variable.code];
  if (attribute.number_count == 0) return code;
  if (code == 1) return row.numbers[attribute.number];
  const double mass = OnScale(attribute, attribute.point_masses[code - 2]);
  return (mass - attribute.shift[0]) * attribute.factor[0];
}

// The known cells of a variable in order: those of one place are tied.
struct OrderedCells {
  std::vector<int> rows;
  std::vector<double> places;
};

OrderedCells InOrder(const Samples& samples, int code, const std::vector<double>& places) {
  OrderedCells cells;
  for (int i = 0; i < samples.count(); ++i) {
    if (samples.codes(i, code) != 0 && samples.weights[i] > 0) cells.rows.push_back(i);
  }
  std::stable_sort(cells.rows.begin(), cells.rows.end(),
                   [&](int a, int b) { return places[a] < places[b]; });
  for (const int row : cells.rows) cells.places.push_back(places[row]);
  return cells;
}

// A run of tied cells.
struct Step {
  std::size_t begin = 0, end = 0;
  double share_before = 0, share_through = 0;
  double score = 0;
};

// The steps of a margin with their normal scores: the quantile of the mid-rank,
// standardised.
std::vector<Step> StepsOf(const OrderedCells& cells, const std::vector<double>& weights) {
  std::vector<Step> steps;
  double total = 0;
  for (const int row : cells.rows) total += weights[row];
  double sum = 0;
  for (std::size_t i = 0; i < cells.rows.size();) {
    Step step{.begin = i, .end = i, .share_before = sum / total};
    while (step.end < cells.rows.size() && cells.places[step.end] == cells.places[i]) {
      sum += weights[cells.rows[step.end++]];
    }
    step.share_through = std::min(1.0, sum / total);
    step.score = NormalQuantile((step.share_before + step.share_through) / 2);
    i = step.end;
    steps.push_back(step);
  }
  double mean = 0, square = 0;
  for (const Step& step : steps) mean += (step.share_through - step.share_before) * step.score;
  for (Step& step : steps) {
    step.score -= mean;
    square += (step.share_through - step.share_before) * step.score * step.score;
  }
  for (Step& step : steps) step.score = square > 0 ? step.score / std::sqrt(square) : 0;
  return steps;
}

// Coefficients of a margin's scores, as a function of a standard normal
// variable, on the normalised Hermite polynomials 1 ... kTerms: on a step from
// s to t the m-th integrates to (he_{m-1}(s) phi(s) - he_{m-1}(t) phi(t)) / sqrt(m).
std::vector<double> HermiteCoefficients(const std::vector<Step>& steps) {
  std::vector<double> coefficients(kTerms);
  for (std::size_t s = 0; s + 1 < steps.size(); ++s) {
    const double t = NormalQuantile(steps[s].share_through);
    if (!std::isfinite(t)) continue;
    // Both sides of a threshold meet here.
    const double rise = (steps[s + 1].score - steps[s].score) * NormalDensity(t);
    double before = 0, current = 1;
    for (int m = 1; m <= kTerms; ++m) {
      coefficients[m - 1] += rise * current / std::sqrt(m);
      const double next = (t * current - std::sqrt(m - 1) * before) / std::sqrt(m);
      before = current;
      current = next;
    }
  }
  return coefficients;
}

// The correlation of two normal variables whose scores then have `wanted`:
// the root of sum_m a_m b_m rho^m = wanted.
double LatentCorrelation(const std::vector<double>& a, const std::vector<double>& b,
                         double wanted) {
  double products[kTerms];
  for (int m = 0; m < kTerms; ++m) products[m] = a[m] * b[m];
  double low = -kMostCorrelation, high = kMostCorrelation;
  for (int halving = 0; halving < kHalvings; ++halving) {
    const double middle = (low + high) / 2;
    double sum = 0;
    for (int m = kTerms - 1; m >= 0; --m) sum = (sum + products[m]) * middle;
    (sum < wanted ? low : high) = middle;
  }
  return (low + high) / 2;
}

// Columns of unit variance in all for each attribute, 0 where unknown: what the
// first principal axis is found from.
class AxisColumns {
 public:
  AxisColumns(const Samples& samples, const Encoder& encoder) : samples_(samples) {
    int columns = 0;
    for (const AttributeEncoding& attribute : encoder.attributes()) columns += attribute.count;
    matrix_ = Matrix::Zero(samples.count(), columns);
  }

  void AddOrdered(const OrderedCells& cells, const std::vector<Step>& steps, double scale) {
    for (const Step& step : steps) {
      for (std::size_t i = step.begin; i < step.end; ++i) {
        matrix_(cells.rows[i], next_) = step.score * scale;
      }
    }
    ++next_;
  }

  // One column a level. Gives the first of them.
  int AddLevels(const Variable& variable) {
    const int begin = next_, count = variable.attribute->count;
    for (int i = 0; i < samples_.count(); ++i) {
      const int code = samples_.codes(i, variable.code);
      if (code != 0) matrix_(i, begin + code - 1) = 1;
    }
    Standardise(variable.code, count);
    return begin;
  }

  int AddPlaces(const Variable& variable) {
    const int begin = next_, count = variable.attribute->number_count;
    for (int i = 0; i < samples_.count(); ++i) {
      if (samples_.codes(i, variable.code) == 0) continue;
      for (int c = 0; c < count; ++c) {
        matrix_(i, begin + c) = samples_.numbers(i, variable.attribute->number + c);
      }
    }
    Standardise(variable.code, count);
    return begin;
  }

  // The direction of largest variance.
  Eigen::VectorXd FirstAxis() const {
    const Eigen::Map<const Eigen::VectorXd> weights(samples_.weights.data(), samples_.count());
    const Matrix covariance = matrix_.transpose() * (weights.asDiagonal() * matrix_);
    return Eigen::SelfAdjointEigenSolver<Matrix>(covariance).eigenvectors().rightCols(1);
  }

  const Matrix& matrix() const { return matrix_; }

 private:
  // Centres the next columns over the rows that know them, and gives them unit
  // variance in all.
  void Standardise(int code, int count) {
    double total = 0, square = 0;
    Eigen::RowVectorXd mean = Eigen::RowVectorXd::Zero(count);
    const auto for_known = [&](auto visit) {
      for (int i = 0; i < samples_.count(); ++i) {
        if (samples_.codes(i, code) != 0) visit(matrix_.row(i).segment(next_, count), i);
      }
    };
    for_known([&](auto row, int i) {
      mean += samples_.weights[i] * row;
      total += samples_.weights[i];
    });
    if (total > 0) mean /= total;
    for_known([&](auto row, int i) {
      row -= mean;
      square += samples_.weights[i] * row.squaredNorm();
    });
    if (square > 0) for_known([&](auto row, int) { row *= std::sqrt(total / square); });
    next_ += count;
  }

  const Samples& samples_;
  Matrix matrix_;
  int next_ = 0;
};

// The places of every variable's cells, by row.
std::vector<std::vector<double>> PlacesOf(const Samples& samples, const Encoder& encoder,
                                          const std::vector<Variable>& variables) {
  const int n = samples.count();
  std::vector<std::vector<double>> places(variables.size(), std::vector<double>(n));
  std::vector<int> columns(variables.size(), -1);
  AxisColumns axis_columns(samples, encoder);
  for (std::size_t v = 0; v < variables.size(); ++v) {
    const Variable& variable = variables[v];
    if (!variable.IsOrdered()) {
      columns[v] = variable.attribute->type == AttributeType::kLocation
                       ? axis_columns.AddPlaces(variable)
                       : axis_columns.AddLevels(variable);
      continue;
    }
    for (int i = 0; i < n; ++i) {
      if (samples.codes(i, variable.code) != 0) places[v][i] = PlaceOf(variable, samples.row(i));
    }
    const OrderedCells cells = InOrder(samples, variable.code, places[v]);
    axis_columns.AddOrdered(cells, StepsOf(cells, samples.weights),
                            1 / std::sqrt(variable.attribute->code_count));
  }
  if (std::all_of(columns.begin(), columns.end(), [](int c) { return c < 0; })) return places;

  const Eigen::VectorXd axis = axis_columns.FirstAxis();
  const Eigen::VectorXd scores = axis_columns.matrix() * axis;
  for (std::size_t v = 0; v < variables.size(); ++v) {
    if (columns[v] < 0) continue;
    const AttributeEncoding& attribute = *variables[v].attribute;
    if (attribute.type == AttributeType::kLocation) {
      for (int i = 0; i < n; ++i) {
        places[v][i] =
            axis_columns.matrix().row(i).segment(columns[v], 3) * axis.segment(columns[v], 3);
      }
      continue;
    }
    std::vector<double> sums(attribute.CodeRange()), weights(attribute.CodeRange());
    for (int i = 0; i < n; ++i) {
      sums[samples.codes(i, variables[v].code)] += samples.weights[i] * scores[i];
      weights[samples.codes(i, variables[v].code)] += samples.weights[i];
    }
    for (int i = 0; i < n; ++i) {
      const int code = samples.codes(i, variables[v].code);
      if (weights[code] > 0) places[v][i] = sums[code] / weights[code];
    }
  }
  return places;
}

// Correlations of columns that are centred and 0 where unknown, each pair over
// the rows that know both.
Matrix PairwiseCorrelations(const Matrix& scores, const Matrix& known,
                            const std::vector<double>& weights) {
  const Eigen::Map<const Eigen::VectorXd> w(weights.data(), scores.rows());
  const Matrix products = scores.transpose() * (w.asDiagonal() * scores);
  const Matrix squares = scores.cwiseAbs2().transpose() * (w.asDiagonal() * known);
  Matrix correlations = Matrix::Identity(scores.cols(), scores.cols());
  for (int a = 0; a < scores.cols(); ++a) {
    for (int b = 0; b < a; ++b) {
      const double scale = std::sqrt(squares(a, b) * squares(b, a));
      const double correlation = scale > 0 ? std::clamp(products(a, b) / scale, -1.0, 1.0) : 0;
      correlations(a, b) = correlations(b, a) = correlation;
    }
  }
  return correlations;
}

DoubleMatrix FromEigen(const Matrix& matrix) {
  DoubleMatrix copy(static_cast<int>(matrix.rows()), static_cast<int>(matrix.cols()));
  std::copy(matrix.data(), matrix.data() + matrix.size(), copy.data());
  return copy;
}

// A standard normal draw for each of `count` variables (Box and Muller).
void DrawNormals(std::uint64_t key, int count, double* normals) {
  for (int v = 0; v < count; v += 2) {
    const auto pair = static_cast<std::uint64_t>(v);
    const double radius = std::sqrt(-2 * std::log(1 - Uniform(Key(key, pair, 0))));
    const double angle = 2 * std::numbers::pi * Uniform(Key(key, pair, 1));
    normals[v] = radius * std::cos(angle);
    if (v + 1 < count) normals[v + 1] = radius * std::sin(angle);
  }
}

// Position of the first of the ascending sums that exceeds this share of all.
std::size_t PositionOf(const std::vector<double>& up_to, double share) {
  const auto at = std::upper_bound(up_to.begin(), up_to.end(), share * up_to.back());
  return static_cast<std::size_t>(std::min(at, up_to.end() - 1) - up_to.begin());
}

}  // namespace

NullModel::NullModel(Samples samples, const Encoder& encoder) : samples_(std::move(samples)) {
  const std::vector<Variable> variables = VariablesOf(encoder);
  const auto places = PlacesOf(samples_, encoder, variables);
  const int n = samples_.count(), count = static_cast<int>(variables.size());
  Matrix scores = Matrix::Zero(n, count), known = Matrix::Zero(n, count);
  std::vector<std::vector<double>> coefficients;
  for (int v = 0; v < count; ++v) {
    const OrderedCells cells = InOrder(samples_, variables[v].code, places[v]);
    const std::vector<Step> steps = StepsOf(cells, samples_.weights);
    for (const Step& step : steps) {
      for (std::size_t i = step.begin; i < step.end; ++i) {
        scores(cells.rows[i], v) = step.score;
        known(cells.rows[i], v) = 1;
      }
    }
    coefficients.push_back(HermiteCoefficients(steps));
    Margin margin{.rows = cells.rows,
                  .up_to = {},
                  .number = variables[v].attribute->number,
                  .number_count = variables[v].attribute->number_count};
    double sum = 0;
    for (const int row : cells.rows) margin.up_to.push_back(sum += samples_.weights[row]);
    margins_.push_back(std::move(margin));
  }
  double sum = 0;
  for (const double weight : samples_.weights) up_to_.push_back(sum += weight);

  Matrix latent = PairwiseCorrelations(scores, known, samples_.weights);
  for (int a = 0; a < count; ++a) {
    for (int b = 0; b < a; ++b) {
      latent(a, b) = latent(b, a) =
          LatentCorrelation(coefficients[a], coefficients[b], latent(a, b));
    }
  }
  // The nearest that is positive semi-definite, brought back to unit variances.
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(latent);
  const Eigen::VectorXd roots = solver.eigenvalues().cwiseMax(kLeastEigenvalue).cwiseSqrt();
  Matrix mixing = solver.eigenvectors() * roots.asDiagonal();
  mixing.rowwise().normalize();
  latent_ = FromEigen(mixing * mixing.transpose());
  mixing_ = FromEigen(mixing);
}

Samples NullModel::Draw(int count, std::uint64_t key) const {
  Samples table{.codes = ByteMatrix(count, samples_.codes.cols()),
                .numbers = FloatMatrix(count, samples_.numbers.cols()),
                .weights = std::vector<double>(count, 1)};
  const int variables = static_cast<int>(margins_.size());
  const Eigen::Map<const Matrix> mixing(mixing_.data(), variables, variables);
  Eigen::VectorXd normals(variables), mixed(variables);
  for (int i = 0; i < count; ++i) {
    const auto row_key = static_cast<std::uint64_t>(i);
    const std::size_t pattern = PositionOf(up_to_, Uniform(Key(key, kHoles, row_key)));
    DrawNormals(Key(key, kCells, row_key), variables, normals.data());
    mixed.noalias() = mixing * normals;
    for (int v = 0; v < variables; ++v) {
      const Margin& margin = margins_[v];
      if (samples_.codes(static_cast<int>(pattern), v) == 0 || margin.rows.empty()) continue;
      const int source = margin.rows[PositionOf(margin.up_to, NormalShare(mixed[v]))];
      table.codes(i, v) = samples_.codes(source, v);
      for (int c = 0; c < margin.number_count; ++c) {
        table.numbers(i, margin.number + c) = samples_.numbers(source, margin.number + c);
      }
    }
  }
  return table;
}

}  // namespace cible
