// How the packed cells of samples (see samples.h) become features: numbers are
// features as they are, codes stand for one or more features each.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_FEATURE_LAYOUT_H_
#define CIBLE_SEGMENTATION_CLUSTERING_FEATURE_LAYOUT_H_

#include <vector>

#include "segmentation/data/encoder.h"

namespace cible {

// A column of codes: it decides the features [begin, begin + count). Code 0
// means that they are unknown.
struct CodeColumn {
  enum class Kind {
    kValidity,  // The features are numbers, and known unless the code is 0.
    kLevels,    // Code 1 + f sets feature f to `on`, and all others to `off`.
    kValue,     // One feature, `on` by code.
  };

  Kind kind = Kind::kValidity;
  int begin = 0;
  int count = 1;
  int range = 2;           // Codes are in [0, range).
  int first_code = 0;      // Of this column among the codes of all columns.
  std::vector<double> on;  // By feature, or by code.
  std::vector<double> off;

  // Feature begin + f for a code other than 0. REQUIRES: not kValidity.
  double Value(int f, int code) const {
    if (kind == Kind::kValue) return on[code];
    return code == f + 1 ? on[f] : off[f];
  }
};

struct FeatureLayout {
  // `columns` numbers, all known, each a feature.
  static FeatureLayout Plain(int columns);
  static FeatureLayout Of(const Encoder& encoder);

  int number_count() const { return static_cast<int>(number_feature.size()); }
  int code_count() const { return static_cast<int>(columns.size()); }

  int feature_count = 0;
  int code_total = 0;               // Sum of the ranges of all code columns.
  std::vector<int> number_feature;  // By column of numbers.
  std::vector<int> number_column;   // Its code column, -1: the number is always known.
  std::vector<CodeColumn> columns;
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_FEATURE_LAYOUT_H_
