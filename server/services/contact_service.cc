#include "server/services/contact_service.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/services/contact_export.h"
#include "server/services/contact_updates.h"
#include "server/services/import_session.h"
#include "server/services/page_token.h"
#include "server/services/request_id.h"
#include "server/services/stored_contact.h"
#include "server/telemetry/call_log.h"
#include "server/wire/instant_wire.h"
#include "server/wire/schema_store.h"

namespace cible {
namespace {

// A reader is held by each; the others stay for everybody else.
constexpr int kMaxOpenExports = 4;
constexpr int kFilteredBlockRows = 1024;
constexpr int kMaxBatch = 1000;

absl::Status NoSuchContact() { return absl::NotFoundError("there is no such contact"); }

// One page of a list: its contacts, and the key of the last when there are
// more.
struct Page {
  std::vector<std::string> ids;
  std::vector<std::int64_t> keys;
  std::vector<v1::Contact*> contacts;
  std::int64_t last_key = 0;
  bool is_full = false;
};

// Takes rows into the page until it is full; a row beyond shows that there are
// more.
void TakeRows(const ContactBlock& block, const ContactQuery& query, int page_size, Page& page,
              v1::ListContactsResponse* response) {
  for (int row = 0; row < block.table.row_count && !page.is_full; ++row) {
    const ContactRecord& record = block.records[static_cast<std::size_t>(row)];
    if (std::ssize(page.ids) == page_size) {
      page.is_full = true;
      return;
    }
    v1::Contact* message = response->add_contacts();
    ContactToProto(query.scan.workspace, record, block.table, row, *query.schema, message);
    page.ids.push_back(record.id);
    page.keys.push_back(record.key);
    page.contacts.push_back(message);
    page.last_key = record.key;
  }
}

absl::StatusOr<Page> ReadPage(const ContactQuery& query, int page_size,
                              v1::ListContactsResponse* response) {
  const auto scan = query.snapshot->OpenScan(query.scan);
  if (!scan.ok()) return scan.status();
  Page page;
  while (!page.is_full) {
    const auto block = (*scan)->Next();
    if (!block.ok()) return block.status();
    if (!block->has_value()) break;
    TakeRows(**block, query, page_size, page, response);
  }
  return page;
}

absl::StatusOr<std::int64_t> CountAll(const ContactQuery& query) {
  ScanRequest request = query.scan;
  request.attributes.clear();
  request.after_key = 0;
  request.with_records = false;
  if (!request.filter.reads_segment()) request.segmentation.clear();
  std::int64_t count = 0;
  const absl::Status status = query.snapshot->Scan(request, [&](const ContactBlock& block) {
    count += block.table.row_count;
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return count;
}

}  // namespace

void AssignWritten(const AssignContactsFn& assign, const std::string& workspace,
                   absl::Span<const std::string> ids) {
  if (ids.empty()) return;
  const auto start = std::chrono::steady_clock::now();
  const absl::Status assigned = assign(workspace, ids);
  if (!assigned.ok()) {
    LogCall("cible.v1.ContactService, assignment of contacts that were written", assigned, start);
  }
}

std::vector<std::string> WithRelated(std::vector<std::string> ids,
                                     absl::Span<const OperationResult> results) {
  const auto has_related = [](const OperationResult& result) { return !result.related.empty(); };
  if (std::none_of(results.begin(), results.end(), has_related)) return ids;
  absl::flat_hash_set<std::string> seen(ids.begin(), ids.end());
  for (const OperationResult& result : results) {
    for (const RelatedContact& related : result.related) {
      if (seen.insert(related.id).second) ids.push_back(related.id);
    }
  }
  return ids;
}

ContactService::ContactService(Store& store, const Clock& clock, AssignContactsFn assign,
                               ExplainAssignmentsFn explain, SchemaChangedFn schema_changed,
                               CatchUpFn catch_up, TellLifecycleFn tell_lifecycle)
    : store_(store),
      clock_(clock),
      assign_(std::move(assign)),
      explain_(std::move(explain)),
      schema_changed_(std::move(schema_changed)),
      catch_up_(std::move(catch_up)),
      tell_lifecycle_(std::move(tell_lifecycle)),
      open_exports_(std::make_shared<std::atomic<int>>(0)),
      open_searches_(std::make_shared<std::atomic<int>>(0)) {}

void ContactService::Register(MethodTable& table) {
  table.Unary("GetSchema", Execution::kBlocking, &v1::GetSchemaRequest::name, this,
              &ContactService::GetSchema);
  table.Unary(
      "UpdateSchema", Execution::kBlocking,
      [](const v1::UpdateSchemaRequest& request) -> const std::string& {
        return request.schema().name();
      },
      this, &ContactService::UpdateSchema);
  table.Unary("InferSchema", Execution::kBlocking, &v1::InferSchemaRequest::parent, this,
              &ContactService::InferSchema);
  table.Unary("GetContact", Execution::kBlocking, &v1::GetContactRequest::name, this,
              &ContactService::GetContact);
  table.Unary("ListContacts", Execution::kBlocking, &v1::ListContactsRequest::parent, this,
              &ContactService::ListContacts);
  table.Unary(
      "UpdateContact", Execution::kBlocking,
      [](const v1::UpdateContactRequest& request) -> const std::string& {
        return request.contact().name();
      },
      this, &ContactService::UpdateContact);
  table.Unary("BatchUpdateContacts", Execution::kBlocking, &v1::BatchUpdateContactsRequest::parent,
              this, &ContactService::BatchUpdateContacts);
  table.Unary("ObjectToProfiling", Execution::kBlocking, &v1::ObjectToProfilingRequest::name, this,
              &ContactService::ObjectToProfiling);
  table.Unary("RecordConsent", Execution::kBlocking, &v1::RecordConsentRequest::name, this,
              &ContactService::RecordConsent);
  table.Unary("GetContactDossier", Execution::kBlocking, &v1::GetContactDossierRequest::name, this,
              &ContactService::GetContactDossier);
  table.Unary("DeleteContact", Execution::kBlocking, &v1::DeleteContactRequest::name, this,
              &ContactService::DeleteContact);
  table.ServerStream<v1::FindDuplicatesRequest, v1::FindDuplicatesResponse>(
      "FindDuplicates", &v1::FindDuplicatesRequest::parent,
      [this](const CallContext& call, const v1::FindDuplicatesRequest& request) {
        return OpenDuplicates(call, request);
      });
  table.Unary("MergeContacts", Execution::kBlocking, &v1::MergeContactsRequest::parent, this,
              &ContactService::MergeContacts);
  table.BidiStream<v1::ImportContactsRequest, v1::ImportContactsResponse>(
      "ImportContacts", Execution::kBlocking, &v1::ImportContactsRequest::parent,
      [this] { return OpenImport(); });
  table.BidiStream<v1::RecordEventsRequest, v1::RecordEventsResponse>(
      "RecordEvents", Execution::kBlocking, &v1::RecordEventsRequest::parent,
      [this] { return OpenEvents(); });
  table.Unary("ListEvents", Execution::kBlocking, &v1::ListEventsRequest::parent, this,
              &ContactService::ListEvents);
  table.Unary("CancelEvents", Execution::kBlocking, &v1::CancelEventsRequest::parent, this,
              &ContactService::CancelEvents);
  table.ServerStream<v1::ExportContactsRequest, v1::ExportContactsResponse>(
      "ExportContacts", &v1::ExportContactsRequest::parent,
      [this](const CallContext& call, const v1::ExportContactsRequest& request) {
        return OpenExport(call, request);
      });
}

absl::Status ContactService::GetContact(const CallContext& /*call*/,
                                        const v1::GetContactRequest& request,
                                        v1::Contact* response) {
  const auto name = ResourceName::Parse(request.name(), ResourceKind::kContact);
  if (!name.ok()) return name.status();
  const auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto schema = ReadSchema(**snapshot, name->workspace);
  if (!schema.ok()) return schema.status();
  return ReadContacts(**snapshot, name->workspace, {&name->id, 1}, schema->schema, clock_.Now(),
                      {&response, 1});
}

absl::Status ContactService::ListContacts(const CallContext& /*call*/,
                                          const v1::ListContactsRequest& request,
                                          v1::ListContactsResponse* response) {
  const auto page_size = PageSize(request.page_size());
  if (!page_size.ok()) return page_size.status();
  const absl::string_view fields[] = {request.parent(), request.filter(), request.segmentation(),
                                      request.include_left_out() ? "all" : ""};
  const auto position = ReadPageToken(request.page_token(), fields);
  if (!position.ok()) return position.status();
  TimestampToProto(clock_.Now(), response->mutable_as_of());
  auto query = OpenContactQuery(store_, request.parent(), request.filter(), request.segmentation(),
                                request.include_left_out(), clock_.Now(), catch_up_);
  if (!query.ok()) return query.status();
  if (request.count()) {
    const auto total = CountAll(*query);
    if (!total.ok()) return total.status();
    response->set_total_size(*total);
  }
  for (const Attribute& attribute : query->schema->attributes()) {
    query->scan.attributes.push_back(attribute.id);
  }
  if (!position->empty() && !absl::SimpleAtoi(*position, &query->scan.after_key)) {
    return absl::InvalidArgumentError("page_token is not of this list");
  }
  query->scan.block_rows = query->scan.filter.passes_all() ? *page_size + 1 : kFilteredBlockRows;
  const auto page = ReadPage(*query, *page_size, response);
  if (!page.ok()) return page.status();
  if (page->is_full) {
    response->set_next_page_token(MakePageToken(absl::StrCat(page->last_key), fields));
  }
  const std::string& workspace = query->scan.workspace;
  if (absl::Status status = AddFormerNames(*query->snapshot, workspace, page->keys, page->contacts);
      !status.ok()) {
    return status;
  }
  return AddAssignments(*query->snapshot, workspace, page->ids, page->contacts);
}

absl::Status ContactService::UpdateContact(const CallContext& call,
                                           const v1::UpdateContactRequest& request,
                                           v1::Contact* response) {
  const auto name = ResourceName::Parse(request.contact().name(), ResourceKind::kContact);
  if (!name.ok()) return name.status();
  auto mark = MarkOf(request, name->workspace);
  if (!mark.ok()) return mark.status();
  const ContactUpdates updates{.workspace = name->workspace,
                               .requests = {&request},
                               .validate_only = request.validate_only(),
                               .mark = *std::move(mark),
                               .author = {call.principal, "UpdateContact"},
                               .schema_changed = schema_changed_};
  return MakeUpdates(store_, clock_, assign_, updates, {&response, 1});
}

absl::Status ContactService::BatchUpdateContacts(const CallContext& call,
                                                 const v1::BatchUpdateContactsRequest& request,
                                                 v1::BatchUpdateContactsResponse* response) {
  const auto parent = ResourceName::Parse(request.parent(), ResourceKind::kWorkspace);
  if (!parent.ok()) return parent.status();
  if (request.requests().empty() || request.requests_size() > kMaxBatch) {
    return absl::InvalidArgumentError(absl::StrCat("the batch has ", request.requests_size(),
                                                   " requests; send 1 to ", kMaxBatch));
  }
  auto mark = MarkOf(request, parent->workspace);
  if (!mark.ok()) return mark.status();
  ContactUpdates updates{.workspace = parent->workspace,
                         .requests = {},
                         .is_batch = true,
                         .validate_only = request.validate_only(),
                         .mark = *std::move(mark),
                         .author = {call.principal, "BatchUpdateContacts"},
                         .schema_changed = schema_changed_};
  std::vector<v1::Contact*> contacts;
  for (const v1::UpdateContactRequest& update : request.requests()) {
    updates.requests.push_back(&update);
    contacts.push_back(response->add_contacts());
  }
  return MakeUpdates(store_, clock_, assign_, updates, contacts);
}

absl::Status ContactService::DeleteContact(const CallContext& call,
                                           const v1::DeleteContactRequest& request,
                                           google::protobuf::Empty* /*response*/) {
  const auto name = ResourceName::Parse(request.name(), ResourceKind::kContact);
  if (!name.ok()) return name.status();
  cible::DeleteContact removal{name->workspace, name->id};
  const auto results = store_.Commit({.operations = {std::move(removal)},
                                      .time = clock_.Now(),
                                      .request = {},
                                      .author = Author{call.principal, "DeleteContact"}});
  if (absl::IsNotFound(results.status())) return NoSuchContact();
  if (!results.ok()) return results.status();
  AssignWritten(assign_, name->workspace, WithRelated({}, *results));
  return absl::OkStatus();
}

std::unique_ptr<StreamSession> ContactService::OpenImport() {
  return std::make_unique<ImportSession>(store_, clock_, assign_, schema_changed_);
}

absl::StatusOr<std::unique_ptr<ResponseSource>> ContactService::OpenExport(
    const CallContext& /*call*/, const v1::ExportContactsRequest& request) {
  const std::shared_ptr<void> slot(nullptr, [open = open_exports_](void*) { open->fetch_sub(1); });
  if (open_exports_->fetch_add(1) >= kMaxOpenExports) {
    return absl::ResourceExhaustedError(absl::StrCat(
        kMaxOpenExports, " exports are under way; try again when one of them has ended"));
  }
  auto query = OpenContactQuery(store_, request.parent(), request.filter(), request.segmentation(),
                                request.include_left_out(), clock_.Now(), catch_up_);
  if (!query.ok()) return query.status();
  auto attributes = AttributeIds(request.attributes(), *query->schema);
  if (!attributes.ok()) return attributes.status();
  return ContactExport::Open(*std::move(query), *std::move(attributes), slot);
}

}  // namespace cible
