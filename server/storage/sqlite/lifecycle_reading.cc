// What a snapshot tells of lifecycles; declared in snapshot.h.

#include "server/storage/sqlite/snapshot.h"

namespace cible {

absl::StatusOr<LifecycleProgress> SqliteSnapshot::ReadLifecycleProgress(const std::string&) {
  return absl::UnimplementedError("");
}
absl::StatusOr<std::vector<std::optional<StoredLifecycle>>> SqliteSnapshot::Lifecycles(
    absl::Span<const std::int64_t>) {
  return absl::UnimplementedError("");
}
absl::StatusOr<std::vector<std::int64_t>> SqliteSnapshot::DueLifecycles(const std::string&,
                                                                        std::int32_t, int) {
  return absl::UnimplementedError("");
}
absl::StatusOr<std::vector<std::int64_t>> SqliteSnapshot::PersonsOf(
    absl::Span<const std::int64_t>) {
  return absl::UnimplementedError("");
}
absl::StatusOr<std::vector<std::vector<LifecycleOverrideRecord>>>
SqliteSnapshot::LifecycleOverrides(absl::Span<const std::int64_t>) {
  return absl::UnimplementedError("");
}
absl::StatusOr<std::vector<RecordedTransition>> SqliteSnapshot::Transitions(
    const TransitionQuery&) {
  return absl::UnimplementedError("");
}
absl::Status SqliteSnapshot::ScanTransitions(
    const std::string&, const std::function<absl::Status(absl::Span<const RecordedTransition>)>&) {
  return absl::UnimplementedError("");
}

}  // namespace cible
