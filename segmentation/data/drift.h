// How values change though nothing happens.

#ifndef CIBLE_SEGMENTATION_DATA_DRIFT_H_
#define CIBLE_SEGMENTATION_DATA_DRIFT_H_

namespace cible {

// How the value of an attribute changes from one day to the next though nothing
// happens.
enum class Drift {
  kNone,        // Not at all.
  kDaysSince,   // It rises by 1: days since something.
  kHalving,     // It becomes half after each half-life, and stays 0 once it is.
  kAny,         // In another way; but what is 0 or unknown stays so, and known what is.
  kUnforeseen,  // It is not known how; but what is unknown stays so, and known what is.
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_DRIFT_H_
