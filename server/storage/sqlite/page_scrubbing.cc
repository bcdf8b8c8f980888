#include "server/storage/sqlite/page_scrubbing.h"

#include <sqlite3.h>

#include <algorithm>
#include <vector>

namespace cible {
namespace {

constexpr std::size_t kFileHeader = 100;
constexpr std::size_t kSmallestPage = 512;
constexpr std::size_t kLargestPage = 65'536;
// Other pages start with a page number of four bytes; from this file size on
// its first byte may look like a B-tree's. 128 GiB with pages of 4 KiB.
constexpr sqlite3_int64 kMostPages = sqlite3_int64{2} << 24;

std::size_t Number(absl::Span<const unsigned char> page, std::size_t offset) {
  return std::size_t{page[offset]} << 8 | page[offset + 1];
}

bool IsPage(std::size_t size) {
  return size >= kSmallestPage && size <= kLargestPage && (size & (size - 1)) == 0;
}

}  // namespace

void ScrubPage(absl::Span<unsigned char> page, bool is_first) {
  const std::size_t header = is_first ? kFileHeader : 0;
  const unsigned char type = page[header];
  const bool is_leaf = type == 10 || type == 13;
  const bool is_interior = type == 2 || type == 5;
  if (!is_leaf && !is_interior) return;
  const std::size_t pointers = header + (is_leaf ? 8 : 12);
  const std::size_t begin = pointers + 2 * Number(page, header + 3);
  const std::size_t content = Number(page, header + 5);
  const std::size_t end = content == 0 ? kLargestPage : content;
  // Whatever it is, it is none of ours to write into.
  if (begin > end || end > page.size()) return;
  std::fill(page.begin() + static_cast<std::ptrdiff_t>(begin),
            page.begin() + static_cast<std::ptrdiff_t>(end), static_cast<unsigned char>(0));
}

// The file's own methods, but for xWrite.
struct PageScrubbing::Methods : sqlite3_io_methods {
  explicit Methods(const sqlite3_io_methods& file) : sqlite3_io_methods(file), original(file) {
    xWrite = &Write;
  }

  static int Write(sqlite3_file* file, const void* bytes, int amount, sqlite3_int64 offset) {
    const auto& methods = *static_cast<const Methods*>(file->pMethods);
    const auto size = static_cast<std::size_t>(amount);
    if (!IsPage(size) || offset % amount != 0 || offset / amount >= kMostPages) {
      return methods.original.xWrite(file, bytes, amount, offset);
    }
    const auto* first = static_cast<const unsigned char*>(bytes);
    std::vector<unsigned char> page(first, first + size);
    ScrubPage(absl::MakeSpan(page), offset == 0);
    return methods.original.xWrite(file, page.data(), amount, offset);
  }

  const sqlite3_io_methods& original;
};

PageScrubbing::PageScrubbing(sqlite3* connection) {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  if (file == nullptr || file->pMethods == nullptr) return;
  methods_ = std::make_unique<Methods>(*file->pMethods);
  file->pMethods = methods_.get();
}

PageScrubbing::~PageScrubbing() = default;

}  // namespace cible
