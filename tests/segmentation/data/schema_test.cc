#include "segmentation/data/schema.h"

#include <gtest/gtest.h>

namespace cible {
namespace {

TEST(AttributeIdFromHeader, MakesSlugsAndNumbersCollisions) {
  EXPECT_EQ(AttributeIdFromHeader("Marital Status", {}), "marital_status");
  EXPECT_EQ(AttributeIdFromHeader("1st visit", {}), "a_1st_visit");
  EXPECT_EQ(AttributeIdFromHeader("Énergie (kWh)", {}), "energie_kwh");
  EXPECT_EQ(AttributeIdFromHeader("  ", {}), "column");
  EXPECT_EQ(AttributeIdFromHeader("Age", {"age", "age_2"}), "age_3");
  EXPECT_LE(AttributeIdFromHeader(std::string(500, 'x'), {}).size(), 63u);
}

TEST(SchemaAdd, NeverGivesANumberTwice) {
  Schema schema;
  ASSERT_TRUE(schema.Add({.id = "age", .type = AttributeType::kNumeric}).ok());
  ASSERT_TRUE(schema.Remove("age").ok());
  ASSERT_TRUE(schema.Add({.id = "city", .type = AttributeType::kCategorical}).ok());
  EXPECT_EQ(schema.Find("city")->number, 2);
}

TEST(SchemaUpdate, NeverRetypes) {
  Schema schema;
  ASSERT_TRUE(schema.Add({.id = "age", .type = AttributeType::kNumeric}).ok());
  const absl::Status status = schema.Update({.id = "age", .type = AttributeType::kCategorical});
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status.message(),
            "attribute \"age\" is NUMERIC and cannot become CATEGORICAL; add an attribute under "
            "another id instead");
}

TEST(SchemaMerge, AddsWhatIsNewAndKeepsWhatIsThere) {
  Schema schema, proposed;
  ASSERT_TRUE(schema.Add({.id = "age", .type = AttributeType::kNumeric, .weight = 3}).ok());
  ASSERT_TRUE(proposed.Add({.id = "age", .type = AttributeType::kCategorical}).ok());
  ASSERT_TRUE(proposed.Add({.id = "city", .type = AttributeType::kCategorical}).ok());
  EXPECT_EQ(schema.Merge(proposed), 1);
  EXPECT_EQ(schema.Find("age")->type, AttributeType::kNumeric);
  EXPECT_EQ(schema.Find("age")->weight, 3);
}

TEST(Validate, SaysWhatToChange) {
  EXPECT_EQ(Validate({.id = "Age"}).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Validate({.id = "age", .type = AttributeType::kOrdinal}).message(),
            "attribute \"age\" is ORDINAL; give at least two different levels, lowest first");
  EXPECT_EQ(
      Validate({.id = "bought", .type = AttributeType::kBoolean, .role = Role::kOutcome}).message(),
      "attribute \"bought\" is the OUTCOME; set outcome_value to the value that counts as success");
  EXPECT_EQ(
      Validate({.id = "tags",
                .type = AttributeType::kSet,
                .consequence_of_outcome = true,
                .known_before_outcome = true})
          .message(),
      "attribute \"tags\" cannot be both consequence_of_outcome and known_before_outcome; keep the "
      "one that is true");
  EXPECT_EQ(
      Validate({.id = "tags", .type = AttributeType::kSet, .value = ValueMark::kMargin}).message(),
      "attribute \"tags\" has a value mark, which is for NUMERIC attributes; take `value` "
      "away");
  EXPECT_EQ(Validate({.id = "spend", .type = AttributeType::kNumeric, .value_days = 0}).message(),
            "attribute \"spend\" needs value_days above 0 and at most 36525: the days its amounts "
            "are over");
}

}  // namespace
}  // namespace cible
