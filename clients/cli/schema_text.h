// Schemas as files that people read and edit: protobuf's text format with
// comments.

#ifndef CIBLE_CLIENTS_CLI_SCHEMA_TEXT_H_
#define CIBLE_CLIENTS_CLI_SCHEMA_TEXT_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cible/v1/contact.pb.h"
#include "segmentation/data/schema.h"

namespace cible {

// The schema with a comment on top that explains its fields. `remark` gives
// what is to be said above an attribute, by id; empty: nothing.
std::string SchemaToText(
    const v1::Schema& schema,
    const std::function<std::string(const std::string&)>& remark = [](const auto&) { return ""; });

// Errors: INVALID_ARGUMENT with the line and what to do.
absl::StatusOr<v1::Schema> SchemaFromText(const std::string& text);

// The same of a file. Errors: NOT_FOUND it cannot be read.
absl::StatusOr<v1::Schema> ReadSchemaFile(const std::string& path);

// The schema of the domain. Errors: INVALID_ARGUMENT, naming the attribute.
absl::StatusOr<Schema> SchemaFromProto(const v1::Schema& message);

// Enum values without their prefix: "NUMERIC", "FEATURE"; empty for
// UNSPECIFIED.
std::string ShortName(v1::AttributeType type);
std::string ShortName(v1::Criterion criterion);
std::string ShortName(v1::Role role);
std::string ShortName(v1::Stage stage);
std::string ShortName(v1::ContactKind kind);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_SCHEMA_TEXT_H_
