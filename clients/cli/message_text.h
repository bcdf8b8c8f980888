// Messages as files that people read and edit: protobuf's text format.

#ifndef CIBLE_CLIENTS_CLI_MESSAGE_TEXT_H_
#define CIBLE_CLIENTS_CLI_MESSAGE_TEXT_H_

#include <google/protobuf/message.h>
#include <google/protobuf/text_format.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace cible {

// The fields that are set, letters beyond ASCII as they are.
std::string MessageText(const google::protobuf::Message& message);

// Where each field of a message stands in the text that it was read from.
using FieldPlaces = google::protobuf::TextFormat::ParseInfoTree;

// Errors: INVALID_ARGUMENT "line 3, column 7: ...", a sentence on the first that is wrong.
absl::Status ReadMessageText(const std::string& text, google::protobuf::Message* message,
                             FieldPlaces* places = nullptr);

// What a file holds. Errors: NOT_FOUND it cannot be read.
absl::StatusOr<std::string> ReadTextFile(const std::string& path);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_MESSAGE_TEXT_H_
