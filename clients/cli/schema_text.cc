#include "clients/cli/schema_text.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/message_text.h"
#include "server/wire/contact_wire.h"

namespace cible {
namespace {

constexpr const char* kExplanation =
    R"(# What contacts are described by. Edit, then: cible schema set FILE
#
#   id            [a-z][a-z0-9_]*; never changes
#   display_name  what people call it; the header of its column
#   type          ATTRIBUTE_TYPE_ NUMERIC, CATEGORICAL, ORDINAL (levels, lowest first), SET,
#                 BOOLEAN, DATE, TIMESTAMP, LOCATION, TEXT; never changes once stored
#   criterion     CRITERION_ DEMOGRAPHIC, SOCIOECONOMIC, FIRMOGRAPHIC, GEOGRAPHIC, BEHAVIOURAL,
#                 NEEDS, ACQUISITION
#   role          ROLE_ FEATURE (clustered by), DESCRIPTOR (described only), IDENTITY, OUTCOME,
#                 IGNORED
#   identity_form IDENTITY: IDENTITY_FORM_ EMAIL, PHONE, TEXT; how duplicates are told by it
#   distribution  DISTRIBUTION_ AUTO, GAUSSIAN, LOG_NORMAL (amounts), COUNT
#   weight        how much it counts; 1 if not given
#   block         numbers that are parts of one whole name the same block
#   sensitive     never in the name or text of a persona; protected: nowhere in it
#   sensitive_feature  cluster by it though it is sensitive; a FEATURE is refused without
#   consequence_of_outcome  known only because the outcome happened; known_before_outcome: known
#                 before it, though it tells the outcome suspiciously well, so that scores use it
#   value         VALUE_MARK_ MARGIN, REVENUE (what a customer brought in the last value_days days;
#                 a year if not given), FULL_PRICE_SHARE, LARGE_ORDER_SHARE
#   competitor_level  the level of those who buy from a competitor
#   askable       a lead may be asked for it, by question { en: "..." fr: "..." }
)";

// "ATTRIBUTE_TYPE_NUMERIC" to "NUMERIC".
std::string WithoutPrefix(const std::string& name, absl::string_view prefix) {
  const absl::string_view rest = absl::StripPrefix(name, prefix);
  return rest == "UNSPECIFIED" ? "" : std::string(rest);
}

}  // namespace

std::string SchemaToText(const v1::Schema& schema,
                         const std::function<std::string(const std::string&)>& remark) {
  std::string text = kExplanation;
  v1::Schema head;
  head.set_etag(schema.etag());
  absl::StrAppend(&text, MessageText(head));
  for (const v1::Attribute& attribute : schema.attributes()) {
    v1::Schema one;
    *one.add_attributes() = attribute;
    one.mutable_attributes(0)->clear_number();
    const std::string above = remark(attribute.id());
    absl::StrAppend(&text, "\n", above.empty() ? "" : absl::StrCat("# ", above, "\n"),
                    MessageText(one));
  }
  return text;
}

absl::StatusOr<v1::Schema> SchemaFromText(const std::string& text) {
  v1::Schema schema;
  const absl::Status read = ReadMessageText(text, &schema);
  if (read.ok()) return schema;
  return absl::InvalidArgumentError(
      absl::StrCat(read.message(),
                   " Mend that line; `cible schema show --output FILE` writes a "
                   "file that can be read."));
}

absl::StatusOr<v1::Schema> ReadSchemaFile(const std::string& path) {
  const auto text = ReadTextFile(path);
  if (!text.ok()) return text.status();
  auto schema = SchemaFromText(*text);
  if (schema.ok()) return schema;
  return absl::Status(schema.status().code(), absl::StrCat(path, ", ", schema.status().message()));
}

absl::StatusOr<Schema> SchemaFromProto(const v1::Schema& message) {
  Schema schema;
  for (const v1::Attribute& each : message.attributes()) {
    auto attribute = AttributeFromProto(each);
    if (!attribute.ok()) return attribute.status();
    if (absl::Status status = schema.Add(*std::move(attribute)); !status.ok()) return status;
  }
  return schema;
}

std::string ShortName(v1::AttributeType type) {
  return WithoutPrefix(v1::AttributeType_Name(type), "ATTRIBUTE_TYPE_");
}
std::string ShortName(v1::Criterion criterion) {
  return WithoutPrefix(v1::Criterion_Name(criterion), "CRITERION_");
}
std::string ShortName(v1::Role role) { return WithoutPrefix(v1::Role_Name(role), "ROLE_"); }
std::string ShortName(v1::Stage stage) { return WithoutPrefix(v1::Stage_Name(stage), "STAGE_"); }
std::string ShortName(v1::ContactKind kind) {
  return WithoutPrefix(v1::ContactKind_Name(kind), "CONTACT_KIND_");
}

}  // namespace cible
