// A typing tool in words.

#ifndef CIBLE_SEGMENTATION_PERSONAS_TYPING_TOOL_TEXT_H_
#define CIBLE_SEGMENTATION_PERSONAS_TYPING_TOOL_TEXT_H_

#include <string>
#include <vector>

#include "segmentation/personas/portrait.h"
#include "segmentation/personas/typing_tool.h"

namespace cible {

// What is answered: "under 35", "blue-collar", "another answer", "“web” among them".
std::string DescribeAnswer(const SpokenAnswer& answer, const Attribute& attribute,
                           Language language);

// What its figures mean, what adding up by head costs, why it is not longer.
// `question_limit` questions were asked for.
std::vector<std::string> TypingToolNotices(const TypingTool& tool, int question_limit,
                                           Language language);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_TYPING_TOOL_TEXT_H_
