#include "server/services/lifecycle_service.h"

#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/services/funnel.h"
#include "server/services/lifecycle_records.h"
#include "server/services/page_token.h"
#include "server/services/portraits.h"
#include "server/services/stored_classifications.h"
#include "server/wire/policy_store.h"
#include "server/wire/policy_wire.h"
#include "server/wire/resource_name.h"
#include "server/wire/schema_store.h"

namespace cible {
namespace {

constexpr int kMostContacts = 1000;

absl::Status CheckMayReadContacts(const CallContext& call) {
  if (call.may_read_contacts) return absl::OkStatus();
  return absl::PermissionDeniedError(
      "how single contacts stand is for those who may read contacts, and you may not; ask for the "
      "right to, or for the funnel");
}

// The id of a contact that is to be of the workspace.
absl::StatusOr<std::string> ContactOf(const std::string& name, const std::string& workspace) {
  auto contact = ResourceName::Parse(name, ResourceKind::kContact);
  if (!contact.ok()) return contact.status();
  if (contact->workspace == workspace) return std::move(contact->id);
  return absl::InvalidArgumentError(
      "a contact is of another workspace than the request; name all in one");
}

absl::StatusOr<std::vector<std::string>> ContactsOf(const v1::ClassifyContactsRequest& request,
                                                    const std::string& workspace) {
  if (request.contacts().empty() || request.contacts_size() > kMostContacts) {
    return absl::InvalidArgumentError(absl::StrCat("the request names ", request.contacts_size(),
                                                   " contacts; name 1 to ", kMostContacts));
  }
  std::vector<std::string> ids;
  for (const std::string& name : request.contacts()) {
    auto id = ContactOf(name, workspace);
    if (!id.ok()) return id.status();
    ids.push_back(*std::move(id));
  }
  return ids;
}

// The key of the contact that transitions are asked for; 0: of all.
absl::StatusOr<std::int64_t> KeyOf(Snapshot& snapshot, const std::string& contact,
                                   const std::string& workspace) {
  if (contact.empty()) return 0;
  const auto id = ContactOf(contact, workspace);
  if (!id.ok()) return id.status();
  const auto found = snapshot.Lookup(workspace, {&*id, 1});
  if (!found.ok()) return found.status();
  if (!found->front().has_value()) return absl::NotFoundError("there is no such contact");
  return found->front()->key;
}

const std::string& UpdatedName(const v1::UpdatePolicyRequest& request) {
  return request.policy().name();
}
const std::string& PreviewedName(const v1::PreviewPolicyRequest& request) {
  return request.policy().name();
}

}  // namespace

LifecycleService::LifecycleService(Store& store, const Clock& clock, const ModelRegistry& registry,
                                   LifecycleKeeper& keeper)
    : store_(store), clock_(clock), registry_(registry), keeper_(keeper) {}

// Whoever asks for stored contacts may have to wait until all are classified anew, so
// that those who do are few at a time.
void LifecycleService::Register(MethodTable& table) {
  table.Unary("GetPolicy", Execution::kBlocking, &v1::GetPolicyRequest::name, this,
              &LifecycleService::GetPolicy);
  table.Unary("UpdatePolicy", Execution::kCompute, &UpdatedName, this,
              &LifecycleService::UpdatePolicy);
  table.Unary("PreviewPolicy", Execution::kScan, &PreviewedName, this,
              &LifecycleService::PreviewPolicy);
  table.Unary("ClassifyContacts", Execution::kBlocking, &v1::ClassifyContactsRequest::parent, this,
              &LifecycleService::ClassifyContacts);
  table.Unary("QualifyLeads", Execution::kCompute, &v1::QualifyLeadsRequest::parent, this,
              &LifecycleService::QualifyLeads);
  table.Unary("ListTransitions", Execution::kBlocking, &v1::ListTransitionsRequest::parent, this,
              &LifecycleService::ListTransitions);
  table.Unary("OverrideLifecycle", Execution::kBlocking, &v1::OverrideLifecycleRequest::contact,
              this, &LifecycleService::OverrideLifecycle);
  table.Unary("GetFunnel", Execution::kScan, &v1::GetFunnelRequest::parent, this,
              &LifecycleService::GetFunnel);
}

absl::Status LifecycleService::ClassifyContacts(const CallContext& call,
                                                const v1::ClassifyContactsRequest& request,
                                                v1::ClassifyContactsResponse* response) {
  const auto parent = ResourceName::Parse(request.parent(), ResourceKind::kWorkspace);
  if (!parent.ok()) return parent.status();
  const auto language = LanguageFromCode(request.language_code());
  if (!language.ok()) return language.status();
  const auto ids = ContactsOf(request, parent->workspace);
  if (!ids.ok()) return ids.status();
  if (absl::Status status = CheckMayReadContacts(call); !status.ok()) return status;
  if (absl::Status status = keeper_.CatchUp(parent->workspace, call.cancelled); !status.ok())
    return status;
  const auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto rules = keeper_.RulesOf(**snapshot, parent->workspace);
  if (!rules.ok()) return rules.status();
  std::vector<v1::Classification*> messages;
  for (std::size_t i = 0; i < ids->size(); ++i) {
    messages.push_back(response->add_classifications());
  }
  response->set_policy_etag(PolicyEtag((*rules)->policy_revision));
  const ToldDetails details{.language = *language,
                            .reasons = request.with_reasons(),
                            .explanation = request.with_explanation()};
  return ClassifyStored(**snapshot, **rules, *ids, details, messages);
}

absl::Status LifecycleService::ListTransitions(const CallContext& call,
                                               const v1::ListTransitionsRequest& request,
                                               v1::ListTransitionsResponse* response) {
  const auto parent = ResourceName::Parse(request.parent(), ResourceKind::kWorkspace);
  if (!parent.ok()) return parent.status();
  if (absl::Status status = CheckMayReadContacts(call); !status.ok()) return status;
  const auto page_size = PageSize(request.page_size());
  if (!page_size.ok()) return page_size.status();
  const std::string field = absl::StrCat(request.field());
  const absl::string_view fields[] = {request.parent(), request.contact(), field};
  const auto position = ReadPageToken(request.page_token(), fields);
  if (!position.ok()) return position.status();
  TransitionQuery query{.workspace = parent->workspace, .limit = *page_size + 1};
  if (!position->empty() && !absl::SimpleAtoi(*position, &query.before)) {
    return absl::InvalidArgumentError("page_token is not of this list");
  }
  if (request.field() != v1::LIFECYCLE_FIELD_UNSPECIFIED) {
    const auto wanted = LifecycleFieldFromProto(request.field(), "field");
    if (!wanted.ok()) return wanted.status();
    query.field = *wanted;
  }
  if (absl::Status status = keeper_.CatchUp(parent->workspace, call.cancelled); !status.ok())
    return status;
  const auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto key = KeyOf(**snapshot, request.contact(), parent->workspace);
  if (!key.ok()) return key.status();
  query.contact_key = *key;
  auto transitions = (*snapshot)->Transitions(query);
  if (!transitions.ok()) return transitions.status();
  if (std::ssize(*transitions) > *page_size) {
    transitions->pop_back();
    response->set_next_page_token(MakePageToken(absl::StrCat(transitions->back().number), fields));
  }
  for (const RecordedTransition& transition : *transitions) {
    TransitionToProto(transition, parent->workspace, response->add_transitions());
  }
  return absl::OkStatus();
}

absl::Status LifecycleService::OverrideLifecycle(const CallContext& call,
                                                 const v1::OverrideLifecycleRequest& request,
                                                 v1::Classification* response) {
  const auto name = ResourceName::Parse(request.contact(), ResourceKind::kContact);
  if (!name.ok()) return name.status();
  const auto language = LanguageFromCode(request.language_code());
  if (!language.ok()) return language.status();
  if (absl::Status status = CheckMayReadContacts(call); !status.ok()) return status;
  const Timestamp now = clock_.Now();
  auto said = OverrideFromProto(request.override(), name->workspace, name->id, now);
  if (!said.ok()) return said.status();
  const auto results = store_.Commit({.operations = {*std::move(said)},
                                      .time = now,
                                      .request = {},
                                      .author = Author{call.principal, "OverrideLifecycle"}});
  if (absl::IsNotFound(results.status())) return absl::NotFoundError("there is no such contact");
  if (!results.ok()) return results.status();
  if (absl::Status status = keeper_.CatchUp(name->workspace, call.cancelled); !status.ok())
    return status;
  const auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto rules = keeper_.RulesOf(**snapshot, name->workspace);
  if (!rules.ok()) return rules.status();
  return ClassifyStored(**snapshot, **rules, {&name->id, 1}, {.language = *language},
                        {&response, 1});
}

absl::Status LifecycleService::GetFunnel(const CallContext& call,
                                         const v1::GetFunnelRequest& request,
                                         v1::Funnel* response) {
  const auto parent = ResourceName::Parse(request.parent(), ResourceKind::kWorkspace);
  if (!parent.ok()) return parent.status();
  if (absl::Status status = keeper_.CatchUp(parent->workspace, call.cancelled); !status.ok())
    return status;
  auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto rules = keeper_.RulesOf(**snapshot, parent->workspace);
  snapshot->reset();  // Before another is opened.
  if (!rules.ok()) return rules.status();
  return FunnelOf(store_, registry_, call, request, **rules, response);
}

}  // namespace cible
