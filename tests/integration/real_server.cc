#include "tests/integration/real_server.h"

#include <signal.h>
#include <sqlite3.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

namespace cible {
namespace {

constexpr auto kPatience = CIBLE_TEST_PATIENCE * std::chrono::seconds(30);

// The address in the line of the log that says it; empty before that.
std::string ListeningAddress(const std::string& log) {
  const std::string mark = "listens on ";
  const std::size_t at = log.find(mark);
  const std::size_t end = log.find(';', at);
  if (at == std::string::npos || end == std::string::npos) return "";
  return log.substr(at + mark.size(), end - at - mark.size());
}

}  // namespace

// A folder for what the next program prints.
std::string RealServerTest::NewFolder() {
  const std::string folder = Path("run" + std::to_string(++programs_));
  std::filesystem::create_directory(folder);
  return folder;
}

void RealServerTest::Start(const std::vector<std::string>& options) {
  std::vector<std::string> arguments = {"--data-dir", Path("data"), "--listen", "127.0.0.1:0"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  server_ = std::make_unique<Process>(CIBLE_SERVER, arguments, NewFolder());
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  address_.clear();
  while (address_.empty() && server_->IsRunning() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    address_ = ListeningAddress(server_->Err());
  }
  ASSERT_NE(address_, "") << server_->Err();
  ClientOptions client_options;
  client_options.connect_timeout = kPatience;
  client_options.retry.max_attempts = 1;  // Tests look at every refusal.
  auto client = Client::Connect(address_, client_options);
  ASSERT_TRUE(client.ok()) << client.status();
  client_ = *std::move(client);
}

void RealServerTest::Kill() {
  server_->Signal(SIGKILL);
  server_->Wait();
}

Ending RealServerTest::Stop() {
  server_->Signal(SIGTERM);
  return server_->Wait();
}

void RealServerTest::StartAgain() {
  client_.reset();
  server_.reset();
  Start();
}

Ending RealServerTest::Cible(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--server", address_});
  return CibleAt(std::move(arguments));
}

Ending RealServerTest::CibleAt(std::vector<std::string> arguments) {
  return Process(CIBLE_COMMAND, arguments, NewFolder()).Wait();
}

Ending RealServerTest::SecondServer(const std::vector<std::string>& options) {
  std::vector<std::string> arguments = {"--data-dir", Path("data"), "--listen", "127.0.0.1:0"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  return Process(CIBLE_SERVER, arguments, NewFolder()).Wait();
}

std::string RealServerTest::ImportSample(int count, int seed) {
  const std::string path = Path("sample" + std::to_string(seed) + ".csv");
  const Ending sample =
      CibleAt({"sample", "--contacts", std::to_string(count), "--seed", std::to_string(seed)});
  EXPECT_EQ(sample.code, 0) << sample.err;
  std::ofstream(path) << sample.out;
  const Ending imported = Cible({"contacts", "import", path});
  EXPECT_EQ(imported.code, 0) << imported.err;
  return path;
}

void RealServerTest::Train(const std::vector<std::string>& arguments) {
  std::vector<std::string> all = {"train", "--stability", "0"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const Ending trained = Cible(all);
  ASSERT_EQ(trained.code, 0) << trained.err;
}

void RealServerTest::ChangeStore(const std::string& sql) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(Path("data/cible.db").c_str(), &database), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(database);
  EXPECT_GT(sqlite3_changes(database), 0) << "the statement changed nothing";
  sqlite3_close(database);
}

}  // namespace cible
