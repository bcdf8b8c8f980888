// The retention rule: leads and prospects of whom nothing was heard for long are
// erased (GDPR art. 5 (1) (e); the CNIL counts three years from the last contact).
//
// Silent is who was not changed: `update_time`. Customers, and contacts whose
// stage is not known, stay.

#ifndef CIBLE_SERVER_PRIVACY_RETENTION_H_
#define CIBLE_SERVER_PRIVACY_RETENTION_H_

#include <atomic>
#include <functional>
#include <stop_token>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cible/v1/workspace_service.pb.h"
#include "server/clock.h"
#include "server/storage/store.h"

namespace cible {

inline constexpr int kDefaultRetentionDays = 1'096;  // Three years, one of them a leap year.
inline constexpr int kNoRetention = -1;

// Thread-safe. Calls block: store threads only.
class RetentionRule {
 public:
  // The store and the clock outlive it. `erased` is called after contacts were
  // erased, by which what is derived of others may have changed, so that they are in
  // no segment: AssignmentKeeper::CatchUpSoon.
  RetentionRule(Store& store, const Clock& clock, std::function<void()> erased = {});

  // Erases the contacts of a workspace that are due, a few hundred a commit, and
  // records what it did. On the first day in a workspace it erases nothing: who
  // comes from a version without the rule has that day to look at the report and
  // to choose other days. O(contacts).
  // CANCELLED after Stop(); what was erased until then is, and is recorded.
  absl::Status Run(const std::string& workspace);

  // Runs for every workspace now and daily until asked to stop, and says in the
  // log what it did: for a thread of its own.
  void KeepRunning(std::stop_token stop);

  // Ends what runs, soon and for good.
  void Stop();

 private:
  void RunAll();
  // Counts in the report what it does.
  absl::Status EraseDue(const std::string& workspace, Timestamp silent_since, Timestamp now,
                        v1::RetentionReport& report);

  Store& store_;
  const Clock& clock_;
  const std::function<void()> erased_;
  std::atomic<bool> stopping_{false};
};

// What the rule did last in a workspace, and would do now. O(contacts).
// Errors: NOT_FOUND no such workspace.
absl::StatusOr<v1::RetentionReport> ReportRetention(Store& store, const std::string& workspace,
                                                    Timestamp now);

}  // namespace cible

#endif  // CIBLE_SERVER_PRIVACY_RETENTION_H_
