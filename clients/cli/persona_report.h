// Personas, segments and their traits as people read them.

#ifndef CIBLE_CLIENTS_CLI_PERSONA_REPORT_H_
#define CIBLE_CLIENTS_CLI_PERSONA_REPORT_H_

#include <string>

#include "cible/v1/persona_service.pb.h"
#include "cible/v1/segmentation_service.pb.h"
#include "clients/cli/output/table.h"
#include "segmentation/data/schema.h"
#include "segmentation/personas/portrait.h"

namespace cible {

Table PersonasTable(const v1::ListPersonasResponse& personas);
Table SegmentsTable(const v1::ListSegmentsResponse& segments);

// How it differs from all contacts, strongest first.
Table TraitsTable(const google::protobuf::RepeatedPtrField<v1::Trait>& traits);

// A line of what there is more, or less, of: "  ▲ ▇▇▇▇      Income ...". The bar is
// full at two standard deviations, or an equally large Cohen's h.
std::string EffectLine(bool more, double strength, const std::string& text, int width);

// `fr`, else English.
Language LanguageOf(const std::string& code);

// A persona to put on a slide, under headings in the language: portrait, what
// stands out, value, rule, conversion, channels, market potential, typical
// member. `schema` says which attributes are of channels.
std::string PersonaText(const v1::Persona& persona, const Schema& schema, Language language,
                        int width);
// Name, size and traits.
std::string SegmentText(const v1::Segment& segment, int width);

// Every persona: name, size, text and rule. For the end of a training.
std::string PersonaGallery(const v1::ListPersonasResponse& personas, Language language, int width);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_PERSONA_REPORT_H_
