// Figures as a language writes them: "1,234.5" and "1 234,5".

#ifndef CIBLE_SEGMENTATION_PERSONAS_FIGURES_H_
#define CIBLE_SEGMENTATION_PERSONAS_FIGURES_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "segmentation/personas/catalogue.h"
#include "segmentation/personas/profile.h"

namespace cible {

// With the language's decimal and thousands marks; no "-0".
std::string FormatNumber(double number, int decimals, const Catalogue& catalogue);

// A share in [0, 1], as a percentage without more digits than it deserves.
std::string FormatShare(double share, const Catalogue& catalogue);

// The same, but 99.6% is not said to be 100%.
std::string FormatShareBelowAll(double share, const Catalogue& catalogue);
// The same to a tenth of a percent, for columns of them: "80.0%"; "<0.1%" and
// ">99.9%" where rounding would claim none or all.
std::string FormatShareToTenth(double share, const Catalogue& catalogue);

// A share in [0, 1] to reckon with: as many decimals as it has, two at most.
std::string FormatPercent(double share, const Catalogue& catalogue);

// Every digit of the number, and its unit; a year as years are written.
std::string FormatExactly(double number, const Attribute& attribute, const Catalogue& catalogue);

// The message `key`, or `key` + ".one" where the language counts so few in the
// singular, with {n} filled in: "1,204 customers".
std::string FormatCounted(const std::string& key, std::int64_t count, const Catalogue& catalogue);

// An amount of a currency (ISO 4217), to the cent unless it is whole: "€1,204.50".
// An empty code: the number alone.
std::string FormatAmount(double amount, const std::string& currency_code,
                         const Catalogue& catalogue);

// The same as a mean is written: without cents from 20 on.
std::string FormatMeanAmount(double amount, const std::string& currency_code,
                             const Catalogue& catalogue);

// Segment and population, with the same digits: as few as tell them apart,
// and their unit.
struct FigurePair {
  std::string segment;
  std::string population;
};
FigurePair FormatFigures(const Trait& trait, const Attribute& attribute,
                         const Catalogue& catalogue);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_FIGURES_H_
