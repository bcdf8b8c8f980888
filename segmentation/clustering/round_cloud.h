// One round cloud: what the contacts would be like if their attributes were
// normal numbers that have nothing to do with each other. There is nothing to
// find in it, yet in few dimensions its cuts come back: bootstrap samples share
// the chance unevenness of the sample they are drawn from, and that decides
// where a cloud which looks the same from all sides is cut.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_ROUND_CLOUD_H_
#define CIBLE_SEGMENTATION_CLUSTERING_ROUND_CLOUD_H_

#include <cstdint>

#include "segmentation/data/encoder.h"
#include "segmentation/data/samples.h"

namespace cible {

// Immutable, hence safe to share between threads.
class RoundCloud {
 public:
  // With as many attributes as `like`, of the same weights, for the same kind of
  // engine.
  explicit RoundCloud(const Encoder& like);

  const Encoder& encoder() const { return encoder_; }
  // `count` complete samples of weight 1; `key` decides every draw.
  Samples Draw(int count, std::uint64_t key) const;

  // (sum omega)^2 / sum omega^2: how many attributes there are, less where some
  // weigh more than others.
  double dimensions() const;

 private:
  Encoder encoder_;
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_ROUND_CLOUD_H_
