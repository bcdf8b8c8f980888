#include "clients/cli/core_target_report.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "clients/cli/output/bar_lines.h"
#include "clients/cli/output/number_text.h"
#include "segmentation/personas/catalogue.h"
#include "segmentation/personas/figures.h"

namespace cible {
namespace {

constexpr int kBarWidth = 12;
constexpr char kUnknown[] = "?";

Cell CountIn(std::int64_t count, const Catalogue& catalogue) {
  return {FormatNumber(static_cast<double>(count), 0, catalogue), absl::StrCat(count)};
}

Cell AmountCell(bool known, double amount, const std::string& text) {
  if (!known) return {kUnknown, ""};
  return {text, ExactText(amount)};
}

// Of the largest total, which is above 0.
Cell TotalBar(const v1::CoreTargetSegment& segment, double largest) {
  if (!segment.complete() || !(segment.total() > 0) || !(largest > 0)) return "";
  return {Bar(segment.total() / largest, kBarWidth), ""};
}

double LargestTotal(const v1::CoreTarget& target) {
  double largest = 0;
  for (const v1::CoreTargetSegment& segment : target.segments()) {
    if (segment.complete()) largest = std::max(largest, segment.total());
  }
  return largest;
}

// The arithmetic, and the market where anyone is known to be won.
std::string SegmentLines(const v1::CoreTargetSegment& segment, int rank, const Catalogue& catalogue,
                         int width) {
  const std::string lead = absl::StrCat(rank, "  ");
  const std::string indent(lead.size(), ' ');
  std::string text = absl::StrCat(
      Hanging(lead, absl::StrCat(segment.display_name(), " (", segment.persona(), ")"), width),
      Hanging(indent, segment.arithmetic(), width));
  const v1::MarketPotential& market = segment.market();
  if (market.competitor_count() + market.non_consumer_count() == 0) return text;
  return absl::StrCat(
      text,
      Hanging(indent, catalogue.Message("core.market_line", {{"market", market.description()}}),
              width));
}

}  // namespace

Table CoreTargetTable(const v1::CoreTarget& target, Language language) {
  const Catalogue& catalogue = Catalogue::For(language);
  Table table({{"", "rank", true},
               {catalogue.Message("core.column_persona"), "display_name"},
               {"", "persona"},
               {catalogue.Message("core.column_customers"), "customer_count", true},
               {catalogue.Message("core.column_margin"), "margin", true},
               {catalogue.Message("core.column_leads"), "open_lead_count", true},
               {catalogue.Message("core.column_conversion"), "conversion", true},
               {catalogue.Message("core.column_total"), "total", true},
               {"", ""},
               {"", "complete"}});
  const double largest = LargestTotal(target);
  int rank = 0;
  for (const v1::CoreTargetSegment& segment : target.segments()) {
    const std::string& currency = target.currency_code();
    const bool complete = segment.complete();
    table.AddRow(
        {absl::StrCat(++rank),
         segment.display_name(),
         segment.persona(),
         CountIn(segment.customer_count(), catalogue),
         AmountCell(segment.has_margin(), segment.margin(),
                    FormatMeanAmount(segment.margin(), currency, catalogue)),
         CountIn(segment.open_lead_count(), catalogue),
         AmountCell(segment.has_conversion(), segment.conversion(),
                    FormatShare(segment.conversion(), catalogue)),
         {complete ? FormatAmount(std::round(segment.total()), currency, catalogue) : kUnknown,
          ExactText(segment.total())},
         TotalBar(segment, largest),
         Cell("", complete ? "true" : "false")});
  }
  return table;
}

std::string CoreTargetText(const v1::CoreTarget& target, Language language, int width) {
  const Catalogue& catalogue = Catalogue::For(language);
  std::string text = Wrap(target.summary(), width, 0);
  if (!target.value_definition().empty()) {
    absl::StrAppend(&text, Wrap(absl::StrCat(target.value_definition(), "."), width, 0));
  }
  absl::StrAppend(&text, "\n", CoreTargetTable(target, language).ToText(width), "\n");
  int rank = 0;
  for (const v1::CoreTargetSegment& segment : target.segments()) {
    absl::StrAppend(&text, SegmentLines(segment, ++rank, catalogue, width));
  }
  absl::StrAppend(&text, "\n");
  for (const std::string& notice : target.notices()) {
    absl::StrAppend(&text, Hanging("- ", notice, width));
  }
  if (target.segments().empty()) return text;
  const std::string& universe = target.segments(0).market().universe();
  return absl::StrCat(
      text, Hanging("- ", catalogue.Message("report.universe", {{"universe", universe}}), width));
}

}  // namespace cible
