// Values of attributes, and facts of contacts, as short text, for evidence and for
// messages.

#ifndef CIBLE_SEGMENTATION_LIFECYCLE_VALUE_TEXT_H_
#define CIBLE_SEGMENTATION_LIFECYCLE_VALUE_TEXT_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "segmentation/data/filter.h"
#include "segmentation/data/value.h"

namespace cible {

// With four decimals at most, and none that tell nothing: "3", "0.25".
std::string NumberText(double number);

// "3", "yes", "2026-01-31", "web, store".
std::string ValueText(const Value& value);

// What is known of a contact beside its attributes: "CUSTOMER" for "contact.stage"; of
// "contact.organization" whether there is one, "yes" or "no". Empty: it is unknown.
std::string FactText(absl::string_view fact, const ContactFacts& facts, std::size_t row);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_LIFECYCLE_VALUE_TEXT_H_
