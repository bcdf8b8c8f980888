// `--winnable-non-consumers` and `--winnable-competitors`.

#ifndef CIBLE_CLIENTS_CLI_WINNABLE_OPTIONS_H_
#define CIBLE_CLIENTS_CLI_WINNABLE_OPTIONS_H_

#include <optional>

namespace CLI {
class App;
}

namespace cible {

// The shares, in [0, 1], of each that can be won; not given: estimated.
struct WinnableArguments {
  std::optional<double> non_consumers;
  std::optional<double> competitors;
};

// `arguments` must outlive the parsing.
void AddWinnableOptions(CLI::App& command, WinnableArguments& arguments);

template <typename Request>
void SetWinnableShares(const WinnableArguments& arguments, Request& request) {
  if (arguments.non_consumers) {
    request.set_winnable_non_consumer_share(*arguments.non_consumers);
  }
  if (arguments.competitors) request.set_winnable_competitor_share(*arguments.competitors);
}

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_WINNABLE_OPTIONS_H_
