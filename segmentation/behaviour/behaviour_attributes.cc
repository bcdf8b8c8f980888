#include "segmentation/behaviour/behaviour_attributes.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "segmentation/behaviour/behaviour_measures.h"
#include "segmentation/behaviour/event_kinds.h"
#include "segmentation/behaviour/organization_attributes.h"

namespace cible {
namespace {

constexpr absl::string_view kOrigin = "events/";

std::string UnitText(MeasureUnit unit, absl::string_view currency) {
  switch (unit) {
    case MeasureUnit::kNone: return "";
    case MeasureUnit::kDays: return "days";
    case MeasureUnit::kMoney: return std::string(currency);
    case MeasureUnit::kOrders: return "orders";
  }
  return "";
}

Attribute AttributeOf(const BehaviourMeasureEntry& measure, absl::string_view currency) {
  Attribute attribute;
  attribute.id = std::string(measure.id);
  attribute.display_name = std::string(measure.display_name);
  attribute.type = measure.type;
  attribute.criterion = Criterion::kBehavioural;
  attribute.distribution = measure.distribution;
  attribute.role = measure.role;
  attribute.known_at = measure.known_at;
  attribute.unit = UnitText(measure.unit, currency);
  attribute.value = measure.value;
  attribute.block = std::string(measure.block);
  attribute.derived_from = absl::StrCat(kOrigin, measure.id);
  return attribute;
}

// The measure that an attribute names after its origin, and the category.
struct Named {
  const BehaviourMeasureEntry* measure = nullptr;  // Null: none.
  std::string category;
};

Named NamedBy(const Attribute& attribute) {
  absl::string_view path = attribute.derived_from;
  if (!absl::ConsumePrefix(&path, kOrigin)) return {};
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(path, absl::MaxSplits('/', 1));
  const auto measures = BehaviourMeasures();
  const auto* const found =
      std::find_if(measures.begin(), measures.end(),
                   [&](const BehaviourMeasureEntry& measure) { return measure.id == parts.first; });
  const bool fits = found != measures.end() && found->type == attribute.type &&
                    (parts.second.empty() || found->by_category);
  if (!fits) return {};
  return {found, std::string(parts.second)};
}

}  // namespace

std::vector<Attribute> BehaviourAttributes(const std::vector<ItemCategory>& categories,
                                           absl::string_view currency) {
  std::vector<Attribute> attributes;
  for (const BehaviourMeasureEntry& measure : BehaviourMeasures())
    attributes.push_back(AttributeOf(measure, currency));
  for (const ItemCategory& category : categories) {
    for (const BehaviourMeasureEntry& measure : BehaviourMeasures()) {
      if (!measure.by_category) continue;
      Attribute attribute = AttributeOf(measure, currency);
      absl::StrAppend(&attribute.id, "_", category.id);
      absl::StrAppend(&attribute.display_name, ": ", category.id);
      absl::StrAppend(&attribute.derived_from, "/", category.id);
      attribute.role = Role::kDescriptor;
      attribute.block.clear();
      attributes.push_back(std::move(attribute));
    }
  }
  return attributes;
}

std::optional<BehaviourMeasure> BehaviourMeasure::Of(const Attribute& attribute) {
  Named named = NamedBy(attribute);
  if (named.measure == nullptr) return std::nullopt;
  return BehaviourMeasure(named.measure->function, std::move(named.category));
}

std::optional<Value> BehaviourMeasure::ValueOf(const Behaviour& behaviour,
                                               const AsOf& as_of) const {
  if (behaviour.is_empty() && !as_of.events_are_complete) return std::nullopt;
  const auto& categories = as_of.categories;
  const bool is_added_up = category_.empty() || std::find(categories.begin(), categories.end(),
                                                          category_) != categories.end();
  if (!is_added_up) return std::nullopt;
  return function_(behaviour, as_of, category_);
}

double EngagementOf(const Behaviour& behaviour, const AsOf& as_of) {
  double engagement = 0;
  for (const Behaviour::DayCount& count : behaviour.days) {
    if (count.day > as_of.day.days) break;
    const double interest = InterestOf(count.type);
    if (interest == 0) continue;
    const double age = as_of.day.days - count.day;
    engagement +=
        interest * static_cast<double>(count.events) * std::exp2(-age / as_of.half_life_days);
  }
  return engagement;
}

double InCurrency(absl::int128 millionths) {
  return static_cast<double>(millionths) / static_cast<double>(kMoneyUnit);
}

Drift DriftOf(const Attribute& attribute) {
  if (!OrganizationSource(attribute).empty()) {
    const bool may_drift = attribute.type == AttributeType::kNumeric;
    return may_drift ? Drift::kUnforeseen : Drift::kNone;
  }
  if (IsFromPeople(attribute)) return DriftOfPeople(attribute);
  const Named named = NamedBy(attribute);
  return named.measure == nullptr ? Drift::kNone : named.measure->drift;
}

std::function<Drift(const Attribute&)> DriftsWithin(const Schema& schema) {
  std::map<std::string, Drift, std::less<>> drifts;
  for (const Attribute& attribute : schema.attributes()) drifts[attribute.id] = DriftOf(attribute);
  return [drifts = std::move(drifts)](const Attribute& attribute) {
    const auto source = drifts.find(OrganizationSource(attribute));
    return source == drifts.end() ? DriftOf(attribute) : source->second;
  };
}

bool DependsOnTheDay(const Attribute& attribute) {
  if (attribute.type == AttributeType::kDate || attribute.type == AttributeType::kTimestamp) {
    return true;
  }
  return !OrganizationSource(attribute).empty() || DriftOf(attribute) != Drift::kNone;
}

}  // namespace cible
