#include "server/wire/contact_wire.h"

#include <gmock/gmock.h>

#include <cmath>

#include "server/wire/instant_wire.h"

namespace cible {
namespace {

using testing::ElementsAre;

Attribute FullAttribute() {
  return {.number = 7,
          .id = "income",
          .display_name = "Yearly income",
          .type = AttributeType::kNumeric,
          .criterion = Criterion::kSocioeconomic,
          .distribution = Distribution::kLogNormal,
          .role = Role::kDescriptor,
          .known_at = KnownAt::kCustomer,
          .birth = Birth::kAge,
          .identity_form = IdentityForm::kPhone,
          .applies_to = AppliesTo::kPersons,
          .weight = 2.5,
          .unit = "EUR",
          .block = "money",
          .sensitive = true,
          .is_protected = true,
          .consequence_of_outcome = true,
          .askable = true,
          .question = {"How much?", "Combien ?"},
          .ask_cost = 3,
          .outcome_value = "1"};
}

TEST(AttributeFromProto, GivesBackWhatWasWritten) {
  v1::Attribute message;
  AttributeToProto(FullAttribute(), &message);
  const auto attribute = AttributeFromProto(message);
  ASSERT_TRUE(attribute.ok()) << attribute.status();
  EXPECT_EQ(*attribute, FullAttribute());
}

TEST(AttributeFromProto, KeepsWhatIsSaidToBeKnownBeforeTheOutcome) {
  v1::Attribute message;
  AttributeToProto({.id = "tags", .type = AttributeType::kSet, .known_before_outcome = true},
                   &message);
  const auto attribute = AttributeFromProto(message);
  ASSERT_TRUE(attribute.ok()) << attribute.status();
  EXPECT_TRUE(attribute->known_before_outcome);
}

TEST(AttributeFromProto, KeepsTheOrderOfLevels) {
  v1::Attribute message;
  AttributeToProto({.id = "mood", .type = AttributeType::kOrdinal, .levels = {"low", "high"}},
                   &message);
  EXPECT_THAT(AttributeFromProto(message)->levels, ElementsAre("low", "high"));
}

TEST(AttributeFromProto, FillsInDefaults) {
  v1::Attribute message;
  message.set_id("age");
  message.set_type(v1::ATTRIBUTE_TYPE_NUMERIC);
  const auto attribute = AttributeFromProto(message);
  ASSERT_TRUE(attribute.ok()) << attribute.status();
  EXPECT_EQ(attribute->role, Role::kFeature);
  EXPECT_EQ(attribute->weight, 1);
  EXPECT_EQ(attribute->ask_cost, 1);
  EXPECT_EQ(attribute->distribution, Distribution::kAuto);
  EXPECT_EQ(attribute->known_at, KnownAt::kLead);
  message.set_type(v1::ATTRIBUTE_TYPE_TEXT);
  EXPECT_EQ(AttributeFromProto(message)->role, Role::kDescriptor);
}

TEST(AttributeFromProto, NamesWhatIsMissingOrUnknown) {
  v1::Attribute message;
  message.set_id("age");
  EXPECT_EQ(
      AttributeFromProto(message).status(),
      absl::InvalidArgumentError("attribute \"age\" has no type that this server knows; set one"));
  message.set_type(v1::ATTRIBUTE_TYPE_NUMERIC);
  message.set_role(static_cast<v1::Role>(77));
  EXPECT_EQ(
      AttributeFromProto(message).status(),
      absl::InvalidArgumentError("attribute \"age\" has no role that this server knows; set one"));
  message.set_role(v1::ROLE_FEATURE);
  message.set_weight(std::nan(""));
  EXPECT_EQ(
      AttributeFromProto(message).status(),
      absl::InvalidArgumentError("attribute \"age\" needs a weight above 0 and at most 1000"));
  message.set_id("Not an id");
  EXPECT_EQ(AttributeFromProto(message).status(),
            absl::InvalidArgumentError(
                "an attribute id has 1 to 63 characters: a lower-case letter, then lower-case "
                "letters, digits or \"_\""));
}

TEST(Enums, ReadAnUnknownNumberAsNotSaid) {
  EXPECT_EQ(StageFromProto(static_cast<v1::Stage>(99)), Stage::kUnknown);
  EXPECT_EQ(ContactKindFromProto(v1::CONTACT_KIND_UNSPECIFIED), ContactKind::kPerson);
  EXPECT_EQ(CriterionFromProto(static_cast<v1::Criterion>(99)), Criterion::kUnspecified);
  for (const Stage stage : {Stage::kUnknown, Stage::kLead, Stage::kProspect, Stage::kCustomer}) {
    EXPECT_EQ(StageFromProto(StageToProto(stage)), stage);
  }
}

v1::Date Day(int year, int month, int day) {
  v1::Date date;
  date.set_year(year);
  date.set_month(month);
  date.set_day(day);
  return date;
}

TEST(DateFromProto, KnowsTheCalendar) {
  EXPECT_EQ(DateFromProto(Day(1970, 1, 2))->days, 1);
  EXPECT_EQ(DateFromProto(Day(2024, 2, 29))->days, ParseDate("2024-02-29")->days);
  for (const v1::Date& date :
       {Day(2023, 2, 29), Day(2024, 13, 1), Day(2024, 0, 1), Day(0, 1, 1), Day(10000, 1, 1),
        Day(2024, 4, 31), Day(-5, 1, 1), Day(INT32_MAX, INT32_MAX, INT32_MAX)}) {
    EXPECT_EQ(DateFromProto(date).status(),
              absl::InvalidArgumentError("a date is no day of the calendar; give a year from 1 to "
                                         "9999, a month and a day"));
  }
  v1::Date written;
  DateToProto(*ParseDate("1969-12-31"), &written);
  EXPECT_EQ(written.SerializeAsString(), Day(1969, 12, 31).SerializeAsString());
}

TEST(TimestampFromProto, KeepsMicrosecondsOnBothSidesOf1970) {
  for (const std::int64_t micros : {std::int64_t{-1}, std::int64_t{0}, std::int64_t{1'234'567},
                                    kFirstSecond * 1'000'000, kLastSecond * 1'000'000 + 999'999}) {
    google::protobuf::Timestamp message;
    TimestampToProto({micros}, &message);
    EXPECT_GE(message.nanos(), 0);
    EXPECT_EQ(TimestampFromProto(message)->micros, micros);
  }
  google::protobuf::Timestamp message;
  message.set_seconds(INT64_MAX);
  EXPECT_EQ(TimestampFromProto(message).status(),
            absl::InvalidArgumentError("an instant is outside the years 1 to 9999, or its nanos "
                                       "outside 0 to 999,999,999"));
}

class TableFromContactTest : public testing::Test {
 protected:
  TableFromContactTest() {
    const std::pair<const char*, AttributeType> attributes[] = {
        {"age", AttributeType::kNumeric},   {"city", AttributeType::kCategorical},
        {"channels", AttributeType::kSet},  {"member", AttributeType::kBoolean},
        {"born", AttributeType::kDate},     {"seen", AttributeType::kTimestamp},
        {"home", AttributeType::kLocation},
    };
    for (const auto& [id, type] : attributes)
      EXPECT_TRUE(schema_.Add({.id = id, .type = type}).ok());
  }

  v1::AttributeValue* Add(const std::string& attribute) {
    v1::AttributeValue* value = contact_.add_attributes();
    value->set_attribute(attribute);
    return value;
  }

  absl::Status Refusal() { return TableFromContact(contact_, schema_).status(); }

  Schema schema_;
  v1::Contact contact_;
};

TEST_F(TableFromContactTest, GivesBackEveryTypeOfValue) {
  Add("age")->set_number(41);
  Add("city")->set_text("Lyon");
  for (const char* tag : {"web", "mail", "web"}) {
    contact_.mutable_attributes()->Reserve(9);
    if (contact_.attributes_size() == 2) Add("channels");
    contact_.mutable_attributes(2)->mutable_set()->add_members(tag);
  }
  Add("member")->set_flag(false);
  *Add("born")->mutable_date() = Day(1984, 5, 6);
  Add("seen")->mutable_instant()->set_seconds(1'700'000'000);
  Add("home")->mutable_location()->set_latitude(45);
  const auto table = TableFromContact(contact_, schema_);
  ASSERT_TRUE(table.ok()) << table.status();
  v1::Contact written;
  AttributesToProto(*table, 0, schema_, &written);
  contact_.mutable_attributes(2)->mutable_set()->clear_members();
  contact_.mutable_attributes(2)->mutable_set()->add_members("mail");
  contact_.mutable_attributes(2)->mutable_set()->add_members("web");
  EXPECT_EQ(written.DebugString(), contact_.DebugString());
}

TEST_F(TableFromContactTest, RefusesAnAttributeOutsideTheSchema) {
  Add("shoe")->set_number(43);
  EXPECT_EQ(Refusal(),
            absl::InvalidArgumentError("attribute \"shoe\" is not in the schema; use the id or the "
                                       "display name of one that is"));
}

TEST_F(TableFromContactTest, RefusesAValueOfAnotherType) {
  Add("age")->set_text("41");
  EXPECT_EQ(Refusal(),
            absl::InvalidArgumentError("attribute \"age\" is NUMERIC; expected a number"));
}

TEST_F(TableFromContactTest, RefusesNaNAndInfinity) {
  for (const double number : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    contact_.Clear();
    Add("age")->set_number(number);
    EXPECT_EQ(Refusal(), absl::InvalidArgumentError(
                             "attribute \"age\" is NUMERIC; expected a finite number; leave it out "
                             "when it is not known"));
  }
}

TEST_F(TableFromContactTest, RefusesNoValueAndEmptyText) {
  Add("age");
  EXPECT_EQ(Refusal(), absl::InvalidArgumentError("attribute \"age\": expected a value; leave the "
                                                  "attribute out when it is not known"));
  contact_.Clear();
  Add("city")->set_text("");
  EXPECT_EQ(Refusal(), absl::InvalidArgumentError("attribute \"city\": expected text that is not "
                                                  "empty; leave it out when it is not known"));
  contact_.Clear();
  Add("channels")->mutable_set()->add_members("");
  EXPECT_EQ(Refusal(),
            absl::InvalidArgumentError("attribute \"channels\": expected tags that are not empty"));
}

TEST_F(TableFromContactTest, RefusesDaysAndInstantsOutsideTheCalendar) {
  *Add("born")->mutable_date() = Day(2023, 2, 30);
  EXPECT_EQ(Refusal(), absl::InvalidArgumentError(
                           "attribute \"born\": expected a day of the calendar, years 1 to 9999"));
  contact_.Clear();
  Add("seen")->mutable_instant()->set_nanos(-1);
  EXPECT_EQ(Refusal(), absl::InvalidArgumentError(
                           "attribute \"seen\": expected an instant of the years 1 to 9999"));
}

TEST_F(TableFromContactTest, ReadsTheEmptySetAsKnownToBeNone) {
  Add("channels")->mutable_set();
  EXPECT_EQ(Get(TableFromContact(contact_, schema_)->columns[0], 0), Value(StringSet{}));
}

}  // namespace
}  // namespace cible
