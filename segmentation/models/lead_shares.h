// How the components share out among contacts other than those a model was
// trained on: leads are not customers.
//
// Expectation-maximisation on the shares alone, the components held fixed. With
// p_ik the calibrated posterior of lead i under the components' own shares own_k,
//
//   share_k <- mean over i of  p_ik share_k / own_k  /  sum over j of the same
//
//   M. Saerens, P. Latinne and C. Decaestecker, "Adjusting the outputs of a
//   classifier to new a priori probabilities", Neural Computation 14(1), 2002.

#ifndef CIBLE_SEGMENTATION_MODELS_LEAD_SHARES_H_
#define CIBLE_SEGMENTATION_MODELS_LEAD_SHARES_H_

#include <vector>

#include "segmentation/data/encoder.h"
#include "segmentation/models/posterior.h"

namespace cible {

// Fewer leads say too little of their shares.
inline constexpr int kEnoughLeads = 200;

// One share a component, above 0; they sum to 1. The rule's own shares count as
// one contact more, so that none is 0. Samples of which nothing is known take no
// part. O(samples x k x (features + steps)); memory: samples x k.
std::vector<double> EstimateLeadShares(const PosteriorRule& rule, const Samples& leads);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_MODELS_LEAD_SHARES_H_
