// What a command has at hand while it runs: the global options, the console,
// and the server.

#ifndef CIBLE_CLIENTS_CLI_SESSION_H_
#define CIBLE_CLIENTS_CLI_SESSION_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/output/console.h"
#include "clients/cli/output/table.h"

namespace google::protobuf {
class Message;
}

namespace cible {

class Client;
class Server;

enum class OutputFormat { kTable, kJson, kCsv };

struct GlobalOptions {
  std::string server = "127.0.0.1:50151";
  std::string embedded;  // Data folder; empty: use `server`.
  std::string workspace = "default";
  std::string segmentation = "default";
  OutputFormat format = OutputFormat::kTable;
  std::string language = "en";  // Of personas: "en" or "fr".
};

// What a command ends with.
enum ExitCode {
  kDone = 0,
  kFailed = 1,
  kWrongUsage = 2,
  kSomeRefused = 3,  // All went well but for rows that were refused.
};

// Not thread-safe.
class Session {
 public:
  // `options` and `console` must outlive it.
  Session(const GlobalOptions& options, Console& console);
  ~Session();  // Ends an embedded server.
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const GlobalOptions& options() const { return options_; }
  Console& console() { return console_; }

  // Connects the first time, to the server or to one inside this process.
  // Errors: UNAVAILABLE, FAILED_PRECONDITION the folder is another process's;
  // both say what to do.
  absl::StatusOr<Client*> Connect();

  // Whether the server ends with this process.
  bool is_embedded() const { return !options_.embedded.empty(); }

  // Resource names in the workspace and the segmentation of the options.
  std::string Workspace() const;
  std::string Schema() const;
  std::string LifecyclePolicy() const;
  std::string Contact(const std::string& id) const;
  std::string Segmentation() const;
  std::string Model(const std::string& id) const;
  std::string Segment(const std::string& id) const;
  std::string Persona(const std::string& id) const;
  std::string TrainingRun(const std::string& id) const;

  // Says something beside the result: "notice: ...", in the language of the options.
  void Notice(const std::string& sentence);

  // Prints the table, the same as CSV, or the message as JSON.
  absl::Status Print(const Table& table, const google::protobuf::Message& message);

 private:
  absl::Status Embed();

  const GlobalOptions& options_;
  Console& console_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<Client> client_;  // Goes before the server does.
};

// The message as protobuf's JSON, with fields that hold their default.
absl::StatusOr<std::string> JsonText(const google::protobuf::Message& message);

// The last part of a resource name: the id, percent-decoded.
std::string IdOf(const std::string& resource_name);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_SESSION_H_
