// What a header says of its column, word by word, in English and French.
//
// Words are matched whole; nothing is looked up outside this file, so the same
// header always means the same.

#ifndef CIBLE_SEGMENTATION_DATA_CRITERION_LEXICON_H_
#define CIBLE_SEGMENTATION_DATA_CRITERION_LEXICON_H_

#include <string>

#include "absl/strings/string_view.h"
#include "segmentation/data/schema.h"

namespace cible {

// A header as lower-case words between "_", without accents: "MntWines" gives
// "_mnt_wines_".
std::string HeaderWords(absl::string_view header);

// Whether the words hold one of the patterns, which are separated by "|". A
// pattern is words between "_"; a final "*" lets its last word go on, a first
// "=" asks for the whole header.
bool HasWords(absl::string_view words, absl::string_view patterns);

struct Meaning {
  Criterion criterion = Criterion::kBehavioural;
  KnownAt known_at = KnownAt::kLead;
  bool sensitive = false;
  bool is_protected = false;
  bool askable = false;
  double ask_cost = 1;
  Question question;  // Empty where no special wording is known.
};

// The meaning of the first line of the lexicon that fits; behaviour known of a
// lead when none does. O(lexicon).
Meaning MeaningOf(absl::string_view words);

// Kinds of measure and of identity that a header alone may tell.
bool SaysAge(absl::string_view words);
bool SaysBirth(absl::string_view words);
bool SaysAmount(absl::string_view words);  // Money.
bool SaysSpend(absl::string_view words);   // Money spent by the contact.
bool SaysMargin(absl::string_view words);  // What is left of it after costs.
bool SaysFullPriceShare(absl::string_view words);
bool SaysLargeOrderShare(absl::string_view words);
bool SaysCount(absl::string_view words);    // "How many".
bool SaysNominal(absl::string_view words);  // Numbers are codes: region, channel.
bool SaysRating(absl::string_view words);   // Satisfaction, stars.
bool SaysPostalCode(absl::string_view words);
bool SaysId(absl::string_view words);
bool SaysRowNumber(absl::string_view words);
bool SaysPhone(absl::string_view words);
bool SaysPersonalName(absl::string_view words);
bool SaysAddress(absl::string_view words);
bool SaysOutcome(absl::string_view words);
bool SaysSegment(absl::string_view words);  // An earlier segmentation.
// What is mostly written down while a sale is being made or lost, or after:
// the length of the call, the seller's judgement, why a deal was lost.
bool SaysAftermath(absl::string_view words);
bool SaysLatitude(absl::string_view words);
bool SaysLongitude(absl::string_view words);

// The unit a header states: "Area (km)" gives "km", "price_eur" "EUR", "Total
// Time (minutes)" "minutes"; empty when it states none.
std::string UnitOf(absl::string_view header, absl::string_view words);

// The header without the unit it states: "Area (km)" gives "Area".
absl::string_view WithoutUnit(absl::string_view header);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_CRITERION_LEXICON_H_
