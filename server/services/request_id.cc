#include "server/services/request_id.h"

#include <xxhash.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace cible {
namespace {

constexpr std::size_t kMaxLength = 64;

}  // namespace

absl::Status CheckRequestId(absl::string_view id) {
  const bool printable = std::all_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_isprint(static_cast<unsigned char>(c));
  });
  if (id.size() <= kMaxLength && printable) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "request_id is not 1 to 64 printable characters of ASCII; send a UUID, or leave it out");
}

std::string RequestDigest(absl::string_view method, absl::string_view content) {
  const XXH128_hash_t hash = XXH3_128bits(content.data(), content.size());
  return absl::StrCat(method, " ", absl::Hex(hash.high64, absl::kZeroPad16),
                      absl::Hex(hash.low64, absl::kZeroPad16));
}

absl::Status CheckSameRequest(const WrittenRequest& written, absl::string_view digest) {
  if (written.content == digest) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "request_id was given to another request in the last 24 hours; give each request one of its "
      "own, and repeat a request unchanged");
}

}  // namespace cible
