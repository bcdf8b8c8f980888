// What tells contacts apart, in the form in which it is compared. Only for
// comparing: what is stored stays as it was written.

#ifndef CIBLE_SERVER_IDENTITY_NORMALIZED_IDENTITY_H_
#define CIBLE_SERVER_IDENTITY_NORMALIZED_IDENTITY_H_

#include <string>

#include "absl/strings/string_view.h"
#include "segmentation/data/schema.h"

namespace cible {

// Equal for texts that mean the same e-mail address, phone number or text:
//
//   kEmail  blanks around it off, case folded on both sides of the @ (mail
//           arrives so, whatever RFC 5321 allows), Unicode NFC; domains beyond
//           ASCII are left as they are written
//   kPhone  NormalizedPhoneNumber() in the region
//   others  Unicode NFKC, case folded, blanks around it off and those within one
//
// Empty for what tells nobody: a marker of "unknown", an address without @, too
// few digits, text that is not UTF-8.
// The normal form of a normal form is itself.
std::string NormalizedIdentity(IdentityForm form, absl::string_view text,
                               const std::string& phone_region);

}  // namespace cible

#endif  // CIBLE_SERVER_IDENTITY_NORMALIZED_IDENTITY_H_
