// Pages as they reach the file: without the bytes that SQLite leaves between
// their cells.
//
// `PRAGMA secure_delete` overwrites cells that are deleted. It does not
// overwrite the copies that stay behind in the free space of a page when its
// cells move to another, as they do when a page is split (balance_nonroot, SQLite
// 3.40): a deleted contact's id was found there. Nobody reads that space, so it
// is zeroed on its way to the file.

#ifndef CIBLE_SERVER_STORAGE_SQLITE_PAGE_SCRUBBING_H_
#define CIBLE_SERVER_STORAGE_SQLITE_PAGE_SCRUBBING_H_

#include <cstddef>
#include <memory>

#include "absl/types/span.h"

struct sqlite3;

namespace cible {

// Zeroes the space between the cell pointers and the cells of a page of a
// B-tree; other pages stay as they are. `is_first`: page 1, which starts with
// the header of the file. SQLite's file format: sqlite.org/fileformat2.html#b_tree_pages.
void ScrubPage(absl::Span<unsigned char> page, bool is_first);

// Scrubs what a connection writes to its database file from now on. Must be
// destroyed after the connection was closed.
class PageScrubbing {
 public:
  explicit PageScrubbing(sqlite3* connection);
  PageScrubbing(const PageScrubbing&) = delete;
  PageScrubbing& operator=(const PageScrubbing&) = delete;
  ~PageScrubbing();

 private:
  struct Methods;
  std::unique_ptr<Methods> methods_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_STORAGE_SQLITE_PAGE_SCRUBBING_H_
