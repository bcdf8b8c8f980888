// What an engine has learnt of each attribute, on the attribute's own scale:
// what people compare with other tools.

#ifndef CIBLE_SEGMENTATION_MODELS_COMPONENT_PARAMETERS_H_
#define CIBLE_SEGMENTATION_MODELS_COMPONENT_PARAMETERS_H_

#include <string>
#include <utility>
#include <vector>

#include "segmentation/clustering/engine.h"
#include "segmentation/data/encoder.h"

namespace cible {

// Named figures of one component, in order.
using Figures = std::vector<std::pair<std::string, double>>;

struct AttributeParameters {
  std::string attribute;            // Id.
  std::vector<Figures> components;  // By component.
};

// By attribute of the encoder:
//   MIXTURE  numbers: mean and sd (of the amount itself where its logarithm is
//            Gaussian, and log_mean and log_sd beside them; of log(1 + x) for
//            dispersed counts likewise); where there are point masses share, the
//            probability of a number that is none, and share_at_0 ... that of
//            each. Levels and tags: their probabilities. Places: latitude and
//            longitude of the middle, and the concentration kappa
//   KMEANS   numbers: mean, from the centroid through the inverse of the scale
//            (the geometric mean where that is a logarithm). Ordered levels: the
//            mean position, from 1. Levels and tags: their shares. Places:
//            latitude and longitude of the middle
// Dates are days before as_of. Rare levels are one, "a|b|c".
std::vector<AttributeParameters> ParametersOf(const Components& components, const Encoder& encoder);

// The share of each component: MIXTURE its weight in the mixture, KMEANS that of
// its members.
std::vector<double> SharesOf(const Clustering& clustering);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_MODELS_COMPONENT_PARAMETERS_H_
