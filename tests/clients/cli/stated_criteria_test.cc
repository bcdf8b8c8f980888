#include "clients/cli/stated_criteria.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "clients/cli/wrong_usage.h"
#include "segmentation/personas/authored_persona.h"

namespace cible {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Schema TestSchema() {
  Schema schema;
  for (const Attribute& attribute :
       std::vector<Attribute>{{.id = "age", .type = AttributeType::kNumeric, .birth = Birth::kAge},
                              {.id = "share", .type = AttributeType::kNumeric},
                              {.id = "channel", .type = AttributeType::kCategorical},
                              {.id = "loan", .type = AttributeType::kBoolean}}) {
    EXPECT_TRUE(schema.Add(attribute).ok());
  }
  return schema;
}

v1::PersonaCriterion Read(const std::string& text) {
  v1::Persona persona;
  const absl::Status status = AddStatedCriteria({text}, false, TestSchema(), &persona);
  EXPECT_TRUE(status.ok()) << status;
  return persona.criteria_size() == 1 ? persona.criteria(0) : v1::PersonaCriterion();
}

std::string Text(const v1::PersonaCriterion& stated) {
  const Schema schema = TestSchema();
  const auto criterion = MakeCriterion(
      *schema.Find(stated.attribute()),
      stated.has_low() ? std::optional<double>(stated.low()) : std::nullopt,
      stated.has_high() ? std::optional<double>(stated.high()) : std::nullopt, {}, false);
  EXPECT_TRUE(criterion.ok()) << criterion.status();
  return criterion.ok() ? DescribeCriterion(*criterion, schema, Language::kEnglish) : "";
}

TEST(AddStatedCriteria, IncludesBothEnds) {
  EXPECT_EQ(Read("age=25..40").low(), 25);
  EXPECT_EQ(Read("age=25..40").high(), 41);
  EXPECT_EQ(Text(Read("age=25..40")), "Age 25 to 40");
  EXPECT_EQ(Text(Read("age=30")), "Age 30");
  // Everybody who has exactly 1, and nobody beyond.
  EXPECT_EQ(Read("share=0.5..1").high(), std::nextafter(1., 2.));
  EXPECT_EQ(Text(Read("share=0.5..1")), "Share 0.5 to 1");
  EXPECT_EQ(Text(Read("share=..200")), "Share at most 200");
  EXPECT_EQ(Text(Read("share=0.5")), "Share 0.5");
  EXPECT_FALSE(Read("age=60..").has_high());
}

TEST(AddStatedCriteria, ReadsLevels) {
  EXPECT_THAT(Read("channel=web | phone").levels(), ElementsAre("web", "phone"));
  EXPECT_THAT(Read("loan=yes").levels(), ElementsAre("true"));
}

TEST(AddStatedCriteria, SaysWhatACriterionLooksLike) {
  v1::Persona persona;
  for (const char* text : {"age", "age=young", "age=", "age=..", "age=1..2..3"}) {
    const absl::Status status = AddStatedCriteria({text}, false, TestSchema(), &persona);
    EXPECT_TRUE(IsWrongUsage(status)) << text;
    EXPECT_THAT(status.message(), HasSubstr("25..40")) << text;
  }
  EXPECT_THAT(AddStatedCriteria({"agee=1..2"}, false, TestSchema(), &persona).message(),
              HasSubstr("did you mean age?"));
}

}  // namespace
}  // namespace cible
