#include "server/services/listing.h"

#include <algorithm>

#include "absl/strings/escaping.h"

namespace cible {

absl::StatusOr<int> PageSize(int requested) {
  if (requested < 0) {
    return absl::InvalidArgumentError("page_size is negative; give 0 for the default, or more");
  }
  return requested == 0 ? kDefaultPageSize : std::min(requested, kMaxPageSize);
}

absl::StatusOr<ResourcePage> ListPage(Store& store, const ResourceKey& key, int page_size,
                                      const std::string& page_token) {
  const auto size = PageSize(page_size);
  if (!size.ok()) return size.status();
  std::string after;
  if (!absl::WebSafeBase64Unescape(page_token, &after)) {
    return absl::InvalidArgumentError(
        "page_token is none of ours; send the next_page_token of the page before");
  }
  const auto snapshot = store.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  auto resources = (*snapshot)->List(key.workspace, key.collection, key.parent, after, *size + 1);
  if (!resources.ok()) return resources.status();
  ResourcePage page{.resources = *std::move(resources), .next_page_token = {}};
  if (static_cast<int>(page.resources.size()) > *size) {
    page.resources.pop_back();
    page.next_page_token = absl::WebSafeBase64Escape(page.resources.back().key.id);
  }
  return page;
}

}  // namespace cible
