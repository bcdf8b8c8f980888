#include "segmentation/data/sample.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "segmentation/clustering/random.h"
#include "segmentation/data/value.h"

namespace cible {
namespace {

// ---- The personas. Every table below has one entry a persona, in this order.

constexpr int kMostPersonas = 8;
using PerPersona = std::array<double, kMostPersonas>;

constexpr std::array<const char*, kMostPersonas> kPersonas = {
    "Web-first families attentive to offers",
    "Loyal gourmets who come to the store",
    "Young occasional shoppers on social networks",
    "Catalogue shoppers who order by mail",
    "Professionals with few large baskets",
    "Store regulars attentive to offers",
    "Fashion lovers who order often",
    "Home improvers who ask for advice by phone",
};

// Relative sizes; a sample with fewer personas takes the first ones.
constexpr PerPersona kSizes = {27, 26, 24, 23, 22, 21, 20, 19};

// How far personas keep from their common average, by persona count: 1 is the
// tables as they stand. Tuned so that the Bayes-optimal adjusted Rand index is
// about .9 at every count.
constexpr std::array<double, kMostPersonas + 1> kContrast = {0,   0,   .55, .61, .67,
                                                             .72, .76, .82, .88};

enum class Scale { kLinear, kLog };  // kLog: log(1 + x) is Gaussian.
enum class Format { kWhole, kShare, kDaysAgo, kLevel };

// A Gaussian, rounded and clamped.
struct NumberColumn {
  const char* header;
  Scale scale;
  Format format;
  double lowest, highest, step;
  double deviation;    // Inside a persona, on the scale.
  PerPersona typical;  // Mean on the scale, as the number itself.
};

constexpr std::array<NumberColumn, 9> kNumbers = {{
    {"age", Scale::kLinear, Format::kWhole, 18, 95, 1, 11, {38, 55, 24, 70, 47, 44, 30, 58}},
    {"children", Scale::kLog, Format::kWhole, 0, 7, 1, .40, {2.2, .5, .1, .2, 1.0, 1.4, .4, .8}},
    {"customer_since",
     Scale::kLog,
     Format::kDaysAgo,
     1,
     9000,
     1,
     .45,
     {900, 2400, 350, 3000, 1200, 1500, 600, 1900}},
    {"web_visits", Scale::kLog, Format::kWhole, 0, 90, 1, .70, {11, 1.5, 6, .6, 5, 1.5, 12, 3}},
    {"store_visits", Scale::kLog, Format::kWhole, 0, 60, 1, .55, {1.5, 8, 1.0, 1.5, 1, 9, 3, 4}},
    {"orders", Scale::kLog, Format::kWhole, 0, 120, 1, .50, {14, 20, 4, 8, 4, 18, 22, 7}},
    {"offers_used", Scale::kLog, Format::kWhole, 0, 60, 1, .60, {9, 1.2, 3, 3, .3, 11, 4, 1.5}},
    {"discount_share",
     Scale::kLinear,
     Format::kShare,
     0,
     .95,
     .01,
     .12,
     {.40, .12, .28, .22, .06, .45, .25, .15}},
    {"satisfaction",
     Scale::kLinear,
     Format::kLevel,
     1,
     5,
     1,
     .85,
     {3.2, 4.6, 2.6, 4.2, 3.4, 2.7, 4.0, 3.8}},
}};
constexpr std::array<const char*, 5> kSatisfaction = {"very low", "low", "medium", "high",
                                                      "very high"};
constexpr std::int32_t kToday = 20269;  // 2025-06-30: "days ago" counts from here.

// Monthly spend in EUR: nothing with a probability, else log-normal, and
// correlated with the other spends.
struct SpendColumn {
  const char* header;
  PerPersona nothing;  // Probability of 0.
  PerPersona typical;  // Median of the others.
};
constexpr double kSpendDeviation = .80;    // Of log spend.
constexpr double kSpendCorrelation = .22;  // Between two log spends.
constexpr std::array<SpendColumn, 4> kSpends = {{
    {"spend_fresh", {.02, .01, .05, .03, .05, .02, .03, .03}, {45, 70, 8, 26, 30, 40, 20, 20}},
    {"spend_wine", {.06, .02, .06, .04, .02, .06, .05, .04}, {7, 45, 5, 12, 36, 6, 10, 11}},
    {"spend_home", {.02, .05, .06, .02, .02, .04, .05, .01}, {38, 14, 5, 24, 50, 10, 12, 70}},
    {"spend_fashion", {.03, .06, .02, .05, .04, .05, .01, .06}, {26, 10, 20, 7, 30, 9, 60, 6}},
}};

// One of several levels, with these relative odds.
constexpr int kMostLevels = 7;
struct ChoiceColumn {
  const char* header;
  int level_count;
  std::array<const char*, kMostLevels> levels;
  std::array<std::array<double, kMostLevels>, kMostPersonas> odds;
};
constexpr std::array<ChoiceColumn, 5> kChoices = {{
    {"occupation",
     6,
     {"employee", "manager", "self-employed", "student", "retired", "tradesperson"},
     {{{77, 9, 4, 1, 1, 8},
       {8, 67, 10, 1, 12, 2},
       {16, 1, 2, 77, 0, 4},
       {2, 2, 2, 0, 92, 2},
       {4, 22, 72, 0, 1, 1},
       {43, 1, 1, 1, 8, 46},
       {57, 24, 4, 14, 0, 1},
       {6, 6, 10, 0, 26, 52}}}},
    {"area",
     4,
     {"city", "suburb", "town", "countryside"},
     {{{9, 75, 12, 4},
       {70, 13, 15, 2},
       {78, 10, 10, 2},
       {2, 7, 25, 66},
       {60, 28, 9, 3},
       {5, 20, 70, 5},
       {77, 16, 6, 1},
       {1, 18, 23, 58}}}},
    {"preferred_contact",
     4,
     {"email", "phone", "post", "app"},
     {{{81, 2, 2, 15},
       {30, 43, 24, 3},
       {10, 1, 1, 88},
       {3, 15, 81, 1},
       {66, 32, 1, 1},
       {18, 6, 62, 14},
       {40, 1, 1, 58},
       {10, 81, 8, 1}}}},
    {"newsletter",
     2,
     {"yes", "no"},
     {{{95, 5}, {92, 8}, {13, 87}, {22, 78}, {11, 89}, {78, 22}, {96, 4}, {22, 78}}}},
    {"source",
     6,
     {"advertising", "direct mail", "referral", "social", "web", "walk-in"},
     {{{25, 3, 4, 6, 60, 2},
       {3, 3, 38, 1, 1, 54},
       {4, 1, 9, 78, 7, 1},
       {10, 78, 7, 0, 1, 4},
       {4, 1, 70, 1, 23, 1},
       {47, 25, 2, 2, 1, 23},
       {6, 1, 10, 57, 25, 1},
       {8, 8, 27, 1, 5, 51}}}},
}};

// Channels used: each with its own probability, at least one.
constexpr std::array<const char*, 5> kChannels = {"mail", "phone", "social", "store", "web"};
constexpr std::array<PerPersona, 5> kChannelUse = {{
    {.10, .20, .04, .88, .05, .40, .04, .20},
    {.08, .30, .05, .50, .60, .08, .05, .85},
    {.40, .05, .88, .03, .15, .10, .80, .05},
    {.35, .95, .30, .30, .20, .95, .50, .70},
    {.95, .20, .80, .08, .85, .15, .92, .30},
}};

// Noise: the same for everyone. Lucky numbers peak in the middle: a flat
// column would be worth cutting in two.
constexpr int kLuckyNumbers = 49;
constexpr std::array<const char*, 6> kColours = {"blue",   "green", "orange",
                                                 "purple", "red",   "yellow"};

constexpr double kMissing = .20;

// ---- One persona, ready to draw from.

struct Profile {
  double log_share = 0;
  std::array<double, kNumbers.size()> means;  // On each column's scale.
  std::array<double, kSpends.size()> nothing;
  std::array<double, kSpends.size()> log_spends;
  std::array<std::array<double, kMostLevels>, kChoices.size()> levels;  // Sum to 1.
  std::array<double, kChannels.size()> channels;
};

double OnScale(Scale scale, double x) { return scale == Scale::kLog ? std::log1p(x) : x; }

Profile ProfileFromTables(std::size_t persona) {
  Profile profile;
  for (std::size_t c = 0; c < kNumbers.size(); ++c) {
    profile.means[c] = OnScale(kNumbers[c].scale, kNumbers[c].typical[persona]);
  }
  for (std::size_t c = 0; c < kSpends.size(); ++c) {
    profile.nothing[c] = kSpends[c].nothing[persona];
    profile.log_spends[c] = std::log(kSpends[c].typical[persona]);
  }
  for (std::size_t c = 0; c < kChoices.size(); ++c) {
    profile.levels[c] = kChoices[c].odds[persona];
    double sum = 0;
    for (const double odds : profile.levels[c]) sum += odds;
    for (double& odds : profile.levels[c]) odds /= sum;
  }
  for (std::size_t c = 0; c < kChannels.size(); ++c) profile.channels[c] = kChannelUse[c][persona];
  return profile;
}

// Calls `visit` with every parameter of a profile, in a fixed order.
template <typename Visit>
void ForEachParameter(Profile& profile, const Visit& visit) {
  for (double& x : profile.means) visit(x);
  for (double& x : profile.nothing) visit(x);
  for (double& x : profile.log_spends) visit(x);
  for (auto& column : profile.levels) {
    for (double& x : column) visit(x);
  }
  for (double& x : profile.channels) visit(x);
}

// The first `count` personas, drawn towards their average by kContrast.
std::vector<Profile> MakeProfiles(int count) {
  std::vector<Profile> profiles;
  std::vector<std::vector<double*>> parameters;
  double total = 0;
  for (int k = 0; k < count; ++k) {
    profiles.push_back(ProfileFromTables(static_cast<std::size_t>(k)));
    total += kSizes[static_cast<std::size_t>(k)];
  }
  for (Profile& profile : profiles) {
    ForEachParameter(profile,
                     [&, &own = parameters.emplace_back()](double& x) { own.push_back(&x); });
  }
  const double contrast = kContrast[static_cast<std::size_t>(count)];
  for (std::size_t p = 0; p < parameters.front().size(); ++p) {
    double mean = 0;
    for (const auto& own : parameters) mean += *own[p] / count;
    for (const auto& own : parameters) *own[p] = mean + contrast * (*own[p] - mean);
  }
  for (std::size_t k = 0; k < profiles.size(); ++k)
    profiles[k].log_share = std::log(kSizes[k] / total);
  return profiles;
}

// ---- Drawing a contact.

// What is known of a contact that depends on the persona.
struct Contact {
  std::array<std::optional<double>, kNumbers.size()> numbers;
  std::array<std::optional<double>, kSpends.size()> spends;
  std::array<std::optional<std::size_t>, kChoices.size()> choices;
  std::optional<unsigned> channels;  // Bit set.
};

// The random numbers of one row, by column and use.
class Draws {
 public:
  Draws(std::uint64_t seed, int row) : key_(Key(seed, static_cast<std::uint64_t>(row))) {}

  double Uniform(const char* column, std::uint64_t use = 0) const {
    std::uint64_t key = key_;
    for (const char* c = column; *c != '\0'; ++c) key = Key(key, static_cast<std::uint64_t>(*c));
    return cible::Uniform(Key(key, use));
  }
  // Box-Muller.
  double Normal(const char* column) const {
    const double radius = std::sqrt(-2 * std::log1p(-Uniform(column, 1)));
    return radius * std::cos(2 * std::numbers::pi * Uniform(column, 2));
  }
  bool Missing(const char* column) const { return Uniform(column, 3) < kMissing; }
  // An index, in proportion to `odds`, which sum to 1.
  template <typename Odds>
  std::size_t Pick(const char* column, const Odds& odds, std::size_t count) const {
    double left = Uniform(column);
    std::size_t index = 0;
    while (index + 1 < count && left >= odds[index]) left -= odds[index++];
    return index;
  }

 private:
  std::uint64_t key_;
};

double DrawNumber(const Draws& draws, const NumberColumn& column, double mean) {
  const double x = mean + column.deviation * draws.Normal(column.header);
  const double number = column.scale == Scale::kLog ? std::expm1(x) : x;
  return std::clamp(std::round(number / column.step) * column.step, column.lowest, column.highest);
}

// In cents, so that a positive spend never rounds to nothing.
double DrawSpend(const Draws& draws, const SpendColumn& column, double nothing, double log_spend) {
  if (draws.Uniform(column.header) < nothing) return 0;
  const double z = std::sqrt(kSpendCorrelation) * draws.Normal("spend") +
                   std::sqrt(1 - kSpendCorrelation) * draws.Normal(column.header);
  return std::max(.01, std::round(100 * std::exp(log_spend + kSpendDeviation * z)) / 100);
}

unsigned DrawChannels(const Draws& draws, const Profile& profile) {
  // Drawn again until not empty: an empty cell would mean unknown.
  for (std::uint64_t attempt = 0;; ++attempt) {
    unsigned channels = 0;
    for (std::size_t c = 0; c < kChannels.size(); ++c) {
      if (draws.Uniform(kChannels[c], attempt) < profile.channels[c]) channels |= 1U << c;
    }
    if (channels != 0) return channels;
  }
}

Contact DrawContact(const Draws& draws, const Profile& profile) {
  Contact contact;
  for (std::size_t c = 0; c < kNumbers.size(); ++c) {
    if (draws.Missing(kNumbers[c].header)) continue;
    contact.numbers[c] = DrawNumber(draws, kNumbers[c], profile.means[c]);
  }
  for (std::size_t c = 0; c < kSpends.size(); ++c) {
    if (draws.Missing(kSpends[c].header)) continue;
    contact.spends[c] = DrawSpend(draws, kSpends[c], profile.nothing[c], profile.log_spends[c]);
  }
  for (std::size_t c = 0; c < kChoices.size(); ++c) {
    if (draws.Missing(kChoices[c].header)) continue;
    contact.choices[c] = draws.Pick(kChoices[c].header, profile.levels[c],
                                    static_cast<std::size_t>(kChoices[c].level_count));
  }
  if (!draws.Missing("channels")) contact.channels = DrawChannels(draws, profile);
  return contact;
}

// ---- How probable a contact is.

double NormalCdf(double z) { return std::erfc(-z / std::numbers::sqrt2) / 2; }

// Of the interval that rounds and clamps to the number.
double LogProbability(const NumberColumn& column, double number, double mean) {
  const auto z = [&](double x) { return (OnScale(column.scale, x) - mean) / column.deviation; };
  const double half = column.step / 2;
  const double low = number <= column.lowest ? 0 : NormalCdf(z(number - half));
  const double high = number >= column.highest ? 1 : NormalCdf(z(number + half));
  // Far out in a tail the difference cancels; the density does not.
  if (high - low > 1e-9) return std::log(high - low);
  const double middle = z(number);
  return -middle * middle / 2 + std::log(z(number + half) - z(number - half));
}

// Gaussians of one variance and one correlation r: with m of them and S the
// sum of their deviations e,  e' R^-1 e = (sum e^2 - r S^2 / (1 + (m-1) r)) / (1 - r).
double LogDensityOfSpends(const Contact& contact, const Profile& profile) {
  constexpr double r = kSpendCorrelation;
  double log_density = 0, sum = 0, squares = 0;
  for (std::size_t c = 0; c < kSpends.size(); ++c) {
    if (!contact.spends[c].has_value()) continue;
    const double spend = *contact.spends[c];
    log_density += std::log(spend == 0 ? profile.nothing[c] : 1 - profile.nothing[c]);
    if (spend == 0) continue;
    const double e = (std::log(spend) - profile.log_spends[c]) / kSpendDeviation;
    sum += e;
    squares += e * e;
  }
  const auto m =
      static_cast<double>(std::count_if(contact.spends.begin(), contact.spends.end(),
                                        [](const auto& s) { return s.value_or(0) > 0; }));
  return log_density - (squares - r * sum * sum / (1 + (m - 1) * r)) / (1 - r) / 2;
}

double LogProbabilityOfChannels(unsigned channels, const Profile& profile) {
  double probability = 1, none = 1;
  for (std::size_t c = 0; c < kChannels.size(); ++c) {
    const double p = profile.channels[c];
    probability *= (channels >> c & 1U) != 0 ? p : 1 - p;
    none *= 1 - p;
  }
  return std::log(probability / (1 - none));
}

// Up to a constant common to all personas.
double LogDensity(const Contact& contact, const Profile& profile) {
  double sum = profile.log_share + LogDensityOfSpends(contact, profile);
  for (std::size_t c = 0; c < kNumbers.size(); ++c) {
    if (!contact.numbers[c].has_value()) continue;
    sum += LogProbability(kNumbers[c], *contact.numbers[c], profile.means[c]);
  }
  for (std::size_t c = 0; c < kChoices.size(); ++c) {
    if (contact.choices[c].has_value()) sum += std::log(profile.levels[c][*contact.choices[c]]);
  }
  if (contact.channels.has_value()) sum += LogProbabilityOfChannels(*contact.channels, profile);
  return sum;
}

int MostProbable(const Contact& contact, const std::vector<Profile>& profiles) {
  std::vector<double> densities;
  for (const Profile& profile : profiles) densities.push_back(LogDensity(contact, profile));
  return static_cast<int>(std::max_element(densities.begin(), densities.end()) - densities.begin());
}

// ---- As a CSV row.

std::string NumberCell(const NumberColumn& column, double number) {
  switch (column.format) {
    case Format::kWhole: return absl::StrCat(std::lround(number));
    case Format::kShare: return absl::StrFormat("%.2f", number);
    case Format::kDaysAgo:
      return FormatDate(Date{kToday - static_cast<std::int32_t>(std::lround(number))});
    case Format::kLevel: return kSatisfaction[static_cast<std::size_t>(std::lround(number)) - 1];
  }
  return "";
}

std::string ChannelsCell(unsigned channels) {
  std::vector<const char*> used;
  for (std::size_t c = 0; c < kChannels.size(); ++c) {
    if ((channels >> c & 1U) != 0) used.push_back(kChannels[c]);
  }
  return absl::StrJoin(used, "|");
}

std::vector<std::string> Header() {
  std::vector<std::string> header = {"contact_id", "email"};
  for (const NumberColumn& column : kNumbers) header.emplace_back(column.header);
  for (const ChoiceColumn& column : kChoices) header.emplace_back(column.header);
  header.emplace_back("channels");
  for (const SpendColumn& column : kSpends) header.emplace_back(column.header);
  header.emplace_back("lucky_number");
  header.emplace_back("favourite_colour");
  return header;
}

std::vector<std::string> Cells(int row, const Contact& contact, const Draws& draws) {
  std::vector<std::string> cells = {absl::StrFormat("c%06d", row + 1),
                                    absl::StrFormat("contact%06d@example.com", row + 1)};
  for (std::size_t c = 0; c < kNumbers.size(); ++c) {
    const auto& number = contact.numbers[c];
    cells.push_back(number.has_value() ? NumberCell(kNumbers[c], *number) : "");
  }
  for (std::size_t c = 0; c < kChoices.size(); ++c) {
    const auto& level = contact.choices[c];
    cells.emplace_back(level.has_value() ? kChoices[c].levels[*level] : "");
  }
  cells.push_back(contact.channels.has_value() ? ChannelsCell(*contact.channels) : "");
  for (const auto& spend : contact.spends) {
    cells.push_back(spend.has_value() ? absl::StrFormat("%.2f", *spend) : "");
  }
  const auto lucky = static_cast<int>(
      kLuckyNumbers * (draws.Uniform("lucky_number", 0) + draws.Uniform("lucky_number", 1)) / 2);
  const auto colour = static_cast<std::size_t>(kColours.size() * draws.Uniform("favourite_colour"));
  cells.push_back(draws.Missing("lucky_number") ? "" : absl::StrCat(lucky + 1));
  cells.emplace_back(draws.Missing("favourite_colour") ? "" : kColours[colour]);
  return cells;
}

}  // namespace

Sample MakeSample(const SampleOptions& options) {
  assert(options.contact_count >= 1);
  assert(options.persona_count >= 2 && options.persona_count <= kMostPersonas);
  const std::vector<Profile> profiles = MakeProfiles(options.persona_count);
  std::vector<double> shares;
  for (const Profile& profile : profiles) shares.push_back(std::exp(profile.log_share));

  Sample sample;
  sample.header = Header();
  sample.personas.assign(kPersonas.begin(), kPersonas.begin() + options.persona_count);
  for (int row = 0; row < options.contact_count; ++row) {
    const Draws draws(options.seed, row);
    const std::size_t persona = draws.Pick("persona", shares, shares.size());
    const Contact contact = DrawContact(draws, profiles[persona]);
    sample.rows.push_back(Cells(row, contact, draws));
    sample.labels.push_back(static_cast<int>(persona));
    sample.bayes_labels.push_back(MostProbable(contact, profiles));
  }
  return sample;
}

}  // namespace cible
