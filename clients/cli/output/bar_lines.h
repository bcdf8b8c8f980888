// Bars below each other, each with what it is of and its figure.

#ifndef CIBLE_CLIENTS_CLI_OUTPUT_BAR_LINES_H_
#define CIBLE_CLIENTS_CLI_OUTPUT_BAR_LINES_H_

#include <string>
#include <vector>

namespace cible {

struct BarLine {
  std::string label;
  double fraction = 0;  // Of the full bar, in [0, 1].
  std::string figure;
};

// "  here      ▇▇▇▇  40%", the labels in one column: each line ended. Labels are
// cut to what `width` leaves them beside bars of `bar_width` columns; 0: they are
// not.
std::string BarLines(const std::vector<BarLine>& lines, int bar_width, int width);

// The text, with blanks up to so many columns.
std::string Padded(const std::string& text, int width);

// The text in lines below each other, after `lead` on the first.
std::string Hanging(const std::string& lead, const std::string& text, int width);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_OUTPUT_BAR_LINES_H_
