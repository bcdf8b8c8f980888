#include "segmentation/personas/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "segmentation/personas/catalogue_files.h"
#include "segmentation/personas/lexicon.h"

namespace cible {
namespace {

Sections SectionsOf(Language language) {
  const auto sections = ParseSections(CatalogueFile(LanguageCode(language)));
  EXPECT_TRUE(sections.ok()) << sections.status();
  return *sections;
}

std::set<std::string> Placeholders(const std::string& text) {
  std::set<std::string> names;
  for (std::size_t at = text.find('{'); at != std::string::npos; at = text.find('{', at + 1)) {
    names.insert(text.substr(at, text.find('}', at) - at + 1));
  }
  return names;
}

TEST(ParseSections, RefusesALineThatIsNeither) {
  EXPECT_EQ(ParseSections("[messages]\na = b\nnonsense").status().message(),
            "line 3 is neither a [section] nor key = value");
  EXPECT_EQ(ParseSections("a = b").status().message(),
            "line 1 is neither a [section] nor key = value");
}

TEST(Fill, ReplacesEveryPlaceholderOnce) {
  EXPECT_EQ(Fill("{a} and {b}, {a}", {{"a", "{b}"}, {"b", "x"}}), "{b} and x, {b}");
}

TEST(Catalogue, EveryLanguageWordsEveryConceptTheSameWay) {
  const Catalogue& english = Catalogue::For(Language::kEnglish);
  for (const Language language : AllLanguages()) {
    const Catalogue& catalogue = Catalogue::For(language);
    for (const Concept& each : Lexicon::Get().concepts()) {
      const Wording* ours = catalogue.WordingOf(each.id);
      const Wording* first = english.WordingOf(each.id);
      ASSERT_NE(ours, nullptr) << each.id;
      EXPECT_EQ(ours->more.empty(), first->more.empty()) << each.id;
      EXPECT_EQ(ours->less.empty(), first->less.empty()) << each.id;
      EXPECT_EQ(ours->more.noun.empty(), first->more.noun.empty()) << each.id;
      EXPECT_EQ(ours->less.noun.empty(), first->less.noun.empty()) << each.id;
      EXPECT_EQ(ours->label.empty(), first->label.empty()) << each.id;
    }
  }
}

// A phrase that can only stand before the noun could not be a second qualifier.
TEST(Catalogue, EveryQualifierCanFollowTheNoun) {
  for (const Language language : AllLanguages()) {
    for (const Concept& each : Lexicon::Get().concepts()) {
      const Wording& wording = *Catalogue::For(language).WordingOf(each.id);
      for (const Wording::Direction& direction : {wording.more, wording.less}) {
        EXPECT_TRUE(direction.empty() || direction.noun.empty() != direction.after.empty())
            << each.id;
      }
    }
  }
}

TEST(Catalogue, ConceptsOfTheFilesAreDeclared) {
  for (const Language language : AllLanguages()) {
    for (const auto& [name, section] : SectionsOf(language)) {
      if (name.rfind("concept ", 0) != 0) continue;
      EXPECT_NE(Lexicon::Get().Find(name.substr(8)), nullptr) << name;
      for (const auto& [key, value] : section) {
        const std::set<std::string> keys = {"match",      "label",     "more.noun",   "more.before",
                                            "more.after", "less.noun", "less.before", "less.after"};
        EXPECT_TRUE(keys.count(key)) << name << ": " << key;
        EXPECT_FALSE(value.empty()) << name << ": " << key;
      }
    }
  }
}

TEST(Catalogue, WhatStaysInTextsHasNoWordsForNames) {
  for (const Concept& each : Lexicon::Get().concepts()) {
    if (each.kind != ConceptKind::kFigure && each.kind != ConceptKind::kSilent) continue;
    const Wording& wording = *Catalogue::For(Language::kEnglish).WordingOf(each.id);
    EXPECT_TRUE(wording.more.empty() && wording.less.empty()) << each.id;
  }
}

TEST(Catalogue, EveryLanguageHasTheSameMessagesAndPlaceholders) {
  Sections english = SectionsOf(Language::kEnglish);
  for (const Language language : AllLanguages()) {
    Sections ours = SectionsOf(language);
    const auto keys = [](const Section& section) {
      std::set<std::pair<std::string, std::set<std::string>>> all;
      for (const auto& [key, value] : section) all.insert({key, Placeholders(value)});
      return all;
    };
    EXPECT_EQ(keys(ours["messages"]), keys(english["messages"])) << LanguageCode(language);
  }
}

TEST(Catalogue, NoTemplateHoldsADeniedWord) {
  for (const Language language : AllLanguages()) {
    const Catalogue& catalogue = Catalogue::For(language);
    EXPECT_GT(catalogue.denied().size(), 100u);
    for (const std::string& text : catalogue.AllTexts()) {
      EXPECT_FALSE(catalogue.DeniesText(text)) << text;
    }
    for (const Concept& each : Lexicon::Get().concepts()) {
      const Wording& wording = *catalogue.WordingOf(each.id);
      for (const Wording::Direction& direction : {wording.more, wording.less}) {
        for (const std::string& text : {direction.noun, direction.before, direction.after}) {
          EXPECT_FALSE(catalogue.DeniesName(text)) << text;
        }
      }
    }
  }
}

// Else two different claims could give two segments the same name. Concepts of
// one topic may: they say nearly the same.
TEST(Catalogue, NoTwoTopicsShareAPhrase) {
  for (const Language language : AllLanguages()) {
    std::map<std::string, std::string> topic_of;
    for (const Concept& each : Lexicon::Get().concepts()) {
      const Wording& wording = *Catalogue::For(language).WordingOf(each.id);
      for (const Wording::Direction& direction : {wording.more, wording.less}) {
        for (const std::string& text : {direction.noun, direction.before, direction.after}) {
          if (text.empty()) continue;
          EXPECT_EQ(topic_of.emplace(text, each.topic).first->second, each.topic) << text;
        }
      }
    }
  }
}

TEST(Catalogue, DeniesWholeWordsInAnyCase) {
  const Catalogue& english = Catalogue::For(Language::kEnglish);
  EXPECT_TRUE(english.DeniesText("The Poor, again"));
  EXPECT_FALSE(english.DeniesText("Poorly"));
  EXPECT_FALSE(english.DeniesText("income (32,000)"));
  EXPECT_TRUE(english.DeniesName("High income"));
  const Catalogue& french = Catalogue::For(Language::kFrench);
  EXPECT_TRUE(french.DeniesText("plus Âgés"));
  EXPECT_FALSE(french.DeniesText("d'âge moyen"));
}

}  // namespace
}  // namespace cible
