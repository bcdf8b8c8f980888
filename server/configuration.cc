#include "server/configuration.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "cible/storage/v1/server_configuration.pb.h"

namespace cible {
namespace {

constexpr int kMostThreads = 1024;

// Keeps the first error, with its line.
class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, int, const std::string& message) override {
    if (text_.empty()) text_ = absl::StrCat("line ", line + 1, ": ", message);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

absl::StatusOr<storage::v1::ServerConfiguration> ParseFile(const std::string& path) {
  storage::v1::ServerConfiguration message;
  if (path.empty()) return message;
  std::ifstream file(path);
  if (!file) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  std::ostringstream text;
  text << file.rdbuf();
  google::protobuf::TextFormat::Parser parser;
  FirstError error;
  parser.RecordErrorsTo(&error);
  if (parser.ParseFromString(text.str(), &message)) return message;
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", error.text()));
}

bool IsInRange(const storage::v1::ServerConfiguration& message) {
  const auto is_thread_count = [](int count) { return count >= 0 && count <= kMostThreads; };
  return is_thread_count(message.serving_threads()) && is_thread_count(message.compute_threads()) &&
         message.limits().calls() >= 0 && message.limits().tables() >= 0 &&
         message.limits().streams() >= 0 && message.limits().request_bytes() >= 0;
}

void ReadLimits(const storage::v1::ServingLimits& message, AdmissionLimits* limits) {
  if (message.calls() > 0) limits->calls = message.calls();
  if (message.tables() > 0) limits->tables = message.tables();
  if (message.streams() > 0) limits->streams = message.streams();
  if (message.request_bytes() > 0) limits->bytes = message.request_bytes();
}

}  // namespace

absl::StatusOr<Configuration> ReadConfiguration(const std::string& path, bool is_test) {
  const auto message = ParseFile(path);
  if (!message.ok()) return message.status();
  if (!IsInRange(*message)) {
    return absl::InvalidArgumentError(absl::StrCat(
        path, ": threads must lie in 0 to ", kMostThreads, ", and limits must not be negative"));
  }
  if (message->drain_delay_ms() < 0 || message->shutdown_grace_ms() < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": drain_delay_ms and shutdown_grace_ms must not be negative"));
  }
  if (message->has_testing() && !is_test) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, ": `testing` is for tests alone; take it out, or start the server with --testing"));
  }
  Configuration configuration;
  configuration.options.data_dir = message->data_dir().empty() ? "cible-data" : message->data_dir();
  if (!message->listen().empty()) configuration.options.listen = message->listen();
  if (message->durability() == storage::v1::DURABILITY_RELAXED) {
    configuration.options.durability = Durability::kRelaxed;
  }
  if (message->log_level() != storage::v1::LOG_LEVEL_UNSPECIFIED) {
    configuration.log_level = message->log_level();
  }
  configuration.options.rpc.serving_threads = message->serving_threads();
  configuration.options.rpc.compute_threads = message->compute_threads();
  ReadLimits(message->limits(), &configuration.options.rpc.limits);
  configuration.drain_delay = std::chrono::milliseconds(message->drain_delay_ms());
  if (message->shutdown_grace_ms() > 0) {
    configuration.shutdown_grace = std::chrono::milliseconds(message->shutdown_grace_ms());
  }
  configuration.clock_file = message->testing().clock_file();
  return configuration;
}

}  // namespace cible
