// Segments and personas of an active model as messages.

#ifndef CIBLE_SERVER_SERVICES_PORTRAITS_H_
#define CIBLE_SERVER_SERVICES_PORTRAITS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cible/v1/persona_service.pb.h"
#include "cible/v1/segmentation.pb.h"
#include "segmentation/personas/portrait.h"
#include "server/registry/model_registry.h"
#include "server/services/told_figures.h"

namespace cible {

// `en` (also when empty) or `fr`. Errors: INVALID_ARGUMENT.
absl::StatusOr<Language> LanguageFromCode(const std::string& code);

// The persona's name: what a person called it in this language, or else in
// another; or the generated one.
const std::string& PersonaDisplayName(const ActiveModel& active, int component, Language language);

// The same, as far as it may be told: of a component that is withheld, one flag
// each (WithheldComponents), what a person called it, or that it is a small group.
std::string ToldDisplayName(const ActiveModel& active, const std::vector<std::uint8_t>& withheld,
                            int component, Language language);

// The segments with the shares, one a component, that may be told.
void SharesToProto(const ActiveModel& active, const std::vector<double>& shares,
                   const std::vector<std::uint8_t>& withheld, Language language,
                   google::protobuf::RepeatedPtrField<v1::PersonaProbability>* personas);

// Component with this segment (or persona) id; -1 if there is none.
int ComponentOf(const ActiveModel& active, const std::string& segment_id);

// `figures` are those of the model; what they withhold is not told.
void SegmentToProto(const ActiveModel& active, const ToldFigures& figures, int component,
                    Language language, v1::Segment* segment);
void PersonaToProto(const ActiveModel& active, const ToldFigures& figures, int component,
                    Language language, v1::Persona* persona);

// What people wrote: who wrote it and who is targeted, beside what the data
// says. Sets the etag.
void EditsToProto(const KeptPersona* kept, Language language, v1::Persona* persona);

// A persona that people authored, whose criteria are about `schema`. `with_shares`:
// the caller may be told how many contacts meet them, few or many.
void AuthoredToProto(const ResourceName& name, const KeptPersona& kept, const Schema& schema,
                     bool with_shares, Language language, v1::Persona* persona);

const std::string& AuthoredDisplayName(const KeptPersona& kept, Language language);

// Whether people marked the persona as targeted, one flag a component; empty
// where they marked none.
std::vector<std::uint8_t> TargetedComponents(const ActiveModel& active);

v1::Targeting TargetingOf(const KeptPersona* kept);

// That figures over fewer contacts than this are not told.
std::string WithheldText(double below, Language language);

// "en", "fr".
std::string CodeOf(Language language);

// Components by probability, the greatest first; ties by index.
std::vector<int> MostProbableFirst(const std::vector<double>& probabilities);

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_PORTRAITS_H_
