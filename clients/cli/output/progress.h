// How far a long command is: a bar with what is done where lines can be
// overwritten, a line now and then where they cannot.

#ifndef CIBLE_CLIENTS_CLI_OUTPUT_PROGRESS_H_
#define CIBLE_CLIENTS_CLI_OUTPUT_PROGRESS_H_

#include <chrono>
#include <string>

#include "clients/cli/output/console.h"

namespace cible {

// Not thread-safe.
class Progress {
 public:
  // `console` must outlive it.
  Progress(const Console& console, std::string task);
  ~Progress() { Clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `fraction` in [0, 1]. Cheap: most calls show nothing.
  void Show(double fraction, const std::string& detail);

  // Takes the bar away, so that something else can be said.
  void Clear();

  double seconds() const;  // Since it began.

 private:
  using Clock = std::chrono::steady_clock;

  const Console& console_;
  const std::string task_;
  const Clock::time_point start_ = Clock::now();
  Clock::time_point shown_;
  bool bar_is_up_ = false;
};

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_OUTPUT_PROGRESS_H_
