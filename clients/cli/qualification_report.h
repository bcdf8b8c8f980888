// How a contact stands, as people read it: relation and temperature, the criteria of its
// qualification with what they count, what to do next, and why.

#ifndef CIBLE_CLIENTS_CLI_QUALIFICATION_REPORT_H_
#define CIBLE_CLIENTS_CLI_QUALIFICATION_REPORT_H_

#include <string>

#include "cible/v1/lifecycle.pb.h"
#include "segmentation/personas/portrait.h"

namespace cible {

// For people. `id` heads it; empty: of a contact that is not stored.
std::string QualificationText(const std::string& id, const v1::Classification& classification,
                              Language language, int width);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_QUALIFICATION_REPORT_H_
