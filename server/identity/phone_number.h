// Phone numbers as everybody writes them, in the one way that tells two of them
// apart. The only file that knows the library.

#ifndef CIBLE_SERVER_IDENTITY_PHONE_NUMBER_H_
#define CIBLE_SERVER_IDENTITY_PHONE_NUMBER_H_

#include <string>

#include "absl/strings/string_view.h"

namespace cible {

// Whether numbers can be read as dialled there: "FR", "BE" (ISO 3166-1).
bool IsPhoneRegion(absl::string_view region);

// "06 12 34 56 78" read in FR gives "+33612345678" (E.164), with ";ext=12" for an
// extension. `region` is where numbers without a country code are dialled; empty:
// not known. A number that cannot be read is its digits. Empty when there are
// fewer than 6, or all are the same: nobody's number.
// Thread-safe. About 10 microseconds.
std::string NormalizedPhoneNumber(absl::string_view text, const std::string& region);

}  // namespace cible

#endif  // CIBLE_SERVER_IDENTITY_PHONE_NUMBER_H_
