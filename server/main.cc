// cible-server: serves until it is told to stop.

#include <malloc.h>
#include <signal.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>

#include "absl/synchronization/mutex.h"
#include "server/clock_file.h"
#include "server/configuration.h"
#include "server/rpc/thread_scheduling.h"
#include "server/server.h"

namespace cible {
namespace {

constexpr int kWrongUsage = 2;

// What a shutdown may take beside its delays, before it is given up.
constexpr auto kShutdownSlack = std::chrono::milliseconds(10'000);

// Signals are taken by sigwait() on the main thread; every other thread is
// started with them blocked.
sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

int WaitForSignal(const sigset_t& signals) {
  int signal = 0;
  sigwait(&signals, &signal);
  return signal;
}

// A second signal ends the process at once; so does a shutdown that hangs for
// longer than `limit`.
void ExitOnSecondSignal(const sigset_t& signals, std::chrono::milliseconds limit) {
  std::thread([signals, limit] {
    timespec wait{.tv_sec = limit.count() / 1000, .tv_nsec = limit.count() % 1000 * 1'000'000};
    // Interrupted, by SIGCONT say, it waits again.
    while (sigtimedwait(&signals, nullptr, &wait) < 0 && errno == EINTR) {
    }
    std::fputs("stopped at once\n", stderr);
    _exit(1);
  }).detach();
}

void StartLogging(spdlog::level::level_enum level) {
  spdlog::set_default_logger(spdlog::stderr_color_mt("cible"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  spdlog::set_level(level);
}

// Of glibc's heaps, of which it would else make eight a core: what one has freed,
// threads of another do not use, and memory seems to grow for hours.
constexpr int kHeaps = 4;

// Null: that of the system.
absl::StatusOr<std::unique_ptr<const Clock>> TestClock(const Configuration& configuration) {
  if (configuration.clock_file.empty()) return nullptr;
  auto clock = ClockFile::Open(configuration.clock_file);
  if (!clock.ok()) return clock.status();
  spdlog::warn("what time it is, {} says: this server is for tests alone",
               configuration.clock_file);
  return *std::move(clock);
}

int Fail(const absl::Status& status) {
  spdlog::error("{}", std::string(status.message()));
  return EXIT_FAILURE;
}

int Serve(Configuration configuration) {
  mallopt(M_ARENA_MAX, kHeaps);
  RunInShortSlices();  // All threads inherit them.
  // Debian builds Abseil with it, and gRPC would have every lock it takes looked at.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  const sigset_t signals = BlockStopSignals();
  StartLogging(static_cast<spdlog::level::level_enum>(configuration.log_level));
  const auto test_clock = TestClock(configuration);
  if (!test_clock.ok()) return Fail(test_clock.status());
  if (*test_clock != nullptr) configuration.options.clock = test_clock->get();
  auto server = Server::Start(configuration.options);
  if (!server.ok()) return Fail(server.status());
  spdlog::info("cible-server {} listens on {}; data in {}", CIBLE_VERSION, (*server)->address(),
               configuration.options.data_dir);
  WaitForSignal(signals);
  spdlog::info("stopping; a second signal stops at once");
  ExitOnSecondSignal(signals,
                     configuration.drain_delay + configuration.shutdown_grace + kShutdownSlack);
  (*server)->Drain();
  std::this_thread::sleep_for(configuration.drain_delay);
  (*server)->Shutdown(configuration.shutdown_grace);
  server->reset();
  spdlog::info("stopped");
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace cible

int main(int argc, char** argv) {
  CLI::App app("Serves segments, personas and matches over gRPC.", "cible-server");
  app.footer(
      "Examples:\n"
      "  cible-server --data-dir /var/lib/cible\n"
      "  cible-server --config server.textproto --listen 127.0.0.1:50200");
  std::string config_file, data_dir, listen, durability;
  app.add_option("--config", config_file, "settings in protobuf text format; flags win over it")
      ->check(CLI::ExistingFile);
  app.add_option("--data-dir", data_dir, "folder of the store, made where absent [cible-data]");
  app.add_option("--listen", listen, "address to listen on [127.0.0.1:50151]");
  app.add_option("--durability", durability,
                 "full: survives power loss; relaxed: faster, the last writes may be lost in one")
      ->check(CLI::IsMember({"full", "relaxed"}));
  bool is_test = false;
  app.add_flag("--testing", is_test,
               "honour the settings under `testing`, as what time it is: never with real contacts");
  app.set_version_flag("--version", std::string(CIBLE_VERSION));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? EXIT_SUCCESS : cible::kWrongUsage;
  }

  auto configuration = cible::ReadConfiguration(config_file, is_test);
  if (!configuration.ok()) {
    std::fprintf(stderr, "%s\n", std::string(configuration.status().message()).c_str());
    return EXIT_FAILURE;
  }
  if (!data_dir.empty()) configuration->options.data_dir = data_dir;
  if (!listen.empty()) configuration->options.listen = listen;
  if (!durability.empty()) {
    configuration->options.durability =
        durability == "full" ? cible::Durability::kFull : cible::Durability::kRelaxed;
  }
  return cible::Serve(*std::move(configuration));
}
