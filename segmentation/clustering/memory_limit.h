// A fit that would not fit into memory is refused before it begins.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_MEMORY_LIMIT_H_
#define CIBLE_SEGMENTATION_CLUSTERING_MEMORY_LIMIT_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace cible {

// `needed` bytes against `limit`, or against this machine's memory if 0.
// Errors: RESOURCE_EXHAUSTED, with both figures; `engine` begins the sentence.
absl::Status CheckMemory(const std::string& engine, int sample_count, double needed,
                         std::int64_t limit);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_MEMORY_LIMIT_H_
