// Listing the resources of a collection in pages (AIP-158).

#ifndef CIBLE_SERVER_SERVICES_LISTING_H_
#define CIBLE_SERVER_SERVICES_LISTING_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/storage/store.h"

namespace cible {

struct ResourcePage {
  std::vector<Resource> resources;
  std::string next_page_token;  // Empty on the last page.
};

// The resources of one collection in the order they were made; of every
// workspace when the key names none. `key.id` is ignored.
// Errors: INVALID_ARGUMENT for a size or a token that is none.
absl::StatusOr<ResourcePage> ListPage(Store& store, const ResourceKey& key, int page_size,
                                      const std::string& page_token);

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_LISTING_H_
