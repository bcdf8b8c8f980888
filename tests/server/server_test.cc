#include "server/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/temporary_folder.h"

namespace cible {
namespace {

// Port 99999 was taken for another.
TEST(ServerStart, RefusesAnAddressThatIsNone) {
  for (const char* address : {"127.0.0.1:99999", "127.0.0.1:-1", "nonsense", ":50151", "host:"}) {
    const TemporaryFolder folder;
    const auto server = Server::Start({.data_dir = folder.path(), .listen = address});
    EXPECT_EQ(server.status(),
              absl::InvalidArgumentError(
                  absl::StrCat("\"", address,
                               "\" is no address to listen on; give HOST:PORT with a port from 0 "
                               "to 65535, e.g. 127.0.0.1:50151")));
  }
}

TEST(ServerStart, SaysThatThePortIsTaken) {
  const TemporaryFolder first_folder, second_folder;
  const auto first = Server::Start({.data_dir = first_folder.path(), .listen = "127.0.0.1:0"});
  ASSERT_TRUE(first.ok()) << first.status();
  const auto second =
      Server::Start({.data_dir = second_folder.path(), .listen = (*first)->address()});
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(second.status().message()),
              testing::StartsWith("cannot listen on 127.0.0.1:"));
}

}  // namespace
}  // namespace cible
