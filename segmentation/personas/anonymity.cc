#include "segmentation/personas/anonymity.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "segmentation/personas/attribute_profile.h"

namespace cible {
namespace {

// What is left by rounding, where counts are differences, is nobody.
constexpr double kNobody = 1e-6;

bool IsFew(double count, double k) { return count > kNobody && count + kNobody < k; }

// Where a level may be left out: its place tells nothing by itself.
bool HasFreeLevels(AttributeType type) {
  return type == AttributeType::kCategorical || type == AttributeType::kSet;
}

// Contacts that have none of the levels listed; of a SET those without the tag.
bool IsTold(const AttributeSummary& summary, std::size_t level, bool is_set, double k) {
  const double count = summary.level_weights[level];
  return !IsFew(count, k) && !(is_set && IsFew(summary.known - count, k));
}

double OthersOf(const AttributeSummary& summary) {
  double others = summary.known;
  for (const double weight : summary.level_weights) others -= weight;
  return others;
}

void RemoveLevel(AttributeAggregates& aggregates, std::size_t level) {
  const auto at = static_cast<std::ptrdiff_t>(level);
  aggregates.levels.erase(aggregates.levels.begin() + at);
  aggregates.population.level_weights.erase(aggregates.population.level_weights.begin() + at);
  for (AttributeSummary& summary : aggregates.components) {
    summary.level_weights.erase(summary.level_weights.begin() + at);
  }
}

// What the population has beyond the components that are told, those that are not
// and contacts of no component.
AttributeSummary UntoldOf(const AttributeAggregates& aggregates) {
  AttributeSummary untold{.known = aggregates.population.known,
                          .level_weights = aggregates.population.level_weights};
  for (const AttributeSummary& summary : aggregates.components) {
    untold.known -= summary.known;
    for (std::size_t level = 0; level < untold.level_weights.size(); ++level) {
      untold.level_weights[level] -= summary.level_weights[level];
    }
  }
  return untold;
}

bool IsOfFew(const AttributeSummary& summary, double k) {
  return IsFew(summary.known, k) ||
         std::any_of(summary.level_weights.begin(), summary.level_weights.end(),
                     [&](double weight) { return IsFew(weight, k); });
}

// The levels come by descending weight in the population, so the last one left
// is the rarest.
void RemoveRareLevels(AttributeAggregates& aggregates, bool is_set, double k) {
  for (std::size_t level = aggregates.levels.size(); level-- > 0;) {
    const bool told = std::all_of(
        aggregates.components.begin(), aggregates.components.end(),
        [&](const AttributeSummary& summary) { return IsTold(summary, level, is_set, k); });
    if (!told) RemoveLevel(aggregates, level);
  }
  const auto others_are_few = [&] {
    return std::any_of(
        aggregates.components.begin(), aggregates.components.end(),
        [&](const AttributeSummary& summary) { return IsFew(OthersOf(summary), k); });
  };
  while (!is_set && !aggregates.levels.empty() && others_are_few()) {
    RemoveLevel(aggregates, aggregates.levels.size() - 1);
  }
}

AttributeSummary NothingOf(const AttributeSummary& summary) {
  return {.level_weights = std::vector<double>(summary.level_weights.size())};
}

// Of the attribute, what is known of each component; of one with levels in order
// the smallest of their counts, so that a rare one hides the component's.
std::vector<double> KnownOf(const AttributeAggregates& aggregates, bool free_levels) {
  std::vector<double> known;
  for (const AttributeSummary& summary : aggregates.components) {
    known.push_back(summary.known);
    if (free_levels) continue;
    for (const double weight : summary.level_weights) {
      if (weight > kNobody) known.back() = std::min(known.back(), weight);
    }
  }
  return known;
}

// Empties the components of `withheld`, those of which too little is known, and
// those that hide them.
void HideComponents(AttributeAggregates& aggregates, bool free_levels,
                    std::vector<std::uint8_t> withheld, double k) {
  // A difference tells contacts of no component together with the hidden ones.
  aggregates.components.push_back(UntoldOf(aggregates));
  withheld.push_back(1);
  const std::vector<std::uint8_t> hidden =
      WithheldAmong(KnownOf(aggregates, free_levels), k, std::move(withheld));
  aggregates.components.pop_back();
  for (std::size_t c = 0; c < aggregates.components.size(); ++c) {
    if (hidden[c] != 0) aggregates.components[c] = NothingOf(aggregates.components[c]);
  }
}

// Leaves out what the population would tell of those who are not told.
void RemoveUntold(AttributeAggregates& aggregates, AttributeType type, double k) {
  aggregates.components.push_back(UntoldOf(aggregates));
  if (HasFreeLevels(type)) RemoveRareLevels(aggregates, type == AttributeType::kSet, k);
  const bool is_of_few = IsOfFew(aggregates.components.back(), k);
  aggregates.components.pop_back();
  if (!is_of_few) return;
  for (AttributeSummary& summary : aggregates.components) summary = NothingOf(summary);
  aggregates.population = NothingOf(aggregates.population);
}

bool IsOutcome(const SegmentFacts& facts, const AttributeAggregates& aggregates) {
  const Attribute* attribute = facts.schema->Find(aggregates.attribute);
  return attribute != nullptr && attribute->role == Role::kOutcome;
}

bool IsOfFew(const Proportion& proportion, double k) {
  return IsFew(proportion.count, k) || IsFew(proportion.known - proportion.count, k);
}

// Whether those who succeeded, and those who did not, are enough everywhere, among
// the contacts of no component too.
bool MayTellOutcome(const SegmentFacts& facts, double k) {
  Proportion rest;
  for (int component = 0; component < static_cast<int>(facts.shares.size()); ++component) {
    const std::optional<Conversion> conversion = ConversionOf(facts, component);
    if (!conversion) return true;
    if (component == 0) {
      rest = {conversion->population_rate * conversion->population_known,
              conversion->population_known};
    }
    const Proportion own{conversion->converted, conversion->known};
    if (IsOfFew(own, k)) return false;
    rest = {rest.count - own.count, rest.known - own.known};
  }
  return !IsOfFew(rest, k);
}

bool IsOfFew(const std::optional<ShareMeans>& means, double k) {
  return means && (IsFew(means->best_known, k) || IsFew(means->others_known, k));
}

}  // namespace

std::vector<std::uint8_t> WithheldAmong(absl::Span<const double> counts, double k,
                                        std::vector<std::uint8_t> withheld) {
  withheld.resize(counts.size());
  double sum = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (IsFew(counts[i], k)) withheld[i] = 1;
    if (withheld[i] != 0) sum += counts[i];
  }
  while (IsFew(sum, k)) {
    std::size_t smallest = counts.size();
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (withheld[i] != 0 || !(counts[i] > 0)) continue;
      if (smallest == counts.size() || counts[i] < counts[smallest]) smallest = i;
    }
    if (smallest == counts.size()) break;
    withheld[smallest] = 1;
    sum += counts[smallest];
  }
  return withheld;
}

std::vector<std::uint8_t> WithheldMarkets(absl::Span<const MarketCounts> markets, double k,
                                          std::vector<std::uint8_t> withheld) {
  withheld.resize(markets.size());
  for (const auto part :
       {&MarketCounts::customers, &MarketCounts::competitor, &MarketCounts::non_consumers,
        &MarketCounts::unknown, &MarketCounts::open_leads}) {
    std::vector<double> counts;
    for (const MarketCounts& market : markets) counts.push_back(static_cast<double>(market.*part));
    withheld = WithheldAmong(counts, k, std::move(withheld));
  }
  return withheld;
}

TellableFacts TellableOf(const SegmentFacts& facts, absl::Span<const double> sizes, double k) {
  TellableFacts tellable{.aggregates = *facts.aggregates, .withheld = WithheldAmong(sizes, k)};
  for (AttributeAggregates& aggregates : tellable.aggregates) {
    const Attribute* attribute = facts.schema->Find(aggregates.attribute);
    const AttributeType type = attribute == nullptr ? AttributeType::kText : attribute->type;
    HideComponents(aggregates, HasFreeLevels(type), tellable.withheld, k);
    RemoveUntold(aggregates, type, k);
  }
  if (!MayTellOutcome(facts, k)) {
    std::erase_if(tellable.aggregates, [&](const AttributeAggregates& aggregates) {
      return IsOutcome(facts, aggregates);
    });
  }
  return tellable;
}

std::optional<IdealProfile> TellableOf(IdealProfile profile, double k) {
  const double customers = profile.customer_count;
  if (!(k > 0)) return profile;
  if (IsFew(customers, k)) return std::nullopt;
  for (std::optional<FifthProfile>* const fifth : {&profile.best, &profile.worst}) {
    if (!*fifth) continue;
    (*fifth)->threshold = 0;
    if (IsFew((*fifth)->count, k) || IsFew(customers - (*fifth)->count, k)) return std::nullopt;
    std::erase_if((*fifth)->statements, [&](const ProfileStatement& statement) {
      return IsOfFew(statement.part, k) || IsOfFew(statement.others, k);
    });
  }
  if (IsFew(profile.unknown_value_count, k)) profile.unknown_value_count = 0;
  if (IsOfFew(profile.full_price, k)) profile.full_price.reset();
  if (IsOfFew(profile.large_orders, k)) profile.large_orders.reset();
  return profile;
}

}  // namespace cible
