#include "server/services/persona_service.h"

namespace cible {

absl::Status PersonaService::SuggestQuestions(const CallContext&,
                                              const v1::SuggestQuestionsRequest&,
                                              v1::SuggestQuestionsResponse*) {
  return absl::UnimplementedError("SuggestQuestions is being written");
}

absl::Status PersonaService::GetTypingTool(const CallContext&, const v1::GetTypingToolRequest&,
                                           v1::TypingTool*) {
  return absl::UnimplementedError("GetTypingTool is being written");
}

}  // namespace cible
