#include "segmentation/behaviour/behaviour_attributes.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "segmentation/behaviour/organization_attributes.h"

namespace cible {
namespace {

using Result = std::optional<Value>;

constexpr int kWindowDays = 90;
constexpr absl::string_view kOrigin = "events/";

Result Share(absl::int128 part, absl::int128 whole) {
  if (whole <= 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

bool Buys(EventType type) {
  return type == EventType::kPurchase || type == EventType::kSignedOrder;
}

std::optional<std::int32_t> FirstPurchase(const Behaviour& behaviour) {
  const auto first = std::find_if(behaviour.days.begin(), behaviour.days.end(),
                                  [](const auto& count) { return Buys(count.type); });
  if (first == behaviour.days.end()) return std::nullopt;
  return first->day;
}

std::optional<std::int32_t> LastPurchase(const Behaviour& behaviour) {
  const auto last = std::find_if(behaviour.days.rbegin(), behaviour.days.rend(),
                                 [](const auto& count) { return Buys(count.type); });
  if (last == behaviour.days.rend()) return std::nullopt;
  return last->day;
}

// Not below 0: what is dated later has just happened.
double DaysSince(std::int32_t day, const AsOf& as_of) { return std::max(0, as_of.day.days - day); }

double EventsOf(EventType type, const Behaviour& behaviour, std::int64_t after,
                std::int64_t until) {
  std::int64_t events = 0;
  for (const Behaviour::DayCount& count : behaviour.days) {
    if (count.type == type && count.day > after && count.day <= until) events += count.events;
  }
  return static_cast<double>(events);
}

double InWindow(EventType type, const Behaviour& behaviour, const AsOf& as_of) {
  return EventsOf(type, behaviour, std::int64_t{as_of.day.days} - kWindowDays, as_of.day.days);
}

// What an act says of interest. Whether somebody is written to says nothing, nor
// does a complaint.
double InterestOf(EventType type) {
  switch (type) {
    case EventType::kPageView: return 0.2;
    case EventType::kVisit:
    case EventType::kCampaignOpened:
    case EventType::kSatisfaction:
    case EventType::kCustom: return 1;
    case EventType::kBrochure:
    case EventType::kSample:
    case EventType::kCampaignClicked:
    case EventType::kCall: return 3;
    case EventType::kForm:
    case EventType::kCampaignAnswered:
    case EventType::kPurchase:
    case EventType::kReferral: return 5;
    case EventType::kTrial: return 8;
    case EventType::kDemo:
    case EventType::kSignedOrder: return 10;
    case EventType::kReturn:
    case EventType::kCampaignSent:
    case EventType::kComplaint: return 0;
  }
  return 0;
}

Result Engagement(const Behaviour& behaviour, const AsOf& as_of, absl::string_view) {
  return EngagementOf(behaviour, as_of);
}

Result Tenure(const Behaviour& behaviour, const AsOf& as_of, absl::string_view) {
  if (behaviour.days.empty()) return std::nullopt;
  return DaysSince(behaviour.days.front().day, as_of);
}

// Of one who never bought: as long as it has been known without buying.
Result Recency(const Behaviour& behaviour, const AsOf& as_of, absl::string_view category) {
  const auto last = LastPurchase(behaviour);
  return last.has_value() ? DaysSince(*last, as_of) : Tenure(behaviour, as_of, category);
}

const Behaviour::CategoryTotals* CategoryOf(const Behaviour& behaviour, absl::string_view id) {
  const auto found = std::find_if(behaviour.categories.begin(), behaviour.categories.end(),
                                  [&](const auto& each) { return each.id == id; });
  return found == behaviour.categories.end() ? nullptr : &*found;
}

Result Frequency(const Behaviour& behaviour, const AsOf&, absl::string_view category) {
  if (category.empty()) return static_cast<double>(behaviour.orders);
  const auto* totals = CategoryOf(behaviour, category);
  return totals == nullptr ? 0.0 : static_cast<double>(totals->orders);
}

Result Monetary(const Behaviour& behaviour, const AsOf&, absl::string_view category) {
  if (category.empty()) return InCurrency(behaviour.monetary);
  const auto* totals = CategoryOf(behaviour, category);
  return totals == nullptr ? 0.0 : InCurrency(totals->monetary);
}

Result NetPaid(const Behaviour& behaviour, const AsOf&, absl::string_view) {
  return InCurrency(behaviour.net_paid);
}

Result AverageOrder(const Behaviour& behaviour, const AsOf&, absl::string_view) {
  if (behaviour.orders == 0) return std::nullopt;
  return InCurrency(behaviour.monetary) / static_cast<double>(behaviour.orders);
}

Result LargeOrderShare(const Behaviour& behaviour, const AsOf&, absl::string_view) {
  return Share(behaviour.large_revenue, behaviour.revenue);
}

Result MarginRate(const Behaviour& behaviour, const AsOf&, absl::string_view) {
  return Share(behaviour.margin, behaviour.margin_base);
}

Result FullPriceShare(const Behaviour& behaviour, const AsOf&, absl::string_view) {
  return Share(behaviour.full_price, behaviour.priced);
}

Result FirstPurchaseDate(const Behaviour& behaviour, const AsOf&, absl::string_view) {
  const auto day = FirstPurchase(behaviour);
  if (!day.has_value()) return std::nullopt;
  return Date{*day};
}

Result LastPurchaseDate(const Behaviour& behaviour, const AsOf&, absl::string_view) {
  const auto day = LastPurchase(behaviour);
  if (!day.has_value()) return std::nullopt;
  return Date{*day};
}

Result Channels(const Behaviour& behaviour, const AsOf&, absl::string_view) {
  StringSet channels;
  for (const Behaviour::ChannelCount& count : behaviour.channels) {
    channels.members.push_back(count.channel);
  }
  return channels;
}

// Of several the first in the alphabet.
Result FavouriteChannel(const Behaviour& behaviour, const AsOf&, absl::string_view) {
  const auto most =
      std::max_element(behaviour.channels.begin(), behaviour.channels.end(),
                       [](const auto& a, const auto& b) { return a.events < b.events; });
  if (most == behaviour.channels.end()) return std::nullopt;
  return most->channel;
}

Result Visits(const Behaviour& behaviour, const AsOf& as_of, absl::string_view) {
  return InWindow(EventType::kVisit, behaviour, as_of);
}

Result Pages(const Behaviour& behaviour, const AsOf& as_of, absl::string_view) {
  return InWindow(EventType::kPageView, behaviour, as_of);
}

Result Satisfaction(const Behaviour& behaviour, const AsOf&, absl::string_view) {
  if (behaviour.scored == 0) return std::nullopt;
  return InCurrency(behaviour.scores) / static_cast<double>(behaviour.scored);
}

Result Referrals(const Behaviour& behaviour, const AsOf&, absl::string_view) {
  return EventsOf(EventType::kReferral, behaviour, std::numeric_limits<std::int64_t>::min(),
                  std::numeric_limits<std::int64_t>::max());
}

enum class UnitKind { kNone, kDays, kMoney, kOrders };

struct Measure {
  absl::string_view id;
  absl::string_view display_name;
  AttributeType type = AttributeType::kNumeric;
  Role role = Role::kFeature;
  KnownAt known_at = KnownAt::kLead;
  Distribution distribution = Distribution::kAuto;
  UnitKind unit = UnitKind::kNone;
  ValueMark value = ValueMark::kNone;
  absl::string_view block = {};
  bool depends_on_the_day = false;
  bool by_category = false;
  Result (*function)(const Behaviour&, const AsOf&, absl::string_view category) = nullptr;
};

// Those who order more spend more: the two vary together within any segment.
constexpr absl::string_view kBuying = "buying";

// Recency, frequency and money tell customers apart; what follows from them
// describes, and what says the same once more is left out of personas, so that no
// fact counts twice. Recency is taken as it is: a scale of its logarithm would make
// another division of it every day that nobody buys.
constexpr Measure kMeasures[] = {
    {.id = "recency_days",
     .display_name = "Days since last purchase",
     .known_at = KnownAt::kCustomer,
     .distribution = Distribution::kGaussian,
     .unit = UnitKind::kDays,
     .depends_on_the_day = true,
     .function = Recency},
    {.id = "frequency",
     .display_name = "Orders",
     .known_at = KnownAt::kCustomer,
     .distribution = Distribution::kLogNormal,
     .unit = UnitKind::kOrders,
     .block = kBuying,
     .by_category = true,
     .function = Frequency},
    {.id = "monetary",
     .display_name = "Total spend",
     .known_at = KnownAt::kCustomer,
     .distribution = Distribution::kLogNormal,
     .unit = UnitKind::kMoney,
     .block = kBuying,
     .by_category = true,
     .function = Monetary},
    {.id = "average_order",
     .display_name = "Average order",
     .role = Role::kDescriptor,
     .known_at = KnownAt::kCustomer,
     .distribution = Distribution::kLogNormal,
     .unit = UnitKind::kMoney,
     .function = AverageOrder},
    {.id = "large_order_share",
     .display_name = "Share of revenue in large orders",
     .role = Role::kDescriptor,
     .known_at = KnownAt::kCustomer,
     .value = ValueMark::kLargeOrderShare,
     .function = LargeOrderShare},
    {.id = "margin_rate",
     .display_name = "Margin rate",
     .known_at = KnownAt::kCustomer,
     .function = MarginRate},
    {.id = "full_price_share",
     .display_name = "Share bought at full price",
     .known_at = KnownAt::kCustomer,
     .value = ValueMark::kFullPriceShare,
     .function = FullPriceShare},
    {.id = "first_purchase_date",
     .display_name = "First purchase",
     .type = AttributeType::kDate,
     .role = Role::kIgnored,
     .known_at = KnownAt::kCustomer,
     .function = FirstPurchaseDate},
    {.id = "last_purchase_date",
     .display_name = "Last purchase",
     .type = AttributeType::kDate,
     .role = Role::kIgnored,
     .known_at = KnownAt::kCustomer,
     .function = LastPurchaseDate},
    {.id = "tenure_days",
     .display_name = "Days since first event",
     .role = Role::kDescriptor,
     .unit = UnitKind::kDays,
     .depends_on_the_day = true,
     .function = Tenure},
    {.id = "channels",
     .display_name = "Channels used",
     .type = AttributeType::kSet,
     .function = Channels},
    {.id = "favourite_channel",
     .display_name = "Favourite channel",
     .type = AttributeType::kCategorical,
     .role = Role::kDescriptor,
     .function = FavouriteChannel},
    {.id = "visits_90d",
     .display_name = "Visits in 90 days",
     .distribution = Distribution::kCount,
     .depends_on_the_day = true,
     .function = Visits},
    {.id = "pages_90d",
     .display_name = "Pages viewed in 90 days",
     .role = Role::kDescriptor,
     .distribution = Distribution::kCount,
     .depends_on_the_day = true,
     .function = Pages},
    {.id = "engagement",
     .display_name = "Engagement",
     .role = Role::kDescriptor,
     .distribution = Distribution::kLogNormal,
     .depends_on_the_day = true,
     .function = Engagement},
    {.id = "satisfaction",
     .display_name = "Satisfaction",
     .role = Role::kDescriptor,
     .function = Satisfaction},
    {.id = "referrals",
     .display_name = "Referrals",
     .role = Role::kDescriptor,
     .distribution = Distribution::kCount,
     .function = Referrals},
    {.id = "net_paid",
     .display_name = "Net paid",
     .role = Role::kIgnored,
     .known_at = KnownAt::kCustomer,
     .unit = UnitKind::kMoney,
     .function = NetPaid},
};

std::string UnitText(UnitKind unit, absl::string_view currency) {
  switch (unit) {
    case UnitKind::kNone: return "";
    case UnitKind::kDays: return "days";
    case UnitKind::kMoney: return std::string(currency);
    case UnitKind::kOrders: return "orders";
  }
  return "";
}

Attribute AttributeOf(const Measure& measure, absl::string_view currency) {
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
  const Measure* measure = nullptr;  // Null: none.
  std::string category;
};

Named NamedBy(const Attribute& attribute) {
  absl::string_view path = attribute.derived_from;
  if (!absl::ConsumePrefix(&path, kOrigin)) return {};
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(path, absl::MaxSplits('/', 1));
  const auto* const found =
      std::find_if(std::begin(kMeasures), std::end(kMeasures),
                   [&](const Measure& measure) { return measure.id == parts.first; });
  const bool fits = found != std::end(kMeasures) && found->type == attribute.type &&
                    (parts.second.empty() || found->by_category);
  if (!fits) return {};
  return {found, std::string(parts.second)};
}

}  // namespace

std::vector<Attribute> BehaviourAttributes(const std::vector<ItemCategory>& categories,
                                           absl::string_view currency) {
  std::vector<Attribute> attributes;
  for (const Measure& measure : kMeasures) attributes.push_back(AttributeOf(measure, currency));
  for (const ItemCategory& category : categories) {
    for (const Measure& measure : kMeasures) {
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

bool DependsOnTheDay(const Attribute& attribute) {
  if (attribute.type == AttributeType::kDate || attribute.type == AttributeType::kTimestamp) {
    return true;
  }
  if (!OrganizationSource(attribute).empty() || PeopleDependOnTheDay(attribute)) return true;
  const Named named = NamedBy(attribute);
  return named.measure != nullptr && named.measure->depends_on_the_day;
}

Drift DriftOf(const Attribute& attribute) {
  constexpr absl::string_view kDaysSince[] = {"events/recency_days", "events/tenure_days"};
  constexpr absl::string_view kHalving[] = {"events/engagement", "people/engagement"};
  const auto is_among = [&](const auto& origins) {
    return std::find(std::begin(origins), std::end(origins), attribute.derived_from) !=
           std::end(origins);
  };
  if (is_among(kDaysSince)) return Drift::kDaysSince;
  if (is_among(kHalving)) return Drift::kHalving;
  // A date stays, whatever day it is; what is measured from it does not.
  return IsDerived(attribute) && DependsOnTheDay(attribute) &&
                 attribute.type != AttributeType::kDate
             ? Drift::kAny
             : Drift::kNone;
}

}  // namespace cible
