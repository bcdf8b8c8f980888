// What tells two policies apart, field by field.

#ifndef CIBLE_CLIENTS_CLI_POLICY_CHANGES_H_
#define CIBLE_CLIENTS_CLI_POLICY_CHANGES_H_

#include <optional>
#include <string>
#include <vector>

#include "cible/v1/lifecycle.pb.h"
#include "clients/cli/output/table.h"

namespace cible {

// One difference, as servers name the place: "qualification.budget.met", "next_actions,
// line 3", `offers "annual-plan".max_price`.
struct PolicyDifference {
  std::string place;
  std::optional<std::string> was;  // Nothing: it is new.
  std::optional<std::string> is;   // Nothing: it is gone.
};

// In the order of the policy; name and etag aside. Lines of lists that only move, since
// others came or went, are none.
std::vector<PolicyDifference> DifferencesOf(const v1::LifecyclePolicy& before,
                                            const v1::LifecyclePolicy& after);

// For people, each below its place; for programs a row each: `field, was, is`.
std::string DifferencesText(const std::vector<PolicyDifference>& differences, int width);
Table DifferencesTable(const std::vector<PolicyDifference>& differences);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_POLICY_CHANGES_H_
