// Values of attributes as short text, for evidence and for messages.

#ifndef CIBLE_SEGMENTATION_LIFECYCLE_VALUE_TEXT_H_
#define CIBLE_SEGMENTATION_LIFECYCLE_VALUE_TEXT_H_

#include <string>

#include "segmentation/data/value.h"

namespace cible {

// With four decimals at most, and none that tell nothing: "3", "0.25".
std::string NumberText(double number);

// "3", "yes", "2026-01-31", "web, store".
std::string ValueText(const Value& value);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_LIFECYCLE_VALUE_TEXT_H_
