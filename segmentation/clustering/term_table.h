// The terms l_kv of a model (components.h), worked out as far as they do not
// depend on the contact: what is left of one contact is a look-up for each code
// and a multiplication or two for each number.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_TERM_TABLE_H_
#define CIBLE_SEGMENTATION_CLUSTERING_TERM_TABLE_H_

#include <vector>

#include "absl/types/span.h"
#include "segmentation/clustering/components.h"
#include "segmentation/clustering/mixture_components.h"
#include "segmentation/data/encoder.h"
#include "segmentation/data/matrix.h"
#include "segmentation/data/samples.h"

namespace cible {

// Immutable and self-contained. Thread-safe.
class TermTable {
 public:
  // O(K x (features + codes)).
  TermTable(const Components& components, const Encoder& encoder);

  // terms(v, k) = l_kv of one sample; 0 for an unknown attribute. KMEANS: the
  // scaled squared distance. MIXTURE: omega_v ln f_kv(x) up to a constant that
  // depends on the value alone; within a block an attribute's term is its density
  // given the ones before it.
  // O(K codes + K numbers + K sum of b^2).
  // REQUIRES: terms is attribute_count x K.
  void Fill(SampleRow row, DoubleMatrix& terms) const;

  // sums[k] = start[k] + the terms of all attributes, without telling them apart:
  // the quick way where only the sums are wanted.
  // REQUIRES: start and sums have width() entries; those from K on are padding.
  void Sum(SampleRow row, absl::Span<const double> start, absl::Span<double> sums) const;
  // sums(k, i) is the same of row begin + i, to the same bits, for all of [begin, end).
  // REQUIRES: sums is K x so many or more, and has a multiple of 4 columns.
  void Sum(const Samples& samples, int begin, int end, absl::Span<const double> start,
           DoubleMatrix& sums) const;
  int width() const { return levels_.cols(); }

 private:
  // How the numbers of an attribute enter its terms, beside the row of its code.
  enum class NumberForm {
    kNone,
    kQuadratic,  // -scale (x - center)^2
    kLinear,     // scale x
    kJoint,      // With the others of its block.
  };
  struct AttributeColumns {
    int code = 0, code_count = 0, number = 0, number_count = 0;
    NumberForm form = NumberForm::kNone;
  };
  // A number that Sum adds by itself.
  struct NumberStep {
    int code = 0;    // Its code column: 1 where there is a number.
    int number = 0;  // Its number column.
    NumberForm form = NumberForm::kNone;
  };
  struct Joint {
    NumberBlock block;
    double omega = 1;  // The mean of its attributes'.
  };

  void Add(const KMeansComponents& components, const Encoder& encoder);
  void Add(const MixtureComponents& components, const Encoder& encoder);
  void AddPlace(const MixtureComponents& components, const AttributeEncoding& attribute);
  void AddNumber(const MixtureComponents& components, const AttributeEncoding& attribute);
  void AddBlock(const MixtureComponents& components, const Encoder& encoder,
                const NumberBlock& block);
  void AddNumberSteps();
  template <int kRows, typename Put>
  void SumRows(const SampleRow* rows, absl::Span<const double> start, const Put& put) const;
  void FillBlock(const Joint& joint, SampleRow row, DoubleMatrix& terms) const;
  // add(number column, component, term) for every known number of the block.
  template <typename Sink>
  void ForBlock(const Joint& joint, SampleRow row, const Sink& add) const;

  int count_;  // K.
  std::vector<AttributeColumns> attributes_;
  std::vector<int> level_rows_;  // The first row of levels_ of each code column.
  DoubleMatrix levels_;          // Codes x width(): what each code adds.
  // number_count x width(). Of a block's numbers the standard deviation and the mean.
  DoubleMatrix scale_, center_;
  std::vector<NumberStep> number_steps_;
  std::vector<Joint> joints_;
  NumberOwners owners_;
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_TERM_TABLE_H_
