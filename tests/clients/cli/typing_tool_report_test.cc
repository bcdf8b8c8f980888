#include "clients/cli/typing_tool_report.h"

#include <gtest/gtest.h>

#include <tuple>

namespace cible {
namespace {

v1::TypingTool TestTool() {
  v1::TypingTool tool;
  for (const auto& [id, name, points] :
       {std::tuple("s1", "Web-first families", 2), std::tuple("s2", "Careful savers", 0)}) {
    v1::PersonaProbability* persona = tool.add_personas();
    persona->set_persona(id);
    persona->set_display_name(name);
    tool.add_start_points(points);
  }
  tool.set_start_accuracy(.5);
  tool.set_contact_count(400);
  tool.set_model("workspaces/default/segmentations/default/models/m3");
  tool.mutable_as_of()->set_year(2026);
  tool.mutable_as_of()->set_month(11);
  tool.mutable_as_of()->set_day(2);
  tool.add_notices("A notice.");
  v1::TypingQuestion* question = tool.add_questions();
  question->set_attribute("age");
  question->set_question("How old are you?");
  question->set_accuracy(.75);
  question->set_accuracy_low(.7);
  question->set_accuracy_high(.8);
  for (const auto& [words, first, second] :
       {std::tuple("under 35", 0, 3), std::tuple("35 or more", 4, 0)}) {
    v1::TypingAnswer* answer = question->add_answers();
    answer->set_description(words);
    answer->add_points(first);
    answer->add_points(second);
  }
  question->mutable_answers(0)->set_high(35);
  question->mutable_answers(1)->set_low(35);
  return tool;
}

v1::ListPersonasResponse TestPersonas() {
  v1::ListPersonasResponse personas;
  v1::Persona* persona = personas.add_personas();
  persona->set_name("workspaces/default/segmentations/default/personas/s1");
  persona->set_summary("Half of all.");
  return personas;
}

TEST(TypingToolText, IsAScriptToReadAloud) {
  EXPECT_EQ(TypingToolText(TestTool(), TestPersonas(), Language::kEnglish, 0),
            "CALL SCRIPT: ONE QUESTION TELLS THE PERSONA\n"
            "\n"
            "  “Hello. So that we only talk about what suits you, may I ask you one short "
            "question?”\n"
            "\n"
            "POINTS               s1  s2\n"
            "start with            2   0\n"
            "\n"
            "1. How old are you?\n"
            "     under 35         0   3\n"
            "     35 or more       4   0\n"
            "\n"
            "HOW TO ADD UP\n"
            "  Start with the points of the first line. For each question, add the points of the "
            "answer given; a\n"
            "  question that is not answered adds none. The persona with the most points is the "
            "one; of equal\n"
            "  points, the one further left.\n"
            "\n"
            "WHO THEY ARE\n"
            "  s1  Web-first families\n"
            "      Half of all.\n"
            "  s2  Careful savers\n"
            "\n"
            "HOW OFTEN IT IS RIGHT\n"
            "before any question    50.0%  ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇\n"
            "after question 1       75.0%  ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇  95% interval 70.0% to 80.0%\n"
            "\n"
            "A notice.\n"
            "Model m3, dates as of 2026-11-02.\n");
}

TEST(TypingToolText, SpeaksFrench) {
  const std::string text = TypingToolText(TestTool(), TestPersonas(), Language::kFrench, 0);
  for (const char* words :
       {"SCRIPT D'APPEL\u202f: LE PERSONA EN UNE QUESTION\n", "\npartir de ", "COMMENT COMPTER\n",
        "QUI ILS SONT\n", "\navant toute question  50,0\u202f%", "Modèle m3, dates comptées au "}) {
    EXPECT_NE(text.find(words), std::string::npos) << words << "\n" << text;
  }
}

TEST(TypingToolText, SaysThatNoQuestionHelps) {
  v1::TypingTool tool = TestTool();
  tool.clear_questions();
  const std::string text = TypingToolText(tool, TestPersonas(), Language::kEnglish, 0);
  EXPECT_EQ(text.find("Hello"), std::string::npos);
  EXPECT_EQ(text.rfind("NO QUESTIONNAIRE\n\nHOW OFTEN IT IS RIGHT\n", 0), 0u) << text;
}

TEST(TypingToolTable, HasARowAnAnswer) {
  EXPECT_EQ(TypingToolTable(TestTool()).ToCsv(),
            "question,attribute,answer,levels,low,high,points_s1,points_s2,accuracy,accuracy_low,"
            "accuracy_high\n"
            "0,,,,,,2,0,0.5,,\n"
            "1,age,under 35,,,35,0,3,0.75,0.7,0.8\n"
            "1,age,35 or more,,35,,4,0,0.75,0.7,0.8\n");
}

}  // namespace
}  // namespace cible
