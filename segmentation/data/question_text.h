// What to ask a lead to learn an attribute.

#ifndef CIBLE_SEGMENTATION_DATA_QUESTION_TEXT_H_
#define CIBLE_SEGMENTATION_DATA_QUESTION_TEXT_H_

#include "segmentation/data/criterion_lexicon.h"
#include "segmentation/data/schema.h"

namespace cible {

// The lexicon's question if it has one and the attribute holds what it asks
// for; the header itself when it is a question; else one made of the display
// name and the type.
Question QuestionFor(const Attribute& attribute, const Meaning& meaning);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_QUESTION_TEXT_H_
