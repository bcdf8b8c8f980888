#include "segmentation/personas/attribute_profile.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "segmentation/data/text_parsing.h"
#include "segmentation/personas/significance.h"

namespace cible {
namespace {

// In AttributeSummary::quantiles.
constexpr std::size_t kLowerQuartile = 2;
constexpr std::size_t kMedian = 3;
constexpr std::size_t kUpperQuartile = 4;

bool HasMean(AttributeType type) {
  return type == AttributeType::kNumeric || type == AttributeType::kOrdinal ||
         type == AttributeType::kDate || type == AttributeType::kTimestamp;
}

AttributeFigures FiguresOf(const AttributeSummary& summary, AttributeType type) {
  AttributeFigures figures{.known = summary.known, .unknown = summary.unknown};
  if (!(summary.known > 0)) return figures;
  if (HasMean(type)) figures.mean = summary.mean;
  if (summary.quantiles.size() > kUpperQuartile) {
    figures.lower_quartile = summary.quantiles[kLowerQuartile];
    figures.median = summary.quantiles[kMedian];
    figures.upper_quartile = summary.quantiles[kUpperQuartile];
  }
  for (const double weight : summary.level_weights)
    figures.shares.push_back(weight / summary.known);
  return figures;
}

Moments MomentsOf(const AttributeSummary& summary, bool log_scale) {
  if (log_scale) return {summary.known, summary.log_mean, summary.log_variance};
  return {summary.known, summary.mean, summary.variance};
}

// Weights of the levels, and of all that are not listed.
std::vector<double> LevelCounts(const AttributeSummary& summary) {
  std::vector<double> counts = summary.level_weights;
  double others = summary.known;
  for (const double count : counts) others -= count;
  counts.push_back(std::max(0.0, others));
  return counts;
}

std::vector<double> Without(const std::vector<double>& all, const std::vector<double>& part) {
  std::vector<double> rest(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) rest[i] = std::max(0.0, all[i] - part[i]);
  return rest;
}

// A contact may hold several tags, so each is tested alone; the strongest one
// answers for all (Bonferroni).
std::optional<double> TagsPValue(const AttributeSummary& population,
                                 const AttributeSummary& segment) {
  std::optional<double> least;
  double tested = 0;
  for (std::size_t tag = 0; tag < segment.level_weights.size(); ++tag) {
    const double with = segment.level_weights[tag];
    const double rest_with = population.level_weights[tag] - with;
    const double own[] = {with, segment.known - with};
    const double others[] = {rest_with, population.known - segment.known - rest_with};
    const std::optional<double> p = ChiSquarePValue(own, others);
    if (!p) continue;
    ++tested;
    least = std::min(least.value_or(1), *p);
  }
  if (!least) return std::nullopt;
  return std::min(1.0, *least * tested);
}

std::optional<double> PValueOf(const AttributeAggregates& aggregates, const Attribute& attribute,
                               std::size_t component, bool log_scale) {
  const AttributeSummary& population = aggregates.population;
  const AttributeSummary& segment = aggregates.components[component];
  if (!(segment.known > 0) || !(population.known > segment.known)) return std::nullopt;
  switch (attribute.type) {
    case AttributeType::kNumeric:
    case AttributeType::kOrdinal:
    case AttributeType::kDate:
    case AttributeType::kTimestamp: {
      const Moments own = MomentsOf(segment, log_scale);
      return WelchPValue(own, RestOf(MomentsOf(population, log_scale), own));
    }
    case AttributeType::kCategorical:
    case AttributeType::kBoolean: {
      const std::vector<double> own = LevelCounts(segment);
      return ChiSquarePValue(own, Without(LevelCounts(population), own));
    }
    case AttributeType::kSet: return TagsPValue(population, segment);
    case AttributeType::kLocation:
    case AttributeType::kText: break;
  }
  return std::nullopt;
}

void Correct(std::vector<std::vector<AttributeProfile>>& profiles) {
  std::vector<AttributeProfile*> tested;
  std::vector<double> p_values;
  for (std::vector<AttributeProfile>& component : profiles) {
    for (AttributeProfile& profile : component) {
      if (!profile.p_value) continue;
      tested.push_back(&profile);
      p_values.push_back(*profile.p_value);
    }
  }
  const std::vector<double> corrected = CorrectedPValues(p_values);
  for (std::size_t i = 0; i < tested.size(); ++i) tested[i]->p_value = corrected[i];
}

// Indexes of the levels that are success: "Won" and "won" both are, as for the
// score. The levels of a BOOLEAN are "false" and "true", however the schema
// writes them.
std::vector<std::size_t> SuccessLevels(const AttributeAggregates& aggregates,
                                       const Attribute& attribute) {
  std::string success = attribute.outcome_value;
  if (attribute.type == AttributeType::kBoolean) {
    const std::optional<bool> value = ParseBoolean(success);
    if (!value) return {};
    success = *value ? "true" : "false";
  }
  std::vector<std::size_t> levels;
  for (std::size_t level = 0; level < aggregates.levels.size(); ++level) {
    if (absl::EqualsIgnoreCase(aggregates.levels[level], success)) levels.push_back(level);
  }
  return levels;
}

// Weight of those who succeeded; null where the summary does not tell.
std::optional<double> Successes(const AttributeAggregates& aggregates, const Attribute& attribute,
                                const AttributeSummary& summary) {
  const std::vector<std::size_t> levels = SuccessLevels(aggregates, attribute);
  if (!levels.empty()) {
    double weight = 0;
    for (const std::size_t level : levels) weight += summary.level_weights[level];
    return weight;
  }
  // A number that is 0 or 1 tells by its mean.
  double success = 0;
  const bool is_number = attribute.type == AttributeType::kNumeric &&
                         absl::SimpleAtod(attribute.outcome_value, &success);
  if (!is_number || (success != 0 && success != 1)) return std::nullopt;
  const double spread = aggregates.population.mean * (1 - aggregates.population.mean);
  if (std::abs(aggregates.population.variance - spread) > 1e-9) return std::nullopt;
  return summary.known * (success == 1 ? summary.mean : 1 - summary.mean);
}

}  // namespace

std::vector<std::vector<AttributeProfile>> ProfileAttributes(const SegmentFacts& facts) {
  std::vector<std::vector<AttributeProfile>> profiles(facts.shares.size());
  for (const AttributeAggregates& aggregates : *facts.aggregates) {
    const Attribute* attribute = facts.schema->Find(aggregates.attribute);
    if (attribute == nullptr || attribute->is_protected) continue;
    for (std::size_t component = 0; component < profiles.size(); ++component) {
      AttributeProfile profile{.attribute = attribute->id, .levels = aggregates.levels};
      profile.segment = FiguresOf(aggregates.components[component], attribute->type);
      profile.population = FiguresOf(aggregates.population, attribute->type);
      if (attribute->role == Role::kDescriptor) {
        profile.p_value =
            PValueOf(aggregates, *attribute, component, IsOnLogScale(facts, *attribute));
      }
      profiles[component].push_back(std::move(profile));
    }
  }
  Correct(profiles);
  return profiles;
}

std::optional<double> ExpectedRate(const std::optional<Conversion>& conversion) {
  if (!conversion || !(conversion->known > 0)) return std::nullopt;
  return (conversion->converted + .5) / (conversion->known + 1);
}

std::optional<Conversion> ConversionOf(const SegmentFacts& facts, int component) {
  for (const AttributeAggregates& aggregates : *facts.aggregates) {
    const Attribute* attribute = facts.schema->Find(aggregates.attribute);
    if (attribute == nullptr || attribute->role != Role::kOutcome || attribute->is_protected) {
      continue;
    }
    const AttributeSummary& segment = aggregates.components[static_cast<std::size_t>(component)];
    const AttributeSummary& population = aggregates.population;
    const auto converted = Successes(aggregates, *attribute, segment);
    const auto population_converted = Successes(aggregates, *attribute, population);
    if (!converted || !population_converted || !(population.known > 0)) return std::nullopt;
    Conversion conversion{
        .attribute = attribute->id, .known = segment.known, .converted = *converted};
    if (segment.known > 0) conversion.rate = std::min(1.0, *converted / segment.known);
    conversion.interval = JeffreysInterval(*converted, segment.known);
    conversion.population_known = population.known;
    conversion.population_rate = std::min(1.0, *population_converted / population.known);
    return conversion;
  }
  return std::nullopt;
}

}  // namespace cible
