// Options that take one of a few words.

#ifndef CIBLE_CLIENTS_CLI_CHOICE_OPTION_H_
#define CIBLE_CLIENTS_CLI_CHOICE_OPTION_H_

#include <CLI/CLI.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"

namespace cible {

template <typename Value>
using Choices = std::vector<std::pair<std::string, Value>>;

// `value`, which outlives the parsing, becomes the one that the word stands
// for. Another word is wrong usage, answered with the words there are.
template <typename Value>
CLI::Option* AddChoiceOption(CLI::App& command, const std::string& name, Value& value,
                             const Choices<Value>& choices, const std::string& description) {
  std::vector<std::string> words;
  for (const auto& choice : choices) words.push_back(choice.first);
  const auto choose = [&value, choices](const std::string& word) {
    for (const auto& choice : choices) {
      if (choice.first == word) value = choice.second;
    }
  };
  return command.add_option_function<std::string>(name, choose, description)
      ->check(CLI::IsMember(words).description(""))
      ->type_name(absl::StrJoin(words, "|"));
}

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_CHOICE_OPTION_H_
