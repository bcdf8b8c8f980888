#include "server/wire/policy_wire.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "absl/strings/str_cat.h"

namespace cible {
namespace {

CriterionRule Rule(const std::string& word, int points) {
  return {
      .met = absl::StrCat(word, " > 1"),
      .not_met = absl::StrCat(word, " < 1"),
      .question = {absl::StrCat("How much ", word, "?"), absl::StrCat("Combien de ", word, " ?")},
      .points = points};
}

// Every field is another than that of a new one.
PolicySettings EveryField() {
  return {.customer = "net_paid > 0",
          .prospect = "visits > 0",
          .ambassador = "referrals > 0",
          .new_customer = "days < 90",
          .loyal_customer = "orders > 3",
          .dormant_customer = "days > 365",
          .dormant_customer_is_prospect_after_days = 730,
          .aware = "visits:*",
          .interested = "demo = true",
          .warm = "engagement > 1",
          .hot = "engagement > 5",
          .segmentation = "shoppers",
          .qualification = {.budget = Rule("budget", 1),
                            .purchasing_power = Rule("income", 2),
                            .authority = Rule("authority", 3),
                            .need = Rule("need", 4),
                            .timing = Rule("timing", 5),
                            .fit_points = 6,
                            .fit_question = {"Who are you?", "Qui êtes-vous ?"}},
          .offers = {{.id = "wine-club",
                      .display_name = "Wine club",
                      .min_price = 10,
                      .max_price = 99.5,
                      .is_worth_qualifying = false,
                      .bought = "club = true"},
                     {.id = "box", .max_price = 1}},
          .main_offer = "wine-club",
          .next_actions = {{"contact.temperature = HOT", NextAction::kContactNow},
                           {"contact.fit = EXCLUDED", NextAction::kLeaveAlone}},
          .sources = {{SourceKind::kFair, {"fair", "salon"}}, {SourceKind::kBoughtList, {"list"}}}};
}

TEST(PolicyWire, KeepsEveryField) {
  v1::LifecyclePolicy message;
  PolicyToProto(EveryField(), &message);
  const auto read = PolicyFromProto(message);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(*read == EveryField());
}

TEST(PolicyWire, WritesEveryFieldButNameAndEtag) {
  v1::LifecyclePolicy message;
  PolicyToProto(EveryField(), &message);
  const auto* descriptor = message.GetDescriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const auto* field = descriptor->field(i);
    const bool is_written = field->is_repeated()
                                ? message.GetReflection()->FieldSize(message, field) > 0
                                : message.GetReflection()->HasField(message, field);
    EXPECT_EQ(is_written, field->name() != "name" && field->name() != "etag") << field->name();
  }
}

TEST(PolicyWire, TakesTheDefaultSegmentationWhereNoneIsNamed) {
  const auto read = PolicyFromProto({});
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->segmentation, "default");
}

struct Fault {
  std::string message;
  std::function<void(v1::LifecyclePolicy&)> commit;
};

TEST(PolicyWire, NamesTheFieldThatIsWrong) {
  const Fault faults[] = {
      {"customer: 65537 bytes are too many; shorten it to at most 65536",
       [](auto& policy) { policy.set_customer(std::string(65'537, ' ')); }},
      {"qualification.need.not_met: 65537 bytes are too many; shorten it to at most 65536",
       [](auto& policy) {
         policy.mutable_qualification()->mutable_need()->set_not_met(std::string(65'537, ' '));
       }},
      {"qualification.fit_question.fr: 1025 bytes are too many; shorten it to at most 1024",
       [](auto& policy) {
         policy.mutable_qualification()->mutable_fit_question()->set_fr(std::string(1025, 'x'));
       }},
      {"segmentation: an id has 1 to 63 characters: a lower-case letter, then lower-case letters, "
       "digits or \"-\"",
       [](auto& policy) { policy.set_segmentation("workspaces/a/segmentations/b"); }},
      {"offers, line 1.display_name: 257 bytes are too many; shorten it to at most 256",
       [](auto& policy) { policy.mutable_offers(0)->set_display_name(std::string(257, 'x')); }},
      {"next_actions, line 2: no action is given; give one, such as NURTURE",
       [](auto& policy) { policy.mutable_next_actions(1)->clear_action(); }},
      {"next_actions, line 1: no action is given; give one, such as NURTURE",
       [](auto& policy) {
         policy.mutable_next_actions(0)->set_action(static_cast<v1::NextAction>(99));
       }},
      {"next_actions, line 1: no condition is given; say when the action is to be taken",
       [](auto& policy) { policy.mutable_next_actions(0)->clear_when(); }},
      {"sources, line 1: no kind is given; give one, such as FAIR",
       [](auto& policy) { policy.mutable_sources(0)->clear_kind(); }},
      {"sources, line 1: no words are given; name words of the sources it is about",
       [](auto& policy) { policy.mutable_sources(0)->clear_words(); }},
      {"sources, line 1: a word is empty; leave it out",
       [](auto& policy) { policy.mutable_sources(0)->set_words(1, ""); }},
      {"sources, line 2: 257 bytes are too many; shorten it to at most 256",
       [](auto& policy) { policy.mutable_sources(1)->set_words(0, std::string(257, 'x')); }},
      {"sources, line 1: 101 entries are too many; give at most 100",
       [](auto& policy) {
         while (policy.sources(0).words_size() <= 100) policy.mutable_sources(0)->add_words("w");
       }},
      {"offers: 101 entries are too many; give at most 100",
       [](auto& policy) {
         while (policy.offers_size() <= 100) policy.add_offers();
       }},
      {"next_actions: 101 entries are too many; give at most 100",
       [](auto& policy) {
         while (policy.next_actions_size() <= 100) policy.add_next_actions();
       }},
      {"sources: 101 entries are too many; give at most 100",
       [](auto& policy) {
         while (policy.sources_size() <= 100) policy.add_sources();
       }},
  };
  for (const Fault& fault : faults) {
    v1::LifecyclePolicy policy;
    PolicyToProto(EveryField(), &policy);
    fault.commit(policy);
    EXPECT_EQ(PolicyFromProto(policy).status(), absl::InvalidArgumentError(fault.message));
  }
}

TEST(PolicyWire, NamesThePlaceOfAnOfferThatStandsAlone) {
  v1::Offer offer;
  offer.set_display_name(std::string(257, 'x'));
  EXPECT_EQ(OfferFromProto(offer, "new_offer").status(),
            absl::InvalidArgumentError(
                "new_offer.display_name: 257 bytes are too many; shorten it to at most 256"));
}

TEST(LifecycleFieldFromProto, RefusesOneThatIsNotSaid) {
  EXPECT_EQ(*LifecycleFieldFromProto(v1::LIFECYCLE_FIELD_FIT, "field"), LifecycleField::kFit);
  const absl::Status refused = absl::InvalidArgumentError(
      "field: no field is named; name one, such as LIFECYCLE_FIELD_RELATION");
  EXPECT_EQ(LifecycleFieldFromProto(v1::LIFECYCLE_FIELD_UNSPECIFIED, "field").status(), refused);
  EXPECT_EQ(LifecycleFieldFromProto(static_cast<v1::LifecycleField>(13), "field").status(),
            refused);
}

// Names of values are read off the API's, so they cannot drift apart.
TEST(LifecycleWire, NamesValuesAsTheApiDoes) {
  const std::pair<LifecycleField, const google::protobuf::EnumDescriptor*> enums[] = {
      {LifecycleField::kRelation, v1::Relation_descriptor()},
      {LifecycleField::kCustomerStage, v1::CustomerStage_descriptor()},
      {LifecycleField::kAwareness, v1::Awareness_descriptor()},
      {LifecycleField::kTemperature, v1::Temperature_descriptor()},
      {LifecycleField::kFit, v1::Fit_descriptor()},
      {LifecycleField::kNeed, v1::Finding_descriptor()},
      {LifecycleField::kNextAction, v1::NextAction_descriptor()},
  };
  for (const auto& [field, descriptor] : enums) {
    const std::string zero = descriptor->value(0)->name();
    const std::string prefix = zero.substr(0, zero.size() - std::string("UNSPECIFIED").size());
    EXPECT_EQ(ValueNames(field).size() + 1, static_cast<std::size_t>(descriptor->value_count()));
    for (int i = 1; i < descriptor->value_count(); ++i) {
      EXPECT_EQ(absl::StrCat(prefix, ValueName(field, descriptor->value(i)->number())),
                descriptor->value(i)->name());
    }
  }
}

}  // namespace
}  // namespace cible
