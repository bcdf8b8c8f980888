#include "segmentation/behaviour/organization_attributes.h"

#include <gmock/gmock.h>

#include <utility>

namespace cible {
namespace {

Schema CompanySchema() {
  Schema schema;
  EXPECT_TRUE(schema
                  .Add({.id = "sector",
                        .type = AttributeType::kCategorical,
                        .criterion = Criterion::kFirmographic})
                  .ok());
  EXPECT_TRUE(
      schema.Add({.id = "size", .type = AttributeType::kOrdinal, .levels = {"small", "large"}})
          .ok());
  EXPECT_TRUE(schema.Add({.id = "turnover", .type = AttributeType::kNumeric, .unit = "EUR"}).ok());
  EXPECT_TRUE(
      schema.Add({.id = "motto", .type = AttributeType::kText, .role = Role::kDescriptor}).ok());
  EXPECT_TRUE(schema
                  .Add({.id = "union_share",
                        .display_name = "Members of a union",
                        .type = AttributeType::kNumeric,
                        .sensitive = true,
                        .is_protected = true})
                  .ok());
  for (Attribute& attribute : PeopleAttributes("EUR")) {
    EXPECT_TRUE(schema.Add(std::move(attribute)).ok());
  }
  EXPECT_TRUE(schema
                  .Add({.id = "their_sector",
                        .type = AttributeType::kCategorical,
                        .derived_from = "organization/sector"})
                  .ok());
  return schema;
}

Attribute From(const std::string& source, AttributeType type) {
  return {.id = "theirs", .type = type, .derived_from = "organization/" + source};
}

std::string Refusal(const Attribute& attribute) {
  const absl::Status status = CompletedByItsSource(attribute, CompanySchema()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  return std::string(status.message());
}

TEST(CompletedByItsSource, TakesOverWhatIsNotSaid) {
  const auto sector =
      CompletedByItsSource(From("sector", AttributeType::kCategorical), CompanySchema());
  ASSERT_TRUE(sector.ok()) << sector.status();
  EXPECT_EQ(sector->applies_to, AppliesTo::kPersons);
  EXPECT_EQ(sector->criterion, Criterion::kFirmographic);
  Attribute in_dollars = From("turnover", AttributeType::kNumeric);
  EXPECT_EQ(CompletedByItsSource(in_dollars, CompanySchema())->unit, "EUR");
  in_dollars.unit = "kEUR";
  EXPECT_EQ(CompletedByItsSource(in_dollars, CompanySchema())->unit, "kEUR");
}

TEST(CompletedByItsSource, IsAsSensitiveAsItsSource) {
  const auto share =
      CompletedByItsSource(From("union_share", AttributeType::kNumeric), CompanySchema());
  ASSERT_TRUE(share.ok()) << share.status();
  EXPECT_TRUE(share->sensitive);
  EXPECT_TRUE(share->is_protected);
  EXPECT_FALSE(CheckSensitivity(*share).ok());  // As a FEATURE.
}

TEST(CompletedByItsSource, SaysWhatIsWrongWithTheSource) {
  EXPECT_EQ(Refusal(From("budget", AttributeType::kNumeric)),
            "attribute \"theirs\" is derived from organization/budget, and the schema has no "
            "attribute of that id; name one that it has");
  EXPECT_EQ(Refusal(From("motto", AttributeType::kText)),
            "attribute \"theirs\" is derived from organization/motto, and that is TEXT, which "
            "nothing is derived from; name another attribute");
  EXPECT_EQ(Refusal(From("their_sector", AttributeType::kCategorical)),
            "attribute \"theirs\" is derived from organization/their_sector, and that is itself of "
            "persons; name an attribute of organisations");
  EXPECT_EQ(Refusal(From("headcount_known", AttributeType::kNumeric)),
            "attribute \"theirs\" is derived from organization/headcount_known, and that adds "
            "persons up, to segment organisations by; name an attribute of the organisation "
            "itself");
  EXPECT_EQ(Refusal(From("sector", AttributeType::kNumeric)),
            "attribute \"theirs\" is derived from organization/sector, and that is CATEGORICAL; "
            "give both that type");
  Attribute size = From("size", AttributeType::kOrdinal);
  size.levels = {"large", "small"};
  EXPECT_EQ(Refusal(size),
            "attribute \"theirs\" is derived from organization/size, and has other levels than "
            "that; give both the same");
  Attribute sector = From("sector", AttributeType::kCategorical);
  sector.applies_to = AppliesTo::kOrganizations;
  EXPECT_EQ(Refusal(sector),
            "attribute \"theirs\" is derived from organization/sector, which persons alone have; "
            "let it apply to persons");
}

TEST(PeopleAttributes, AreOfOrganisationsAndKnowTheirMeasures) {
  const auto attributes = PeopleAttributes("CHF");
  ASSERT_EQ(attributes.size(), 4u);
  for (const Attribute& attribute : attributes) {
    EXPECT_TRUE(Validate(attribute).ok()) << attribute.id;
    EXPECT_EQ(attribute.applies_to, AppliesTo::kOrganizations) << attribute.id;
    EXPECT_TRUE(PeopleMeasure::Of(attribute).has_value()) << attribute.id;
    EXPECT_TRUE(IsFromPeople(attribute)) << attribute.id;
    EXPECT_FALSE(BehaviourMeasure::Of(attribute).has_value()) << attribute.id;
  }
  EXPECT_EQ(attributes[2].unit, "CHF");
  // Of another type than the measure has it would be read as what it is not.
  Attribute renamed = attributes[0];
  renamed.id = "known_2";
  EXPECT_TRUE(PeopleMeasure::Of(renamed).has_value());
  renamed.type = AttributeType::kText;
  EXPECT_FALSE(PeopleMeasure::Of(renamed).has_value());
}

TEST(DependsOnTheDay, HoldsOfWhatFadesAndOfWhatIsOfAnOrganisation) {
  const auto attributes = PeopleAttributes("EUR");
  EXPECT_FALSE(DependsOnTheDay(attributes[0]));  // The headcount.
  EXPECT_TRUE(DependsOnTheDay(attributes[1]));   // Engagement.
  EXPECT_FALSE(DependsOnTheDay(attributes[2]));  // What was paid.
  EXPECT_TRUE(DependsOnTheDay(attributes[3]));   // The best decision maker.
  EXPECT_TRUE(DependsOnTheDay(From("sector", AttributeType::kCategorical)));
}

}  // namespace
}  // namespace cible
