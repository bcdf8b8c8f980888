// How the values of one contact are kept: a compact encoding by attribute
// number, which is never reused, so that blobs outlive any schema. Equal values
// give equal bytes. Into columns they go by row_decoder.h.
//
//   blob  := version (1 byte, now 1) entry*          entries by ascending number
//   entry := varint(number << 3 | wire) payload
//   wire  := 0 number   8 bytes, IEEE 754 little-endian
//            1 text     varint length, UTF-8
//            2 set      varint count, then texts, sorted
//            3 false    4 true    no payload
//            5 date     zigzag varint, days
//            6 instant  zigzag varint, microseconds
//            7 place    two numbers: latitude, longitude

#ifndef CIBLE_SERVER_STORAGE_CONTACT_VALUES_H_
#define CIBLE_SERVER_STORAGE_CONTACT_VALUES_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/schema.h"
#include "segmentation/data/value.h"

namespace cible {

using NumberedValue = std::pair<int, Value>;  // Attribute number, value.

// REQUIRES: numbers are positive and ascending.
std::string EncodeValues(absl::Span<const NumberedValue> values);

// By ascending number. An empty blob, like one without entries, holds nothing.
// Errors: DATA_LOSS for bytes that are no such blob.
absl::StatusOr<std::vector<NumberedValue>> DecodeValues(absl::string_view blob);

// The known values of every row of a table, one blob a row. O(cells).
// REQUIRES: CheckTable() passed, hence every column is an attribute of the
// schema.
std::vector<std::string> EncodeRows(const ContactTable& table, const Schema& schema);

// `update` over `base`: values of the same attribute are replaced. Those of
// `base` whose numbers are among `forgotten` (ascending) are left out.
// Errors: DATA_LOSS when `base` is no such blob, INVALID_ARGUMENT when
// `update` is none.
absl::StatusOr<std::string> MergeValues(absl::string_view base, absl::string_view update,
                                        absl::Span<const int> forgotten = {});

}  // namespace cible

#endif  // CIBLE_SERVER_STORAGE_CONTACT_VALUES_H_
