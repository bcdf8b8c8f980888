// Which calls gRPC may ask again by itself, and when.

#ifndef CIBLE_CLIENTS_CPP_SERVICE_CONFIG_H_
#define CIBLE_CLIENTS_CPP_SERVICE_CONFIG_H_

#include <string>
#include <vector>

#include "clients/cpp/client_options.h"

namespace cible {

// The methods of a service, by name.
struct ServiceMethods {
  std::string service;  // "cible.v1.PersonaService"
  std::vector<std::string> methods;
};

// Methods that change nothing, however often they are asked. Every method of the
// API is here or in NeverRetriedMethods(); a test sees to it.
const std::vector<ServiceMethods>& IdempotentMethods();

// Methods that change something: asked twice, they may do it twice.
const std::vector<ServiceMethods>& NeverRetriedMethods();

// gRPC's service config, as JSON: retries of the idempotent methods. Values
// outside their range are taken to its ends.
// REQUIRES: retry.max_attempts > 1.
std::string RetryServiceConfig(const RetryOptions& retry);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CPP_SERVICE_CONFIG_H_
