#include "clients/cli/qualification_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clients/cli/qualification_table.h"

namespace cible {
namespace {

using testing::HasSubstr;
using testing::Not;

void SetDay(int year, int month, int day, v1::Date* date) {
  date->set_year(year);
  date->set_month(month);
  date->set_day(day);
}

void AddCriterion(v1::LifecycleField field, v1::Finding finding, int points,
                  const std::string& question, v1::Classification& contact) {
  v1::CriterionReport& report = *contact.add_qualification();
  report.set_field(field);
  report.set_finding(finding);
  report.set_points(points);
  report.set_question(question);
}

v1::FieldReport& AddField(v1::LifecycleField field, const std::string& value,
                          const std::string& reason, v1::Classification& contact) {
  v1::FieldReport& report = *contact.add_fields();
  report.set_field(field);
  report.set_value(value);
  report.set_reason(reason);
  return report;
}

// A former customer who asks for a demonstration.
v1::Classification TestContact() {
  v1::Classification contact;
  contact.set_relation(v1::RELATION_PROSPECT);
  contact.set_customer_stage(v1::CUSTOMER_STAGE_NONE);
  contact.set_former_customer(true);
  contact.set_awareness(v1::AWARENESS_INTERESTED);
  contact.set_temperature(v1::TEMPERATURE_HOT);
  AddCriterion(v1::LIFECYCLE_FIELD_BUDGET, v1::FINDING_MET, 25, "", contact);
  AddCriterion(v1::LIFECYCLE_FIELD_AUTHORITY, v1::FINDING_NOT_MET, -15, "", contact);
  AddCriterion(v1::LIFECYCLE_FIELD_NEED, v1::FINDING_UNSPECIFIED, 0, "What for?", contact);
  AddCriterion(v1::LIFECYCLE_FIELD_TIMING, v1::FINDING_UNSPECIFIED, 0, "When?", contact);
  AddCriterion(v1::LIFECYCLE_FIELD_FIT, v1::FINDING_UNSPECIFIED, 0, "", contact);
  contact.set_score(10);
  contact.set_best_score(70);
  contact.set_next_action(v1::NEXT_ACTION_QUALIFY);
  contact.set_next_action_text("Qualify: ask “What for?”.");
  SetDay(2026, 11, 30, contact.mutable_as_of());
  return contact;
}

std::string Text(const v1::Classification& contact, Language language = Language::kEnglish) {
  return QualificationText("c1", contact, language, 80);
}

TEST(QualificationText, TellsTheStandingThenTheLedgerThenWhatToDo) {
  EXPECT_EQ(Text(TestContact()),
            "c1\n"
            "  relation             prospect, former customer\n"
            "  temperature          hot\n"
            "  awareness            interested\n"
            "  fit with the target  unknown\n"
            "\n"
            "QUALIFICATION                     POINTS\n"
            "  budget               ✓ met         +25\n"
            "  authority            ✗ not met     -15\n"
            "  need                 ? unknown       0  What for?\n"
            "  timing               ? unknown       0  When?\n"
            "  fit with the target  ? unknown       0\n"
            "  score                              +10  at most 70 if all that is unknown were\n"
            "                                          met\n"
            "\n"
            "NEXT\n"
            "  Qualify: ask “What for?”.\n"
            "\n"
            "As of 2026-11-30.\n");
}

TEST(QualificationText, SaysWhyAndLeavesOutWhatIsPlain) {
  v1::Classification contact = TestContact();
  v1::FieldReport& relation =
      AddField(v1::LIFECYCLE_FIELD_RELATION, "PROSPECT", "prospect: visits > 0", contact);
  SetDay(2026, 1, 4, relation.mutable_since());
  v1::Evidence& visits = *relation.add_evidence();
  visits.set_attribute("visits");
  visits.set_value("3");
  AddField(v1::LIFECYCLE_FIELD_CUSTOMER_STAGE, "NONE", "prospect: visits > 0", contact);
  AddField(v1::LIFECYCLE_FIELD_AMBASSADOR, "false", "not ambassador: referrals > 0", contact);
  AddField(v1::LIFECYCLE_FIELD_FIT, "", "nothing says", contact);
  AddField(v1::LIFECYCLE_FIELD_NEED, "", "nothing says", contact);
  SetDay(2026, 12, 4, contact.mutable_due());
  EXPECT_THAT(Text(contact),
              HasSubstr("\nWHY\n"
                        "  relation: prospect, since 2026-01-04\n"
                        "      prospect: visits > 0\n"
                        "      visits: 3\n"
                        "  Nothing says, or not enough: fit with the target, need.\n"
                        "\n"
                        "As of 2026-11-30. With time alone it may change on 2026-12-04.\n"));
}

TEST(QualificationText, NamesWhoSaidSo) {
  v1::Classification contact = TestContact();
  v1::FieldReport& temperature =
      AddField(v1::LIFECYCLE_FIELD_TEMPERATURE, "HOT", "a person said so", contact);
  v1::LifecycleOverride& said = *temperature.mutable_override();
  said.set_author("Ana\nRuiz");
  said.set_reason("on the phone");
  said.mutable_create_time()->set_seconds(1'795'996'800);  // 2026-11-30.
  temperature.set_found_value("WARM");
  const std::string text = Text(contact);
  EXPECT_THAT(text, HasSubstr("  temperature          hot (Ana·Ruiz said so)\n"));
  EXPECT_THAT(text, HasSubstr("  temperature: hot\n"
                              "      Ana·Ruiz said so on 2026-11-30 00:00 UTC: on the phone\n"
                              "      without that: warm\n"
                              "\n"));
  said.mutable_expire_time()->set_seconds(1'795'996'800 + 86'400);
  EXPECT_THAT(Text(contact), HasSubstr("said so on 2026-11-30 00:00 UTC, until 2026-12-01 00:00"));
}

TEST(QualificationText, NamesOffersAndSaysWhatIsAdvice) {
  v1::Classification contact = TestContact();
  contact.add_offers("annual-plan");
  contact.add_offers("basic");
  EXPECT_THAT(Text(contact), HasSubstr("  Not bought yet: annual-plan, basic.\n"));
  EXPECT_THAT(Text(contact), Not(HasSubstr("advice")));
  contact.set_is_advice(true);
  EXPECT_THAT(Text(contact), HasSubstr("  This is advice until a named person confirms it: "));
}

TEST(QualificationText, AddsTheTextForTheContactConcerned) {
  v1::Classification contact = TestContact();
  contact.set_explanation(
      "Title\n\n- one item that is so long that it does not fit into a single "
      "line of the terminal\n");
  EXPECT_THAT(Text(contact),
              HasSubstr("\nFOR THE CONTACT CONCERNED\n  Title\n\n"
                        "  - one item that is so long that it does not fit into a single line of "
                        "the\n    terminal\n"));
}

TEST(QualificationText, SaysWhyAContactIsNotClassified) {
  v1::Classification contact;
  contact.set_left_out_reason("it objects to profiling");
  EXPECT_EQ(Text(contact), "c1\n  It is not classified: it objects to profiling.\n");
}

TEST(QualificationText, SpeaksFrench) {
  const std::string text = Text(TestContact(), Language::kFrench);
  EXPECT_THAT(text, HasSubstr("  relation               prospect, ancien client\n"
                              "  température            chaud\n"));
  EXPECT_THAT(text, HasSubstr("70 au plus si tout ce qui est\n"));
  EXPECT_THAT(text, HasSubstr("\nENSUITE\n"));
  EXPECT_THAT(text, HasSubstr("\nAu 2026-11-30.\n"));
}

TEST(QualificationText, HasNoHeadAboveALeadThatIsNotStored) {
  EXPECT_EQ(QualificationText("", TestContact(), Language::kEnglish, 80).substr(0, 10),
            "  relation");
}

Table TableOf(const v1::Classification& contact) {
  Table table = QualificationsTable();
  AddQualificationRow("c1", contact, Language::kEnglish, table);
  return table;
}

TEST(QualificationsTable, HasForProgramsTheNamesOfFilters) {
  v1::Classification contact = TestContact();
  AddField(v1::LIFECYCLE_FIELD_RELATION, "PROSPECT", "prospect: visits > 0", contact);
  AddField(v1::LIFECYCLE_FIELD_NEED, "", "nothing says", contact);
  contact.add_offers("annual-plan");
  contact.add_offers("basic");
  EXPECT_EQ(TableOf(contact).ToCsv(),
            "id,relation,customer_stage,awareness,temperature,fit,budget,authority,need,timing,"
            "score,next_action,next_action_text,offers,former_customer,ambassador,left_out_reason,"
            "reasons\n"
            "c1,PROSPECT,NONE,INTERESTED,HOT,,MET,NOT_MET,,,10,QUALIFY,Qualify: ask “What "
            "for?”.,annual-plan|basic,true,,,relation PROSPECT: prospect: visits > 0\n");
}

TEST(QualificationsTable, HasForPeopleWordsAndTheCriteriaThatAreKnown) {
  EXPECT_EQ(TableOf(TestContact()).ToText(0),
            "ID  RELATION                   TEMPERATURE  FIT  CRITERIA               SCORE  NEXT\n"
            "c1  prospect, former customer  hot               ✓ budget, ✗ authority     10  "
            "qualify\n");
  v1::Classification customer = TestContact();
  customer.set_next_action(v1::NEXT_ACTION_UPSELL);
  customer.add_offers("annual-plan");
  customer.add_offers("basic");
  EXPECT_THAT(TableOf(customer).ToText(0), HasSubstr("  upsell: annual-plan, basic\n"));
}

TEST(QualificationsTable, SaysNothingOfWhoIsNotClassifiedButWhy) {
  v1::Classification contact;
  contact.set_left_out_reason("it objects to profiling");
  EXPECT_EQ(TableOf(contact).ToCsv().substr(TableOf(contact).CsvHeader().size()),
            "c1,,,,,,,,,,,,,,,,it objects to profiling,\n");
  EXPECT_THAT(TableOf(contact).ToText(0), HasSubstr("It is not classified: it objects to"));
}

}  // namespace
}  // namespace cible
