#include "segmentation/data/attribute_encoding.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>
#include <vector>

namespace cible {
namespace {

constexpr double kClippedShare = 0.005;   // At either end.
constexpr double kSkewed = 1;             // Above this skewness AUTO takes logarithms.
constexpr std::size_t kMostLevels = 255;  // A level is a byte, 0 is unknown.
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

// The tables of the reference have ten distinct values at most.
constexpr std::size_t kFewValues = 10;
constexpr double kPointMassShare = 0.1;
constexpr int kMostPointMasses = 2;

// Takes the values that hold much of the weight out of `masses`, heaviest
// first; at most so many.
std::vector<double> TakePointMasses(std::vector<Mass>& masses, int most) {
  double total = 0;
  for (const Mass& mass : masses) total += mass.weight;
  std::vector<double> taken;
  while (masses.size() > kFewValues && std::ssize(taken) < most) {
    const auto heaviest =
        std::max_element(masses.begin(), masses.end(),
                         [](const Mass& a, const Mass& b) { return a.weight < b.weight; });
    if (heaviest->weight < kPointMassShare * total) break;
    taken.push_back(heaviest->value);
    masses.erase(heaviest);
  }
  return taken;
}

// The smallest gap between two neighbours, or 0.
double SmallestGap(const std::vector<Mass>& masses) {
  double gap = 0;
  for (std::size_t i = 1; i < masses.size(); ++i) {
    const double step = masses[i].value - masses[i - 1].value;
    if (gap == 0 || step < gap) gap = step;
  }
  return gap;
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

// The known numbers of a column, distinct.
std::vector<Mass> NumbersOf(const Column& column, absl::Span<const double> weights, Date as_of) {
  std::vector<Mass> masses;
  for (int i = 0; i < std::ssize(column.validity); ++i) {
    const auto number = NumberAt(column, i, as_of);
    if (number && weights[i] > 0) masses.push_back({.value = *number, .weight = weights[i]});
  }
  return Distinct(std::move(masses));
}

// MIXTURE: a count keeps its numbers, an amount has a part for zero, and what
// is often repeated is a point mass.
Outcome LearnDistribution(const Attribute& attribute, std::vector<Mass> masses, bool logarithm,
                          bool plain) {
  AttributeEncoding encoding{.attribute = attribute.id, .type = attribute.type};
  encoding.clip_low = std::numeric_limits<double>::lowest();
  encoding.clip_high = std::numeric_limits<double>::max();
  const bool constant = masses.size() == 1;
  const double least = masses.front().value;
  if (attribute.distribution == Distribution::kCount) {
    encoding.scale = NumberScale::kCount;
    std::erase_if(masses, [&](const Mass& mass) { return !OnItsScale(encoding, mass.value); });
    if (masses.empty()) return Unknown(attribute);
    encoding.count = 1;
    encoding.shift = {0};
    encoding.factor = {1};
    encoding.resolution = 1;
    return constant ? Constant(attribute) : Outcome(encoding);
  }
  if (logarithm) {
    encoding.scale = NumberScale::kLog;
    if (least <= 0) encoding.point_masses = {0};
    std::erase_if(masses, [](const Mass& mass) { return mass.value <= 0; });
  }
  if (!plain) {
    const auto found =
        TakePointMasses(masses, kMostPointMasses - static_cast<int>(encoding.point_masses.size()));
    encoding.point_masses.insert(encoding.point_masses.end(), found.begin(), found.end());
  }
  if (constant) return Constant(attribute);
  if (!masses.empty()) {
    double total = 0;
    for (const Mass& mass : masses) total += mass.weight;
    encoding.resolution = SmallestGap(masses);
    const double median = LowQuantile(masses, 0.5, total);
    if (encoding.scale == NumberScale::kLog) encoding.resolution /= median;
    if (Standardise(encoding, MomentsOf(OnScale(encoding, masses)))) return encoding;
  }
  // Point masses and at most one number besides.
  if (encoding.point_masses.empty()) return Constant(attribute);
  encoding.count = 1;
  encoding.shift = {masses.empty() ? 0 : cible::OnScale(encoding, masses.front().value)};
  encoding.factor = {1};
  return encoding;
}

Outcome LearnNumber(const Column& column, const Attribute& attribute,
                    absl::Span<const double> weights, const EncoderOptions& options) {
  std::vector<Mass> masses = NumbersOf(column, weights, options.as_of);
  if (masses.empty()) return Unknown(attribute);
  AttributeEncoding encoding{.attribute = attribute.id, .type = attribute.type};
  const double total = MomentsOf(masses).weight;
  encoding.clip_low = LowQuantile(masses, kClippedShare, total);
  encoding.clip_high = HighQuantile(masses, kClippedShare, total);
  if (encoding.clip_low == encoding.clip_high) {  // What varies is all in the tails.
    encoding.clip_low = masses.front().value;
    encoding.clip_high = masses.back().value;
  }
  Moments moments = MomentsOf(OnScale(encoding, masses));
  const bool logarithm = TakesLogarithm(attribute, masses.front().value, moments);
  if (options.encoding == Encoding::kMixture) {
    return LearnDistribution(attribute, std::move(masses), logarithm, options.plain);
  }
  if (logarithm) {
    encoding.scale = NumberScale::kLog1p;
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

// Below it a level is rare. With `plain` none is, as long as codes are bytes.
double RarityLimit(double total, std::size_t levels, bool plain) {
  if (plain && levels <= kMostLevels) return 0;
  return std::max(std::min(5.0, total / 10), 0.005 * total);
}

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
                    absl::Span<const double> weights, bool plain) {
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
  if (!GiveFeatures(encoding, levels, RarityLimit(total, levels.size(), plain), total))
    return Rare(attribute);
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
  if (attribute.levels.size() > kMostLevels) {
    return Aside(attribute, "it has more than 255 levels");
  }
  encoding.levels = attribute.levels;
  encoding.level_feature.assign(attribute.levels.size(), 0);
  return encoding;
}

Outcome LearnTags(const Column& column, const Attribute& attribute,
                  absl::Span<const double> weights, bool plain) {
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
  const std::vector<Level> tags = OccurringLevels(sets.dictionary, by_code);
  const double limit = RarityLimit(total, tags.size(), plain);
  for (const Level& tag : tags) {
    const bool own = tag.weight >= limit;
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
                                                        const EncoderOptions& options) {
  const Column expected = MakeColumn(attribute.id, attribute.type);
  if (expected.data.index() != column.data.index()) return Unknown(attribute);
  switch (attribute.type) {
    case AttributeType::kNumeric:
    case AttributeType::kDate:
    case AttributeType::kTimestamp: return LearnNumber(column, attribute, weights, options);
    case AttributeType::kCategorical: return LearnLevels(column, attribute, weights, options.plain);
    case AttributeType::kOrdinal: return LearnOrder(column, attribute, weights);
    case AttributeType::kSet: return LearnTags(column, attribute, weights, options.plain);
    case AttributeType::kBoolean: return LearnBits(column, attribute, weights);
    case AttributeType::kLocation: return LearnPlaces(column, attribute, weights);
    case AttributeType::kText: break;
  }
  return Aside(attribute, "text is not a feature");
}

double DaysBefore(Date as_of, Date date) { return static_cast<double>(as_of.days) - date.days; }

double DaysBefore(Date as_of, Timestamp instant) {
  return as_of.days - static_cast<double>(instant.micros) / kMicrosPerDay;
}

std::optional<double> NumberAt(const Column& column, int row, Date as_of) {
  if (!column.validity[row]) return std::nullopt;
  double number = 0;
  if (const auto* numbers = std::get_if<Numbers>(&column.data)) {
    number = numbers->values[row];
  } else if (const auto* days = std::get_if<Days>(&column.data)) {
    number = DaysBefore(as_of, Date{days->values[row]});
  } else if (const auto* micros = std::get_if<Micros>(&column.data)) {
    number = DaysBefore(as_of, Timestamp{micros->values[row]});
  } else {
    return std::nullopt;
  }
  if (!std::isfinite(number)) return std::nullopt;
  return number;
}

SpherePoint OnSphere(const LatLng& place) {
  constexpr double kRadians = std::numbers::pi / 180;
  const double latitude = place.latitude * kRadians, longitude = place.longitude * kRadians;
  return {{std::cos(latitude) * std::cos(longitude), std::cos(latitude) * std::sin(longitude),
           std::sin(latitude)}};
}

}  // namespace cible
