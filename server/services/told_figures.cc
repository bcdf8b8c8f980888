#include "server/services/told_figures.h"

#include "server/storage/collections.h"
#include "server/storage/stored_message.h"
#include "server/wire/contact_wire.h"

namespace cible {
namespace {

constexpr double kDefaultAnonymity = 10;

}  // namespace

absl::StatusOr<double> WithheldBelow(const CallContext& call, Store& store,
                                     const std::string& workspace) {
  if (call.may_read_contacts) return 0;
  const auto snapshot = store.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto stored =
      ReadStored<storage::v1::StoredWorkspace>(**snapshot, WorkspaceKey(workspace), "workspace");
  if (!stored.ok()) return stored.status();
  const int k = stored->message.workspace().k_anonymity();
  return k == 0 ? kDefaultAnonymity : k;
}

ToldFigures::ToldFigures(const ActiveModel& active, double below)
    : below_(below), facts_(FactsOf(*active.model)) {
  if (below_ > 0) {
    std::vector<double> sizes;
    for (const storage::v1::StoredSegment& segment : active.stored.segments()) {
      sizes.push_back(static_cast<double>(segment.contact_count()));
    }
    tellable_ = TellableOf(facts_, sizes, below_);
    facts_.aggregates = &tellable_.aggregates;
  }
  profiles_ = ProfileSegments(facts_);
}

}  // namespace cible
