// A typing tool as a call script: to be read aloud, and added up by head.

#ifndef CIBLE_CLIENTS_CLI_TYPING_TOOL_REPORT_H_
#define CIBLE_CLIENTS_CLI_TYPING_TOOL_REPORT_H_

#include <string>

#include "cible/v1/persona_service.pb.h"
#include "clients/cli/output/table.h"
#include "segmentation/personas/portrait.h"

namespace cible {

// For people: what to say, the questions with their answers and points, how to add
// up, who the personas are, how often it is right. `personas` are those of the same
// segmentation, for their summaries.
std::string TypingToolText(const v1::TypingTool& tool, const v1::ListPersonasResponse& personas,
                           Language language, int width);

// For programs, a row an answer: `question, attribute, answer, levels, low, high`,
// `points_s1` ... of the personas, then `accuracy, accuracy_low, accuracy_high` of the
// question. The first row, question 0, has the start points.
Table TypingToolTable(const v1::TypingTool& tool);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_TYPING_TOOL_REPORT_H_
