#include "clients/cli/lifecycle_words.h"

#include <gtest/gtest.h>

#include "clients/cli/wrong_usage.h"

namespace cible {
namespace {

TEST(LifecycleWords, AreThoseOfTheLanguageAndForProgramsTheNames) {
  const Cell field = FieldCell(v1::LIFECYCLE_FIELD_BUDGET, Language::kEnglish);
  EXPECT_EQ(field.text, "budget");
  EXPECT_EQ(field.exact, "budget");
  EXPECT_EQ(FieldCell(v1::LIFECYCLE_FIELD_FIT, Language::kEnglish).exact, "fit");
  const Cell value = ValueCell(v1::LIFECYCLE_FIELD_TEMPERATURE, "HOT", Language::kFrench);
  EXPECT_EQ(value.text, "chaud");
  EXPECT_EQ(value.exact, "HOT");
  const Cell unknown = ValueCell(v1::LIFECYCLE_FIELD_TEMPERATURE, "", Language::kEnglish);
  EXPECT_EQ(unknown.text, "unknown");
  EXPECT_EQ(unknown.exact, "");
}

TEST(LifecycleWords, WhatALaterServerSaysIsShown) {
  EXPECT_EQ(ValueCell(v1::LIFECYCLE_FIELD_RELATION, "FRIEND", Language::kEnglish).text, "FRIEND");
  EXPECT_EQ(FieldCell(static_cast<v1::LifecycleField>(99), Language::kEnglish).text, "field 99");
}

TEST(ParseOverride, TakesFieldsAndValuesAsFiltersDoInAnyCase) {
  for (const char* text :
       {"relation=customer", "contact.relation = CUSTOMER", "Relation=Customer"}) {
    const auto said = ParseOverride(text, true);
    ASSERT_TRUE(said.ok()) << said.status();
    EXPECT_EQ(said->field(), v1::LIFECYCLE_FIELD_RELATION);
    EXPECT_EQ(said->value(), "CUSTOMER");
  }
  EXPECT_EQ(ParseOverride("budget=not met", true)->value(), "NOT_MET");
  EXPECT_EQ(ParseOverride("contact.qualification.need=met", true)->field(),
            v1::LIFECYCLE_FIELD_NEED);
  EXPECT_EQ(ParseOverride("ambassador=yes", true)->value(), "true");
  EXPECT_EQ(ParseOverride("next_action=leave-alone", true)->value(), "LEAVE_ALONE");
}

TEST(ParseOverride, SaysWhichFieldsAndValuesThereAre) {
  const auto field = ParseOverride("stage=lead", true);
  EXPECT_TRUE(IsWrongUsage(field.status()));
  EXPECT_EQ(field.status().message(),
            "an override is of one of relation, customer_stage, former_customer, ambassador, "
            "awareness, temperature, fit, budget, authority, need, timing, next_action");
  const auto value = ParseOverride("relation=client", true);
  EXPECT_TRUE(IsWrongUsage(value.status()));
  EXPECT_EQ(value.status().message(), "relation is one of LEAD, PROSPECT, CUSTOMER");
  EXPECT_EQ(ParseOverride("relation", true).status().message(),
            "an override needs FIELD=VALUE, e.g. relation=customer or budget=met");
}

TEST(ParseOverride, WithoutValueTakesBack) {
  const auto said = ParseOverride("temperature", false);
  ASSERT_TRUE(said.ok()) << said.status();
  EXPECT_EQ(said->field(), v1::LIFECYCLE_FIELD_TEMPERATURE);
  EXPECT_EQ(said->value(), "");
  EXPECT_EQ(ParseOverride("temperature=hot", false).status().message(),
            "--withdraw takes the FIELD alone, e.g. relation");
}

}  // namespace
}  // namespace cible
