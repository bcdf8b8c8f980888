// What may be stored of a contact, beyond what its attribute can hold: texts
// have a length that people and pages can bear, and no control characters.

#ifndef CIBLE_SEGMENTATION_DATA_STORABLE_H_
#define CIBLE_SEGMENTATION_DATA_STORABLE_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "segmentation/data/schema.h"
#include "segmentation/data/value.h"

namespace cible {

// What one text, and the tags of one set together, may hold at most.
inline constexpr std::size_t kMaxTextBytes = 65'536;
inline constexpr std::size_t kMaxTags = 1'000;

// Whether a control character of ASCII is in the text, other than a tab, a
// line feed and a carriage return. O(bytes).
bool HasControlCharacters(absl::string_view text);

// The error of a value of a derived attribute that was to be stored,
// INVALID_ARGUMENT.
absl::Status DerivedError(const Attribute& attribute);

// CheckValue(), that the attribute is stated, and that texts and sets keep to the
// limits above and have no control characters.
// Errors: INVALID_ARGUMENT, naming the attribute and what is expected.
absl::Status CheckStorable(const Value& value, const Attribute& attribute);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_STORABLE_H_
