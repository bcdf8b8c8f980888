#include "segmentation/data/id_column.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/ascii.h"
#include "segmentation/data/criterion_lexicon.h"
#include "segmentation/data/date_text.h"
#include "segmentation/data/number_text.h"

namespace cible {
namespace {

constexpr std::size_t kMaxIdBytes = 128;
// From this many rows on, a few repeated or missing ids do not hide the column.
constexpr std::int64_t kRowsToForgive = 100;
constexpr double kForgiven = 0.01;
// A first column without an id's name must have been unique by more than luck.
constexpr std::int64_t kRowsToTrustUniqueness = 10;

bool IsUnique(const ColumnScan& scan, double forgiven) {
  const auto rows = static_cast<double>(scan.known + scan.missing);
  const double lost = rows - static_cast<double>(scan.distinct.size());
  return lost <= (rows >= kRowsToForgive ? forgiven * rows : 0);
}

bool CanBeId(absl::string_view text) {
  return text.size() <= kMaxIdBytes && std::none_of(text.begin(), text.end(), absl::ascii_iscntrl);
}

bool IsFraction(absl::string_view text) {
  const auto number = ParseNumber(text);
  return number && (*number != std::floor(*number) || *number < 0);
}

bool HoldsCodes(const ColumnScan& scan, double forgiven) {
  const auto others =
      std::count_if(scan.distinct.begin(), scan.distinct.end(), [](const DistinctText& value) {
        return !CanBeId(value.text) || IsFraction(value.text) || IsEmail(value.text) ||
               IsPhoneNumber(value.text);
      });
  const auto rows = static_cast<double>(scan.known + scan.missing);
  return static_cast<double>(others) <= (rows >= kRowsToForgive ? forgiven * rows : 0);
}

// "Client number" counts nothing.
bool NumbersContacts(const std::string& words) {
  return SaysId(words) &&
         HasWords(words,
                  "customer*|client*|contact*|user*|member*|prospect*|lead*|person*|account*");
}

bool SaysMeasure(const std::string& words) {
  return SaysAge(words) || SaysBirth(words) || SaysAmount(words) ||
         (SaysCount(words) && !NumbersContacts(words)) || SaysRating(words) || SaysPhone(words) ||
         SaysPersonalName(words) || SaysAddress(words);
}

// Running numbers, or numbers or codes of one length without blanks.
bool LooksGiven(const ColumnScan& scan) {
  const std::size_t length = scan.distinct[0].text.size();
  double least = INFINITY, most = -INFINITY;
  bool numbers = true, same_length = true, spaced = false, dates = true;
  for (const DistinctText& value : scan.distinct) {
    const auto number = ParseNumber(value.text);
    numbers = numbers && number.has_value();
    if (number) least = std::min(least, *number), most = std::max(most, *number);
    same_length = same_length && value.text.size() == length;
    spaced = spaced || value.text.find(' ') != absl::string_view::npos;
    dates = dates && ParseDateText(value.text).has_value();
  }
  if (numbers) return same_length || most - least < 2 * static_cast<double>(scan.distinct.size());
  return !spaced && !dates;
}

// 0: no id; the higher the surer.
int Score(const ColumnScan& scan, const std::string& words, bool is_first) {
  if (scan.known == 0 || SaysMeasure(words)) return 0;
  if (SaysId(words) && IsUnique(scan, kForgiven) && HoldsCodes(scan, kForgiven)) {
    return ShareOf(scan, IsUuid) == 1 ? 4 : 3;
  }
  if (!IsUnique(scan, 0) || !HoldsCodes(scan, 0) || scan.known < kRowsToTrustUniqueness) return 0;
  if (ShareOf(scan, IsUuid) == 1) return 2;
  return is_first && LooksGiven(scan) ? 1 : 0;
}

}  // namespace

int FindIdColumn(const std::vector<ColumnScan>& scans, const std::vector<std::string>& words) {
  int best = -1;
  int best_score = 0;
  for (std::size_t i = 0; i < scans.size(); ++i) {
    if (NumbersTheRows(scans[i], words[i])) continue;
    const int score = Score(scans[i], words[i], i == 0);
    if (score > best_score) best = static_cast<int>(i), best_score = score;
  }
  return best;
}

bool NumbersTheRows(const ColumnScan& scan, const std::string& words) {
  if (!SaysRowNumber(words) || scan.missing > 0 || scan.known < 2) return false;
  std::optional<double> previous;
  for (const DistinctText& value : scan.distinct) {
    const auto number = ParseNumber(value.text);
    if (!number || value.count > 1 || (previous && *number != *previous + 1)) return false;
    previous = number;
  }
  return true;
}

}  // namespace cible
