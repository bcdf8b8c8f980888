#include "clients/cli/persona_sections.h"

#include <gtest/gtest.h>

#include "clients/cli/output/bar_lines.h"

namespace cible {
namespace {

v1::Persona TestPersona() {
  v1::Persona persona;
  v1::CustomerValue& value = *persona.mutable_value();
  value.set_definition("Revenue a year: wine and meat");
  value.set_description("€620 a year on average, against €310 for all customers.");
  value.set_mean(620);
  value.set_population_mean(310);
  persona.mutable_market()->set_description("7 customers; nobody else is recorded here.");
  persona.mutable_market()->set_universe("the 7 persons");
  persona.add_exemplar()->set_description("Age: 42 years");
  persona.add_exemplar()->set_description("Children: 1");
  v1::AttributeProfile& source = *persona.add_attributes();
  source.set_attribute("lead_source");
  for (v1::AttributeFigures* figures : {source.mutable_segment(), source.mutable_population()}) {
    figures->set_known_count(100);
    for (const char* level : {"Google", "Olark Chat"}) {
      v1::LevelShare* share = figures->add_levels();
      share->set_level(level);
      share->set_share(figures == source.mutable_segment() ? .5 : .25);
    }
  }
  return persona;
}

Schema TestSchema() {
  Schema schema;
  EXPECT_TRUE(schema
                  .Add({.id = "lead_source",
                        .display_name = "Lead Source",
                        .type = AttributeType::kCategorical})
                  .ok());
  return schema;
}

TEST(PersonaSections, TellValueChannelsMarketAndATypicalMember) {
  const v1::Persona persona = TestPersona();
  EXPECT_EQ(ValueSection(persona, Language::kEnglish, 0),
            "\nVALUE\n"
            "  Revenue a year: wine and meat.\n"
            "  €620 a year on average, against €310 for all customers.\n"
            "  here           ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇  620\n"
            "  all customers  ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇                 310\n");
  EXPECT_EQ(ChannelsSection(persona, TestSchema(), Language::kEnglish, 0),
            "\nCHANNELS\n"
            "  Source\n"
            "  arrival through search engines  ▇▇▇▇▇▇▇▇▇▇            50%, 25% of everyone\n"
            "  arrival through the chat        ▇▇▇▇▇▇▇▇▇▇            50%, 25% of everyone\n");
  EXPECT_EQ(MarketSection(persona, Language::kEnglish, 0),
            "\nMARKET POTENTIAL\n"
            "  7 customers; nobody else is recorded here.\n"
            "  Universe: the 7 persons.\n");
  EXPECT_EQ(ExemplarSection(persona, TestSchema(), Language::kEnglish, 0),
            "\nTYPICAL MEMBER\n"
            "  Put together from the ten members nearest to the centre: nobody in particular.\n"
            "  Age: 42 years\u00a0· Children: 1\n");
}

TEST(PersonaSections, AreLeftOutWhereThereIsNothingToSay) {
  const v1::Persona persona;
  EXPECT_EQ(ValueSection(persona, Language::kFrench, 0), "");
  EXPECT_EQ(ChannelsSection(persona, TestSchema(), Language::kFrench, 0), "");
  EXPECT_EQ(ChannelsSection(TestPersona(), Schema(), Language::kFrench, 0), "");
  EXPECT_EQ(MarketSection(persona, Language::kFrench, 0), "");
  EXPECT_EQ(ExemplarSection(persona, TestSchema(), Language::kFrench, 0), "");
}

TEST(BarLines, CutLabelsToTheWidth) {
  EXPECT_EQ(BarLines({{"a label that is too long", .5, "50%"}, {"b", 0, "0%"}}, 4, 25),
            "  a label tha…  ▇▇    50%\n"
            "  b                   0%\n");
}

TEST(ExemplarSection, PassesOverWhatTheySayNoTo) {
  Schema schema = TestSchema();
  ASSERT_TRUE(
      schema.Add({.id = "magazine", .display_name = "Magazine", .type = AttributeType::kBoolean})
          .ok());
  v1::Persona persona;
  persona.add_exemplar()->set_description("Magazine: no");
  persona.mutable_exemplar(0)->set_attribute("magazine");
  EXPECT_EQ(ExemplarSection(persona, schema, Language::kEnglish, 0), "");
  persona.mutable_exemplar(0)->set_description("Magazine: yes");
  EXPECT_NE(ExemplarSection(persona, schema, Language::kEnglish, 0), "");
}

// A customer who costs: the bar is empty, not negative.
TEST(ValueSection, ShowsALossWithoutABar) {
  v1::Persona persona = TestPersona();
  persona.mutable_value()->set_mean(-12);
  EXPECT_NE(ValueSection(persona, Language::kEnglish, 0).find("  -12"), std::string::npos);
}

}  // namespace
}  // namespace cible
