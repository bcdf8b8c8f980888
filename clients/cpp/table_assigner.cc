#include "clients/cpp/table_assigner.h"

#include <cstddef>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "cible/v1/contact_service.pb.h"
#include "cible/v1/segmentation_service.pb.h"
#include "clients/cpp/contact_table_builder.h"

namespace cible {
namespace {

// A caller who keeps naming an attribute that does not exist must not make
// every table ask for the schema.
constexpr std::chrono::seconds kBetweenReadings{1};

// What becomes of the contacts under one schema.
struct Attempt {
  v1::ContactTable table;
  std::vector<std::size_t> sent;     // For each row of the table, its contact.
  std::vector<AssignedRow> answers;  // Of those that are not sent, already.
  bool has_unknown_attribute = false;
};

Attempt BuildTable(const std::vector<const v1::Contact*>& contacts, const v1::Schema& schema) {
  Attempt attempt;
  ContactTableBuilder builder(schema);
  for (const v1::Contact* contact : contacts) {
    const absl::Status added = builder.Add(*contact);
    attempt.answers.emplace_back(SegmentAssignment());
    if (added.ok()) {
      attempt.sent.push_back(attempt.answers.size() - 1);
      continue;
    }
    attempt.answers.back() = added;
    attempt.has_unknown_attribute = attempt.has_unknown_attribute || IsUnknownAttribute(added);
  }
  attempt.table = builder.Build();
  return attempt;
}

// The attribute for which a table was refused as a whole, as the server's
// sentence names it: `attribute "age" is not in the schema ...`. Empty: the
// error is about something else.
std::string RefusedAttribute(const absl::Status& status) {
  constexpr absl::string_view kBefore = "attribute \"";
  if (!absl::IsInvalidArgument(status) || !absl::StartsWith(status.message(), kBefore)) return "";
  const absl::string_view rest = status.message().substr(kBefore.size());
  return std::string(rest.substr(0, rest.find('"')));
}

// The schema without the attribute; null if it does not have it.
std::shared_ptr<const v1::Schema> Without(const std::string& attribute, const v1::Schema& schema) {
  auto result = std::make_shared<v1::Schema>();
  for (const v1::Attribute& kept : schema.attributes()) {
    if (kept.id() != attribute) *result->add_attributes() = kept;
  }
  return result->attributes_size() < schema.attributes_size() ? result : nullptr;
}

std::vector<AssignedRow> Answers(Attempt attempt,
                                 const absl::StatusOr<v1::AssignSegmentsResponse>& response) {
  absl::StatusOr<std::vector<AssignedRow>> rows =
      response.ok() ? AssignedRows(*response) : response.status();
  if (rows.ok() && rows->size() != attempt.sent.size()) {
    rows = absl::DataLossError("the answer has fewer rows than the table; update the server");
  }
  for (std::size_t row = 0; row < attempt.sent.size(); ++row) {
    attempt.answers[attempt.sent[row]] = rows.ok() ? (*rows)[row] : rows.status();
  }
  return std::move(attempt.answers);
}

}  // namespace

TableAssigner::TableAssigner(Client client, std::string segmentation)
    : client_(std::move(client)), segmentation_(std::move(segmentation)) {}

std::vector<AssignedRow> TableAssigner::Assign(const std::vector<const v1::Contact*>& contacts) {
  absl::StatusOr<SchemaCopy> known = Schema();
  if (!known.ok()) return std::vector<AssignedRow>(contacts.size(), known.status());
  SchemaCopy schema = *known;
  Attempt attempt = BuildTable(contacts, *schema);
  if (attempt.has_unknown_attribute) {
    schema = SchemaAfter(schema);
    attempt = BuildTable(contacts, *schema);
  }
  v1::AssignSegmentsRequest request;
  request.set_segmentation(segmentation_);
  absl::StatusOr<v1::AssignSegmentsResponse> response = v1::AssignSegmentsResponse();
  for (bool read_again = attempt.has_unknown_attribute; !attempt.sent.empty(); read_again = true) {
    *request.mutable_table() = std::move(attempt.table);
    response = client_.AssignSegments(request);
    const std::string refused = RefusedAttribute(response.status());
    if (refused.empty()) break;
    // Read again once; afterwards those who name the attribute are left behind.
    const SchemaCopy next = read_again ? Without(refused, *schema) : SchemaAfter(schema);
    if (next == nullptr) break;
    schema = next;
    attempt = BuildTable(contacts, *schema);
  }
  return Answers(std::move(attempt), response);
}

absl::StatusOr<TableAssigner::SchemaCopy> TableAssigner::Schema() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (schema_ != nullptr) return schema_;
  absl::StatusOr<SchemaCopy> read = ReadSchema();
  if (read.ok()) schema_ = *read;
  return read;
}

TableAssigner::SchemaCopy TableAssigner::SchemaAfter(const SchemaCopy& known) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (schema_ != known || now < read_again_at_) return schema_;
  read_again_at_ = now + kBetweenReadings;
  absl::StatusOr<SchemaCopy> read = ReadSchema();
  if (read.ok()) schema_ = *std::move(read);
  return schema_;
}

absl::StatusOr<TableAssigner::SchemaCopy> TableAssigner::ReadSchema() {
  const std::size_t end = segmentation_.find("/segmentations/");
  if (end == std::string::npos) {
    return absl::InvalidArgumentError(
        "the segmentation must be named workspaces/{workspace}/segmentations/{segmentation}");
  }
  v1::GetSchemaRequest request;
  request.set_name(segmentation_.substr(0, end) + "/schema");
  absl::StatusOr<v1::Schema> schema = client_.GetSchema(request);
  if (!schema.ok()) return schema.status();
  return std::make_shared<const v1::Schema>(*std::move(schema));
}

}  // namespace cible
