// How far a sample is from the most typical one of a component, attribute by
// attribute: D_kv = ln max f_kv - ln f_kv(x) >= 0 for a mixture, the scaled squared
// distance for k-means. What does not depend on the sample is worked out once.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_DIVERGENCE_TABLE_H_
#define CIBLE_SEGMENTATION_CLUSTERING_DIVERGENCE_TABLE_H_

#include <vector>

#include "absl/types/span.h"
#include "segmentation/clustering/components.h"
#include "segmentation/clustering/mixture_components.h"
#include "segmentation/data/encoder.h"
#include "segmentation/data/matrix.h"
#include "segmentation/data/samples.h"

namespace cible {

// Immutable. Thread-safe.
class DivergenceTable {
 public:
  // `components` and `encoder` must outlive it. O(K x (features + codes)).
  DivergenceTable(const Components& components, const Encoder& encoder);

  // divergences[v] = D_kv of one sample in component k; 0 for an unknown attribute.
  // Its terms l_kv are given by term_table.h. Numbers that may also be point masses
  // are compared as the probability of their cell, of the width of the resolution.
  // O(features).
  // REQUIRES: divergences has attribute_count entries.
  void Fill(SampleRow row, int component, absl::Span<double> divergences) const;

  // The same of all components; divergences is K x attribute_count.
  void FillAll(SampleRow row, DoubleMatrix& divergences) const;

 private:
  class Blocks;  // The squared innovations of a sample's blocks.

  void Prepare(const MixtureComponents& mixture);
  double Of(const KMeansComponents& means, const AttributeEncoding& attribute, SampleRow row,
            int component) const;
  double Of(const MixtureComponents& mixture, const AttributeEncoding& attribute, SampleRow row,
            int component, const Blocks& blocks) const;
  double LogDensity(const MixtureComponents& mixture, const AttributeEncoding& attribute,
                    SampleRow row, int component, const Blocks& blocks) const;

  const Components& components_;
  const Encoder& encoder_;
  // Of a mixture.
  std::vector<int> level_rows_;
  NumberOwners owners_;
  std::vector<bool> in_block_;  // By number.
  DoubleMatrix deviations_;     // number_count x K, of the numbers of blocks.
  DoubleMatrix peaks_;    // number_count x K: the log of the largest density, and of the cell.
  DoubleMatrix largest_;  // code_count x K: the log of the most probable code.
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_DIVERGENCE_TABLE_H_
