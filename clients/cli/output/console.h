// Where a command reads from and writes to: its results to `out`, all else
// (progress, notices, errors) to `err`.

#ifndef CIBLE_CLIENTS_CLI_OUTPUT_CONSOLE_H_
#define CIBLE_CLIENTS_CLI_OUTPUT_CONSOLE_H_

#include <istream>
#include <ostream>

namespace cible {

struct Console {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  // Columns of the terminal that `out` is; 0: it is none, lines may be long.
  int width = 0;
  bool live_progress = false;  // `err` is a terminal: lines can be overwritten.
  bool can_ask = false;        // A person can answer on `in`.

  // The process's own streams.
  static Console OfProcess();
};

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_OUTPUT_CONSOLE_H_
