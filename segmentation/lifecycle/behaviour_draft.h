// A behaviour that is made up step by step, as events would add it up.

#ifndef CIBLE_SEGMENTATION_LIFECYCLE_BEHAVIOUR_DRAFT_H_
#define CIBLE_SEGMENTATION_LIFECYCLE_BEHAVIOUR_DRAFT_H_

#include <cstdint>

#include "absl/numeric/int128.h"
#include "segmentation/behaviour/behaviour.h"
#include "segmentation/behaviour/behaviour_attributes.h"

namespace cible {

inline constexpr double kUsualAmount = 100;

// As amounts are counted; 1e30 at most.
absl::int128 InMillionths(double amount);

// What orders are: of purchases, of signed orders, or of both.
struct Sale {
  static constexpr std::int64_t kAsManyAsOrders = -1;

  bool is_paid = true;
  std::int64_t signatures = 0;
  // Purchases less returns, in all or of each order. Not above 0 where nothing is paid.
  double net = kUsualAmount;
  bool is_of_each = false;
  // Signed in all, or with `net` so much in all.
  double contract = kUsualAmount;
  bool is_with_net = false;

  bool operator==(const Sale&) const = default;
};

struct BehaviourDraft {
  const AsOf& as_of;
  Behaviour behaviour = {};
  std::int64_t orders = 0;          // To be sold.
  int first_age = 0, last_age = 0;  // Of orders, in days before as_of.

  void Act(EventType type, int age, std::int64_t count);

  // The orders, or returns alone where there are none. False: there cannot be such.
  bool Sell(const Sale& sale);

  // So much engagement in all, by acts of today and an older one, to within days.
  // False: there is as much already, or it would take too many acts.
  bool Engage(double engagement);
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_LIFECYCLE_BEHAVIOUR_DRAFT_H_
