#include "segmentation/personas/channels.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "segmentation/personas/catalogue.h"
#include "segmentation/personas/claim.h"
#include "segmentation/personas/lexicon.h"
#include "segmentation/personas/rule_text.h"

namespace cible {
namespace {

constexpr double kFewestKnown = 10;
constexpr double kLeastShare = .05;
constexpr std::size_t kMostShares = 4;

constexpr absl::string_view kChannelConcepts[] = {"channels", "contact_channel", "source"};
constexpr absl::string_view kPurchaseConcepts[] = {"web_purchases", "store_purchases",
                                                   "catalogue_purchases"};

template <std::size_t count>
bool IsAbout(const Attribute& attribute, const absl::string_view (&concepts)[count]) {
  const Concept* meaning = Lexicon::Get().OfAttribute(attribute).meaning;
  return meaning != nullptr &&
         std::find(std::begin(concepts), std::end(concepts), meaning->id) != std::end(concepts);
}

bool TellsChannel(const Attribute& attribute) {
  const bool describes = attribute.role == Role::kFeature || attribute.role == Role::kDescriptor;
  return describes &&
         (attribute.criterion == Criterion::kAcquisition || IsAbout(attribute, kChannelConcepts));
}

std::string LabelOfLevel(const Attribute& attribute, const std::string& level,
                         const Catalogue& catalogue) {
  const Concept* meaning = Lexicon::Get().OfLevel(attribute, level).meaning;
  const Wording* wording = meaning == nullptr ? nullptr : catalogue.WordingOf(meaning->id);
  return wording == nullptr || wording->label.empty() ? level : wording->label;
}

std::size_t IndexOfTrue(const AttributeProfile& profile) {
  return static_cast<std::size_t>(std::find(profile.levels.begin(), profile.levels.end(), "true") -
                                  profile.levels.begin());
}

// Those worth a line, the most frequent first; equals in their order.
void AddGroup(ChannelGroup group, std::vector<ChannelGroup>& groups) {
  std::erase_if(group.shares,
                [](const ChannelShare& share) { return share.segment < kLeastShare; });
  std::stable_sort(
      group.shares.begin(), group.shares.end(),
      [](const ChannelShare& a, const ChannelShare& b) { return a.segment > b.segment; });
  if (group.shares.size() > kMostShares) group.shares.resize(kMostShares);
  if (!group.shares.empty()) groups.push_back(std::move(group));
}

// Levels of the same words ("google", "bing") are one; tags are not, since a
// contact may have both.
void AddShare(ChannelShare share, const Attribute& attribute, ChannelGroup& group) {
  const auto same =
      std::find_if(group.shares.begin(), group.shares.end(),
                   [&](const ChannelShare& earlier) { return earlier.label == share.label; });
  if (same == group.shares.end() || attribute.type == AttributeType::kSet) {
    group.shares.push_back(std::move(share));
    return;
  }
  same->segment += share.segment;
  same->population += share.population;
}

// "source" of two attributes, told apart by their headers.
std::string LabelOfGroup(const Attribute& attribute, const std::vector<AttributeProfile>& profiles,
                         const Schema& schema, const Catalogue& catalogue) {
  const std::string label = AttributeLabelOf(attribute, catalogue);
  const bool repeated =
      std::any_of(profiles.begin(), profiles.end(), [&](const AttributeProfile& profile) {
        const Attribute* other = schema.Find(profile.attribute);
        return other != nullptr && other->id != attribute.id && TellsChannel(*other) &&
               AttributeLabelOf(*other, catalogue) == label;
      });
  return repeated ? absl::StrCat(label, " (", attribute.display_name, ")") : label;
}

ChannelGroup LevelsOf(const AttributeProfile& profile, const Attribute& attribute,
                      std::string label, const Catalogue& catalogue) {
  ChannelGroup group{.label = std::move(label), .shares = {}};
  for (std::size_t i = 0; i < profile.segment.shares.size(); ++i) {
    const std::string& level = profile.levels[i];
    if (!MayBeSaidInRule(attribute, level)) continue;
    AddShare({.label = LabelOfLevel(attribute, level, catalogue),
              .segment = profile.segment.shares[i],
              .population = profile.population.shares[i]},
             attribute, group);
  }
  return group;
}

// Shares of the sum of all numbers, which a single one would always be all of.
ChannelGroup SharesOfSum(std::vector<ChannelShare> means, const Catalogue& catalogue) {
  double segment = 0, population = 0;
  for (const ChannelShare& mean : means) {
    segment += mean.segment;
    population += mean.population;
  }
  if (means.size() < 2 || !(segment > 0) || !(population > 0)) return {};
  for (ChannelShare& mean : means) {
    mean.segment /= segment;
    mean.population /= population;
  }
  return {.label = catalogue.Message("report.purchases"), .shares = std::move(means)};
}

}  // namespace

std::vector<ChannelGroup> ChannelsOf(const std::vector<AttributeProfile>& profiles,
                                     const Schema& schema, Language language) {
  const Catalogue& catalogue = Catalogue::For(language);
  std::vector<ChannelGroup> groups;
  ChannelGroup flags{.label = catalogue.Message("report.came_through"), .shares = {}};
  std::vector<ChannelShare> purchases;
  for (const AttributeProfile& profile : profiles) {
    const Attribute* attribute = schema.Find(profile.attribute);
    if (attribute == nullptr || !MayBeSaidInRule(*attribute, "") ||
        profile.segment.known < kFewestKnown) {
      continue;
    }
    const std::string label = AttributeLabelOf(*attribute, catalogue);
    const bool tells = TellsChannel(*attribute);
    if (attribute->type == AttributeType::kNumeric && IsAbout(*attribute, kPurchaseConcepts)) {
      purchases.push_back(
          {label, profile.segment.mean.value_or(0), profile.population.mean.value_or(0)});
    } else if (tells && attribute->type == AttributeType::kBoolean) {
      const std::size_t yes = IndexOfTrue(profile);
      if (yes >= profile.segment.shares.size()) continue;
      flags.shares.push_back({label, profile.segment.shares[yes], profile.population.shares[yes]});
    } else if (tells) {
      AddGroup(LevelsOf(profile, *attribute, LabelOfGroup(*attribute, profiles, schema, catalogue),
                        catalogue),
               groups);
    }
  }
  AddGroup(std::move(flags), groups);
  AddGroup(SharesOfSum(std::move(purchases), catalogue), groups);
  return groups;
}

}  // namespace cible
