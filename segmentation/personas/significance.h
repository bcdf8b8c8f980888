// How sure a difference or a rate is.

#ifndef CIBLE_SEGMENTATION_PERSONAS_SIGNIFICANCE_H_
#define CIBLE_SEGMENTATION_PERSONAS_SIGNIFICANCE_H_

#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "segmentation/models/proportion.h"

namespace cible {

// Of some contacts. The variance divides by the count.
struct Moments {
  double count = 0;
  double mean = 0;
  double variance = 0;
};

// The population without the segment, which is part of it; a count of 0 where
// nobody is left.
Moments RestOf(const Moments& population, const Moments& segment);

// Two-sided p-value of equal means by Welch's t test. Null where it cannot be
// tested: fewer than 2 contacts on a side, or no variance on either.
//
//   B. L. Welch, "The generalization of 'Student's' problem when several
//   different population variances are involved", Biometrika 34, 1947.
std::optional<double> WelchPValue(const Moments& a, const Moments& b);

// p-value of equal shares by Pearson's chi-square test on the counts by level.
// Levels that would be expected fewer than 5 times on either side are put
// together. Null where fewer than two levels are left. Of two levels it is the
// test of two proportions.
//
//   K. Pearson, Phil. Mag. 50, 1900; W. G. Cochran, Biometrics 10, 1954.
std::optional<double> ChiSquarePValue(absl::Span<const double> a, absl::Span<const double> b);

// p-values corrected for their number, in the same order: the rate of false
// discoveries at which each would still be one.
//
//   Y. Benjamini and Y. Hochberg, "Controlling the false discovery rate",
//   J. R. Stat. Soc. B 57(1), 1995.
std::vector<double> CorrectedPValues(absl::Span<const double> p_values);

// The 95 % equal-tailed credible interval of a rate after `successes` of
// `count`, under Jeffreys's prior Beta(1/2, 1/2); it starts at 0 without
// successes and ends at 1 without failures, and is [0, 1] when count is 0.
//
//   L. D. Brown, T. T. Cai, A. DasGupta, "Interval estimation for a binomial
//   proportion", Statistical Science 16(2), 2001.
Interval JeffreysInterval(double successes, double count);

// How far apart two shares are, in [0, pi]: |2 asin sqrt(a) - 2 asin sqrt(b)|.
//
//   J. Cohen, "Statistical Power Analysis for the Behavioral Sciences", 1988.
double CohensH(double share, double other);

// So many of those of whom it is known.
struct Proportion {
  double count = 0;
  double known = 0;

  double share() const { return known > 0 ? count / known : 0; }
  bool operator==(const Proportion&) const = default;
};

// The ratio of two shares, of samples that have nobody in common, with its 95 %
// interval by MOVER-R from the shares' Wilson intervals, which errs evenly on both
// sides where one sample is much the smaller (the interval of the logarithm does
// not). Where nobody of the others is counted the ratio has no upper end: half a
// contact is then added to every count, in the ratio and (Walter 1975) its end, so
// that both stay finite.
//   A. Donner and G. Zou, "Closed-form confidence intervals for functions of the
//   normal mean and standard deviation", Stat. Meth. Med. Res. 21(4), 2012.
//   R. G. Newcombe, "MOVER-R confidence intervals for ratios and products of two
//   independently estimated quantities", Stat. Meth. Med. Res. 25(5), 2016.
struct Lift {
  double ratio = 1;
  Interval interval = {1, 1};

  bool operator==(const Lift&) const = default;
};
// One where either is known of nobody.
Lift LiftOf(const Proportion& part, const Proportion& others);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_SIGNIFICANCE_H_
