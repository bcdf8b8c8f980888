#include "clients/load/report_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "clients/load/rpc_status.h"
#include "clients/load/stream_loop.h"

namespace cible::load {
namespace {

constexpr int kBarLength = 50;
constexpr double kStep = 1.4142135623730951;  // Two bars a doubling.
constexpr std::size_t kMostBars = 24;
constexpr double kLagThatMatters = 5e6;  // Nanoseconds.

std::string TimeText(double nanoseconds) {
  if (nanoseconds < 1e6) return absl::StrFormat("%.1f us", nanoseconds / 1e3);
  if (nanoseconds < 1e9) return absl::StrFormat("%.2f ms", nanoseconds / 1e6);
  return absl::StrFormat("%.2f s", nanoseconds / 1e9);
}

// 1234567 as "1,234,567".
std::string CountText(double count) {
  const std::string digits = absl::StrFormat("%.0f", count);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text.push_back(',');
    text.push_back(digits[i]);
  }
  return text;
}

std::string PercentilesText(const LatencyHistogram& histogram) {
  struct Point {
    const char* name;
    double share;
  };
  constexpr std::array<Point, 6> kPoints = {{{"p50", 0.5},
                                             {"p90", 0.9},
                                             {"p99", 0.99},
                                             {"p99.9", 0.999},
                                             {"p99.99", 0.9999},
                                             {"max", 1}}};
  std::string text;
  for (const Point& point : kPoints) {
    absl::StrAppend(&text, text.empty() ? "" : "   ", point.name, " ",
                    TimeText(histogram.Quantile(point.share)));
  }
  return text;
}

struct Bar {
  double end;  // Upper bound, in nanoseconds.
  std::int64_t count;
};

// From the quickest to the slowest; wider ones where they would be too many.
std::vector<Bar> BarsOf(const LatencyHistogram& histogram) {
  std::vector<Bar> bars;
  double step = kStep;
  do {
    bars.clear();
    double low = 0, high = 1e3;
    const auto slowest = static_cast<double>(histogram.max());
    for (; low <= slowest; low = high, high *= step) {
      const std::int64_t count = histogram.CountBetween(low, high);
      if (bars.empty() && count == 0) continue;
      bars.push_back({high, count});
    }
    step *= kStep;
  } while (bars.size() > kMostBars);
  return bars;
}

std::string HistogramText(const LatencyHistogram& histogram) {
  const std::vector<Bar> bars = BarsOf(histogram);
  std::int64_t most = 1;
  for (const Bar& bar : bars) most = std::max(most, bar.count);
  std::string text;
  for (const Bar& bar : bars) {
    const auto length = static_cast<std::size_t>(
        std::ceil(static_cast<double>(kBarLength * bar.count) / static_cast<double>(most)));
    absl::StrAppendFormat(&text, "  < %10s %12s %s\n", TimeText(bar.end),
                          CountText(static_cast<double>(bar.count)), std::string(length, '#'));
  }
  return text;
}

std::string ErrorsText(const CallFigures& figures) {
  std::string text;
  for (const auto& [code, count] : figures.errors) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", CodeName(code), " ",
                    CountText(static_cast<double>(count)));
  }
  if (text.empty()) return "none";
  return absl::StrCat(text, "   (answered within ", TimeText(figures.error_latency.Quantile(0.99)),
                      " at p99)");
}

std::string ModeText(const LoadOptions& options) {
  const LoadShape& shape = options.shape;
  if (shape.rate) return absl::StrFormat("open loop, %g calls/s", *shape.rate);
  if (options.is_stream()) {
    return absl::StrCat("closed loop, streams: ", shape.in_flight,
                        ", messages under way in each: ", kStreamWindow);
  }
  return absl::StrCat("closed loop, in flight: ", shape.in_flight);
}

double RateOf(const CallFigures& figures, double seconds) {
  return seconds > 0 ? static_cast<double>(figures.ok_in_time) / seconds : 0;
}

std::string RatesText(const LoadFigures& figures, const Workload& workload) {
  double contacts = 0;
  for (std::size_t i = 0; i < workload.parts.size(); ++i) {
    contacts += RateOf(figures.parts[i], figures.seconds) * workload.parts[i].contacts_per_call;
  }
  return absl::StrCat(CountText(RateOf(figures.Total(), figures.seconds)), " calls/s, ",
                      CountText(contacts), " contacts/s");
}

std::string PartsText(const LoadFigures& figures, const Workload& workload) {
  std::string text;
  if (workload.parts.size() < 2) return text;
  for (std::size_t i = 0; i < workload.parts.size(); ++i) {
    const CallFigures& part = figures.parts[i];
    absl::StrAppendFormat(&text, "%-8s  %s calls/s   %s\n          errors: %s\n",
                          std::string(Name(workload.parts[i].kind)),
                          CountText(RateOf(part, figures.seconds)), PercentilesText(part.latency),
                          ErrorsText(part));
  }
  return text;
}

std::string SideText(const LoadFigures& figures) {
  const CallFigures total = figures.Total();
  return absl::StrFormat("%10s/s %10s %10s", CountText(RateOf(total, figures.seconds)),
                         TimeText(total.latency.Quantile(0.5)),
                         TimeText(total.latency.Quantile(0.99)));
}

std::string SpreadText(const char* name, const Spread& spread) {
  return absl::StrFormat("%-14s %.3f   (%.3f to %.3f)\n", name, spread.median, spread.min,
                         spread.max);
}

// Where calls went out late enough to matter.
std::string LagNotice(const LoadFigures& figures) {
  if (figures.send_lag.Quantile(0.5) < kLagThatMatters) return "";
  return absl::StrCat(
      "notice: this machine cannot send that fast: ",
      CountText(static_cast<double>(figures.sent_in_time) / figures.seconds),
      " calls/s went out. Latencies hold the wait before sending; give more --threads and "
      "--channels, another machine, or a lower --rate\n");
}

}  // namespace

std::string FiguresText(const LoadOptions& options, const Workload& workload,
                        const LoadFigures& figures) {
  const CallFigures total = figures.Total();
  std::string text = absl::StrCat(options.call, ", ", ModeText(options), ", ",
                                  absl::StrFormat("%.2f s measured\n", figures.seconds));
  absl::StrAppend(&text, "answered  ", RatesText(figures, workload), "\n");
  absl::StrAppend(&text, "calls     ", CountText(static_cast<double>(total.calls())),
                  ", good: ", CountText(static_cast<double>(total.ok)),
                  ", not sent: ", CountText(static_cast<double>(total.not_sent)), "\n");
  absl::StrAppend(&text, "errors    ", ErrorsText(total), "\n");
  absl::StrAppend(&text, "latency   ", PercentilesText(total.latency), "\n");
  if (options.shape.rate) {
    absl::StrAppend(&text, "sent late ", PercentilesText(figures.send_lag), "\n",
                    LagNotice(figures));
  }
  absl::StrAppend(&text, HistogramText(total.latency), PartsText(figures, workload));
  return text;
}

std::string ComparisonText(const Workload& workload, const Comparison& comparison) {
  std::string text = absl::StrFormat("%-6s %-34s   echo (%s)\n", "round", "server: rate, p50, p99",
                                     std::string(Name(comparison.flavour)));
  for (std::size_t i = 0; i < comparison.rounds.size(); ++i) {
    const Round& round = comparison.rounds[i];
    absl::StrAppendFormat(&text, "%-6d %s   %s\n", static_cast<int>(i + 1), SideText(round.server),
                          SideText(round.echo));
  }
  absl::StrAppend(&text, "server    ", RatesText(comparison.server, workload),
                  "   errors: ", ErrorsText(comparison.server.Total()), "\n");
  absl::StrAppend(&text, "echo      ", RatesText(comparison.echo, workload),
                  "   errors: ", ErrorsText(comparison.echo.Total()), "\n");
  absl::StrAppend(&text, "server / echo: median (least to most)\n",
                  SpreadText("  calls/s", comparison.SpreadOf(&Ratios::calls_per_second)),
                  SpreadText("  p50", comparison.SpreadOf(&Ratios::p50)),
                  SpreadText("  p99", comparison.SpreadOf(&Ratios::p99)));
  return text;
}

}  // namespace cible::load
