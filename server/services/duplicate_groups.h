// One stream of ContactService.FindDuplicates.

#ifndef CIBLE_SERVER_SERVICES_DUPLICATE_GROUPS_H_
#define CIBLE_SERVER_SERVICES_DUPLICATE_GROUPS_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "cible/v1/contact_service.pb.h"
#include "segmentation/data/schema.h"
#include "server/identity/duplicates.h"
#include "server/rpc/method_table.h"
#include "server/storage/store.h"

namespace cible {

// Looks for the duplicates when the first message is asked for, in the view of
// the store that it was made with; sends at most 1,000 names or so a message.
class DuplicateGroups : public ResponseSourceOf<v1::FindDuplicatesResponse> {
 public:
  // `slot` is given back when the stream ends. `search.schema` is set here.
  DuplicateGroups(std::unique_ptr<Snapshot> snapshot, Schema schema, DuplicateSearch search,
                  std::shared_ptr<void> slot);

  absl::StatusOr<StreamStep> NextMessage(const CallContext& call,
                                         v1::FindDuplicatesResponse* response) override;

 private:
  absl::Status Write(const DuplicateGroup& group, v1::DuplicateGroup* message);
  absl::StatusOr<std::string> NameOf(std::int64_t contact);

  const std::shared_ptr<void> slot_;
  const Schema schema_;
  DuplicateSearch search_;
  const std::unique_ptr<Snapshot> snapshot_;
  bool has_searched_ = false;
  Duplicates found_;
  std::size_t sent_groups_ = 0;
};

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_DUPLICATE_GROUPS_H_
