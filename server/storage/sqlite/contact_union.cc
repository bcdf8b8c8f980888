#include "server/storage/sqlite/contact_union.h"

namespace cible {
namespace {

// ?1 is the contact that is kept, ?2 the other. In this order.
constexpr const char* kSteps[] = {
    "INSERT INTO contact_history (contact, revision, stage, attribute_values, update_time)"
    " SELECT ?1, revision, stage, attribute_values, update_time FROM contacts WHERE key = ?2",
    "UPDATE contact_history SET contact = ?1 WHERE contact = ?2",

    "INSERT INTO contact_provenances (contact, provenance)"
    " SELECT ?1, provenance FROM contact_provenances WHERE contact = ?2 ON CONFLICT DO NOTHING",
    "DELETE FROM contact_provenances WHERE contact = ?2",

    // The later word counts: that it was given, or that it was withdrawn; at the
    // same moment that it was withdrawn.
    "INSERT INTO consents (contact, purpose, channel, give_time, expire_time, withdraw_time)"
    " SELECT ?1, purpose, channel, give_time, expire_time, withdraw_time FROM consents"
    " WHERE contact = ?2 ON CONFLICT (contact, purpose, channel) DO UPDATE"
    " SET give_time = excluded.give_time, expire_time = excluded.expire_time,"
    " withdraw_time = excluded.withdraw_time"
    " WHERE (max(excluded.give_time, ifnull(excluded.withdraw_time, excluded.give_time)),"
    " excluded.withdraw_time IS NOT NULL)"
    " > (max(consents.give_time, ifnull(consents.withdraw_time, consents.give_time)),"
    " consents.withdraw_time IS NOT NULL)",
    "DELETE FROM consents WHERE contact = ?2",

    "UPDATE contacts SET"
    " objection_time = (SELECT ifnull(min(objection_time), 0) FROM contacts"
    " WHERE key IN (?1, ?2) AND objection_time > 0),"
    " has_legal_basis = (SELECT max(has_legal_basis) FROM contacts WHERE key IN (?1, ?2))"
    " WHERE key = ?1",

    "UPDATE audit_entries SET contact = ?1 WHERE contact = ?2 AND contact > 0",

    "UPDATE redirects SET contact = ?1 WHERE contact = ?2",
    "INSERT INTO redirects (workspace, id, contact)"
    " SELECT workspace, id, ?1 FROM contacts WHERE key = ?2",
    "DELETE FROM contacts WHERE key = ?2",
};

}  // namespace

absl::Status UniteContacts(Connection& connection, std::int64_t kept, std::int64_t other) {
  for (const char* step : kSteps) {
    if (absl::Status status = Query(connection, step, kept, other).Run(); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

}  // namespace cible
