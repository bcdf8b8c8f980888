// Segments and personas of an active model as messages.

#ifndef CIBLE_SERVER_SERVICES_PORTRAITS_H_
#define CIBLE_SERVER_SERVICES_PORTRAITS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cible/v1/persona_service.pb.h"
#include "cible/v1/segmentation.pb.h"
#include "segmentation/personas/portrait.h"
#include "segmentation/personas/profile.h"
#include "server/registry/model_registry.h"

namespace cible {

// `en` (also when empty) or `fr`. Errors: INVALID_ARGUMENT.
absl::StatusOr<Language> LanguageFromCode(const std::string& code);

// The persona's name.
const std::string& PersonaDisplayName(const ActiveModel& active, int component, Language language);

// Component with this segment (or persona) id; -1 if there is none.
int ComponentOf(const ActiveModel& active, const std::string& segment_id);

// `profiles` are those of the model (ProfileSegments).
void SegmentToProto(const ActiveModel& active, const std::vector<SegmentProfile>& profiles,
                    int component, Language language, v1::Segment* segment);
void PersonaToProto(const ActiveModel& active, const std::vector<SegmentProfile>& profiles,
                    int component, Language language, v1::Persona* persona);

// Components by probability, the greatest first; ties by index.
std::vector<int> MostProbableFirst(const std::vector<double>& probabilities);

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_PORTRAITS_H_
