// How far a posterior may be trusted: a temperature that makes probabilities
// come true.
//
// Attributes that depend on each other inside a component count twice, so what
// the terms say is too sure. Scores are divided by a temperature that depends on
// the share of the weight known, kappa, and on nothing else, so that reasons
// stay additive:
//
//   T(0) = 1, for with nothing known the answer is the prior; linear up to the
//   knots at kappa = .3, .5 and .7, constant beyond; within [.5, 4].
//
//   C. Guo, G. Pleiss, Y. Sun, K. Weinberger, "On calibration of modern neural
//   networks", ICML 2017.

#ifndef CIBLE_SEGMENTATION_MODELS_CALIBRATION_H_
#define CIBLE_SEGMENTATION_MODELS_CALIBRATION_H_

#include <array>

#include "segmentation/clustering/components.h"
#include "segmentation/data/encoder.h"
#include "segmentation/data/samples.h"

namespace cible {

struct Calibration {
  static constexpr std::array<double, 3> kKnots = {.3, .5, .7};
  static constexpr double kColdest = .5;
  static constexpr double kHottest = 4;

  std::array<double, 3> temperatures = {1, 1, 1};  // At the knots.

  // T(kappa). REQUIRES: known_weight in [0, 1].
  double At(double known_weight) const;

  bool operator==(const Calibration&) const = default;
};

// Hides attributes of some of the samples, half at random, half as other samples
// lack them, and takes the temperatures at which the persona that everything
// known names has the least log-loss. Pulled to 1 where there is little to learn
// from. Does not depend on the order of the samples.
// O(rows drawn x k x features); at most 2,000 rows are drawn.
Calibration FitCalibration(const Components& components, const Encoder& encoder,
                           const Samples& samples);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_MODELS_CALIBRATION_H_
