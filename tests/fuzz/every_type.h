// A schema of one attribute a type, with ids of one letter, which mutations hit
// soon.

#ifndef CIBLE_TESTS_FUZZ_EVERY_TYPE_H_
#define CIBLE_TESTS_FUZZ_EVERY_TYPE_H_

#include <string>
#include <vector>

#include "segmentation/data/schema.h"
#include "tests/fuzz/invariant.h"

namespace cible {

inline Schema EveryType() {
  Schema schema;
  for (const Attribute& attribute : std::vector<Attribute>{
           {.id = "n", .display_name = "Number of visits", .type = AttributeType::kNumeric},
           {.id = "c", .type = AttributeType::kCategorical},
           {.id = "o", .type = AttributeType::kOrdinal, .levels = {"low", "high"}},
           {.id = "s", .type = AttributeType::kSet},
           {.id = "b", .type = AttributeType::kBoolean},
           {.id = "d", .type = AttributeType::kDate},
           {.id = "t", .type = AttributeType::kTimestamp},
           {.id = "l", .type = AttributeType::kLocation},
           {.id = "x", .type = AttributeType::kText, .role = Role::kIdentity}}) {
    Require(schema.Add(attribute).ok(), "the schema is sound");
  }
  return schema;
}

}  // namespace cible

#endif  // CIBLE_TESTS_FUZZ_EVERY_TYPE_H_
