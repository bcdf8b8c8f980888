#include "segmentation/personas/claim.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "segmentation/data/criterion_lexicon.h"
#include "segmentation/personas/words.h"

namespace cible {
namespace {

// A level is told as present when a fifth of the segment has it and as absent
// when a fifth of everyone has; named from a third on.
constexpr double kShareToTell = 0.2;
constexpr double kShareToName = 1.0 / 3;
// A household, an occupation, a loan, a garden names the people themselves:
// most of them have it.
constexpr double kShareForLife = 0.5;
// "Without" is said of those of whom at most so many have it.
constexpr double kShareForWithout = 1.0 / 3;
// Points by which two shares must differ: 99 % against 91 % has a lift to its
// absence, but is not worth a word.
constexpr double kPointsToTell = 0.15;
constexpr double kPointsToName = 0.2;
// Part by which a time since must differ to name by it: 33 days against 29 may
// be half a standard deviation, but make nobody "not seen for a while".
constexpr double kPartOfTimeToName = 0.2;
// Part of the segment of which the attribute is known: a text speaks for the
// contacts it is known of, a name for all.
constexpr double kKnownToTell = 0.1;
constexpr double kKnownToName = 0.5;
// Levels tell by what there is rather than by what there is not.
constexpr double kAbsenceProminence = 0.7;
// Part of a block's attributes that must go the same way to speak of it all.
constexpr double kPartOfBlock = 2.0 / 3;

ConceptKind KindOf(Criterion criterion) {
  switch (criterion) {
    case Criterion::kBehavioural:
    case Criterion::kUnspecified: return ConceptKind::kBehaviour;
    case Criterion::kNeeds: return ConceptKind::kNeed;
    case Criterion::kAcquisition: return ConceptKind::kAcquisition;
    case Criterion::kFirmographic:
    case Criterion::kDemographic: return ConceptKind::kLife;
    case Criterion::kSocioeconomic:
    case Criterion::kGeographic: return ConceptKind::kFigure;
  }
  return ConceptKind::kFigure;
}

ConceptKind KindOf(const Reading& reading) {
  const Attribute& attribute = *reading.attribute;
  if (attribute.criterion == Criterion::kGeographic) return ConceptKind::kFigure;
  if (attribute.birth != Birth::kNone) return ConceptKind::kAge;
  const Concept* meaning = MeaningOf(reading);
  return meaning != nullptr ? meaning->kind : KindOf(attribute.criterion);
}

std::string Spoken(const std::string& word, const Catalogue& catalogue) {
  const std::vector<std::string> tokens = Tokens(word);
  const std::string* spelling = tokens.empty() ? nullptr : catalogue.Spelling(tokens[0]);
  return spelling != nullptr ? *spelling : LowerUnlessAbbreviation(word);
}

// "30", "d" is "over 30 days"; empty when the two say no such thing.
std::string SpokenWindow(const std::string& count, const std::string& unit,
                         const Catalogue& catalogue) {
  int number = 0;
  if (!absl::SimpleAtoi(count, &number)) return "";
  const bool days = absl::EqualsIgnoreCase(unit, "d");
  if (!days && !absl::EqualsIgnoreCase(unit, "m")) return "";
  return catalogue.Message(days ? "window.days" : "window.months", {{"n", count}});
}

std::string Spoken(const std::vector<std::string>& words, const Catalogue& catalogue) {
  std::vector<std::string> spoken;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool last = i + 1 == words.size();
    std::string said = last ? "" : SpokenWindow(words[i], words[i + 1], catalogue);
    if (said.empty()) {
      said = Spoken(words[i], catalogue);
    } else {
      ++i;
    }
    if (!said.empty()) spoken.push_back(std::move(said));
  }
  return absl::StrJoin(spoken, " ");
}

// "NumWebVisits" is "web visits". The unit follows the figures.
std::string Spoken(const Attribute& attribute, const Catalogue& catalogue) {
  const std::string& header =
      attribute.display_name.empty() ? attribute.id : attribute.display_name;
  const std::string name(attribute.unit.empty() ? header : WithoutUnit(header));
  std::vector<std::string> words = SplitIdentifier(name);
  // "A free copy": an article rather than an abbreviation.
  if (words.size() > 1 && words[0].size() == 1) absl::AsciiStrToLower(&words[0]);
  std::string spoken = Spoken(words, catalogue);
  return spoken.empty() ? name : spoken;
}

std::string FillLabel(const std::string& pattern, const Reading& reading,
                      const Catalogue& catalogue) {
  const std::string filled = Fill(pattern, {{"rest", Spoken(reading.about.rest, catalogue)},
                                            {"words", Spoken(*reading.attribute, catalogue)}});
  return std::string(absl::StripAsciiWhitespace(filled));
}

bool IsDate(const Attribute& attribute) {
  return attribute.type == AttributeType::kDate || attribute.type == AttributeType::kTimestamp;
}

std::string AttributeLabel(const Reading& reading, const Catalogue& catalogue) {
  const Wording* wording =
      reading.about.meaning == nullptr ? nullptr : catalogue.WordingOf(reading.about.meaning->id);
  if (wording != nullptr && !wording->label.empty()) {
    return FillLabel(wording->label, reading, catalogue);
  }
  const std::string spoken = Spoken(*reading.attribute, catalogue);
  const bool flag = reading.attribute->type == AttributeType::kBoolean;
  if (!flag && !IsDate(*reading.attribute)) return spoken;
  return catalogue.Message(flag ? "label.flag" : "label.date", {{"label", spoken}});
}

// Whether the share of the level is worth a word.
bool IsNotable(const Trait& trait, bool more, double least_share, double least_points) {
  if (trait.level.empty()) return true;
  return (more ? trait.segment_value : trait.population_value) >= least_share &&
         std::abs(trait.segment_value - trait.population_value) >= least_points;
}

// The share told of a BOOLEAN is that of "true".
Trait AsTrue(const Trait& trait, const Reading& reading) {
  Trait flipped = trait;
  if (reading.attribute->type != AttributeType::kBoolean || trait.level != "false") return trait;
  flipped.segment_value = 1 - trait.segment_value;
  flipped.population_value = 1 - trait.population_value;
  return flipped;
}

// Whether a time since is so much longer or shorter that words say it fairly.
bool IsLongerOrShorter(const Trait& trait) {
  return std::abs(trait.segment_value - trait.population_value) >=
         kPartOfTimeToName * std::abs(trait.population_value);
}

bool IsNameableTrait(const Trait& trait, const Reading& reading) {
  if (!MayBeNamed(reading)) return false;
  if (IsDate(*reading.attribute) && !IsLongerOrShorter(trait)) return false;
  const Trait shares = AsTrue(trait, reading);
  const bool absence = !trait.level.empty() && !reading.more;
  if (absence && shares.segment_value > kShareForWithout) return false;
  const bool life = reading.more && reading.kind == ConceptKind::kLife;
  return IsNotable(shares, reading.more, life ? kShareForLife : kShareToName, kPointsToName);
}

Claim ClaimFrom(const Trait& trait, int index, Reading reading) {
  Claim claim;
  claim.meaning = MeaningOf(reading);
  claim.traits = {index};
  claim.level = trait.level;
  claim.is_claim = trait.is_claim;
  claim.strength = trait.strength;
  claim.nameable = IsNameableTrait(trait, reading);
  const std::string& name = claim.meaning != nullptr ? claim.meaning->id : reading.attribute->id;
  claim.topic = claim.meaning != nullptr ? claim.meaning->topic : reading.attribute->id;
  if (claim.topic == "spend_on") claim.topic = reading.attribute->id;
  const bool by_level = reading.level == nullptr && !trait.level.empty() &&
                        reading.attribute->type != AttributeType::kBoolean;
  claim.key = absl::StrCat(name, "|", absl::StrJoin(reading.about.rest, " "), "|",
                           by_level ? trait.level : "", reading.more ? "|more" : "|less");
  claim.reading = std::move(reading);
  return claim;
}

// Attributes of the block that the profile tells of.
int BlockSize(const std::string& block, const SegmentFacts& facts) {
  return static_cast<int>(std::count_if(
      facts.aggregates->begin(), facts.aggregates->end(), [&](const AttributeAggregates& each) {
        const Attribute* attribute = facts.schema->Find(each.attribute);
        return attribute != nullptr && attribute->block == block && !attribute->is_protected;
      }));
}

// Claims of all the attributes of the block of `claim`.
std::vector<const Claim*> ClaimsOfBlock(const Claim& claim, const std::vector<Claim>& all) {
  const std::string& block = claim.reading.attribute->block;
  std::vector<const Claim*> claims;
  for (const Claim& other : all) {
    const bool same = !block.empty() && block == other.reading.attribute->block;
    if (same && other.is_claim) claims.push_back(&other);
  }
  return claims;
}

// `claim`, grown to speak for its block when enough of `all` go its way and
// none the other: who spends on nothing but pets may well spend most.
Claim GrownToBlock(Claim claim, const std::vector<Claim>& all, const SegmentFacts& facts) {
  if (!claim.is_claim) return claim;
  std::vector<int> traits;
  for (const Claim* other : ClaimsOfBlock(claim, all)) {
    if (other->reading.more != claim.reading.more) return claim;
    traits.push_back(other->traits[0]);
  }
  const std::string& block = claim.reading.attribute->block;
  const int size = block.empty() ? 0 : BlockSize(block, facts);
  if (traits.size() < 2 || static_cast<double>(traits.size()) < kPartOfBlock * size) return claim;
  const Concept* meaning = claim.meaning;
  claim.whole_block = true;
  claim.traits = std::move(traits);
  claim.meaning = meaning == nullptr ? nullptr : Lexicon::Get().Find(meaning->whole);
  claim.topic = claim.meaning != nullptr ? claim.meaning->topic : absl::StrCat("block ", block);
  claim.key = absl::StrCat(claim.meaning != nullptr ? claim.meaning->id : claim.topic, "||",
                           claim.reading.more ? "|more" : "|less");
  return claim;
}

bool SharesTrait(const Claim& claim, const Claim& other) {
  return std::any_of(claim.traits.begin(), claim.traits.end(), [&](int trait) {
    return std::find(other.traits.begin(), other.traits.end(), trait) != other.traits.end();
  });
}

// Two claims of one concept, or of two levels of which a contact has one, would
// repeat each other.
bool Repeats(const Claim& claim, const Claim& other) {
  const bool same_meaning =
      claim.meaning != nullptr && claim.meaning == other.meaning && claim.topic == other.topic;
  const bool same_attribute = claim.reading.attribute == other.reading.attribute &&
                              claim.reading.attribute->type != AttributeType::kSet;
  return SharesTrait(claim, other) || same_meaning || same_attribute;
}

// Part of the segment of which the attribute is known, in [0, 1].
double KnownPart(const Attribute& attribute, int component, const SegmentFacts& facts) {
  for (const AttributeAggregates& aggregates : *facts.aggregates) {
    if (aggregates.attribute != attribute.id) continue;
    const AttributeSummary& segment = aggregates.components[component];
    const double size = segment.known + segment.unknown;
    return size > 0 ? segment.known / size : 0;
  }
  return 0;
}

double Prominence(const Claim& claim) {
  const bool absence = !claim.level.empty() && !claim.reading.more;
  return claim.strength * (absence ? kAbsenceProminence : 1);
}

// Every trait that may be told, as a claim of its own, the most prominent
// first.
std::vector<Claim> SingleClaims(const SegmentProfile& profile, const SegmentFacts& facts) {
  std::vector<Claim> claims;
  for (int i = 0; i < static_cast<int>(profile.traits.size()); ++i) {
    const Trait& trait = profile.traits[i];
    Reading reading = Read(trait, *facts.schema);
    const double known = KnownPart(*reading.attribute, profile.component, facts);
    if (!MayBeTold(reading) || reading.attribute->role == Role::kOutcome) continue;
    if (known < kKnownToTell) continue;
    if (!IsNotable(AsTrue(trait, reading), reading.more, kShareToTell, kPointsToTell)) continue;
    claims.push_back(ClaimFrom(trait, i, std::move(reading)));
    claims.back().nameable = claims.back().nameable && known >= kKnownToName;
  }
  std::stable_sort(claims.begin(), claims.end(),
                   [](const Claim& a, const Claim& b) { return Prominence(a) > Prominence(b); });
  return claims;
}

// Which generic phrase suits a claim without a concept.
absl::string_view FormOf(const Claim& claim) {
  if (claim.whole_block) return "block";
  switch (claim.reading.attribute->type) {
    case AttributeType::kBoolean: return "flag";
    case AttributeType::kCategorical: return "level";
    case AttributeType::kSet: return "tag";
    case AttributeType::kDate:
    case AttributeType::kTimestamp: return "date";
    default: return "number";
  }
}

std::string BlockLabel(const Claim& claim, const Catalogue& catalogue) {
  if (claim.meaning != nullptr) {
    return catalogue.WordingOf(claim.meaning->id)->label;
  }
  return Spoken(SplitIdentifier(claim.reading.attribute->block), catalogue);
}

Wording::Direction GenericPhrases(const Claim& claim, const Catalogue& catalogue) {
  const absl::string_view form = FormOf(claim);
  const bool of_level = form == "level" || form == "tag";
  if (of_level && !claim.reading.more) return {};
  const std::string label = claim.whole_block ? BlockLabel(claim, catalogue)
                            : of_level        ? AttributeLabel(claim.reading, catalogue)
                                              : Spoken(*claim.reading.attribute, catalogue);
  const std::string key = absl::StrCat(claim.reading.more ? "more" : "less", ".after.", form);
  return {.after = catalogue.Message(key, {{"label", label}, {"level", claim.level}})};
}

}  // namespace

const Concept* MeaningOf(const Reading& reading) {
  return reading.level != nullptr ? reading.level : reading.about.meaning;
}

Reading Read(const Trait& trait, const Schema& schema) {
  Reading reading;
  reading.attribute = schema.Find(trait.attribute);
  const Attribute& attribute = *reading.attribute;
  const Lexicon& lexicon = Lexicon::Get();
  reading.about = lexicon.OfAttribute(attribute);
  const bool is_boolean = attribute.type == AttributeType::kBoolean;
  if (!trait.level.empty() && !is_boolean) {
    reading.level = lexicon.OfLevel(attribute, trait.level).meaning;
  }
  const bool turned =
      attribute.birth == Birth::kBirthYear || (is_boolean && trait.level == "false");
  reading.more = IsMore(trait) != turned;
  reading.kind = KindOf(reading);
  return reading;
}

bool MayBeTold(const Reading& reading) {
  const auto silent = [](const Concept* meaning) {
    return meaning != nullptr && meaning->kind == ConceptKind::kSilent;
  };
  return !reading.attribute->is_protected && !reading.attribute->sensitive &&
         !reading.attribute->consequence_of_outcome && !silent(reading.about.meaning) &&
         !silent(reading.level);
}

bool MayBeNamed(const Reading& reading) {
  const auto figure = [](const Concept* meaning) {
    return meaning != nullptr && meaning->kind == ConceptKind::kFigure;
  };
  return MayBeTold(reading) && reading.attribute->role != Role::kOutcome &&
         reading.kind != ConceptKind::kFigure && !figure(reading.level) &&
         reading.attribute->type != AttributeType::kLocation;
}

std::vector<Claim> ClaimsOf(const SegmentProfile& profile, const SegmentFacts& facts) {
  const std::vector<Claim> all = SingleClaims(profile, facts);
  std::vector<Claim> claims;
  for (const Claim& each : all) {
    Claim claim = GrownToBlock(each, all, facts);
    const bool said = std::any_of(claims.begin(), claims.end(), [&](const Claim& earlier) {
      return Repeats(claim, earlier) && (earlier.is_claim || !claim.is_claim);
    });
    if (!said) claims.push_back(std::move(claim));
  }
  return claims;
}

bool IsDenied(const Claim& claim) {
  const auto languages = AllLanguages();
  return std::any_of(languages.begin(), languages.end(), [&](Language language) {
    const Catalogue& catalogue = Catalogue::For(language);
    return catalogue.DeniesText(LabelOf(claim, catalogue));
  });
}

bool IsPlace(const Claim& claim) {
  return claim.reading.attribute->type == AttributeType::kLocation;
}

Wording::Direction PhrasesOf(const Claim& claim, const Catalogue& catalogue) {
  const bool unknown_level = claim.reading.level == nullptr && !claim.level.empty() &&
                             claim.reading.attribute->type != AttributeType::kBoolean;
  if (claim.meaning == nullptr || unknown_level) return GenericPhrases(claim, catalogue);
  const Wording& wording = *catalogue.WordingOf(claim.meaning->id);
  Wording::Direction phrases = claim.reading.more ? wording.more : wording.less;
  for (std::string* phrase : {&phrases.noun, &phrases.before, &phrases.after}) {
    *phrase = FillLabel(*phrase, claim.reading, catalogue);
  }
  return phrases;
}

std::string LabelOf(const Reading& reading, const std::string& level, const Catalogue& catalogue) {
  if (reading.attribute->birth == Birth::kBirthYear) return catalogue.Message("label.birth_year");
  if (reading.level != nullptr) {
    const std::string& label = catalogue.WordingOf(reading.level->id)->label;
    if (!label.empty()) return label;
  }
  const std::string label = AttributeLabel(reading, catalogue);
  if (level.empty() || reading.attribute->type == AttributeType::kBoolean) return label;
  return catalogue.Message("label.level", {{"label", label}, {"level", level}});
}

std::string AttributeLabelOf(const Attribute& attribute, const Catalogue& catalogue) {
  if (attribute.birth == Birth::kBirthYear) return catalogue.Message("label.birth_year");
  if (IsDate(attribute)) {
    return catalogue.Message("label.flag", {{"label", Spoken(attribute, catalogue)}});
  }
  const Reading reading{.attribute = &attribute, .about = Lexicon::Get().OfAttribute(attribute)};
  return AttributeLabel(reading, catalogue);
}

std::string LabelOf(const Claim& claim, const Catalogue& catalogue) {
  const std::string label = LabelOf(claim.reading, claim.level, catalogue);
  if (!claim.whole_block) return label;
  return catalogue.Message("label.block",
                           {{"label", BlockLabel(claim, catalogue)}, {"first", label}});
}

}  // namespace cible
