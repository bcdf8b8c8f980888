#include "segmentation/models/penalised_logistic.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace cible {
namespace {

// Symmetric matrices of this file fill their upper triangle alone.
using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Eigen::Index;
using Eigen::VectorXd;

constexpr double kFirstRidge = 1;
constexpr double kMostRidge = 1e5;
// Of an ordered group of m columns, kFaintRidge / m on each.
constexpr double kFaintRidge = .01;

constexpr int kRounds = 15;            // Of new ridges.
constexpr double kRidgeChange = .02;   // Relative; less, and the ridges stay.
constexpr int kMostSteps = 50;         // Newton's, under fixed ridges.
constexpr int kFirstSteps = 3;         // Before the ridges change for the first time.
constexpr double kStepLength = 1e-10;  // A shorter step is none.
constexpr int kMostHalvings = 20;
// A contact that is all but certain keeps a little weight in the Hessian.
constexpr double kLeastVariance = 1e-10;

double Log1pExp(double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }

double Logistic(double x) { return 1 / (1 + std::exp(-x)); }

class Fit {
 public:
  Fit(const IndicatorRows& rows, std::size_t column_count, absl::Span<const PenaltyGroup> groups,
      double least_ridge, std::stop_token stop)
      : rows_(rows),
        groups_(groups),
        least_ridge_(least_ridge),
        stop_(std::move(stop)),
        coefficients_(VectorXd::Zero(static_cast<Index>(column_count))),
        hessian_(static_cast<Index>(column_count), static_cast<Index>(column_count)) {
    for (const PenaltyGroup& group : groups) {
      ridges_.push_back(std::max(kFirstRidge, LeastRidge(group)));
    }
  }

  absl::StatusOr<std::vector<double>> Run() {
    StartAtBaseRate();
    for (int step = 0; step < kFirstSteps; ++step) Step();
    for (int round = 0; round < kRounds && !stop_.stop_requested(); ++round) {
      const bool changed = ChooseRidges();
      Step();
      if (!changed) break;
    }
    for (int step = 0; step < kMostSteps && !stop_.stop_requested(); ++step) {
      if (Step() < kStepLength) break;
    }
    if (stop_.stop_requested()) return absl::CancelledError("the training was cancelled");
    return std::vector<double>(coefficients_.begin(), coefficients_.end());
  }

 private:
  void StartAtBaseRate() {
    const double weight = std::accumulate(rows_.weights.begin(), rows_.weights.end(), 0.0);
    const double successes = std::accumulate(rows_.successes.begin(), rows_.successes.end(), 0.0);
    coefficients_[0] = std::log(successes / (weight - successes));
  }

  double Logit(const VectorXd& coefficients, std::size_t row) const {
    double logit = coefficients[0];
    for (const std::uint32_t column : rows_.row(row)) logit += coefficients[column];
    return logit;
  }

  // Calls visit(i, j, s_ij) for the upper triangle of the group's penalty.
  template <typename Visit>
  static void ForEachPenalty(const PenaltyGroup& group, Visit visit) {
    const std::vector<std::uint32_t>& columns = group.columns;
    const std::size_t size = columns.size();
    for (std::size_t i = 0; i < size; ++i) {
      if (!group.is_ordered) {
        visit(columns[i], columns[i], 1.0);
        continue;
      }
      const double neighbours = (i > 0 ? 1.0 : 0.0) + (i + 1 < size ? 1.0 : 0.0);
      visit(columns[i], columns[i], neighbours + kFaintRidge / static_cast<double>(size));
      if (i + 1 < size) visit(columns[i], columns[i + 1], -1.0);
    }
  }

  // b' S b.
  static double Roughness(const PenaltyGroup& group, const VectorXd& coefficients) {
    double roughness = 0;
    ForEachPenalty(group, [&](std::uint32_t i, std::uint32_t j, double s) {
      roughness += (i == j ? 1 : 2) * s * coefficients[i] * coefficients[j];
    });
    return roughness;
  }

  double Objective(const VectorXd& coefficients) const {
    double objective = 0;
    for (std::size_t i = 0; i < rows_.count(); ++i) {
      const double logit = Logit(coefficients, i);
      objective += rows_.successes[i] * logit - rows_.weights[i] * Log1pExp(logit);
    }
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      objective -= ridges_[g] / 2 * Roughness(groups_[g], coefficients);
    }
    return objective;
  }

  // The gradient, and the negative Hessian, of the log-likelihood.
  VectorXd Differentiate() {
    VectorXd gradient = VectorXd::Zero(coefficients_.size());
    hessian_.setZero();
    for (std::size_t i = 0; i < rows_.count(); ++i) {
      const double probability = Logistic(Logit(coefficients_, i));
      const double residual = rows_.successes[i] - rows_.weights[i] * probability;
      const double variance =
          rows_.weights[i] * std::max(probability * (1 - probability), kLeastVariance);
      const auto columns = rows_.row(i);
      gradient[0] += residual;
      hessian_(0, 0) += variance;
      for (std::size_t a = 0; a < columns.size(); ++a) {
        gradient[columns[a]] += residual;
        hessian_(0, columns[a]) += variance;
        double* line = &hessian_(columns[a], 0);
        for (std::size_t b = a; b < columns.size(); ++b) line[columns[b]] += variance;
      }
    }
    return gradient;
  }

  void Penalise(VectorXd& gradient) {
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      ForEachPenalty(groups_[g], [&](std::uint32_t i, std::uint32_t j, double s) {
        hessian_(i, j) += ridges_[g] * s;
        gradient[i] -= ridges_[g] * s * coefficients_[j];
        if (i != j) gradient[j] -= ridges_[g] * s * coefficients_[i];
      });
    }
  }

  // One of Newton's, halved until it does not lead down. Its greatest change
  // of a coefficient. Leaves the factors of where it came from.
  double Step() {
    VectorXd gradient = Differentiate();
    Penalise(gradient);
    factors_.compute(hessian_);
    VectorXd step = factors_.solve(gradient);
    if (factors_.info() != Eigen::Success || !step.allFinite()) return 0;
    const double before = Objective(coefficients_);
    const double slack = 1e-12 * std::abs(before);
    for (int halving = 0; halving < kMostHalvings; ++halving, step /= 2) {
      const VectorXd next = coefficients_ + step;
      if (!(Objective(next) >= before - slack)) continue;
      coefficients_ = next;
      return step.cwiseAbs().maxCoeff();
    }
    return 0;
  }

  // Differences of m neighbours add up: their range has m times the variance of
  // one.
  double LeastRidge(const PenaltyGroup& group) const {
    const double steps = group.is_ordered ? static_cast<double>(group.columns.size()) : 1;
    return std::min(least_ridge_ * steps, kMostRidge);
  }

  // From the evidence at the last step; false when they have settled.
  bool ChooseRidges() {
    const Matrix inverse =
        factors_.solve(Matrix::Identity(coefficients_.size(), coefficients_.size()));
    bool changed = false;
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      double trace = 0;
      ForEachPenalty(groups_[g], [&](std::uint32_t i, std::uint32_t j, double s) {
        trace += (i == j ? 1 : 2) * s * inverse(i, j);
      });
      const double parameters =
          std::max(static_cast<double>(groups_[g].columns.size()) - ridges_[g] * trace, 1e-3);
      const double roughness = std::max(Roughness(groups_[g], coefficients_), 1e-8);
      const double ridge = std::clamp(parameters / roughness, LeastRidge(groups_[g]), kMostRidge);
      changed |= std::abs(ridge - ridges_[g]) > kRidgeChange * ridges_[g] && parameters > .1;
      ridges_[g] = ridge;
    }
    return changed;
  }

  const IndicatorRows& rows_;
  const absl::Span<const PenaltyGroup> groups_;
  const double least_ridge_;
  const std::stop_token stop_;
  std::vector<double> ridges_;  // lambda, by group.
  VectorXd coefficients_;
  Matrix hessian_;  // Negative, penalised.
  Eigen::LLT<Matrix, Eigen::Upper> factors_;
};

}  // namespace

IndicatorRows CollapseRows(const IndicatorRows& rows) {
  std::vector<std::size_t> order(rows.count());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const auto first = rows.row(a);
    const auto second = rows.row(b);
    const auto [at, other] =
        std::mismatch(first.begin(), first.end(), second.begin(), second.end());
    if (at != first.end() && other != second.end()) return *at < *other;
    if (first.size() != second.size()) return first.size() < second.size();
    // Sums round according to the order of their terms.
    if (rows.weights[a] != rows.weights[b]) return rows.weights[a] < rows.weights[b];
    return rows.successes[a] < rows.successes[b];
  });
  IndicatorRows collapsed;
  for (const std::size_t i : order) {
    const auto row = rows.row(i);
    if (collapsed.count() == 0 || collapsed.row(collapsed.count() - 1) != row) {
      collapsed.columns.insert(collapsed.columns.end(), row.begin(), row.end());
      collapsed.ends.push_back(collapsed.columns.size());
      collapsed.weights.push_back(0);
      collapsed.successes.push_back(0);
    }
    collapsed.weights.back() += rows.weights[i];
    collapsed.successes.back() += rows.successes[i];
  }
  return collapsed;
}

absl::StatusOr<std::vector<double>> FitPenalisedLogistic(const IndicatorRows& rows,
                                                         std::size_t column_count,
                                                         absl::Span<const PenaltyGroup> groups,
                                                         double least_ridge, std::stop_token stop) {
  return Fit(rows, column_count, groups, least_ridge, std::move(stop)).Run();
}

}  // namespace cible
