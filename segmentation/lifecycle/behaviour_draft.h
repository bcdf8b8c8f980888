// A behaviour that is made up step by step, as events would add it up.

#ifndef CIBLE_SEGMENTATION_LIFECYCLE_BEHAVIOUR_DRAFT_H_
#define CIBLE_SEGMENTATION_LIFECYCLE_BEHAVIOUR_DRAFT_H_

#include <cstdint>

#include "absl/numeric/int128.h"
#include "segmentation/behaviour/behaviour.h"
#include "segmentation/behaviour/behaviour_attributes.h"

namespace cible {

inline constexpr double kUsualAmount = 100;

// As amounts are counted.
absl::int128 InMillionths(double amount);

// Whether orders are paid, signed, or the first is signed and the others paid.
enum class Sale { kPaid, kSigned, kBoth };

struct SaleAmount {
  double value = kUsualAmount;
  bool is_of_each_order = false;
};

struct BehaviourDraft {
  const AsOf& as_of;
  Behaviour behaviour = {};
  std::int64_t orders = 0;          // To be sold.
  int first_age = 0, last_age = 0;  // Of orders, in days before as_of.

  void Act(EventType type, int age, std::int64_t count);

  // The orders; what is not above 0 in all was returned. False: there cannot be such.
  bool Sell(Sale sale, SaleAmount amount);

  // So much engagement in all, by acts of today and an older one, to within days.
  // False: there is as much already.
  bool Engage(double engagement);
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_LIFECYCLE_BEHAVIOUR_DRAFT_H_
