#include "clients/cli/output/progress.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cli/output/number_text.h"
#include "clients/cli/output/table.h"

namespace cible {
namespace {

constexpr int kBarWidth = 24;
constexpr int kLineWidth = 78;  // So that no terminal wraps the bar.
constexpr std::chrono::milliseconds kBarPeriod{80};
constexpr std::chrono::seconds kLinePeriod{5};
constexpr const char* kEraseLine = "\r\x1b[K";

std::string BarLine(const std::string& task, double fraction, const std::string& detail) {
  const std::string bar = Bar(fraction, kBarWidth);
  const std::string rest(static_cast<std::size_t>(kBarWidth - DisplayWidth(bar)), ' ');
  const auto percent = static_cast<int>(std::floor(100 * fraction));
  return Shorten(absl::StrCat(task, " ", bar, rest, " ", percent, " %  ", detail), kLineWidth);
}

}  // namespace

Progress::Progress(const Console& console, std::string task)
    : console_(console), task_(std::move(task)), shown_(start_) {}

void Progress::Clear() {
  if (bar_is_up_) console_.err << kEraseLine << std::flush;
  bar_is_up_ = false;
}

void Progress::Show(double fraction, const std::string& detail) {
  const auto now = Clock::now();
  const auto period = console_.live_progress ? Clock::duration(kBarPeriod) : kLinePeriod;
  if (now - shown_ < period) return;
  shown_ = now;
  const double part = std::clamp(fraction, 0., 1.);
  if (console_.live_progress) {
    console_.err << kEraseLine << BarLine(task_, part, detail) << std::flush;
    bar_is_up_ = true;
    return;
  }
  console_.err << task_ << ": " << static_cast<int>(100 * part) << " %, " << detail << std::endl;
}

double Progress::seconds() const {
  return std::chrono::duration<double>(Clock::now() - start_).count();
}

}  // namespace cible
