// What a likelihood says of a fit.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_FIT_STATISTICS_H_
#define CIBLE_SEGMENTATION_CLUSTERING_FIT_STATISTICS_H_

namespace cible {

// Of an engine that maximises a likelihood. W is the sum of the weights,
// which count as repetitions.
struct FitStatistics {
  double log_likelihood = 0;   // l, natural logarithm, over all known cells.
  double parameter_count = 0;  // nu: free parameters, the shares included.
  double aic = 0;              // -2 l + 2 nu.
  double bic = 0;              // -2 l + nu ln W.
  double icl = 0;              // BIC + 2 sum_i w_i H(posterior of i).
  double entropy = 0;          // 1 - sum_i w_i H(posterior of i) / (W ln K), in [0, 1].
  bool operator==(const FitStatistics&) const = default;
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_FIT_STATISTICS_H_
