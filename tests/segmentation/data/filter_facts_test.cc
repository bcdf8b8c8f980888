// What filters say of the contact itself: its kind, its buying role, how it stands
// to us.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "segmentation/data/filter.h"

namespace cible {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

ContactTable ThreeRows() {
  ContactTable table;
  table.row_count = 3;
  return table;
}

// Of the first contact everything is found, of the second its relation alone, of
// the third nothing.
ContactFacts ThreeFacts() {
  ContactFacts facts;
  facts.kinds = {ContactKind::kPerson, ContactKind::kOrganization, ContactKind::kPerson};
  facts.buying_roles = {BuyingRole::kUses, BuyingRole::kUnknown, BuyingRole::kDecides};
  facts.lifecycles.resize(3);
  for (const LifecycleField field : kLifecycleFields) facts.lifecycles[0].Set(field, 2);
  facts.lifecycles[1].Set(LifecycleField::kRelation, Relation::kCustomer);
  return facts;
}

Truths Judged(absl::string_view text, const ContactFacts& facts = ThreeFacts()) {
  const auto filter = Filter::Parse(text, Schema());
  EXPECT_TRUE(filter.ok()) << text << ": " << filter.status();
  return filter.ok() ? filter->Judge(ThreeRows(), facts) : Truths();
}

std::string Refusal(absl::string_view text) {
  const auto filter = Filter::Parse(text, Schema());
  EXPECT_EQ(filter.status().code(), absl::StatusCode::kInvalidArgument) << text;
  return std::string(filter.status().message());
}

TEST(FilterFacts, ReadsTheKindAndTheBuyingRole) {
  EXPECT_THAT(Judged("contact.kind = PERSON"), ElementsAre(2, 0, 2));
  EXPECT_THAT(Judged("contact.kind != PERSON"), ElementsAre(0, 2, 0));
  EXPECT_THAT(Judged("contact.kind:ORGANIZATION"), ElementsAre(0, 2, 0));
  EXPECT_THAT(Judged("contact.buying_role = USES"), ElementsAre(2, 1, 0));
  EXPECT_THAT(Judged("contact.buying_role = ADVISES"), ElementsAre(0, 1, 0));
  EXPECT_THAT(Judged("contact.buying_role != DECIDES"), ElementsAre(2, 1, 0));
  EXPECT_THAT(Judged("contact.buying_role:*"), ElementsAre(2, 0, 2));
  EXPECT_THAT(Judged("is_missing(contact.buying_role)"), ElementsAre(0, 2, 0));
}

TEST(FilterFacts, ReadsHowAContactStands) {
  EXPECT_THAT(Judged("contact.relation = PROSPECT"), ElementsAre(2, 0, 1));
  EXPECT_THAT(Judged("contact.relation != PROSPECT"), ElementsAre(0, 2, 1));
  EXPECT_THAT(Judged("contact.relation:CUSTOMER"), ElementsAre(0, 2, 1));
  EXPECT_THAT(Judged("contact.temperature = WARM"), ElementsAre(2, 1, 1));
  EXPECT_THAT(Judged("contact.former_customer = true"), ElementsAre(2, 1, 1));
  EXPECT_THAT(Judged("contact.ambassador = false"), ElementsAre(0, 1, 1));
  EXPECT_THAT(Judged("contact.qualification.budget = NOT_MET"), ElementsAre(2, 1, 1));
  EXPECT_THAT(Judged("NOT contact.qualification.need = MET"), ElementsAre(2, 1, 1));
  EXPECT_THAT(Judged("is_missing(contact.fit)"), ElementsAre(0, 2, 2));
  EXPECT_THAT(Judged("contact.relation:*"), ElementsAre(2, 2, 0));
}

TEST(FilterFacts, KnowsEveryFieldByItsNameAndEveryValueByIts) {
  for (const LifecycleField field : kLifecycleFields) {
    const auto names = ValueNames(field);
    for (std::size_t value = 0; value < names.size(); ++value) {
      const std::string text = absl::StrCat("contact.", Name(field), " = ", names[value]);
      const Truth first = value + 1 == 2 ? kIsTrue : kIsFalse;
      EXPECT_EQ(Judged(text)[0], first) << text;
      EXPECT_TRUE(Filter::Parse(text, Schema())->reads_lifecycle()) << text;
    }
  }
}

TEST(FilterFacts, AreUnknownWhereNothingWasFound) {
  for (const char* text : {"contact.kind = PERSON", "contact.buying_role != USES",
                           "contact.relation = LEAD", "contact.next_action != QUALIFY"}) {
    EXPECT_THAT(Judged(text, {}), Each(kIsUnknown)) << text;
  }
  EXPECT_THAT(Judged("is_missing(contact.kind) AND is_missing(contact.awareness)", {}),
              Each(kIsTrue));
}

TEST(FilterFacts, SayThatTheLifecycleIsRead) {
  const auto reads = [](absl::string_view text) {
    return Filter::Parse(text, Schema())->reads_lifecycle();
  };
  EXPECT_TRUE(reads("contact.kind = PERSON AND NOT is_missing(contact.customer_stage)"));
  EXPECT_FALSE(reads("contact.kind = PERSON OR contact.buying_role:* OR contact.stage:*"));
}

TEST(FilterFacts, RefuseAValueThatTheyNeverHaveAndListThoseTheyDo) {
  EXPECT_EQ(Refusal("contact.kind = person"),
            "filter, position 16: compare contact.kind with PERSON or ORGANIZATION");
  EXPECT_EQ(Refusal("contact.buying_role = ''"),
            "filter, position 23: compare contact.buying_role with DECIDES, ADVISES or USES");
  EXPECT_EQ(Refusal("contact.relation = secret"),
            "filter, position 20: compare contact.relation with LEAD, PROSPECT or CUSTOMER");
  EXPECT_EQ(Refusal("contact.former_customer = 1"),
            "filter, position 27: compare contact.former_customer with false or true");
  EXPECT_EQ(Refusal("contact.qualification.budget = YES"),
            "filter, position 32: compare contact.qualification.budget with MET or NOT_MET");
  EXPECT_EQ(Refusal("contact.temperature > COLD"),
            "filter, position 21: compare contact.temperature by = or !=, or ask for it by :*");
  EXPECT_EQ(Refusal("contact.fit = *"),
            "filter, position 15: compare contact.fit by = or !=, or ask for it by :*");
}

TEST(FilterFacts, AreNotNamedByTheirLastWordsOrInQuotes) {
  for (const char* text : {"relation = LEAD", "\"contact.relation\" = LEAD", "contact.budget = MET",
                           "contact.qualification = MET"}) {
    EXPECT_TRUE(absl::StrContains(Refusal(text), "is not in the schema")) << text;
  }
}

}  // namespace
}  // namespace cible
