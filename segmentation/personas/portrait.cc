#include "segmentation/personas/portrait.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "segmentation/personas/attribute_profile.h"
#include "segmentation/personas/catalogue.h"
#include "segmentation/personas/claim.h"
#include "segmentation/personas/figures.h"
#include "segmentation/personas/naming.h"
#include "segmentation/personas/words.h"

namespace cible {
namespace {

constexpr std::size_t kMostAbove = 4;
constexpr std::size_t kMostBelow = 3;
constexpr std::size_t kMostNear = 2;
// Quartiles of fewer would tell the ages of single contacts.
constexpr double kFewestForAges = 10;
// Of fewer no trait is a claim.
constexpr double kFewestForClaims = 10;
constexpr double kDaysPerYear = 365.25;

// AttributeSummary::quantiles are these.
constexpr double kQuantileLevels[] = {0, .05, .25, .5, .75, .95, 1};
constexpr std::size_t kLowerQuartile = 2;
constexpr std::size_t kUpperQuartile = 4;

// Birth years from `first` on, up to the next generation's.
struct Generation {
  double first;
  const char* message;
};
constexpr Generation kGenerations[] = {{0, "generation.silent"}, {1946, "generation.boomers"},
                                       {1965, "generation.x"},   {1981, "generation.y"},
                                       {1997, "generation.z"},   {2013, "generation.alpha"}};

struct BirthYears {
  std::vector<double> quantiles;  // Ascending, at kQuantileLevels.
  double year_of_ages = 0;        // Age is this minus the birth year.
};

double YearOf(Date date) {
  return static_cast<double>((absl::CivilDay(1970, 1, 1) + date.days).year());
}

// Quantiles of the birth years of the component, whatever tells of them.
std::optional<BirthYears> BirthYearsOf(const SegmentFacts& facts, int component) {
  for (const AttributeAggregates& aggregates : *facts.aggregates) {
    const Attribute* attribute = facts.schema->Find(aggregates.attribute);
    const std::vector<double>& quantiles = aggregates.components[component].quantiles;
    if (attribute == nullptr || attribute->birth == Birth::kNone || attribute->is_protected ||
        quantiles.size() != std::size(kQuantileLevels)) {
      continue;
    }
    BirthYears years{.quantiles = quantiles, .year_of_ages = YearOf(facts.as_of)};
    if (attribute->birth == Birth::kBirthYear) return years;
    const double per_year = attribute->birth == Birth::kBirthDate ? kDaysPerYear : 1;
    for (double& quantile : years.quantiles) quantile = years.year_of_ages - quantile / per_year;
    std::reverse(years.quantiles.begin(), years.quantiles.end());
    return years;
  }
  return std::nullopt;
}

// Share of birth years below `year`, linear between the quantiles.
double ShareBornBefore(const BirthYears& years, double year) {
  const std::vector<double>& q = years.quantiles;
  if (year <= q.front()) return 0;
  for (std::size_t i = 1; i < q.size(); ++i) {
    if (year > q[i]) continue;
    const double part = (year - q[i - 1]) / (q[i] - q[i - 1]);
    return kQuantileLevels[i - 1] + part * (kQuantileLevels[i] - kQuantileLevels[i - 1]);
  }
  return 1;
}

// The generation that most belong to; null when none has most.
const Generation* MainGeneration(const BirthYears& years) {
  for (std::size_t i = 0; i < std::size(kGenerations); ++i) {
    const bool last = i + 1 == std::size(kGenerations);
    const double upper = last ? 1 : ShareBornBefore(years, kGenerations[i + 1].first);
    if (upper - ShareBornBefore(years, kGenerations[i].first) > 0.5) return &kGenerations[i];
  }
  return nullptr;
}

std::string SizeSentence(const SegmentFacts& facts, const SegmentProfile& profile,
                         const std::string& noun, const Catalogue& catalogue) {
  Arguments arguments = {{"count", FormatNumber(profile.size, 0, catalogue)},
                         {"noun", noun},
                         {"share", FormatShare(profile.share, catalogue)}};
  if (profile.size <= 1) return catalogue.Message("summary.single", arguments);
  const std::optional<BirthYears> years = BirthYearsOf(facts, profile.component);
  if (!years || profile.size < kFewestForAges) return catalogue.Message("summary.size", arguments);
  const auto age = [&](std::size_t quantile) {
    return absl::StrCat(std::lround(years->year_of_ages - years->quantiles[quantile]));
  };
  arguments.emplace_back("low", age(kUpperQuartile));
  arguments.emplace_back("high", age(kLowerQuartile));
  const Generation* generation = MainGeneration(*years);
  if (generation == nullptr) return catalogue.Message("summary.size_age", arguments);
  arguments.emplace_back("generation", catalogue.Message(generation->message));
  return catalogue.Message("summary.size_generation", arguments);
}

bool IsShare(const Trait& trait) { return !trait.level.empty(); }

std::string Item(const Claim& claim, const SegmentProfile& profile, bool first,
                 const Catalogue& catalogue) {
  const Trait& trait = profile.traits[claim.traits[0]];
  const FigurePair figures = FormatFigures(trait, *claim.reading.attribute, catalogue);
  const char* const key = !first ? "item.next" : IsShare(trait) ? "item.share_first" : "item.first";
  return catalogue.Message(key, {{"label", LabelOf(claim, catalogue)},
                                 {"value", figures.segment},
                                 {"population", figures.population}});
}

// Two means nearest to the same level: there is no figure to show.
bool HasFigures(const Claim& claim, const SegmentProfile& profile, const Catalogue& catalogue) {
  if (claim.reading.attribute->type != AttributeType::kOrdinal) return true;
  const FigurePair figures =
      FormatFigures(profile.traits[claim.traits[0]], *claim.reading.attribute, catalogue);
  return figures.segment != figures.population;
}

// A sentence of the claims that `wanted` accepts; empty when there are none.
template <typename Predicate>
std::string ClaimsSentence(const char* key, const std::vector<Claim>& claims,
                           const SegmentProfile& profile, std::size_t most,
                           const Catalogue& catalogue, const Predicate& wanted) {
  std::vector<std::string> items;
  for (const Claim& claim : claims) {
    if (items.size() == most) break;
    // Ages have been told already.
    if (claim.reading.attribute->birth != Birth::kNone || IsPlace(claim)) continue;
    if (!wanted(claim) || IsDenied(claim)) continue;
    if (!HasFigures(claim, profile, catalogue)) continue;
    items.push_back(Item(claim, profile, items.empty(), catalogue));
  }
  return items.empty() ? "" : catalogue.Message(key, {{"items", Listed(items, catalogue)}});
}

// How far the centre of the segment lies from everyone's.
std::string DistanceText(const Trait& trait, const Attribute& attribute,
                         const Catalogue& catalogue) {
  Trait distance = trait;
  distance.segment_value = distance.population_value = trait.effect * trait.population_value;
  return FormatFigures(distance, attribute, catalogue).segment;
}

// Of the first place that sets them apart; empty when none does.
std::string PlaceSentence(const std::vector<Claim>& claims, const SegmentProfile& profile,
                          const Catalogue& catalogue) {
  for (const Claim& claim : claims) {
    if (!IsPlace(claim) || !claim.is_claim || IsDenied(claim)) continue;
    const Trait& trait = profile.traits[claim.traits[0]];
    const Attribute& attribute = *claim.reading.attribute;
    const FigurePair figures = FormatFigures(trait, attribute, catalogue);
    return catalogue.Message("summary.place",
                             {{"label", LabelOf(claim, catalogue)},
                              {"distance", DistanceText(trait, attribute, catalogue)},
                              {"value", figures.segment},
                              {"population", figures.population}});
  }
  return "";
}

std::string JoinSentences(const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& sentence : sentences) {
    absl::StrAppend(&text, text.empty() || sentence.empty() ? "" : " ", sentence);
  }
  return text;
}

std::string DifferencesText(const std::vector<Claim>& claims, const SegmentProfile& profile,
                            const Catalogue& catalogue) {
  const std::string above =
      ClaimsSentence("summary.more", claims, profile, kMostAbove, catalogue,
                     [](const Claim& claim) { return claim.is_claim && claim.reading.more; });
  const std::string below =
      ClaimsSentence("summary.less", claims, profile, kMostBelow, catalogue,
                     [](const Claim& claim) { return claim.is_claim && !claim.reading.more; });
  const std::string told = JoinSentences({above, below, PlaceSentence(claims, profile, catalogue)});
  if (!told.empty()) return told;
  const bool few = profile.size < kFewestForClaims;
  const std::string near =
      ClaimsSentence(few ? "summary.few" : "summary.near", claims, profile, kMostNear, catalogue,
                     [](const Claim& claim) { return claim.strength > 0; });
  return near.empty() ? catalogue.Message("summary.nothing") : near;
}

// The rate of success, where an outcome is known; empty otherwise.
std::string OutcomeSentence(const SegmentFacts& facts, const SegmentProfile& profile,
                            const Catalogue& catalogue) {
  const std::optional<Conversion> conversion = ConversionOf(facts, profile.component);
  if (!conversion || !(conversion->known > 0)) return "";
  const Attribute& attribute = *facts.schema->Find(conversion->attribute);
  const bool has_levels =
      attribute.type == AttributeType::kCategorical || attribute.type == AttributeType::kOrdinal;
  const Trait trait{.attribute = attribute.id, .level = has_levels ? attribute.outcome_value : ""};
  const Reading reading = Read(trait, *facts.schema);
  if (!MayBeTold(reading)) return "";
  const std::string label = LabelOf(reading, trait.level, catalogue);
  if (catalogue.DeniesText(label)) return "";
  const auto percent = [&](double share) {
    return catalogue.Message("percent", {{"n", FormatNumber(100 * share, 0, catalogue)}});
  };
  return catalogue.Message("summary.outcome",
                           {{"label", label},
                            {"value", percent(conversion->rate)},
                            {"population", percent(conversion->population_rate)}});
}

std::string SummaryOf(const SegmentFacts& facts, const SegmentProfile& profile,
                      const std::vector<Claim>& claims, const std::string& noun,
                      const Catalogue& catalogue) {
  std::string summary = SizeSentence(facts, profile, noun, catalogue);
  absl::StrAppend(&summary, " ", DifferencesText(claims, profile, catalogue));
  const std::string outcome = OutcomeSentence(facts, profile, catalogue);
  if (!outcome.empty()) absl::StrAppend(&summary, " ", outcome);
  return summary;
}

}  // namespace

std::vector<Portrait> DescribeSegments(const SegmentFacts& facts,
                                       const std::vector<SegmentProfile>& profiles,
                                       Language language) {
  std::vector<std::vector<Claim>> claims;
  for (const SegmentProfile& profile : profiles) claims.push_back(ClaimsOf(profile, facts));
  const std::vector<SegmentName> names = NameSegments(profiles, claims, facts);
  const std::string noun = NounFor(facts, Catalogue::For(language));
  std::vector<Portrait> portraits;
  for (std::size_t i = 0; i < profiles.size(); ++i) {
    portraits.push_back(
        {.name = names[i].text.at(language),
         .summary = SummaryOf(facts, profiles[i], claims[i], noun, Catalogue::For(language)),
         .name_traits = names[i].traits});
  }
  return portraits;
}

std::vector<Portrait> DescribeSegments(const SegmentationModel& model,
                                       const std::vector<SegmentProfile>& profiles,
                                       Language language) {
  return DescribeSegments(FactsOf(model), profiles, language);
}

std::string DescribeTrait(const Trait& trait, const Schema& schema, Language language) {
  const Catalogue& catalogue = Catalogue::For(language);
  const Reading reading = Read(trait, schema);
  const Attribute& attribute = *reading.attribute;
  const FigurePair figures = FormatFigures(trait, attribute, catalogue);
  Arguments arguments = {{"label", Capitalised(LabelOf(reading, trait.level, catalogue))},
                         {"value", figures.segment},
                         {"population", figures.population}};
  if (attribute.type == AttributeType::kLocation) {
    arguments.emplace_back("distance", DistanceText(trait, attribute, catalogue));
    return catalogue.Message("trait.place", arguments);
  }
  if (IsShare(trait)) return catalogue.Message("trait.share", arguments);
  if (attribute.type == AttributeType::kOrdinal && figures.segment == figures.population &&
      trait.effect != 0) {
    arguments.emplace_back("direction",
                           catalogue.Message(reading.more ? "direction.more" : "direction.less"));
    return catalogue.Message("trait.same_level", arguments);
  }
  return catalogue.Message("trait.mean", arguments);
}

const std::vector<std::string>& DeniedWords(Language language) {
  return Catalogue::For(language).denied();
}

const std::vector<std::string>& WordsDeniedInNames(Language language) {
  return Catalogue::For(language).denied_in_names();
}

}  // namespace cible
