// Combinations of choices, or a fixed part of them where there are too many.

#ifndef CIBLE_SEGMENTATION_LIFECYCLE_CHOICES_H_
#define CIBLE_SEGMENTATION_LIFECYCLE_CHOICES_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "segmentation/clustering/random.h"

namespace cible {

class Choices {
 public:
  // One choice each among so many. REQUIRES: none is 0; most > 0.
  Choices(std::vector<std::size_t> sizes, std::int64_t most) : sizes_(std::move(sizes)), count_(1) {
    for (const std::size_t size : sizes_) {
      const auto choices = static_cast<std::int64_t>(size);
      is_complete_ = is_complete_ && count_ <= most / choices;
      if (is_complete_) count_ *= choices;
    }
    if (!is_complete_) count_ = most;
  }

  std::int64_t count() const { return count_; }
  // Whether these are all combinations; otherwise a part, the same every time.
  bool is_complete() const { return is_complete_; }

  // The choices of one of them, the last varying fastest.
  // REQUIRES: 0 <= position < count().
  std::vector<std::size_t> At(std::int64_t position) const {
    std::vector<std::size_t> choices(sizes_.size());
    auto rest = static_cast<std::uint64_t>(position);
    for (std::size_t i = sizes_.size(); i-- > 0;) {
      const std::uint64_t draw = is_complete_ ? rest : Key(rest, i);
      choices[i] = draw % sizes_[i];
      if (is_complete_) rest /= sizes_[i];
    }
    return choices;
  }

 private:
  std::vector<std::size_t> sizes_;
  std::int64_t count_;
  bool is_complete_ = true;
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_LIFECYCLE_CHOICES_H_
