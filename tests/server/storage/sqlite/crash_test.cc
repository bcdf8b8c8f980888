// What was acknowledged survives kill -9.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <set>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/storage/contact_values.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "tests/segmentation/behaviour/added_up.h"
#include "tests/temporary_folder.h"

namespace cible {
namespace {

constexpr int kThreads = 4;

// One acknowledged contact: "t<thread>-<number>" holds `number`. Event `number` of the
// contact "buyer<thread>" was acknowledged with it.
struct Acknowledged {
  int thread;
  int number;
};

std::string IdOf(const Acknowledged& contact) {
  return absl::StrCat("t", contact.thread, "-", contact.number);
}

std::string BuyerOf(int thread) { return absl::StrCat("buyer", thread); }

// The lines of an order are told by several commits.
Event EventOf(int number) {
  Event event = Purchase("2026-03-01", number, absl::StrCat("order", number / 4));
  event.id = absl::StrCat(number);
  return event;
}

// In the child: commits from several threads, for ever, and tells of each
// commit after it returned. Pipe writes of this size are atomic.
[[noreturn]] void WriteUntilKilled(const std::string& folder, int first, int pipe) {
  auto store = OpenSqliteStore(folder, Durability::kFull);
  if (!store.ok()) _exit(1);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int number = first;; ++number) {
        const Acknowledged contact{t, number};
        const PutContact put{.workspace = "default",
                             .id = IdOf(contact),
                             .values = EncodeValues({{1, static_cast<double>(number)}})};
        const PutEvents event{"default", BuyerOf(t), {EventOf(number)}, /*creates_contact=*/true};
        if (!(*store)->Commit({.operations = {put, event}, .time = {number}}).ok()) _exit(1);
        if (write(pipe, &contact, sizeof(contact)) != sizeof(contact)) _exit(1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  _exit(1);
}

// Runs a child that writes, kills it, and returns what it acknowledged.
std::vector<Acknowledged> WriteAndKill(const std::string& folder, int first,
                                       std::chrono::milliseconds after) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    WriteUntilKilled(folder, first, ends[1]);
  }
  close(ends[1]);
  std::thread killer([&] {
    std::this_thread::sleep_for(after);
    kill(child, SIGKILL);
  });
  std::vector<Acknowledged> acknowledged;
  Acknowledged contact;
  while (read(ends[0], &contact, sizeof(contact)) == sizeof(contact)) {
    acknowledged.push_back(contact);
  }
  killer.join();
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child stopped by itself";
  return acknowledged;
}

// All acknowledged events are there, and each of those that are there counts once.
void LookAtBuyer(Snapshot& snapshot, int thread, const std::vector<Acknowledged>& acknowledged) {
  const auto buyer = snapshot.Lookup("default", {BuyerOf(thread)})->at(0);
  if (!buyer.has_value()) {
    for (const Acknowledged& contact : acknowledged) ASSERT_NE(contact.thread, thread);
    return;
  }
  const auto events = snapshot.Events(buyer->key, std::nullopt, 1'000'000);
  ASSERT_TRUE(events.ok()) << events.status();
  EXPECT_EQ(buyer->behaviour, EncodeBehaviour(AddedUp(*events).behaviour()));
  std::set<std::string> ids;
  for (const Event& event : *events) ids.insert(event.id);
  EXPECT_EQ(std::ssize(ids), *snapshot.CountEvents(buyer->key));
  for (const Acknowledged& contact : acknowledged) {
    if (contact.thread != thread) continue;
    EXPECT_TRUE(ids.contains(absl::StrCat(contact.number))) << "an acknowledged event is lost";
  }
}

// So many kills, at random moments, of one store: nothing acknowledged is lost,
// nothing is there twice.
void KillAndLook(int kills) {
  const TemporaryFolder folder;
  std::mt19937 random(20261122);
  std::vector<Acknowledged> acknowledged;
  Revision last = 0;
  for (int loop = 0; loop < kills; ++loop) {
    const std::chrono::milliseconds after(CIBLE_TEST_PATIENCE *
                                          std::uniform_int_distribution<int>(5, 120)(random));
    const auto more = WriteAndKill(folder.path(), loop * 100'000, after);
    acknowledged.insert(acknowledged.end(), more.begin(), more.end());

    const auto store = OpenSqliteStore(folder.path(), Durability::kFull);
    ASSERT_TRUE(store.ok()) << store.status();
    const auto snapshot = (*store)->OpenSnapshot();
    ASSERT_TRUE(snapshot.ok()) << snapshot.status();
    EXPECT_GE((*snapshot)->revision(), last);
    last = (*snapshot)->revision();
    std::vector<std::string> ids;
    for (const Acknowledged& contact : acknowledged) ids.push_back(IdOf(contact));
    const auto records = (*snapshot)->Lookup("default", ids);
    ASSERT_TRUE(records.ok()) << records.status();
    for (std::size_t i = 0; i < ids.size(); ++i) {
      ASSERT_TRUE(records->at(i).has_value()) << ids[i] << " was acknowledged and is lost";
      EXPECT_EQ(records->at(i)->values,
                EncodeValues({{1, static_cast<double>(acknowledged[i].number)}}));
      EXPECT_LE(records->at(i)->revision, last);
    }
    for (int t = 0; t < kThreads; ++t) LookAtBuyer(**snapshot, t, acknowledged);
    // The buyers beside, and each thread may have been waiting for one more, in every
    // loop.
    const auto count = (*snapshot)->CountContacts("default", std::nullopt);
    ASSERT_TRUE(count.ok()) << count.status();
    EXPECT_GE(*count, std::ssize(acknowledged));
    EXPECT_LE(*count, std::ssize(acknowledged) + (loop + 2) * kThreads);
  }
  EXPECT_GT(acknowledged.size(), 100u);
}

TEST(SqliteStoreCrash, KeepsEveryAcknowledgedCommitThroughKill) { KillAndLook(20); }

TEST(SqliteStoreCrashSlow, KeepsEveryAcknowledgedCommitThroughTwoHundredKills) { KillAndLook(200); }

}  // namespace
}  // namespace cible
