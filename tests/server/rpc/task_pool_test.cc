#include "server/rpc/task_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <set>
#include <vector>

namespace cible {
namespace {

TEST(TaskPool, RefusesWhatItsQueueHasNoPlaceFor) {
  std::promise<void> go;
  std::shared_future<void> gone = go.get_future().share();
  TaskPool pool({.thread_count = 1, .queue_limit = 1});
  std::promise<void> started;
  ASSERT_TRUE(pool.TrySubmit([&, gone](bool) {
    started.set_value();
    gone.wait();
  }));
  started.get_future().wait();
  EXPECT_TRUE(pool.TrySubmit([](bool) {}));
  EXPECT_FALSE(pool.TrySubmit([](bool) {}));
  go.set_value();
}

TEST(TaskPool, TellsATaskThatItWaitedTooLong) {
  std::promise<bool> told;
  TaskPool pool({.thread_count = 1, .patience = std::chrono::milliseconds(0)});
  std::promise<void> go;
  ASSERT_TRUE(pool.TrySubmit([&](bool) { go.get_future().wait(); }));
  ASSERT_TRUE(pool.TrySubmit([&](bool in_time) { told.set_value(in_time); }));
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  go.set_value();
  EXPECT_FALSE(told.get_future().get());
}

TEST(TaskPool, CallsEachTaskOfForEachOnce) {
  TaskPool pool({.thread_count = 3});
  for (const int count : {0, 1, 2, 100}) {
    std::vector<std::atomic<int>> calls(static_cast<std::size_t>(count));
    pool.ForEach(count, [&](int i) { ++calls[static_cast<std::size_t>(i)]; });
    for (const auto& called : calls) EXPECT_EQ(called, 1);
  }
}

// Its own threads wait for each other if they have to be waited for.
TEST(TaskPool, ForEachEndsWhenEveryThreadOfThePoolIsInOne) {
  TaskPool pool({.thread_count = 2});
  std::atomic<int> calls = 0;
  std::vector<std::promise<void>> ends(8);
  for (auto& end : ends) {
    ASSERT_TRUE(pool.TrySubmit([&](bool) {
      pool.ForEach(50, [&](int) { ++calls; });
      end.set_value();
    }));
  }
  for (auto& end : ends) end.get_future().wait();
  EXPECT_EQ(calls, 8 * 50);
}

}  // namespace
}  // namespace cible
