#include "server/lifecycle/lifecycle_keeper.h"

#include <atomic>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cible/storage/v1/resources.pb.h"
#include "segmentation/data/value.h"
#include "server/storage/collections.h"
#include "server/wire/policy_store.h"
#include "server/wire/schema_store.h"
#include "tests/server/services/service_fixture.h"

namespace cible {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t kDayMicros = 86'400'000'000;

class LifecycleKeeperTest : public ServiceTest {
 protected:
  LifecycleKeeperTest() {
    registry_ = std::make_unique<ModelRegistry>(*store_);
    EXPECT_TRUE(registry_->LoadAll().ok());
    keeper_ = std::make_unique<LifecycleKeeper>(*store_, *registry_, clock_, 3);
    SetToday("2026-01-01");
  }

  void SetToday(absl::string_view day) {
    clock_.now = Timestamp{ParseDate(day)->days * kDayMicros + kDayMicros / 2};
  }

  void Commit(Operation operation) {
    WriteBatch batch{.operations = {}, .time = clock_.now};
    batch.operations.push_back(std::move(operation));
    const auto results = store_->Commit(std::move(batch));
    ASSERT_TRUE(results.ok()) << results.status();
  }

  void Put(const std::string& id, ContactKind kind = ContactKind::kPerson,
           std::optional<std::string> organization = {}) {
    PutContact put{"acme", id, kind};
    put.organization = std::move(organization);
    Commit(put);
  }

  void Record(const std::string& contact, EventType type, absl::string_view day, double amount = 0,
              ContactKind kind = ContactKind::kPerson) {
    Event event{.id = absl::StrCat(++events_), .type = type, .is_date = true};
    event.time.micros = ParseDate(day)->days * kDayMicros;
    event.amount = static_cast<std::int64_t>(amount * kMoneyUnit);
    Commit(PutEvents{"acme", contact, {event}, true, kind});
  }

  void SetPolicy(const PolicySettings& settings) {
    const auto stored = ReadPolicy(**store_->OpenSnapshot(), "acme");
    ASSERT_TRUE(stored.ok()) << stored.status();
    Commit(PolicyWrite("acme", {settings, stored->revision}));
  }

  void CatchUp() {
    const absl::Status status = keeper_->CatchUp("acme");
    ASSERT_TRUE(status.ok()) << status;
  }

  std::int64_t KeyOf(const std::string& id) {
    const std::vector<std::string> ids = {id};
    return (**store_->OpenSnapshot()).Lookup("acme", ids)->front()->key;
  }

  std::optional<StoredLifecycle> StoredOf(const std::string& id) {
    const std::vector<std::int64_t> keys = {KeyOf(id)};
    return (**store_->OpenSnapshot()).Lifecycles(keys)->front();
  }

  // After catching up: "CUSTOMER NEW".
  std::string Standing(const std::string& id) {
    CatchUp();
    const auto stored = StoredOf(id);
    if (!stored.has_value()) return "";
    std::vector<std::string> words;
    for (const LifecycleField field : {LifecycleField::kRelation, LifecycleField::kCustomerStage}) {
      words.emplace_back(ValueName(field, stored->state.Get(field)));
    }
    if (stored->state.is_former_customer()) words.push_back("former");
    return absl::StrJoin(words, " ");
  }

  // "2026-01-01 relation LEAD>PROSPECT", the first first.
  std::vector<std::string> History(const std::string& id,
                                   LifecycleField field = LifecycleField::kRelation) {
    const auto transitions =
        (**store_->OpenSnapshot())
            .Transitions(
                {.workspace = "acme", .contact_key = KeyOf(id), .field = field, .limit = 100});
    std::vector<std::string> lines;
    for (const RecordedTransition& each : *transitions) {
      const LifecycleTransition& t = each.transition;
      lines.insert(lines.begin(),
                   absl::StrCat(FormatDate(Date{t.day}), " ", ValueName(t.field, t.from), ">",
                                ValueName(t.field, t.to)));
    }
    return lines;
  }

  std::unique_ptr<ModelRegistry> registry_;
  std::unique_ptr<LifecycleKeeper> keeper_;
  int events_ = 0;
};

TEST_F(LifecycleKeeperTest, NewContactsAreLeads) {
  Put("ada");
  EXPECT_EQ(Standing("ada"), "LEAD NONE");
  EXPECT_THAT(History("ada"), ElementsAre("2026-01-01 >LEAD"));
}

TEST_F(LifecycleKeeperTest, FollowsEventsAsTheyHappen) {
  Put("ada");
  CatchUp();
  Record("ada", EventType::kVisit, "2026-01-01");
  EXPECT_EQ(Standing("ada"), "PROSPECT NONE");
  SetToday("2026-01-05");
  Record("ada", EventType::kPurchase, "2026-01-05", 20);
  EXPECT_EQ(Standing("ada"), "CUSTOMER NEW");
  EXPECT_THAT(History("ada"), ElementsAre("2026-01-01 >LEAD", "2026-01-01 LEAD>PROSPECT",
                                          "2026-01-05 PROSPECT>CUSTOMER"));
}

TEST_F(LifecycleKeeperTest, FollowsTheDaysOnWhichContactsAreDue) {
  Record("ada", EventType::kPurchase, "2026-01-01", 20);
  EXPECT_EQ(Standing("ada"), "CUSTOMER NEW");
  SetToday("2026-03-31");
  EXPECT_EQ(Standing("ada"), "CUSTOMER NEW");
  SetToday("2026-04-01");
  EXPECT_EQ(Standing("ada"), "CUSTOMER ACTIVE");
  SetToday("2026-12-31");
  EXPECT_EQ(Standing("ada"), "CUSTOMER ACTIVE");
  SetToday("2027-01-01");
  EXPECT_EQ(Standing("ada"), "CUSTOMER DORMANT");
  SetToday("2028-12-30");
  EXPECT_EQ(Standing("ada"), "CUSTOMER DORMANT");
  SetToday("2028-12-31");
  EXPECT_EQ(Standing("ada"), "PROSPECT NONE former");
  EXPECT_THAT(History("ada", LifecycleField::kCustomerStage),
              ElementsAre("2026-01-01 >NEW", "2026-04-01 NEW>ACTIVE", "2027-01-01 ACTIVE>DORMANT",
                          "2028-12-31 DORMANT>NONE"));
}

TEST_F(LifecycleKeeperTest, LooksAtNobodyWhoIsNotDue) {
  Put("ada");
  CatchUp();
  const Revision before = (**store_->OpenSnapshot()).revision();
  SetToday("2026-06-01");
  CatchUp();
  EXPECT_EQ((**store_->OpenSnapshot()).revision(), before);
  EXPECT_EQ(StoredOf("ada")->due_day, kNoDay);
}

TEST_F(LifecycleKeeperTest, ClassifiesAllAnewByAnotherPolicy) {
  for (const char* id : {"a", "b", "c", "d", "e", "f", "g"}) {
    Record(id, EventType::kPurchase, "2026-01-01", 20);
  }
  EXPECT_EQ(Standing("g"), "CUSTOMER NEW");
  PolicySettings policy = DefaultPolicy();
  policy.new_customer = "";
  SetPolicy(policy);
  CatchUp();
  for (const char* id : {"a", "b", "c", "d", "e", "f", "g"}) {
    EXPECT_EQ(Standing(id), "CUSTOMER ACTIVE") << id;
  }
}

TEST_F(LifecycleKeeperTest, GoesOnWhereAnotherStopped) {
  for (const char* id : {"a", "b", "c", "d", "e", "f", "g"}) Put(id);
  keeper_->Stop();
  EXPECT_EQ(keeper_->CatchUp("acme").code(), absl::StatusCode::kCancelled);
  keeper_ = std::make_unique<LifecycleKeeper>(*store_, *registry_, clock_, 2);
  for (const char* id : {"a", "g"}) EXPECT_EQ(Standing(id), "LEAD NONE") << id;
}

TEST_F(LifecycleKeeperTest, PersonsFollowTheirOrganization) {
  Put("acme-corp", ContactKind::kOrganization);
  Put("ada", ContactKind::kPerson, "acme-corp");
  Put("bob", ContactKind::kPerson, "acme-corp");
  EXPECT_EQ(Standing("ada"), "LEAD NONE");
  Record("acme-corp", EventType::kSignedOrder, "2026-01-01", 9000, ContactKind::kOrganization);
  EXPECT_EQ(Standing("acme-corp"), "CUSTOMER NEW");
  EXPECT_EQ(Standing("ada"), "CUSTOMER NEW");
  EXPECT_EQ(Standing("bob"), "CUSTOMER NEW");
  SetToday("2027-01-01");
  EXPECT_EQ(Standing("bob"), "CUSTOMER DORMANT");
}

TEST_F(LifecycleKeeperTest, WhoLeavesACustomerIsAProspectAndNoLeadAgain) {
  Put("ada", ContactKind::kPerson, "acme-corp");
  Record("acme-corp", EventType::kSignedOrder, "2026-01-01", 9000, ContactKind::kOrganization);
  EXPECT_EQ(Standing("ada"), "CUSTOMER NEW");
  Put("ada", ContactKind::kPerson, "");
  EXPECT_EQ(Standing("ada"), "PROSPECT NONE");
}

TEST_F(LifecycleKeeperTest, TheOrderOfAPersonMakesItsColleaguesCustomers) {
  Put("ada", ContactKind::kPerson, "acme-corp");
  Put("bob", ContactKind::kPerson, "acme-corp");
  Record("ada", EventType::kPurchase, "2026-01-01", 500);
  EXPECT_EQ(Standing("acme-corp"), "CUSTOMER NEW");
  EXPECT_EQ(Standing("bob"), "CUSTOMER NEW");
}

TEST_F(LifecycleKeeperTest, WhatAPersonSaidCountsUntilItExpires) {
  Put("ada");
  CatchUp();
  Commit(PutLifecycleOverride{"acme", "ada", LifecycleField::kRelation,
                              static_cast<int>(Relation::kCustomer), "Eve", "met at the fair",
                              Timestamp{clock_.now.micros + 3 * kDayMicros}});
  EXPECT_EQ(Standing("ada"), "CUSTOMER ");
  SetToday("2026-01-04");
  EXPECT_EQ(Standing("ada"), "CUSTOMER ");
  SetToday("2026-01-05");
  EXPECT_EQ(Standing("ada"), "LEAD NONE");
}

TEST_F(LifecycleKeeperTest, WhoObjectsIsNotClassified) {
  Put("ada");
  CatchUp();
  Commit(PutObjection{"acme", "ada", true});
  EXPECT_EQ(Standing("ada"), "");
  EXPECT_THAT(History("ada"), IsEmpty());
  Commit(PutObjection{"acme", "ada", false});
  EXPECT_EQ(Standing("ada"), "LEAD NONE");
}

TEST_F(LifecycleKeeperTest, CancelledEventsMakeProspectsOfCustomers) {
  Record("ada", EventType::kPurchase, "2026-01-01", 20);
  Record("ada", EventType::kVisit, "2026-01-01");
  EXPECT_EQ(Standing("ada"), "CUSTOMER NEW");
  Commit(CancelEvents{"acme", "ada", {"1"}});
  EXPECT_EQ(Standing("ada"), "PROSPECT NONE");
}

// Looked at together, after the first walk: no lead for a moment.
TEST_F(LifecycleKeeperTest, PersonsStandAsAnOrganizationThatChangesWithThem) {
  keeper_ = std::make_unique<LifecycleKeeper>(*store_, *registry_, clock_);
  CatchUp();
  PutContact corp{"acme", "acme-corp", ContactKind::kOrganization, Stage::kCustomer};
  Commit(corp);
  Put("ada", ContactKind::kPerson, "acme-corp");
  EXPECT_EQ(Standing("ada"), "CUSTOMER ");
  EXPECT_THAT(History("ada"), ElementsAre("2026-01-01 >CUSTOMER"));
}

TEST_F(LifecycleKeeperTest, WhoHasGoneWaitsNoLonger) {
  Put("ada");
  EXPECT_EQ(keeper_->CatchUp("acme", [] { return true; }),
            absl::CancelledError("the caller has gone"));
  EXPECT_EQ(keeper_->CatchUp("nobodys").code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Standing("ada"), "LEAD NONE");
}

// What was written before is waited for, what comes meanwhile is not.
TEST_F(LifecycleKeeperTest, EndsThoughContactsKeepComing) {
  Put("first");
  std::atomic<bool> stop = false;
  std::jthread writer([&] {
    for (int i = 0; !stop; ++i) Put(absl::StrCat("c", i));
  });
  CatchUp();
  EXPECT_TRUE(StoredOf("first").has_value());
  stop = true;
}

TEST_F(LifecycleKeeperTest, KeepsUpByItself) {
  std::jthread thread([this](std::stop_token stop) { keeper_->KeepUp(stop); });
  Put("ada");
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!StoredOf("ada").has_value() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_TRUE(StoredOf("ada").has_value());
}

}  // namespace
}  // namespace cible
