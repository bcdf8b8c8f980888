#include "segmentation/clustering/bivariate_residuals.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

namespace cible {
namespace {

constexpr int kMostLevels = 8;  // Rows of a table.
constexpr int kNumberCells = 5;
constexpr double kLeastExpected = 1;

// The values up to which each of `groups` groups of equal weight goes, but the
// last; fewer where values are equal.
std::vector<float> Cuts(const Samples& samples, int number, int code_column, int groups) {
  std::vector<std::pair<float, double>> values;
  for (int i = 0; i < samples.count(); ++i) {
    if (samples.codes(i, code_column) != 1 || !(samples.weights[i] > 0)) continue;
    values.emplace_back(samples.numbers(i, number), samples.weights[i]);
  }
  std::sort(values.begin(), values.end());
  double total = 0, sum = 0;
  for (const auto& [value, weight] : values) total += weight;
  std::vector<float> cuts;
  int groups_ended = 0;
  for (const auto& [value, weight] : values) {
    sum += weight;
    const int ended = static_cast<int>(std::floor(groups * sum / total * (1 + 1e-12)));
    if (ended == groups_ended) continue;
    groups_ended = ended;
    const bool is_new = cuts.empty() || cuts.back() < value;
    if (is_new && value < values.back().first) cuts.push_back(value);
  }
  return cuts;
}

int CellOf(float value, const std::vector<float>& cuts) {
  return static_cast<int>(std::lower_bound(cuts.begin(), cuts.end(), value) - cuts.begin());
}

// By code: its cell, from 1 on; the rarest share the last.
std::vector<std::uint8_t> LevelCells(const Samples& samples, int code_column, int code_range) {
  std::vector<double> weights(code_range);
  for (int i = 0; i < samples.count(); ++i) {
    weights[samples.codes(i, code_column)] += samples.weights[i];
  }
  std::vector<int> order(code_range - 1);
  std::iota(order.begin(), order.end(), 1);
  std::stable_sort(order.begin(), order.end(),
                   [&](int a, int b) { return weights[a] > weights[b]; });
  std::vector<std::uint8_t> cells(code_range);
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    cells[order[rank]] = static_cast<std::uint8_t>(std::min<std::size_t>(rank + 1, kMostLevels));
  }
  return cells;
}

// The two columns of a place that vary most.
std::array<int, 2> WidestColumns(const Samples& samples, const AttributeEncoding& place) {
  std::array<std::pair<double, int>, 3> spread;
  for (int c = 0; c < 3; ++c) {
    double weight = 0, first = 0, second = 0;
    for (int i = 0; i < samples.count(); ++i) {
      if (samples.codes(i, place.code) != 1) continue;
      const double x = samples.numbers(i, place.number + c), w = samples.weights[i];
      weight += w;
      first += w * x;
      second += w * x * x;
    }
    const double mean = weight > 0 ? first / weight : 0;
    spread[c] = {weight > 0 ? mean * mean - second / weight : 0,
                 place.number + c};  // Less varies more.
  }
  std::sort(spread.begin(), spread.end());
  return {spread[0].second, spread[1].second};
}

// By attribute: whether its parameters differ between components.
std::vector<bool> TellApart(const MixtureComponents& components, const Encoder& encoder) {
  const int count = static_cast<int>(components.weights.size());
  const std::vector<int> level_rows = LevelRows(encoder);
  std::vector<bool> tells(encoder.attribute_count(), count == 1);
  const auto differs = [&](const DoubleMatrix& matrix, int begin, int end) {
    for (int r = begin; r < end; ++r) {
      for (int k = 1; k < count; ++k) {
        if (matrix(r, k) != matrix(r, 0)) return true;
      }
    }
    return false;
  };
  for (int v = 0; v < encoder.attribute_count(); ++v) {
    const AttributeEncoding& a = encoder.attributes()[v];
    const int end = a.number + a.number_count;
    tells[v] =
        tells[v] || differs(components.means, a.number, end) ||
        differs(components.spreads, a.number, end) ||
        differs(components.log_levels, level_rows[a.code], level_rows[a.code + a.code_count]);
  }
  return tells;
}

// By attribute: its block; -1 for none.
std::vector<int> BlockOf(const MixtureComponents& components, const Encoder& encoder) {
  std::vector<int> block_of(encoder.attribute_count(), -1);
  const auto blocks = BlocksOf(components, encoder);
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    for (const int attribute : blocks[b]) block_of[attribute] = static_cast<int>(b);
  }
  return block_of;
}

}  // namespace

BivariateResiduals::BivariateResiduals(const Samples& samples, const Encoder& encoder)
    : encoder_(encoder), weights_(samples.weights) {
  for (int v = 0; v < encoder.attribute_count(); ++v) {
    const AttributeEncoding& attribute = encoder.attributes()[v];
    for (int c = attribute.code; c < attribute.code + attribute.code_count; ++c) {
      variables_.push_back(MakeVariable(samples, v, c));
    }
  }
}

BivariateResiduals::Variable BivariateResiduals::MakeVariable(const Samples& samples, int attribute,
                                                              int code_column) const {
  const AttributeEncoding& encoding = encoder_.attributes()[attribute];
  const int code_range = encoding.CodeRange();
  const bool is_number = encoding.number_count == 1, is_place = encoding.number_count == 3;
  std::vector<std::vector<float>> cuts;
  std::array<int, 2> columns = {encoding.number, 0};
  if (is_place) columns = WidestColumns(samples, encoding);
  if (is_number) cuts = {Cuts(samples, columns[0], code_column, kNumberCells)};
  if (is_place) {
    for (const int column : columns) cuts.push_back(Cuts(samples, column, code_column, 2));
  }
  const std::vector<std::uint8_t> level_cells = LevelCells(samples, code_column, code_range);
  Variable variable{.attribute = attribute};
  Cells& cells = variable.cells;
  for (int i = 0; i < samples.count(); ++i) {
    const int code = samples.codes(i, code_column);
    int cell = code;
    if (is_number && code > 1) cell = code + static_cast<int>(cuts[0].size());
    if (code == 1 && (is_number || is_place)) {
      cell = 1 + CellOf(samples.numbers(i, columns[0]), cuts[0]);
      if (is_place) cell += 2 * CellOf(samples.numbers(i, columns[1]), cuts[1]);
    }
    if (!is_number && !is_place) cell = level_cells[code];
    cells.of.push_back(static_cast<std::uint8_t>(cell));
    cells.count = std::max(cells.count, cell + 1);
    cells.is_complete = cells.is_complete && cell > 0;
    if (is_number) variable.codes.of.push_back(static_cast<std::uint8_t>(code));
  }
  variable.codes.count = code_range;
  variable.codes.is_complete = cells.is_complete;
  return variable;
}

DoubleMatrix BivariateResiduals::Margin(const Cells& cells, const Cells& with,
                                        const DoubleMatrix& weighted) const {
  DoubleMatrix margin(cells.count, weighted.cols());
  for (int i = 0; i < weighted.rows(); ++i) {
    if (cells.of[i] == 0 || with.of[i] == 0) continue;
    const auto from = weighted.row(i);
    const auto into = margin.row(cells.of[i]);
    for (std::size_t k = 0; k < from.size(); ++k) into[k] += from[k];
  }
  return margin;
}

BivariateResiduals::Residual BivariateResiduals::Compare(const Cells& a, const Cells& b,
                                                         const DoubleMatrix& rows,
                                                         const DoubleMatrix& columns) const {
  DoubleMatrix observed(a.count, b.count);
  for (std::size_t i = 0; i < weights_.size(); ++i) observed(a.of[i], b.of[i]) += weights_[i];
  std::vector<double> in_row(a.count), in_column(b.count), of_component(rows.cols());
  double total = 0;
  for (int c = 1; c < a.count; ++c) {
    for (int d = 1; d < b.count; ++d) {
      in_row[c] += observed(c, d);
      in_column[d] += observed(c, d);
      total += observed(c, d);
    }
    for (int k = 0; k < rows.cols(); ++k) of_component[k] += rows(c, k);
  }
  const auto above_zero = [](const std::vector<double>& sums) {
    return static_cast<int>(
        std::count_if(sums.begin(), sums.end(), [](double sum) { return sum > 0; }));
  };
  const int freedom = (above_zero(in_row) - 1) * (above_zero(in_column) - 1);
  if (freedom <= 0) return {};
  double squares = 0;
  for (int c = 1; c < a.count; ++c) {
    for (int d = 1; d < b.count; ++d) {
      double expected = 0;
      for (int k = 0; k < rows.cols(); ++k) {
        if (of_component[k] > 0) expected += rows(c, k) * columns(d, k) / of_component[k];
      }
      const double difference = observed(c, d) - expected;
      squares += difference * difference / std::max(expected, kLeastExpected);
    }
  }
  return {.value = squares / freedom, .strength = std::sqrt(squares / total)};
}

std::vector<BivariateResidual> BivariateResiduals::Largest(const MixtureComponents& components,
                                                           const DoubleMatrix& responsibilities,
                                                           int count, WorkerPool& pool) const {
  const int size = static_cast<int>(variables_.size());
  const std::vector<bool> tells = TellApart(components, encoder_);
  const std::vector<int> block_of = BlockOf(components, encoder_);
  const auto in_one_block = [&](int v, int w) {
    return block_of[v] >= 0 && block_of[v] == block_of[w];
  };
  DoubleMatrix weighted = responsibilities;
  for (int i = 0; i < weighted.rows(); ++i) {
    for (double& r : weighted.row(i)) r *= weights_[i];
  }
  std::vector<DoubleMatrix> whole(size);
  pool.ForEach(
      size, [&](int i) { whole[i] = Margin(variables_[i].cells, variables_[i].cells, weighted); });
  const auto compare = [&](int i, int j) {
    const Variable &a = variables_[i], &b = variables_[j];
    if (in_one_block(a.attribute, b.attribute)) {
      return Compare(a.codes, b.codes, Margin(a.codes, b.codes, weighted),
                     Margin(b.codes, a.codes, weighted));
    }
    return Compare(a.cells, b.cells,
                   b.cells.is_complete ? whole[i] : Margin(a.cells, b.cells, weighted),
                   a.cells.is_complete ? whole[j] : Margin(b.cells, a.cells, weighted));
  };
  std::vector<std::vector<Residual>> residuals(size);
  pool.ForEach(size, [&](int i) {
    if (!tells[variables_[i].attribute]) return;
    for (int j = i + 1; j < size; ++j) {
      residuals[i].push_back(tells[variables_[j].attribute] ? compare(i, j) : Residual{});
    }
  });
  std::map<std::pair<int, int>, Residual> by_pair;
  for (int i = 0; i < size; ++i) {
    for (std::size_t j = 0; j < residuals[i].size(); ++j) {
      Residual& largest = by_pair[{variables_[i].attribute, variables_[i + 1 + j].attribute}];
      if (residuals[i][j].value > largest.value) largest = residuals[i][j];
    }
  }
  std::vector<BivariateResidual> list;
  for (const auto& [pair, residual] : by_pair) {
    if (!(residual.value > 0)) continue;
    list.push_back({.first = encoder_.attributes()[pair.first].attribute,
                    .second = encoder_.attributes()[pair.second].attribute,
                    .value = residual.value,
                    .strength = residual.strength,
                    .is_within_block = in_one_block(pair.first, pair.second)});
  }
  std::stable_sort(list.begin(), list.end(),
                   [](const auto& a, const auto& b) { return a.value > b.value; });
  if (std::ssize(list) > count) list.resize(count);
  return list;
}

}  // namespace cible
