// Dates and times as people write them.

#ifndef CIBLE_SEGMENTATION_DATA_DATE_TEXT_H_
#define CIBLE_SEGMENTATION_DATA_DATE_TEXT_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "segmentation/data/value.h"

namespace cible {

// Which comes first in 03/04/2026.
enum class DateOrder { kDayFirst, kMonthFirst };

struct DateText {
  Timestamp instant;      // At midnight UTC when there is no time.
  bool has_time = false;  // A time other than midnight.
  // What the text says: a date alone is no midnight, and a time without an offset
  // (`Z`, `+02:00`) is local wherever the text was written.
  bool writes_time = false;
  bool writes_offset = false;
  // Set when the text itself proves its order: 22/11/2026, 11/22/2026.
  std::optional<DateOrder> proven_order;
};

// `2026-11-22`, `2026/11/22`, `20261122`, `22/11/2026`, `22-11-2026`,
// `22.11.26`, `22 Nov 2026`, `Nov 22, 2026`, `22 novembre 2026`; alone or
// followed by a time: `T08:26`, ` 08:26:00.5`, ` 8:26 PM`, with `Z` or `+02:00`
// (else UTC). Years 1000 to 9999; two digits mean 1969 to 2068. Where both
// orders are possible `order` decides; where one is impossible the other is
// taken. nullopt for anything else.
std::optional<DateText> ParseDateText(absl::string_view text,
                                      DateOrder order = DateOrder::kDayFirst);

// `2026-11-22T08:26:00Z`, with the fraction of a second if there is one.
std::string FormatTimestamp(Timestamp timestamp);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_DATE_TEXT_H_
