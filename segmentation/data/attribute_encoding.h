// How one attribute becomes features: learnt from a column, applied to a cell.
// The formulas are those of encoder.h.

#ifndef CIBLE_SEGMENTATION_DATA_ATTRIBUTE_ENCODING_H_
#define CIBLE_SEGMENTATION_DATA_ATTRIBUTE_ENCODING_H_

#include <algorithm>
#include <cmath>
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

// How long before `as_of`, in days.
double DaysBefore(Date as_of, Date date);
double DaysBefore(Date as_of, Timestamp instant);

// What follows is inline for the sake of tables: it is called for every cell.

// The number on the scale of the encoding, before shift and factor.
inline double OnScale(const AttributeEncoding& encoding, double number) {
  number = std::clamp(number, encoding.clip_low, encoding.clip_high);
  switch (encoding.scale) {
    case NumberScale::kLog1p: return std::log1p(std::max(number, 0.0));
    case NumberScale::kLog: return std::log(number);
    case NumberScale::kIdentity:
    case NumberScale::kCount: break;
  }
  return number;
}
// Whether the scale has a place for the number: a count is whole and >= 0.
inline bool OnItsScale(const AttributeEncoding& encoding, double number) {
  switch (encoding.scale) {
    case NumberScale::kLog: return number > 0;
    case NumberScale::kCount: return number >= 0 && number == std::floor(number);
    case NumberScale::kIdentity:
    case NumberScale::kLog1p: break;
  }
  return true;
}
// Position among the point masses; -1 for a number of none.
inline int PointMassOf(const AttributeEncoding& encoding, double number) {
  if (encoding.scale == NumberScale::kLog) number = std::max(number, 0.0);
  const auto& masses = encoding.point_masses;
  const auto at = std::find(masses.begin(), masses.end(), number);
  return at == masses.end() ? -1 : static_cast<int>(at - masses.begin());
}

// The place on the unit sphere.
struct SpherePoint {
  double coordinates[3];
};
SpherePoint OnSphere(const LatLng& place);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_ATTRIBUTE_ENCODING_H_
