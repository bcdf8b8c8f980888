// Contacts, assigned as one table, each with an answer of its own.

#ifndef CIBLE_CLIENTS_CPP_TABLE_ASSIGNER_H_
#define CIBLE_CLIENTS_CPP_TABLE_ASSIGNER_H_

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cpp/assigned_rows.h"
#include "clients/cpp/client.h"
#include "clients/cpp/messages.h"

namespace cible {

// Thread-safe.
class TableAssigner {
 public:
  TableAssigner(Client client, std::string segmentation);

  // One answer a contact. A contact that cannot be sent, or whose row is refused,
  // has its own error; an error of the call is everyone's. The schema is read
  // before the first table, and again when an attribute is not in it, but then
  // not more often than once a second.
  std::vector<AssignedRow> Assign(const std::vector<const v1::Contact*>& contacts);

 private:
  using SchemaCopy = std::shared_ptr<const v1::Schema>;

  // The schema as it was last read.
  absl::StatusOr<SchemaCopy> Schema();
  // Reads it again, if `known` is still the last one and it was not done a moment
  // ago. Gives the last one.
  SchemaCopy SchemaAfter(const SchemaCopy& known);
  absl::StatusOr<SchemaCopy> ReadSchema();

  Client client_;
  const std::string segmentation_;
  std::mutex mutex_;
  SchemaCopy schema_;
  std::chrono::steady_clock::time_point read_again_at_;
};

}  // namespace cible

#endif  // CIBLE_CLIENTS_CPP_TABLE_ASSIGNER_H_
