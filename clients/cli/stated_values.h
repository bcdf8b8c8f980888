// What is stated of a lead on the command line: age=34.

#ifndef CIBLE_CLIENTS_CLI_STATED_VALUES_H_
#define CIBLE_CLIENTS_CLI_STATED_VALUES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cible/v1/contact.pb.h"
#include "segmentation/data/schema.h"

namespace cible {

// Reads "ATTRIBUTE=VALUE" texts, the attribute by id or display name, the
// value as a CSV cell of its type. What stands for "unknown" states nothing.
// Errors: INVALID_ARGUMENT for a text without "=", an attribute the schema
// does not have (with those closest to it), one stated twice, a value of
// another type.
absl::Status ReadStatedValues(const std::vector<std::string>& texts, const Schema& schema,
                              v1::Contact* contact);

// The attribute of this id or display name.
// Errors: INVALID_ARGUMENT as above.
absl::StatusOr<const Attribute*> FindStatedAttribute(const std::string& name, const Schema& schema);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_STATED_VALUES_H_
