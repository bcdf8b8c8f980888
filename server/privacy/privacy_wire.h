// Provenance, consents and audit entries between messages and the store.

#ifndef CIBLE_SERVER_PRIVACY_PRIVACY_WIRE_H_
#define CIBLE_SERVER_PRIVACY_PRIVACY_WIRE_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "cible/v1/audit.pb.h"
#include "cible/v1/contact.pb.h"
#include "server/storage/store.h"

namespace cible {

// nullopt when the message says neither a source nor a basis.
// Errors: INVALID_ARGUMENT a source that is too long or has control characters,
// a basis that is none, an impossible day, or a day alone.
absl::StatusOr<std::optional<Provenance>> ProvenanceFromProto(const v1::Provenance& message);
void ProvenanceToProto(const Provenance& provenance, v1::Provenance* message);

// `now` decides whether it is in force.
void ConsentToProto(const Consent& consent, Timestamp now, v1::Consent* message);

void AuditEntryToProto(const AuditEntry& entry, const std::string& workspace,
                       v1::AuditEntry* message);

// The number in `workspaces/{workspace}/erasedContacts/{number}`; nullopt for
// any other name.
std::optional<std::int64_t> ErasedContactNumber(const std::string& workspace,
                                                const std::string& name);

}  // namespace cible

#endif  // CIBLE_SERVER_PRIVACY_PRIVACY_WIRE_H_
