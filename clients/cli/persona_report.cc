#include "clients/cli/persona_report.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/output/number_text.h"
#include "clients/cli/session.h"

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

std::string PersonaText(const v1::Persona& persona, int width) {
  const std::string head =
      absl::StrCat(persona.display_name(), " (", IdOf(persona.name()), ")\n",
                   SizeText(persona.contact_count(), persona.share()), ", by model ",
                   IdOf(persona.model()), "\n\n", Wrap(persona.summary(), width, 0));
  return WithTraits(head, persona.traits(), width);
}

std::string SegmentText(const v1::Segment& segment, int width) {
  const std::string head = absl::StrCat(segment.display_name(), " (", IdOf(segment.name()), ")\n",
                                        SizeText(segment.contact_count(), segment.share()),
                                        ", by model ", IdOf(segment.model()), "\n");
  return WithTraits(head, segment.traits(), width);
}

std::string PersonaGallery(const v1::ListPersonasResponse& personas, int width) {
  std::string text;
  for (const v1::Persona& persona : personas.personas()) {
    absl::StrAppend(&text, text.empty() ? "" : "\n", IdOf(persona.name()), "  ",
                    persona.display_name(), "  (",
                    SizeText(persona.contact_count(), persona.share()), ")\n",
                    Wrap(persona.summary(), width, 4));
  }
  return text;
}

}  // namespace cible
