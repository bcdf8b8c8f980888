#include "clients/cli/behaviour_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clients/cli/wrong_usage.h"

namespace cible {
namespace {

using testing::HasSubstr;

std::string Rows(const v1::BehaviourSettings& settings) {
  Table table({{"", "setting"}, {"", "value"}});
  AddBehaviourRows(settings, "EUR", table);
  return table.ToCsv();
}

TEST(BehaviourOptions, ShowsWhatHoldsWhereNothingIsSaid) {
  EXPECT_EQ(Rows({}),
            "setting,value\n"
            "large_order_amount,500 EUR (the default)\n"
            "engagement_half_life_days,30 days (the default)\n"
            "events_are_complete,no\n"
            "earliest_event_date,2000-01-01 (the default)\n"
            "event_lead_days,1 day from now (the default)\n");
}

TEST(BehaviourOptions, ChangesWhatIsGivenAndKeepsTheRest) {
  v1::BehaviourSettings settings;
  ASSERT_TRUE(ChangeBehaviour({.large_order = 299.5,
                               .half_life_days = 14,
                               .events_are_complete = true,
                               .earliest_event = "2015-06-01",
                               .event_lead_days = 0,
                               .item_categories = {"wine=W1, W2,RED*", "tea=T*"}},
                              &settings)
                  .ok());
  EXPECT_EQ(Rows(settings),
            "setting,value\n"
            "large_order_amount,299.5 EUR\n"
            "engagement_half_life_days,14 days\n"
            "events_are_complete,yes\n"
            "earliest_event_date,2015-06-01\n"
            "event_lead_days,0 days from now\n"
            "item_categories.wine,\"W1, W2, RED*\"\n"
            "item_categories.tea,T*\n");
  const v1::BehaviourSettings before = settings;
  ASSERT_TRUE(ChangeBehaviour({}, &settings).ok());
  EXPECT_EQ(settings.SerializeAsString(), before.SerializeAsString());
}

TEST(BehaviourOptions, ReplacesAndRemovesCategories) {
  v1::BehaviourSettings settings;
  BehaviourArguments arguments;
  arguments.item_categories = {"wine=W1", "tea=T1"};
  ASSERT_TRUE(ChangeBehaviour(arguments, &settings).ok());
  arguments.item_categories = {"wine=W2,W3", "tea="};
  ASSERT_TRUE(ChangeBehaviour(arguments, &settings).ok());
  ASSERT_EQ(settings.item_categories_size(), 1);
  EXPECT_EQ(settings.item_categories(0).id(), "wine");
  EXPECT_THAT(settings.item_categories(0).items(), testing::ElementsAre("W2", "W3"));
}

TEST(BehaviourOptions, SaysWhatItTakes) {
  v1::BehaviourSettings settings;
  BehaviourArguments arguments;
  arguments.item_categories = {"tea="};
  const absl::Status absent = ChangeBehaviour(arguments, &settings);
  EXPECT_TRUE(IsWrongUsage(absent));
  EXPECT_THAT(absent.message(), HasSubstr("a category that the workspace does not have"));
  for (const char* text : {"wine", "=W1"}) {
    arguments.item_categories = {text};
    const absl::Status status = ChangeBehaviour(arguments, &settings);
    EXPECT_TRUE(IsWrongUsage(status)) << text;
    EXPECT_THAT(status.message(), HasSubstr("--item-category takes ID=ITEM,ITEM*,..."));
  }
  BehaviourArguments day;
  day.earliest_event = "yesterday";
  EXPECT_THAT(ChangeBehaviour(day, &settings).message(),
              HasSubstr("--earliest-event takes a day as YYYY-MM-DD"));
}

}  // namespace
}  // namespace cible
