// The core target: the segments, ranked by what they are expected to bring within
// a year.
//
//   total = customers x margin x retention
//         + open leads x conversion x first-year margin - open leads x contact cost
//
// The first-year margin of a new customer is taken to be the margin of the
// segment's customers. What is unknown is in no sum.

#ifndef CIBLE_SEGMENTATION_PERSONAS_CORE_TARGET_H_
#define CIBLE_SEGMENTATION_PERSONAS_CORE_TARGET_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "segmentation/personas/portrait.h"

namespace cible {

// What the caller reckons with.
struct CoreTargetTerms {
  double retention = 1;     // Share of customers that stay for the year, in [0, 1].
  double contact_cost = 0;  // Of approaching one lead, in the currency, >= 0.
};

// Errors: INVALID_ARGUMENT for a term out of range, NaN or infinite, naming the
// field.
absl::Status CheckTerms(const CoreTargetTerms& terms);

// What is known of a segment.
struct SegmentPotential {
  std::int64_t customers = 0;
  std::int64_t open_leads = 0;
  std::optional<double> margin;      // Mean a year of its customers; null: not known.
  std::optional<double> conversion;  // In [0, 1]; null: not known.
};

struct Expectation {
  // Null where a factor of it is unknown; 0 where there are no customers, or no
  // open leads, whatever is unknown.
  std::optional<double> from_customers;
  std::optional<double> from_leads;  // Cost taken off.

  // The sum of what is known.
  double total() const { return from_customers.value_or(0) + from_leads.value_or(0); }
  bool complete() const { return from_customers && from_leads; }
};

Expectation Expect(const SegmentPotential& segment, const CoreTargetTerms& terms);

// Indexes of the segments: the complete ones by total, then the others by total,
// then by customers; equals in their order.
std::vector<int> RankByExpectation(const std::vector<SegmentPotential>& segments,
                                   const CoreTargetTerms& terms);

// "1,204 customers × €310 × 80% who stay + 310 open leads × 12% × €310 −
// 310 × €5 = €308,574", or with what is unknown in the place of figures; "≈" where
// the figures as they are written, to the cent, give another total.
// `currency_code`: ISO 4217.
std::string DescribeArithmetic(const SegmentPotential& segment, const CoreTargetTerms& terms,
                               const std::string& currency_code, Language language);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_CORE_TARGET_H_
