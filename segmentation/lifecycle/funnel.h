// What becomes of contacts: how many stood how over time, and how many of those who
// came went on, as cohorts and not as snapshots.
//
// Conversion within a horizon is one minus Kaplan and Meier's estimate: contacts known
// for less than the horizon count as long as they were observed. Its interval is on the
// scale of log(-log S), by Greenwood's variance; where nobody or everybody converted,
// Wilson's on the contacts observed to the end.
//
//   E. L. Kaplan, P. Meier, "Nonparametric estimation from incomplete observations",
//   JASA 53, 1958. M. Greenwood, "The natural duration of cancer", 1926.
//   E. B. Wilson, "Probable inference", JASA 22, 1927.

#ifndef CIBLE_SEGMENTATION_LIFECYCLE_FUNNEL_H_
#define CIBLE_SEGMENTATION_LIFECYCLE_FUNNEL_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "segmentation/data/lifecycle_state.h"
#include "segmentation/data/value.h"

namespace cible {

// One contact from the day it became known.
struct Journey {
  // How it stood from that day on, ascending; the first entry is when it became known.
  struct Step {
    std::int32_t day = 0;
    LifecycleState state;  // Relation, customer stage and former customer alone.
  };
  std::vector<Step> steps;
  std::string source;   // As to be labelled.
  std::string persona;  // Likewise; empty: none.
};

// Of those who could convert, one each: after so many days, or not until then.
struct ObservedConversion {
  std::int32_t days = 0;
  bool converted = false;
};

struct ConversionEstimate {
  std::int64_t contacts = 0;
  std::int64_t converted = 0;  // Within the horizon.
  std::optional<double> share, low, high;
  std::optional<double> median_days;  // Of those who converted.
};
// O(n log n).
ConversionEstimate EstimateConversion(std::vector<ObservedConversion> observed,
                                      std::int32_t horizon_days);

struct CohortEstimate {
  std::string label;
  ConversionEstimate to_prospect, to_customer, to_loyal;
};

struct FunnelPeriodCounts {
  std::int32_t first_day = 0, last_day = 0;
  std::int64_t leads = 0, prospects = 0, new_customers = 0, active = 0, loyal = 0, dormant = 0,
               former = 0;
};

struct FunnelOptions {
  std::int32_t today = 0;
  int period_days = 0;  // 0: months of the calendar.
  int period_count = 12;
  std::int32_t horizon_days = 90;
};

struct FunnelEstimate {
  std::vector<FunnelPeriodCounts> periods;  // The oldest first, the present one last.
  std::vector<CohortEstimate> cohorts;      // By the period of the first day, likewise.
  std::vector<CohortEstimate> sources;      // By label.
  std::vector<CohortEstimate> personas;     // By label, those without one left out.
  CohortEstimate all;
};

// Adds up journeys one by one, so that they need not be kept.
class FunnelCounter {
 public:
  explicit FunnelCounter(const FunnelOptions& options);
  ~FunnelCounter();
  FunnelCounter(const FunnelCounter&) = delete;
  FunnelCounter& operator=(const FunnelCounter&) = delete;

  // O(steps + periods). Steps after today are not looked at.
  void Add(const Journey& journey);

  FunnelEstimate Estimate() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_LIFECYCLE_FUNNEL_H_
