#include "server/privacy/retention.h"

#include <gmock/gmock.h>

#include <chrono>
#include <thread>

#include "absl/strings/str_cat.h"
#include "server/wire/instant_wire.h"
#include "tests/server/services/service_fixture.h"

namespace cible {
namespace {

using testing::ElementsAre;

constexpr std::int64_t kDay = 86'400'000'000;

class RetentionTest : public ServiceTest {
 protected:
  // The rule has been here for a while.
  RetentionTest() {
    clock_.now.micros -= 2 * kDay;
    EXPECT_TRUE(rule_.Run("acme").ok());
    clock_.now.micros += 2 * kDay;
  }

  void Put(const std::string& id, Stage stage, int days_ago) {
    const PutContact put{
        .workspace = "acme", .id = id, .kind = ContactKind::kPerson, .stage = stage};
    const Timestamp then{clock_.now.micros - days_ago * kDay};
    ASSERT_TRUE(store_->Commit({.operations = {put}, .time = then}).ok());
  }

  std::vector<std::string> Ids() {
    std::vector<std::string> ids;
    const auto snapshot = store_->OpenSnapshot();
    EXPECT_TRUE((*snapshot)
                    ->Scan({.workspace = "acme", .passed_over = {.objecting = false}},
                           [&](const ContactBlock& block) {
                             ids.insert(ids.end(), block.table.ids.begin(), block.table.ids.end());
                             return absl::OkStatus();
                           })
                    .ok());
    return ids;
  }

  void SetDays(int days) {
    v1::UpdateWorkspaceRequest request;
    request.mutable_workspace()->set_name("workspaces/acme");
    request.mutable_workspace()->set_retention_days(days);
    v1::Workspace workspace;
    ASSERT_TRUE(workspaces_->UpdateWorkspace(call_, request, &workspace).ok());
  }

  v1::RetentionReport Report() {
    const auto report = ReportRetention(*store_, "acme", clock_.now);
    EXPECT_TRUE(report.ok()) << report.status();
    return *report;
  }

  RetentionRule rule_{*store_, clock_};
};

TEST_F(RetentionTest, ErasesLeadsAndProspectsSilentForThreeYears) {
  Put("lead", Stage::kLead, 1'097);
  Put("prospect", Stage::kProspect, 2'000);
  Put("customer", Stage::kCustomer, 2'000);
  Put("unknown", Stage::kUnknown, 2'000);
  Put("recent", Stage::kLead, 1'096);
  EXPECT_EQ(Report().due_count(), 2);
  EXPECT_FALSE(Report().has_last_run_time());
  ASSERT_TRUE(rule_.Run("acme").ok());
  EXPECT_THAT(Ids(), ElementsAre("customer", "unknown", "recent"));
  const v1::RetentionReport report = Report();
  EXPECT_EQ(report.retention_days(), 1'096);
  EXPECT_EQ(report.examined_count(), 3);
  EXPECT_EQ(report.erased_count(), 2);
  EXPECT_EQ(report.total_erased_count(), 2);
  EXPECT_EQ(report.due_count(), 0);
  EXPECT_EQ(TimestampFromProto(report.last_run_time())->micros, clock_.now.micros);
}

// Contacts that are stored for what they do are leads by their stage.
TEST_F(RetentionTest, ErasesNobodyWhoHasBought) {
  const Timestamp then{clock_.now.micros - 2'000 * kDay};
  Event purchase{.id = "1", .type = EventType::kPurchase, .time = then, .amount = kMoneyUnit};
  Event visit{.id = "1", .type = EventType::kVisit, .time = then};
  PutEvents bought{"acme", "buyer", {purchase}, true};
  PutEvents came{"acme", "visitor", {visit}, true};
  ASSERT_TRUE(store_->Commit({.operations = {bought, came}, .time = then}).ok());
  EXPECT_EQ(Report().due_count(), 1);
  ASSERT_TRUE(rule_.Run("acme").ok());
  EXPECT_THAT(Ids(), ElementsAre("buyer"));
}

// By the company's own policy, or a person's word, though they may not be profiled.
TEST_F(RetentionTest, ErasesNobodyWhoIsFoundToBeACustomer) {
  Put("found", Stage::kLead, 2'000);
  Put("lead", Stage::kLead, 2'000);
  const PutLifecycleOverride said{
      "acme", "found",   LifecycleField::kRelation, static_cast<int>(Relation::kCustomer),
      "Eve",  "by phone"};
  const PutObjection objects{"acme", "found", true};
  ASSERT_TRUE(store_->Commit({.operations = {said, objects}, .time = {1}}).ok());
  ASSERT_TRUE(rule_.Run("acme").ok());
  EXPECT_THAT(Ids(), ElementsAre("found"));
}

// Who installs a version with the rule has a day to look before it erases.
TEST_F(RetentionTest, ErasesNothingOnItsFirstDayInAWorkspace) {
  const PutContact put{
      .workspace = "default", .id = "lead", .kind = ContactKind::kPerson, .stage = Stage::kLead};
  ASSERT_TRUE(store_->Commit({.operations = {put}, .time = {1}}).ok());
  const auto due = [&] { return ReportRetention(*store_, "default", clock_.now)->due_count(); };
  ASSERT_TRUE(rule_.Run("default").ok());
  clock_.now.micros += kDay - 1;
  ASSERT_TRUE(rule_.Run("default").ok());  // After a restart, say.
  EXPECT_EQ(due(), 1);
  EXPECT_FALSE(ReportRetention(*store_, "default", clock_.now)->has_last_run_time());
  clock_.now.micros += 1;
  ASSERT_TRUE(rule_.Run("default").ok());
  EXPECT_EQ(due(), 0);
}

TEST_F(RetentionTest, OneWhoObjectsIsErasedAsWell) {
  Put("lead", Stage::kLead, 1'200);
  ASSERT_TRUE(store_
                  ->Commit({.operations = {PutObjection{"acme", "lead"}},
                            .time = {clock_.now.micros - 1'150 * kDay}})
                  .ok());
  ASSERT_TRUE(rule_.Run("acme").ok());
  EXPECT_THAT(Ids(), ElementsAre());
}

TEST_F(RetentionTest, AConsentIsNoSilence) {
  Put("lead", Stage::kLead, 1'200);
  ASSERT_TRUE(store_
                  ->Commit({.operations = {PutConsent{"acme", "lead", {"news", "email", {1}}}},
                            .time = {clock_.now.micros - 3 * kDay}})
                  .ok());
  ASSERT_TRUE(rule_.Run("acme").ok());
  EXPECT_THAT(Ids(), ElementsAre("lead"));
}

TEST_F(RetentionTest, TheWorkspaceSetsTheDaysOrNever) {
  Put("lead", Stage::kLead, 40);
  SetDays(30);
  EXPECT_EQ(Report().due_count(), 1);
  SetDays(-1);
  EXPECT_EQ(Report().due_count(), 0);
  EXPECT_EQ(Report().retention_days(), -1);
  ASSERT_TRUE(rule_.Run("acme").ok());
  EXPECT_THAT(Ids(), ElementsAre("lead"));
  SetDays(30);
  ASSERT_TRUE(rule_.Run("acme").ok());
  EXPECT_THAT(Ids(), ElementsAre());
}

TEST_F(RetentionTest, ErasesManyInSeveralCommitsAndCountsThemAll) {
  for (int i = 0; i < 700; ++i) Put(absl::StrCat("c", i), Stage::kLead, 1'200);
  ASSERT_TRUE(rule_.Run("acme").ok());
  EXPECT_THAT(Ids(), ElementsAre());
  EXPECT_EQ(Report().erased_count(), 700);
  Put("late", Stage::kLead, 1'200);
  ASSERT_TRUE(rule_.Run("acme").ok());
  EXPECT_EQ(Report().erased_count(), 1);
  EXPECT_EQ(Report().total_erased_count(), 701);
}

TEST_F(RetentionTest, IsInTheAuditTrailWithoutTheId) {
  Put("lead", Stage::kLead, 1'200);
  ASSERT_TRUE(rule_.Run("acme").ok());
  v1::ListAuditEntriesRequest request;
  request.set_parent("workspaces/acme");
  v1::ListAuditEntriesResponse response;
  ASSERT_TRUE(workspaces_->ListAuditEntries(call_, request, &response).ok());
  ASSERT_GE(response.audit_entries_size(), 1);
  EXPECT_EQ(response.audit_entries(0).principal(), "cible-server");
  EXPECT_EQ(response.audit_entries(0).action(), "Retention");
  EXPECT_THAT(response.audit_entries(0).resource(),
              testing::StartsWith("workspaces/acme/erasedContacts/"));
}

TEST_F(RetentionTest, OneThatStopsSaysSo) {
  Put("lead", Stage::kLead, 1'200);
  rule_.Stop();
  EXPECT_EQ(rule_.Run("acme").code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(Report().error(), "the server stopped during the run");
  EXPECT_THAT(Ids(), ElementsAre("lead"));
}

// A clock that other threads may turn.
class MovingClock : public Clock {
 public:
  Timestamp Now() const override { return {micros}; }
  std::atomic<std::int64_t> micros{0};
};

TEST_F(RetentionTest, RunsAtTheStartAndDaily) {
  MovingClock clock;
  clock.micros = clock_.now.micros;
  Put("old", Stage::kLead, 1'200);
  Put("soon", Stage::kLead, 1'096);
  RetentionRule rule(*store_, clock);
  std::jthread thread([&](std::stop_token stop) { rule.KeepRunning(stop); });
  const auto wait_for = [&](std::size_t count) {
    for (int i = 0; i < 1000 && Ids().size() != count; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return Ids().size() == count;
  };
  EXPECT_TRUE(wait_for(1));
  clock.micros += kDay + 1;
  EXPECT_TRUE(wait_for(0));
}

TEST_F(RetentionTest, RefusesDaysThatAreNone) {
  v1::UpdateWorkspaceRequest request;
  request.mutable_workspace()->set_name("workspaces/acme");
  v1::Workspace workspace;
  for (const int days : {-2, 36'501}) {
    request.mutable_workspace()->set_retention_days(days);
    EXPECT_EQ(workspaces_->UpdateWorkspace(call_, request, &workspace).code(),
              absl::StatusCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace cible
