// Personas, segments and their traits as people read them.

#ifndef CIBLE_CLIENTS_CLI_PERSONA_REPORT_H_
#define CIBLE_CLIENTS_CLI_PERSONA_REPORT_H_

#include <string>

#include "cible/v1/persona_service.pb.h"
#include "cible/v1/segmentation_service.pb.h"
#include "clients/cli/output/table.h"

namespace cible {

Table PersonasTable(const v1::ListPersonasResponse& personas);
Table SegmentsTable(const v1::ListSegmentsResponse& segments);

// How it differs from all contacts, strongest first.
Table TraitsTable(const google::protobuf::RepeatedPtrField<v1::Trait>& traits);

// Name, size and the traits it may claim.
std::string PersonaText(const v1::Persona& persona, int width);
std::string SegmentText(const v1::Segment& segment, int width);

// Every persona: name, size and text. For the end of a training.
std::string PersonaGallery(const v1::ListPersonasResponse& personas, int width);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_PERSONA_REPORT_H_
