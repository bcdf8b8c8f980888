#include "server/services/violations.h"

#include <gtest/gtest.h>

namespace cible {
namespace {

TEST(Quoted, EscapesControlCharactersAndShortensBetweenCharacters) {
  EXPECT_EQ(Quoted("âge"), "\"âge\"");
  EXPECT_EQ(Quoted(std::string("a\0\n", 3)), "\"a\\x00\\n\"");
  EXPECT_EQ(Quoted(std::string(64, 'x')), "\"" + std::string(64, 'x') + "\"");
  EXPECT_EQ(Quoted(std::string(63, 'x') + "éé"), "\"" + std::string(63, 'x') + "...\"");
}

TEST(ToStatus, SaysOneThingPlainly) {
  const absl::Status status =
      ToStatus({{.code = absl::StatusCode::kAborted, .field = "contact.etag", .reason = "stale"}});
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(status.message(), "stale");
}

TEST(ToStatus, AnInvalidArgumentGoesBeforeTheOthers) {
  const absl::Status status =
      ToStatus({{absl::StatusCode::kAborted, 0, "contact.etag", "stale"},
                {absl::StatusCode::kNotFound, 1, "contact.name", "absent"},
                {absl::StatusCode::kInvalidArgument, 2, "update_mask", "unknown"}});
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "requests[2]: unknown; 3 things are wrong in all, each in the details");
}

}  // namespace
}  // namespace cible
