// What people read of lifecycles as plain SQL is what the service calls it.

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "tests/server/storage/lifecycles.h"
#include "tests/server/storage/sqlite/sql.h"
#include "tests/temporary_folder.h"

namespace cible {
namespace {

class LifecycleViewsTest : public testing::Test {
 protected:
  void SetUp() override {
    auto store = OpenSqliteStore(folder_.path(), Durability::kRelaxed);
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
    Commit(PutContact{.workspace = "default", .id = "ana"});
    key_ = (*store_->OpenSnapshot())->Lookup("default", {"ana"})->at(0)->key;
  }

  void Commit(Operation operation) {
    const auto results = store_->Commit({.operations = {std::move(operation)}, .time = {}});
    ASSERT_TRUE(results.ok()) << results.status();
  }

  std::string Sql(const std::string& sql) const {
    return RunSql(folder_.path() + "/cible.db", sql);
  }

  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
  std::int64_t key_ = 0;
};

// Without "qualification.".
std::string ColumnOf(LifecycleField field) {
  const absl::string_view name = Name(field);
  return std::string(
      name.substr(name.find('.') == absl::string_view::npos ? 0 : name.find('.') + 1));
}

TEST_F(LifecycleViewsTest, HowContactsStandIsToldByName) {
  std::vector<std::string> columns;
  for (const LifecycleField field : kLifecycleFields) columns.push_back(ColumnOf(field));
  const std::string sql =
      absl::StrCat("SELECT ", absl::StrJoin(columns, ", "), " FROM contact_lifecycles");
  constexpr int kMostValues = 9;  // One more than any field has.
  for (int value = 0; value <= kMostValues; ++value) {
    StoredLifecycle lifecycle;
    std::vector<std::string> names;
    for (const LifecycleField field : kLifecycleFields) {
      lifecycle.state.Set(field, value);
      const absl::string_view name = ValueName(field, value);
      names.emplace_back(name.empty() ? "NULL" : name);
    }
    Commit(PutOf({{key_, lifecycle}}));
    EXPECT_EQ(Sql(sql), absl::StrJoin(names, "|") + "\n");
  }
}

TEST_F(LifecycleViewsTest, WhoIsDueWhenIsToldAsADay) {
  const std::string sql = "SELECT workspace, contact, relation, due FROM contact_lifecycles";
  Commit(PutOf({{key_, Stands(Relation::kLead, 20'545)}}));
  EXPECT_EQ(Sql(sql), "default|ana|LEAD|2026-04-02\n");
  Commit(PutOf({{key_, Stands(Relation::kLead)}}));
  EXPECT_EQ(Sql(sql), "default|ana|LEAD|NULL\n");
  Commit(Say("ana", Relation::kCustomer));
  EXPECT_EQ(Sql(sql), "default|ana|LEAD|AT_ONCE\n");
}

TEST_F(LifecycleViewsTest, TransitionsAreToldByNameOfEveryField) {
  std::vector<LifecycleTransition> transitions;
  std::string expected;
  for (const LifecycleField field : kLifecycleFields) {
    transitions.push_back({field, 0, 1, 20'545, "one"});
    transitions.push_back({field, 1, 2, 20'546, "two"});
    const absl::string_view one = ValueName(field, 1), two = ValueName(field, 2);
    absl::StrAppend(&expected, "default|ana|2026-04-02|", Name(field), "|NULL|", one, "|one\n");
    absl::StrAppend(&expected, "default|ana|2026-04-03|", Name(field), "|", one, "|", two,
                    "|two\n");
  }
  Commit(PutOf({{key_, Stands(Relation::kLead), transitions}}));
  EXPECT_EQ(Sql("SELECT workspace, contact, day, field, before, after, reason"
                " FROM lifecycle_transition_list ORDER BY number"),
            expected);
}

}  // namespace
}  // namespace cible
