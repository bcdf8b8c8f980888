// What the commands that deal with events share.

#ifndef CIBLE_CLIENTS_CLI_EVENTS_COMMANDS_H_
#define CIBLE_CLIENTS_CLI_EVENTS_COMMANDS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cible/v1/event.pb.h"
#include "clients/cli/session.h"

namespace CLI {
class App;
}

namespace cible {

class Client;
class CommandLine;

// Where the workspace's days begin and end.
// Errors: those of GetWorkspace; FAILED_PRECONDITION this machine does not know
// the zone.
absl::StatusOr<absl::TimeZone> FetchTimeZone(Session& session, Client& client);

// When an event happened: its date, or the time in the zone, for programs with
// the offset.
Cell EventTimeCell(const v1::Event& event, const absl::TimeZone& zone);

void AddEventsImportCommand(CommandLine& line, CLI::App& group);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_EVENTS_COMMANDS_H_
