// What makes an authored persona, as it is stated on the command line:
// age=25..40, channel=web|phone.

#ifndef CIBLE_CLIENTS_CLI_STATED_CRITERIA_H_
#define CIBLE_CLIENTS_CLI_STATED_CRITERIA_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cible/v1/persona_service.pb.h"
#include "segmentation/data/schema.h"

namespace cible {

// Adds a criterion for each text, in order. Numbers: FROM..TO, both included,
// either of which may be left out, or one number. Other types: levels or tags,
// separated by "|".
// Errors: wrong usage, saying what a criterion looks like; INVALID_ARGUMENT for
// an attribute that the schema does not have, with those closest to it.
absl::Status AddStatedCriteria(const std::vector<std::string>& texts, bool preferences,
                               const Schema& schema, v1::Persona* persona);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_STATED_CRITERIA_H_
