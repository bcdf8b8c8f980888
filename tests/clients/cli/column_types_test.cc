#include "clients/cli/column_types.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clients/cli/wrong_usage.h"

namespace cible {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Schema TwoColumns() {
  Schema schema;
  EXPECT_TRUE(schema
                  .Add({.id = "a_size",
                        .display_name = "Size",
                        .type = AttributeType::kText,
                        .role = Role::kDescriptor})
                  .ok());
  EXPECT_TRUE(schema
                  .Add({.id = "spend",
                        .display_name = "Spend",
                        .type = AttributeType::kNumeric,
                        .role = Role::kDescriptor,
                        .block = "spends"})
                  .ok());
  return schema;
}

TEST(ParseColumnType, TakesEveryType) {
  EXPECT_EQ(ParseColumnType("x=numeric")->distribution, Distribution::kGaussian);
  EXPECT_EQ(ParseColumnType("x=lognormal")->distribution, Distribution::kLogNormal);
  EXPECT_EQ(ParseColumnType("x=COUNT")->distribution, Distribution::kCount);
  EXPECT_EQ(ParseColumnType("x=categorical")->type, AttributeType::kCategorical);
  EXPECT_EQ(ParseColumnType("x=boolean")->type, AttributeType::kBoolean);
  EXPECT_EQ(ParseColumnType("x=set")->type, AttributeType::kSet);
  EXPECT_EQ(ParseColumnType("x=date")->type, AttributeType::kDate);
  EXPECT_EQ(ParseColumnType("x=location")->type, AttributeType::kLocation);
  EXPECT_FALSE(ParseColumnType("x=ignore")->type.has_value());
  const auto ordinal = ParseColumnType("the size=ordinal:S < M<XL");
  ASSERT_TRUE(ordinal.ok()) << ordinal.status();
  EXPECT_EQ(ordinal->column, "the size");
  EXPECT_THAT(ordinal->levels, ElementsAre("S", "M", "XL"));
}

TEST(ParseColumnType, RefusesEverythingElse) {
  for (const char* text :
       {"", "x", "=numeric", "x=", "x=number", "x=ordinal", "x=categorical:a<b"}) {
    const auto type = ParseColumnType(text);
    EXPECT_TRUE(IsWrongUsage(type.status())) << text;
    EXPECT_THAT(type.status().message(), HasSubstr("--as takes COLUMN=TYPE; TYPE is numeric, "));
  }
  for (const char* text : {"x=ordinal:", "x=ordinal:S", "x=ordinal:S<", "x=ordinal:S<M<S"}) {
    EXPECT_THAT(ParseColumnType(text).status().message(),
                HasSubstr("needs two levels or more, all different"))
        << text;
  }
}

TEST(WithColumnTypes, MakesFeaturesOfThem) {
  const auto schema = WithColumnTypes(
      TwoColumns(), {*ParseColumnType("Size=ordinal:S<M"), *ParseColumnType("spend=count")});
  ASSERT_TRUE(schema.ok()) << schema.status();
  EXPECT_EQ(schema->Find("a_size")->type, AttributeType::kOrdinal);
  EXPECT_THAT(schema->Find("a_size")->levels, ElementsAre("S", "M"));
  EXPECT_EQ(schema->Find("spend")->role, Role::kFeature);
  EXPECT_EQ(schema->Find("spend")->distribution, Distribution::kCount);
  EXPECT_EQ(schema->Find("spend")->block, "");
}

TEST(WithColumnTypes, LeavesOutWhatIsIgnored) {
  const auto schema = WithColumnTypes(TwoColumns(), {*ParseColumnType("Size=ignore")});
  ASSERT_TRUE(schema.ok()) << schema.status();
  EXPECT_EQ(schema->Find("Size"), nullptr);
  EXPECT_NE(schema->Find("Spend"), nullptr);
}

TEST(WithColumnTypes, RefusesColumnsThatAreNotThereOrNamedTwice) {
  EXPECT_EQ(WithColumnTypes(TwoColumns(), {*ParseColumnType("age=numeric")}).status().message(),
            "--as names the column \"age\", which is not one of: Size, Spend");
  EXPECT_EQ(
      WithColumnTypes(TwoColumns(), {*ParseColumnType("Size=set"), *ParseColumnType("a_size=set")})
          .status()
          .message(),
      "--as names the column \"a_size\" twice; say once what it is");
}

}  // namespace
}  // namespace cible
