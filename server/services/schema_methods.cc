// The methods of ContactService that are about schemas.

#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "segmentation/behaviour/organization_attributes.h"
#include "segmentation/data/inference.h"
#include "server/services/contact_service.h"
#include "server/wire/contact_wire.h"
#include "server/wire/resource_name.h"
#include "server/wire/schema_store.h"
#include "server/wire/utf8.h"

namespace cible {
namespace {

constexpr std::size_t kMaxAttributes = 10'000;
constexpr int kMaxInferenceColumns = 10'000;
constexpr int kMaxInferenceRows = 100'000;
constexpr std::size_t kMaxInferenceBytes = 4 << 20;

void WorkspaceSchemaToProto(const std::string& workspace, const WorkspaceSchema& schema,
                            v1::Schema* message) {
  message->set_name(SchemaName(workspace).ToString());
  SchemaToProto(schema.schema, message);
  message->set_etag(absl::StrCat(schema.revision));
}

absl::Status Outdated() {
  return absl::AbortedError(
      "the schema has changed since it was read; get it again and repeat the change");
}

absl::Status TooManyAttributes(std::size_t count) {
  return absl::InvalidArgumentError(absl::StrCat(
      "the schema would have ", count, " attributes; at most ", kMaxAttributes, " are allowed"));
}

// An attribute that is to be added. One that the service would add by itself later may
// come before, as with the schema of another workspace.
absl::StatusOr<Attribute> NewAttribute(Attribute attribute, const Schema& schema) {
  if (!IsDerived(attribute)) return attribute;
  if (!OrganizationSource(attribute).empty()) {
    auto completed = CompletedByItsSource(std::move(attribute), schema);
    if (!completed.ok()) return completed.status();
    const absl::Status status = CheckSensitivity(*completed);
    return status.ok() ? completed : status;
  }
  if (BehaviourMeasure::Of(attribute) || PeopleMeasure::Of(attribute)) return attribute;
  return absl::InvalidArgumentError(
      absl::StrCat("attribute \"", attribute.id, "\" is derived from ", attribute.derived_from,
                   ", which is nothing that this server derives in its type; leave it out"));
}

absl::Status ApplyChange(Attribute attribute, Schema& schema) {
  const Attribute* existing = schema.Find(attribute.id);
  const bool exists = existing != nullptr && existing->id == attribute.id;
  if (exists) return schema.Update(std::move(attribute));
  auto added = NewAttribute(std::move(attribute), schema);
  return added.ok() ? schema.Add(*std::move(added)) : added.status();
}

// What is derived from organisations stays as its source is: as sensitive at least, of
// its levels, and not without it.
absl::Status FollowSources(Schema& schema) {
  const std::vector<Attribute> attributes = schema.attributes();
  for (const Attribute& attribute : attributes) {
    if (OrganizationSource(attribute).empty()) continue;
    auto completed = CompletedByItsSource(attribute, schema);
    if (!completed.ok()) return completed.status();
    if (absl::Status status = CheckSensitivity(*completed); !status.ok()) return status;
    if (absl::Status status = schema.Update(*std::move(completed)); !status.ok()) return status;
  }
  return absl::OkStatus();
}

// Replaces and adds the attributes of the message.
absl::Status ApplyChanges(const v1::Schema& message, bool remove_missing, Schema& schema) {
  const auto sent = static_cast<std::size_t>(message.attributes_size());
  if (sent > kMaxAttributes) return TooManyAttributes(sent);
  std::set<std::string> listed;
  std::vector<Attribute> derived;  // Last, since their sources may come with them.
  for (const v1::Attribute& attribute_message : message.attributes()) {
    absl::StatusOr<Attribute> attribute = AttributeFromProto(attribute_message);
    if (!attribute.ok()) return attribute.status();
    if (absl::Status status = CheckSensitivity(*attribute); !status.ok()) return status;
    if (!listed.insert(attribute->id).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("attribute \"", attribute->id, "\" is listed twice; list it once"));
    }
    if (!OrganizationSource(*attribute).empty()) {
      derived.push_back(*std::move(attribute));
    } else if (absl::Status status = ApplyChange(*std::move(attribute), schema); !status.ok()) {
      return status;
    }
  }
  for (Attribute& attribute : derived) {
    if (absl::Status status = ApplyChange(std::move(attribute), schema); !status.ok()) {
      return status;
    }
  }
  for (int i = static_cast<int>(schema.attributes().size()) - 1; remove_missing && i >= 0; --i) {
    const std::string id = schema.attributes()[static_cast<std::size_t>(i)].id;
    if (listed.contains(id)) continue;
    if (absl::Status status = schema.Remove(id); !status.ok()) return status;
  }
  if (absl::Status status = FollowSources(schema); !status.ok()) return status;
  const std::size_t count = schema.attributes().size();
  return count <= kMaxAttributes ? absl::OkStatus() : TooManyAttributes(count);
}

absl::Status CheckInferenceSize(const v1::InferSchemaRequest& request) {
  if (request.headers_size() != request.columns_size()) {
    return absl::InvalidArgumentError(absl::StrCat("the request has ", request.headers_size(),
                                                   " headers and ", request.columns_size(),
                                                   " columns; send one column a header"));
  }
  if (request.headers_size() > kMaxInferenceColumns) {
    return absl::InvalidArgumentError(absl::StrCat("the request has ", request.headers_size(),
                                                   " columns; send at most ",
                                                   kMaxInferenceColumns));
  }
  std::size_t bytes = 0;
  for (const v1::Texts& column : request.columns()) bytes += column.data().size();
  const int rows = request.columns().empty() ? 0 : request.columns(0).ends_size();
  if (bytes <= kMaxInferenceBytes && rows <= kMaxInferenceRows) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "the columns hold ", rows, " rows and ", bytes, " bytes; send at most ", kMaxInferenceRows,
      " rows and ", kMaxInferenceBytes, " bytes, a sample is enough"));
}

absl::Status CheckInferenceColumn(const v1::Texts& column, int position, int rows) {
  const std::string what = absl::StrCat("the cells of column ", position + 1);
  if (absl::Status status = CheckTexts(column, what); !status.ok()) return status;
  if (column.ends_size() != rows) {
    return absl::InvalidArgumentError(absl::StrCat(what, " are ", column.ends_size(),
                                                   ", those of the first column ", rows,
                                                   "; send columns of the same length"));
  }
  return absl::OkStatus();
}

absl::StatusOr<TextTable> RawColumns(const v1::InferSchemaRequest& request) {
  if (absl::Status status = CheckInferenceSize(request); !status.ok()) return status;
  const int rows = request.columns().empty() ? 0 : request.columns(0).ends_size();
  TextTable table;
  table.header.assign(request.headers().begin(), request.headers().end());
  for (int i = 0; i < request.columns_size(); ++i) {
    const absl::Status status = CheckInferenceColumn(request.columns(i), i, rows);
    if (!status.ok()) return status;
    table.columns.push_back(TextsFromProto(request.columns(i)));
    for (const std::string& cell : table.columns.back()) {
      if (IsUtf8(cell)) continue;
      return absl::InvalidArgumentError(
          absl::StrCat("the cells of column ", i + 1,
                       " are not all UTF-8; convert them, or leave those rows out"));
    }
  }
  for (int row = 0; row < rows; ++row) table.lines.push_back(row + 1);
  return table;
}

void ReportToProto(const ColumnReport& report, v1::ColumnReport* message) {
  message->set_header(report.header);
  message->set_attribute(report.attribute);
  message->set_known_count(report.known);
  message->set_missing_count(report.missing);
  for (const auto& [marker, count] : report.missing_markers) message->add_missing_markers(marker);
  message->set_distinct_count(report.distinct);
  message->set_notice(report.notice);
}

}  // namespace

absl::Status ContactService::GetSchema(const CallContext& /*call*/,
                                       const v1::GetSchemaRequest& request, v1::Schema* response) {
  const auto name = ResourceName::Parse(request.name(), ResourceKind::kSchema);
  if (!name.ok()) return name.status();
  const auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto schema = ReadSchema(**snapshot, name->workspace);
  if (!schema.ok()) return schema.status();
  WorkspaceSchemaToProto(name->workspace, *schema, response);
  return absl::OkStatus();
}

absl::Status ContactService::UpdateSchema(const CallContext& call,
                                          const v1::UpdateSchemaRequest& request,
                                          v1::Schema* response) {
  const auto name = ResourceName::Parse(request.schema().name(), ResourceKind::kSchema);
  if (!name.ok()) return name.status();
  auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  auto schema = ReadSchema(**snapshot, name->workspace);
  if (!schema.ok()) return schema.status();
  snapshot->reset();  // Its connection is not needed while the write waits.
  const std::string& etag = request.schema().etag();
  if (!etag.empty() && etag != absl::StrCat(schema->revision)) return Outdated();
  const absl::Status status =
      ApplyChanges(request.schema(), request.remove_missing(), schema->schema);
  if (!status.ok()) return status;
  if (!request.validate_only()) {
    const auto results = store_.Commit({.operations = {SchemaWrite(name->workspace, *schema)},
                                        .time = clock_.Now(),
                                        .request = {},
                                        .author = Author{call.principal, "UpdateSchema"}});
    if (absl::IsAborted(results.status())) return Outdated();
    if (!results.ok()) return results.status();
    schema->revision = results->front().revision;
    if (schema_changed_) schema_changed_(name->workspace);
  }
  WorkspaceSchemaToProto(name->workspace, *schema, response);
  return absl::OkStatus();
}

absl::Status ContactService::InferSchema(const CallContext& /*call*/,
                                         const v1::InferSchemaRequest& request,
                                         v1::InferSchemaResponse* response) {
  const auto parent = ResourceName::Parse(request.parent(), ResourceKind::kWorkspace);
  if (!parent.ok()) return parent.status();
  auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const absl::Status exists = CheckWorkspace(**snapshot, parent->workspace);
  if (!exists.ok()) return exists;
  snapshot->reset();  // Inference takes its time and reads nothing more.
  const auto columns = RawColumns(request);
  if (!columns.ok()) return columns.status();
  const auto inference = cible::InferSchema(*columns, {.id_column = request.id_column(),
                                                       .outcome_column = request.outcome_column(),
                                                       .outcome_value = request.outcome_value()});
  if (!inference.ok()) return inference.status();
  response->mutable_schema()->set_name(SchemaName(parent->workspace).ToString());
  SchemaToProto(inference->schema, response->mutable_schema());
  response->set_id_column(inference->id_column);
  for (const ColumnReport& report : inference->columns) {
    ReportToProto(report, response->add_columns());
  }
  response->mutable_notices()->Assign(inference->notices.begin(), inference->notices.end());
  return absl::OkStatus();
}

}  // namespace cible
