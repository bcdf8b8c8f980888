#include "segmentation/data/lifecycle_state.h"

#include <algorithm>

namespace cible {
namespace {

constexpr std::array<absl::string_view, 3> kRelations = {"LEAD", "PROSPECT", "CUSTOMER"};
constexpr std::array<absl::string_view, 5> kCustomerStages = {"NONE", "NEW", "ACTIVE", "LOYAL",
                                                              "DORMANT"};
constexpr std::array<absl::string_view, 2> kYesNo = {"false", "true"};
constexpr std::array<absl::string_view, 3> kAwarenesses = {"UNAWARE", "AWARE", "INTERESTED"};
constexpr std::array<absl::string_view, 3> kTemperatures = {"COLD", "WARM", "HOT"};
constexpr std::array<absl::string_view, 3> kFits = {"IN_TARGET", "OUT_OF_TARGET", "EXCLUDED"};
constexpr std::array<absl::string_view, 2> kFindings = {"MET", "NOT_MET"};
constexpr std::array<absl::string_view, 8> kNextActions = {
    "NONE", "QUALIFY", "NURTURE", "CONTACT_NOW", "UPSELL", "WIN_BACK", "THANK", "LEAVE_ALONE"};

}  // namespace

absl::string_view Name(LifecycleField field) {
  switch (field) {
    case LifecycleField::kRelation: return "relation";
    case LifecycleField::kCustomerStage: return "customer_stage";
    case LifecycleField::kFormerCustomer: return "former_customer";
    case LifecycleField::kAmbassador: return "ambassador";
    case LifecycleField::kAwareness: return "awareness";
    case LifecycleField::kTemperature: return "temperature";
    case LifecycleField::kFit: return "fit";
    case LifecycleField::kBudget: return "qualification.budget";
    case LifecycleField::kAuthority: return "qualification.authority";
    case LifecycleField::kNeed: return "qualification.need";
    case LifecycleField::kTiming: return "qualification.timing";
    case LifecycleField::kNextAction: return "next_action";
  }
  return "";
}

absl::Span<const absl::string_view> ValueNames(LifecycleField field) {
  switch (field) {
    case LifecycleField::kRelation: return kRelations;
    case LifecycleField::kCustomerStage: return kCustomerStages;
    case LifecycleField::kFormerCustomer:
    case LifecycleField::kAmbassador: return kYesNo;
    case LifecycleField::kAwareness: return kAwarenesses;
    case LifecycleField::kTemperature: return kTemperatures;
    case LifecycleField::kFit: return kFits;
    case LifecycleField::kBudget:
    case LifecycleField::kAuthority:
    case LifecycleField::kNeed:
    case LifecycleField::kTiming: return kFindings;
    case LifecycleField::kNextAction: return kNextActions;
  }
  return {};
}

absl::string_view ValueName(LifecycleField field, int value) {
  const auto names = ValueNames(field);
  const auto position = static_cast<std::size_t>(value - 1);
  return value >= 1 && position < names.size() ? names[position] : "";
}

std::optional<int> ValueOfName(LifecycleField field, absl::string_view name) {
  if (name.empty()) return 0;
  const auto names = ValueNames(field);
  const auto* const found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<int>(found - names.begin()) + 1;
}

}  // namespace cible
