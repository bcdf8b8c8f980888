#include "clients/cli/interrupt_notice.h"

#include <unistd.h>

namespace cible {
namespace {

constexpr int kInterrupted = 128 + SIGINT;

// Made before a signal can come: a handler may not allocate.
std::string& Text() {
  static std::string& text = *new std::string();
  return text;
}

void SayAndEnd(int) {
  const std::string& text = Text();
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
  _exit(kInterrupted);
}

}  // namespace

InterruptNotice::InterruptNotice(const std::string& sentence) {
  Text() = "\n" + sentence + "\n";
  struct sigaction action {};
  action.sa_handler = SayAndEnd;
  sigaction(SIGINT, &action, &before_);
}

InterruptNotice::~InterruptNotice() { sigaction(SIGINT, &before_, nullptr); }

}  // namespace cible
