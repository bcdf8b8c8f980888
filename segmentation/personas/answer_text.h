// What may be answered to a question, in words: "under 35", "2 to 4",
// "less than 6 months ago".

#ifndef CIBLE_SEGMENTATION_PERSONAS_ANSWER_TEXT_H_
#define CIBLE_SEGMENTATION_PERSONAS_ANSWER_TEXT_H_

#include <optional>
#include <string>
#include <vector>

#include "segmentation/data/schema.h"
#include "segmentation/data/value.h"
#include "segmentation/personas/catalogue.h"

namespace cible {

// From `low` to below `high`; without one of them there is no end.
struct AnswerRange {
  std::optional<double> low;
  std::optional<double> high;
  bool whole = false;  // Whole numbers: "35 to 54", not "35 to under 55".

  bool operator==(const AnswerRange&) const = default;
};

// Numbers with every digit and their unit, said once: "under 35",
// "€20,000 to €40,000", "2 to 4 visits".
std::string DescribeNumbers(const AnswerRange& range, const Attribute& attribute,
                            const Catalogue& catalogue);

// Days before the day of the question, in the largest unit that they are whole
// in: "less than 6 months ago", "2 years ago or longer". A birth date is told as
// an age.
std::string DescribeSpan(const AnswerRange& days_before, const Attribute& attribute,
                         const Catalogue& catalogue);

// The same as calendar days: "since 2025-03-01", "before 2024-01-01".
std::string DescribeDays(const AnswerRange& days_before, Date as_of, const Catalogue& catalogue);

// "yes" and "no" of "true" and "false"; another level as it is written.
std::string DescribeLevel(const std::string& level, const Attribute& attribute,
                          const Catalogue& catalogue);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_ANSWER_TEXT_H_
