// Personas that people authored, and what they wrote of others, for people.

#ifndef CIBLE_CLIENTS_CLI_AUTHORED_REPORT_H_
#define CIBLE_CLIENTS_CLI_AUTHORED_REPORT_H_

#include <string>

#include "cible/v1/persona_service.pb.h"
#include "clients/cli/output/table.h"
#include "segmentation/personas/portrait.h"

namespace cible {

// An authored persona: its criteria and how many meet them.
std::string AuthoredText(const v1::Persona& persona, Language language, int width);

// The same in two lines, one below another. Empty without any.
std::string AuthoredGallery(const v1::ListPersonasResponse& personas, Language language, int width);

// Who targeted and renamed it, and what the data calls it; empty where nobody
// did.
std::string EditsText(const v1::Persona& persona, Language language, int width);

// Which of the authored personas exist in the data: a line each, and where those
// who meet them are.
std::string ComparisonText(const v1::ComparePersonasResponse& comparison, Language language,
                           int width);
// A row a persona and segment.
Table ComparisonTable(const v1::ComparePersonasResponse& comparison, Language language);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_AUTHORED_REPORT_H_
