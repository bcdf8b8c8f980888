// Who may be under 18, which is who is not profiled (GDPR recitals 38 and 71).

#ifndef CIBLE_SEGMENTATION_DATA_MINORS_H_
#define CIBLE_SEGMENTATION_DATA_MINORS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "segmentation/data/contact_table.h"
#include "segmentation/data/schema.h"
#include "segmentation/data/value.h"

namespace cible {

inline constexpr int kAgeOfMajority = 18;

// Ids of the attributes of the schema that tell of a birth.
std::vector<std::string> BirthAttributes(const Schema& schema);

// A flag a row: whether some attribute that tells of a birth says that the
// person may be under 18 on the day. A year of birth leaves a year open, which
// counts as under 18; a birth that is unknown, or after the day, does not tell.
// Columns that the table lacks are unknown. O(rows x such attributes).
std::vector<std::uint8_t> FindMinors(const ContactTable& table, const Schema& schema, Date day);

// Whether one value says so, of an attribute with this meaning.
// REQUIRES: `birth` is not kNone.
bool IsUnderage(const Value& value, Birth birth, Date day);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_MINORS_H_
