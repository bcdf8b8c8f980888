// How a contact stands to us: what was found of each field, independent of the
// others. docs/methods.md defines them; segmentation/lifecycle/ finds them.

#ifndef CIBLE_SEGMENTATION_DATA_LIFECYCLE_STATE_H_
#define CIBLE_SEGMENTATION_DATA_LIFECYCLE_STATE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <type_traits>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "segmentation/data/schema.h"

namespace cible {

// The integers of these are on disk. 0 is "nothing was found" of all of them.
enum class Relation { kUnknown, kLead, kProspect, kCustomer };
enum class CustomerStage { kUnknown, kNone, kNew, kActive, kLoyal, kDormant };
enum class YesNo { kUnknown, kNo, kYes };
enum class Awareness { kUnknown, kUnaware, kAware, kInterested };
enum class Temperature { kUnknown, kCold, kWarm, kHot };
enum class Fit { kUnknown, kInTarget, kOutOfTarget, kExcluded };
enum class Finding { kUnknown, kMet, kNotMet };
enum class NextAction {
  kUnknown,
  kNone,
  kQualify,
  kNurture,
  kContactNow,
  kUpsell,
  kWinBack,
  kThank,
  kLeaveAlone,
};

// On disk, and those of the API.
enum class LifecycleField {
  kRelation = 1,
  kCustomerStage = 2,
  kFormerCustomer = 3,  // YesNo
  kAmbassador = 4,      // YesNo
  kAwareness = 5,
  kTemperature = 6,
  kFit = 7,
  kBudget = 8,  // Finding; of persons without an organisation, purchasing power.
  kAuthority = 9,
  kNeed = 10,
  kTiming = 11,
  kNextAction = 12,
};

inline constexpr std::array kLifecycleFields = {
    LifecycleField::kRelation,   LifecycleField::kCustomerStage, LifecycleField::kFormerCustomer,
    LifecycleField::kAmbassador, LifecycleField::kAwareness,     LifecycleField::kTemperature,
    LifecycleField::kFit,        LifecycleField::kBudget,        LifecycleField::kAuthority,
    LifecycleField::kNeed,       LifecycleField::kTiming,        LifecycleField::kNextAction,
};

// As in filters, after "contact.": "relation", "qualification.budget".
absl::string_view Name(LifecycleField field);

// The names of a field's values, from value 1 on: "LEAD", "PROSPECT", "CUSTOMER";
// "false", "true" for YesNo.
absl::Span<const absl::string_view> ValueNames(LifecycleField field);

// The name of a value of the field; "" of 0 and of one that is none.
absl::string_view ValueName(LifecycleField field, int value);

// The value of that name, 0 of ""; nullopt: there is none.
std::optional<int> ValueOfName(LifecycleField field, absl::string_view name);

// Four bits a field. A value type.
class LifecycleState {
 public:
  constexpr LifecycleState() = default;

  // As it is on disk.
  static constexpr LifecycleState FromBits(std::int64_t bits) {
    LifecycleState state;
    state.bits_ = static_cast<std::uint64_t>(bits);
    return state;
  }
  constexpr std::int64_t bits() const { return static_cast<std::int64_t>(bits_); }

  constexpr int Get(LifecycleField field) const {
    return static_cast<int>((bits_ >> ShiftOf(field)) & 15U);
  }
  // REQUIRES: 0 <= value < 16.
  constexpr void Set(LifecycleField field, int value) {
    bits_ &= ~(std::uint64_t{15} << ShiftOf(field));
    bits_ |= static_cast<std::uint64_t>(value) << ShiftOf(field);
  }
  template <typename Enum>
  constexpr void Set(LifecycleField field, Enum value) requires(!std::is_integral_v<Enum>) {
    Set(field, static_cast<int>(value));
  }

  constexpr Relation relation() const {
    return static_cast<Relation>(Get(LifecycleField::kRelation));
  }
  constexpr CustomerStage customer_stage() const {
    return static_cast<CustomerStage>(Get(LifecycleField::kCustomerStage));
  }
  constexpr bool is_former_customer() const {
    return Get(LifecycleField::kFormerCustomer) == static_cast<int>(YesNo::kYes);
  }
  constexpr bool is_ambassador() const {
    return Get(LifecycleField::kAmbassador) == static_cast<int>(YesNo::kYes);
  }
  constexpr Awareness awareness() const {
    return static_cast<Awareness>(Get(LifecycleField::kAwareness));
  }
  constexpr Temperature temperature() const {
    return static_cast<Temperature>(Get(LifecycleField::kTemperature));
  }
  constexpr Fit fit() const { return static_cast<Fit>(Get(LifecycleField::kFit)); }
  constexpr Finding finding(LifecycleField field) const { return static_cast<Finding>(Get(field)); }
  constexpr NextAction next_action() const {
    return static_cast<NextAction>(Get(LifecycleField::kNextAction));
  }

  // Whether it was ever classified: its relation is known.
  constexpr bool is_classified() const { return relation() != Relation::kUnknown; }

  constexpr bool operator==(const LifecycleState&) const = default;

 private:
  static constexpr int ShiftOf(LifecycleField field) { return (static_cast<int>(field) - 1) * 4; }

  std::uint64_t bits_ = 0;
};

// The finding that belonging to the target is: IN_TARGET is met, others that are
// known are not.
constexpr Finding FindingOf(Fit fit) {
  if (fit == Fit::kUnknown) return Finding::kUnknown;
  return fit == Fit::kInTarget ? Finding::kMet : Finding::kNotMet;
}

// The stage of a contact for whoever asks customers apart from others: whoever was found
// to be a customer is one, whatever was stated, and whoever was found to be none is not.
// Of others what was stated counts, since they may have bought what nobody recorded.
constexpr Stage StageGiven(Stage stated, LifecycleState state) {
  if (state.relation() == Relation::kCustomer) return Stage::kCustomer;
  const bool is_none = state.is_classified() && stated == Stage::kCustomer;
  return is_none ? Stage::kProspect : stated;
}

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_LIFECYCLE_STATE_H_
