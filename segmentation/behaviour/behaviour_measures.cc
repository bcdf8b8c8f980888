#include "segmentation/behaviour/behaviour_measures.h"

#include <algorithm>
#include <cstdint>

#include "absl/numeric/int128.h"
#include "segmentation/behaviour/event_kinds.h"

namespace cible {
namespace {

using Result = std::optional<Value>;

constexpr int kWindowDays = 90;

Result Share(absl::int128 part, absl::int128 whole) {
  if (whole <= 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

// Not below 0: what is dated later has just happened.
double DaysSince(std::int32_t day, const AsOf& as_of) { return std::max(0, as_of.day.days - day); }

template <EventType kType>
bool Is(EventType type) {
  return type == kType;
}

template <EventKind kKind>
Result CountOf(const Behaviour& behaviour, const AsOf&, absl::string_view) {
  return static_cast<double>(EventsOf(kKind, behaviour));
}

template <EventKind kKind>
Result InWindow(const Behaviour& behaviour, const AsOf& as_of, absl::string_view) {
  const std::int64_t last = as_of.day.days;
  return static_cast<double>(EventsOf(kKind, behaviour, {last - kWindowDays + 1, last}));
}

template <EventKind kKind>
Result FirstDateOf(const Behaviour& behaviour, const AsOf&, absl::string_view) {
  return FirstDayOf(kKind, behaviour);
}

template <EventKind kKind>
Result LastDateOf(const Behaviour& behaviour, const AsOf&, absl::string_view) {
  return LastDayOf(kKind, behaviour);
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
  const std::optional<Date> last = LastDayOf(IsPurchase, behaviour);
  return last.has_value() ? DaysSince(last->days, as_of) : Tenure(behaviour, as_of, category);
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

Result Satisfaction(const Behaviour& behaviour, const AsOf&, absl::string_view) {
  if (behaviour.scored == 0) return std::nullopt;
  return InCurrency(behaviour.scores) / static_cast<double>(behaviour.scored);
}

// Those who order more spend more: the two vary together within any segment.
constexpr absl::string_view kBuying = "buying";

// Recency, frequency and money tell customers apart; what follows from them
// describes, and what says the same once more is left out of personas, so that no
// fact counts twice. Recency is taken as it is: a scale of its logarithm would make
// another division of it every day that nobody buys.
constexpr BehaviourMeasureEntry kMeasures[] = {
    {.id = "recency_days",
     .display_name = "Days since last purchase",
     .known_at = KnownAt::kCustomer,
     .distribution = Distribution::kGaussian,
     .unit = MeasureUnit::kDays,
     .drift = Drift::kDaysSince,
     .function = Recency},
    {.id = "frequency",
     .display_name = "Orders",
     .known_at = KnownAt::kCustomer,
     .distribution = Distribution::kLogNormal,
     .unit = MeasureUnit::kOrders,
     .block = kBuying,
     .by_category = true,
     .function = Frequency},
    {.id = "monetary",
     .display_name = "Total spend",
     .known_at = KnownAt::kCustomer,
     .distribution = Distribution::kLogNormal,
     .unit = MeasureUnit::kMoney,
     .block = kBuying,
     .by_category = true,
     .function = Monetary},
    {.id = "average_order",
     .display_name = "Average order",
     .role = Role::kDescriptor,
     .known_at = KnownAt::kCustomer,
     .distribution = Distribution::kLogNormal,
     .unit = MeasureUnit::kMoney,
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
     .function = FirstDateOf<IsPurchase>},
    {.id = "last_purchase_date",
     .display_name = "Last purchase",
     .type = AttributeType::kDate,
     .role = Role::kIgnored,
     .known_at = KnownAt::kCustomer,
     .function = LastDateOf<IsPurchase>},
    {.id = "tenure_days",
     .display_name = "Days since first event",
     .role = Role::kDescriptor,
     .unit = MeasureUnit::kDays,
     .drift = Drift::kDaysSince,
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
     .drift = Drift::kAny,
     .function = InWindow<Is<EventType::kVisit>>},
    {.id = "pages_90d",
     .display_name = "Pages viewed in 90 days",
     .role = Role::kDescriptor,
     .distribution = Distribution::kCount,
     .drift = Drift::kAny,
     .function = InWindow<Is<EventType::kPageView>>},
    {.id = "engagement",
     .display_name = "Engagement",
     .role = Role::kDescriptor,
     .distribution = Distribution::kLogNormal,
     .drift = Drift::kHalving,
     .function = Engagement},
    {.id = "satisfaction",
     .display_name = "Satisfaction",
     .role = Role::kDescriptor,
     .function = Satisfaction},
    {.id = "referrals",
     .display_name = "Referrals",
     .role = Role::kDescriptor,
     .distribution = Distribution::kCount,
     .function = CountOf<Is<EventType::kReferral>>},
    {.id = "net_paid",
     .display_name = "Net paid",
     .role = Role::kIgnored,
     .known_at = KnownAt::kCustomer,
     .unit = MeasureUnit::kMoney,
     .function = NetPaid},
    {.id = "signed_orders",
     .display_name = "Orders signed",
     .role = Role::kIgnored,
     .known_at = KnownAt::kCustomer,
     .distribution = Distribution::kCount,
     .function = CountOf<Is<EventType::kSignedOrder>>},
    {.id = "returns",
     .display_name = "Returns",
     .role = Role::kIgnored,
     .known_at = KnownAt::kCustomer,
     .distribution = Distribution::kCount,
     .function = CountOf<Is<EventType::kReturn>>},
    {.id = "contacts_made",
     .display_name = "Contacts made",
     .role = Role::kIgnored,
     .distribution = Distribution::kCount,
     .function = CountOf<IsContactMade>},
    {.id = "interest_shown",
     .display_name = "Times interest was shown",
     .role = Role::kIgnored,
     .distribution = Distribution::kCount,
     .function = CountOf<IsInterestShown>},
    {.id = "last_interest_date",
     .display_name = "Interest last shown",
     .type = AttributeType::kDate,
     .role = Role::kIgnored,
     .function = LastDateOf<IsInterestShown>},
};

}  // namespace

absl::Span<const BehaviourMeasureEntry> BehaviourMeasures() { return kMeasures; }

}  // namespace cible
