#include "clients/cli/stated_values.h"

#include <gtest/gtest.h>

namespace cible {
namespace {

Schema TestSchema() {
  Schema schema;
  EXPECT_TRUE(
      schema.Add({.id = "age", .display_name = "Age", .type = AttributeType::kNumeric}).ok());
  EXPECT_TRUE(schema
                  .Add({.id = "marital_status",
                        .display_name = "Marital Status",
                        .type = AttributeType::kCategorical})
                  .ok());
  EXPECT_TRUE(
      schema.Add({.id = "channels", .display_name = "Channels", .type = AttributeType::kSet}).ok());
  return schema;
}

absl::Status Read(const std::vector<std::string>& texts, v1::Contact* contact) {
  return ReadStatedValues(texts, TestSchema(), contact);
}

TEST(ReadStatedValues, TakesTheTypeFromTheSchemaAndEitherName) {
  v1::Contact contact;
  ASSERT_TRUE(Read({"age=34", "Marital Status=single", "channels=web|phone"}, &contact).ok());
  ASSERT_EQ(contact.attributes_size(), 3);
  EXPECT_EQ(contact.attributes(0).number(), 34);
  EXPECT_EQ(contact.attributes(1).attribute(), "marital_status");
  EXPECT_EQ(contact.attributes(1).text(), "single");
  EXPECT_EQ(contact.attributes(2).set().members_size(), 2);
}

TEST(ReadStatedValues, LeavesOutWhatIsUnknown) {
  v1::Contact contact;
  ASSERT_TRUE(Read({"age=unknown"}, &contact).ok());
  EXPECT_EQ(contact.attributes_size(), 0);
}

TEST(ReadStatedValues, SuggestsAttributesForAnUnknownOne) {
  v1::Contact contact;
  const absl::Status status = Read({"marital=single"}, &contact);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "the schema has no attribute \"marital\"; did you mean marital_status? "
            "`cible schema show` lists those it has");
}

TEST(ReadStatedValues, NeverRepeatsAValueThatIsOfAnotherType) {
  v1::Contact contact;
  const absl::Status status = Read({"age=thirtyfour"}, &contact);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "attribute \"age\" is NUMERIC; expected a number");
}

TEST(ReadStatedValues, RefusesTextsWithoutAnEqualsSignAndRepetitions) {
  v1::Contact contact;
  EXPECT_EQ(Read({"age"}, &contact).message(), "--set needs ATTRIBUTE=VALUE, e.g. --set age=34");
  EXPECT_EQ(Read({"age=3", "Age=4"}, &contact).message(),
            "--set gives \"age\" twice; a set of tags is a|b");
}

}  // namespace
}  // namespace cible
