#include "segmentation/models/rule_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "segmentation/clustering/distinct_rows.h"
#include "segmentation/clustering/random.h"
#include "segmentation/models/row_hashes.h"

namespace cible {
namespace {

using Test = RuleCondition::Test;
using Kind = RuleVariable::Kind;

// Equal contacts stay in one half, so that a repeated one counts as a weight of
// two; but where there are so few patterns that halves of them are unlike, as in a
// short survey, contacts are halved.
constexpr double kFewPatterns = 200;
// What a condition must add to the F measure to be worth reading.
constexpr double kCostOfCondition = 0.02;
constexpr double kCostOfBound = 0.01;   // A second bound of a range.
constexpr double kCostOfLevel = 0.005;  // A further level.
constexpr int kMostLevels = 3;
constexpr int kMostLevelsExcluded = 2;
constexpr std::size_t kChoicesKept = 3;  // Of one variable, so that a beam holds several.
constexpr int kMostRounds = 4;           // Of choosing each condition again.

// --- Halving by hash ------------------------------------------------------

// Kish's: as many equally frequent ones would be as uneven, (sum w)^2 / sum w^2.
double EffectivePatterns(absl::Span<const std::uint64_t> hashes, absl::Span<const double> weights) {
  absl::flat_hash_map<std::uint64_t, double> patterns;
  double total = 0, squares = 0;
  for (std::size_t row = 0; row < hashes.size(); ++row) {
    double& weight = patterns[hashes[row]];
    squares += weights[row] * (2 * weight + weights[row]);
    weight += weights[row];
    total += weights[row];
  }
  return squares > 0 ? total * total / squares : 0;
}

struct Halves {
  std::vector<int> finding;
  std::vector<int> measuring;
};

Halves Halve(const ContactTable& table, const Schema& schema, absl::Span<const double> weights,
             const RuleSearchOptions& options) {
  std::vector<std::uint64_t> hashes = RowHashes(table, schema, options.seed);
  if (EffectivePatterns(hashes, weights) < kFewPatterns) hashes = TellEqualsApart(hashes);
  const auto count = static_cast<double>(
      std::count_if(weights.begin(), weights.end(), [](double weight) { return weight > 0; }));
  const double kept = options.row_limit / std::max(1.0, count);
  Halves halves;
  for (std::size_t row = 0; row < hashes.size(); ++row) {
    if (!(weights[row] > 0)) continue;
    if (std::ldexp(static_cast<double>(Mix(hashes[row])), -64) >= kept) continue;
    ((hashes[row] & 1) != 0 ? halves.finding : halves.measuring).push_back(static_cast<int>(row));
  }
  return halves;
}

// --- The search for one segment -------------------------------------------

// A condition in bins: which of them satisfy it.
struct Choice {
  std::size_t variable = 0;
  Test test = Test::kRange;
  int first = 0;  // kRange: bins [first, last).
  int last = 0;
  std::vector<int> levels;  // The others: bins named.
  double cost = 0;          // Of reading it.

  bool Holds(std::uint8_t bin) const {
    if (bin == RuleVariable::kUnknownBin) return false;
    if (test == Test::kRange) return bin >= first && bin < last;
    const bool named = std::find(levels.begin(), levels.end(), bin) != levels.end();
    return named == (test == Test::kOneOf || test == Test::kHasTag);
  }
};

struct Counts {
  double inside = 0;   // Weight that satisfies the conditions, of the segment.
  double covered = 0;  // Of anyone.
};

// Conditions and how good they are together.
struct Conjunction {
  std::vector<Choice> choices;
  Counts counts;
  int rank = 0;  // 2: good, 1: good enough, 0: not.
  double gain = 0;
};

bool IsBetter(const Conjunction& a, const Conjunction& b) {
  if (a.rank != b.rank) return a.rank > b.rank;
  return a.gain > b.gain;
}

class Search {
 public:
  Search(const std::vector<RuleVariable>& variables, std::vector<double> weights,
         std::vector<std::uint8_t> inside, const RuleSearchOptions& options)
      : variables_(variables),
        weights_(std::move(weights)),
        inside_(std::move(inside)),
        options_(options) {
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      if (inside_[i] != 0) total_ += weights_[i];
    }
  }

  Conjunction Run() const {
    std::vector<Conjunction> beam(1);
    Conjunction best;
    for (int depth = 0; depth < SegmentRule::kMostConditions; ++depth) {
      std::vector<Conjunction> grown;
      for (const Conjunction& each : beam) Grow(each, grown);
      std::stable_sort(grown.begin(), grown.end(),
                       [](const Conjunction& a, const Conjunction& b) { return a.gain > b.gain; });
      for (const Conjunction& each : grown) {
        if (IsBetter(each, best)) best = each;
      }
      beam = Distinct(grown);
    }
    return Polished(std::move(best));
  }

 private:
  using Histogram = std::array<Counts, 256>;

  double Gain(const Counts& counts, double cost) const {
    if (!(counts.covered > 0)) return -1;
    const double beta2 = options_.beta * options_.beta;
    return (1 + beta2) * counts.inside / (beta2 * total_ + counts.covered) - cost;
  }

  Conjunction Join(const Conjunction& base, Choice choice, const Counts& counts) const {
    Conjunction joined = base;
    joined.choices.push_back(std::move(choice));
    joined.counts = counts;
    double cost = 0;
    for (const Choice& each : joined.choices) cost += each.cost;
    joined.gain = Gain(counts, cost);
    const auto reaches = [&](double precision, double recall) {
      return counts.inside >= precision * counts.covered && counts.inside >= recall * total_;
    };
    joined.rank = reaches(options_.good_precision, options_.good_recall) ? 2
                  : reaches(options_.min_precision, options_.min_recall) ? 1
                                                                         : 0;
    return joined;
  }

  // The rows that satisfy the conditions, `except` one.
  std::vector<std::uint32_t> Covered(const std::vector<Choice>& choices,
                                     std::size_t except = SIZE_MAX) const {
    std::vector<std::uint32_t> rows(weights_.size());
    std::iota(rows.begin(), rows.end(), 0U);
    for (std::size_t i = 0; i < choices.size(); ++i) {
      if (i == except) continue;
      const std::vector<std::uint8_t>& bins = variables_[choices[i].variable].bins;
      std::array<bool, 256> holds;
      for (int bin = 0; bin < 256; ++bin) {
        holds[static_cast<std::size_t>(bin)] = choices[i].Holds(static_cast<std::uint8_t>(bin));
      }
      std::erase_if(rows, [&](std::uint32_t row) { return !holds[bins[row]]; });
    }
    return rows;
  }

  Histogram Count(const RuleVariable& variable, const std::vector<std::uint32_t>& rows) const {
    Histogram histogram{};
    for (const std::uint32_t row : rows) {
      Counts& counts = histogram[variable.bins[row]];
      counts.covered += weights_[row];
      if (inside_[row] != 0) counts.inside += weights_[row];
    }
    return histogram;
  }

  // A SET may give several conditions, any other attribute one.
  bool IsFree(const RuleVariable& variable, const std::vector<Choice>& choices,
              std::size_t except = SIZE_MAX) const {
    for (std::size_t i = 0; i < choices.size(); ++i) {
      const RuleVariable& used = variables_[choices[i].variable];
      if (i == except || used.attribute != variable.attribute) continue;
      if (used.kind != Kind::kTag || used.levels == variable.levels) return false;
    }
    return true;
  }

  void Grow(const Conjunction& base, std::vector<Conjunction>& grown) const {
    const std::vector<std::uint32_t> rows = Covered(base.choices);
    for (std::size_t v = 0; v < variables_.size(); ++v) {
      if (!IsFree(variables_[v], base.choices)) continue;
      AddBest(base, v, Count(variables_[v], rows), grown);
    }
  }

  // The best conditions on the variable, joined to the others.
  void AddBest(const Conjunction& base, std::size_t v, const Histogram& histogram,
               std::vector<Conjunction>& grown) const {
    std::vector<Conjunction> found;
    switch (variables_[v].kind) {
      case Kind::kOrdered: AddRanges(base, v, histogram, found); break;
      case Kind::kLevels: AddLevels(base, v, histogram, found); break;
      case Kind::kTag:
        found.push_back(Join(base, {v, Test::kHasTag, 0, 0, {1}, kCostOfCondition}, histogram[1]));
        found.push_back(
            Join(base, {v, Test::kLacksTag, 0, 0, {1}, kCostOfCondition}, histogram[0]));
        break;
    }
    std::stable_sort(found.begin(), found.end(), IsBetter);
    if (found.size() > kChoicesKept) found.resize(kChoicesKept);
    std::move(found.begin(), found.end(), std::back_inserter(grown));
  }

  void AddRanges(const Conjunction& base, std::size_t v, const Histogram& histogram,
                 std::vector<Conjunction>& found) const {
    const int count = variables_[v].bin_count;
    struct Range {
      double gain;
      int first, last;
      Counts counts;
    };
    std::vector<Range> ranges;
    for (int first = 0; first < count; ++first) {
      Counts counts;
      for (int last = first + 1; last <= count; ++last) {
        const Counts& bin = histogram[static_cast<std::size_t>(last - 1)];
        counts.inside += bin.inside;
        counts.covered += bin.covered;
        if (first == 0 && last == count) continue;  // That it is known says nothing.
        const double cost = first > 0 && last < count ? kCostOfBound : 0;
        ranges.push_back({Gain(counts, cost), first, last, counts});
      }
    }
    const std::size_t kept = std::min(kChoicesKept, ranges.size());
    std::partial_sort(ranges.begin(), ranges.begin() + static_cast<std::ptrdiff_t>(kept),
                      ranges.end(), [](const Range& a, const Range& b) {
                        if (a.gain != b.gain) return a.gain > b.gain;
                        return std::pair(a.first, b.last) < std::pair(b.first, a.last);
                      });
    for (std::size_t i = 0; i < kept; ++i) {
      const Range& range = ranges[i];
      const bool two = range.first > 0 && range.last < count;
      found.push_back(Join(base,
                           {v,
                            Test::kRange,
                            range.first,
                            range.last,
                            {},
                            kCostOfCondition + (two ? kCostOfBound : 0)},
                           range.counts));
    }
  }

  // Levels join one by one, each time the one that adds most.
  void AddLevels(const Conjunction& base, std::size_t v, const Histogram& histogram,
                 std::vector<Conjunction>& found) const {
    const bool is_boolean = variables_[v].attribute->type == AttributeType::kBoolean;
    GrowLevels(base, v, histogram, {}, Test::kOneOf, is_boolean ? 1 : kMostLevels, found);
    if (is_boolean) return;
    Counts known;
    for (std::size_t bin = 0; bin < variables_[v].bin_count; ++bin) {
      known.inside += histogram[bin].inside;
      known.covered += histogram[bin].covered;
    }
    GrowLevels(base, v, histogram, known, Test::kNoneOf, kMostLevelsExcluded, found);
  }

  void GrowLevels(const Conjunction& base, std::size_t v, const Histogram& histogram, Counts start,
                  Test test, int most, std::vector<Conjunction>& found) const {
    const double sign = test == Test::kOneOf ? 1 : -1;
    Choice choice{.variable = v, .test = test, .cost = kCostOfCondition};
    Counts counts = start;
    for (int step = 0; step < most; ++step) {
      int best = -1;
      Counts best_counts;
      for (int level = 0; level < static_cast<int>(variables_[v].levels.size()); ++level) {
        if (std::find(choice.levels.begin(), choice.levels.end(), level) != choice.levels.end()) {
          continue;
        }
        const Counts& bin = histogram[static_cast<std::size_t>(level)];
        const Counts next = {counts.inside + sign * bin.inside,
                             counts.covered + sign * bin.covered};
        if (best < 0 || Gain(next, 0) > Gain(best_counts, 0)) {
          best = level;
          best_counts = next;
        }
      }
      if (best < 0) return;
      counts = best_counts;
      choice.levels.push_back(best);
      if (step > 0) choice.cost += kCostOfLevel;
      found.push_back(Join(base, choice, counts));
    }
  }

  // The first of those that cover the same, as many as the beam is wide.
  std::vector<Conjunction> Distinct(const std::vector<Conjunction>& grown) const {
    std::vector<Conjunction> beam;
    for (const Conjunction& each : grown) {
      if (static_cast<int>(beam.size()) == options_.beam_width) break;
      const bool seen = std::any_of(beam.begin(), beam.end(), [&](const Conjunction& other) {
        return other.counts.inside == each.counts.inside &&
               other.counts.covered == each.counts.covered;
      });
      if (!seen) beam.push_back(each);
    }
    return beam;
  }

  // `best` with each condition dropped, or chosen again, where that is better.
  Conjunction Polished(Conjunction best) const {
    for (int round = 0; round < kMostRounds; ++round) {
      bool changed = false;
      for (std::size_t i = 0; i < best.choices.size(); ++i) {
        std::vector<Conjunction> others;
        Conjunction base;
        for (std::size_t j = 0; j < best.choices.size(); ++j) {
          if (j != i) base.choices.push_back(best.choices[j]);
        }
        Grow(base, others);
        for (const Conjunction& each : others) {
          if (!IsBetter(each, best)) continue;
          best = each;
          changed = true;
        }
      }
      if (!changed) break;
    }
    return best;
  }

  const std::vector<RuleVariable>& variables_;
  const std::vector<double> weights_;
  const std::vector<std::uint8_t> inside_;
  const RuleSearchOptions& options_;
  double total_ = 0;
};

// --- From bins to conditions ----------------------------------------------

RuleCondition ConditionFrom(const Choice& choice, const RuleVariable& variable) {
  if (choice.test == Test::kRange) return RangeCondition(variable, choice.first, choice.last);
  RuleCondition condition{.attribute = variable.attribute->id, .test = choice.test};
  if (variable.kind == Kind::kTag) {
    condition.levels = variable.levels;
    return condition;
  }
  for (const int level : choice.levels) {
    condition.levels.push_back(variable.levels[static_cast<std::size_t>(level)]);
  }
  std::sort(condition.levels.begin(), condition.levels.end());
  return condition;
}

SegmentRule RuleFrom(const Conjunction& conjunction, const std::vector<RuleVariable>& variables) {
  SegmentRule rule;
  for (const Choice& choice : conjunction.choices) {
    rule.conditions.push_back(ConditionFrom(choice, variables[choice.variable]));
  }
  return rule;
}

// --- Measuring ------------------------------------------------------------

RuleQuality Measure(const std::vector<std::uint8_t>& satisfied, const std::vector<int>& rows,
                    absl::Span<const double> weights, absl::Span<const int> labels, int component) {
  double inside = 0, covered = 0, segment = 0;
  RuleQuality quality;
  for (const int row : rows) {
    const auto at = static_cast<std::size_t>(row);
    const bool is_member = labels[at] == component;
    quality.contact_count += weights[at];
    if (is_member) segment += weights[at];
    if (satisfied[at] == 0) continue;
    covered += weights[at];
    if (is_member) inside += weights[at];
  }
  // Sums of weights in different orders may differ in their last digits.
  quality.precision = covered > 0 ? std::min(1.0, inside / covered) : 0;
  quality.precision_interval = WilsonInterval(quality.precision, covered);
  quality.recall = segment > 0 ? std::min(1.0, inside / segment) : 0;
  quality.recall_interval = WilsonInterval(quality.recall, segment);
  return quality;
}

double WeightOf(const std::vector<int>& rows, absl::Span<const double> weights,
                absl::Span<const int> labels, int component) {
  double weight = 0;
  for (const int row : rows) {
    const auto at = static_cast<std::size_t>(row);
    if (labels[at] == component) weight += weights[at];
  }
  return weight;
}

}  // namespace

std::vector<SegmentRule> FindRules(const ContactTable& table, const Schema& schema,
                                   absl::Span<const double> weights, absl::Span<const int> labels,
                                   int component_count, const RuleSearchOptions& options) {
  const Halves halves = Halve(table, schema, weights, options);
  const std::vector<RuleVariable> variables = RuleVariables(
      table, schema, halves.finding, weights, labels, component_count, options.vocabulary);
  std::vector<double> finding_weights;
  for (const int row : halves.finding) {
    finding_weights.push_back(weights[static_cast<std::size_t>(row)]);
  }
  std::vector<SegmentRule> rules(static_cast<std::size_t>(component_count));
  for (int component = 0; component < component_count; ++component) {
    const double found = WeightOf(halves.finding, weights, labels, component);
    const double measured = WeightOf(halves.measuring, weights, labels, component);
    if (found < options.min_known || measured < options.min_known) continue;
    std::vector<std::uint8_t> inside;
    for (const int row : halves.finding) {
      inside.push_back(labels[static_cast<std::size_t>(row)] == component ? 1 : 0);
    }
    const Conjunction best = Search(variables, finding_weights, std::move(inside), options).Run();
    if (best.rank == 0) continue;
    SegmentRule rule = RuleFrom(best, variables);
    rule.quality =
        Measure(RowsOfRule(rule, schema, table), halves.measuring, weights, labels, component);
    const double share = measured / rule.quality.contact_count;
    if (rule.quality.precision < options.min_precision ||
        rule.quality.recall < options.min_recall || rule.quality.precision_interval.low <= share) {
      continue;
    }
    rules[static_cast<std::size_t>(component)] = std::move(rule);
  }
  return rules;
}

}  // namespace cible
