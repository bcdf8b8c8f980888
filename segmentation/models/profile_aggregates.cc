#include "segmentation/models/profile_aggregates.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <utility>

#include "segmentation/data/great_circle.h"

namespace cible {
namespace {

constexpr std::size_t kMaxLevels = 200;
constexpr std::array<double, 7> kQuantiles = {0, .05, .25, .5, .75, .95, 1};
constexpr double kMicrosPerDay = 86'400e6;

// The contacts that are summarised: group 0 is the population, group 1 + c the
// component c.
struct Contacts {
  absl::Span<const double> weights;
  absl::Span<const int> labels;
  std::size_t group_count;

  // Calls visit(group, weight) for each group the row is in.
  template <typename Visit>
  void ForEachGroup(std::size_t row, Visit visit) const {
    visit(std::size_t{0}, weights[row]);
    if (labels[row] >= 0) visit(static_cast<std::size_t>(labels[row]) + 1, weights[row]);
  }
};

using Summaries = std::vector<AttributeSummary>;  // By group.

void CountKnown(const Column& column, const Contacts& contacts, Summaries& groups) {
  for (std::size_t row = 0; row < column.validity.size(); ++row) {
    contacts.ForEachGroup(row, [&](std::size_t group, double weight) {
      (column.validity[row] != 0 ? groups[group].known : groups[group].unknown) += weight;
    });
  }
}

// Two passes: a sum of squares less the squared mean would lose every digit of
// a small variance around a large mean.
template <typename NumberOf>
void MeanAndVariance(const Column& column, const Contacts& contacts, const NumberOf& number,
                     Summaries& groups, double AttributeSummary::*mean = &AttributeSummary::mean,
                     double AttributeSummary::*variance = &AttributeSummary::variance) {
  const auto for_each_known = [&](auto visit) {
    for (std::size_t row = 0; row < column.validity.size(); ++row) {
      if (column.validity[row] == 0) continue;
      const double value = number(row);
      contacts.ForEachGroup(row,
                            [&](std::size_t group, double weight) { visit(group, weight, value); });
    }
  };
  std::vector<double> least(groups.size(), std::numeric_limits<double>::infinity());
  std::vector<double> most(groups.size(), -std::numeric_limits<double>::infinity());
  for_each_known([&](std::size_t group, double weight, double value) {
    if (weight == 0) return;
    AttributeSummary& summary = groups[group];
    summary.*mean += weight / summary.known * value;
    least[group] = std::min(least[group], value);
    most[group] = std::max(most[group], value);
  });
  for_each_known([&](std::size_t group, double weight, double value) {
    if (weight == 0) return;
    AttributeSummary& summary = groups[group];
    summary.*variance += weight / summary.known * (value - summary.*mean) * (value - summary.*mean);
  });
  for (std::size_t group = 0; group < groups.size(); ++group) {
    AttributeSummary& summary = groups[group];
    // Rounding of the mean is no spread: it would make effects of nothing.
    if (least[group] == most[group]) {
      summary.*mean = least[group];
      summary.*variance = 0;
    }
    // Squares of numbers near the limit of double overflow; no figure is infinite.
    summary.*variance = std::min(summary.*variance, std::numeric_limits<double>::max());
  }
}

// One walk over the known values in ascending order serves every group: a
// quantile is the value at which the group's weight reaches its share.
template <typename NumberOf>
void Quantiles(const Column& column, const Contacts& contacts, const NumberOf& number,
               Summaries& groups) {
  std::vector<std::pair<double, std::size_t>> ordered;
  for (std::size_t row = 0; row < column.validity.size(); ++row) {
    if (column.validity[row] != 0) ordered.emplace_back(number(row), row);
  }
  std::sort(ordered.begin(), ordered.end());
  std::vector<double> reached(contacts.group_count);
  for (const auto& [value, row] : ordered) {
    contacts.ForEachGroup(row, [&, v = value](std::size_t group, double weight) {
      AttributeSummary& summary = groups[group];
      // Rounding of the running sum must not push the last quantiles out.
      reached[group] += weight * (1 + 1e-12);
      while (summary.quantiles.size() < kQuantiles.size() &&
             reached[group] >= kQuantiles[summary.quantiles.size()] * summary.known) {
        summary.quantiles.push_back(v);
      }
    });
  }
}

template <typename NumberOf>
void SummariseNumbers(const Column& column, const Contacts& contacts, const NumberOf& number,
                      Summaries& groups) {
  MeanAndVariance(column, contacts, number, groups);
  Quantiles(column, contacts, number, groups);
}

// Adds up weights by code; `for_each_code(row, visit)` lists the codes of a row.
template <typename ForEachCode>
std::vector<std::vector<double>> WeightsByCode(const Column& column, const Contacts& contacts,
                                               std::size_t code_count,
                                               const ForEachCode& for_each_code) {
  std::vector<std::vector<double>> weights(contacts.group_count, std::vector<double>(code_count));
  for (std::size_t row = 0; row < column.validity.size(); ++row) {
    if (column.validity[row] == 0) continue;
    for_each_code(row, [&](std::size_t code) {
      contacts.ForEachGroup(row, [&](std::size_t group, double w) { weights[group][code] += w; });
    });
  }
  return weights;
}

// Codes that occur, by descending weight and then by name, so that the order
// in which a dictionary grew does not show.
std::vector<std::size_t> CodesByWeight(const std::vector<std::string>& dictionary,
                                       const std::vector<double>& weights) {
  std::vector<std::size_t> codes(dictionary.size());
  std::iota(codes.begin(), codes.end(), std::size_t{0});
  std::erase_if(codes, [&](std::size_t code) { return !(weights[code] > 0); });
  std::sort(codes.begin(), codes.end(), [&](std::size_t a, std::size_t b) {
    if (weights[a] != weights[b]) return weights[a] > weights[b];
    return dictionary[a] < dictionary[b];
  });
  if (codes.size() > kMaxLevels) codes.resize(kMaxLevels);
  return codes;
}

template <typename ForEachCode>
void SummariseLevels(const Column& column, const Contacts& contacts,
                     const std::vector<std::string>& dictionary, const ForEachCode& for_each_code,
                     AttributeAggregates& aggregates, Summaries& groups) {
  const auto weights = WeightsByCode(column, contacts, dictionary.size(), for_each_code);
  for (const std::size_t code : CodesByWeight(dictionary, weights[0])) {
    aggregates.levels.push_back(dictionary[code]);
    for (std::size_t group = 0; group < groups.size(); ++group) {
      groups[group].level_weights.push_back(weights[group][code]);
    }
  }
}

void SummariseCategories(const Column& column, const Codes& data, const Contacts& contacts,
                         AttributeAggregates& aggregates, Summaries& groups) {
  const auto code_of_row = [&](std::size_t row, auto visit) {
    visit(std::size_t{data.codes[row]});
  };
  SummariseLevels(column, contacts, data.dictionary, code_of_row, aggregates, groups);
}

void SummariseSets(const Column& column, const Sets& data, const Contacts& contacts,
                   AttributeAggregates& aggregates, Summaries& groups) {
  const auto codes_of_row = [&](std::size_t row, auto visit) {
    const std::size_t begin = row == 0 ? 0 : data.ends[row - 1];
    for (std::size_t i = begin; i < data.ends[row]; ++i) visit(std::size_t{data.members[i]});
  };
  SummariseLevels(column, contacts, data.dictionary, codes_of_row, aggregates, groups);
}

// Levels with an order keep it, those that never occur included.
template <typename LevelOf>
void SummariseOrdered(const Column& column, const Contacts& contacts,
                      std::vector<std::string> levels, const LevelOf& level,
                      AttributeAggregates& aggregates, Summaries& groups) {
  if (levels.size() > kMaxLevels) levels.resize(kMaxLevels);
  aggregates.levels = std::move(levels);
  MeanAndVariance(
      column, contacts, [&](std::size_t row) { return static_cast<double>(level(row)); }, groups);
  const auto codes_of_row = [&](std::size_t row, auto visit) {
    if (level(row) < aggregates.levels.size()) visit(level(row));
  };
  const auto weights = WeightsByCode(column, contacts, aggregates.levels.size(), codes_of_row);
  for (std::size_t group = 0; group < groups.size(); ++group) {
    groups[group].level_weights = weights[group];
  }
}

void SummariseOrdinal(const Column& column, const Codes& data, const Attribute& attribute,
                      const Contacts& contacts, AttributeAggregates& aggregates,
                      Summaries& groups) {
  std::vector<std::size_t> place;  // By code; CheckTable refuses undeclared levels.
  for (const std::string& name : data.dictionary) {
    place.push_back(
        static_cast<std::size_t>(std::find(attribute.levels.begin(), attribute.levels.end(), name) -
                                 attribute.levels.begin()));
  }
  SummariseOrdered(
      column, contacts, attribute.levels, [&](std::size_t row) { return place[data.codes[row]]; },
      aggregates, groups);
}

void SummarisePlaces(const Column& column, const Locations& data, const Contacts& contacts,
                     Summaries& groups) {
  std::vector<Direction> sums(groups.size());
  for (std::size_t row = 0; row < column.validity.size(); ++row) {
    if (column.validity[row] == 0) continue;
    const Direction place = DirectionOf(data.values[row]);
    contacts.ForEachGroup(row, [&](std::size_t group, double weight) {
      Direction& sum = sums[group];
      sum = {sum.x + weight * place.x, sum.y + weight * place.y, sum.z + weight * place.z};
    });
  }
  for (std::size_t group = 0; group < groups.size(); ++group) {
    const LatLng place = PlaceOf(sums[group]);
    groups[group].latitude = place.latitude;
    groups[group].longitude = place.longitude;
    sums[group] = DirectionOf(place);
  }
  for (std::size_t row = 0; row < column.validity.size(); ++row) {
    if (column.validity[row] == 0) continue;
    const Direction place = DirectionOf(data.values[row]);
    contacts.ForEachGroup(row, [&](std::size_t group, double weight) {
      groups[group].radius_km += weight / groups[group].known * DistanceKm(place, sums[group]);
    });
  }
}

// What is summarised of each kind of column, beside how much of it is known.
struct ColumnSummariser {
  const Column& column;
  const Attribute& attribute;
  const Contacts& contacts;
  double as_of;  // Days since 1970-01-01.
  AttributeAggregates& aggregates;
  Summaries& groups;

  void operator()(const Numbers& data) const {
    SummariseNumbers(
        column, contacts, [&](std::size_t row) { return data.values[row]; }, groups);
    const auto log = [&](std::size_t row) { return std::log1p(std::max(0.0, data.values[row])); };
    MeanAndVariance(column, contacts, log, groups, &AttributeSummary::log_mean,
                    &AttributeSummary::log_variance);
  }
  void operator()(const Days& data) const {
    const auto age = [&](std::size_t row) { return as_of - data.values[row]; };
    SummariseNumbers(column, contacts, age, groups);
  }
  void operator()(const Micros& data) const {
    const auto age = [&](std::size_t row) {
      return as_of - static_cast<double>(data.values[row]) / kMicrosPerDay;
    };
    SummariseNumbers(column, contacts, age, groups);
  }
  void operator()(const Bits& data) const {
    const auto bit = [&](std::size_t row) { return std::size_t{data.values[row] != 0}; };
    SummariseOrdered(column, contacts, {"false", "true"}, bit, aggregates, groups);
  }
  void operator()(const Codes& data) const {
    if (attribute.type == AttributeType::kOrdinal) {
      SummariseOrdinal(column, data, attribute, contacts, aggregates, groups);
    } else {
      SummariseCategories(column, data, contacts, aggregates, groups);
    }
  }
  void operator()(const Sets& data) const {
    SummariseSets(column, data, contacts, aggregates, groups);
  }
  void operator()(const Locations& data) const { SummarisePlaces(column, data, contacts, groups); }
  // Free text is personal data: only how much of it is known is kept.
  void operator()(const Texts&) const {}
};

AttributeAggregates Summarise(const Column& column, const Attribute& attribute, Date as_of,
                              const Contacts& contacts) {
  AttributeAggregates aggregates{.attribute = attribute.id};
  Summaries groups(contacts.group_count);
  CountKnown(column, contacts, groups);
  std::visit(ColumnSummariser{column, attribute, contacts, static_cast<double>(as_of.days),
                              aggregates, groups},
             column.data);
  aggregates.population = std::move(groups[0]);
  aggregates.components.assign(std::move_iterator(groups.begin() + 1),
                               std::move_iterator(groups.end()));
  return aggregates;
}

bool IsProfiled(const Attribute& attribute) {
  return attribute.role == Role::kFeature || attribute.role == Role::kDescriptor ||
         attribute.role == Role::kOutcome;
}

}  // namespace

std::vector<AttributeAggregates> SummariseAttributes(const ContactTable& table,
                                                     const Schema& schema, Date as_of,
                                                     absl::Span<const double> weights,
                                                     absl::Span<const int> labels,
                                                     int component_count) {
  const Contacts contacts{weights, labels, static_cast<std::size_t>(component_count) + 1};
  std::vector<AttributeAggregates> aggregates;
  for (const Attribute& attribute : schema.attributes()) {
    const Column* column = table.Find(attribute.id);
    if (!IsProfiled(attribute) || column == nullptr) continue;
    aggregates.push_back(Summarise(*column, attribute, as_of, contacts));
  }
  return aggregates;
}

}  // namespace cible
