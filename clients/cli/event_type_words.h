// Types of events as people write them, in English and French.

#ifndef CIBLE_CLIENTS_CLI_EVENT_TYPE_WORDS_H_
#define CIBLE_CLIENTS_CLI_EVENT_TYPE_WORDS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "cible/v1/event.pb.h"

namespace cible {

struct EventTypeText {
  v1::EventType type = v1::EVENT_TYPE_CUSTOM;
  std::string custom_type;  // CUSTOM: the word itself.
};

// "purchase", "Page view", "page-view", "annulation": in any case, "-", "_" and
// blanks alike, accents or none. A word that is none: CUSTOM, of that name.
EventTypeText EventTypeOf(absl::string_view text);

// "page_view"; of a custom event its own word.
std::string EventTypeWord(const v1::Event& event);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_EVENT_TYPE_WORDS_H_
