// Programs of ours as processes of their own.

#ifndef CIBLE_TESTS_INTEGRATION_PROCESS_H_
#define CIBLE_TESTS_INTEGRATION_PROCESS_H_

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace cible {

// How a process ended.
struct Ending {
  bool exited = false;  // By itself, with `code`; else by a signal, or not at all.
  int code = -1;
  std::string out;
  std::string err;
};

// A process that is killed, if it still runs, by the destructor, and by the
// kernel when the test dies first.
class Process {
 public:
  // What it prints goes to `folder`/out and `folder`/err.
  Process(const std::string& program, const std::vector<std::string>& arguments,
          const std::string& folder);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  pid_t pid() const { return pid_; }
  void Signal(int signal) const;
  // Stops it and lets it go on, as Ctrl-Z and `fg` do.
  void Pause();
  // Waits for the end, for at most so long.
  Ending Wait(std::chrono::seconds patience = CIBLE_TEST_PATIENCE * std::chrono::seconds(60));
  bool IsRunning();
  // What it has printed so far.
  std::string Err() const;

 private:
  bool HasEnded();

  const std::string folder_;
  const pid_t pid_;
  bool ended_ = false;
  int status_ = 0;
};

std::string ReadFile(const std::string& path);

}  // namespace cible

#endif  // CIBLE_TESTS_INTEGRATION_PROCESS_H_
