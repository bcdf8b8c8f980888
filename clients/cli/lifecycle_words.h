// What is found of contacts, as people and programs name it.

#ifndef CIBLE_CLIENTS_CLI_LIFECYCLE_WORDS_H_
#define CIBLE_CLIENTS_CLI_LIFECYCLE_WORDS_H_

#include <string>

#include "absl/status/statusor.h"
#include "cible/v1/lifecycle.pb.h"
#include "clients/cli/choice_option.h"
#include "clients/cli/output/table.h"
#include "segmentation/personas/portrait.h"

namespace cible {

// "relation", "budget", ...: a word a field, in their order.
const Choices<v1::LifecycleField>& LifecycleFieldChoices();

// In words of the language, for programs the word of LifecycleFieldChoices.
Cell FieldCell(v1::LifecycleField field, Language language);

// A value by its name, "CUSTOMER", in words of the language, for programs as it is. An empty
// name is "unknown", a name that this program does not know is shown.
Cell ValueCell(v1::LifecycleField field, const std::string& name, Language language);

// "loyal customer"; "prospect, former customer, ambassador".
std::string RelationWords(const v1::Classification& contact, Language language);

// "✓" met, "✗" not met, "?" unknown.
std::string FindingMark(v1::Finding finding);

// "relation=customer" or, `with_value` false, "relation", as an override of it. Values are
// those of filters, in any case; "yes" and "no" are true and false.
// Errors: INVALID_ARGUMENT (wrong usage), with the fields or values there are.
absl::StatusOr<v1::LifecycleOverride> ParseOverride(const std::string& text, bool with_value);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_LIFECYCLE_WORDS_H_
