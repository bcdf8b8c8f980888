#include "server/storage/watched_store.h"

#include <gtest/gtest.h>

#include "server/storage/collections.h"
#include "server/storage/contact_values.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "tests/temporary_folder.h"

namespace cible {
namespace {

class WatchedStoreTest : public testing::Test {
 protected:
  WatchedStoreTest() : store_(*OpenSqliteStore(folder_.path(), Durability::kRelaxed)) {}

  // Of the contact that the operation was about.
  std::int64_t Write(Operation operation) {
    WriteBatch batch;
    batch.operations.push_back(std::move(operation));
    const auto results = store_.Commit(std::move(batch));
    EXPECT_TRUE(results.ok()) << results.status();
    return results.ok() ? results->front().contact_key : 0;
  }

  std::int64_t Put(const std::string& id, double number) {
    return Write(PutContact{.workspace = "acme", .id = id, .values = EncodeValues({{1, number}})});
  }

  TemporaryFolder folder_;
  WatchedStore store_;
};

TEST_F(WatchedStoreTest, KnowsWhichContactAWriteWasAbout) {
  const std::int64_t a = Put("a", 1);
  const std::int64_t b = Put("b", 1);
  const std::uint64_t since = store_.change_count();
  EXPECT_FALSE(store_.MayHaveChanged("acme", a, since));
  Put("a", 2);
  EXPECT_TRUE(store_.MayHaveChanged("acme", a, since));
  EXPECT_FALSE(store_.MayHaveChanged("acme", b, since));
  EXPECT_FALSE(store_.MayHaveChanged("acme", a, store_.change_count()));
}

TEST_F(WatchedStoreTest, AnErasureAndAnObjectionAreChanges) {
  const std::int64_t a = Put("a", 1);
  const std::int64_t b = Put("b", 1);
  const std::uint64_t since = store_.change_count();
  Write(PutObjection{.workspace = "acme", .id = "a"});
  EXPECT_TRUE(store_.MayHaveChanged("acme", a, since));
  Write(DeleteContact{.workspace = "acme", .id = "b"});
  EXPECT_TRUE(store_.MayHaveChanged("acme", b, since));
}

TEST_F(WatchedStoreTest, AChangeOfAPersonIsOneOfItsOrganisationAndTheOtherWayRound) {
  const std::int64_t ana = Write(PutContact{.workspace = "acme", .id = "ana", .organization = "o"});
  const std::int64_t o = Write(PutContact{.workspace = "acme", .id = "o", .kind = std::nullopt});
  std::uint64_t since = store_.change_count();
  Write(PutContact{.workspace = "acme", .id = "ana", .buying_role = BuyingRole::kDecides});
  EXPECT_TRUE(store_.MayHaveChanged("acme", o, since));
  since = store_.change_count();
  Write(PutContact{
      .workspace = "acme", .id = "o", .kind = std::nullopt, .values = EncodeValues({{1, 2.0}})});
  EXPECT_TRUE(store_.MayHaveChanged("acme", ana, since));
}

TEST_F(WatchedStoreTest, AMergeAndASchemaConcernAllContactsOfTheWorkspace) {
  Put("a", 1);
  Put("b", 1);
  const std::int64_t c = Put("c", 1);
  std::uint64_t since = store_.change_count();
  Write(MergeContacts{.workspace = "acme", .ids = {"a", "b"}});
  EXPECT_TRUE(store_.MayHaveChanged("acme", c, since));
  since = store_.change_count();
  Write(PutResource{SchemaKey("acme"), "body", {}});
  EXPECT_TRUE(store_.MayHaveChanged("acme", c, since));
  EXPECT_FALSE(store_.MayHaveChanged("other", c, since));
}

TEST_F(WatchedStoreTest, WhereContactsBelongIsNoChangeOfThem) {
  const std::int64_t a = Put("a", 1);
  const std::uint64_t since = store_.change_count();
  Write(PutAssignments{"acme", "default", "m1", {{"a", "s1", .5}}});
  EXPECT_FALSE(store_.MayHaveChanged("acme", a, since));
}

}  // namespace
}  // namespace cible
