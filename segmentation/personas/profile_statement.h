// What one part of the customers is more often than the others, or less: found
// among all conditions on one attribute, and measured where it was not found.

#ifndef CIBLE_SEGMENTATION_PERSONAS_PROFILE_STATEMENT_H_
#define CIBLE_SEGMENTATION_PERSONAS_PROFILE_STATEMENT_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "segmentation/models/rule.h"
#include "segmentation/models/rule_variables.h"
#include "segmentation/personas/significance.h"

namespace cible {

// How much a profile can bear.
enum class ProfileBasis {
  kFull,         // kFewestForFullProfile customers of known value and more.
  kDirectional,  // kFewestForProfile and more: shrunk, a direction only.
  kTooFew,       // Nothing is said.
};
inline constexpr int kFewestForProfile = 30;
inline constexpr int kFewestForFullProfile = 75;
inline constexpr double kPriorCustomers = 10;

ProfileBasis ProfileBasisOf(int customer_count);

// That the condition holds more often, or less, in the fifth than of the others.
struct ProfileStatement {
  // A range, one level (kOneOf) or one tag (kHasTag); days since 1970-01-01.
  RuleCondition condition;
  // Customers it was measured on: counted, before any shrinking.
  Proportion part;
  Proportion others;
  double share = 0;  // Of those of whom the attribute is known, in [0, 1].
  double other_share = 0;
  Lift lift;  // As LiftOf the (shrunk) shares.

  bool is_more() const { return lift.ratio > 1; }
  bool operator==(const ProfileStatement&) const = default;
};

inline constexpr std::size_t kMostStatements = 10;

// Strongest (Cohen's h) first, at most kMostStatements, one an attribute: lift >=
// 1.5 or <= 1 / 1.5, its interval excludes 1, and the shares are .1 apart or more.
// `in_part`: 1 a customer of the part, 0 one of the others; customers are as the
// variables' rows. `halves`: 0 where conditions are found, 1 where they are
// measured; empty: too few to be halved (kDirectional), all are measured.
// O(customers x variables), beside O(ranges x bins) a variable.
std::vector<ProfileStatement> FindStatements(const std::vector<RuleVariable>& variables,
                                             const std::vector<std::uint8_t>& in_part,
                                             const std::vector<std::uint8_t>& halves);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_PROFILE_STATEMENT_H_
