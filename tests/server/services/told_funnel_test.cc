// What is told of few contacts: nothing, by whatever way. k is 10.

#include "server/services/told_funnel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"

namespace cible {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

void Fill(int contacts, int converted, v1::ConversionShare* share) {
  share->set_contact_count(contacts);
  share->set_converted_count(converted);
  share->set_share(.5);
  share->set_low(.4);
  share->set_high(.6);
  share->set_median_days(3);
}

struct Counts {
  int contacts, prospects, customers, loyal;
};

void Fill(const std::string& label, const Counts& counts, v1::Cohort* cohort) {
  cohort->set_label(label);
  Fill(counts.contacts, counts.prospects, cohort->mutable_to_prospect());
  Fill(counts.contacts, counts.customers, cohort->mutable_to_customer());
  Fill(counts.customers, counts.loyal, cohort->mutable_to_loyal());
}

v1::Funnel FunnelOf(const Counts& all) {
  v1::Funnel funnel;
  Fill("", all, funnel.mutable_all());
  return funnel;
}

// It is withheld, and what is told of it is at most how many contacts it is of.
bool IsWithheld(const v1::ConversionShare& share) {
  return share.withheld() && share.converted_count() == 0 && !share.has_share() &&
         !share.has_low() && !share.has_high() && !share.has_median_days();
}

TEST(WithholdFew, TakesNothingFromThoseWhoMayReadContacts) {
  v1::Funnel funnel = FunnelOf({9, 3, 2, 1});
  Fill("Jo", {9, 3, 2, 1}, funnel.add_sources());
  const v1::Funnel before = funnel;
  WithholdFew(0, &funnel);
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(funnel, before));
}

TEST(WithholdFew, TellsAllOfWhatIsOfMany) {
  v1::Funnel funnel = FunnelOf({200, 100, 60, 30});
  Fill("WEB", {100, 50, 30, 15}, funnel.add_sources());
  Fill("FAIR", {100, 50, 30, 15}, funnel.add_sources());
  const v1::Funnel before = funnel;
  WithholdFew(10, &funnel);
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(funnel, before));
}

TEST(WithholdFew, TellsThatNobodyDid) {
  v1::Funnel funnel = FunnelOf({200, 100, 0, 0});
  WithholdFew(10, &funnel);
  EXPECT_FALSE(funnel.all().to_customer().withheld());
}

TEST(WithholdFew, HidesAConversionOfFewAndOfAllButFew) {
  v1::Funnel funnel = FunnelOf({200, 195, 9, 0});
  WithholdFew(10, &funnel);
  EXPECT_TRUE(IsWithheld(funnel.all().to_prospect()));
  EXPECT_TRUE(IsWithheld(funnel.all().to_customer()));
  EXPECT_EQ(funnel.all().to_customer().contact_count(), 200);
  // Nor how many customers there are, which would be the nine.
  EXPECT_TRUE(IsWithheld(funnel.all().to_loyal()));
  EXPECT_EQ(funnel.all().to_loyal().contact_count(), 0);
}

// 60 prospects or customers, of whom 5 are prospects alone.
TEST(WithholdFew, HidesADifferenceOfFewBetweenTwoConversions) {
  v1::Funnel funnel = FunnelOf({200, 60, 55, 20});
  WithholdFew(10, &funnel);
  EXPECT_FALSE(funnel.all().to_prospect().withheld());
  EXPECT_TRUE(IsWithheld(funnel.all().to_customer()));
}

// All became 60 customers: the fair's 5 are what the web's 55 leave.
TEST(WithholdFew, HidesASecondSourceWhichWouldTellTheFirst) {
  v1::Funnel funnel = FunnelOf({300, 0, 60, 30});
  Fill("WEB", {100, 0, 55, 30}, funnel.add_sources());
  Fill("FAIR", {200, 0, 5, 0}, funnel.add_sources());
  WithholdFew(10, &funnel);
  EXPECT_TRUE(IsWithheld(funnel.sources(0).to_customer()));
  EXPECT_TRUE(IsWithheld(funnel.sources(1).to_customer()));
  EXPECT_EQ(funnel.sources(0).to_customer().contact_count(), 100);
}

// Four have no persona.
TEST(WithholdFew, HidesAPersonaWhichWouldTellThoseOfNone) {
  v1::Funnel funnel = FunnelOf({204, 0, 0, 0});
  Fill("Families", {120, 0, 0, 0}, funnel.add_personas());
  Fill("Students", {80, 0, 0, 0}, funnel.add_personas());
  WithholdFew(10, &funnel);
  EXPECT_EQ(funnel.personas(0).to_customer().contact_count(), 120);
  EXPECT_TRUE(IsWithheld(funnel.personas(1).to_customer()));
  EXPECT_EQ(funnel.personas(1).to_customer().contact_count(), 0);
}

TEST(WithholdFew, RemovesTheWordsOfSourcesOfFewAndKeepsKinds) {
  v1::Funnel funnel = FunnelOf({106, 0, 0, 0});
  Fill("WEB", {100, 0, 0, 0}, funnel.add_sources());
  Fill("told by Jo", {3, 0, 0, 0}, funnel.add_sources());
  Fill("FAIR", {3, 0, 0, 0}, funnel.add_sources());
  WithholdFew(10, &funnel);
  ASSERT_THAT(funnel.sources(), SizeIs(2));
  EXPECT_EQ(funnel.sources(1).label(), "FAIR");
  EXPECT_TRUE(IsWithheld(funnel.sources(1).to_customer()));
}

TEST(WithholdFew, HidesTheSmallestOtherCountOfAPeriod) {
  v1::Funnel funnel = FunnelOf({100, 0, 0, 0});
  v1::FunnelPeriod& period = *funnel.add_periods();
  period.set_lead_count(60);
  period.set_prospect_count(36);
  period.set_dormant_count(4);
  WithholdFew(10, &funnel);
  EXPECT_TRUE(period.withheld());
  EXPECT_EQ(period.lead_count(), 60);
  EXPECT_EQ(period.prospect_count(), 0);
  EXPECT_EQ(period.dormant_count(), 0);
}

void AddPeriod(int leads, int prospects, int active, v1::Funnel& funnel) {
  v1::FunnelPeriod& period = *funnel.add_periods();
  period.set_lead_count(leads);
  period.set_prospect_count(prospects);
  period.set_active_count(active);
}

// "leads/prospects/active", a "?" behind where some are withheld.
std::vector<std::string> In(const google::protobuf::RepeatedPtrField<v1::FunnelPeriod>& periods) {
  std::vector<std::string> lines;
  for (const v1::FunnelPeriod& period : periods) {
    lines.push_back(absl::StrCat(period.lead_count(), "/", period.prospect_count(), "/",
                                 period.active_count(), period.withheld() ? "?" : ""));
  }
  return lines;
}

// Three became leads; the prospects with them, since the sum would tell.
TEST(WithholdFew, HidesACountThatDiffersByFewFromTheNextPeriods) {
  v1::Funnel funnel = FunnelOf({223, 0, 0, 0});
  AddPeriod(100, 40, 60, funnel);
  AddPeriod(103, 60, 60, funnel);
  WithholdFew(10, &funnel);
  EXPECT_THAT(In(funnel.periods()), ElementsAre("0/0/60?", "103/60/60"));
}

// The middle tells nothing of leads, but the first and the last would.
TEST(WithholdFew, ComparesWithTheNextPeriodThatTells) {
  v1::Funnel funnel = FunnelOf({300, 0, 0, 0});
  AddPeriod(106, 20, 60, funnel);
  AddPeriod(95, 40, 60, funnel);
  AddPeriod(100, 80, 80, funnel);
  WithholdFew(10, &funnel);
  EXPECT_THAT(In(funnel.periods()), ElementsAre("0/0/60?", "0/0/60?", "100/80/80"));
}

// Four came, whom no single count tells.
TEST(WithholdFew, HidesASumThatDiffersByFew) {
  v1::Funnel funnel = FunnelOf({204, 0, 0, 0});
  AddPeriod(100, 60, 40, funnel);
  AddPeriod(120, 30, 54, funnel);
  WithholdFew(10, &funnel);
  EXPECT_THAT(In(funnel.periods()), ElementsAre("100/60/0?", "120/30/54"));
}

TEST(WithholdFew, TellsPeriodsThatDifferByNobodyOrByMany) {
  v1::Funnel funnel = FunnelOf({200, 0, 0, 0});
  AddPeriod(100, 60, 20, funnel);
  AddPeriod(100, 70, 30, funnel);
  WithholdFew(10, &funnel);
  EXPECT_THAT(In(funnel.periods()), ElementsAre("100/60/20", "100/70/30"));
}

TEST(WithholdFew, HidesCountsOfFewOfAListAndListsOfFew) {
  v1::Funnel funnel = FunnelOf({100, 0, 0, 0});
  v1::BoughtList& list = *funnel.add_bought_lists();
  list.set_source("list A");
  list.set_received_count(50);
  list.set_unusable_count(3);
  list.set_duplicate_count(45);
  list.set_in_target_count(20);
  v1::BoughtList& small = *funnel.add_bought_lists();
  small.set_source("list of Jo");
  small.set_received_count(9);
  WithholdFew(10, &funnel);
  ASSERT_THAT(funnel.bought_lists(), SizeIs(1));
  EXPECT_TRUE(funnel.bought_lists(0).withheld());
  EXPECT_EQ(funnel.bought_lists(0).received_count(), 50);
  EXPECT_EQ(funnel.bought_lists(0).unusable_count(), 0);
  EXPECT_EQ(funnel.bought_lists(0).duplicate_count(), 0);
  EXPECT_EQ(funnel.bought_lists(0).in_target_count(), 20);
}

}  // namespace
}  // namespace cible
