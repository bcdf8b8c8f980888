#include "segmentation/clustering/memory_limit.h"

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace cible {
namespace {

std::string BytesText(double bytes) {
  return bytes < 1e8 ? absl::StrFormat("%.1f kB", bytes * 1e-3)
                     : absl::StrFormat("%.1f GB", bytes * 1e-9);
}

double MachineMemory() {
  return static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGE_SIZE));
}

}  // namespace

absl::Status CheckMemory(const std::string& engine, int sample_count, double needed,
                         std::int64_t limit) {
  const double available = limit > 0 ? static_cast<double>(limit) : MachineMemory();
  if (needed <= available) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat(
      engine, " on ", sample_count, " samples takes ", BytesText(needed), " of memory; there are ",
      BytesText(available), ". Use fewer samples or features, or a larger machine"));
}

}  // namespace cible
