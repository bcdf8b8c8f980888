// Reasons as messages, where a table or a list would be too long with all.

#ifndef CIBLE_SERVER_SERVICES_FEW_REASONS_H_
#define CIBLE_SERVER_SERVICES_FEW_REASONS_H_

#include <algorithm>
#include <cstddef>
#include <vector>

#include "segmentation/models/posterior.h"

namespace cible {

inline constexpr std::size_t kMaxReasonsInTables = 5;

// `reasons` of Reason or ScoreReason.
template <typename Reasons>
void AddReason(const Reason& reason, Reasons* reasons) {
  auto* message = reasons->Add();
  message->set_attribute(reason.attribute);
  message->set_contribution(reason.contribution);
}

// The first reasons, and the sum of the others ("*"), so that all still sum to
// the decision.
template <typename Reasons>
void FewReasonsToProto(const std::vector<Reason>& reasons, std::size_t most, Reasons* messages) {
  const std::size_t kept = std::min(reasons.size(), most);
  for (std::size_t i = 0; i < kept; ++i) AddReason(reasons[i], messages);
  Reason others{.attribute = "*", .contribution = 0};
  for (std::size_t i = kept; i < reasons.size(); ++i) {
    others.contribution += reasons[i].contribution;
  }
  if (kept < reasons.size()) AddReason(others, messages);
}

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_FEW_REASONS_H_
