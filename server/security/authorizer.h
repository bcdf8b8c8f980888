// Who may do what. Until authentication exists every caller is trusted with
// every workspace; the decision has its one place here.

#ifndef CIBLE_SERVER_SECURITY_AUTHORIZER_H_
#define CIBLE_SERVER_SECURITY_AUTHORIZER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace cible {

// Thread-safe.
class Authorizer {
 public:
  virtual ~Authorizer() = default;

  // `method` is the full name ("cible.v1.ContactService.GetContact"),
  // `workspace` the id the request names, empty for methods of the server.
  // Errors: PERMISSION_DENIED, the same whether the workspace exists or not.
  virtual absl::Status Authorize(const std::string& principal, absl::string_view method,
                                 const std::string& workspace) const = 0;

  // Whether the caller may read the workspace's contacts one by one. From one who
  // may not, figures over fewer contacts than its k_anonymity are withheld.
  virtual bool MayReadContacts(const std::string& principal,
                               const std::string& workspace) const = 0;
};

// Allows everything.
class AllowAll : public Authorizer {
 public:
  absl::Status Authorize(const std::string&, absl::string_view, const std::string&) const override {
    return absl::OkStatus();
  }
  bool MayReadContacts(const std::string&, const std::string&) const override { return true; }
};

}  // namespace cible

#endif  // CIBLE_SERVER_SECURITY_AUTHORIZER_H_
