// The few answers that a person can give to a question aloud, made of an
// attribute's many values: "under 35", "35 to 54", "55 or more".
//
// Numbers are cut at round values, dates at spans that people say, so that the
// answer tells as much as it can of the component (see information_bands.h).
// Levels stand alone; of many, those stay apart that tell most, and the others are
// answered together. Of a set one tag is asked for, the one that tells most.

#ifndef CIBLE_SEGMENTATION_PERSONAS_SPOKEN_ANSWERS_H_
#define CIBLE_SEGMENTATION_PERSONAS_SPOKEN_ANSWERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/schema.h"
#include "segmentation/personas/answer_text.h"

namespace cible {

struct SpokenAnswer {
  // CATEGORICAL: the levels answered together; ORDINAL: a run of them, in order;
  // BOOLEAN: "true" or "false"; SET: the tag.
  std::vector<std::string> levels;
  // CATEGORICAL: whatever none of the other answers says; SET: without the tag.
  bool is_other = false;
  // NUMERIC: numbers; DATE, TIMESTAMP: days before the day.
  AnswerRange range;
};

struct SpokenQuestion {
  static constexpr std::uint8_t kNotKnown = 255;

  std::string attribute;  // Id.
  std::vector<SpokenAnswer> answers;
  std::vector<std::uint8_t> given;  // The answer of each row of the table.
};

// Whether a caller may be asked for it: askable by the schema, not sensitive
// nor protected, and nothing that texts may not tell (MayBeSaidInRule). Places
// are not asked for.
bool MayBeAsked(const Attribute& attribute);

// The contacts to learn from: rows of the table, and the component of each.
struct LabelledRows {
  absl::Span<const int> rows;
  absl::Span<const int> labels;  // One a row of the table, in [0, component_count).
  int component_count = 0;
};

// The answers to a question about the column, at most four bands of a number or six
// levels, each given by 2 % of `learnt` and more. Nothing when all answer alike.
// Deterministic. O(rows log rows + cuts^2 bands components).
// REQUIRES: MayBeAsked(attribute); the column is the attribute's.
std::optional<SpokenQuestion> MakeSpokenQuestion(const Column& column, const Attribute& attribute,
                                                 Date as_of, const LabelledRows& learnt);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_SPOKEN_ANSWERS_H_
