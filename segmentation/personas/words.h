// Words of headers, levels and sentences: how "NumWebPurchases" is read.

#ifndef CIBLE_SEGMENTATION_PERSONAS_WORDS_H_
#define CIBLE_SEGMENTATION_PERSONAS_WORDS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace cible {

// The words of a header or level, as written: split at anything that is
// neither letter nor digit, between a small and a capital letter, and between
// letters and digits. "NumWebPurchases" gives Num, Web, Purchases.
std::vector<std::string> SplitIdentifier(absl::string_view identifier);

// The same, lower case and without accents: what concepts are recognised by.
std::vector<std::string> Tokens(absl::string_view identifier);

// The words of a sentence, lower case, accents kept: what denied words are
// looked for in. An apostrophe separates words.
std::vector<std::string> LowerWords(absl::string_view sentence);

// Lower case, abbreviations and single capitals kept: "Page Views Per Visit"
// gives "page views per visit", "SMS Sent" gives "SMS sent".
std::string LowerUnlessAbbreviation(absl::string_view word);

// The sentence with a capital first letter.
std::string Capitalised(absl::string_view sentence);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_WORDS_H_
