#include "server/services/workspace_service.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cible/storage/v1/resources.pb.h"
#include "server/identity/phone_number.h"
#include "server/privacy/privacy_wire.h"
#include "server/privacy/retention.h"
#include "server/services/derived_attributes.h"
#include "server/services/listing.h"
#include "server/services/new_segmentation.h"
#include "server/services/page_token.h"
#include "server/storage/collections.h"
#include "server/wire/behaviour_store.h"
#include "server/wire/instant_wire.h"
#include "server/wire/resource_name.h"
#include "server/wire/schema_store.h"

namespace cible {
namespace {

constexpr std::size_t kMaxDisplayName = 256;
constexpr int kDefaultKAnonymity = 10;
constexpr int kMaxKAnonymity = 1000;
constexpr int kMaxRetentionDays = 36'500;

// Names of zones are looked up as files below the zone database: only what
// looks like `Europe/Paris` or `Etc/GMT+5` gets there.
bool LooksLikeTimeZone(absl::string_view name) {
  return !name.empty() && absl::ascii_isupper(name[0]) &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isalnum(c) || c == '/' || c == '_' || c == '-' || c == '+';
         });
}

bool IsCurrencyCode(absl::string_view code) {
  return code.size() == 3 && std::all_of(code.begin(), code.end(), absl::ascii_isupper);
}

absl::Status Check(const v1::Workspace& workspace) {
  if (workspace.display_name().size() > kMaxDisplayName) {
    return absl::InvalidArgumentError("display_name has more than 256 bytes; shorten it");
  }
  if (!LooksLikeTimeZone(workspace.time_zone()) || !IsTimeZone(workspace.time_zone())) {
    return absl::InvalidArgumentError(
        "time_zone is not known; give an IANA name such as `Europe/Paris` or `UTC`");
  }
  if (!IsCurrencyCode(workspace.currency_code())) {
    return absl::InvalidArgumentError(
        "currency_code is not three capital letters; give an ISO 4217 code such as `EUR`");
  }
  if (!workspace.phone_region().empty() && !IsPhoneRegion(workspace.phone_region())) {
    return absl::InvalidArgumentError(
        "phone_region is not known; give a region of ISO 3166-1 such as `FR`, or leave it out");
  }
  if (workspace.k_anonymity() < 1 || workspace.k_anonymity() > kMaxKAnonymity) {
    return absl::InvalidArgumentError(
        "k_anonymity is outside 1 to 1000; give one within, or 0 for the default of 10");
  }
  const int days = workspace.retention_days();
  if (days != kNoRetention && (days < 1 || days > kMaxRetentionDays)) {
    return absl::InvalidArgumentError(
        "retention_days is outside 1 to 36500; give days within, 0 for the default of 1096 (three "
        "years), or -1 for never");
  }
  return absl::OkStatus();
}

// The workspace with its defaults, without what the store says of it.
// Errors: INVALID_ARGUMENT, naming the field.
absl::StatusOr<v1::Workspace> Completed(const v1::Workspace& sent, const std::string& id) {
  v1::Workspace workspace;
  workspace.set_name(WorkspaceName(id).ToString());
  workspace.set_display_name(sent.display_name());
  workspace.set_time_zone(sent.time_zone().empty() ? "UTC" : sent.time_zone());
  workspace.set_currency_code(sent.currency_code().empty() ? "EUR" : sent.currency_code());
  workspace.set_k_anonymity(sent.k_anonymity() == 0 ? kDefaultKAnonymity : sent.k_anonymity());
  workspace.set_require_legal_basis(sent.require_legal_basis());
  workspace.set_retention_days(sent.retention_days() == 0 ? kDefaultRetentionDays
                                                          : sent.retention_days());
  workspace.set_phone_region(sent.phone_region());
  *workspace.mutable_behaviour() = sent.behaviour();
  CompleteSettings(*workspace.mutable_behaviour());
  absl::Status status = CheckSettings(workspace.behaviour());
  if (status.ok()) status = Check(workspace);
  if (!status.ok()) return status;
  return workspace;
}

PutResource WorkspaceWrite(const std::string& id, const v1::Workspace& workspace,
                           Revision expected) {
  storage::v1::StoredWorkspace stored;
  *stored.mutable_workspace() = workspace;
  return {WorkspaceKey(id), stored.SerializeAsString(), expected};
}

PutResource DefaultSegmentation(const std::string& workspace) {
  storage::v1::StoredSegmentation stored = NewSegmentation();
  stored.mutable_segmentation()->set_display_name("Default");
  return {SegmentationKey(workspace, "default"), stored.SerializeAsString(), 0};
}

// ALREADY_EXISTS when the id is taken. By nobody: by the server itself.
absl::Status Create(Store& store, const std::string& id, const v1::Workspace& workspace,
                    Timestamp time, std::optional<Author> author) {
  WriteBatch batch{{WorkspaceWrite(id, workspace, 0), SchemaWrite(id, {}), DefaultSegmentation(id),
                    PutBehaviourRules{id, RulesOf(workspace)}},
                   time,
                   {},
                   std::move(author)};
  const absl::Status status = store.Commit(std::move(batch)).status();
  if (!absl::IsAborted(status)) return status;
  return absl::AlreadyExistsError(
      absl::StrCat("workspaces/", id, " exists already; choose another id"));
}

absl::Status WorkspaceToProto(const Resource& resource, v1::Workspace* message) {
  storage::v1::StoredWorkspace stored;
  if (!stored.ParseFromString(resource.body)) {
    return absl::DataLossError(absl::StrCat("workspaces/", resource.key.id,
                                            " cannot be read; restore the store from a backup"));
  }
  *message = std::move(*stored.mutable_workspace());
  if (message->retention_days() == 0) message->set_retention_days(kDefaultRetentionDays);
  CompleteSettings(*message->mutable_behaviour());
  message->set_name(WorkspaceName(resource.key.id).ToString());
  message->set_etag(absl::StrCat(resource.revision));
  TimestampToProto(resource.create_time, message->mutable_create_time());
  TimestampToProto(resource.update_time, message->mutable_update_time());
  return absl::OkStatus();
}

absl::StatusOr<Resource> Find(Store& store, const std::string& id) {
  const auto snapshot = store.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  if (absl::Status status = CheckWorkspace(**snapshot, id); !status.ok()) return status;
  return (*snapshot)->Get(WorkspaceKey(id));
}

absl::Status Read(Store& store, const std::string& id, v1::Workspace* message) {
  const auto resource = Find(store, id);
  return resource.ok() ? WorkspaceToProto(*resource, message) : resource.status();
}

// The key of the contact that entries are asked for; 0 for all.
absl::StatusOr<std::int64_t> AuditedContact(Snapshot& snapshot, const std::string& workspace,
                                            const std::string& contact) {
  if (contact.empty()) return 0;
  if (const auto number = ErasedContactNumber(workspace, contact)) return *number;
  const auto name = ResourceName::Parse(contact, ResourceKind::kContact);
  if (!name.ok()) return name.status();
  if (name->workspace != workspace) {
    return absl::InvalidArgumentError(
        "the contact is of another workspace than the entries; name both in one");
  }
  const auto found = snapshot.Lookup(workspace, {&name->id, 1});
  if (!found.ok()) return found.status();
  if (!found->front().has_value()) return absl::NotFoundError("there is no such contact");
  return found->front()->key;
}

// Amounts of events are in the currency that the workspace had when they came.
absl::Status CheckCurrency(Store& store, const std::string& id, const v1::Workspace& before,
                           const v1::Workspace& now) {
  if (before.currency_code() == now.currency_code()) return absl::OkStatus();
  const auto snapshot = store.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto has_events = (*snapshot)->HasEvents(id);
  if (!has_events.ok()) return has_events.status();
  if (!*has_events) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("events are recorded in ", before.currency_code(),
                   ", so the currency cannot change; make another workspace for another one"));
}

// Whether what events add up to means something else for every contact.
bool IsReadOtherwise(const v1::BehaviourSettings& before, const v1::BehaviourSettings& now) {
  return before.engagement_half_life_days() != now.engagement_half_life_days() ||
         before.events_are_complete() != now.events_are_complete();
}

// So that all contacts are assigned anew.
absl::StatusOr<std::vector<DropAssignments>> DropsOfAssignments(Store& store,
                                                                const std::string& workspace) {
  const auto snapshot = store.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const ResourceKey key = SegmentationKey(workspace, "");
  const auto segmentations =
      (*snapshot)->List(workspace, key.collection, key.parent, "", std::numeric_limits<int>::max());
  if (!segmentations.ok()) return segmentations.status();
  std::vector<DropAssignments> drops;
  for (const Resource& segmentation : *segmentations) {
    drops.push_back({workspace, segmentation.key.id});
  }
  return drops;
}

absl::Status Outdated() {
  return absl::AbortedError(
      "the workspace has changed since it was read; get it again and repeat the change");
}

}  // namespace

absl::Status EnsureDefaultWorkspace(Store& store, Timestamp time) {
  const absl::Status found = Find(store, "default").status();
  if (!absl::IsNotFound(found)) return found;
  v1::Workspace workspace;
  workspace.set_display_name("Default");
  const auto completed = Completed(workspace, "default");
  return completed.ok() ? Create(store, "default", *completed, time, {}) : completed.status();
}

WorkspaceService::WorkspaceService(Store& store, const Clock& clock,
                                   std::function<void()> assign_left_out,
                                   std::function<void(const std::string&)> workspace_changed)
    : store_(store),
      clock_(clock),
      assign_left_out_(std::move(assign_left_out)),
      workspace_changed_(std::move(workspace_changed)),
      start_(clock.Now()) {}

void WorkspaceService::Register(MethodTable& table) {
  table.Unary("GetWorkspace", Execution::kBlocking, &v1::GetWorkspaceRequest::name, this,
              &WorkspaceService::GetWorkspace);
  table.Unary("ListWorkspaces", Execution::kBlocking, nullptr, this,
              &WorkspaceService::ListWorkspaces);
  table.Unary("CreateWorkspace", Execution::kBlocking, nullptr, this,
              &WorkspaceService::CreateWorkspace);
  table.Unary(
      "UpdateWorkspace", Execution::kBlocking,
      [](const v1::UpdateWorkspaceRequest& request) -> const std::string& {
        return request.workspace().name();
      },
      this, &WorkspaceService::UpdateWorkspace);
  table.Unary("GetRetentionReport", Execution::kBlocking, &v1::GetRetentionReportRequest::name,
              this, &WorkspaceService::GetRetentionReport);
  table.Unary("ListAuditEntries", Execution::kBlocking, &v1::ListAuditEntriesRequest::parent, this,
              &WorkspaceService::ListAuditEntries);
  table.Unary("GetServerInfo", Execution::kBlocking, nullptr, this,
              &WorkspaceService::GetServerInfo);
}

absl::Status WorkspaceService::GetWorkspace(const CallContext& /*call*/,
                                            const v1::GetWorkspaceRequest& request,
                                            v1::Workspace* response) {
  const auto name = ResourceName::Parse(request.name(), ResourceKind::kWorkspace);
  return name.ok() ? Read(store_, name->workspace, response) : name.status();
}

absl::Status WorkspaceService::ListWorkspaces(const CallContext& /*call*/,
                                              const v1::ListWorkspacesRequest& request,
                                              v1::ListWorkspacesResponse* response) {
  const auto page = ListPage(store_, WorkspaceKey(""), request.page_size(), request.page_token());
  if (!page.ok()) return page.status();
  response->set_next_page_token(page->next_page_token);
  for (const Resource& resource : page->resources) {
    const absl::Status status = WorkspaceToProto(resource, response->add_workspaces());
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status WorkspaceService::CreateWorkspace(const CallContext& call,
                                               const v1::CreateWorkspaceRequest& request,
                                               v1::Workspace* response) {
  const std::string& id = request.workspace_id();
  if (absl::Status status = CheckResourceId(id); !status.ok()) return status;
  const auto workspace = Completed(request.workspace(), id);
  if (!workspace.ok()) return workspace.status();
  const Author author{call.principal, "CreateWorkspace", false, WorkspaceKey(id)};
  if (absl::Status status = Create(store_, id, *workspace, clock_.Now(), author); !status.ok()) {
    return status;
  }
  return Read(store_, id, response);
}

absl::Status WorkspaceService::UpdateWorkspace(const CallContext& call,
                                               const v1::UpdateWorkspaceRequest& request,
                                               v1::Workspace* response) {
  const auto name = ResourceName::Parse(request.workspace().name(), ResourceKind::kWorkspace);
  if (!name.ok()) return name.status();
  const auto stored = Find(store_, name->workspace);
  if (!stored.ok()) return stored.status();
  const std::string& etag = request.workspace().etag();
  if (!etag.empty() && etag != absl::StrCat(stored->revision)) return Outdated();
  v1::Workspace before;
  if (absl::Status status = WorkspaceToProto(*stored, &before); !status.ok()) return status;
  v1::Workspace sent = request.workspace();
  if (!sent.has_behaviour()) *sent.mutable_behaviour() = before.behaviour();
  const auto completed = Completed(sent, name->workspace);
  if (!completed.ok()) return completed.status();
  const v1::Workspace& workspace = *completed;
  if (absl::Status status = CheckCurrency(store_, name->workspace, before, workspace);
      !status.ok()) {
    return status;
  }
  WriteBatch batch{.operations = {WorkspaceWrite(name->workspace, workspace, stored->revision),
                                  PutBehaviourRules{name->workspace, RulesOf(workspace)}},
                   .time = clock_.Now(),
                   .request = {},
                   .author = Author{call.principal, "UpdateWorkspace"}};
  if (workspace.require_legal_basis()) {
    batch.operations.push_back(DropBaselessAssignments{name->workspace});
  }
  const bool is_read_otherwise = IsReadOtherwise(before.behaviour(), workspace.behaviour());
  if (is_read_otherwise) {
    const auto drops = DropsOfAssignments(store_, name->workspace);
    if (!drops.ok()) return drops.status();
    batch.operations.insert(batch.operations.end(), drops->begin(), drops->end());
  }
  absl::Status status = store_.Commit(std::move(batch)).status();
  if (absl::IsAborted(status)) return Outdated();
  if (!status.ok()) return status;
  const bool asks_less = before.require_legal_basis() && !workspace.require_legal_basis();
  const bool adds_up_anew = RulesOf(before) != RulesOf(workspace);
  status = PutDerivedAttributes(store_, clock_, name->workspace, DerivedAttributes::kIfThere, {})
               .status();
  // Models know of it first, so that contacts are assigned as of the day of its zone.
  if (workspace_changed_) workspace_changed_(name->workspace);
  if ((asks_less || adds_up_anew || is_read_otherwise) && assign_left_out_) assign_left_out_();
  return status.ok() ? Read(store_, name->workspace, response) : status;
}

absl::Status WorkspaceService::GetRetentionReport(const CallContext& /*call*/,
                                                  const v1::GetRetentionReportRequest& request,
                                                  v1::RetentionReport* response) {
  const auto name = ResourceName::Parse(request.name(), ResourceKind::kWorkspace);
  if (!name.ok()) return name.status();
  auto report = ReportRetention(store_, name->workspace, clock_.Now());
  if (report.ok()) *response = *std::move(report);
  return report.status();
}

absl::Status WorkspaceService::ListAuditEntries(const CallContext& /*call*/,
                                                const v1::ListAuditEntriesRequest& request,
                                                v1::ListAuditEntriesResponse* response) {
  const auto parent = ResourceName::Parse(request.parent(), ResourceKind::kWorkspace);
  if (!parent.ok()) return parent.status();
  const auto page_size = PageSize(request.page_size());
  if (!page_size.ok()) return page_size.status();
  const absl::string_view fields[] = {request.parent(), request.contact()};
  const auto position = ReadPageToken(request.page_token(), fields);
  if (!position.ok()) return position.status();
  AuditQuery query{.workspace = parent->workspace, .limit = *page_size + 1};
  if (!position->empty() && !absl::SimpleAtoi(*position, &query.before)) {
    return absl::InvalidArgumentError("page_token is not of this list");
  }
  const auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  if (absl::Status status = CheckWorkspace(**snapshot, parent->workspace); !status.ok()) {
    return status;
  }
  const auto contact = AuditedContact(**snapshot, parent->workspace, request.contact());
  if (!contact.ok()) return contact.status();
  query.contact_key = *contact;
  auto entries = (*snapshot)->Audit(query);
  if (!entries.ok()) return entries.status();
  if (std::ssize(*entries) > *page_size) {
    entries->pop_back();
    response->set_next_page_token(MakePageToken(absl::StrCat(entries->back().number), fields));
  }
  for (const AuditEntry& entry : *entries) {
    AuditEntryToProto(entry, parent->workspace, response->add_audit_entries());
  }
  return absl::OkStatus();
}

absl::Status WorkspaceService::GetServerInfo(const CallContext& /*call*/,
                                             const v1::GetServerInfoRequest& /*request*/,
                                             v1::GetServerInfoResponse* response) {
  response->set_version(CIBLE_VERSION);
  response->set_store(store_.Description());
  TimestampToProto(start_, response->mutable_start_time());
  return absl::OkStatus();
}

}  // namespace cible
