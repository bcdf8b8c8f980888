#include "segmentation/models/rule_variables.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"

namespace cible {
namespace {

using Kind = RuleVariable::Kind;

constexpr int kPopulationCuts = 32;
constexpr double kComponentQuantiles[] = {.02, .05, .1, .25, .5, .75, .9, .95, .98};
constexpr std::size_t kMostCuts = 120;
constexpr std::size_t kMostLevels = 60;
constexpr std::size_t kMostTags = 20;
// A text of a rule is read by people.
constexpr std::size_t kLongestLevel = 80;

struct Rows {
  absl::Span<const int> rows;
  absl::Span<const double> weights;
  absl::Span<const int> labels;
  int component_count;
};

struct Weighted {
  double value;
  double weight;
};

// Values at the shares, ascending, of the weight of the sorted values.
void AddQuantiles(const std::vector<Weighted>& sorted, absl::Span<const double> shares,
                  std::vector<double>& values) {
  double total = 0;
  for (const Weighted& each : sorted) total += each.weight;
  double reached = 0;
  std::size_t next = 0;
  for (const Weighted& each : sorted) {
    reached += each.weight;
    while (next < shares.size() && reached >= shares[next] * total) {
      values.push_back(each.value);
      ++next;
    }
  }
}

void SortUnique(std::vector<double>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

// The values of the rows that count, by group: all of them, and each component's.
template <typename NumberOf>
std::vector<std::vector<Weighted>> ValuesByGroup(const Column& column, const Rows& rows,
                                                 const NumberOf& number) {
  std::vector<std::vector<Weighted>> groups(static_cast<std::size_t>(rows.component_count) + 1);
  for (const int row : rows.rows) {
    const auto at = static_cast<std::size_t>(row);
    if (column.validity[at] == 0 || !(rows.weights[at] > 0)) continue;
    const Weighted value = {number(at), rows.weights[at]};
    groups[0].push_back(value);
    if (rows.labels[at] >= 0)
      groups[static_cast<std::size_t>(rows.labels[at]) + 1].push_back(value);
  }
  for (std::vector<Weighted>& group : groups) {
    std::sort(group.begin(), group.end(), [](const Weighted& a, const Weighted& b) {
      return a.value != b.value ? a.value < b.value : a.weight < b.weight;
    });
  }
  return groups;
}

// Every value when there are few, else quantiles. Below the least there is
// nothing to cut off.
std::vector<double> RawCuts(const std::vector<std::vector<Weighted>>& groups) {
  std::vector<double> cuts;
  for (const Weighted& each : groups[0]) {
    if (cuts.empty() || cuts.back() != each.value) cuts.push_back(each.value);
  }
  if (cuts.empty()) return cuts;
  const double least = cuts.front();
  if (cuts.size() > kPopulationCuts) {
    cuts.clear();
    std::vector<double> shares;
    for (int i = 1; i < kPopulationCuts; ++i) shares.push_back(i / double{kPopulationCuts});
    AddQuantiles(groups[0], shares, cuts);
    for (std::size_t k = 1; k < groups.size() && cuts.size() < kMostCuts; ++k) {
      AddQuantiles(groups[k], kComponentQuantiles, cuts);
    }
    SortUnique(cuts);
    // Many components: the cuts that are nearest to another one go.
    while (cuts.size() > kMostCuts) {
      std::vector<double> thinned;
      for (std::size_t i = 0; i < cuts.size(); i += 2) thinned.push_back(cuts[i]);
      cuts = std::move(thinned);
    }
  }
  std::erase_if(cuts, [&](double cut) { return cut <= least; });
  return cuts;
}

void FillBins(const Column& column, absl::Span<const int> rows, RuleVariable& variable,
              const std::function<std::uint8_t(std::size_t)>& bin) {
  variable.bins.reserve(rows.size());
  for (const int row : rows) {
    const auto at = static_cast<std::size_t>(row);
    variable.bins.push_back(column.validity[at] == 0 ? RuleVariable::kUnknownBin : bin(at));
  }
}

template <typename NumberOf>
void FillOrderedBins(const Column& column, absl::Span<const int> rows, const NumberOf& number,
                     RuleVariable& variable) {
  variable.bin_count = static_cast<std::uint8_t>(variable.cuts.size() + 1);
  FillBins(column, rows, variable, [&](std::size_t row) {
    return static_cast<std::uint8_t>(
        std::upper_bound(variable.cuts.begin(), variable.cuts.end(), number(row)) -
        variable.cuts.begin());
  });
}

// The first day of the month, or of the year, that is nearest, where cuts lie
// far enough apart.
std::vector<double> ReadableDays(const std::vector<double>& cuts) {
  constexpr double kFarForMonths = 45;
  std::vector<double> readable;
  for (std::size_t i = 0; i < cuts.size(); ++i) {
    const double before = i == 0 ? 2 * kFarForMonths : cuts[i] - cuts[i - 1];
    const double after = i + 1 == cuts.size() ? 2 * kFarForMonths : cuts[i + 1] - cuts[i];
    if (std::min(before, after) < kFarForMonths) {
      readable.push_back(cuts[i]);
      continue;
    }
    const absl::CivilDay epoch(1970, 1, 1);
    const absl::CivilMonth month(epoch + static_cast<std::int64_t>(cuts[i]) + 15);
    readable.push_back(static_cast<double>(absl::CivilDay(month) - epoch));
  }
  SortUnique(readable);
  return readable;
}

// Most frequent first, then by name: the order of a dictionary does not show.
std::vector<std::string> FrequentLevels(const std::vector<std::string>& dictionary,
                                        const std::vector<double>& weights, std::size_t most,
                                        const Attribute& attribute,
                                        const RuleVocabulary& vocabulary) {
  std::vector<std::pair<double, std::string>> levels;
  for (std::size_t code = 0; code < dictionary.size(); ++code) {
    if (!(weights[code] > 0) || dictionary[code].empty() ||
        dictionary[code].size() > kLongestLevel ||
        (vocabulary && !vocabulary(attribute, dictionary[code]))) {
      continue;
    }
    levels.emplace_back(-weights[code], dictionary[code]);
  }
  std::sort(levels.begin(), levels.end());
  if (levels.size() > most) levels.resize(most);
  std::vector<std::string> names;
  for (auto& [weight, name] : levels) names.push_back(std::move(name));
  return names;
}

// Makes the variables of one column.
struct VariableMaker {
  const Column& column;
  const Attribute& attribute;
  const Rows& rows;
  const RuleVocabulary& vocabulary;
  std::vector<RuleVariable>& variables;

  void Add(RuleVariable variable) const {
    if (variable.bin_count > 1) variables.push_back(std::move(variable));
  }

  void operator()(const Numbers& data) const {
    const auto number = [&](std::size_t row) { return data.values[row]; };
    const auto groups = ValuesByGroup(column, rows, number);
    RuleVariable variable{.attribute = &attribute};
    variable.whole = std::all_of(groups[0].begin(), groups[0].end(), [](const Weighted& each) {
      return each.value == std::floor(each.value);
    });
    const double least = groups[0].empty() ? 0 : groups[0].front().value;
    variable.cuts = ReadableCuts(least, RawCuts(groups), variable.whole);
    FillOrderedBins(column, rows.rows, number, variable);
    Add(std::move(variable));
  }
  void operator()(const Days& data) const {
    AddDays([&](std::size_t row) { return static_cast<double>(data.values[row]); });
  }
  void operator()(const Micros& data) const {
    AddDays([&](std::size_t row) {
      return static_cast<double>(DayOf(Timestamp{data.values[row]}).days);
    });
  }
  template <typename NumberOf>
  void AddDays(const NumberOf& number) const {
    RuleVariable variable{.attribute = &attribute};
    variable.cuts = ReadableDays(RawCuts(ValuesByGroup(column, rows, number)));
    FillOrderedBins(column, rows.rows, number, variable);
    Add(std::move(variable));
  }
  void operator()(const Bits& data) const {
    for (const char* level : {"false", "true"}) {
      if (vocabulary && !vocabulary(attribute, level)) return;
    }
    RuleVariable variable{
        .attribute = &attribute, .kind = Kind::kLevels, .levels = {"false", "true"}};
    variable.bin_count = 2;
    FillBins(column, rows.rows, variable, [&](std::size_t row) {
      return static_cast<std::uint8_t>(data.values[row] != 0 ? 1 : 0);
    });
    Add(std::move(variable));
  }
  void operator()(const Codes& data) const {
    if (attribute.type == AttributeType::kOrdinal) {
      AddOrdinal(data);
    } else {
      AddLevels(data);
    }
  }
  void AddOrdinal(const Codes& data) const {
    std::vector<double> index;
    for (const std::string& level : data.dictionary) {
      index.push_back(
          static_cast<double>(std::find(attribute.levels.begin(), attribute.levels.end(), level) -
                              attribute.levels.begin()));
    }
    const auto number = [&](std::size_t row) { return index[data.codes[row]]; };
    RuleVariable variable{.attribute = &attribute};
    variable.cuts = RawCuts(ValuesByGroup(column, rows, number));
    FillOrderedBins(column, rows.rows, number, variable);
    Add(std::move(variable));
  }
  void AddLevels(const Codes& data) const {
    std::vector<double> weights(data.dictionary.size());
    for (const int row : rows.rows) {
      const auto at = static_cast<std::size_t>(row);
      if (column.validity[at] != 0) weights[data.codes[at]] += rows.weights[at];
    }
    RuleVariable variable{.attribute = &attribute, .kind = Kind::kLevels};
    variable.levels = FrequentLevels(data.dictionary, weights, kMostLevels, attribute, vocabulary);
    if (variable.levels.empty()) return;
    std::map<std::string, std::uint8_t> bin_of;
    for (const std::string& level : variable.levels) {
      bin_of.emplace(level, static_cast<std::uint8_t>(bin_of.size()));
    }
    const auto others = static_cast<std::uint8_t>(bin_of.size());
    std::vector<std::uint8_t> bin_of_code;
    for (const std::string& level : data.dictionary) {
      const auto found = bin_of.find(level);
      bin_of_code.push_back(found == bin_of.end() ? others : found->second);
    }
    variable.bin_count = static_cast<std::uint8_t>(others + 1);
    FillBins(column, rows.rows, variable,
             [&](std::size_t row) { return bin_of_code[data.codes[row]]; });
    Add(std::move(variable));
  }
  void operator()(const Sets& data) const {
    const auto begin = [&](std::size_t row) {
      return data.members.begin() + (row == 0 ? 0 : data.ends[row - 1]);
    };
    const auto end = [&](std::size_t row) { return data.members.begin() + data.ends[row]; };
    std::vector<double> weights(data.dictionary.size());
    for (const int row : rows.rows) {
      const auto at = static_cast<std::size_t>(row);
      if (column.validity[at] == 0) continue;
      for (auto member = begin(at); member != end(at); ++member) {
        weights[*member] += rows.weights[at];
      }
    }
    for (const std::string& tag :
         FrequentLevels(data.dictionary, weights, kMostTags, attribute, vocabulary)) {
      RuleVariable variable{.attribute = &attribute, .kind = Kind::kTag, .levels = {tag}};
      variable.bin_count = 2;
      FillBins(column, rows.rows, variable, [&](std::size_t row) {
        return static_cast<std::uint8_t>(
            std::any_of(begin(row), end(row),
                        [&](std::uint32_t member) { return data.dictionary[member] == tag; }));
      });
      Add(std::move(variable));
    }
  }
  void operator()(const Locations&) const {}
  void operator()(const Texts&) const {}
};

// The number of `digits` significant digits nearest to the value.
double Rounded(double value, int digits) {
  double rounded = value;
  const bool read = absl::SimpleAtod(absl::StrFormat("%.*g", digits, value), &rounded);
  return read ? rounded : value;
}

}  // namespace

RuleCondition RangeCondition(const RuleVariable& variable, int first, int last) {
  RuleCondition condition{.attribute = variable.attribute->id, .whole = variable.whole};
  if (first > 0) condition.low = variable.cuts[static_cast<std::size_t>(first) - 1];
  if (last < variable.bin_count) {
    condition.high = variable.cuts[static_cast<std::size_t>(last) - 1];
  }
  return condition;
}

std::vector<double> ReadableCuts(double least, const std::vector<double>& cuts, bool whole) {
  constexpr int kMostDigits = 15;
  std::vector<double> readable;
  for (std::size_t i = 0; i < cuts.size(); ++i) {
    const double before = cuts[i] - (i == 0 ? least : cuts[i - 1]);
    const double after = i + 1 == cuts.size() ? before : cuts[i + 1] - cuts[i];
    const double most = std::min(before, after) / 3;
    double cut = cuts[i];
    for (int digits = 1; digits <= kMostDigits; ++digits) {
      double rounded = Rounded(cuts[i], digits);
      if (whole) rounded = std::round(rounded);
      if (std::abs(rounded - cuts[i]) > most) continue;
      cut = rounded;
      break;
    }
    readable.push_back(cut);
  }
  SortUnique(readable);
  return readable;
}

std::vector<RuleVariable> RuleVariables(const ContactTable& table, const Schema& schema,
                                        absl::Span<const int> rows,
                                        absl::Span<const double> weights,
                                        absl::Span<const int> labels, int component_count,
                                        const RuleVocabulary& vocabulary) {
  const Rows chosen{rows, weights, labels, component_count};
  std::vector<RuleVariable> variables;
  for (const Attribute& attribute : schema.attributes()) {
    const Column* column = table.Find(attribute.id);
    if (column == nullptr || !MayBeInRule(attribute)) continue;
    if (vocabulary && !vocabulary(attribute, "")) continue;
    std::visit(VariableMaker{*column, attribute, chosen, vocabulary, variables}, column->data);
  }
  return variables;
}

}  // namespace cible
