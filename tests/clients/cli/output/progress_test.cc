#include "clients/cli/output/progress.h"

#include <gtest/gtest.h>

#include <sstream>
#include <thread>

namespace cible {
namespace {

struct Streams {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
};

TEST(Progress, OverwritesItsLineOnATerminalAndTakesItAway) {
  Streams streams;
  const Console console{streams.in, streams.out, streams.err, 80, true, false};
  {
    Progress progress(console, "importing");
    std::this_thread::sleep_for(std::chrono::milliseconds(100));  // Longer than it waits.
    progress.Show(.5, "10 contacts");
  }
  EXPECT_EQ(streams.err.str(),
            "\r\x1b[Kimporting ▇▇▇▇▇▇▇▇▇▇▇▇             50 %  10 contacts\r\x1b[K");
  EXPECT_EQ(streams.out.str(), "");
}

TEST(Progress, IsSilentOffTerminalsWhileAllGoesFast) {
  Streams streams;
  const Console console{streams.in, streams.out, streams.err, 0, false, false};
  {
    Progress progress(console, "importing");
    for (int i = 0; i < 1000; ++i) progress.Show(i / 1000., "");
  }
  EXPECT_EQ(streams.err.str(), "");
}

}  // namespace
}  // namespace cible
