#include "segmentation/behaviour/organization_attributes.h"

#include <gmock/gmock.h>

#include <utility>

#include "tests/segmentation/behaviour/added_up.h"

namespace cible {
namespace {

using testing::ElementsAre;

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
  ASSERT_EQ(attributes.size(), 11u);
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

TEST(PeopleAttributes, HaveTheIdsThatCallersKnow) {
  std::vector<std::string> ids;
  for (const Attribute& attribute : PeopleAttributes("EUR")) {
    ids.push_back(attribute.id);
    EXPECT_EQ(PeopleListVersion(attribute), ids.size() <= 4 ? 1 : 2) << attribute.id;
    EXPECT_EQ(attribute.role == Role::kIgnored, ids.size() > 4) << attribute.id;
  }
  EXPECT_THAT(ids, ElementsAre("headcount_known", "people_engagement", "people_net_paid",
                               "best_decision_maker", "people_monetary", "people_frequency",
                               "people_first_purchase_date", "people_last_purchase_date",
                               "people_contacts_made", "people_interest_shown",
                               "people_last_interest_date"));
  EXPECT_EQ(PeopleListVersion(From("sector", AttributeType::kCategorical)), 0);
}

std::optional<Value> ValueOf(const std::string& id, const People& people, const Behaviour& own,
                             const AsOf& as_of) {
  for (const Attribute& attribute : PeopleAttributes("EUR")) {
    if (attribute.id == id) return PeopleMeasure::Of(attribute)->ValueOf(people, own, as_of);
  }
  ADD_FAILURE() << "no attribute " << id;
  return std::nullopt;
}

// The organisation bought once and signs today; Ann bought before it, Ben asked for a
// form after all.
TEST(PeopleMeasures, AddPersonsAndTheirOrganisation) {
  const AsOf as_of{.day = Day("2026-06-30")};
  const AddedUp own({Purchase("2026-03-01", 100, "A"), SignedOrder("2026-06-30", 50, "B"),
                     Made(EventType::kDemo, "2026-02-01")});
  People people(as_of);
  people.Add("ann", BuyingRole::kUnknown,
             AddedUp({Purchase("2026-01-01", 10, "A"), Return("2026-01-02", 3, "A"),
                      Made(EventType::kPageView, "2026-01-03")})
                 .behaviour());
  people.Add("ben", BuyingRole::kUnknown,
             AddedUp({Made(EventType::kForm, "2026-06-01")}).behaviour());
  people.Add("silent", BuyingRole::kUnknown, Behaviour());
  const auto value = [&](const std::string& id) {
    return ValueOf(id, people, own.behaviour(), as_of);
  };
  EXPECT_EQ(value("people_net_paid"), Value(107.));
  EXPECT_EQ(value("people_monetary"), Value(157.));
  EXPECT_EQ(value("people_frequency"), Value(3.));
  EXPECT_EQ(value("people_first_purchase_date"), Value(Day("2026-01-01")));
  EXPECT_EQ(value("people_last_purchase_date"), Value(Day("2026-06-30")));
  EXPECT_EQ(value("people_contacts_made"), Value(6.));
  EXPECT_EQ(value("people_interest_shown"), Value(2.));
  EXPECT_EQ(value("people_last_interest_date"), Value(Day("2026-06-01")));
}

TEST(PeopleMeasures, AreUnknownWhereNothingIsRecordedUnlessThatMeansNothing) {
  AsOf as_of{.day = Day("2026-06-30")};
  People people(as_of);
  people.Add("ann", BuyingRole::kDecides, Behaviour());
  for (const char* id :
       {"people_monetary", "people_frequency", "people_contacts_made", "people_interest_shown"}) {
    as_of.events_are_complete = false;
    EXPECT_FALSE(ValueOf(id, people, {}, as_of).has_value()) << id;
    as_of.events_are_complete = true;
    EXPECT_EQ(ValueOf(id, people, {}, as_of), Value(0.)) << id;
  }
  for (const char* id :
       {"people_first_purchase_date", "people_last_purchase_date", "people_last_interest_date"}) {
    EXPECT_FALSE(ValueOf(id, people, {}, as_of).has_value()) << id;
  }
}

TEST(DependsOnTheDay, HoldsOfWhatFadesAndOfWhatIsOfAnOrganisation) {
  const auto attributes = PeopleAttributes("EUR");
  EXPECT_FALSE(DependsOnTheDay(attributes[0]));  // The headcount.
  EXPECT_TRUE(DependsOnTheDay(attributes[1]));   // Engagement.
  EXPECT_FALSE(DependsOnTheDay(attributes[2]));  // What was paid.
  EXPECT_TRUE(DependsOnTheDay(attributes[3]));   // The best decision maker.
  EXPECT_TRUE(DependsOnTheDay(From("sector", AttributeType::kCategorical)));
}

TEST(DriftOfPeople, IsThatOfEngagementAndWhoIsBestKnown) {
  for (const Attribute& attribute : PeopleAttributes("EUR")) {
    const Drift drift = attribute.id == "people_engagement"     ? Drift::kHalving
                        : attribute.id == "best_decision_maker" ? Drift::kAny
                                                                : Drift::kNone;
    EXPECT_EQ(DriftOf(attribute), drift) << attribute.id;
  }
}

TEST(DriftOfAnOrganisationsAttribute, IsNotForeseenOfNumbersAloneAndFoundWithinASchema) {
  Schema schema = CompanySchema();
  EXPECT_TRUE(schema
                  .Add({.id = "silence",
                        .type = AttributeType::kNumeric,
                        .derived_from = "events/recency_days"})
                  .ok());
  const auto within = DriftsWithin(schema);
  const Attribute turnover = From("turnover", AttributeType::kNumeric);
  const Attribute silence = From("silence", AttributeType::kNumeric);
  EXPECT_EQ(DriftOf(silence), Drift::kUnforeseen);
  EXPECT_EQ(DriftOf(turnover), Drift::kUnforeseen);
  EXPECT_EQ(DriftOf(From("sector", AttributeType::kCategorical)), Drift::kNone);
  EXPECT_EQ(within(silence), Drift::kDaysSince);
  EXPECT_EQ(within(turnover), Drift::kNone);
  EXPECT_EQ(within(*schema.Find("silence")), Drift::kDaysSince);
  EXPECT_EQ(within(*schema.Find("sector")), Drift::kNone);
  EXPECT_EQ(within(From("gone", AttributeType::kNumeric)), Drift::kUnforeseen);
}

}  // namespace
}  // namespace cible
