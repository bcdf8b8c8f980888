// Runs of bins joined so that they tell as much as they can of the component.
//
//   W. D. Fisher, "On grouping for maximum homogeneity", J. Am. Stat. Assoc.
//   53(284), 1958; here with entropy for variance.

#ifndef CIBLE_SEGMENTATION_PERSONAS_INFORMATION_BANDS_H_
#define CIBLE_SEGMENTATION_PERSONAS_INFORMATION_BANDS_H_

#include <vector>

namespace cible {

// How many contacts of each component are in one bin.
using Counts = std::vector<double>;

double TotalOf(const Counts& counts);

// a + sign b. REQUIRES: the same length.
Counts Sum(const Counts& a, const Counts& b, double sign = 1);

// -n H(component | in this bin), n its contacts: summed over bins it is, but for a
// constant, n times the mutual information, in nats. 0 for an empty one.
double Told(const Counts& counts);

// The first bin of every band but the first: the fewest bands that tell 90 % of what
// the best of at most `most_bands` tell, each of at least `least` contacts. Empty
// where there is nothing to part. O(bins^2 bands components).
std::vector<int> CutIntoBands(const std::vector<Counts>& bins, int most_bands, double least);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_INFORMATION_BANDS_H_
