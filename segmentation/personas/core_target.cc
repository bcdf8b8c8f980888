#include "segmentation/personas/core_target.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "segmentation/personas/catalogue.h"
#include "segmentation/personas/figures.h"

namespace cible {
namespace {

double RoundedTo(double number, double steps) { return std::round(number * steps) / steps; }

std::string CustomersText(const SegmentPotential& segment, const CoreTargetTerms& terms,
                          const std::string& margin, const Catalogue& catalogue) {
  return catalogue.Message(
      "core.customers",
      {{"customers", FormatCounted("market.customers", segment.customers, catalogue)},
       {"margin", margin},
       {"retention", FormatPercent(terms.retention, catalogue)}});
}

std::string LeadsText(const SegmentPotential& segment, const CoreTargetTerms& terms,
                      const std::string& margin, const std::string& currency_code,
                      const Catalogue& catalogue) {
  return catalogue.Message(
      "core.leads",
      {{"leads", FormatCounted("market.open_leads", segment.open_leads, catalogue)},
       {"conversion", segment.conversion ? FormatPercent(*segment.conversion, catalogue)
                                         : catalogue.Message("core.unknown_conversion")},
       {"margin", margin},
       {"count", FormatNumber(static_cast<double>(segment.open_leads), 0, catalogue)},
       {"cost", FormatAmount(terms.contact_cost, currency_code, catalogue)}});
}

// Whether the figures as they are written give the total as it is written.
bool AddsUpAsWritten(const SegmentPotential& segment, const CoreTargetTerms& terms) {
  SegmentPotential written = segment;
  if (written.margin) written.margin = RoundedTo(*written.margin, 100);
  if (written.conversion) written.conversion = RoundedTo(*written.conversion, 10'000);
  const double total = Expect(written, {.retention = RoundedTo(terms.retention, 10'000),
                                        .contact_cost = RoundedTo(terms.contact_cost, 100)})
                           .total();
  return std::round(total) == std::round(Expect(segment, terms).total());
}

// " = €384,772", or what is left without what is unknown.
std::string ResultText(const SegmentPotential& segment, const CoreTargetTerms& terms,
                       const std::string& currency_code, const Catalogue& catalogue) {
  const Expectation expectation = Expect(segment, terms);
  const std::string total = FormatAmount(std::round(expectation.total()), currency_code, catalogue);
  if (expectation.complete()) {
    return absl::StrCat(AddsUpAsWritten(segment, terms) ? " = " : " ≈ ", total);
  }
  const bool known_part = segment.customers > 0 && expectation.from_customers.has_value();
  return absl::StrCat(catalogue.Message("clause"), " ",
                      known_part ? catalogue.Message("core.known_part", {{"total", total}})
                                 : catalogue.Message("core.unknown"));
}

}  // namespace

absl::Status CheckTerms(const CoreTargetTerms& terms) {
  if (!(terms.retention >= 0 && terms.retention <= 1)) {
    return absl::InvalidArgumentError(
        "retention must lie in 0 to 1; 0.8 says that four customers in five stay for the year");
  }
  if (!(terms.contact_cost >= 0) || !std::isfinite(terms.contact_cost)) {
    return absl::InvalidArgumentError(
        "contact_cost must be 0 or more: what it costs to approach one lead, in the workspace's "
        "currency");
  }
  return absl::OkStatus();
}

Expectation Expect(const SegmentPotential& segment, const CoreTargetTerms& terms) {
  Expectation expectation;
  const auto customers = static_cast<double>(segment.customers);
  const auto leads = static_cast<double>(segment.open_leads);
  if (segment.customers == 0) {
    expectation.from_customers = 0;
  } else if (segment.margin) {
    expectation.from_customers = customers * *segment.margin * terms.retention;
  }
  if (segment.open_leads == 0) {
    expectation.from_leads = 0;
  } else if (segment.margin && segment.conversion) {
    expectation.from_leads = leads * (*segment.conversion * *segment.margin - terms.contact_cost);
  }
  return expectation;
}

std::vector<int> RankByExpectation(const std::vector<SegmentPotential>& segments,
                                   const CoreTargetTerms& terms) {
  std::vector<int> order(segments.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    const SegmentPotential& left = segments[static_cast<std::size_t>(a)];
    const SegmentPotential& right = segments[static_cast<std::size_t>(b)];
    const Expectation first = Expect(left, terms), second = Expect(right, terms);
    if (first.complete() != second.complete()) return first.complete();
    if (first.total() != second.total()) return first.total() > second.total();
    return !first.complete() && left.customers > right.customers;
  });
  return order;
}

std::string DescribeArithmetic(const SegmentPotential& segment, const CoreTargetTerms& terms,
                               const std::string& currency_code, Language language) {
  const Catalogue& catalogue = Catalogue::For(language);
  if (segment.customers == 0 && segment.open_leads == 0) return catalogue.Message("core.nobody");
  const std::string margin = segment.margin
                                 ? FormatAmount(*segment.margin, currency_code, catalogue)
                                 : catalogue.Message("core.unknown_margin");
  std::vector<std::string> parts;
  if (segment.customers > 0) parts.push_back(CustomersText(segment, terms, margin, catalogue));
  if (segment.open_leads > 0) {
    parts.push_back(LeadsText(segment, terms, margin, currency_code, catalogue));
  }
  return absl::StrCat(absl::StrJoin(parts, " + "),
                      ResultText(segment, terms, currency_code, catalogue));
}

}  // namespace cible
