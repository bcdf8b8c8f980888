#include "clients/cli/persona_report.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/authored_report.h"
#include "clients/cli/output/bar_lines.h"
#include "clients/cli/output/number_text.h"
#include "clients/cli/persona_sections.h"
#include "clients/cli/session.h"
#include "segmentation/personas/catalogue.h"
#include "segmentation/personas/figures.h"
#include "segmentation/personas/significance.h"

namespace cible {
namespace {

constexpr int kTraitsInLine = 3;
constexpr int kBarWidth = 10;

using Traits = google::protobuf::RepeatedPtrField<v1::Trait>;

// The strongest differences, those sure enough to be claimed first choice.
std::string StandsOut(const Traits& traits) {
  std::vector<std::string> words;
  for (const bool claimed : {true, false}) {
    if (!words.empty()) break;
    for (const v1::Trait& trait : traits) {
      if (trait.claim() != claimed || static_cast<int>(words.size()) == kTraitsInLine) continue;
      words.push_back(trait.description());
    }
  }
  return absl::StrJoin(words, "; ");
}

std::string SizeText(std::int64_t contacts, double share) {
  return absl::StrCat(CountText(contacts), contacts == 1 ? " contact, " : " contacts, ",
                      ShareText(share));
}

Cell ShareBar(double share) { return {Bar(share, kBarWidth), ""}; }

// A lift is a factor, a difference of means is in standard deviations.
std::string EffectText(const v1::Trait& trait, double effect) {
  if (!trait.level().empty()) return absl::StrCat("×", FixedText(effect, 2));
  return absl::StrCat(effect > 0 ? "+" : "", FixedText(effect, 2));
}

// --- A persona on a slide ---------------------------------------------------

constexpr int kMostTraits = 8;
constexpr int kMostWithoutClaims = 3;
constexpr int kStrengthWidth = 8;
constexpr int kRateWidth = 30;
// A difference of so many standard deviations fills its bar; so does an equally
// large Cohen's h of shares.
constexpr double kFullStrength = 2;

double StrengthOf(const v1::Trait& trait) {
  if (trait.level().empty()) return std::abs(trait.effect());
  return CohensH(trait.segment_value(), trait.population_value());
}

std::string TraitLine(const v1::Trait& trait, int width) {
  const bool more = trait.effect() > (trait.level().empty() ? 0 : 1);
  return EffectLine(more, StrengthOf(trait), trait.description(), width);
}

// The outcome has a heading of its own.
std::string StandsOutText(const v1::Persona& persona, const Catalogue& catalogue, int width) {
  std::string lines;
  int shown = 0;
  const std::string& outcome = persona.conversion().attribute();
  for (const v1::Trait& trait : persona.traits()) {
    if (!trait.claim() || trait.attribute() == outcome || shown == kMostTraits) continue;
    absl::StrAppend(&lines, TraitLine(trait, width));
    ++shown;
  }
  const std::string heading = absl::StrCat("\n", catalogue.Message("report.stands_out"), "\n");
  if (shown > 0) return absl::StrCat(heading, lines);
  for (const v1::Trait& trait : persona.traits()) {
    if (trait.attribute() == outcome) continue;
    if (shown++ == kMostWithoutClaims) break;
    absl::StrAppend(&lines, TraitLine(trait, width));
  }
  return absl::StrCat(heading, Wrap(catalogue.Message("report.nothing"), width, 2), lines);
}

std::string RuleText(const v1::SegmentRule& rule, const Catalogue& catalogue, int width) {
  std::string text = absl::StrCat("\n", catalogue.Message("report.rule"), "\n",
                                  Wrap(rule.description(), width, 2));
  if (rule.filter().empty()) return text;
  absl::StrAppend(&text, Wrap(rule.quality(), width, 2),
                  Wrap(absl::StrCat("--filter '", rule.filter(), "'"), width, 2));
  return text;
}

// "Rule: age under 35. 96% of those ..."
std::string RuleLine(const v1::SegmentRule& rule, const Catalogue& catalogue) {
  if (rule.filter().empty()) return rule.description();
  return absl::StrCat(catalogue.Message("report.rule_line", {{"rule", rule.description()}}), " ",
                      rule.quality());
}

std::string ConversionText(const v1::Conversion& conversion, const Catalogue& catalogue,
                           int width) {
  if (conversion.description().empty()) return "";
  std::string text = absl::StrCat("\n", catalogue.Message("report.conversion"), "\n",
                                  Wrap(conversion.description(), width, 2));
  if (conversion.known_count() <= 0) return text;
  const auto line = [&](const char* who, double rate) {
    return BarLine{
        .label = catalogue.Message(who), .fraction = rate, .figure = FormatShare(rate, catalogue)};
  };
  absl::StrAppend(&text, BarLines({line("report.here", conversion.rate()),
                                   line("report.everyone", conversion.population_rate())},
                                  kRateWidth, width));
  return text;
}

std::string WithTraits(const std::string& head, const Traits& traits, int width) {
  return absl::StrCat(head, "\n", TraitsTable(traits).ToText(width));
}

}  // namespace

Table PersonasTable(const v1::ListPersonasResponse& personas) {
  Table table({{"ID", "id"},
               {"PERSONA", "persona"},
               {"CONTACTS", "contacts", true},
               {"SHARE", "share", true},
               {"", ""},
               {"STANDS OUT BY", "stands_out_by"}});
  for (const v1::Persona& persona : personas.personas()) {
    table.AddRow({IdOf(persona.name()), persona.display_name(), CountCell(persona.contact_count()),
                  ShareCell(persona.share()), ShareBar(persona.share()),
                  StandsOut(persona.traits())});
  }
  return table;
}

Table SegmentsTable(const v1::ListSegmentsResponse& segments) {
  Table table({{"ID", "id"},
               {"SEGMENT", "segment"},
               {"CONTACTS", "contacts", true},
               {"SHARE", "share", true},
               {"", ""},
               {"STANDS OUT BY", "stands_out_by"}});
  for (const v1::Segment& segment : segments.segments()) {
    table.AddRow({IdOf(segment.name()), segment.display_name(), CountCell(segment.contact_count()),
                  ShareCell(segment.share()), ShareBar(segment.share()),
                  StandsOut(segment.traits())});
  }
  return table;
}

Table TraitsTable(const Traits& traits) {
  Table table({{"HOW IT DIFFERS FROM EVERYONE", "description"},
               {"", "attribute"},
               {"", "level"},
               {"", "segment_value"},
               {"", "population_value"},
               {"EFFECT", "effect", true},
               {"", "effect_low"},
               {"", "effect_high"},
               {"95 % INTERVAL", "", true},
               {"CLAIMED", "claim"}});
  for (const v1::Trait& trait : traits) {
    table.AddRow({trait.description(), Cell("", trait.attribute()), Cell("", trait.level()),
                  Cell("", ExactText(trait.segment_value())),
                  Cell("", ExactText(trait.population_value())),
                  Cell(EffectText(trait, trait.effect()), ExactText(trait.effect())),
                  Cell("", ExactText(trait.effect_low())), Cell("", ExactText(trait.effect_high())),
                  absl::StrCat(EffectText(trait, trait.effect_low()), " to ",
                               EffectText(trait, trait.effect_high())),
                  Cell(trait.claim() ? "yes" : "", trait.claim() ? "true" : "false")});
  }
  return table;
}

std::string EffectLine(bool more, double strength, const std::string& text, int width) {
  const std::string bar = Padded(Bar(strength / kFullStrength, kStrengthWidth), kStrengthWidth);
  return Hanging(absl::StrCat("  ", more ? "▲ " : "▼ ", bar, "  "), text, width);
}

Language LanguageOf(const std::string& code) {
  return code == "fr" ? Language::kFrench : Language::kEnglish;
}

std::string PersonaText(const v1::Persona& persona, const Schema& schema, Language language,
                        int width) {
  const Catalogue& catalogue = Catalogue::For(language);
  std::string text =
      absl::StrCat(persona.display_name(), "  (", IdOf(persona.name()), ", ", IdOf(persona.model()),
                   ")\n\n", Wrap(persona.summary(), width, 0), EditsText(persona, language, width));
  // Nothing may be told of it.
  if (persona.withheld() && persona.contact_count() == 0) return text;
  absl::StrAppend(&text, StandsOutText(persona, catalogue, width),
                  ValueSection(persona, language, width));
  if (persona.has_rule()) absl::StrAppend(&text, RuleText(persona.rule(), catalogue, width));
  if (persona.has_conversion()) {
    absl::StrAppend(&text, ConversionText(persona.conversion(), catalogue, width));
  }
  absl::StrAppend(&text, ChannelsSection(persona, schema, language, width),
                  MarketSection(persona, language, width),
                  ExemplarSection(persona, schema, language, width));
  return text;
}

std::string SegmentText(const v1::Segment& segment, int width) {
  const std::string head = absl::StrCat(segment.display_name(), " (", IdOf(segment.name()), ")\n",
                                        SizeText(segment.contact_count(), segment.share()),
                                        ", by model ", IdOf(segment.model()), "\n");
  return WithTraits(head, segment.traits(), width);
}

std::string PersonaGallery(const v1::ListPersonasResponse& personas, Language language, int width) {
  const Catalogue& catalogue = Catalogue::For(language);
  std::string text;
  for (const v1::Persona& persona : personas.personas()) {
    absl::StrAppend(&text, text.empty() ? "" : "\n", IdOf(persona.name()), "  ",
                    persona.display_name(), "  (",
                    SizeText(persona.contact_count(), persona.share()), ")\n",
                    Wrap(persona.summary(), width, 4));
    if (!persona.has_rule()) continue;
    absl::StrAppend(&text, Wrap(RuleLine(persona.rule(), catalogue), width, 4));
  }
  return text;
}

}  // namespace cible
