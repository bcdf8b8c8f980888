#include "clients/cli/match_report.h"

#include <gtest/gtest.h>

namespace cible {
namespace {

v1::MatchLeadResponse TestMatch() {
  v1::MatchLeadResponse match;
  match.set_outcome(v1::MATCH_OUTCOME_MATCHED);
  match.set_information(.74);
  match.set_typical(true);
  match.set_typicality(.4);
  match.set_prior(v1::PRIOR_UNIFORM);
  match.set_model("workspaces/default/segmentations/default/models/m3");
  match.mutable_as_of()->set_year(2026);
  match.mutable_as_of()->set_month(11);
  match.mutable_as_of()->set_day(2);
  for (const auto& [id, name, probability] :
       {std::tuple("s2", "Web-first families", .8), std::tuple("s1", "Careful savers", .2)}) {
    v1::PersonaProbability& persona = *match.add_personas();
    persona.set_persona(id);
    persona.set_display_name(name);
    persona.set_probability(probability);
  }
  for (const auto& [attribute, share] :
       {std::pair("", 0.), std::pair("visits", 1.5), std::pair("age", -.25)}) {
    v1::Reason& reason = *match.add_reasons();
    reason.set_attribute(attribute);
    reason.set_contribution(share);
  }
  v1::SuggestedQuestion& question = *match.add_questions();
  question.set_attribute("income");
  question.set_question("What do you earn?");
  question.set_gain(.514);
  v1::AnswerEffect& less = *question.add_answers();
  less.set_high(1949);
  less.set_persona("s1");
  less.set_persona_probability(.66);
  v1::AnswerEffect& more = *question.add_answers();
  more.set_low(1949);
  more.set_persona("s2");
  more.set_persona_probability(.9);
  return match;
}

Schema TestSchema() {
  Schema schema;
  EXPECT_TRUE(
      schema.Add({.id = "visits", .display_name = "Web visits", .type = AttributeType::kNumeric})
          .ok());
  return schema;
}

TEST(MatchText, TellsPersonaWhyAndWhatToAsk) {
  EXPECT_EQ(MatchText(TestMatch(), TestSchema(), {{"visits", "12"}}, 0),
            "PERSONA                 PROBABILITY\n"
            "Web-first families  s2       80.0 %  ▇▇▇▇▇▇▇▇▇▇▇▇▇\n"
            "Careful savers      s1       20.0 %  ▇▇▇\n"
            "\n"
            "It is like this persona's contacts: 40.0 % of them are at least as far from the "
            "typical one. What is\n"
            "known removes 74.0 % of the doubt.\n"
            "\n"
            "WHY s2 RATHER THAN s1               WEIGHT\n"
            "Web visits             12  for       +1.50  ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇\n"
            "age                        against   -0.25  ▇▇▇\n"
            "\n"
            "ASK NEXT, AND WHERE THE ANSWER LEADS\n"
            "  What do you earn?  (income, 0.51 bits)\n"
            "      under 1,900: s1 66.0 %; 1,900 or more: s2 90.0 %\n"
            "\n"
            "Model m3, dates as of 2026-11-02, starting from every persona alike.\n");
}

TEST(MatchText, WritesYearsAsYears) {
  v1::MatchLeadResponse match = TestMatch();
  match.mutable_questions(0)->mutable_answers(0)->set_high(1969.4);
  match.mutable_questions(0)->mutable_answers(1)->set_low(1969.4);
  Schema schema = TestSchema();
  ASSERT_TRUE(
      schema.Add({.id = "income", .type = AttributeType::kNumeric, .birth = Birth::kBirthYear})
          .ok());
  EXPECT_NE(MatchText(match, schema, {}, 0).find("under 1969: s1 66.0 %; 1969 or more"),
            std::string::npos);
}

TEST(MatchText, SaysWhichValuesTheModelCouldNotRead) {
  v1::MatchLeadResponse match = TestMatch();
  match.add_unread_attributes("visits");
  EXPECT_NE(MatchText(match, TestSchema(), {{"visits", "zzz"}}, 0)
                .find("What was given for Web visits (\"zzz\") says nothing to the model"),
            std::string::npos);
}

TEST(MatchText, SaysWhenNothingIsKnown) {
  v1::MatchLeadResponse match = TestMatch();
  match.set_outcome(v1::MATCH_OUTCOME_NOT_ENOUGH_KNOWN);
  match.set_information(0);
  match.clear_reasons();
  const std::string text = MatchText(match, TestSchema(), {}, 0);
  EXPECT_NE(text.find("Not enough is known to tell."), std::string::npos);
  EXPECT_EQ(text.find("WHY"), std::string::npos);
}

TEST(MatchText, LeavesOutReasonsTooWeakToShow) {
  v1::MatchLeadResponse match = TestMatch();
  match.mutable_reasons(2)->set_contribution(-.004);
  const std::string text = MatchText(match, TestSchema(), {}, 0);
  EXPECT_NE(text.find("Web visits"), std::string::npos);
  EXPECT_EQ(text.find("against"), std::string::npos);
}

TEST(MatchRow, HasTheColumnsOfTheContract) {
  Table table = MatchesTable();
  AddMatchRow("c1", ToLeadMatch(TestMatch()), "Web-first families", table);
  EXPECT_EQ(table.ToCsv(),
            "id,persona,probability,runner_up,typical,reasons,next_question,outcome,persona_name\n"
            "c1,s2,0.8,s1,true,visits +1.50; age -0.25,income,matched,Web-first families\n");
}

TEST(MatchRow, NamesNoPersonaWhenNothingIsKnown) {
  v1::MatchLeadResponse match = TestMatch();
  match.set_information(0);
  EXPECT_EQ(ToLeadMatch(match).persona(), "");
  EXPECT_EQ(ToLeadMatch(match).probability(), 0);
}

TEST(ScoreRow, SaysWhatTheScoreStartsFromAndWhatMovesIt) {
  v1::LeadScore score;
  score.set_probability(.25);
  const auto add = [&](const char* attribute, double contribution) {
    v1::ScoreReason* reason = score.add_reasons();
    reason->set_attribute(attribute);
    reason->set_contribution(contribution);
  };
  add("", -2);
  add("visits", 1.2);
  add("age", -.4);
  add("*", .1014);
  Table table = ScoresTable();
  AddScoreRow("c1", score, table);
  EXPECT_EQ(table.ToCsv(),
            "id,probability,reasons\nc1,0.25,base -2.00; visits +1.20; age -0.40; * +0.10\n");
}

}  // namespace
}  // namespace cible
