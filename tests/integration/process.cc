#include "tests/integration/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <thread>

namespace cible {
namespace {

constexpr auto kGlance = std::chrono::milliseconds(5);

// Between fork and exec of a program with threads: system calls alone.
pid_t Launch(char* const* arguments, const char* out, const char* err) {
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid != 0) return pid;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  const int flags = O_WRONLY | O_CREAT | O_TRUNC;
  dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
  dup2(open(out, flags, 0600), STDOUT_FILENO);
  dup2(open(err, flags, 0600), STDERR_FILENO);
  execv(arguments[0], arguments);
  _exit(127);
}

pid_t Launch(const std::string& program, const std::vector<std::string>& arguments,
             const std::string& folder) {
  std::vector<std::string> texts = {program};
  texts.insert(texts.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return Launch(pointers.data(), (folder + "/out").c_str(), (folder + "/err").c_str());
}

}  // namespace

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

Process::Process(const std::string& program, const std::vector<std::string>& arguments,
                 const std::string& folder)
    : folder_(folder), pid_(Launch(program, arguments, folder)) {}

Process::~Process() {
  if (HasEnded()) return;
  Signal(SIGKILL);
  waitpid(pid_, &status_, 0);
}

void Process::Signal(int signal) const { kill(pid_, signal); }

void Process::Pause() {
  Signal(SIGSTOP);
  ended_ = waitpid(pid_, &status_, WUNTRACED) == pid_ && !WIFSTOPPED(status_);
  Signal(SIGCONT);
}

bool Process::HasEnded() {
  if (!ended_) ended_ = waitpid(pid_, &status_, WNOHANG) == pid_;
  return ended_;
}

bool Process::IsRunning() { return !HasEnded(); }

std::string Process::Err() const { return ReadFile(folder_ + "/err"); }

Ending Process::Wait(std::chrono::seconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!HasEnded() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(kGlance);
  }
  const bool exited = ended_ && WIFEXITED(status_);
  return {.exited = exited,
          .code = exited ? WEXITSTATUS(status_) : -1,
          .out = ReadFile(folder_ + "/out"),
          .err = Err()};
}

}  // namespace cible
