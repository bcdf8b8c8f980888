// Observed conversions, counted by day: all that an estimate needs of them.

#ifndef CIBLE_SEGMENTATION_LIFECYCLE_CONVERSION_TALLY_H_
#define CIBLE_SEGMENTATION_LIFECYCLE_CONVERSION_TALLY_H_

#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "segmentation/lifecycle/funnel.h"

namespace cible {

class ConversionTally {
 public:
  explicit ConversionTally(std::int32_t horizon_days) : horizon_days_(horizon_days) {}

  // O(1). What came after the horizon is as if it had not been seen.
  void Add(ObservedConversion observed);

  // O(days log days) of the different days, which are those of the horizon at most.
  ConversionEstimate Estimate() const;

 private:
  struct Day {
    std::int64_t converted = 0;
    std::int64_t left = 0;  // Not converted, and not observed any longer.
  };
  struct Curve;

  Curve KaplanMeier() const;

  std::int32_t horizon_days_;
  absl::flat_hash_map<std::int32_t, Day> days_;
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_LIFECYCLE_CONVERSION_TALLY_H_
