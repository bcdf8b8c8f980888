#include "segmentation/personas/naming.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "segmentation/personas/words.h"

namespace cible {
namespace {

// Only the strongest claims of each kind are weighed against each other.
constexpr std::size_t kMostQualifiers = 8;
constexpr std::size_t kMostNouns = 3;
// What a second qualifier and a noun add, relative to the first.
constexpr double kSecondPart = 0.6;
constexpr double kNounPart = 0.5;

// Of fewer contacts a difference of means tells nothing.
constexpr double kFewestForNuance = 10;

// A claim that m segments make counts 1 / m^power in each.
constexpr double kSharingPower = 0.35;

// Of the best name's score, that another must have to be taken for telling the
// segment apart.
constexpr double kLeastOfBest = 0.4;

// A claim as a candidate for a name.
struct Candidate {
  const Claim* claim = nullptr;
  double score = 0;
};

// A possible name: qualifiers in order, and a noun or null.
struct Choice {
  std::vector<const Claim*> qualifiers;
  const Claim* noun = nullptr;
  double score = 0;
};

// Names lead with behaviour and needs.
int TierOf(const Claim& claim) {
  if (claim.whole_block) return 0;
  switch (claim.reading.kind) {
    case ConceptKind::kBehaviour:
    case ConceptKind::kNeed: return 0;
    case ConceptKind::kAcquisition: return 1;
    case ConceptKind::kLife: return 2;
    default: return 3;
  }
}

double Attraction(const Claim& claim) {
  static constexpr double kByTier[] = {1, 0.8, 0.6, 0.3};
  const double known = claim.meaning != nullptr ? 1 : 0.6;  // Else its words are a header's.
  const double positive = claim.reading.more ? 1 : 0.7;     // What they do, not what they don't.
  return kByTier[TierOf(claim)] * known * positive;
}

// How many segments make each claim.
std::map<std::string, int> CountKeys(const std::vector<std::vector<Claim>>& claims) {
  std::map<std::string, int> counts;
  for (const std::vector<Claim>& segment : claims) {
    for (const Claim& claim : segment) counts[claim.key] += claim.is_claim;
  }
  return counts;
}

bool IsNoun(const Claim& claim) {
  const Wording::Direction phrases = PhrasesOf(claim, Catalogue::For(Language::kEnglish));
  return !phrases.noun.empty();
}

bool HasPhrases(const Claim& claim) {
  const auto languages = AllLanguages();
  return std::all_of(languages.begin(), languages.end(), [&](Language language) {
    return !PhrasesOf(claim, Catalogue::For(language)).empty();
  });
}

// Nameable claims, best first; age only when there is nothing else.
std::vector<Candidate> CandidatesOf(const std::vector<Claim>& claims,
                                    const std::map<std::string, int>& counts) {
  std::vector<Candidate> candidates;
  for (const Claim& claim : claims) {
    if (!claim.is_claim || !claim.nameable || !HasPhrases(claim)) continue;
    const double sharing = std::pow(counts.at(claim.key), kSharingPower);
    candidates.push_back({&claim, claim.strength * Attraction(claim) / sharing});
  }
  const auto is_age = [](const Candidate& each) { return TierOf(*each.claim) == 3; };
  const auto first_age = std::stable_partition(candidates.begin(), candidates.end(),
                                               [&](const Candidate& c) { return !is_age(c); });
  if (first_age != candidates.begin()) candidates.erase(first_age, candidates.end());
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
  return candidates;
}

Choice MakeChoice(const Candidate& first, const Candidate* second, const Candidate* noun) {
  Choice choice{.qualifiers = {first.claim}, .score = first.score};
  if (second != nullptr) {
    choice.qualifiers.push_back(second->claim);
    choice.score += kSecondPart * second->score;
  }
  if (noun != nullptr) {
    choice.noun = noun->claim;
    choice.score += kNounPart * noun->score;
  }
  // Behaviour first, and what they do before what they do not.
  std::stable_sort(
      choice.qualifiers.begin(), choice.qualifiers.end(), [](const Claim* a, const Claim* b) {
        return std::pair(TierOf(*a), !a->reading.more) < std::pair(TierOf(*b), !b->reading.more);
      });
  return choice;
}

// Every name the candidates allow, best first.
std::vector<Choice> ChoicesOf(const std::vector<Candidate>& candidates) {
  std::vector<Candidate> qualifiers, nouns;
  for (const Candidate& each : candidates) {
    std::vector<Candidate>& kind = IsNoun(*each.claim) ? nouns : qualifiers;
    if (kind.size() < (&kind == &nouns ? kMostNouns : kMostQualifiers)) kind.push_back(each);
  }
  std::vector<const Candidate*> noun_or_none = {nullptr};
  for (const Candidate& noun : nouns) noun_or_none.push_back(&noun);
  std::vector<Choice> choices;
  for (const Candidate* noun : noun_or_none) {
    if (noun != nullptr) choices.push_back({.noun = noun->claim, .score = kNounPart * noun->score});
    for (std::size_t i = 0; i < qualifiers.size(); ++i) {
      choices.push_back(MakeChoice(qualifiers[i], nullptr, noun));
      for (std::size_t j = i + 1; j < qualifiers.size(); ++j) {
        if (qualifiers[i].claim->topic == qualifiers[j].claim->topic) continue;
        choices.push_back(MakeChoice(qualifiers[i], &qualifiers[j], noun));
      }
    }
  }
  std::stable_sort(choices.begin(), choices.end(),
                   [](const Choice& a, const Choice& b) { return a.score > b.score; });
  return choices;
}

// Whether names fit the segments they are given to: better than any other.
class Siblings {
 public:
  explicit Siblings(const SegmentFacts& facts) : count_(static_cast<int>(facts.shares.size())) {
    for (const AttributeAggregates& aggregates : *facts.aggregates) {
      aggregates_[aggregates.attribute] = &aggregates;
    }
  }

  // Whether the claims, taken together, hold of the profile's segment more than
  // of any other. O(traits x segments).
  bool AreToldApart(const std::vector<int>& traits, const SegmentProfile& profile) const {
    const double own = Fit(traits, profile, profile.component);
    for (int other = 0; other < count_; ++other) {
      if (other != profile.component && Fit(traits, profile, other) >= own) return false;
    }
    return true;
  }

 private:
  double Fit(const std::vector<int>& traits, const SegmentProfile& profile, int component) const {
    double fit = 0;
    for (const int at : traits) {
      const Trait& trait = profile.traits[static_cast<std::size_t>(at)];
      fit += AgreementWith(trait, *aggregates_.at(trait.attribute), component);
    }
    return fit;
  }

  const int count_;
  std::map<std::string, const AttributeAggregates*> aggregates_;
};

// A phrase after the noun: "alone || stem | end" or "stem | end" or "alone".
struct Tail {
  std::string stem;   // "who find it"; may be empty.
  std::string end;    // "not tasty".
  std::string alone;  // "who do not find it tasty".
};

Tail TailFrom(const std::string& phrase) {
  const std::vector<std::string> forms = absl::StrSplit(phrase, absl::MaxSplits(" || ", 1));
  const std::vector<std::string> parts = absl::StrSplit(forms.back(), absl::MaxSplits(" | ", 1));
  if (parts.size() < 2) return {.alone = phrase};
  const std::string joined = absl::StrCat(parts[0], " ", parts[1]);
  return {parts[0], parts[1], forms.size() == 2 ? forms[0] : joined};
}

// "who find it tasty and cheap", "who read many pages and came through a
// form", "attentive to offers, with big baskets".
std::string JoinTails(const std::vector<std::string>& phrases, const Catalogue& catalogue) {
  if (phrases.empty()) return "";
  const Tail first = TailFrom(phrases[0]);
  if (phrases.size() == 1) return first.alone;
  const Tail second = TailFrom(phrases[1]);
  const std::string joint = absl::StrCat(" ", catalogue.Message("name.and"), " ");
  if (!first.stem.empty() && first.stem == second.stem) {
    return absl::StrCat(first.stem, " ", first.end, joint, second.end);
  }
  const std::string relative = absl::StrCat(catalogue.Message("name.relative"), " ");
  if (absl::StartsWith(first.alone, relative) && absl::StartsWith(second.alone, relative)) {
    return absl::StrCat(first.alone, joint, second.alone.substr(relative.size()));
  }
  const std::string with = absl::StrCat(catalogue.Message("name.with"), " ");
  if (absl::StartsWith(first.alone, with) && absl::StartsWith(second.alone, with)) {
    return absl::StrCat(first.alone, joint, second.alone.substr(with.size()));
  }
  return absl::StrCat(first.alone, catalogue.Message("name.join"), " ", second.alone);
}

// "Web-first families attentive to offers": the first qualifier that can stand
// before the noun does, the others follow it.
std::string Compose(const Choice& choice, const std::string& plain_noun,
                    const Catalogue& catalogue) {
  std::string before;
  std::vector<std::string> after;
  for (const Claim* claim : choice.qualifiers) {
    const Wording::Direction phrases = PhrasesOf(*claim, catalogue);
    if (before.empty() && !phrases.before.empty()) {
      before = phrases.before;
    } else {
      after.push_back(phrases.after);
    }
  }
  std::string name = choice.noun != nullptr ? PhrasesOf(*choice.noun, catalogue).noun : plain_noun;
  if (!before.empty()) name = absl::StrCat(before, " ", name);
  if (!after.empty()) absl::StrAppend(&name, " ", JoinTails(after, catalogue));
  return Capitalised(name);
}

std::vector<int> TraitsOf(const Choice& choice) {
  std::vector<int> traits;
  for (const Claim* claim : choice.qualifiers) {
    traits.insert(traits.end(), claim->traits.begin(), claim->traits.end());
  }
  if (choice.noun != nullptr) {
    traits.insert(traits.end(), choice.noun->traits.begin(), choice.noun->traits.end());
  }
  return traits;
}

// Names given so far; none is given twice in any language.
class NameBook {
 public:
  bool Take(const SegmentName& name) {
    for (const auto& [language, text] : name.text) {
      if (taken_.count({language, text}) > 0) return false;
      if (Catalogue::For(language).DeniesName(text)) return false;
    }
    for (const auto& [language, text] : name.text) taken_.insert({language, text});
    return true;
  }

 private:
  std::set<std::pair<Language, std::string>> taken_;
};

template <typename Say>
SegmentName InAllLanguages(const Say& say, std::vector<int> traits) {
  SegmentName name{.traits = std::move(traits)};
  for (const Language language : AllLanguages()) {
    name.text[language] = say(language);
  }
  return name;
}

std::set<std::string> KeysOf(const Choice& choice) {
  std::set<std::string> keys;
  for (const Claim* claim : choice.qualifiers) keys.insert(claim->key);
  if (choice.noun != nullptr) keys.insert(choice.noun->key);
  return keys;
}

// Whether the text has claims: of a segment that no claim names that may well
// be, by income, a place, what is known of few.
bool IsApart(const std::vector<Claim>& claims) {
  return std::any_of(claims.begin(), claims.end(), [](const Claim& claim) {
    return claim.is_claim && claim.reading.attribute->birth == Birth::kNone && !IsDenied(claim);
  });
}

// "Close to the average", or that but for a few figures.
SegmentName NeutralName(bool has_figures) {
  return InAllLanguages(
      [has_figures](Language language) {
        return Capitalised(
            Catalogue::For(language).Message(has_figures ? "name.average_but" : "name.average"));
      },
      {});
}

// Whether the interval of the effect leaves "no difference" out.
bool IsSure(const Trait& trait) {
  const double none = trait.level.empty() ? 0 : 1;
  return trait.effect_low > none || trait.effect_high < none;
}

// The neutral name, told apart by the strongest difference that may be named, and
// holds of no sibling more where they are given: a claim says all that "but for a
// few figures" would.
bool TakeWithNuance(const SegmentProfile& profile, const std::vector<Claim>& claims,
                    const Siblings* siblings, NameBook& book, SegmentName& name) {
  if (profile.size < kFewestForNuance) return false;
  for (const Claim& claim : claims) {
    if (!claim.nameable || !IsSure(profile.traits[claim.traits[0]])) continue;
    if (siblings != nullptr && !siblings->AreToldApart({claim.traits[0]}, profile)) continue;
    const std::string key = absl::StrCat("name.", claim.is_claim ? "well_" : "",
                                         claim.reading.more ? "above" : "below");
    name = NeutralName(!claim.is_claim && IsApart(claims));
    for (auto& [language, text] : name.text) {
      const Catalogue& catalogue = Catalogue::For(language);
      text = catalogue.Message(key, {{"name", text}, {"label", LabelOf(claim, catalogue)}});
    }
    name.traits.push_back(claim.traits[0]);
    if (book.Take(name)) return true;
  }
  return false;
}

// Ranks by size cannot be equal: the last resort always works.
SegmentName TakeWithRank(const SegmentName& start, int rank, NameBook& book) {
  SegmentName name;
  do {
    name = start;
    for (auto& [language, text] : name.text) {
      text = Catalogue::For(language).Message("name.ranked",
                                              {{"name", text}, {"rank", absl::StrCat(rank)}});
    }
    ++rank;
  } while (!book.Take(name));
  return name;
}

std::vector<int> RanksBySize(const std::vector<SegmentProfile>& profiles) {
  std::vector<int> ranks(profiles.size(), 1);
  for (std::size_t i = 0; i < profiles.size(); ++i) {
    for (std::size_t j = 0; j < profiles.size(); ++j) {
      const bool larger = profiles[j].size > profiles[i].size;
      ranks[i] += larger || (profiles[j].size == profiles[i].size && j < i);
    }
  }
  return ranks;
}

}  // namespace

std::string NounFor(const SegmentFacts& facts, const Catalogue& catalogue) {
  if (facts.contact_kind == ContactKind::kOrganization) {
    return catalogue.Message("noun.organisation");
  }
  std::string noun = "contact";
  for (const AttributeAggregates& aggregates : *facts.aggregates) {
    const Attribute* attribute = facts.schema->Find(aggregates.attribute);
    if (attribute == nullptr) continue;
    const Concept* meaning = Lexicon::Get().OfAttribute(*attribute).meaning;
    if (meaning == nullptr || meaning->noun.empty() || noun == "customer") continue;
    noun = meaning->noun;
  }
  return catalogue.Message(absl::StrCat("noun.", noun));
}

std::vector<SegmentName> NameSegments(const std::vector<SegmentProfile>& profiles,
                                      const std::vector<std::vector<Claim>>& claims,
                                      const SegmentFacts& facts) {
  const std::map<std::string, int> counts = CountKeys(claims);
  const std::vector<int> ranks = RanksBySize(profiles);
  std::map<Language, std::string> nouns;
  for (const Language language : AllLanguages()) {
    nouns[language] = NounFor(facts, Catalogue::For(language));
  }
  NameBook book;
  std::set<std::set<std::string>> used;
  const Siblings siblings(facts);
  const auto take = [&](const Choice& choice, SegmentName& name) {
    name = InAllLanguages(
        [&](Language language) {
          return Compose(choice, nouns.at(language), Catalogue::For(language));
        },
        TraitsOf(choice));
    if (used.count(KeysOf(choice)) > 0 || !book.Take(name)) return false;
    used.insert(KeysOf(choice));
    return true;
  };
  const auto name_one = [&](std::size_t segment) {
    const SegmentProfile& profile = profiles[segment];
    const std::vector<Choice> choices = ChoicesOf(CandidatesOf(claims[segment], counts));
    SegmentName name;
    // A name that would fit a sibling better is second choice, unless all others
    // say much less.
    for (const bool apart : {true, false}) {
      for (const Choice& choice : choices) {
        if (apart && choice.score < kLeastOfBest * choices.front().score) break;
        if (apart && !siblings.AreToldApart(TraitsOf(choice), profile)) continue;
        if (take(choice, name)) return name;
      }
    }
    if (TakeWithNuance(profile, claims[segment], &siblings, book, name)) return name;
    if (TakeWithNuance(profile, claims[segment], nullptr, book, name)) return name;
    const SegmentName start = NeutralName(IsApart(claims[segment]));
    return book.Take(start) ? start : TakeWithRank(start, ranks[segment], book);
  };
  std::vector<SegmentName> names;
  for (std::size_t segment = 0; segment < profiles.size(); ++segment) {
    names.push_back(name_one(segment));
  }
  return names;
}

}  // namespace cible
