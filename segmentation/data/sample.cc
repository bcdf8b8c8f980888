#include "segmentation/data/sample.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numbers>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "segmentation/clustering/random.h"
#include "segmentation/data/planted_personas.h"
#include "segmentation/data/value.h"

namespace cible {
namespace {

using namespace planted;  // NOLINT: its tables are what this file is about.

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
