// What the columns of a file of events are: recognised by their headers, in
// English and French, or said: --as COLUMN=ROLE.

#ifndef CIBLE_CLIENTS_CLI_EVENT_COLUMNS_H_
#define CIBLE_CLIENTS_CLI_EVENT_COLUMNS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/event_role_words.h"

namespace cible {

struct RoleChoice {
  std::string column;  // A header.
  EventRole role = EventRole::kIgnore;
};

// "InvoiceNo=order". The role begins after the last "=", and is read in any
// case, with "-" for "_".
// Errors: INVALID_ARGUMENT (wrong usage), saying what is taken.
absl::StatusOr<RoleChoice> ParseRoleChoice(const std::string& text);

// Which column has which role; each role but kIgnore belongs to at most one.
class EventColumns {
 public:
  // What was chosen goes first; the other columns are recognised where their
  // header is made of words of one role (`CustomerID`, `date_commande`), and a
  // header that says so plainly (`customer_id`) goes before one that may mean it
  // (`email`). `type_is_given`: events have a type without a column, which then
  // only --as makes one.
  //
  // Errors: INVALID_ARGUMENT where the contact, the time or the type is missing,
  // two columns are equally likely to be one thing, or a choice names no column
  // of the header, one column twice, or one role twice. They list the header and
  // name the --as to give.
  static absl::StatusOr<EventColumns> Read(const std::vector<std::string>& header,
                                           const std::vector<RoleChoice>& choices,
                                           bool type_is_given);

  // Position in the header; -1: none has the role. kIgnore has none.
  int Find(EventRole role) const { return positions_[static_cast<std::size_t>(role)]; }
  EventRole RoleOf(int position) const { return roles_[static_cast<std::size_t>(position)]; }

  // "InvoiceNo is the order, CustomerID the contact, ...; set aside: Country".
  std::string Sentence(const std::vector<std::string>& header) const;

 private:
  std::vector<EventRole> roles_;  // By position.
  std::vector<int> positions_;    // By role.
};

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_EVENT_COLUMNS_H_
