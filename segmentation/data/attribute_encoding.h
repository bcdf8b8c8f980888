// How one attribute becomes features: learnt from a column, applied to a cell.
// The formulas are those of encoder.h.

#ifndef CIBLE_SEGMENTATION_DATA_ATTRIBUTE_ENCODING_H_
#define CIBLE_SEGMENTATION_DATA_ATTRIBUTE_ENCODING_H_

#include <optional>
#include <string>
#include <variant>

#include "absl/types/span.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/encoder.h"
#include "segmentation/data/schema.h"
#include "segmentation/data/value.h"

namespace cible {

// The encoding of the column's known cells with omega = 1 and begin = 0, or
// the reason why it has none. O(n log n).
std::variant<AttributeEncoding, SetAside> LearnEncoding(const Column& column,
                                                        const Attribute& attribute,
                                                        absl::Span<const double> weights,
                                                        const EncoderOptions& options);

// The cell of a NUMERIC, DATE or TIMESTAMP column as a number: the value, or
// days before `as_of`. Nothing when unknown, not finite, or of another type.
std::optional<double> NumberAt(const Column& column, int row, Date as_of);

// The number on the scale of the encoding, before shift and factor.
double OnScale(const AttributeEncoding& encoding, double number);
// Whether the scale has a place for the number: a count is whole and >= 0.
bool OnItsScale(const AttributeEncoding& encoding, double number);
// Position among the point masses; -1 for a number of none.
int PointMassOf(const AttributeEncoding& encoding, double number);

// The place on the unit sphere.
struct SpherePoint {
  double coordinates[3];
};
SpherePoint OnSphere(const LatLng& place);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_ATTRIBUTE_ENCODING_H_
