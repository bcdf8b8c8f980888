#include "segmentation/personas/profile.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "segmentation/data/great_circle.h"
#include "segmentation/models/proportion.h"
#include "segmentation/personas/significance.h"

namespace cible {
namespace {

constexpr double kMinSmd = 0.5;
constexpr double kMinLift = 1.5;
constexpr double kMinKnown = 10;
constexpr double kZ95 = 1.959963984540054;

Moments OnScale(const AttributeSummary& summary, bool log_scale) {
  if (log_scale) return {summary.known, summary.log_mean, summary.log_variance};
  return {summary.known, summary.mean, summary.variance};
}

// segment - population = (1 - f) (segment - rest) with f the segment's part of
// the population; segment and rest are independent samples.
double StandardErrorOfDifference(const Moments& population, const Moments& segment) {
  const Moments rest = RestOf(population, segment);
  if (rest.count <= 0) return 0;
  const double outside = rest.count / population.count;
  return outside * std::sqrt(segment.variance / segment.count + rest.variance / rest.count);
}

Trait MeanTrait(const AttributeSummary& population, const AttributeSummary& segment,
                bool log_scale) {
  Trait trait;
  trait.segment_value = segment.mean;
  trait.population_value = population.mean;
  const Moments all = OnScale(population, log_scale);
  const Moments own = OnScale(segment, log_scale);
  if (own.count <= 0 || !(all.variance > 0)) return trait;
  const double sd = std::sqrt(all.variance);
  const double margin = kZ95 * StandardErrorOfDifference(all, own) / sd;
  trait.effect = (own.mean - all.mean) / sd;
  trait.effect_low = trait.effect - margin;
  trait.effect_high = trait.effect + margin;
  trait.strength = std::abs(trait.effect);
  const bool excludes_zero = trait.effect_low > 0 || trait.effect_high < 0;
  const bool same_way = trait.effect * (segment.mean - population.mean) > 0;
  trait.is_claim = trait.strength >= kMinSmd && excludes_zero && same_way && own.count >= kMinKnown;
  return trait;
}

Trait LevelTrait(const AttributeSummary& population, const AttributeSummary& segment, int level) {
  Trait trait;
  trait.effect = trait.effect_low = trait.effect_high = 1;
  trait.population_value = population.level_weights[level] / population.known;
  if (segment.known <= 0) {
    trait.segment_value = trait.population_value;
    return trait;
  }
  trait.segment_value = segment.level_weights[level] / segment.known;
  if (trait.population_value <= 0) return trait;
  const Interval share = WilsonInterval(trait.segment_value, segment.known);
  trait.effect = trait.segment_value / trait.population_value;
  trait.effect_low = share.low / trait.population_value;
  trait.effect_high = share.high / trait.population_value;
  trait.strength = CohensH(trait.segment_value, trait.population_value);
  const bool more = trait.effect >= kMinLift && trait.effect_low > 1;
  const bool less = trait.effect <= 1 / kMinLift && trait.effect_high < 1;
  trait.is_claim = (more || less) && segment.known >= kMinKnown;
  return trait;
}

LatLng CentreOf(const AttributeSummary& summary) { return {summary.latitude, summary.longitude}; }

// Of a segment that lies elsewhere, or much closer together.
Trait LocationTrait(const AttributeSummary& population, const AttributeSummary& segment) {
  Trait trait;
  trait.segment_value = segment.radius_km;
  trait.population_value = population.radius_km;
  if (segment.known <= 0 || !(population.radius_km > 0)) return trait;
  const double distance =
      DistanceKm(DirectionOf(CentreOf(population)), DirectionOf(CentreOf(segment)));
  const double outside = 1 - segment.known / population.known;
  const double margin =
      kZ95 * outside * segment.radius_km / std::sqrt(segment.known) / population.radius_km;
  trait.effect = distance / population.radius_km;
  trait.effect_low = std::max(0.0, trait.effect - margin);
  trait.effect_high = trait.effect + margin;
  const double closer = 1 - segment.radius_km / population.radius_km;
  trait.strength = std::max(trait.effect, closer);
  const bool elsewhere = trait.effect >= kMinSmd && trait.effect_low > 0;
  trait.is_claim = (elsewhere || closer >= kMinSmd) && segment.known >= kMinKnown;
  return trait;
}

// The levels that are claims; without any, the one that differs most. A
// BOOLEAN is told by one level, "true" unless only "false" makes a claim.
std::vector<Trait> LevelTraits(const AttributeAggregates& attribute, int component,
                               bool is_boolean) {
  std::vector<Trait> all;
  for (int level = 0; level < static_cast<int>(attribute.levels.size()); ++level) {
    all.push_back(LevelTrait(attribute.population, attribute.components[component], level));
    all.back().level = attribute.levels[level];
  }
  if (is_boolean && all.size() == 2) return {all[0].is_claim && !all[1].is_claim ? all[0] : all[1]};
  std::vector<Trait> shown;
  std::copy_if(all.begin(), all.end(), std::back_inserter(shown),
               [](const Trait& trait) { return trait.is_claim; });
  if (shown.empty() && !all.empty()) {
    shown.push_back(*std::max_element(all.begin(), all.end(), [](const Trait& a, const Trait& b) {
      return a.strength < b.strength;
    }));
  }
  return shown;
}

std::vector<Trait> TraitsOf(const AttributeAggregates& aggregates, const Attribute& attribute,
                            int component, bool log_scale) {
  const AttributeSummary& segment = aggregates.components[component];
  switch (attribute.type) {
    case AttributeType::kCategorical:
    case AttributeType::kSet: return LevelTraits(aggregates, component, false);
    case AttributeType::kBoolean: return LevelTraits(aggregates, component, true);
    case AttributeType::kLocation: return {LocationTrait(aggregates.population, segment)};
    case AttributeType::kNumeric:
    case AttributeType::kOrdinal:
    case AttributeType::kDate:
    case AttributeType::kTimestamp: return {MeanTrait(aggregates.population, segment, log_scale)};
    case AttributeType::kText: break;
  }
  return {};
}

// The outcome may be summarised over others than the contacts trained on.
double SizeOf(const SegmentFacts& facts, int component) {
  for (const AttributeAggregates& aggregates : *facts.aggregates) {
    const Attribute* attribute = facts.schema->Find(aggregates.attribute);
    if (attribute == nullptr || attribute->role == Role::kOutcome) continue;
    return aggregates.components[component].known + aggregates.components[component].unknown;
  }
  return facts.shares[component] * facts.contact_count;
}

SegmentProfile ProfileOf(const SegmentFacts& facts, int component) {
  SegmentProfile profile;
  profile.component = component;
  profile.size = SizeOf(facts, component);
  profile.share = facts.shares[component];
  for (const AttributeAggregates& aggregates : *facts.aggregates) {
    const Attribute* attribute = facts.schema->Find(aggregates.attribute);
    if (attribute == nullptr || attribute->is_protected) continue;
    if (aggregates.population.known <= 0) continue;
    for (Trait& trait :
         TraitsOf(aggregates, *attribute, component, IsOnLogScale(facts, *attribute))) {
      trait.attribute = attribute->id;
      trait.descriptor = !IsFeature(*attribute);
      profile.traits.push_back(std::move(trait));
    }
  }
  std::stable_sort(profile.traits.begin(), profile.traits.end(),
                   [](const Trait& a, const Trait& b) { return a.strength > b.strength; });
  return profile;
}

}  // namespace

SegmentFacts FactsOf(const SegmentationModel& model) {
  const ModelParts& parts = model.parts();
  SegmentFacts facts{.schema = &parts.schema,
                     .aggregates = &parts.aggregates,
                     .shares = parts.shares,
                     .contact_count = parts.contact_count,
                     .contact_kind = parts.contact_kind,
                     .as_of = parts.as_of};
  for (const AttributeEncoding& encoding : parts.encoder.attributes()) {
    if (encoding.scale != NumberScale::kIdentity) facts.log_scale.push_back(encoding.attribute);
  }
  return facts;
}

bool IsOnLogScale(const SegmentFacts& facts, const Attribute& attribute) {
  if (attribute.type != AttributeType::kNumeric) return false;
  if (attribute.distribution == Distribution::kLogNormal ||
      attribute.distribution == Distribution::kCount) {
    return true;
  }
  return std::find(facts.log_scale.begin(), facts.log_scale.end(), attribute.id) !=
         facts.log_scale.end();
}

bool IsMore(const Trait& trait) { return trait.effect > (trait.level.empty() ? 0 : 1); }

double AgreementWith(const Trait& trait, const AttributeAggregates& aggregates, int component) {
  const AttributeSummary& segment = aggregates.components[static_cast<std::size_t>(component)];
  const AttributeSummary& everyone = aggregates.population;
  if (!(segment.known > 0) || !(everyone.known > 0)) return 0;
  double difference = 0;
  if (trait.level.empty()) {
    const double spread = std::sqrt(everyone.variance);
    difference = spread > 0 ? (segment.mean - everyone.mean) / spread : 0;
  } else {
    const auto at = std::find(aggregates.levels.begin(), aggregates.levels.end(), trait.level);
    if (at == aggregates.levels.end()) return 0;
    const auto level = static_cast<std::size_t>(at - aggregates.levels.begin());
    difference = CohensH(segment.level_weights[level] / segment.known,
                         everyone.level_weights[level] / everyone.known);
  }
  return IsMore(trait) ? difference : -difference;
}

std::vector<SegmentProfile> ProfileSegments(const SegmentFacts& facts) {
  std::vector<SegmentProfile> profiles;
  for (int component = 0; component < static_cast<int>(facts.shares.size()); ++component) {
    profiles.push_back(ProfileOf(facts, component));
  }
  return profiles;
}

std::vector<SegmentProfile> ProfileSegments(const SegmentationModel& model) {
  return ProfileSegments(FactsOf(model));
}

}  // namespace cible
