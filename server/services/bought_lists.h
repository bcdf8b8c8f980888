// What became of lists that were bought.

#ifndef CIBLE_SERVER_SERVICES_BOUGHT_LISTS_H_
#define CIBLE_SERVER_SERVICES_BOUGHT_LISTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "cible/v1/lifecycle_service.pb.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "segmentation/lifecycle/funnel.h"
#include "server/services/contact_origins.h"

namespace cible {

// A contact that came from a list, also from one.
struct ListedContact {
  bool is_usable = true;  // Something tells who it is, or how to reach it.
  bool was_merged = false;
  std::int32_t create_day = 0;
  LifecycleState state;                        // Now.
  absl::Span<const Journey::Step> steps = {};  // Of its journey.
};

// Adds up the contacts of each list.
class BoughtLists {
 public:
  explicit BoughtLists(const std::vector<std::string>& sources);

  // O(steps).
  void Add(const ListEntry& entry, const ListedContact& contact);

  // Those that have contacts, by source.
  google::protobuf::RepeatedPtrField<v1::BoughtList> Reports() const;

 private:
  std::vector<v1::BoughtList> lists_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_BOUGHT_LISTS_H_
