#include "clients/cli/policy_text.h"

#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/wire/policy_wire.h"

namespace cible {
namespace {

using google::protobuf::util::MessageDifferencer;

v1::LifecyclePolicy TheDefault() {
  v1::LifecyclePolicy policy;
  PolicyToProto(DefaultPolicy(), &policy);
  return policy;
}

v1::LifecyclePolicy EveryField() {
  v1::LifecyclePolicy policy = TheDefault();
  policy.set_name("workspaces/default/lifecyclePolicy");
  policy.set_etag("12");
  policy.set_customer("city = \"L'Aÿ\" OR path = 'a\\\\b\t\x01'");
  v1::Offer& offer = *policy.add_offers();
  offer.set_id("annual-plan");
  offer.set_display_name("L'année, 100 % « tout compris »");
  offer.set_min_price(199.99);
  offer.set_max_price(1e7 / 3);
  offer.set_not_worth_qualifying(true);
  offer.set_bought("plan = 'annual'");
  policy.set_main_offer("annual-plan");
  return policy;
}

// Everything of the file but comments and blank lines.
std::vector<std::string> LinesOfFields(const std::string& text) {
  std::vector<std::string> lines;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (!line.empty() && line[0] != '#') lines.emplace_back(line);
  }
  return lines;
}

TEST(PolicyText, ReadsBackAsTheSamePolicy) {
  v1::LifecyclePolicy odd;  // A later version of the API has other actions.
  odd.add_next_actions()->set_action(static_cast<v1::NextAction>(99));
  odd.mutable_qualification()->mutable_need();
  for (const v1::LifecyclePolicy& policy :
       {v1::LifecyclePolicy(), TheDefault(), EveryField(), odd}) {
    const auto read = PolicyFromText(PolicyToText(policy));
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_TRUE(MessageDifferencer::Equals(*read, policy)) << PolicyToText(policy);
  }
}

TEST(PolicyText, HasACommentAboveEveryFieldOfThePolicy) {
  const std::string text = PolicyToText(EveryField());
  const auto* fields = v1::LifecyclePolicy::descriptor();
  for (int i = 0; i < fields->field_count(); ++i) {
    const std::string& name = fields->field(i)->name();
    const bool is_commented = absl::StrContains(text, absl::StrCat("\n", name, ":")) ||
                              absl::StrContains(text, absl::StrCat("\n", name, " {"));
    EXPECT_TRUE(is_commented) << name;
    const std::size_t at = text.find(absl::StrCat("\n", name));
    const std::size_t line = text.rfind('\n', at - 1) + 1;
    EXPECT_EQ(text.substr(line, 1), "#") << name << ": " << text.substr(line, at - line);
  }
}

TEST(PolicyText, HasACommentAboveEveryPartOfTheQualification) {
  const std::string text = PolicyToText(TheDefault());
  const auto* fields = v1::QualificationRules::descriptor();
  for (int i = 0; i < fields->field_count(); ++i) {
    const std::size_t at = text.find(absl::StrCat("\n  ", fields->field(i)->name()));
    ASSERT_NE(at, std::string::npos) << fields->field(i)->name();
    const std::size_t line = text.rfind('\n', at - 1) + 1;
    EXPECT_EQ(text.substr(line, 4), "  # ") << fields->field(i)->name();
  }
}

TEST(PolicyText, HasEachConditionOnALineOfItsOwnAsItIsTyped) {
  v1::LifecyclePolicy policy;
  policy.set_customer("country = 'FR' AND net_paid > 0");
  policy.set_prospect("note = \"deux \\\"mots\\\"\"");
  v1::ActionRule& action = *policy.add_next_actions();
  action.set_when("contact.temperature = HOT");
  action.set_action(v1::NEXT_ACTION_CONTACT_NOW);
  policy.add_next_actions()->set_action(v1::NEXT_ACTION_THANK);
  v1::SourceRule& source = *policy.add_sources();
  source.set_kind(v1::SOURCE_KIND_FAIR);
  source.add_words("foire");
  source.add_words("congrès");
  const std::vector<std::string> lines = LinesOfFields(PolicyToText(policy));
  const auto has = [&](const std::string& line) {
    return std::find(lines.begin(), lines.end(), line) != lines.end();
  };
  EXPECT_TRUE(has("customer: \"country = 'FR' AND net_paid > 0\""));
  EXPECT_TRUE(has("prospect: \"note = \\\"deux \\\\\\\"mots\\\\\\\"\\\"\""));
  EXPECT_TRUE(has("ambassador: \"\""));
  EXPECT_TRUE(has("dormant_customer_is_prospect_after_days: 0"));
  EXPECT_TRUE(
      has("next_actions { action: NEXT_ACTION_CONTACT_NOW  when: \"contact.temperature = HOT\" }"));
  EXPECT_TRUE(has("next_actions { action: NEXT_ACTION_THANK        when: \"\" }"));
  EXPECT_TRUE(has("sources { kind: SOURCE_KIND_FAIR  words: [\"foire\", \"congrès\"] }"));
}

TEST(PolicyText, ShowsHowAnOfferWouldBeWrittenWhereThereIsNone) {
  EXPECT_NE(PolicyToText(TheDefault()).find("#\n# offers {\n#   id: \"annual-plan\"\n"),
            std::string::npos);
  EXPECT_EQ(PolicyToText(EveryField()).find("# offers {"), std::string::npos);
}

TEST(PolicyText, NamesTheLineThatCannotBeRead) {
  const auto policy = PolicyFromText("customer: \"net_paid > 0\"\ncustmer: \"\"\n");
  EXPECT_EQ(policy.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(policy.status().message(),
            "line 2, column 8: Message type \"cible.v1.LifecyclePolicy\" has no field named "
            "\"custmer\". Mend that line: a condition stands between double quotes, and texts in "
            "it between single ones. `cible lifecycle show --output FILE` writes a file that can "
            "be read.");
}

}  // namespace
}  // namespace cible
