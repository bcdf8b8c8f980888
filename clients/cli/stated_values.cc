#include "clients/cli/stated_values.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/wrong_usage.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/text_parsing.h"
#include "server/wire/contact_wire.h"

namespace cible {
namespace {

constexpr std::size_t kSuggestions = 5;

// Attributes whose id holds the name or begins like it.
std::vector<std::string> Resembling(const std::string& name, const Schema& schema) {
  const std::string wanted = AttributeIdFromHeader(name, {});
  const std::string beginning = wanted.substr(0, 3);
  std::vector<std::string> ids;
  for (const Attribute& attribute : schema.attributes()) {
    if (ids.size() == kSuggestions) break;
    if (absl::StrContains(attribute.id, wanted) || absl::StartsWith(attribute.id, beginning)) {
      ids.push_back(attribute.id);
    }
  }
  return ids;
}

absl::Status UnknownAttribute(const std::string& name, const Schema& schema) {
  const std::vector<std::string> ids = Resembling(name, schema);
  std::string advice = "`cible schema show` lists those it has";
  if (schema.empty()) advice = "it is empty: import contacts first";
  if (!ids.empty()) {
    advice = absl::StrCat("did you mean ", absl::StrJoin(ids, ", "), "? ", advice);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("the schema has no attribute \"", name, "\"; ", advice));
}

absl::Status ReadStatedValue(const std::string& text, const Schema& schema,
                             std::vector<NamedValue>* values) {
  const std::size_t equals = text.find('=');
  if (equals == 0 || equals == std::string::npos) {
    return WrongUsage("--set needs ATTRIBUTE=VALUE, e.g. --set age=34");
  }
  const std::string name(absl::StripAsciiWhitespace(text.substr(0, equals)));
  const absl::StatusOr<const Attribute*> found = FindStatedAttribute(name, schema);
  if (!found.ok()) return found.status();
  const Attribute* attribute = *found;
  const auto is_same = [&](const NamedValue& value) { return value.attribute == attribute->id; };
  if (std::any_of(values->begin(), values->end(), is_same)) {
    return WrongUsage(
        absl::StrCat("--set gives \"", attribute->id, "\" twice; a set of tags is a|b"));
  }
  auto value = ParseCell(text.substr(equals + 1), *attribute);
  if (!value.ok()) return value.status();  // It names the attribute.
  if (value->has_value()) values->push_back({attribute->id, **value});
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<const Attribute*> FindStatedAttribute(const std::string& name,
                                                     const Schema& schema) {
  const Attribute* attribute = schema.Find(name);
  if (attribute == nullptr) return UnknownAttribute(name, schema);
  return attribute;
}

absl::Status ReadStatedValues(const std::vector<std::string>& texts, const Schema& schema,
                              v1::Contact* contact) {
  std::vector<NamedValue> values;
  for (const std::string& text : texts) {
    if (absl::Status status = ReadStatedValue(text, schema, &values); !status.ok()) return status;
  }
  if (values.empty()) return absl::OkStatus();
  const auto table = TableFromValues(values, schema);
  if (!table.ok()) return table.status();
  AttributesToProto(*table, 0, schema, contact);
  return absl::OkStatus();
}

}  // namespace cible
