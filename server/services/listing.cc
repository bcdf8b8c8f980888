#include "server/services/listing.h"

#include <iterator>
#include <utility>

#include "server/services/page_token.h"

namespace cible {

absl::StatusOr<ResourcePage> ListPage(Store& store, const ResourceKey& key, int page_size,
                                      const std::string& page_token) {
  const auto size = PageSize(page_size);
  if (!size.ok()) return size.status();
  const absl::string_view fields[] = {key.workspace, key.collection, key.parent};
  const auto after = ReadPageToken(page_token, fields);
  if (!after.ok()) return after.status();
  const auto snapshot = store.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  auto resources = (*snapshot)->List(key.workspace, key.collection, key.parent, *after, *size + 1);
  if (!resources.ok()) return resources.status();
  ResourcePage page{.resources = *std::move(resources), .next_page_token = {}};
  if (std::ssize(page.resources) > *size) {
    page.resources.pop_back();
    page.next_page_token = MakePageToken(page.resources.back().key.id, fields);
  }
  return page;
}

}  // namespace cible
