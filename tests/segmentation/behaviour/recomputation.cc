#include "tests/segmentation/behaviour/recomputation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace cible {
namespace {

// Doubles hold whole millionths exactly up to 9e15, which is 9e9 of a currency.
constexpr double kMillion = 1e6;
constexpr std::int64_t kHourMicros = 3'600'000'000;

bool IsBought(const Event& event) {
  return event.type == EventType::kPurchase || event.type == EventType::kSignedOrder;
}

bool IsReturn(const Event& event) { return event.type == EventType::kReturn; }

double Paid(const Event& event) {
  const auto amount = static_cast<double>(event.amount.value_or(0));
  if (event.type == EventType::kPurchase) return amount;
  return IsReturn(event) ? -std::abs(amount) : 0;
}

double Signed(const Event& event) {
  return event.type == EventType::kSignedOrder ? static_cast<double>(event.amount.value_or(0)) : 0;
}

bool Holds(const ItemCategory& category, const std::string& item) {
  return std::any_of(category.items.begin(), category.items.end(), [&](const std::string& each) {
    const bool is_prefix = absl::EndsWith(each, "*");
    return is_prefix ? item.substr(0, each.size() - 1) == each.substr(0, each.size() - 1)
                     : item == each;
  });
}

// By the calendar of the zone, told by way of text.
int DayIn(const Event& event, const std::string& zone_name) {
  absl::TimeZone zone;
  if (event.is_date || !absl::LoadTimeZone(zone_name, &zone)) zone = absl::UTCTimeZone();
  const absl::Time time = absl::FromUnixMicros(event.time.micros);
  return ParseDate(absl::FormatTime("%Y-%m-%d", time, zone))->days;
}

// Lines of one order: of one id; of one instant, or of one date, where they have
// none.
std::vector<std::vector<Event>> OrdersOf(const std::vector<Event>& events) {
  std::map<std::tuple<std::string, bool, std::int64_t>, std::vector<Event>> orders;
  for (const Event& event : events) {
    if (!IsBought(event) && !IsReturn(event)) continue;
    const auto key = event.order.empty()
                         ? std::tuple(std::string(), event.is_date, event.time.micros)
                         : std::tuple(event.order, false, std::int64_t{0});
    orders[key].push_back(event);
  }
  std::vector<std::vector<Event>> lists;
  for (auto& [key, lines] : orders) lists.push_back(std::move(lines));
  return lists;
}

bool IsOrder(const std::vector<Event>& lines) {
  return std::any_of(lines.begin(), lines.end(), IsBought);
}

double ValueOfOrder(const std::vector<Event>& lines) {
  double paid = 0, contract = 0;
  bool is_paid = false;
  for (const Event& line : lines) {
    paid += Paid(line);
    contract += Signed(line);
    is_paid = is_paid || line.type == EventType::kPurchase;
  }
  return is_paid ? paid : paid + contract;
}

std::optional<Value> ShareOf(double part, double whole) {
  if (whole <= 0) return std::nullopt;
  return part / whole;
}

double Interest(EventType type) {
  static const std::map<EventType, double> interests = {{EventType::kPageView, 0.2},
                                                        {EventType::kVisit, 1},
                                                        {EventType::kCampaignOpened, 1},
                                                        {EventType::kSatisfaction, 1},
                                                        {EventType::kCustom, 1},
                                                        {EventType::kBrochure, 3},
                                                        {EventType::kSample, 3},
                                                        {EventType::kCampaignClicked, 3},
                                                        {EventType::kCall, 3},
                                                        {EventType::kForm, 5},
                                                        {EventType::kCampaignAnswered, 5},
                                                        {EventType::kPurchase, 5},
                                                        {EventType::kReferral, 5},
                                                        {EventType::kTrial, 8},
                                                        {EventType::kDemo, 10},
                                                        {EventType::kSignedOrder, 10}};
  const auto found = interests.find(type);
  return found == interests.end() ? 0 : found->second;
}

class Recomputation {
 public:
  Recomputation(const std::vector<Event>& events, const BehaviourRules& rules, const AsOf& as_of)
      : events_(events), rules_(rules), as_of_(as_of), orders_(OrdersOf(events)) {
    for (const Event& event : events) days_.push_back(DayIn(event, rules.time_zone));
  }

  DerivedValues All() {
    AddOrders();
    AddRates();
    AddDates();
    AddChannels();
    AddCounts();
    for (const ItemCategory& category : rules_.categories) AddCategory(category);
    return std::move(values_);
  }

 private:
  void AddOrders() {
    double monetary = 0, frequency = 0, revenue = 0, large = 0, net_paid = 0;
    for (const std::vector<Event>& lines : orders_) {
      const double value = ValueOfOrder(lines);
      monetary += value;
      frequency += IsOrder(lines);
      revenue += std::max(value, 0.);
      if (value > 0 && value >= static_cast<double>(rules_.large_order)) large += value;
    }
    for (const Event& event : events_) net_paid += Paid(event);
    values_["monetary"] = monetary / kMillion;
    values_["frequency"] = frequency;
    values_["net_paid"] = net_paid / kMillion;
    values_["large_order_share"] = ShareOf(large, revenue);
    values_["average_order"] = std::nullopt;
    if (frequency > 0) values_["average_order"] = monetary / kMillion / frequency;
  }

  void AddRates() {
    double margin = 0, base = 0, full = 0, priced = 0, scores = 0, scored = 0;
    for (const Event& event : events_) {
      const bool has_margin = event.margin.has_value() && event.amount.has_value();
      if (has_margin && (IsBought(event) || IsReturn(event))) {
        // What goes back is given as it was when it was bought, or with both signs
        // turned.
        const double turned = IsReturn(event) && *event.amount >= 0 ? -1 : 1;
        margin += turned * static_cast<double>(*event.margin);
        base += Paid(event) + Signed(event);
      }
      const bool has_prices = event.unit_price.has_value() && event.list_price.has_value();
      if (event.type == EventType::kPurchase && has_prices) {
        priced += Paid(event);
        if (*event.unit_price >= *event.list_price) full += Paid(event);
      }
      if (event.type == EventType::kSatisfaction && event.amount.has_value()) {
        scores += static_cast<double>(*event.amount);
        ++scored;
      }
    }
    values_["margin_rate"] = ShareOf(margin, base);
    values_["full_price_share"] = ShareOf(full, priced);
    values_["satisfaction"] = std::nullopt;
    if (scored > 0) values_["satisfaction"] = scores / kMillion / scored;
  }

  void AddDates() {
    std::set<int> bought;
    for (std::size_t i = 0; i < events_.size(); ++i) {
      if (IsBought(events_[i])) bought.insert(days_[i]);
    }
    const auto since = [&](int day) { return std::max(0., double(as_of_.day.days) - day); };
    for (const char* id :
         {"recency_days", "tenure_days", "first_purchase_date", "last_purchase_date"}) {
      values_[id] = std::nullopt;
    }
    if (!days_.empty()) {
      values_["tenure_days"] = since(*std::min_element(days_.begin(), days_.end()));
      values_["recency_days"] = values_["tenure_days"];
    }
    if (bought.empty()) return;
    values_["recency_days"] = since(*bought.rbegin());
    values_["first_purchase_date"] = Date{*bought.begin()};
    values_["last_purchase_date"] = Date{*bought.rbegin()};
  }

  void AddChannels() {
    std::map<std::string, int> events;
    for (const Event& event : events_) {
      if (!event.channel.empty()) ++events[event.channel];
    }
    StringSet channels;
    int most = 0;
    values_["favourite_channel"] = std::nullopt;
    for (const auto& [channel, count] : events) {
      channels.members.push_back(channel);
      if (count > most) values_["favourite_channel"] = channel;
      most = std::max(most, count);
    }
    values_["channels"] = channels;
  }

  void AddCounts() {
    double visits = 0, pages = 0, referrals = 0, engagement = 0;
    for (std::size_t i = 0; i < events_.size(); ++i) {
      const int age = as_of_.day.days - days_[i];
      const bool is_recent = age >= 0 && age < 90;
      visits += is_recent && events_[i].type == EventType::kVisit;
      pages += is_recent && events_[i].type == EventType::kPageView;
      referrals += events_[i].type == EventType::kReferral;
      if (age < 0) continue;
      engagement += Interest(events_[i].type) * std::pow(0.5, age / as_of_.half_life_days);
    }
    AddKinds();
    values_["visits_90d"] = visits;
    values_["pages_90d"] = pages;
    values_["referrals"] = referrals;
    values_["engagement"] = engagement;
  }

  // Of the kinds of acts by which it is told how a contact stands.
  void AddKinds() {
    using enum EventType;
    static const std::set<EventType> no_contact = {kPageView, kCampaignSent, kCampaignOpened,
                                                   kCampaignClicked, kCustom};
    static const std::set<EventType> interest = {kForm,  kBrochure, kSample,
                                                 kTrial, kDemo,     kCampaignAnswered};
    double signatures = 0, returns = 0, contacts = 0, interests = 0;
    std::optional<Value> last_interest;
    int last_day = 0;
    for (std::size_t i = 0; i < events_.size(); ++i) {
      signatures += events_[i].type == kSignedOrder;
      returns += IsReturn(events_[i]);
      contacts += no_contact.count(events_[i].type) == 0;
      if (interest.count(events_[i].type) == 0) continue;
      if (interests == 0 || days_[i] > last_day) last_day = days_[i];
      last_interest = Date{last_day};
      ++interests;
    }
    values_["signed_orders"] = signatures;
    values_["returns"] = returns;
    values_["contacts_made"] = contacts;
    values_["interest_shown"] = interests;
    values_["last_interest_date"] = last_interest;
  }

  void AddCategory(const ItemCategory& category) {
    double monetary = 0, frequency = 0;
    for (const std::vector<Event>& lines : orders_) {
      bool is_bought = false;
      for (const Event& line : lines) {
        if (line.item.empty() || !Holds(category, line.item)) continue;
        monetary += Paid(line);
        is_bought = is_bought || IsBought(line);
      }
      frequency += is_bought;
    }
    values_["monetary_" + category.id] = monetary / kMillion;
    values_["frequency_" + category.id] = frequency;
  }

  const std::vector<Event>& events_;
  const BehaviourRules& rules_;
  const AsOf as_of_;
  const std::vector<std::vector<Event>> orders_;
  std::vector<int> days_;  // Of the events, in their order.
  DerivedValues values_;
};

bool AreEqual(const std::optional<Value>& a, const std::optional<Value>& b) {
  if (!a.has_value() || !b.has_value() || !std::holds_alternative<double>(*a) ||
      !std::holds_alternative<double>(*b)) {
    return a == b;
  }
  const double x = std::get<double>(*a), y = std::get<double>(*b);
  return std::abs(x - y) <= 1e-12 * std::max(std::abs(x), std::abs(y));
}

std::string ToText(const std::optional<Value>& value) {
  if (!value.has_value()) return "unknown";
  if (const auto* number = std::get_if<double>(&*value)) return absl::StrCat(*number);
  if (const auto* text = std::get_if<std::string>(&*value)) return *text;
  if (const auto* date = std::get_if<Date>(&*value)) return FormatDate(*date);
  const auto* set = std::get_if<StringSet>(&*value);
  return set == nullptr ? "?" : absl::StrCat("a set of ", set->members.size());
}

}  // namespace

DerivedValues Recompute(const std::vector<Event>& events, const BehaviourRules& rules,
                        const AsOf& as_of) {
  DerivedValues values = Recomputation(events, rules, as_of).All();
  if (!events.empty() || as_of.events_are_complete) return values;
  for (auto& [id, value] : values) value = std::nullopt;
  return values;
}

DerivedValues ValuesOf(const Behaviour& behaviour, const BehaviourRules& rules, AsOf as_of) {
  DerivedValues values;
  for (const ItemCategory& category : rules.categories) as_of.categories.push_back(category.id);
  for (const Attribute& attribute : BehaviourAttributes(rules.categories, "EUR")) {
    values[attribute.id] = BehaviourMeasure::Of(attribute)->ValueOf(behaviour, as_of);
  }
  return values;
}

std::string Differences(const DerivedValues& kept, const DerivedValues& recomputed) {
  std::string text;
  std::set<std::string> ids;
  for (const DerivedValues* values : {&kept, &recomputed}) {
    for (const auto& [id, value] : *values) ids.insert(id);
  }
  for (const std::string& id : ids) {
    const auto a = kept.find(id), b = recomputed.find(id);
    if (a != kept.end() && b != recomputed.end() && AreEqual(a->second, b->second)) continue;
    absl::StrAppend(&text, id, ": kept ", a == kept.end() ? "not at all" : ToText(a->second),
                    ", recomputed ", b == recomputed.end() ? "not at all" : ToText(b->second),
                    "\n");
  }
  return text;
}

namespace {

constexpr int kFirstDay = 20'500;  // 2026-02-16; clocks change on 2026-03-29.

std::int64_t RandomAmount(const Draw& draw) {
  static const std::vector<std::int64_t> amounts = {
      0,           1,           -1,          10'000,     500'000'000, 499'999'999,
      500'000'001, 250'000'000, -50'000'000, 12'340'000, 99'990'000,  1'000'000'000'000};
  return draw(0, 2) == 0 ? amounts[static_cast<std::size_t>(draw(0, 11))]
                         : std::int64_t{draw(-20'000, 100'000)} * 10'000;
}

// Some hours are given twice, around midnight and around a change of clocks.
std::int64_t RandomMicros(const Draw& draw) {
  const std::int64_t day = kFirstDay + std::int64_t{draw(0, 3)} * draw(0, 40);
  static const std::vector<std::int64_t> offsets = {-1, 0, 1};
  return (day * 24 + draw(0, 23)) * kHourMicros + offsets[static_cast<std::size_t>(draw(0, 2))];
}

std::string OneOf(const Draw& draw, const std::vector<std::string>& choices) {
  return choices[static_cast<std::size_t>(draw(0, static_cast<int>(choices.size()) - 1))];
}

}  // namespace

Event RandomEvent(const Draw& draw) {
  Event event;
  // Half of them are lines of orders.
  event.type = static_cast<EventType>(draw(0, 1) == 0 ? draw(1, 3) : draw(1, kLastEventType));
  event.is_date = draw(0, 3) == 0;
  event.time.micros =
      event.is_date ? (kFirstDay + draw(0, 120)) * 24 * kHourMicros : RandomMicros(draw);
  if (draw(0, 1) == 0) event.order = OneOf(draw, {"A", "B", "C", "D"});
  if (draw(0, 4) > 0) event.amount = RandomAmount(draw);
  if (draw(0, 1) == 0) event.margin = RandomAmount(draw);
  if (draw(0, 1) == 0) event.quantity = draw(-2, 5);
  if (draw(0, 2) > 0) event.unit_price = draw(0, 4);
  if (draw(0, 2) > 0) event.list_price = draw(0, 4);
  if (draw(0, 1) == 0) event.item = OneOf(draw, {"red-1", "red-2", "white", "cup", "cups"});
  if (draw(0, 1) == 0) event.channel = OneOf(draw, {"web", "shop", "phone"});
  if (event.type == EventType::kCustom) event.custom_type = "fair";
  return event;
}

BehaviourRules RandomRules(const Draw& draw) {
  BehaviourRules rules;
  rules.time_zone = OneOf(draw, {"UTC", "Europe/Paris", "America/Santiago", "Pacific/Kiritimati"});
  rules.large_order = draw(0, 1) == 0 ? 500 * kMoneyUnit : std::int64_t{draw(1, 900)} * 1'000'000;
  if (draw(0, 2) > 0) rules.categories.push_back({"wine", {"red*", "white"}});
  if (draw(0, 2) > 0) rules.categories.push_back({"all", {"*"}});
  if (draw(0, 2) > 0) rules.categories.push_back({"cup", {"cup", "glass"}});
  return rules;
}

AsOf RandomAsOf(const Draw& draw) {
  AsOf as_of{Date{kFirstDay + draw(-5, 250)}};
  if (draw(0, 1) == 0) as_of.half_life_days = draw(1, 90);
  as_of.events_are_complete = draw(0, 1) == 0;
  return as_of;
}

}  // namespace cible
