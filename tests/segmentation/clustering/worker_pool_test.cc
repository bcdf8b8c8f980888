#include "segmentation/clustering/worker_pool.h"

#include <atomic>
#include <numeric>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace cible {
namespace {

TEST(WorkerPool, CallsEveryTaskOnce) {
  for (const int threads : {1, 2, 4}) {
    WorkerPool pool(threads);
    EXPECT_EQ(pool.thread_count(), threads);
    std::vector<int> calls(1000);
    pool.ForEach(1000, [&](int i) { ++calls[i]; });
    EXPECT_EQ(calls, std::vector<int>(1000, 1));
  }
}

TEST(WorkerPool, RunsManySmallBatchesOneAfterTheOther) {
  WorkerPool pool(4);
  std::atomic<int> sum = 0;
  for (int batch = 0; batch < 2000; ++batch) {
    pool.ForEach(3, [&](int i) { sum += i; });
  }
  EXPECT_EQ(sum, 2000 * 3);
}

TEST(WorkerPool, RunsANestedCallOnTheCallingThread) {
  WorkerPool pool(4);
  std::vector<int> inner_threads(8);
  pool.ForEach(8, [&](int i) {
    const auto outer = std::this_thread::get_id();
    pool.ForEach(16, [&](int) { inner_threads[i] += std::this_thread::get_id() == outer; });
  });
  EXPECT_EQ(inner_threads, std::vector<int>(8, 16));
}

TEST(WorkerPool, LetsConcurrentCallersTakeTurns) {
  WorkerPool pool(3);
  std::atomic<int> sum = 0;
  std::vector<std::thread> callers;
  for (int c = 0; c < 4; ++c) {
    callers.emplace_back([&] {
      for (int batch = 0; batch < 50; ++batch) pool.ForEach(10, [&](int) { ++sum; });
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(sum, 4 * 50 * 10);
}

TEST(WorkerPool, DoesNothingForNoTasks) {
  WorkerPool pool;
  EXPECT_GE(pool.thread_count(), 1);
  pool.ForEach(0, [](int) { FAIL(); });
}

}  // namespace
}  // namespace cible
