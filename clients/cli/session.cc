#include "clients/cli/session.h"

#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>

#include <chrono>
#include <cstdlib>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/persona_report.h"
#include "clients/cpp/client.h"
#include "segmentation/personas/catalogue.h"
#include "server/server.h"
#include "server/wire/resource_name.h"

namespace cible {
namespace {

// Training on a large workspace and activation may take minutes.
constexpr std::chrono::minutes kPatience{10};
constexpr std::chrono::seconds kGrace{5};

ClientOptions CallerOptions() {
  ClientOptions options;
  options.deadline = kPatience;
  const char* user = std::getenv("USER");
  if (user != nullptr) options.actor = user;
  return options;
}

// The store says which lock is held; a caller of `cible` has a better way out
// than a server has.
bool IsTaken(const absl::Status& status) {
  return absl::IsFailedPrecondition(status) &&
         absl::StrContains(status.message(), "another process");
}

absl::Status TakenFolder() {
  return absl::FailedPreconditionError(
      "a server runs on this folder; use --server ADDR to ask it, or stop it first");
}

}  // namespace

Session::Session(const GlobalOptions& options, Console& console)
    : options_(options), console_(console) {}

Session::~Session() {
  client_.reset();
  if (server_ != nullptr) server_->Shutdown(kGrace);
}

absl::StatusOr<Client*> Session::Connect() {
  if (client_ != nullptr) return client_.get();
  if (is_embedded()) {
    if (const absl::Status status = Embed(); !status.ok()) return status;
    return client_.get();
  }
  auto client = Client::Connect(options_.server, CallerOptions());
  if (!client.ok()) {
    return absl::UnavailableError(
        absl::StrCat("no server answers at ", options_.server,
                     "; start one with cible-server, or use --embedded DIR to work without"));
  }
  client_ = *std::move(client);
  return client_.get();
}

absl::Status Session::Embed() {
  auto server = Server::Start({.data_dir = options_.embedded, .listen = ""});
  if (!server.ok()) return IsTaken(server.status()) ? TakenFolder() : server.status();
  server_ = *std::move(server);
  client_ = std::make_unique<Client>(server_->InProcessChannel(), CallerOptions());
  return absl::OkStatus();
}

std::string Session::Workspace() const { return WorkspaceName(options_.workspace).ToString(); }
std::string Session::Schema() const { return SchemaName(options_.workspace).ToString(); }
std::string Session::LifecyclePolicy() const {
  return LifecyclePolicyName(options_.workspace).ToString();
}
std::string Session::Contact(const std::string& id) const {
  return ContactName(options_.workspace, id).ToString();
}
std::string Session::Segmentation() const {
  return SegmentationName(options_.workspace, options_.segmentation).ToString();
}
std::string Session::Model(const std::string& id) const {
  return absl::StrCat(Segmentation(), "/models/", id);
}
std::string Session::Segment(const std::string& id) const {
  return absl::StrCat(Segmentation(), "/segments/", id);
}
std::string Session::Persona(const std::string& id) const {
  return absl::StrCat(Segmentation(), "/personas/", id);
}
std::string Session::TrainingRun(const std::string& id) const {
  return absl::StrCat(Segmentation(), "/trainingRuns/", id);
}

void Session::Notice(const std::string& sentence) {
  const Catalogue& catalogue = Catalogue::For(LanguageOf(options_.language));
  console_.err << catalogue.Message("report.notice", {{"sentence", Printable(sentence)}}) << "\n";
}

absl::Status Session::Print(const Table& table, const google::protobuf::Message& message) {
  switch (options_.format) {
    case OutputFormat::kTable: console_.out << table.ToText(console_.width); break;
    case OutputFormat::kCsv: console_.out << table.ToCsv(); break;
    case OutputFormat::kJson: {
      const auto text = JsonText(message);
      if (!text.ok()) return text.status();
      console_.out << *text;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> JsonText(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.always_print_primitive_fields = true;
  std::string text;
  const auto status = google::protobuf::util::MessageToJsonString(message, &text, options);
  if (status.ok()) return text;
  return absl::InternalError("the answer cannot be written as JSON; use --format table");
}

std::string IdOf(const std::string& resource_name) {
  const auto contact = ResourceName::Parse(resource_name, ResourceKind::kContact);
  if (contact.ok()) return contact->id;
  return resource_name.substr(resource_name.rfind('/') + 1);
}

}  // namespace cible
