// What a policy's text says above its fields, for those who write it.

#ifndef CIBLE_CLIENTS_CLI_POLICY_NOTES_H_
#define CIBLE_CLIENTS_CLI_POLICY_NOTES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace cible {

// Above a field. Lines end with "\n", but for the last; without "# ".
struct PolicyNote {
  absl::string_view field;    // "customer", "qualification.budget".
  absl::string_view heading;  // Of the part that begins with it; empty: none does.
  absl::string_view comment;
  // How it would be written, where there is none of it; empty: not shown.
  absl::string_view example = "";
};

// On top: what the file is, and how conditions are written; lines with "# ".
absl::string_view PolicyIntroduction();

// All, in the order in which fields are written.
absl::Span<const PolicyNote> PolicyNotes();

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_POLICY_NOTES_H_
