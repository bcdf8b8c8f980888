#include "clients/cli/output/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <iostream>

namespace cible {
namespace {

int TerminalWidth(int descriptor) {
  if (!isatty(descriptor)) return 0;
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

}  // namespace

Console Console::OfProcess() {
  const bool live = isatty(STDERR_FILENO);
  return {.in = std::cin,
          .out = std::cout,
          .err = std::cerr,
          .width = TerminalWidth(STDOUT_FILENO),
          .live_progress = live,
          .can_ask = live && isatty(STDIN_FILENO)};
}

}  // namespace cible
