// What matching a lead comes to, as messages: shared by the calls that match and
// those that only ask.

#ifndef CIBLE_SERVER_SERVICES_MATCH_ANSWERS_H_
#define CIBLE_SERVER_SERVICES_MATCH_ANSWERS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "cible/v1/persona_service.pb.h"
#include "segmentation/personas/portrait.h"
#include "segmentation/personas/questions.h"
#include "server/registry/model_registry.h"

namespace cible {

// How many questions a request wants: 5 for 0, at most 20.
// Errors: INVALID_ARGUMENT, naming the field.
absl::StatusOr<int> QuestionCount(int requested);

// `questions` are of the active model.
void QuestionsToProto(const ActiveModel& active, const std::vector<SuggestedQuestion>& questions,
                      Language language,
                      google::protobuf::RepeatedPtrField<v1::SuggestedQuestion>* messages);

// How the language asks for the attribute.
const std::string& QuestionText(const Attribute& attribute, Language language);

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_MATCH_ANSWERS_H_
