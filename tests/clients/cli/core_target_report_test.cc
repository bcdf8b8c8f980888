#include "clients/cli/core_target_report.h"

#include <gtest/gtest.h>

namespace cible {
namespace {

v1::CoreTarget TestTarget() {
  v1::CoreTarget target;
  target.set_summary("The core target is “Web-first families”.");
  target.set_value_definition("Net margin a year: margin");
  target.set_currency_code("EUR");
  target.add_notices("All customers are taken to stay.");
  v1::CoreTargetSegment& first = *target.add_segments();
  first.set_persona("s2");
  first.set_display_name("Web-first families");
  first.set_customer_count(1204);
  first.set_margin(310);
  first.set_open_lead_count(310);
  first.set_conversion(.12);
  first.set_total(384'772.4);
  first.set_complete(true);
  first.set_arithmetic("1,204 customers × €310 = €384,772");
  first.mutable_market()->set_universe("the 2,240 persons");
  first.mutable_market()->set_competitor_count(5);
  first.mutable_market()->set_description("1,204 customers + 10% of 5 = 1,205.");
  v1::CoreTargetSegment& second = *target.add_segments();
  second.set_persona("s1");
  second.set_display_name("Careful savers");
  second.set_customer_count(20);
  second.set_arithmetic("20 customers × unknown value; the sum is not known");
  return target;
}

TEST(CoreTargetText, ShowsTheRankAndTheArithmeticBelow) {
  EXPECT_EQ(CoreTargetText(TestTarget(), Language::kEnglish, 0),
            "The core target is “Web-first families”.\n"
            "Net margin a year: margin.\n"
            "\n"
            "   PERSONA                 CUSTOMERS  A YEAR EACH  OPEN LEADS  CONVERSION  EXPECTED\n"
            "1  Web-first families  s2      1,204         €310         310         12%  €384,772  "
            "▇▇▇▇▇▇▇▇▇▇▇▇\n"
            "2  Careful savers      s1         20            ?           0           ?         ?\n"
            "\n"
            "1  Web-first families (s2)\n"
            "   1,204 customers × €310 = €384,772\n"
            "   Market: 1,204 customers + 10% of 5 = 1,205.\n"
            "2  Careful savers (s1)\n"
            "   20 customers × unknown value; the sum is not known\n"
            "\n"
            "- All customers are taken to stay.\n"
            "- Universe: the 2,240 persons.\n");
}

TEST(CoreTargetTable, GivesProgramsExactFigures) {
  EXPECT_EQ(CoreTargetTable(TestTarget(), Language::kFrench).ToCsv(),
            "rank,display_name,persona,customer_count,margin,open_lead_count,conversion,total,"
            "complete\n"
            "1,Web-first families,s2,1204,310,310,0.12,384772.4,true\n"
            "2,Careful savers,s1,20,,0,,0,false\n");
}

TEST(CoreTargetText, OfNoSegmentsIsTheSummary) {
  v1::CoreTarget target;
  target.set_summary("No core target can be named.");
  const std::string text = CoreTargetText(target, Language::kFrench, 40);
  EXPECT_EQ(text.find("No core target can be named.\n"), 0u);
}

}  // namespace
}  // namespace cible
