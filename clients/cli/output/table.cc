#include "clients/cli/output/table.h"

#include <utf8proc.h>

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/output/number_text.h"
#include "segmentation/data/csv.h"

namespace cible {
namespace {

constexpr int kGap = 2;
constexpr int kNarrowest = 10;  // No column is cut below this.
constexpr int kPageWidth = 100;

struct Character {
  utf8proc_ssize_t bytes = 1;
  int width = 1;
  bool control = false;
};

Character CharacterAt(const std::string& text, std::size_t position) {
  utf8proc_int32_t code = 0;
  const auto* data = reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + position;
  const utf8proc_ssize_t bytes =
      utf8proc_iterate(data, static_cast<utf8proc_ssize_t>(text.size() - position), &code);
  if (bytes <= 0) return {.control = true};
  const bool control = utf8proc_category(code) == UTF8PROC_CATEGORY_CC;
  return {bytes, control ? 1 : utf8proc_charwidth(code), control};
}

std::string Padded(const std::string& text, int width, bool right) {
  const std::string cut = Shorten(text, width);
  const std::string blanks(static_cast<std::size_t>(std::max(width - DisplayWidth(cut), 0)), ' ');
  return right ? blanks + cut : cut + blanks;
}

void TrimRight(std::string& line) { line.erase(line.find_last_not_of(' ') + 1); }

}  // namespace

Cell CountCell(long long count) { return {CountText(count), absl::StrCat(count)}; }
Cell ShareCell(double share) { return {ShareText(share), ExactText(share)}; }
Cell FixedCell(double number, int decimals) {
  return {FixedText(number, decimals), ExactText(number)};
}

int DisplayWidth(const std::string& text) {
  int width = 0;
  for (std::size_t position = 0; position < text.size();) {
    const Character character = CharacterAt(text, position);
    width += character.width;
    position += static_cast<std::size_t>(character.bytes);
  }
  return width;
}

std::string Printable(const std::string& text) {
  std::string result;
  for (std::size_t position = 0; position < text.size();) {
    const Character character = CharacterAt(text, position);
    const auto bytes = static_cast<std::size_t>(character.bytes);
    result += character.control ? "·" : text.substr(position, bytes);
    position += bytes;
  }
  return result;
}

std::string Shorten(const std::string& text, int width) {
  if (DisplayWidth(text) <= width) return text;
  std::string result;
  int used = 0;
  for (std::size_t position = 0; position < text.size();) {
    const Character character = CharacterAt(text, position);
    if (used + character.width > width - 1) break;
    used += character.width;
    result.append(text, position, static_cast<std::size_t>(character.bytes));
    position += static_cast<std::size_t>(character.bytes);
  }
  return result + "…";
}

std::string Wrap(const std::string& text, int width, int indent) {
  const int limit = width > 0 ? std::min(width, kPageWidth) : kPageWidth;
  const std::string margin(static_cast<std::size_t>(indent), ' ');
  std::string result;
  std::string line;
  for (const absl::string_view word : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    const std::string longer = line.empty() ? std::string(word) : absl::StrCat(line, " ", word);
    if (!line.empty() && indent + DisplayWidth(longer) > limit) {
      absl::StrAppend(&result, margin, line, "\n");
      line = std::string(word);
    } else {
      line = longer;
    }
  }
  if (!line.empty()) absl::StrAppend(&result, margin, line, "\n");
  return result;
}

std::vector<int> Table::Widths(int width) const {
  std::vector<int> widths;
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    int widest = DisplayWidth(columns_[column].title);
    for (const std::vector<Cell>& row : rows_) {
      widest = std::max(widest, DisplayWidth(Printable(row[column].text)));
    }
    widths.push_back(widest);
  }
  const auto shown =
      widths.size() - static_cast<std::size_t>(std::count(widths.begin(), widths.end(), 0));
  const int gaps = kGap * (static_cast<int>(shown) - 1);
  const auto total = [&] { return std::accumulate(widths.begin(), widths.end(), gaps); };
  while (width > 0 && total() > width) {
    int widest = -1;
    for (std::size_t column = 0; column < columns_.size(); ++column) {
      if (columns_[column].right || widths[column] <= kNarrowest) continue;
      if (widest < 0 || widths[column] > widths[static_cast<std::size_t>(widest)]) {
        widest = static_cast<int>(column);
      }
    }
    if (widest < 0) break;
    --widths[static_cast<std::size_t>(widest)];
  }
  return widths;
}

std::string Table::ToText(int width) const {
  const std::vector<int> widths = Widths(width);
  std::string result;
  const auto add_line = [&](const auto& text_of) {
    std::string line;
    for (std::size_t column = 0; column < columns_.size(); ++column) {
      if (widths[column] == 0) continue;
      if (!line.empty()) line.append(kGap, ' ');
      line += Padded(text_of(column), widths[column], columns_[column].right);
    }
    TrimRight(line);
    absl::StrAppend(&result, line, "\n");
  };
  add_line([&](std::size_t column) { return columns_[column].title; });
  for (const std::vector<Cell>& row : rows_) {
    add_line([&](std::size_t column) { return Printable(row[column].text); });
  }
  return result;
}

std::string Table::CsvHeader() const {
  std::vector<std::string> line;
  for (const TableColumn& column : columns_) {
    if (!column.key.empty()) line.push_back(column.key);
  }
  return CsvLine(line);
}

std::string Table::CsvRows() const {
  std::string result;
  std::vector<std::string> line;
  for (const std::vector<Cell>& row : rows_) {
    line.clear();
    for (std::size_t column = 0; column < columns_.size(); ++column) {
      if (!columns_[column].key.empty()) line.push_back(row[column].exact);
    }
    result += CsvLine(line);
  }
  return result;
}

}  // namespace cible
