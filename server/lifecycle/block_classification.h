// Stored contacts and others, classified by a workspace's rules.

#ifndef CIBLE_SERVER_LIFECYCLE_BLOCK_CLASSIFICATION_H_
#define CIBLE_SERVER_LIFECYCLE_BLOCK_CLASSIFICATION_H_

#include <vector>

#include "absl/status/statusor.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/filter.h"
#include "segmentation/lifecycle/classifier.h"
#include "server/lifecycle/lifecycle_rules.h"
#include "server/storage/store.h"

namespace cible {

// For the contacts that are not left out, with all that ClassifyBlock reads of them; of
// records and ids nothing. The rules outlive it.
ScanRequest LifecycleScan(const LifecycleRules& rules);

// What is known of the contacts beside their attributes, as the conditions read it.
ContactFacts LifecycleFacts(const LifecycleRules& rules, const ContactBlock& block);

// One a row of a block of such a scan in the same snapshot. Conditions of the results
// are of the rules, which outlive them.
absl::StatusOr<std::vector<Classified>> ClassifyBlock(Snapshot& snapshot,
                                                      const LifecycleRules& rules,
                                                      const ContactBlock& block);

// What ClassifyBlock needs of the store, so that blocks can be classified without it on
// several threads.
struct BlockContext {
  std::vector<LifecycleState> organizations;
  std::vector<std::vector<FieldOverride>> overrides;
};
absl::StatusOr<BlockContext> ReadBlockContext(Snapshot& snapshot, const LifecycleRules& rules,
                                              const ContactBlock& block);
std::vector<Classified> ClassifyBlock(const LifecycleRules& rules, const ContactBlock& block,
                                      BlockContext context);

// Contacts that are not stored. `facts` says what else is known of them; its `today` is
// taken from the rules. What they did is what the table says. Nobody is a former customer
// where dormancy is not told by dates alone, since how it was earlier is not known then.
std::vector<Classified> ClassifyTable(const LifecycleRules& rules, const ContactTable& table,
                                      ContactFacts facts,
                                      std::vector<LifecycleState> organizations = {});

}  // namespace cible

#endif  // CIBLE_SERVER_LIFECYCLE_BLOCK_CLASSIFICATION_H_
