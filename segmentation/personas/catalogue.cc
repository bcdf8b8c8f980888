#include "segmentation/personas/catalogue.h"

#include <algorithm>
#include <cassert>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "segmentation/personas/catalogue_files.h"
#include "segmentation/personas/words.h"

namespace cible {
namespace {

constexpr absl::string_view kConceptPrefix = "concept ";
constexpr absl::string_view kNarrowSpace = "\u202f";

std::map<std::string, std::string> AsMap(const Sections& sections, const std::string& name) {
  const auto section = sections.find(name);
  if (section == sections.end()) return {};
  return {section->second.begin(), section->second.end()};
}

std::vector<std::string> WordsOf(const Sections& sections, const std::string& name) {
  std::vector<std::string> words;
  const auto section = sections.find(name);
  if (section == sections.end()) return words;
  for (const auto& [key, value] : section->second) {
    const std::vector<std::string> line = absl::StrSplit(value, ' ', absl::SkipEmpty());
    words.insert(words.end(), line.begin(), line.end());
  }
  std::sort(words.begin(), words.end());
  return words;
}

Wording WordingFrom(const Section& section) {
  Wording wording;
  const std::map<absl::string_view, std::string*> fields = {
      {"label", &wording.label},
      {"more.noun", &wording.more.noun},
      {"more.before", &wording.more.before},
      {"more.after", &wording.more.after},
      {"less.noun", &wording.less.noun},
      {"less.before", &wording.less.before},
      {"less.after", &wording.less.after},
  };
  for (const auto& [key, value] : section) {
    const auto field = fields.find(key);
    if (field != fields.end()) *field->second = value;
  }
  return wording;
}

bool HoldsAny(absl::string_view text, const std::vector<std::string>& sorted_words) {
  const std::vector<std::string> words = LowerWords(text);
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return std::binary_search(sorted_words.begin(), sorted_words.end(), word);
  });
}

}  // namespace

absl::string_view LanguageCode(Language language) {
  switch (language) {
    case Language::kEnglish: return "en";
    case Language::kFrench: return "fr";
  }
  return "en";
}

absl::Span<const Language> AllLanguages() {
  static constexpr Language kLanguages[] = {Language::kEnglish, Language::kFrench};
  return kLanguages;
}

absl::StatusOr<Sections> ParseSections(absl::string_view text) {
  Sections sections;
  Section* section = nullptr;
  int line_number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++line_number;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line[0] == '#') continue;
    if (line.front() == '[' && line.back() == ']') {
      section = &sections[std::string(line.substr(1, line.size() - 2))];
      continue;
    }
    const std::size_t equals = line.find('=');
    if (section == nullptr || equals == absl::string_view::npos) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", line_number, " is neither a [section] nor key = value"));
    }
    section->emplace_back(std::string(absl::StripAsciiWhitespace(line.substr(0, equals))),
                          absl::StrReplaceAll(absl::StripAsciiWhitespace(line.substr(equals + 1)),
                                              {{"~", kNarrowSpace}}));
  }
  return sections;
}

std::string Fill(absl::string_view pattern, const Arguments& arguments) {
  std::vector<std::pair<std::string, absl::string_view>> replacements;
  for (const auto& [name, value] : arguments) {
    replacements.emplace_back(absl::StrCat("{", name, "}"), value);
  }
  return absl::StrReplaceAll(pattern, replacements);
}

Catalogue::Catalogue(const Sections& sections)
    : messages_(AsMap(sections, "messages")),
      spellings_(AsMap(sections, "spellings")),
      units_(AsMap(sections, "units")),
      denied_(WordsOf(sections, "denied")),
      denied_in_names_(WordsOf(sections, "denied in names")) {
  for (const auto& [name, section] : sections) {
    if (absl::string_view(name).substr(0, kConceptPrefix.size()) != kConceptPrefix) continue;
    wordings_[name.substr(kConceptPrefix.size())] = WordingFrom(section);
  }
}

std::string Listed(const std::vector<std::string>& items, const Catalogue& catalogue) {
  std::string joined;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0 && i + 1 == items.size()) {
      absl::StrAppend(&joined, " ", catalogue.Message("list.and"), " ");
    } else if (i > 0) {
      absl::StrAppend(&joined, catalogue.Message("list.join"), " ");
    }
    absl::StrAppend(&joined, items[i]);
  }
  return joined;
}

const Catalogue& Catalogue::For(Language language) {
  static const auto* const catalogues = [] {
    auto* const all = new std::map<Language, Catalogue>();
    for (const Language each : AllLanguages()) {
      const absl::StatusOr<Sections> sections = ParseSections(CatalogueFile(LanguageCode(each)));
      assert(sections.ok());
      all->emplace(each, Catalogue(*sections));
    }
    return all;
  }();
  return catalogues->at(language);
}

std::string Catalogue::Message(absl::string_view key, const Arguments& arguments) const {
  const auto message = messages_.find(std::string(key));
  assert(message != messages_.end());
  return message == messages_.end() ? std::string(key) : Fill(message->second, arguments);
}

const Wording* Catalogue::WordingOf(absl::string_view concept_id) const {
  const auto wording = wordings_.find(std::string(concept_id));
  return wording == wordings_.end() ? nullptr : &wording->second;
}

const std::string* Catalogue::Spelling(absl::string_view token) const {
  const auto spelling = spellings_.find(std::string(token));
  return spelling == spellings_.end() ? nullptr : &spelling->second;
}

const std::string* Catalogue::Unit(absl::string_view unit) const {
  const auto found = units_.find(std::string(unit));
  return found == units_.end() ? nullptr : &found->second;
}

bool Catalogue::DeniesText(absl::string_view text) const { return HoldsAny(text, denied_); }

bool Catalogue::DeniesName(absl::string_view name) const {
  return HoldsAny(name, denied_) || HoldsAny(name, denied_in_names_);
}

std::vector<std::string> Catalogue::AllTexts() const {
  std::vector<std::string> texts;
  for (const auto* section : {&messages_, &spellings_, &units_}) {
    for (const auto& [key, value] : *section) texts.push_back(value);
  }
  for (const auto& [id, wording] : wordings_) {
    for (const Wording::Direction& direction : {wording.more, wording.less}) {
      texts.insert(texts.end(), {direction.noun, direction.before, direction.after});
    }
    texts.push_back(wording.label);
  }
  texts.erase(std::remove(texts.begin(), texts.end(), std::string()), texts.end());
  return texts;
}

}  // namespace cible
