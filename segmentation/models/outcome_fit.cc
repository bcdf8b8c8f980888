#include "segmentation/models/outcome_fit.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "segmentation/data/text_parsing.h"
#include "segmentation/models/outcome_cells.h"
#include "segmentation/models/outcome_features.h"
#include "segmentation/models/outcome_suspicion.h"
#include "segmentation/models/penalised_logistic.h"

namespace cible {
namespace {

constexpr int kMostBins = 64;
constexpr int kLeastBins = 8;
// Rows of all tables together: what a Newton step can factor in tenths of a
// second.
constexpr int kMostColumns = 600;

// Lower bounds of the ridges. With m < 50 outcomes (or others) the ridge is at
// least 5 (50 - m) / m: a coefficient's prior standard deviation is .45 at m =
// 25 and .1 at m = 4.
constexpr double kLeastRidge = .01;
constexpr double kFewRidge = 5;

// --- The outcome of each row ------------------------------------------------

// Whether a known value is the one that counts as success.
bool IsSuccess(const Value& value, const Value& success) {
  const std::string* text = std::get_if<std::string>(&value);
  const std::string* wanted = std::get_if<std::string>(&success);
  if (text != nullptr && wanted != nullptr) return absl::EqualsIgnoreCase(*text, *wanted);
  return value == success;
}

std::vector<OutcomeRow> RowsOfKnownOutcome(const Column& column, const Value& success,
                                           absl::Span<const double> weights) {
  std::vector<OutcomeRow> rows;
  for (std::size_t row = 0; row < weights.size(); ++row) {
    if (!(weights[row] > 0) || column.validity[row] == 0) continue;
    const std::optional<Value> value = Get(column, static_cast<int>(row));
    rows.push_back({row, weights[row], value && IsSuccess(*value, success)});
  }
  return rows;
}

// In an order of its own: what is summed does not depend on the table's.
OutcomeTally TallyOf(const std::vector<OutcomeRow>& rows) {
  std::vector<std::pair<double, bool>> weights;
  for (const OutcomeRow& row : rows) weights.emplace_back(row.weight, row.is_outcome);
  std::sort(weights.begin(), weights.end());
  OutcomeTally tally;
  for (const auto& [weight, is_outcome] : weights) tally.Add(weight, is_outcome);
  return tally;
}

std::string TypeIsNoOutcome(const Attribute& outcome) {
  return absl::StrCat("the outcome \"", outcome.id, "\" is ", Name(outcome.type),
                      " and its outcome_value is no such value; correct outcome_value in the "
                      "schema and train again");
}

// Why nothing can be learnt from so many with and without; empty when it can.
std::string RefusalOf(const Attribute& outcome, const OutcomeTally& all) {
  if (!(all.total() > 0)) {
    return absl::StrCat("the outcome \"", outcome.id,
                        "\" is known of no contact that the model was trained on; import contacts "
                        "with it and train again");
  }
  if (!(all.outcomes > 0)) {
    return absl::StrCat("no contact that the model was trained on has the outcome \"", outcome.id,
                        "\": check outcome_value in the schema, or import contacts with it, and "
                        "train again");
  }
  if (!(all.others > 0)) {
    return absl::StrCat("every contact that the model was trained on has the outcome \"",
                        outcome.id,
                        "\", so there is nothing to tell it by; import contacts without it and "
                        "train again");
  }
  return "";
}

// --- Features ---------------------------------------------------------------

struct Candidate {
  const Column* column;
  OutcomeFeature feature;
  double information;
};

// What may take part, in schema order; the suspected are barred, with the
// reason.
std::vector<Candidate> Candidates(const ContactTable& table, const Schema& schema,
                                  const std::vector<OutcomeRow>& rows, const OutcomeTally& all,
                                  Date as_of, OutcomeModel& model) {
  std::vector<const Attribute*> attributes;
  for (const Attribute& attribute : schema.attributes()) {
    if (MayScore(attribute) && table.Find(attribute.id) != nullptr)
      attributes.push_back(&attribute);
  }
  const auto numbers = std::count_if(attributes.begin(), attributes.end(),
                                     [](const Attribute* a) { return HasBins(a->type); });
  const int share = kMostColumns / static_cast<int>(std::max<std::ptrdiff_t>(1, numbers + 1));
  const int most_bins = std::clamp(share, kLeastBins, kMostBins);
  std::vector<Candidate> candidates;
  for (const Attribute* attribute : attributes) {
    const Column* column = table.Find(attribute->id);
    OutcomeFeature feature = LearnFeature(*attribute, *column, rows, as_of, most_bins);
    if (IsConstant(feature)) continue;
    if (std::string reason = SuspectReason(*attribute, feature, all); !reason.empty()) {
      model.barred.push_back({attribute->id, std::move(reason)});
      continue;
    }
    const double information = InformationOf(feature, all);
    candidates.push_back({column, std::move(feature), information});
  }
  return candidates;
}

// Keeps those that tell most, as many as their columns allow.
void KeepMostInformative(std::vector<Candidate>& candidates, OutcomeModel& model) {
  std::vector<std::size_t> order(candidates.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return candidates[a].information > candidates[b].information;
  });
  int column_count = 1;
  std::vector<bool> is_kept(candidates.size());
  for (const std::size_t i : order) {
    const int wanted = candidates[i].feature.column_count + 1;
    if (column_count + wanted > kMostColumns) continue;
    column_count += wanted;
    is_kept[i] = true;
  }
  std::vector<Candidate> kept;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (is_kept[i]) {
      kept.push_back(std::move(candidates[i]));
    } else {
      model.set_aside.push_back(candidates[i].feature.term.attribute);
    }
  }
  candidates = std::move(kept);
}

// --- The regression ---------------------------------------------------------

// Where the columns of each feature begin; one more at the end. Column 0 is the
// intercept's.
std::vector<std::uint32_t> FirstColumns(const std::vector<Candidate>& candidates) {
  std::vector<std::uint32_t> first = {1};
  for (const Candidate& candidate : candidates) {
    first.push_back(first.back() + static_cast<std::uint32_t>(candidate.feature.column_count) + 1);
  }
  return first;
}

IndicatorRows RowsInColumns(const std::vector<Candidate>& candidates,
                            const std::vector<std::uint32_t>& first,
                            const std::vector<OutcomeRow>& rows, Date as_of) {
  std::vector<OutcomeCells> readers;
  for (const Candidate& candidate : candidates) {
    readers.emplace_back(candidate.feature.term, candidate.column, as_of);
  }
  IndicatorRows indicators;
  std::vector<int> cells;
  for (const OutcomeRow& row : rows) {
    for (std::size_t v = 0; v < candidates.size(); ++v) {
      const OutcomeFeature& feature = candidates[v].feature;
      if (!readers[v].Read(row.row, cells)) {
        indicators.columns.push_back(first[v] + static_cast<std::uint32_t>(feature.column_count));
      }
      for (const int cell : cells) {
        const int column = feature.column_of_cell[static_cast<std::size_t>(cell)];
        indicators.columns.push_back(first[v] + static_cast<std::uint32_t>(column));
      }
    }
    indicators.ends.push_back(indicators.columns.size());
    indicators.weights.push_back(row.weight);
    indicators.successes.push_back(row.is_outcome ? row.weight : 0);
  }
  return indicators;
}

// Bins of a number are tied to their neighbours; levels are held near 0 with
// their "unknown"; the other "unknown"s, one a table, share a ridge.
std::vector<PenaltyGroup> PenaltiesOf(const std::vector<Candidate>& candidates,
                                      const std::vector<std::uint32_t>& first) {
  std::vector<PenaltyGroup> groups;
  PenaltyGroup unknown;
  for (std::size_t v = 0; v < candidates.size(); ++v) {
    const OutcomeFeature& feature = candidates[v].feature;
    PenaltyGroup group{.columns = {}, .is_ordered = feature.is_ordered};
    for (std::uint32_t column = first[v]; column + 1 < first[v + 1]; ++column) {
      group.columns.push_back(column);
    }
    (feature.is_ordered ? unknown : group).columns.push_back(first[v + 1] - 1);
    groups.push_back(std::move(group));
  }
  if (!unknown.columns.empty()) groups.push_back(std::move(unknown));
  return groups;
}

double LeastRidge(const OutcomeTally& all) {
  const double fewer = std::min(all.outcomes, all.others);
  return std::max(kLeastRidge, kFewRidge * (kEnoughOutcomes - fewer) / fewer);
}

// The table of a feature, brought to mean 0; gives what the mean was.
double TakeTerm(const OutcomeFeature& feature, absl::Span<const double> columns,
                const OutcomeTally& all, OutcomeTerm& term) {
  term = feature.term;
  term.missing = columns.back();
  double mean = feature.unknown.total() * term.missing;
  for (std::size_t cell = 0; cell < term.coefficients.size(); ++cell) {
    term.coefficients[cell] = columns[static_cast<std::size_t>(feature.column_of_cell[cell])];
    mean += feature.cells[cell].total() * term.coefficients[cell];
  }
  mean /= all.total();
  if (term.type == AttributeType::kSet) {
    term.known = -mean;
  } else {
    for (double& coefficient : term.coefficients) coefficient -= mean;
  }
  // What was always known at training says nothing by being unknown.
  term.missing = feature.unknown.total() > 0 ? term.missing - mean : 0;
  return mean;
}

void TakeCoefficients(const std::vector<Candidate>& candidates,
                      const std::vector<std::uint32_t>& first,
                      const std::vector<double>& coefficients, const OutcomeTally& all,
                      OutcomeModel& model) {
  model.intercept = coefficients.front();
  for (std::size_t v = 0; v < candidates.size(); ++v) {
    const auto columns =
        absl::MakeConstSpan(coefficients).subspan(first[v], first[v + 1] - first[v]);
    model.intercept += TakeTerm(candidates[v].feature, columns, all, model.terms.emplace_back());
  }
}

}  // namespace

OutcomeModel FitOutcome(const ContactTable& table, const Schema& schema,
                        absl::Span<const double> weights, Date as_of, std::stop_token stop) {
  const Attribute& outcome = *OutcomeOf(schema);
  OutcomeModel model;
  model.attribute = outcome.id;
  model.value = outcome.outcome_value;
  const auto success = ParseCell(outcome.outcome_value, outcome);
  if (!success.ok() || !success->has_value()) {
    model.refusal = TypeIsNoOutcome(outcome);
    return model;
  }
  std::vector<OutcomeRow> rows;
  if (const Column* column = table.Find(outcome.id)) {
    rows = RowsOfKnownOutcome(*column, **success, weights);
  }
  const OutcomeTally all = TallyOf(rows);
  model.outcomes = all.outcomes;
  model.others = all.others;
  model.refusal = RefusalOf(outcome, all);
  if (!model.refusal.empty()) return model;

  std::vector<Candidate> candidates = Candidates(table, schema, rows, all, as_of, model);
  KeepMostInformative(candidates, model);
  const std::vector<std::uint32_t> first = FirstColumns(candidates);
  const auto coefficients = FitPenalisedLogistic(
      CollapseRows(RowsInColumns(candidates, first, rows, as_of)), first.back(),
      PenaltiesOf(candidates, first), LeastRidge(all), std::move(stop));
  if (!coefficients.ok()) {
    model.refusal = std::string(coefficients.status().message());
    return model;
  }
  TakeCoefficients(candidates, first, *coefficients, all, model);
  return model;
}

}  // namespace cible
