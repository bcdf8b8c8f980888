#include "clients/cli/authored_report.h"

#include <gmock/gmock.h>

#include <string>

namespace cible {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(AuthoredText, LeavesOutSharesThatAreWithheld) {
  v1::Persona persona;
  v1::PersonaCriterion* criterion = persona.add_criteria();
  criterion->set_description("Age 18 to 35");
  criterion->set_population_share(.3);
  EXPECT_THAT(AuthoredText(persona, Language::kEnglish, 0),
              HasSubstr("Age 18 to 35 (30% of everyone)"));
  criterion->clear_population_share();
  persona.set_withheld(true);
  const std::string text = AuthoredText(persona, Language::kEnglish, 0);
  EXPECT_THAT(text, HasSubstr("Age 18 to 35"));
  EXPECT_THAT(text, Not(HasSubstr("%")));
}

}  // namespace
}  // namespace cible
