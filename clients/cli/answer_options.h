// Options of the commands that answer about contacts given on the spot: in a file, or
// on the command line.

#ifndef CIBLE_CLIENTS_CLI_ANSWER_OPTIONS_H_
#define CIBLE_CLIENTS_CLI_ANSWER_OPTIONS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "clients/cli/file_options.h"
#include "clients/cli/training_options.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace cible {

struct AnswerArguments {
  std::vector<std::string> values;  // ATTRIBUTE=VALUE.
  FileOptions file;
  std::string output;
  std::string as_of;
};

// Adds --set.
CLI::Option* AddSetOption(CLI::App& command, AnswerArguments& arguments);
// Adds --output and --as-of.
void AddOutputOptions(CLI::App& command, AnswerArguments& arguments);

// Sets `as_of` of a request where it was given.
template <typename Request>
absl::Status SetDay(const AnswerArguments& arguments, Request& request) {
  if (arguments.as_of.empty()) return absl::OkStatus();
  auto day = ParseDay(arguments.as_of, "--as-of");
  if (!day.ok()) return day.status();
  *request.mutable_as_of() = *std::move(day);
  return absl::OkStatus();
}

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_ANSWER_OPTIONS_H_
