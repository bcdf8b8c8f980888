#include "segmentation/data/attribute_encoding.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

namespace cible {
namespace {

constexpr double kClippedShare = 0.005;  // At either end.
constexpr double kSkewed = 1;            // Above this skewness AUTO takes logarithms.
constexpr double kMicrosPerDay = 86'400e6;

using Outcome = std::variant<AttributeEncoding, SetAside>;

Outcome Aside(const Attribute& attribute, const char* reason) {
  return SetAside{.attribute = attribute.id, .reason = reason};
}
Outcome Unknown(const Attribute& attribute) { return Aside(attribute, "nothing is known"); }
Outcome Constant(const Attribute& attribute) {
  return Aside(attribute, "every known value is the same");
}
Outcome Rare(const Attribute& attribute) { return Aside(attribute, "every level is rare"); }

// Distinct values, ascending, with their weights: sums over them do not depend
// on the order of the rows.
struct Mass {
  double value = 0;
  double weight = 0;
};

std::vector<Mass> Distinct(std::vector<Mass> masses) {
  std::sort(masses.begin(), masses.end(), [](const Mass& a, const Mass& b) {
    return std::pair(a.value, a.weight) < std::pair(b.value, b.weight);
  });
  std::vector<Mass> distinct;
  for (const Mass& mass : masses) {
    if (distinct.empty() || distinct.back().value != mass.value) {
      distinct.push_back(mass);
    } else {
      distinct.back().weight += mass.weight;
    }
  }
  return distinct;
}

struct Moments {
  double weight = 0;
  double mean = 0;
  double deviation = 0;  // Standard.
  double skewness = 0;
};

// Two passes, in units of the largest absolute value so that nothing overflows.
Moments MomentsOf(const std::vector<Mass>& masses) {
  double scale = 0;
  Moments m;
  for (const Mass& x : masses) {
    scale = std::max(scale, std::abs(x.value));
    m.weight += x.weight;
  }
  if (scale == 0) return m;
  for (const Mass& x : masses) m.mean += x.weight / m.weight * (x.value / scale);
  double second = 0, third = 0;
  for (const Mass& x : masses) {
    const double d = x.value / scale - m.mean;
    second += x.weight / m.weight * d * d;
    third += x.weight / m.weight * d * d * d;
  }
  m.mean *= scale;
  if (second < 1e-28) return m;  // Rounding alone makes a constant vary by so much.
  m.deviation = std::sqrt(second) * scale;
  m.skewness = third / std::pow(second, 1.5);
  return m;
}

// The least value with at least this share of the weight at or below it.
double LowQuantile(const std::vector<Mass>& distinct, double share, double total) {
  double sum = 0;
  for (const Mass& x : distinct) {
    sum += x.weight;
    if (sum >= share * total) return x.value;
  }
  return distinct.back().value;
}

double HighQuantile(std::vector<Mass> distinct, double share, double total) {
  std::reverse(distinct.begin(), distinct.end());
  return LowQuantile(distinct, share, total);
}

std::vector<Mass> OnScale(const AttributeEncoding& encoding, std::vector<Mass> masses) {
  for (Mass& mass : masses) mass.value = cible::OnScale(encoding, mass.value);
  return Distinct(std::move(masses));
}

bool TakesLogarithm(const Attribute& attribute, double least, const Moments& moments) {
  switch (attribute.distribution) {
    case Distribution::kGaussian: return false;
    case Distribution::kLogNormal:
    case Distribution::kCount: return true;
    case Distribution::kAuto: break;
  }
  return least >= 0 && moments.skewness > kSkewed;
}

// Shift and factor of a single feature of these moments; false if constant.
bool Standardise(AttributeEncoding& encoding, const Moments& moments) {
  const double factor = 1 / moments.deviation;
  if (!std::isfinite(factor) || !std::isfinite(moments.mean) || factor == 0) return false;
  encoding.count = 1;
  encoding.shift = {moments.mean};
  encoding.factor = {factor};
  return true;
}

Outcome LearnNumber(const Column& column, const Attribute& attribute,
                    absl::Span<const double> weights, Date as_of) {
  std::vector<Mass> masses;
  for (int i = 0; i < std::ssize(column.validity); ++i) {
    const auto number = NumberAt(column, i, as_of);
    if (number && weights[i] > 0) masses.push_back({.value = *number, .weight = weights[i]});
  }
  if (masses.empty()) return Unknown(attribute);
  masses = Distinct(std::move(masses));
  AttributeEncoding encoding{.attribute = attribute.id, .type = attribute.type};
  const double total = MomentsOf(masses).weight;
  encoding.clip_low = LowQuantile(masses, kClippedShare, total);
  encoding.clip_high = HighQuantile(masses, kClippedShare, total);
  if (encoding.clip_low == encoding.clip_high) {  // What varies is all in the tails.
    encoding.clip_low = masses.front().value;
    encoding.clip_high = masses.back().value;
  }
  Moments moments = MomentsOf(OnScale(encoding, masses));
  if (TakesLogarithm(attribute, masses.front().value, moments)) {
    encoding.log_scale = true;
    moments = MomentsOf(OnScale(encoding, masses));
  }
  if (!Standardise(encoding, moments)) return Constant(attribute);
  return encoding;
}

// A level and the weight that knows it.
struct Level {
  std::string name;
  double weight = 0;
};

double RarityLimit(double total) { return std::max(std::min(5.0, total / 10), 0.005 * total); }

// One feature a level, rare ones together in the last; false if one remains.
bool GiveFeatures(AttributeEncoding& encoding, const std::vector<Level>& levels, double limit,
                  double total) {
  std::vector<double> shares;
  double rare = 0;
  for (const Level& level : levels) {
    encoding.levels.push_back(level.name);
    const bool own = level.weight >= limit;
    encoding.level_feature.push_back(own ? static_cast<int>(shares.size()) : -1);
    if (own) shares.push_back(level.weight / total);
    if (!own) rare += level.weight / total;
  }
  if (rare > 0) {
    for (int& feature : encoding.level_feature) {
      if (feature < 0) feature = static_cast<int>(shares.size());
    }
    shares.push_back(rare);
  }
  double same = 0;  // Chance that two contacts have the same level.
  for (const double share : shares) same += share * share;
  encoding.count = static_cast<int>(shares.size());
  encoding.shift = shares;
  encoding.factor.assign(shares.size(), 1 / std::sqrt(1 - same));
  return encoding.count > 1;
}

// Weights of a dictionary's entries, those that occur, by name.
std::vector<Level> OccurringLevels(const std::vector<std::string>& dictionary,
                                   const std::vector<double>& weights) {
  std::vector<Level> levels;
  for (std::size_t code = 0; code < dictionary.size(); ++code) {
    if (weights[code] > 0) levels.push_back({.name = dictionary[code], .weight = weights[code]});
  }
  std::sort(levels.begin(), levels.end(),
            [](const Level& a, const Level& b) { return a.name < b.name; });
  return levels;
}

Outcome LearnLevels(const Column& column, const Attribute& attribute,
                    absl::Span<const double> weights) {
  const Codes& codes = std::get<Codes>(column.data);
  std::vector<double> by_code(codes.dictionary.size());
  double total = 0;
  for (std::size_t i = 0; i < column.validity.size(); ++i) {
    if (!column.validity[i]) continue;
    by_code[codes.codes[i]] += weights[i];
    total += weights[i];
  }
  const std::vector<Level> levels = OccurringLevels(codes.dictionary, by_code);
  if (levels.empty()) return Unknown(attribute);
  if (levels.size() == 1) return Constant(attribute);
  AttributeEncoding encoding{.attribute = attribute.id, .type = attribute.type};
  if (!GiveFeatures(encoding, levels, RarityLimit(total), total)) return Rare(attribute);
  return encoding;
}

Outcome LearnBits(const Column& column, const Attribute& attribute,
                  absl::Span<const double> weights) {
  const Bits& bits = std::get<Bits>(column.data);
  std::vector<Level> levels = {{.name = "false"}, {.name = "true"}};
  for (std::size_t i = 0; i < column.validity.size(); ++i) {
    if (column.validity[i]) levels[bits.values[i] ? 1 : 0].weight += weights[i];
  }
  const double total = levels[0].weight + levels[1].weight;
  if (total <= 0) return Unknown(attribute);
  if (levels[0].weight <= 0 || levels[1].weight <= 0) return Constant(attribute);
  AttributeEncoding encoding{.attribute = attribute.id, .type = attribute.type};
  GiveFeatures(encoding, levels, 0, total);
  return encoding;
}

Outcome LearnOrder(const Column& column, const Attribute& attribute,
                   absl::Span<const double> weights) {
  const Codes& codes = std::get<Codes>(column.data);
  std::vector<int> rank(codes.dictionary.size());
  for (std::size_t code = 0; code < rank.size(); ++code) {
    const auto at =
        std::find(attribute.levels.begin(), attribute.levels.end(), codes.dictionary[code]);
    rank[code] =
        at == attribute.levels.end() ? 0 : static_cast<int>(at - attribute.levels.begin()) + 1;
  }
  std::vector<Mass> masses;
  for (std::size_t i = 0; i < column.validity.size(); ++i) {
    if (!column.validity[i] || weights[i] <= 0 || rank[codes.codes[i]] == 0) continue;
    masses.push_back({.value = static_cast<double>(rank[codes.codes[i]]), .weight = weights[i]});
  }
  if (masses.empty()) return Unknown(attribute);
  AttributeEncoding encoding{.attribute = attribute.id, .type = attribute.type};
  if (!Standardise(encoding, MomentsOf(Distinct(std::move(masses))))) return Constant(attribute);
  encoding.levels = attribute.levels;
  encoding.level_feature.assign(attribute.levels.size(), 0);
  return encoding;
}

Outcome LearnTags(const Column& column, const Attribute& attribute,
                  absl::Span<const double> weights) {
  const Sets& sets = std::get<Sets>(column.data);
  std::vector<double> by_code(sets.dictionary.size());
  double total = 0;
  for (std::size_t i = 0; i < column.validity.size(); ++i) {
    if (!column.validity[i]) continue;
    total += weights[i];
    for (std::uint32_t m = i == 0 ? 0 : sets.ends[i - 1]; m < sets.ends[i]; ++m) {
      by_code[sets.members[m]] += weights[i];
    }
  }
  if (total <= 0) return Unknown(attribute);
  AttributeEncoding encoding{.attribute = attribute.id, .type = attribute.type};
  double variance = 0;
  for (const Level& tag : OccurringLevels(sets.dictionary, by_code)) {
    const bool own = tag.weight >= RarityLimit(total);
    encoding.levels.push_back(tag.name);
    encoding.level_feature.push_back(own ? encoding.count++ : -1);
    if (!own) continue;
    const double share = tag.weight / total;
    encoding.shift.push_back(share);
    variance += share * (1 - share);
  }
  if (encoding.count == 0) return encoding.levels.empty() ? Constant(attribute) : Rare(attribute);
  if (variance < 1e-12) return Constant(attribute);
  encoding.factor.assign(encoding.shift.size(), 1 / std::sqrt(variance));
  return encoding;
}

Outcome LearnPlaces(const Column& column, const Attribute& attribute,
                    absl::Span<const double> weights) {
  const Locations& places = std::get<Locations>(column.data);
  std::vector<Mass> masses[3];
  for (std::size_t i = 0; i < column.validity.size(); ++i) {
    if (!column.validity[i] || weights[i] <= 0) continue;
    const SpherePoint point = OnSphere(places.values[i]);
    for (int c = 0; c < 3; ++c) {
      masses[c].push_back({.value = point.coordinates[c], .weight = weights[i]});
    }
  }
  if (masses[0].empty()) return Unknown(attribute);
  AttributeEncoding encoding{.attribute = attribute.id, .type = attribute.type, .count = 3};
  double variance = 0;
  for (std::vector<Mass>& coordinate : masses) {
    const Moments moments = MomentsOf(Distinct(std::move(coordinate)));
    encoding.shift.push_back(moments.mean);
    variance += moments.deviation * moments.deviation;
  }
  // (6 mm)^2 on the ground: the same place, told twice.
  if (variance < 1e-18) return Constant(attribute);
  encoding.factor.assign(3, 1 / std::sqrt(variance));
  return encoding;
}

}  // namespace

std::variant<AttributeEncoding, SetAside> LearnEncoding(const Column& column,
                                                        const Attribute& attribute,
                                                        absl::Span<const double> weights,
                                                        Date as_of) {
  const Column expected = MakeColumn(attribute.id, attribute.type);
  if (expected.data.index() != column.data.index()) return Unknown(attribute);
  switch (attribute.type) {
    case AttributeType::kNumeric:
    case AttributeType::kDate:
    case AttributeType::kTimestamp: return LearnNumber(column, attribute, weights, as_of);
    case AttributeType::kCategorical: return LearnLevels(column, attribute, weights);
    case AttributeType::kOrdinal: return LearnOrder(column, attribute, weights);
    case AttributeType::kSet: return LearnTags(column, attribute, weights);
    case AttributeType::kBoolean: return LearnBits(column, attribute, weights);
    case AttributeType::kLocation: return LearnPlaces(column, attribute, weights);
    case AttributeType::kText: break;
  }
  return Aside(attribute, "text is not a feature");
}

std::optional<double> NumberAt(const Column& column, int row, Date as_of) {
  if (!column.validity[row]) return std::nullopt;
  double number = 0;
  if (const auto* numbers = std::get_if<Numbers>(&column.data)) {
    number = numbers->values[row];
  } else if (const auto* days = std::get_if<Days>(&column.data)) {
    number = static_cast<double>(as_of.days) - days->values[row];
  } else if (const auto* micros = std::get_if<Micros>(&column.data)) {
    number = as_of.days - static_cast<double>(micros->values[row]) / kMicrosPerDay;
  } else {
    return std::nullopt;
  }
  if (!std::isfinite(number)) return std::nullopt;
  return number;
}

double OnScale(const AttributeEncoding& encoding, double number) {
  number = std::clamp(number, encoding.clip_low, encoding.clip_high);
  return encoding.log_scale ? std::log1p(std::max(number, 0.0)) : number;
}

SpherePoint OnSphere(const LatLng& place) {
  constexpr double kRadians = std::numbers::pi / 180;
  const double latitude = place.latitude * kRadians, longitude = place.longitude * kRadians;
  return {{std::cos(latitude) * std::cos(longitude), std::cos(latitude) * std::sin(longitude),
           std::sin(latitude)}};
}

}  // namespace cible
