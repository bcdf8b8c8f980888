// What the columns of files of events are called, in English and French.

#ifndef CIBLE_CLIENTS_CLI_EVENT_ROLE_WORDS_H_
#define CIBLE_CLIENTS_CLI_EVENT_ROLE_WORDS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace cible {

enum class EventRole {
  kOrder,
  kContact,
  kTime,
  kType,
  kItem,
  kQuantity,
  kUnitPrice,
  kListPrice,
  kAmount,
  kMargin,
  kChannel,
  kSource,
  kCampaign,
  kCurrency,
  kId,
  kIgnore,
};

// All of them, kIgnore last.
const std::vector<EventRole>& EventRoles();

// "unit_price": what --as takes.
absl::string_view RoleWord(EventRole role);
// "the unit price".
absl::string_view RolePhrase(EventRole role);
// "order, contact, ... or ignore".
std::string RoleWords();

// How much a header says.
struct HeaderRole {
  EventRole role = EventRole::kIgnore;
  bool is_plain = false;  // "customer_id", where "email" only may be the contact.
};

// The role of a header all of whose words are of that role: "CustomerID",
// "Date de commande"; nullopt for any other. O(words of the lexicon).
std::optional<HeaderRole> RoleOfHeader(absl::string_view header);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_EVENT_ROLE_WORDS_H_
