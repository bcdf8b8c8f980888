// The figures of an active model's segments, as far as a caller may be told
// them: all of them to whoever may read contacts, none over fewer than the
// workspace's k_anonymity to others.

#ifndef CIBLE_SERVER_SERVICES_TOLD_FIGURES_H_
#define CIBLE_SERVER_SERVICES_TOLD_FIGURES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "segmentation/personas/anonymity.h"
#include "segmentation/personas/profile.h"
#include "server/registry/model_registry.h"
#include "server/rpc/call_context.h"
#include "server/storage/store.h"

namespace cible {

// Contacts below which figures are withheld from the caller; 0: none are.
// Errors: those of the store.
absl::StatusOr<double> WithheldBelow(const CallContext& call, Store& store,
                                     const std::string& workspace);

// One flag a component: 1 has fewer contacts than `below` (of WithheldBelow), or is
// needed to hide one that has: nothing may be told of it.
std::vector<std::uint8_t> WithheldComponents(const ActiveModel& active, double below);

// Immutable. Borrows from the model, which must outlive it.
class ToldFigures {
 public:
  // `below`: of WithheldBelow. O(components x levels^2).
  ToldFigures(const ActiveModel& active, double below);
  ToldFigures(const ToldFigures&) = delete;
  ToldFigures& operator=(const ToldFigures&) = delete;

  const SegmentFacts& facts() const { return facts_; }
  const std::vector<SegmentProfile>& profiles() const { return profiles_; }

  // Contacts below which figures are withheld; 0: none are.
  double below() const { return below_; }
  // One flag a component, as WithheldComponents.
  const std::vector<std::uint8_t>& withheld() const { return withheld_; }
  // Nothing may be told of the segment.
  bool IsWithheld(int component) const {
    return withheld_[static_cast<std::size_t>(component)] != 0;
  }
  // Whether something may be told that is over so many contacts.
  bool MayTell(double contacts) const { return contacts == 0 || contacts >= below_; }

 private:
  double below_;
  std::vector<std::uint8_t> withheld_;
  std::vector<AttributeAggregates> tellable_;  // Empty where all may be told.
  SegmentFacts facts_;
  std::vector<SegmentProfile> profiles_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_TOLD_FIGURES_H_
