// Levels that have an order: frequencies, sizes, degrees, bands of numbers.

#ifndef CIBLE_SEGMENTATION_DATA_ORDINAL_SCALES_H_
#define CIBLE_SEGMENTATION_DATA_ORDINAL_SCALES_H_

#include <optional>
#include <string>
#include <vector>

namespace cible {

// The levels, lowest first, when all of them stand on one known scale
// (English or French: "Never" < "Once a year" < "Once a week"; "03.Low" <
// "01.High"), are bands of numbers ("<18" < "18-24" < "65+"), or numbers of
// which some carry a text ("I hate it!-5" < "-4" ... < "I love it!+5").
// nullopt for fewer than 3 levels, more than 20, or levels without an order.
// O(levels x scales).
std::optional<std::vector<std::string>> OrderLevels(const std::vector<std::string>& levels);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_ORDINAL_SCALES_H_
