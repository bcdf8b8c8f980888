// One stream of ContactService.ExportContacts.

#ifndef CIBLE_SERVER_SERVICES_CONTACT_EXPORT_H_
#define CIBLE_SERVER_SERVICES_CONTACT_EXPORT_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cible/v1/contact_service.pb.h"
#include "server/rpc/method_table.h"
#include "server/services/contact_query.h"

namespace cible {

// Messages stay below gRPC's default limit of 4 MiB, unless one contact alone
// is larger.
class ContactExport : public ResponseSourceOf<v1::ExportContactsResponse> {
 public:
  // `slot` is given back when the stream ends. Columns come in the order of
  // `attributes` (ids).
  // Errors: those of Snapshot::OpenScan.
  static absl::StatusOr<std::unique_ptr<ResponseSource>> Open(ContactQuery query,
                                                              std::vector<std::string> attributes,
                                                              std::shared_ptr<void> slot);

  absl::StatusOr<StreamStep> NextMessage(const CallContext& call,
                                         v1::ExportContactsResponse* response) override;

 private:
  ContactExport(ContactQuery query, std::vector<std::string> attributes,
                std::shared_ptr<void> slot);

  void Write(int begin, int end, v1::ExportContactsResponse* response) const;

  const std::shared_ptr<void> slot_;
  const std::vector<std::string> attributes_;
  ContactQuery query_;
  std::unique_ptr<ContactScan> scan_;  // Reads query_, hence destroyed before it.
  ContactBlock block_;                 // Being sent,
  int sent_rows_ = 0;                  // so many of it by now.
};

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_CONTACT_EXPORT_H_
