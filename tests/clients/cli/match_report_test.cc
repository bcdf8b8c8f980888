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
  EXPECT_EQ(MatchText(TestMatch(), TestSchema(), {{"visits", "12"}}, Language::kEnglish, 0),
            "PERSONA                 PROBABILITY\n"
            "Web-first families  s2        80.0%  ▇▇▇▇▇▇▇▇▇▇▇▇▇\n"
            "Careful savers      s1        20.0%  ▇▇▇\n"
            "\n"
            "It is like this persona's contacts: 40.0% of them are at least as far from the "
            "typical one. What is\n"
            "known settles 74.0% of what was open.\n"
            "\n"
            "WHY s2 RATHER THAN s1               FACTOR\n"
            "Web visits             12  for        ×4.5  ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇\n"
            "age                        against    ÷1.3  ▇▇▇\n"
            "Each line makes s2 so many times more (×) or less (÷) probable against s1.\n"
            "\n"
            "ASK NEXT, AND WHAT EACH ANSWER WOULD CHANGE\n"
            "  What do you earn?  (income, settles about three quarters of what is open)\n"
            "      under 1,900: then s1, 66.0%; 1,900 or more: still s2, 90.0%\n"
            "\n"
            "Model m3, dates as of 2026-11-02, starting from every persona alike.\n");
}

// Every word of the frame; names and questions come from the server.
TEST(MatchText, SpeaksFrench) {
  EXPECT_EQ(
      MatchText(TestMatch(), TestSchema(), {{"visits", "12"}}, Language::kFrench, 0),
      "PERSONA                 PROBABILITÉ\n"
      "Web-first families  s2       80,0\u202f%  ▇▇▇▇▇▇▇▇▇▇▇▇▇\n"
      "Careful savers      s1       20,0\u202f%  ▇▇▇\n"
      "\n"
      "La piste ressemble aux contacts de ce persona\u202f: 40,0\u202f% d'entre eux sont au "
      "moins aussi loin du plus\n"
      "typique. Ce que l'on sait règle 74,0\u202f% de ce qui était ouvert.\n"
      "\n"
      "POURQUOI s2 PLUTÔT QUE s1              FACTEUR\n"
      "Web visits                 12  pour       ×4,5  ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇\n"
      "age                            contre     ÷1,3  ▇▇▇\n"
      "Chaque ligne rend s2 tant de fois plus (×) ou moins (÷) probable face à s1.\n"
      "\n"
      "À DEMANDER ENSUITE, ET CE QUE CHAQUE RÉPONSE CHANGERAIT\n"
      "  What do you earn?  (income, règle environ les trois quarts de ce qui reste ouvert)\n"
      "      moins de 1\u202f900\u202f: alors s1, 66,0\u202f%\u202f; 1\u202f900 ou plus\u202f: "
      "toujours s2, 90,0\u202f%\n"
      "\n"
      "Modèle m3, dates comptées au 2026-11-02, en partant de personas tous aussi "
      "probables.\n");
}

TEST(MatchText, SaysWhetherItIsInTheTarget) {
  v1::MatchLeadResponse match = TestMatch();
  const auto text = [&](v1::InTarget in_target, Language language) {
    match.set_in_target(in_target);
    return MatchText(match, TestSchema(), {}, language, 0);
  };
  EXPECT_NE(text(v1::IN_TARGET_YES, Language::kEnglish).find("In your target: yes.\n"),
            std::string::npos);
  EXPECT_NE(text(v1::IN_TARGET_NO, Language::kFrench).find("Dans votre cible\u202f: non.\n"),
            std::string::npos);
  EXPECT_NE(text(v1::IN_TARGET_UNKNOWN, Language::kEnglish)
                .find("In your target: cannot be told. Too little is known"),
            std::string::npos);
  EXPECT_EQ(text(v1::IN_TARGET_UNSPECIFIED, Language::kEnglish).find("target"), std::string::npos);
}

TEST(MatchText, HoldsTheLeadAgainstAuthoredPersonas) {
  v1::MatchLeadResponse match = TestMatch();
  const auto add = [&](const char* id, double fit) {
    v1::AuthoredMatch* authored = match.add_authored_matches();
    authored->set_persona(id);
    authored->set_display_name(id);
    authored->set_fit(fit);
    return authored;
  };
  v1::AuthoredMatch* parents = add("parents", 1.5);
  for (const auto& [words, state] :
       {std::pair("Age under 40", v1::CRITERION_STATE_MET),
        std::pair("Children: 1 or more", v1::CRITERION_STATE_MET),
        std::pair("City Lyon", v1::CRITERION_STATE_NOT_MET),
        std::pair("Web visits of 5 or more", v1::CRITERION_STATE_UNKNOWN)}) {
    v1::CriterionMatch* criterion = parents->add_criteria();
    criterion->set_description(words);
    criterion->set_state(state);
  }
  add("savers", .2);
  add("nobody", 0);
  const std::string text = MatchText(match, TestSchema(), {}, Language::kEnglish, 0);
  EXPECT_NE(text.find("\nPERSONAS OF YOUR OWN\n"
                      "  parents  (parents): fits well\n"
                      "      met: Age under 40; Children: 1 or more\n"
                      "      not met: City Lyon\n"
                      "      not known: Web visits of 5 or more\n"
                      "  savers  (savers): rather fits\n"
                      "  nobody  (nobody): nothing is known that would tell\n"),
            std::string::npos)
      << text;
  match.mutable_authored_matches(0)->set_fit(-2);
  EXPECT_NE(MatchText(match, TestSchema(), {}, Language::kEnglish, 0).find(": does not fit\n"),
            std::string::npos);
}

TEST(MatchText, SaysThatNothingIsLeftToAsk) {
  v1::MatchLeadResponse match = TestMatch();
  match.mutable_personas(0)->set_probability(.99);
  match.mutable_personas(1)->set_probability(.01);
  const std::string text = MatchText(match, TestSchema(), {}, Language::kEnglish, 0);
  EXPECT_NE(text.find("Hardly anything is open: no answer is likely to change the persona.\n"
                      "  What do you earn?  (income)\n"),
            std::string::npos)
      << text;
}

TEST(MatchText, WritesYearsAsYears) {
  v1::MatchLeadResponse match = TestMatch();
  match.mutable_questions(0)->mutable_answers(0)->set_high(1969.4);
  match.mutable_questions(0)->mutable_answers(1)->set_low(1969.4);
  Schema schema = TestSchema();
  ASSERT_TRUE(
      schema.Add({.id = "income", .type = AttributeType::kNumeric, .birth = Birth::kBirthYear})
          .ok());
  EXPECT_NE(MatchText(match, schema, {}, Language::kEnglish, 0)
                .find("before 1969: then s1, 66.0%; 1969 or later"),
            std::string::npos);
}

TEST(MatchText, SaysWhichValuesTheModelCouldNotRead) {
  v1::MatchLeadResponse match = TestMatch();
  match.add_unread_attributes("visits");
  EXPECT_NE(MatchText(match, TestSchema(), {{"visits", "zzz"}}, Language::kEnglish, 0)
                .find("What was given for Web visits (“zzz”) says nothing to the model"),
            std::string::npos);
}

TEST(MatchText, SaysWhenNothingIsKnown) {
  v1::MatchLeadResponse match = TestMatch();
  match.set_outcome(v1::MATCH_OUTCOME_NOT_ENOUGH_KNOWN);
  match.set_information(0);
  match.clear_reasons();
  const std::string text = MatchText(match, TestSchema(), {}, Language::kEnglish, 0);
  EXPECT_NE(text.find("Not enough is known to tell."), std::string::npos);
  EXPECT_EQ(text.find("WHY"), std::string::npos);
}

TEST(MatchText, LeavesOutReasonsTooWeakToShow) {
  v1::MatchLeadResponse match = TestMatch();
  match.mutable_reasons(2)->set_contribution(-.004);
  const std::string text = MatchText(match, TestSchema(), {}, Language::kEnglish, 0);
  EXPECT_NE(text.find("Web visits"), std::string::npos);
  EXPECT_EQ(text.find("\nage"), std::string::npos);
}

TEST(MatchRow, HasTheColumnsOfTheContract) {
  Table table = MatchesTable();
  AddMatchRow("c1", ToLeadMatch(TestMatch()), "Web-first families", table);
  EXPECT_EQ(table.ToCsv(),
            "id,persona,probability,runner_up,typical,in_target,reasons,next_question,"
            "authored_persona,outcome,persona_name\n"
            "c1,s2,0.8,s1,true,,visits +1.50; age -0.25,income,,matched,Web-first families\n");
}

TEST(MatchRow, HasTargetAndAuthoredPersona) {
  v1::MatchLeadResponse match = TestMatch();
  match.set_in_target(v1::IN_TARGET_UNKNOWN);
  v1::AuthoredMatch* authored = match.add_authored_matches();
  authored->set_persona("parents");
  authored->set_fit(.4);
  Table table = MatchesTable();
  AddMatchRow("c1", ToLeadMatch(match), "", table);
  EXPECT_NE(table.CsvRows().find(",true,unknown,visits"), std::string::npos);
  EXPECT_NE(table.CsvRows().find(",income,parents,matched,"), std::string::npos);
  // One that fits no better than chance is not named.
  match.mutable_authored_matches(0)->set_fit(-.4);
  EXPECT_EQ(ToLeadMatch(match).authored_persona(), "");
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
