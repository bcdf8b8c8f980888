#include "server/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "server/wire/schema_store.h"
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

// It was written by a version that derived two of them.
TEST(ServerStart, BringsDerivedAttributesOfAnEarlierVersionUpToDate) {
  const TemporaryFolder folder;
  const ServerOptions options{.data_dir = folder.path(), .listen = "127.0.0.1:0"};
  ASSERT_TRUE(Server::Start(options).ok());
  const auto read = [](Store& store) { return ReadSchema(**store.OpenSnapshot(), "default"); };
  {
    const auto store = OpenSqliteStore(folder.path(), Durability::kRelaxed);
    auto schema = read(**store);
    ASSERT_TRUE(schema.ok()) << schema.status();
    for (const std::string origin : {"events/frequency", "people/headcount"}) {
      const Attribute earlier{.id = origin.substr(origin.find('/') + 1),
                              .type = AttributeType::kNumeric,
                              .derived_from = origin};
      ASSERT_TRUE(schema->schema.Add(earlier).ok());
    }
    ASSERT_TRUE((*store)->Commit({.operations = {SchemaWrite("default", *schema)}}).ok());
  }
  ASSERT_TRUE(Server::Start(options).ok());
  const auto store = OpenSqliteStore(folder.path(), Durability::kRelaxed);
  const auto schema = read(**store);
  ASSERT_TRUE(schema.ok()) << schema.status();
  EXPECT_NE(schema->schema.Find("contacts_made"), nullptr);
  EXPECT_NE(schema->schema.Find("people_contacts_made"), nullptr);
}

}  // namespace
}  // namespace cible
