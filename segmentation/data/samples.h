// Contacts made ready for clustering, packed: a byte or a float a cell.

#ifndef CIBLE_SEGMENTATION_DATA_SAMPLES_H_
#define CIBLE_SEGMENTATION_DATA_SAMPLES_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "segmentation/data/matrix.h"

namespace cible {

// One contact. What the columns mean is told by AttributeEncoding:
//
//   codes    every attribute has one code, a SET one for each tag. 0: unknown;
//            else 1 + the level (CATEGORICAL, BOOLEAN, ORDINAL); 1 without and
//            2 with the tag (SET); 1 a number, 2 + i the i-th point mass
//            (NUMERIC, DATE, TIMESTAMP); 1 (LOCATION)
//   numbers  NUMERIC, DATE, TIMESTAMP: one; LOCATION: three. Scaled; 0 where
//            the code is not 1
struct SampleRow {
  absl::Span<const std::uint8_t> codes;
  absl::Span<const float> numbers;
};

// The same to be filled.
struct SampleCells {
  absl::Span<std::uint8_t> codes;
  absl::Span<float> numbers;
};

struct Samples {
  ByteMatrix codes;             // n x code_count.
  FloatMatrix numbers;          // n x number_count.
  std::vector<double> weights;  // n; >= 0.

  int count() const { return static_cast<int>(weights.size()); }
  SampleRow row(int i) const { return {codes.row(i), numbers.row(i)}; }
  SampleCells cells(int i) { return {codes.row(i), numbers.row(i)}; }
};

// Whether anything is known. O(codes).
bool AnythingKnown(SampleRow row);

// The samples of these rows, in that order.
Samples SelectSamples(const Samples& samples, absl::Span<const int> rows);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_SAMPLES_H_
