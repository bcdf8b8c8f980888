// What the events of contacts say of how they stood before they were first classified:
// lists of purchases of years ago, imported today, have a funnel at once.

#ifndef CIBLE_SERVER_SERVICES_PAST_JOURNEYS_H_
#define CIBLE_SERVER_SERVICES_PAST_JOURNEYS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "segmentation/behaviour/behaviour.h"
#include "segmentation/lifecycle/funnel.h"
#include "segmentation/lifecycle/past.h"
#include "segmentation/lifecycle/policy.h"
#include "server/lifecycle/lifecycle_rules.h"
#include "server/storage/store.h"

namespace cible {

// By the policy of now, and with what is stated now; an organisation's by the persons
// who belong to it now.
class PastJourneys {
 public:
  // All events of an organisation and its persons are held at once; of one that has more
  // than this the past is not told.
  static constexpr std::int64_t kMostEventsAtOnce = 200'000;

  // Reads the pasts of the workspace's organisations, which their persons inherit.
  // O(events of organisations and of their persons). Errors: CANCELLED as `cancelled`
  // says, which is asked before each of them.
  // REQUIRES: the snapshot outlives it.
  static absl::StatusOr<PastJourneys> Read(Snapshot& snapshot, const LifecycleRules& rules,
                                           const std::function<bool()>& cancelled,
                                           std::int64_t most_events = kMostEventsAtOnce);

  // Adds these attributes to a scan whose rows are asked about.
  void AskFor(ScanRequest& scan) const;

  // Puts before the steps of the contact those that its events tell of. O(its events).
  absl::Status AddTo(const ContactBlock& block, std::size_t row,
                     std::vector<Journey::Step>& steps) const;

 private:
  using Steps = std::vector<Journey::Step>;
  struct Bound;  // The policy, and what it reads.

  PastJourneys(Snapshot& snapshot, std::shared_ptr<const Bound> bound)
      : snapshot_(&snapshot), bound_(std::move(bound)) {}

  absl::Status ReadOrganizations(const std::function<bool()>& cancelled);
  absl::StatusOr<std::int64_t> CountEvents(std::int64_t organization,
                                           absl::Span<const std::int64_t> persons) const;
  // False: they and the organisation's are too many to be read.
  absl::StatusOr<bool> ReadPeople(std::int64_t organization, PastInput& input) const;
  absl::StatusOr<Steps> StepsOf(const ContactBlock& block, std::size_t row,
                                std::int32_t until_day) const;

  Snapshot* snapshot_;
  std::shared_ptr<const Bound> bound_;
  std::map<std::int64_t, Steps> organizations_;  // By key.
};

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_PAST_JOURNEYS_H_
