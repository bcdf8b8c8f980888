// How a workspace adds up events, as options and as lines of a table.

#ifndef CIBLE_CLIENTS_CLI_BEHAVIOUR_OPTIONS_H_
#define CIBLE_CLIENTS_CLI_BEHAVIOUR_OPTIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cible/v1/event.pb.h"
#include "clients/cli/output/table.h"

namespace CLI {
class App;
}

namespace cible {

// What was given changes, the rest stays.
struct BehaviourArguments {
  std::optional<double> large_order;
  std::optional<double> half_life_days;
  std::optional<bool> events_are_complete;
  std::optional<std::string> earliest_event;
  std::optional<int> event_lead_days;
  std::vector<std::string> item_categories;  // ID=ITEM,ITEM*,...; "ID=" removes it.
};

// Adds --large-order, --half-life, --events-complete, --earliest-event,
// --event-lead-days and --item-category.
void AddBehaviourOptions(CLI::App& command, BehaviourArguments& arguments);

// Changes the settings as the arguments say. A category that is there is
// replaced.
// Errors: INVALID_ARGUMENT (wrong usage), naming the option and what it takes.
absl::Status ChangeBehaviour(const BehaviourArguments& arguments, v1::BehaviourSettings* settings);

// A row each, in columns of a setting and its value.
void AddBehaviourRows(const v1::BehaviourSettings& settings, const std::string& currency,
                      Table& table);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_BEHAVIOUR_OPTIONS_H_
