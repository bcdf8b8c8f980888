#include "segmentation/models/outcome_features.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>
#include <variant>

#include "segmentation/models/outcome_cells.h"

namespace cible {
namespace {

constexpr double kLeastCellWeight = 20;
constexpr std::size_t kMostLevels = 254;

// --- Bins -------------------------------------------------------------------

struct WeightedValue {
  double value;
  double weight;
};

// The distinct known values, ascending.
std::vector<WeightedValue> DistinctValues(const Column& column, absl::Span<const OutcomeRow> rows,
                                          Date as_of) {
  const ColumnNumbers number(column, as_of);
  std::vector<WeightedValue> values;
  for (const OutcomeRow& row : rows) {
    if (column.validity[row.row] == 0) continue;
    const double value = number(row.row);
    if (std::isfinite(value)) values.push_back({value, row.weight});
  }
  std::sort(values.begin(), values.end(), [](const WeightedValue& a, const WeightedValue& b) {
    return a.value != b.value ? a.value < b.value : a.weight < b.weight;
  });
  std::size_t distinct = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (distinct > 0 && values[distinct - 1].value == values[i].value) {
      values[distinct - 1].weight += values[i].weight;
    } else {
      values[distinct++] = values[i];
    }
  }
  values.resize(distinct);
  return values;
}

// Between the two, so that a value that was never seen falls to the nearer.
double EdgeBetween(double low, double high) {
  const double middle = low / 2 + high / 2;
  return middle > low && middle <= high ? middle : high;
}

// Greedy quantiles: a bin is closed as soon as it is full, and before a value
// that would overfill it by more than it lacks.
std::vector<double> QuantileEdges(absl::Span<const WeightedValue> values, int most_bins) {
  double total = 0;
  for (const WeightedValue& value : values) total += value.weight;
  const double full = std::max(kLeastCellWeight, total / most_bins);
  std::vector<double> edges;
  double held = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool overfills = held + values[i].weight / 2 >= full;
    if (held >= full || (held >= kLeastCellWeight && overfills)) {
      edges.push_back(EdgeBetween(values[i - 1].value, values[i].value));
      held = 0;
    }
    held += values[i].weight;
  }
  if (held < kLeastCellWeight && !edges.empty()) edges.pop_back();
  return edges;
}

// --- Levels -----------------------------------------------------------------

// Weight of each code of the column; `for_each_code(row, visit)` lists those of
// a row.
template <typename ForEachCode>
std::vector<double> CodeWeights(const Column& column, absl::Span<const OutcomeRow> rows,
                                std::size_t code_count, const ForEachCode& for_each_code) {
  std::vector<double> weights(code_count);
  for (const OutcomeRow& row : rows) {
    if (column.validity[row.row] == 0) continue;
    for_each_code(row.row, [&](std::size_t code) { weights[code] += row.weight; });
  }
  return weights;
}

// The heaviest levels of at least this weight, by name.
std::vector<std::string> HeaviestLevels(const std::vector<std::string>& dictionary,
                                        const std::vector<double>& weights, double least) {
  std::vector<std::size_t> codes(dictionary.size());
  std::iota(codes.begin(), codes.end(), std::size_t{0});
  std::erase_if(codes,
                [&](std::size_t code) { return !(weights[code] > 0 && weights[code] >= least); });
  std::sort(codes.begin(), codes.end(), [&](std::size_t a, std::size_t b) {
    return weights[a] != weights[b] ? weights[a] > weights[b] : dictionary[a] < dictionary[b];
  });
  if (codes.size() > kMostLevels) codes.resize(kMostLevels);
  std::vector<std::string> levels;
  for (const std::size_t code : codes) levels.push_back(dictionary[code]);
  std::sort(levels.begin(), levels.end());
  return levels;
}

// The bins or levels of each kind of column.
struct CellLearner {
  const Attribute& attribute;
  const Column& column;
  absl::Span<const OutcomeRow> rows;
  Date as_of;
  int most_bins;
  OutcomeTerm& term;

  void LearnBins() const {
    term.edges = QuantileEdges(DistinctValues(column, rows, as_of), most_bins);
    term.coefficients.resize(term.edges.size() + 1);
  }
  void operator()(const Numbers&) const { LearnBins(); }
  void operator()(const Days&) const { LearnBins(); }
  void operator()(const Micros&) const { LearnBins(); }
  void operator()(const Bits&) const { term.levels = {"false", "true"}; }
  void operator()(const Codes& data) const {
    if (attribute.type == AttributeType::kOrdinal) {
      term.levels = attribute.levels;
      return;
    }
    const auto weights = CodeWeights(column, rows, data.dictionary.size(),
                                     [&](std::size_t row, auto visit) { visit(data.codes[row]); });
    term.levels = HeaviestLevels(data.dictionary, weights, 0);
  }
  void operator()(const Sets& data) const {
    const auto members = [&](std::size_t row, auto visit) {
      for (std::size_t i = row == 0 ? 0 : data.ends[row - 1]; i < data.ends[row]; ++i) {
        visit(data.members[i]);
      }
    };
    const auto weights = CodeWeights(column, rows, data.dictionary.size(), members);
    term.levels = HeaviestLevels(data.dictionary, weights, kLeastCellWeight);
  }
  void operator()(const Locations&) const {}
  void operator()(const Texts&) const {}
};

void CountCells(const Column& column, absl::Span<const OutcomeRow> rows, Date as_of,
                OutcomeFeature& feature) {
  const OutcomeCells reader(feature.term, &column, as_of);
  std::vector<int> cells;
  for (const OutcomeRow& row : rows) {
    if (!reader.Read(row.row, cells)) feature.unknown.Add(row.weight, row.is_outcome);
    for (const int cell : cells) {
      feature.cells[static_cast<std::size_t>(cell)].Add(row.weight, row.is_outcome);
    }
  }
}

void NumberColumns(OutcomeFeature& feature) {
  const bool may_pool = feature.term.type == AttributeType::kCategorical;
  int pool = -1;
  for (const OutcomeTally& cell : feature.cells) {
    const bool is_rare = may_pool && cell.total() < kLeastCellWeight;
    if (is_rare && pool < 0) pool = feature.column_count++;
    feature.column_of_cell.push_back(is_rare ? pool : feature.column_count++);
  }
}

// --- What an attribute tells alone ------------------------------------------

// The tallies of the columns, "unknown" last. Of a set, whose cells overlap,
// see StrongestTag.
std::vector<OutcomeTally> ColumnTallies(const OutcomeFeature& feature) {
  std::vector<OutcomeTally> columns(static_cast<std::size_t>(feature.column_count));
  for (std::size_t cell = 0; cell < feature.cells.size(); ++cell) {
    OutcomeTally& column = columns[static_cast<std::size_t>(feature.column_of_cell[cell])];
    column.outcomes += feature.cells[cell].outcomes;
    column.others += feature.cells[cell].others;
  }
  columns.push_back(feature.unknown);
  std::erase_if(columns, [](const OutcomeTally& column) { return !(column.total() > 0); });
  return columns;
}

OutcomeTally Sum(absl::Span<const OutcomeTally> tallies) {
  OutcomeTally sum;
  for (const OutcomeTally& tally : tallies) {
    sum.outcomes += tally.outcomes;
    sum.others += tally.others;
  }
  return sum;
}

// Binary entropy in nats, times the weight.
double Uncertainty(const OutcomeTally& tally) {
  const auto part = [&](double weight) {
    return weight > 0 ? -weight * std::log(weight / tally.total()) : 0.0;
  };
  return part(tally.outcomes) + part(tally.others);
}

double InformationOf(absl::Span<const OutcomeTally> columns) {
  const double before = Uncertainty(Sum(columns));
  if (!(before > 0)) return 0;
  double after = static_cast<double>(columns.size()) - 1;
  for (const OutcomeTally& column : columns) after += Uncertainty(column);
  return 1 - after / before;
}

double AreaUnderRoc(std::vector<OutcomeTally> columns) {
  std::sort(columns.begin(), columns.end(), [](const OutcomeTally& a, const OutcomeTally& b) {
    return a.outcomes * b.total() < b.outcomes * a.total();
  });
  double others_below = 0;
  double area = 0;
  for (const OutcomeTally& column : columns) {
    area += column.outcomes * (others_below + column.others / 2);
    others_below += column.others;
  }
  const OutcomeTally sum = Sum(columns);
  return sum.outcomes > 0 && sum.others > 0 ? area / sum.outcomes / sum.others : .5;
}

// The strongest of the tags, each as without, with and unknown.
template <typename Measure>
double StrongestTag(const OutcomeFeature& feature, OutcomeTally known, double none,
                    Measure measure) {
  double strongest = none;
  for (const OutcomeTally& tag : feature.cells) {
    strongest = std::max(
        strongest,
        measure(
            {{known.outcomes - tag.outcomes, known.others - tag.others}, tag, feature.unknown}));
  }
  return strongest;
}

}  // namespace

bool MayScore(const Attribute& attribute) {
  const bool is_described = attribute.role == Role::kFeature || attribute.role == Role::kDescriptor;
  const bool is_readable =
      attribute.type != AttributeType::kText && attribute.type != AttributeType::kLocation;
  const bool is_private =
      attribute.is_protected || (attribute.sensitive && !attribute.sensitive_feature);
  return is_described && is_readable && !is_private && !attribute.consequence_of_outcome;
}

OutcomeFeature LearnFeature(const Attribute& attribute, const Column& column,
                            absl::Span<const OutcomeRow> rows, Date as_of, int most_bins) {
  OutcomeFeature feature;
  feature.term.attribute = attribute.id;
  feature.term.type = attribute.type;
  std::visit(CellLearner{attribute, column, rows, as_of, most_bins, feature.term}, column.data);
  if (!feature.term.levels.empty()) feature.term.coefficients.resize(feature.term.levels.size());
  feature.cells.resize(feature.term.coefficients.size());
  feature.is_ordered = feature.term.levels.empty() || attribute.type == AttributeType::kOrdinal;
  CountCells(column, rows, as_of, feature);
  NumberColumns(feature);
  return feature;
}

bool IsConstant(const OutcomeFeature& feature) {
  if (feature.term.type != AttributeType::kSet) return ColumnTallies(feature).size() < 2;
  return feature.cells.empty() && !(feature.unknown.total() > 0);
}

double InformationOf(const OutcomeFeature& feature, OutcomeTally all) {
  if (feature.term.type != AttributeType::kSet) return InformationOf(ColumnTallies(feature));
  const OutcomeTally known{all.outcomes - feature.unknown.outcomes,
                           all.others - feature.unknown.others};
  return StrongestTag(feature, known, InformationOf({known, feature.unknown}),
                      [](std::vector<OutcomeTally> tallies) { return InformationOf(tallies); });
}

double AreaUnderRoc(const OutcomeFeature& feature, OutcomeTally all) {
  if (feature.term.type != AttributeType::kSet) return AreaUnderRoc(ColumnTallies(feature));
  const OutcomeTally known{all.outcomes - feature.unknown.outcomes,
                           all.others - feature.unknown.others};
  return StrongestTag(
      feature, known, AreaUnderRoc({known, feature.unknown}),
      [](std::vector<OutcomeTally> tallies) { return AreaUnderRoc(std::move(tallies)); });
}

}  // namespace cible
