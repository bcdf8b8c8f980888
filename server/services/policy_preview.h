// What a policy would change of stored contacts.

#ifndef CIBLE_SERVER_SERVICES_POLICY_PREVIEW_H_
#define CIBLE_SERVER_SERVICES_POLICY_PREVIEW_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cible/v1/lifecycle_service.pb.h"
#include "segmentation/data/lifecycle_state.h"
#include "server/lifecycle/lifecycle_rules.h"
#include "server/rpc/call_context.h"
#include "server/storage/store.h"

namespace cible {

// Counts how contacts would stand in place of how they do.
class ChangeCounts {
 public:
  // Keeps at most so many contacts a change.
  explicit ChangeCounts(int sample_size) : sample_size_(sample_size) {}

  void Add(std::int64_t contact, LifecycleState before, LifecycleState after);

  // Keys of all that were kept, ascending.
  std::vector<std::int64_t> SampleKeys() const;

  // By field, then most first. Nothing of fewer than `below` contacts is told, nor of
  // others by which that could be worked out; 0: everything is. `names`: of the samples.
  void ToProto(double below, const std::map<std::int64_t, std::string>& names,
               v1::PreviewPolicyResponse* response) const;

 private:
  struct Change {
    std::int64_t count = 0;
    std::vector<std::int64_t> samples;
  };
  using Changes = std::map<std::pair<int, int>, Change>;  // By what it is, what it would be.

  std::vector<std::uint8_t> WithheldOf(const Changes& changes, double below) const;

  const int sample_size_;
  std::int64_t contact_count_ = 0;
  std::int64_t changed_count_ = 0;
  std::map<LifecycleField, Changes> by_field_;
};

// Classifies all contacts of the workspace by the rules, which are not its own, beside
// how they stand. Persons inherit of organisations what the rules make of these.
// O(contacts of the workspace), on the helpers of the call as well.
// Errors: those of the store; CANCELLED.
absl::StatusOr<ChangeCounts> CountChanges(const CallContext& call, Snapshot& snapshot,
                                          const LifecycleRules& rules, int sample_size);

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_POLICY_PREVIEW_H_
