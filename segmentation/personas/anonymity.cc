#include "segmentation/personas/anonymity.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "segmentation/personas/attribute_profile.h"

namespace cible {
namespace {

bool IsFew(double count, double k) { return count > 0 && count < k; }

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
      if (weight > 0) known.back() = std::min(known.back(), weight);
    }
  }
  return known;
}

bool IsOutcome(const SegmentFacts& facts, const AttributeAggregates& aggregates) {
  const Attribute* attribute = facts.schema->Find(aggregates.attribute);
  return attribute != nullptr && attribute->role == Role::kOutcome;
}

// Whether those who succeeded, and those who did not, are enough everywhere.
bool MayTellOutcome(const SegmentFacts& facts, double k) {
  for (int component = 0; component < static_cast<int>(facts.shares.size()); ++component) {
    const std::optional<Conversion> conversion = ConversionOf(facts, component);
    if (!conversion) continue;
    if (IsFew(conversion->converted, k) || IsFew(conversion->known - conversion->converted, k)) {
      return false;
    }
  }
  return true;
}

bool IsOfFew(const Proportion& proportion, double k) {
  return IsFew(proportion.count, k) || IsFew(proportion.known - proportion.count, k);
}

bool IsOfFew(const std::optional<ShareMeans>& means, double k) {
  return means && (IsFew(means->best_known, k) || IsFew(means->others_known, k));
}

}  // namespace

std::vector<std::uint8_t> WithheldAmong(absl::Span<const double> counts, double k) {
  std::vector<std::uint8_t> withheld(counts.size());
  double sum = 0;
  int number = 0;
  const auto withhold = [&](std::size_t i) {
    withheld[i] = 1;
    sum += counts[i];
    ++number;
  };
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (IsFew(counts[i], k)) withhold(i);
  }
  while (number > 0 && (number == 1 || sum < k)) {
    std::size_t smallest = counts.size();
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (withheld[i] != 0 || !(counts[i] > 0)) continue;
      if (smallest == counts.size() || counts[i] < counts[smallest]) smallest = i;
    }
    if (smallest == counts.size()) break;
    withhold(smallest);
  }
  return withheld;
}

TellableFacts TellableOf(const SegmentFacts& facts, absl::Span<const double> sizes, double k) {
  TellableFacts tellable{.aggregates = *facts.aggregates, .withheld = WithheldAmong(sizes, k)};
  for (AttributeAggregates& aggregates : tellable.aggregates) {
    for (std::size_t c = 0; c < sizes.size(); ++c) {
      if (tellable.withheld[c] == 0) continue;
      aggregates.components[c] = NothingOf(aggregates.components[c]);
    }
    const Attribute* attribute = facts.schema->Find(aggregates.attribute);
    const AttributeType type = attribute == nullptr ? AttributeType::kText : attribute->type;
    const bool is_set = type == AttributeType::kSet;
    if (HasFreeLevels(type)) RemoveRareLevels(aggregates, is_set, k);
    const std::vector<std::uint8_t> hidden =
        WithheldAmong(KnownOf(aggregates, HasFreeLevels(type)), k);
    for (std::size_t c = 0; c < hidden.size(); ++c) {
      if (hidden[c] != 0) aggregates.components[c] = NothingOf(aggregates.components[c]);
    }
    if (IsFew(aggregates.population.known, k)) {
      aggregates.population = NothingOf(aggregates.population);
    }
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
  if (IsFew(customers, k)) return std::nullopt;
  for (std::optional<FifthProfile>* const fifth : {&profile.best, &profile.worst}) {
    if (!*fifth) continue;
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
