// Counter-based random numbers: a draw is a pure function of its key, so a
// result never depends on which thread drew first.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_RANDOM_H_
#define CIBLE_SEGMENTATION_CLUSTERING_RANDOM_H_

#include <cmath>
#include <cstdint>
#include <numbers>

namespace cible {

// SplitMix64's finaliser: a bijection whose output bits all depend on every
// input bit.
//   G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number
//   generators", OOPSLA 2014.
constexpr std::uint64_t Mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

// A key made of several counters (seed, restart, step, row ...).
constexpr std::uint64_t Key(std::uint64_t seed) { return Mix(seed); }
template <typename... Rest>
constexpr std::uint64_t Key(std::uint64_t first, Rest... rest) {
  return Mix(first ^ Mix(Key(static_cast<std::uint64_t>(rest)...)));
}

// In [0, 1), with 53 random bits.
constexpr double Uniform(std::uint64_t key) {
  return static_cast<double>(Mix(key) >> 11) * 0x1.0p-53;
}

// A standard normal draw (Box and Muller).
inline double Normal(std::uint64_t key) {
  return std::sqrt(-2 * std::log(1 - Uniform(Key(key, 1)))) *
         std::cos(2 * std::numbers::pi * Uniform(Key(key, 2)));
}

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_RANDOM_H_
