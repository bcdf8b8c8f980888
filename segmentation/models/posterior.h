// The posterior over components given what is known of a contact, and the
// share each attribute has in it.
//
// score_k = (prior_k + sum over known attributes v of l_kv) / T + shift_k, the
// posterior is softmax(score); T is calibration.h's. `prior` is the components'
// own, under which T was fitted; `shift` = ln(share_k / own share_k) takes the
// calibrated posterior to other shares (Saerens et al., see lead_shares.h), 0 for
// the own ones. The difference of two scores is a sum over attributes: that sum is
// the explanation.

#ifndef CIBLE_SEGMENTATION_MODELS_POSTERIOR_H_
#define CIBLE_SEGMENTATION_MODELS_POSTERIOR_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/fixed_array.h"
#include "absl/types/span.h"
#include "segmentation/clustering/components.h"
#include "segmentation/clustering/term_table.h"
#include "segmentation/data/encoder.h"
#include "segmentation/data/matrix.h"
#include "segmentation/models/calibration.h"

namespace cible {

// Answer for one contact. Components are indexes in [0, component_count).
struct Posterior {
  std::vector<double> probabilities;  // Sums to 1; the prior when nothing is known.
  int winner = -1;          // Most probable; ties to the lower index. -1 if nothing known.
  int runner_up = -1;       // -1 when there is one component, or nothing known.
  int known_count = 0;      // Model attributes known.
  double known_weight = 0;  // kappa: their share of the weight, in [0, 1].
  // max(0, 1 - H(posterior) / H(prior)), in [0, 1]: how much of the
  // uncertainty the known attributes have removed. With one component there is
  // none: 1 as soon as something is known.
  double information = 0;
};

// The most probable component. -1 and 0: nothing is known.
struct Winner {
  int component = -1;
  double probability = 0;
};

// One share of the decision between winner and runner-up.
struct Reason {
  std::string attribute;    // Id; empty for the prior.
  double contribution = 0;  // (l_winner,v - l_runner_up,v) / T, in nats.
};

// Where posteriors start from, before anything is known. Immutable.
struct SegmentPrior {
  // The components' own. `log_shares`: one a component, up to a constant.
  // REQUIRES: finite.
  explicit SegmentPrior(std::vector<double> log_shares);
  // Other shares, that sum to 1; one of 0 is taken as hardly any.
  static SegmentPrior Instead(const SegmentPrior& own, const std::vector<double>& shares);

  std::vector<double> log_shares;     // The own ones.
  std::vector<double> shift;          // See above.
  std::vector<double> probabilities;  // Sums to 1.
  double entropy;                     // Of the probabilities, in nats.
};

// In nats. REQUIRES: probabilities.
double Entropy(absl::Span<const double> probabilities);

// What all assigners of a model share, worked out once. Immutable.
struct PosteriorRule {
  // `attributes` must outlive it. O(k x (features + codes)).
  PosteriorRule(const Components& components, const Encoder& attributes,
                const Calibration& temperatures = {});

  const Encoder& encoder;
  TermTable terms;
  std::vector<int> codes;      // The first code column of each attribute.
  std::vector<double> omegas;  // Of each attribute.
  double total_weight;         // Their sum.
  Calibration calibration;
  SegmentPrior prior;  // The components' own.
};

// Computes posteriors one contact after another, in buffers of its own: one a
// thread, cheap to make. `rule` and `prior` must outlive it.
class Assigner {
 public:
  // Starts from the rule's prior.
  explicit Assigner(const PosteriorRule& rule) : Assigner(rule, rule.prior) {}
  Assigner(const PosteriorRule& rule, const SegmentPrior& prior);

  // Of a row of Samples. Never NaN, even for features that overflowed: a value
  // equally far from every component tells nothing. O(k x features).
  Posterior Assign(SampleRow row);

  // Its winner and that one's probability alone, to the same bits and quicker; of
  // many rows, quicker still.
  // REQUIRES: winners has one entry a sample.
  Winner AssignWinner(SampleRow row);
  void AssignWinners(const Samples& samples, absl::Span<Winner> winners);

  // Of the last Assign: prior + sum of terms, before the temperature and the
  // prior's shift.
  const std::vector<double>& scores() const { return scores_; }
  const SegmentPrior& prior() const { return prior_; }

  // The prior's share first, then every known attribute, largest absolute
  // contribution first. They sum to ln(p_winner / p_runner_up) within 1e-9, as
  // long as the runner-up's probability does not underflow. Empty when there
  // is no runner-up.
  std::vector<Reason> Explain(SampleRow row, const Posterior& posterior);

 private:
  struct Known {
    int count = 0;
    double weight = 0;  // kappa.
  };
  int component_count() const { return static_cast<int>(prior_.probabilities.size()); }
  Known KnownOf(SampleRow row) const;
  double ScaleAt(double known_weight) const;  // 1 / T.
  void ComputeTerms(SampleRow row);
  void ComputeSumsOfGaps(SampleRow row);
  void ComputeLogits(SampleRow row, double known_weight);
  // Of AssignWinners, on the sums(k, i) of rows begin + i.
  void MendSums(const Samples& samples, int begin, int end, DoubleMatrix& sums);
  void ComputeScales(const Samples& samples, int begin, int end, double* scales) const;
  void WinnersOf(const Samples& samples, int begin, int end, DoubleMatrix& sums,
                 Winner* winners) const;

  const PosteriorRule& rule_;
  const SegmentPrior& prior_;
  // Padded to TermTable::width(); without the heap for as many components as
  // there usually are.
  using Padded = absl::FixedArray<double, 16>;

  DoubleMatrix terms_;  // attribute_count x k; made when first needed.
  std::vector<double> scores_;
  Padded log_shares_, shift_;     // Of the prior.
  Padded sums_, logits_;          // Of the last row.
  const double all_known_scale_;  // 1 / T(1).
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_MODELS_POSTERIOR_H_
