// Whether bytes are text.

#ifndef CIBLE_SERVER_WIRE_UTF8_H_
#define CIBLE_SERVER_WIRE_UTF8_H_

#include "absl/strings/string_view.h"

namespace cible {

// Whether the bytes are well-formed UTF-8 (no overlong forms, no surrogates).
// O(bytes); eight at a time while they are ASCII.
bool IsUtf8(absl::string_view text);

}  // namespace cible

#endif  // CIBLE_SERVER_WIRE_UTF8_H_
