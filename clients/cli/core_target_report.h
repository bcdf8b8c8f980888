// The core target as people read it.

#ifndef CIBLE_CLIENTS_CLI_CORE_TARGET_REPORT_H_
#define CIBLE_CLIENTS_CLI_CORE_TARGET_REPORT_H_

#include <string>

#include "cible/v1/persona_service.pb.h"
#include "clients/cli/output/table.h"
#include "segmentation/personas/portrait.h"

namespace cible {

// The segments in their rank, with titles in the language.
Table CoreTargetTable(const v1::CoreTarget& target, Language language);

// Summary, table, the arithmetic of each segment and whom there is to win, what
// is assumed and what is not known.
std::string CoreTargetText(const v1::CoreTarget& target, Language language, int width);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_CORE_TARGET_REPORT_H_
