#include "clients/load/contact_source.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cible/v1/contact_service.grpc.pb.h"
#include "clients/load/contact_csv.h"
#include "clients/load/made_contacts.h"
#include "clients/load/rpc_status.h"

namespace cible::load {
namespace {

constexpr int kPage = 1000;
// As many stored contacts as show what values there are.
constexpr int kEnoughToImitate = 10'000;

absl::StatusOr<v1::Schema> FetchSchema(const std::string& workspace,
                                       const std::shared_ptr<grpc::Channel>& channel) {
  v1::GetSchemaRequest request;
  request.set_name(absl::StrCat("workspaces/", workspace, "/schema"));
  v1::Schema schema;
  grpc::ClientContext context;
  const grpc::Status status =
      v1::ContactService::NewStub(channel)->GetSchema(&context, request, &schema);
  if (!status.ok()) return FromGrpc(status);
  if (schema.attributes().empty()) {
    return absl::InvalidArgumentError(
        "the workspace has no schema, so there is nothing to say of a contact; import contacts "
        "first (cible contacts import FILE.csv)");
  }
  return schema;
}

absl::StatusOr<std::vector<v1::Contact>> ListStored(const std::string& workspace, int count,
                                                    const std::shared_ptr<grpc::Channel>& channel) {
  const auto stub = v1::ContactService::NewStub(channel);
  v1::ListContactsRequest request;
  request.set_parent(absl::StrCat("workspaces/", workspace));
  request.set_page_size(kPage);
  std::vector<v1::Contact> contacts;
  do {
    v1::ListContactsResponse page;
    grpc::ClientContext context;
    const grpc::Status status = stub->ListContacts(&context, request, &page);
    if (!status.ok()) return FromGrpc(status);
    for (v1::Contact& contact : *page.mutable_contacts()) contacts.push_back(std::move(contact));
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && static_cast<int>(contacts.size()) < count);
  if (static_cast<int>(contacts.size()) > count) contacts.resize(static_cast<std::size_t>(count));
  return contacts;
}

}  // namespace

absl::StatusOr<ContactSet> GatherContacts(const LoadOptions& options,
                                          const std::shared_ptr<grpc::Channel>& channel) {
  auto schema = FetchSchema(options.workspace, channel);
  if (!schema.ok()) return schema.status();
  if (!options.contacts.file.empty()) return ReadContactCsv(options.contacts, *schema);
  const auto stored =
      ListStored(options.workspace, std::max(options.contacts.count, kEnoughToImitate), channel);
  if (!stored.ok()) return stored.status();
  return MakeContacts(options.contacts, *schema, *stored);
}

absl::StatusOr<std::vector<std::string>> StoredNames(
    const std::string& workspace, int count, const std::shared_ptr<grpc::Channel>& channel) {
  const auto stored = ListStored(workspace, count, channel);
  if (!stored.ok()) return stored.status();
  if (stored->empty()) {
    return absl::FailedPreconditionError(
        "the workspace has no stored contacts to name; import some (cible contacts import "
        "FILE.csv), or use --call unary");
  }
  std::vector<std::string> names;
  for (const v1::Contact& contact : *stored) names.push_back(contact.name());
  return names;
}

}  // namespace cible::load
