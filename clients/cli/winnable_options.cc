#include "clients/cli/winnable_options.h"

#include <CLI/CLI.hpp>

namespace cible {

void AddWinnableOptions(CLI::App& command, WinnableArguments& arguments) {
  command
      .add_option("--winnable-non-consumers", arguments.non_consumers,
                  "Share of those who buy from no competitor that can be won, 0 to 1; estimated "
                  "from the outcome if not given")
      ->type_name("SHARE");
  command
      .add_option("--winnable-competitors", arguments.competitors,
                  "The same of competitors' customers")
      ->type_name("SHARE");
}

}  // namespace cible
