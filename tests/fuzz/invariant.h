// What must hold whatever the input is.

#ifndef CIBLE_TESTS_FUZZ_INVARIANT_H_
#define CIBLE_TESTS_FUZZ_INVARIANT_H_

#include <cstdio>
#include <cstdlib>

namespace cible {

// Stops the fuzzer, which then keeps the input.
inline void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

}  // namespace cible

#endif  // CIBLE_TESTS_FUZZ_INVARIANT_H_
