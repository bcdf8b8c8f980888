#include "absl/strings/str_cat.h"
#include "cible/v1/workspace_service.pb.h"
#include "clients/cli/command_line.h"
#include "clients/cli/commands.h"
#include "clients/cli/training_report.h"
#include "clients/cpp/client.h"

namespace cible {
namespace {

absl::StatusOr<int> ShowServer(Session& session) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  const auto server = (*client)->GetServerInfo(v1::GetServerInfoRequest());
  if (!server.ok()) return server.status();
  Table table({{"VERSION", "version"}, {"SINCE", "start_time"}, {"STORE", "store"}});
  table.AddRow({server->version(), TimeText(server->start_time()), server->store()});
  if (absl::Status status = session.Print(table, *server); !status.ok()) return status;
  return kDone;
}

}  // namespace

void AddServerCommand(CommandLine& line) {
  line.Command({.name = "server",
                .description = "Tells what server answers: its version, store and start.",
                .examples = {"server", "server --server 10.0.0.5:50151"}},
               ShowServer);
}

}  // namespace cible
