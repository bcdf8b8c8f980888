#include "clients/cli/output/bar_lines.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "clients/cli/output/number_text.h"
#include "clients/cli/output/table.h"

namespace cible {
namespace {

constexpr int kIndent = 2;
constexpr int kGap = 2;
constexpr int kNarrowestLabel = 10;

int WidthOf(const std::vector<BarLine>& lines, std::string BarLine::*part) {
  int widest = 0;
  for (const BarLine& line : lines) widest = std::max(widest, DisplayWidth(line.*part));
  return widest;
}

}  // namespace

std::string BarLines(const std::vector<BarLine>& lines, int bar_width, int width) {
  int column = WidthOf(lines, &BarLine::label);
  if (width > 0) {
    const int left = width - kIndent - kGap - bar_width - kGap - WidthOf(lines, &BarLine::figure);
    column = std::min(column, std::max(left, kNarrowestLabel));
  }
  std::string text;
  for (const BarLine& line : lines) {
    const std::string label = Printable(line.label);
    absl::StrAppend(&text, std::string(kIndent, ' '), Padded(Shorten(label, column), column),
                    std::string(kGap, ' '), Padded(Bar(line.fraction, bar_width), bar_width),
                    std::string(kGap, ' '), line.figure, "\n");
  }
  return text;
}

std::string Padded(const std::string& text, int width) {
  return text + std::string(static_cast<std::size_t>(std::max(0, width - DisplayWidth(text))), ' ');
}

std::string Hanging(const std::string& lead, const std::string& text, int width) {
  const int indent = DisplayWidth(lead);
  const std::string lines = Wrap(text, width, indent);
  return absl::StrCat(lead, lines.substr(std::min(lines.size(), static_cast<std::size_t>(indent))));
}

}  // namespace cible
