#include "server/services/told_figures.h"

#include "server/storage/collections.h"
#include "server/storage/stored_message.h"
#include "server/wire/contact_wire.h"

namespace cible {
namespace {

constexpr double kDefaultAnonymity = 10;

std::vector<double> SizesOf(const ActiveModel& active) {
  std::vector<double> sizes;
  for (const storage::v1::StoredSegment& segment : active.stored.segments()) {
    sizes.push_back(static_cast<double>(segment.contact_count()));
  }
  return sizes;
}

}  // namespace

absl::StatusOr<double> WithheldBelow(const CallContext& call, Store& store,
                                     const std::string& workspace) {
  if (call.may_read_contacts) return 0;
  if (!call.may_block) return NotHere();
  const auto snapshot = store.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto stored =
      ReadStored<storage::v1::StoredWorkspace>(**snapshot, WorkspaceKey(workspace), "workspace");
  if (!stored.ok()) return stored.status();
  const int k = stored->message.workspace().k_anonymity();
  return k == 0 ? kDefaultAnonymity : k;
}

std::vector<std::uint8_t> WithheldComponents(const ActiveModel& active, double below) {
  if (!(below > 0)) {
    return std::vector<std::uint8_t>(static_cast<std::size_t>(active.model->component_count()));
  }
  return WithheldAmong(SizesOf(active), below);
}

ToldFigures::ToldFigures(const ActiveModel& active, double below)
    : below_(below), withheld_(WithheldComponents(active, below)), facts_(FactsOf(*active.model)) {
  if (below_ > 0) {
    tellable_ = TellableOf(facts_, SizesOf(active), below_).aggregates;
    facts_.aggregates = &tellable_;
  }
  profiles_ = ProfileSegments(facts_);
}

}  // namespace cible
