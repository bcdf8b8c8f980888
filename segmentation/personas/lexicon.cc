#include "segmentation/personas/lexicon.h"

#include <algorithm>
#include <cassert>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "segmentation/personas/catalogue_files.h"
#include "segmentation/personas/words.h"

namespace cible {
namespace {

ConceptKind KindFrom(absl::string_view text) {
  static constexpr std::pair<absl::string_view, ConceptKind> kKinds[] = {
      {"behaviour", ConceptKind::kBehaviour},
      {"need", ConceptKind::kNeed},
      {"acquisition", ConceptKind::kAcquisition},
      {"life", ConceptKind::kLife},
      {"age", ConceptKind::kAge},
      {"figure", ConceptKind::kFigure},
      {"silent", ConceptKind::kSilent}};
  for (const auto& [name, kind] : kKinds) {
    if (name == text) return kind;
  }
  assert(false && "unknown kind in concepts.txt");
  return ConceptKind::kSilent;
}

std::vector<Concept> ParseConcepts(absl::string_view text) {
  std::vector<Concept> concepts;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    std::vector<std::string> cells = absl::StrSplit(line, ' ', absl::SkipWhitespace());
    if (cells.empty() || cells[0][0] == '#') continue;
    cells.resize(5);
    if (cells[3] == "-") cells[3].clear();
    concepts.push_back({.id = cells[0],
                        .kind = KindFrom(cells[1]),
                        .topic = cells[2],
                        .noun = cells[3],
                        .whole = cells[4]});
  }
  return concepts;
}

bool MatchesWord(const std::string& word, const std::string& choice) {
  absl::string_view start = choice;
  if (absl::ConsumeSuffix(&start, "*")) return absl::StartsWith(word, start);
  return word == choice;
}

bool MatchesAny(const std::string& word, const std::vector<std::string>& choices) {
  return std::any_of(choices.begin(), choices.end(),
                     [&](const std::string& choice) { return MatchesWord(word, choice); });
}

// Every group has a word.
bool CoversGroups(const std::vector<std::vector<std::string>>& groups,
                  const std::vector<std::string>& words) {
  return std::all_of(groups.begin(), groups.end(), [&](const auto& choices) {
    return std::any_of(words.begin(), words.end(),
                       [&](const std::string& word) { return MatchesAny(word, choices); });
  });
}

bool InAnyGroup(const std::string& word, const std::vector<std::vector<std::string>>& groups) {
  return std::any_of(groups.begin(), groups.end(),
                     [&](const auto& choices) { return MatchesAny(word, choices); });
}

// "a|b + c" gives {{a, b}, {c}}.
std::vector<std::vector<std::string>> ParseGroups(absl::string_view text) {
  std::vector<std::vector<std::string>> groups;
  for (absl::string_view group : absl::StrSplit(text, '+')) {
    group = absl::StripAsciiWhitespace(group);
    if (!group.empty()) groups.push_back(absl::StrSplit(group, '|'));
  }
  return groups;
}

}  // namespace

const Lexicon& Lexicon::Get() {
  static const auto* const lexicon = new Lexicon();
  return *lexicon;
}

Lexicon::Rule Lexicon::ParseRule(int meaning, absl::string_view text) {
  Rule rule;
  rule.meaning = meaning;
  rule.flag = absl::ConsumePrefix(&text, "flag ");
  rule.only = absl::ConsumePrefix(&text, "only ");
  const std::vector<absl::string_view> sides = absl::StrSplit(text, '/');
  rule.attribute_words = ParseGroups(sides[0]);
  if (sides.size() > 1) rule.level_words = ParseGroups(sides[1]);
  return rule;
}

Lexicon::Lexicon() : concepts_(ParseConcepts(CatalogueFile("concepts"))) {
  std::vector<Sections> languages;
  for (const Language language : AllLanguages()) {
    const absl::StatusOr<Sections> sections = ParseSections(CatalogueFile(LanguageCode(language)));
    assert(sections.ok());
    languages.push_back(*sections);
  }
  for (int i = 0; i < static_cast<int>(concepts_.size()); ++i) {
    for (const Sections& sections : languages) {
      const auto section = sections.find(absl::StrCat("concept ", concepts_[i].id));
      if (section == sections.end()) continue;
      for (const auto& [key, value] : section->second) {
        if (key == "match") rules_.push_back(ParseRule(i, value));
        if (key == "label" && absl::StrContains(value, "{rest}")) concepts_[i].needs_rest = true;
      }
    }
  }
}

bool Lexicon::Matches(const Rule& rule, const std::vector<std::string>& attribute,
                      const std::vector<std::string>& level) const {
  if (rule.level_words.empty() != level.empty()) return false;
  if (!CoversGroups(rule.attribute_words, attribute)) return false;
  if (!CoversGroups(rule.level_words, level)) return false;
  const bool has_rest =
      !std::all_of(attribute.begin(), attribute.end(),
                   [&](const std::string& word) { return InAnyGroup(word, rule.attribute_words); });
  return has_rest ? !rule.only : !concepts_[rule.meaning].needs_rest;
}

// The rule that asks for most wins; the first of equals.
Recognition Lexicon::Best(absl::string_view name, absl::string_view level, bool is_flag) const {
  const std::vector<std::string> words = Tokens(name);
  const std::vector<std::string> level_words = Tokens(level);
  const Rule* best = nullptr;
  std::size_t best_score = 0;
  for (const Rule& rule : rules_) {
    if ((rule.flag && !is_flag) || !Matches(rule, words, level_words)) continue;
    const std::size_t score =
        rule.attribute_words.size() + rule.level_words.size() + (rule.only ? 1 : 0);
    if (score <= best_score) continue;
    best = &rule;
    best_score = score;
  }
  if (best == nullptr) return {};
  Recognition recognition{.meaning = &concepts_[best->meaning]};
  const std::vector<std::string> written = SplitIdentifier(name);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!InAnyGroup(words[i], best->attribute_words)) recognition.rest.push_back(written[i]);
  }
  return recognition;
}

Recognition Lexicon::OfAttribute(const Attribute& attribute) const {
  const bool is_flag = attribute.type == AttributeType::kBoolean;
  const Recognition by_name = Best(attribute.display_name, "", is_flag);
  return by_name.meaning != nullptr ? by_name : Best(attribute.id, "", is_flag);
}

Recognition Lexicon::OfLevel(const Attribute& attribute, absl::string_view level) const {
  if (Tokens(level).empty()) return {};
  const Recognition by_name = Best(attribute.display_name, level, false);
  return by_name.meaning != nullptr ? by_name : Best(attribute.id, level, false);
}

const Concept* Lexicon::Find(absl::string_view id) const {
  const auto found = std::find_if(concepts_.begin(), concepts_.end(),
                                  [&](const Concept& each) { return each.id == id; });
  return found == concepts_.end() ? nullptr : &*found;
}

}  // namespace cible
