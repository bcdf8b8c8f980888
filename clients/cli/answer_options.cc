#include "clients/cli/answer_options.h"

#include <CLI/CLI.hpp>

namespace cible {

CLI::Option* AddSetOption(CLI::App& command, AnswerArguments& arguments) {
  return command
      .add_option("--set", arguments.values,
                  "Something known of the lead, by id or name of the attribute; may be repeated")
      ->allow_extra_args(false)
      ->type_name("ATTRIBUTE=VALUE");
}

void AddOutputOptions(CLI::App& command, AnswerArguments& arguments) {
  command.add_option("--output", arguments.output, "Where to; standard output if not given")
      ->type_name("FILE");
  command.add_option("--as-of", arguments.as_of, "The day that dates are measured from; today")
      ->type_name("DATE");
}

}  // namespace cible
