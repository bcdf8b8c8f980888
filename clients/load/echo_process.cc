#include "clients/load/echo_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <iostream>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace cible::load {
namespace {

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

bool WriteAll(int to, const void* bytes, std::size_t size) {
  const char* at = static_cast<const char*>(bytes);
  while (size > 0) {
    const ssize_t written = write(to, at, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    at += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

bool ReadAll(int from, void* bytes, std::size_t size) {
  char* at = static_cast<char*>(bytes);
  while (size > 0) {
    const ssize_t got = read(from, at, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

// Their number; then of each its kind, its length and its bytes.
bool WriteAnswers(int to, const AnswerBytes& answers) {
  const auto count = static_cast<std::uint32_t>(answers.size());
  bool ok = WriteAll(to, &count, sizeof(count));
  for (const auto& [kind, bytes] : answers) {
    const std::array<std::uint32_t, 2> head = {static_cast<std::uint32_t>(kind),
                                               static_cast<std::uint32_t>(bytes.size())};
    ok = ok && WriteAll(to, head.data(), sizeof(head)) && WriteAll(to, bytes.data(), bytes.size());
  }
  return ok;
}

bool ReadAnswers(int from, AnswerBytes& answers) {
  std::uint32_t count = 0;
  if (!ReadAll(from, &count, sizeof(count))) return false;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::array<std::uint32_t, 2> head{};
    if (!ReadAll(from, head.data(), sizeof(head))) return false;
    std::string bytes(head[1], '\0');
    if (!ReadAll(from, bytes.data(), bytes.size())) return false;
    answers[static_cast<CallKind>(head[0])] = std::move(bytes);
  }
  return true;
}

// A line, without its end.
std::string ReadLine(int from) {
  std::string line;
  char c = 0;
  while (ReadAll(from, &c, 1) && c != '\n') line.push_back(c);
  return line;
}

// Starts this program as `echo`; gives its process id, or -1. Not fork(): that
// would stop gRPC's threads half-way.
pid_t Spawn(EchoFlavour flavour, int input, int output) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  std::string name = "cible-load", command = kEchoCommand, option = "--flavour";
  std::string value(Name(flavour));
  std::array<char*, 5> arguments = {name.data(), command.data(), option.data(), value.data(),
                                    nullptr};
  pid_t pid = -1;
  if (posix_spawn(&pid, "/proc/self/exe", &actions, nullptr, arguments.data(), environ) != 0) {
    pid = -1;
  }
  posix_spawn_file_actions_destroy(&actions);
  return pid;
}

}  // namespace

absl::StatusOr<std::unique_ptr<EchoProcess>> EchoProcess::Start(EchoFlavour flavour,
                                                                const AnswerBytes& answers) {
  // A process that has died must not take this one with it.
  signal(SIGPIPE, SIG_IGN);
  int input[2], output[2];
  if (pipe2(input, O_CLOEXEC) != 0) return absl::InternalError("no pipe to the echo server");
  if (pipe2(output, O_CLOEXEC) != 0) return absl::InternalError("no pipe from the echo server");
  const pid_t pid = Spawn(flavour, input[0], output[1]);
  close(input[0]);
  close(output[1]);
  std::unique_ptr<EchoProcess> process(new EchoProcess(pid, input[1]));
  int port = 0;
  const bool listens = pid > 0 && WriteAnswers(input[1], answers) &&
                       absl::SimpleAtoi(ReadLine(output[0]), &port) && port > 0;
  close(output[0]);
  if (!listens) {
    return absl::InternalError(
        "the echo server could not be started; see the messages above, and that loopback ports "
        "are free");
  }
  process->address_ = absl::StrCat("127.0.0.1:", port);
  return process;
}

EchoProcess::~EchoProcess() {
  close(to_it_);
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

int RunEchoCommand(int argc, const char* const* argv) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const auto flavour =
      argc == 4 && std::strcmp(argv[2], "--flavour") == 0 ? FlavourOf(argv[3]) : std::nullopt;
  AnswerBytes bytes;
  if (!flavour || !ReadAnswers(STDIN_FILENO, bytes)) {
    std::cerr << "cible-load: \"echo\" is started by --compare-echo; use that\n";
    return kWrongUsage;
  }
  const CannedAnswers answers = CannedAnswers::Parse(bytes);
  const std::unique_ptr<EchoServer> server = StartEcho(*flavour, answers);
  if (server->port() == 0) return kFailed;
  const std::string line = absl::StrCat(server->port(), "\n");
  if (!WriteAll(STDOUT_FILENO, line.data(), line.size())) return kFailed;
  // The end of its input is the end of its parent.
  char c;
  while (ReadAll(STDIN_FILENO, &c, 1)) {
  }
  return 0;
}

}  // namespace cible::load
