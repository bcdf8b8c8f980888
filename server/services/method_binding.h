// Adds a service's member functions to its table of methods.

#ifndef CIBLE_SERVER_SERVICES_METHOD_BINDING_H_
#define CIBLE_SERVER_SERVICES_METHOD_BINDING_H_

#include <string>

#include "absl/status/status.h"
#include "server/rpc/method_table.h"

namespace cible {

// A unary method that may block. `resource` as in MethodTable::Unary; `service`
// outlives the table.
template <typename Service, typename Request, typename Response, typename Resource>
void BindUnary(MethodTable& table, const std::string& name, Resource resource, Service* service,
               absl::Status (Service::*handler)(const CallContext&, const Request&, Response*)) {
  table.Unary<Request, Response>(
      name, Execution::kBlocking, resource,
      [service, handler](const CallContext& call, const Request& request, Response* response) {
        return (service->*handler)(call, request, response);
      });
}

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_METHOD_BINDING_H_
