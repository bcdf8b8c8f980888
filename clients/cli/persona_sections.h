// The sections of a persona's slide on value, channels, market and its typical
// member. Each begins with a blank line and its heading; empty where there is
// nothing to say.

#ifndef CIBLE_CLIENTS_CLI_PERSONA_SECTIONS_H_
#define CIBLE_CLIENTS_CLI_PERSONA_SECTIONS_H_

#include <string>

#include "cible/v1/persona_service.pb.h"
#include "segmentation/data/schema.h"
#include "segmentation/personas/portrait.h"

namespace cible {

std::string ValueSection(const v1::Persona& persona, Language language, int width);
// `schema` says which attributes are of channels.
std::string ChannelsSection(const v1::Persona& persona, const Schema& schema, Language language,
                            int width);
std::string MarketSection(const v1::Persona& persona, Language language, int width);
// Without what a typical member says no to, of which there may be much.
std::string ExemplarSection(const v1::Persona& persona, const Schema& schema, Language language,
                            int width);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_PERSONA_SECTIONS_H_
