// What is said when a person presses Ctrl-C while the server works on.

#ifndef CIBLE_CLIENTS_CLI_INTERRUPT_NOTICE_H_
#define CIBLE_CLIENTS_CLI_INTERRUPT_NOTICE_H_

#include <csignal>
#include <string>

namespace cible {

// While one lives, SIGINT writes its sentence to standard error and ends the
// process with 130. At most one at a time.
class InterruptNotice {
 public:
  explicit InterruptNotice(const std::string& sentence);
  ~InterruptNotice();
  InterruptNotice(const InterruptNotice&) = delete;
  InterruptNotice& operator=(const InterruptNotice&) = delete;

 private:
  struct sigaction before_ {};
};

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_INTERRUPT_NOTICE_H_
