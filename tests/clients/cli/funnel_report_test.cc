#include "clients/cli/funnel_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace cible {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

struct Estimate {
  double share, low, high;
};

void Fill(int contacts, int converted, std::optional<Estimate> estimate, double median,
          v1::ConversionShare* share) {
  share->set_contact_count(contacts);
  share->set_converted_count(converted);
  if (converted > 0) share->set_median_days(median);
  if (!estimate) return;
  share->set_share(estimate->share);
  share->set_low(estimate->low);
  share->set_high(estimate->high);
}

void FillCohort(const std::string& label, v1::Cohort* cohort) {
  cohort->set_label(label);
  Fill(1204, 512, Estimate{.425, .397, .453}, 12, cohort->mutable_to_prospect());
  Fill(1204, 133, Estimate{.111, .094, .13}, 31, cohort->mutable_to_customer());
  Fill(140, 28, Estimate{.2, .143, .276}, 1, cohort->mutable_to_loyal());
}

void SetDay(int year, int month, int day, v1::Date* date) {
  date->set_year(year);
  date->set_month(month);
  date->set_day(day);
}

// As of March 15th; the present month has no share yet.
v1::Funnel TestFunnel() {
  v1::Funnel funnel;
  SetDay(2026, 3, 15, funnel.mutable_as_of());
  funnel.set_horizon_days(90);
  v1::FunnelPeriod& february = *funnel.add_periods();
  SetDay(2026, 2, 1, february.mutable_first_day());
  SetDay(2026, 2, 28, february.mutable_last_day());
  february.set_lead_count(1190);
  february.set_new_count(14);
  v1::FunnelPeriod& march = *funnel.add_periods();
  SetDay(2026, 3, 1, march.mutable_first_day());
  SetDay(2026, 3, 15, march.mutable_last_day());
  march.set_lead_count(1180);
  march.set_former_count(2);
  FillCohort("2026-02-01", funnel.add_cohorts());
  v1::Cohort& present = *funnel.add_cohorts();
  present.set_label("2026-03-01");
  Fill(40, 3, std::nullopt, 2, present.mutable_to_prospect());
  Fill(40, 0, std::nullopt, 0, present.mutable_to_customer());
  FillCohort("WALK_IN", funnel.add_sources());
  FillCohort("my \n notes", funnel.add_sources());
  FillCohort("Families", funnel.add_personas());
  FillCohort("", funnel.mutable_all());
  v1::BoughtList& list = *funnel.add_bought_lists();
  list.set_source("List A");
  list.set_received_count(500);
  list.set_unusable_count(40);
  list.set_duplicate_count(25);
  list.set_in_target_count(120);
  list.set_qualified_count(60);
  list.set_converted_count(5);
  return funnel;
}

TEST(FunnelText, TellsWhereContactsStandHowTheyWentOnAndWhatListsBrought) {
  EXPECT_EQ(
      FunnelText(TestFunnel(), true, Language::kEnglish, 0),
      "The funnel as of 2026-03-15: who came in, and who went on within 90 days.\n"
      "\n"
      "AT THE END OF   LEADS  PROSPECTS  NEW CUSTOMERS  ACTIVE  LOYAL  DORMANT  FORMER\n"
      "2026-02         1,190          0             14       0      0        0       0\n"
      "2026-03 so far  1,180          0              0       0      0        0       2\n"
      "\n"
      "KNOWN SINCE     CONTACTS     PROSPECTS    AFTER      CUSTOMERS    AFTER  CUSTOMERS BY NOW  "
      "       LOYAL  AFTER\n"
      "2026-02            1,204  42% (40–45%)  12 days  11% (9.4–13%)  31 days               140  "
      "20% (14–28%)  1 day\n"
      "2026-03 so far        40      3 so far   2 days       0 so far                          0\n"
      "all                1,204  42% (40–45%)  12 days  11% (9.4–13%)  31 days               140  "
      "20% (14–28%)  1 day\n"
      "\n"
      "SOURCE      CONTACTS     PROSPECTS    AFTER      CUSTOMERS    AFTER  CUSTOMERS BY NOW      "
      "   LOYAL  AFTER\n"
      "walk-in        1,204  42% (40–45%)  12 days  11% (9.4–13%)  31 days               140  20% "
      "(14–28%)  1 day\n"
      "my · notes     1,204  42% (40–45%)  12 days  11% (9.4–13%)  31 days               140  20% "
      "(14–28%)  1 day\n"
      "all            1,204  42% (40–45%)  12 days  11% (9.4–13%)  31 days               140  20% "
      "(14–28%)  1 day\n"
      "\n"
      "PERSONA   CONTACTS     PROSPECTS    AFTER      CUSTOMERS    AFTER  CUSTOMERS BY NOW        "
      " LOYAL  AFTER\n"
      "Families     1,204  42% (40–45%)  12 days  11% (9.4–13%)  31 days               140  20% "
      "(14–28%)  1 day\n"
      "all          1,204  42% (40–45%)  12 days  11% (9.4–13%)  31 days               140  20% "
      "(14–28%)  1 day\n"
      "\n"
      "BOUGHT LIST  RECEIVED  UNUSABLE  DUPLICATES  IN TARGET  QUALIFIED  CUSTOMERS\n"
      "List A            500        40          25        120         60          5\n"
      "\n"
      "- PROSPECTS became a prospect or a customer within 90 days of becoming known, CUSTOMERS a "
      "customer;\n"
      "  LOYAL are those of the customers who were loyal within 90 days of becoming one. In "
      "brackets: where\n"
      "  the share lies with 95% confidence. Contacts that are known for less than 90 days count "
      "for as\n"
      "  long as they are.\n"
      "- AFTER: half of those who went on did so within so many days.\n"
      "- “so far”: none of those who have not gone on could be watched for 90 days yet, so no "
      "share can be\n"
      "  told; --horizon takes fewer days.\n"
      "- Of a bought list, UNUSABLE are those of whom no attribute of role IDENTITY is known; "
      "DUPLICATES\n"
      "  were known before, from elsewhere; QUALIFIED ones meet two or more criteria; CUSTOMERS "
      "became one\n"
      "  since.\n");
}

TEST(FunnelText, NamesPeriodsThatAreNoMonthsByTheirDays) {
  const std::string text = FunnelText(TestFunnel(), false, Language::kEnglish, 0);
  EXPECT_THAT(text, HasSubstr("\n2026-03-01 – 2026-03-15  1,180 "));
  EXPECT_THAT(text, HasSubstr("\n2026-03-01 – 2026-03-15        40 "));
}

TEST(FunnelText, IsInFrench) {
  const std::string text = FunnelText(TestFunnel(), true, Language::kFrench, 0);
  EXPECT_THAT(text, StartsWith("L'entonnoir au 2026-03-15 : qui est arrivé, et qui a avancé en "
                               "90 jours au plus.\n"));
  EXPECT_THAT(text, HasSubstr("\n2026-03 à ce jour   1 180 "));
  EXPECT_THAT(text, HasSubstr("\nvisite en boutique     1 204  42 % (40–45 %)  12 jours  "));
}

TEST(FunnelText, SaysWhatIsWithheldAndWhyAndNothingOfAnEmptyList) {
  v1::Funnel funnel = TestFunnel();
  funnel.clear_bought_lists();
  funnel.mutable_periods(1)->set_withheld(true);
  v1::ConversionShare& share = *funnel.mutable_sources(0)->mutable_to_customer();
  share.Clear();
  share.set_contact_count(12);
  share.set_withheld(true);
  const std::string text = FunnelText(funnel, true, Language::kEnglish, 0);
  EXPECT_THAT(text, HasSubstr("2026-03 so far  1,180        few "));
  EXPECT_THAT(text, HasSubstr("walk-in           12  42% (40–45%)  12 days            few  "));
  EXPECT_THAT(text, HasSubstr("- “few”: of too few contacts"));
  EXPECT_THAT(text, Not(HasSubstr("BOUGHT LIST")));
  EXPECT_THAT(text, Not(HasSubstr("DUPLICATES")));
}

TEST(FunnelText, SaysWhereNobodyIs) {
  v1::Funnel funnel;
  SetDay(2026, 3, 15, funnel.mutable_as_of());
  funnel.set_horizon_days(90);
  EXPECT_EQ(FunnelText(funnel, true, Language::kEnglish, 0),
            "The funnel as of 2026-03-15: who came in, and who went on within 90 days.\n"
            "\n"
            "Nobody is in the funnel: no contacts that the filter passes, or none that was "
            "classified yet.\n");
}

TEST(FunnelTable, GivesProgramsARowAFigure) {
  const std::string csv = FunnelTable(TestFunnel()).ToCsv();
  EXPECT_THAT(csv, StartsWith("part,label,step,contact_count,converted_count,share,low,high,"
                              "median_days,withheld\n"
                              "period,2026-02-28,lead,1190,,,,,,false\n"
                              "period,2026-02-28,prospect,0,,,,,,false\n"
                              "period,2026-02-28,new,14,,,,,,false\n"));
  EXPECT_THAT(csv, HasSubstr("\nall,,to_prospect,1204,512,0.425,0.397,0.453,12,false\n"
                             "all,,to_customer,1204,133,0.111,0.094,0.13,31,false\n"
                             "all,,to_loyal,140,28,0.2,0.143,0.276,1,false\n"
                             "cohort,2026-02-01,to_prospect,1204,"));
  EXPECT_THAT(csv, HasSubstr("\ncohort,2026-03-01,to_prospect,40,3,,,,2,false\n"));
  EXPECT_THAT(csv, HasSubstr("\nsource,WALK_IN,to_prospect,"));
  EXPECT_THAT(csv, HasSubstr("\nsource,\"my \n notes\",to_prospect,"));
  EXPECT_THAT(csv, HasSubstr("\npersona,Families,to_loyal,"));
  EXPECT_THAT(csv, EndsWith("bought_list,List A,received,500,,,,,,false\n"
                            "bought_list,List A,unusable,40,,,,,,false\n"
                            "bought_list,List A,duplicate,25,,,,,,false\n"
                            "bought_list,List A,in_target,120,,,,,,false\n"
                            "bought_list,List A,qualified,60,,,,,,false\n"
                            "bought_list,List A,converted,5,,,,,,false\n"));
}

TEST(FunnelTable, LeavesOutWhatIsWithheld) {
  v1::Funnel funnel;
  v1::FunnelPeriod& period = *funnel.add_periods();
  SetDay(2026, 3, 15, period.mutable_last_day());
  period.set_lead_count(40);
  period.set_withheld(true);
  funnel.mutable_all()->mutable_to_prospect()->set_withheld(true);
  funnel.mutable_all()->mutable_to_customer()->set_contact_count(40);
  funnel.mutable_all()->mutable_to_customer()->set_withheld(true);
  EXPECT_EQ(FunnelTable(funnel).ToCsv(),
            "part,label,step,contact_count,converted_count,share,low,high,median_days,withheld\n"
            "period,2026-03-15,lead,40,,,,,,false\n"
            "period,2026-03-15,prospect,,,,,,,true\n"
            "period,2026-03-15,new,,,,,,,true\n"
            "period,2026-03-15,active,,,,,,,true\n"
            "period,2026-03-15,loyal,,,,,,,true\n"
            "period,2026-03-15,dormant,,,,,,,true\n"
            "period,2026-03-15,former,,,,,,,true\n"
            "all,,to_prospect,,,,,,,true\n"
            "all,,to_customer,40,,,,,,true\n"
            "all,,to_loyal,0,0,,,,,false\n");
}

}  // namespace
}  // namespace cible
