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
            "  need                 ? unknown      +0  What for?\n"
            "  timing               ? unknown      +0  When?\n"
            "  fit with the target  ? unknown      +0\n"
            "  score                              +10  at most 70 if all that is unknown\n"
            "                                          were met\n"
            "\n"
            "NEXT\n"
            "  Qualify: ask “What for?”.\n"
            "\n"
            "As of 2026-11-30.\n");
}

}  // namespace
}  // namespace cible
