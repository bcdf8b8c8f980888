// Intervals of a share.

#ifndef CIBLE_SEGMENTATION_MODELS_PROPORTION_H_
#define CIBLE_SEGMENTATION_MODELS_PROPORTION_H_

namespace cible {

struct Interval {
  double low = 0;
  double high = 0;

  bool operator==(const Interval&) const = default;
};

// The 95 % score interval of a share observed in `count` contacts; [0, 1] when
// `count` is 0.
//
//   E. B. Wilson, "Probable inference, the law of succession, and statistical
//   inference", J. Am. Stat. Assoc. 22(158), 1927.
Interval WilsonInterval(double share, double count);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_MODELS_PROPORTION_H_
