#include "segmentation/lifecycle/edges.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "segmentation/data/filter_grammar.h"

namespace cible {
namespace {

constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::int64_t kMicrosPerDay = 86'400 * kMicrosPerSecond;

std::optional<double> NumberOf(const FilterWord& word, const std::optional<Offer>& offer) {
  double number = 0;
  if (absl::SimpleAtod(word.text, &number) && std::isfinite(number)) return number;
  if (!offer.has_value()) return std::nullopt;
  if (word.text == "offer.min_price") return offer->min_price;
  if (word.text == "offer.max_price") return offer->max_price;
  return std::nullopt;
}

void AddMoment(const FilterSyntax& comparison, Edges& edges) {
  if (comparison.value.IsToday()) {
    edges.from_today.insert(comparison.offset.value_or(0));
    return;
  }
  if (const auto day = ParseDate(comparison.value.text); day.ok()) {
    edges.days.insert(day->days);
    return;
  }
  absl::Time instant;
  if (!absl::ParseTime(absl::RFC3339_full, comparison.value.text, &instant, nullptr)) return;
  edges.instants.insert(absl::ToUnixMicros(instant));
}

void AddCircle(const FilterSyntax& distance, Edges& edges) {
  Edges::Circle circle;
  if (absl::SimpleAtod(distance.latitude.text, &circle.centre.latitude) &&
      absl::SimpleAtod(distance.longitude.text, &circle.centre.longitude) &&
      absl::SimpleAtod(distance.value.text, &circle.km)) {
    edges.circles.push_back(circle);
  }
}

void AddEdge(const FilterSyntax& comparison, const Attribute& attribute,
             const std::optional<Offer>& offer, Edges& edges) {
  if (comparison.kind == FilterSyntax::Kind::kDistance) return AddCircle(comparison, edges);
  if (comparison.value.IsStar()) return;
  switch (attribute.type) {
    case AttributeType::kNumeric:
      if (const auto number = NumberOf(comparison.value, offer)) edges.numbers.insert(*number);
      break;
    case AttributeType::kDate:
    case AttributeType::kTimestamp: AddMoment(comparison, edges); break;
    case AttributeType::kCategorical:
    case AttributeType::kOrdinal:
    case AttributeType::kSet:
    case AttributeType::kText: edges.texts.insert(comparison.value.text); break;
    case AttributeType::kBoolean:
    case AttributeType::kLocation: break;
  }
}

void AddSyntax(const FilterSyntax& syntax, const Schema& schema, const std::optional<Offer>& offer,
               EdgesByName& edges) {
  for (const FilterSyntax& operand : syntax.operands) AddSyntax(operand, schema, offer, edges);
  if (!syntax.operands.empty()) return;
  if (!syntax.name.is_quoted && absl::StartsWith(syntax.name.text, "contact.")) {
    Edges& fact = edges[syntax.name.text];
    if (!syntax.value.IsStar()) fact.texts.insert(syntax.value.text);
  } else if (const Attribute* attribute = schema.Find(syntax.name.text)) {
    AddEdge(syntax, *attribute, offer, edges[attribute->id]);
  }
}

std::string UnlikeAll(const std::set<std::string>& texts) {
  std::string another = "another";
  while (texts.contains(another)) another += '_';
  return another;
}

std::vector<std::string> LevelsAt(const Attribute& attribute, const std::set<std::string>& named) {
  if (attribute.type != AttributeType::kOrdinal) {
    std::vector<std::string> levels(named.begin(), named.end());
    levels.push_back(UnlikeAll(named));
    return levels;
  }
  std::vector<std::string> levels;
  for (std::size_t i = 0; i < attribute.levels.size(); ++i) {
    const auto is_named = [&](std::size_t at) {
      return at < attribute.levels.size() && named.contains(attribute.levels[at]);
    };
    const bool is_near = i == 0 || is_named(i - 1) || is_named(i) || is_named(i + 1);
    if (is_near) levels.push_back(attribute.levels[i]);
  }
  return levels;
}

std::vector<std::int32_t> DaysAt(const Edges& edges, Date today) {
  std::set<std::int32_t> days;
  for (const std::int32_t day : edges.DaysAsOf(today)) days.insert({day - 1, day, day + 1});
  if (days.empty()) days.insert(today.days);
  return {days.begin(), days.end()};
}

std::vector<std::int64_t> InstantsAt(const Edges& edges, Date today) {
  std::set<std::int64_t> instants;
  for (const std::int64_t instant : edges.instants) {
    instants.insert({instant - kMicrosPerSecond, instant, instant + kMicrosPerSecond});
  }
  for (const std::int32_t day : DaysAt(edges, today)) {
    instants.insert(day * kMicrosPerDay + kMicrosPerDay / 2);
  }
  return {instants.begin(), instants.end()};
}

// So far north, or south, of a place.
LatLng Away(LatLng place, double km) {
  constexpr double kKmPerDegree = 111.195;
  const double degrees = km / kKmPerDegree;
  const bool is_room_north = place.latitude + degrees <= 90;
  place.latitude += is_room_north ? degrees : -degrees;
  place.latitude = std::max(place.latitude, -90.0);
  return place;
}

std::vector<LatLng> PlacesAt(const std::vector<Edges::Circle>& circles) {
  constexpr double kInside = 0.98, kOutside = 1.02;
  std::vector<LatLng> places;
  for (const Edges::Circle& circle : circles) {
    places.push_back(circle.centre);
    places.push_back(Away(circle.centre, kInside * circle.km));
    places.push_back(Away(circle.centre, kOutside * circle.km + 1));
    const double across = circle.centre.longitude + (circle.centre.longitude > 0 ? -180 : 180);
    places.push_back({-circle.centre.latitude, across});
  }
  if (places.empty()) places.push_back({});
  return places;
}

template <typename T>
std::int64_t RankIn(const std::set<T>& edges, const T& value) {
  const auto at = edges.lower_bound(value);
  const bool is_edge = at != edges.end() && *at == value;
  return 2 * std::distance(edges.begin(), at) + (is_edge ? 1 : 0);
}

struct Side {
  const Edges& edges;
  Date today;

  std::int64_t operator()(double number) const { return RankIn(edges.numbers, number); }
  std::int64_t operator()(Date date) const { return RankIn(edges.DaysAsOf(today), date.days); }
  std::int64_t operator()(const std::string& text) const {
    const auto at = edges.texts.find(text);
    return at == edges.texts.end() ? 0 : 1 + std::distance(edges.texts.begin(), at);
  }
  std::int64_t operator()(const StringSet& set) const {
    std::uint64_t side = 0;  // Of more than 63 tags some are taken for one.
    for (const std::string& tag : edges.texts) {
      const bool has = std::binary_search(set.members.begin(), set.members.end(), tag);
      side = (side << 1U) | (has ? 1U : 0U);
    }
    return static_cast<std::int64_t>(side);
  }
  std::int64_t operator()(bool yes) const { return yes ? 1 : 0; }
  std::int64_t operator()(Timestamp timestamp) const { return (*this)(DayOf(timestamp)); }
  std::int64_t operator()(LatLng) const { return 0; }
};

template <typename Known>
std::vector<std::optional<Value>> ThenUnknown(const Known& known) {
  std::vector<std::optional<Value>> values(known.begin(), known.end());
  values.emplace_back();
  return values;
}

}  // namespace

void Edges::Add(const Edges& other) {
  numbers.insert(other.numbers.begin(), other.numbers.end());
  days.insert(other.days.begin(), other.days.end());
  from_today.insert(other.from_today.begin(), other.from_today.end());
  instants.insert(other.instants.begin(), other.instants.end());
  texts.insert(other.texts.begin(), other.texts.end());
  circles.insert(circles.end(), other.circles.begin(), other.circles.end());
}

std::set<std::int32_t> Edges::DaysAsOf(Date today) const {
  std::set<std::int32_t> all = days;
  for (const std::int32_t offset : from_today) all.insert(today.days + offset);
  return all;
}

void AddEdges(const Condition& condition, const Schema& schema, const std::optional<Offer>& offer,
              EdgesByName& edges) {
  const auto syntax = ParseFilterSyntax(condition.text());
  if (syntax.ok()) AddSyntax(*syntax, schema, offer, edges);
}

std::vector<double> NumbersAt(const std::set<double>& edges) {
  if (edges.empty()) return {0};
  // A step of 1, but smaller next to shares and larger where 1 would be lost.
  const auto step = [](double edge) { return std::max(1.0, std::abs(edge) * 1e-6); };
  const double first = *edges.begin();
  std::vector<double> numbers = {first > 0 && first <= 1 ? first / 2 : first - step(first)};
  for (auto at = edges.begin(); at != edges.end(); ++at) {
    numbers.push_back(*at);
    const auto next = std::next(at);
    const bool is_share = *at > 0 && *at < 1;
    const double above = is_share ? (*at + 1) / 2 : *at + step(*at);
    const bool is_crossed = next != edges.end() && above >= *next;
    numbers.push_back(is_crossed ? *at + (*next - *at) / 2 : above);
  }
  return numbers;
}

std::vector<std::int64_t> CountsAt(const std::set<double>& edges) {
  constexpr double kMost = 1e9;
  std::set<std::int64_t> counts;
  for (const double edge : edges) {
    if (std::abs(edge) > kMost) continue;
    const auto below = static_cast<std::int64_t>(std::floor(edge));
    for (const std::int64_t count : {below - 1, below, below + 1, below + 2}) {
      if (count >= 0 && static_cast<double>(count) <= edge + 1) counts.insert(count);
    }
  }
  return {counts.begin(), counts.end()};
}

std::vector<StringSet> SetsAt(const std::set<std::string>& tags) {
  constexpr std::size_t kFew = 4;
  const std::vector<std::string> all(tags.begin(), tags.end());
  std::vector<StringSet> sets;
  if (all.size() > kFew) {
    for (const std::string& tag : all) sets.push_back({{tag}});
    sets.insert(sets.end(), {StringSet{all}, StringSet{}});
    return sets;
  }
  for (std::size_t mask = std::size_t{1} << all.size(); mask-- > 0;) {
    StringSet& set = sets.emplace_back();
    for (std::size_t i = 0; i < all.size(); ++i) {
      if ((mask >> i & 1U) != 0) set.members.push_back(all[i]);
    }
  }
  return sets;
}

std::vector<std::optional<Value>> ValuesAt(const Attribute& attribute, const Edges& edges,
                                           Date today) {
  switch (attribute.type) {
    case AttributeType::kNumeric: return ThenUnknown(NumbersAt(edges.numbers));
    case AttributeType::kBoolean: return {true, false, std::nullopt};
    case AttributeType::kCategorical:
    case AttributeType::kOrdinal:
    case AttributeType::kText: return ThenUnknown(LevelsAt(attribute, edges.texts));
    case AttributeType::kSet: return ThenUnknown(SetsAt(edges.texts));
    case AttributeType::kLocation: return ThenUnknown(PlacesAt(edges.circles));
    case AttributeType::kDate: {
      std::vector<Date> dates;
      for (const std::int32_t day : DaysAt(edges, today)) dates.push_back({day});
      return ThenUnknown(dates);
    }
    case AttributeType::kTimestamp: {
      std::vector<Timestamp> times;
      for (const std::int64_t micros : InstantsAt(edges, today)) times.push_back({micros});
      return ThenUnknown(times);
    }
  }
  return {std::nullopt};
}

std::int64_t SideOf(const std::optional<Value>& value, const Edges& edges, Date today) {
  return value.has_value() ? std::visit(Side{edges, today}, *value) : -1;
}

}  // namespace cible
