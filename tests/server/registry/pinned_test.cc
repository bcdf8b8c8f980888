#include "server/registry/pinned.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace cible {
namespace {

// Tells whether it is read after its end.
struct Witness {
  explicit Witness(int value) : first(value), second(value) {}
  ~Witness() { first = second = -1; }
  int first, second;
};

TEST(Pinned, ReadersSeeWholeValuesWhileOthersTakeTheirPlace) {
  Pinned<Witness> pinned(std::make_unique<const Witness>(0));
  std::atomic<bool> over = false;
  std::atomic<int> torn = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      int last = 0;
      while (!over) {
        const int seen = pinned.With([](const Witness& witness) {
          return witness.first == witness.second ? witness.first : -1;
        });
        if (seen < last) ++torn;  // Gone, half written, or older than the one before.
        last = seen;
      }
    });
  }
  for (int value = 1; value <= 2'000; ++value) {
    pinned.Replace(std::make_unique<const Witness>(value));
  }
  over = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(pinned.With([](const Witness& witness) { return witness.first; }), 2'000);
}

}  // namespace
}  // namespace cible
