// ExplanationText of segmentation/lifecycle/qualification.h.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "segmentation/behaviour/behaviour_attributes.h"
#include "segmentation/behaviour/organization_attributes.h"
#include "segmentation/lifecycle/qualification.h"
#include "segmentation/personas/catalogue.h"
#include "tests/segmentation/behaviour/added_up.h"
#include "tests/segmentation/lifecycle/told_contact.h"

namespace cible {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const Date kToday = Day("2026-06-30");

PolicySettings Rules() {
  PolicySettings settings;
  settings.dormant_customer_is_prospect_after_days = 365;
  settings.customer = "net_paid > 0 OR contact.stage = CUSTOMER";
  settings.new_customer = "first_purchase_date > today - 90d";
  settings.ambassador = "referrals > 0";
  settings.hot = "engagement > 50";
  settings.qualification.need = {.met = "order_signed = true", .points = 30};
  settings.qualification.authority = {.not_met = "contact.buying_role = USES", .points = 15};
  settings.next_actions = {{"contact.customer_stage = NEW", NextAction::kThank}};
  return settings;
}

const ToldContact kBuyer{.stage = Stage::kCustomer,
                         .events = {Purchase("2026-06-01", 1234.5)},
                         .values = {{"order_signed", true}},
                         .role = BuyingRole::kUses};

std::string Explained(const ToldContact& contact, Language language,
                      const PolicySettings& settings = Rules()) {
  const Policy policy = Compiled(settings);
  const Classified standing = StandingOn(kToday, contact, policy);
  ContactFacts facts;
  facts.today = kToday;
  facts.kinds = {contact.kind};
  facts.stages = {contact.stage};
  facts.buying_roles = {contact.role};
  facts.organizations = {contact.organization};
  return ExplanationText(policy, standing, Qualify(policy, standing.state, false),
                         ToldPolicySchema(), TableOn(kToday, contact, policy.attributes()), facts,
                         0, language);
}

TEST(Explanation, TellsThePersonConcernedInEnglish) {
  EXPECT_EQ(Explained(kBuyer, Language::kEnglish),
            "How we see our relation with you, as of 2026-06-30\n"
            "\n"
            "It was worked out automatically from the following data about you:\n"
            "- Stage on record: customer\n"
            "- Net paid: 1,234.5\n"
            "- Referrals: 0\n"
            "- First purchase: 2026-06-01\n"
            "- Engagement: 2.56\n"
            "- Part in purchases: uses\n"
            "- order_signed: yes\n"
            "\n"
            "What was found:\n"
            "- You are one of our customers. It follows from: Stage on record, Net paid.\n"
            "- You became a customer not long ago. It follows from: First purchase.\n"
            "- No recommendation of yours is recorded. It follows from: Referrals.\n"
            "- Nothing shows that you know us. None of our other rules applies.\n"
            "- At present there are few signs of interest. None of our other rules applies.\n"
            "- Others decide on a purchase. It follows from: Part in purchases.\n"
            "- You have a need that we can answer. It follows from: order_signed.\n"
            "- We plan to thank you.\n"
            "\n"
            "Not known, and counted neither for you nor against you: fit with the target, budget "
            "and timing.\n"
            "\n"
            "In points: authority −15, need +30; +15 in all. What is not known counts for "
            "nothing.\n"
            "\n"
            "This helps us to decide whom to get in touch with, when, and about what. It is "
            "advice: people decide, not the machine. No decision that has legal effects for you, "
            "or affects you in a similarly significant way, is taken by it alone. Where the "
            "advice is to leave somebody out or alone, it takes effect only once a named person "
            "has confirmed it.\n"
            "\n"
            "You may ask which data about you we hold and receive a copy of them (GDPR, art. 15), "
            "have them corrected (art. 16) and object to their use, at any time and without "
            "giving reasons where they serve direct marketing (art. 21). You may ask for a person "
            "to look at what was found, state your point of view and contest it (art. 22). You "
            "may also lodge a complaint with a data protection authority (art. 77). It is enough "
            "to write to us, and it is free of charge.");
}

// With spaces that break where French has none that do.
std::string Plain(const std::string& text) { return absl::StrReplaceAll(text, {{"\u202f", " "}}); }

TEST(Explanation, TellsThePersonConcernedInFrench) {
  EXPECT_EQ(Plain(Explained(kBuyer, Language::kFrench)),
            "Notre relation avec vous, telle que nous la voyons au 2026-06-30\n"
            "\n"
            "Elle a été établie automatiquement à partir des données suivantes, qui vous "
            "concernent :\n"
            "- Stade enregistré : client\n"
            "- Montant net payé : 1 234,5\n"
            "- Recommandations : 0\n"
            "- Premier achat : 2026-06-01\n"
            "- Engagement : 2,56\n"
            "- Rôle dans les achats : utilise\n"
            "- order_signed : oui\n"
            "\n"
            "Ce qui en a été déduit :\n"
            "- Vous comptez parmi nos clients. D'après : Stade enregistré, Montant net payé.\n"
            "- Vous comptez parmi nos clients depuis peu. D'après : Premier achat.\n"
            "- Aucune recommandation de votre part n'est enregistrée. D'après : "
            "Recommandations.\n"
            "- Rien n'indique que vous nous connaissiez. Aucune autre de nos règles ne "
            "s'applique.\n"
            "- À ce jour, les signes d'intérêt sont peu nombreux. Aucune autre de nos règles ne "
            "s'applique.\n"
            "- La décision d'achat revient à d'autres. D'après : Rôle dans les achats.\n"
            "- Vous avez un besoin auquel nous pouvons répondre. D'après : order_signed.\n"
            "- Nous prévoyons de vous remercier.\n"
            "\n"
            "Inconnu, et compté ni en votre faveur ni en votre défaveur : adéquation à la cible, "
            "budget et échéance.\n"
            "\n"
            "En points : pouvoir de décision −15, besoin +30 ; au total +15. Ce qui est inconnu "
            "ne compte pas.\n"
            "\n"
            "Cela nous aide à décider qui contacter, quand et à quel sujet. Il s'agit de "
            "conseils : ce sont des personnes qui décident, et non la machine. Aucune décision "
            "produisant des effets juridiques à votre égard, ou vous affectant de manière "
            "significative de façon similaire, n'est prise sur ce seul fondement. Lorsque le "
            "conseil est d'écarter quelqu'un ou de ne pas le solliciter, il ne prend effet "
            "qu'une fois confirmé par une personne nommément désignée.\n"
            "\n"
            "Vous pouvez demander quelles données vous concernant nous détenons et en recevoir "
            "une copie (RGPD, art. 15), les faire rectifier (art. 16) et vous opposer à leur "
            "utilisation, à tout moment et sans donner de motif lorsqu'elle sert à la "
            "prospection (art. 21). Vous pouvez demander qu'une personne examine ce qui a été "
            "déduit, exprimer votre point de vue et le contester (art. 22). Vous pouvez aussi "
            "adresser une réclamation à une autorité de protection des données (art. 77). Il "
            "suffit de nous écrire, et c'est gratuit.");
}

TEST(Explanation, SaysWhereNothingIsKnown) {
  const std::string text = Explained({}, Language::kEnglish);
  EXPECT_THAT(text, HasSubstr("None of the data that it is worked out from is known of you.\n"));
  EXPECT_THAT(text, HasSubstr("- You are not one of our customers, and we know of no first "
                              "contact with you."));
  EXPECT_THAT(text, HasSubstr("\n\nNo points were given: too little is known.\n\n"));
}

TEST(Explanation, SaysWhatAPersonSaidAndWhatIsAsBefore) {
  ToldContact contact;
  contact.before = "relation=CUSTOMER";
  contact.said = {{LifecycleField::kFit, static_cast<int>(Fit::kExcluded)}};
  const std::string text = Explained(contact, Language::kEnglish);
  EXPECT_THAT(text, HasSubstr("- You are one of our customers. It was so before, and nothing says "
                              "that it has changed.\n"));
  EXPECT_THAT(text, HasSubstr("- You resemble those whom we have chosen not to address. A member "
                              "of our team said so; it was not worked out.\n"));
}

TEST(Explanation, SaysWhatIsOfTheOrganization) {
  EXPECT_THAT(Explained({.organization = "relation=CUSTOMER"}, Language::kFrench),
              HasSubstr("- Vous comptez parmi nos clients. Il en est ainsi de votre "
                        "organisation.\n"));
}

// The id of another person is not for the organisation to read.
TEST(Explanation, DoesNotNameOtherPeople) {
  PolicySettings settings = Rules();
  settings.qualification.authority.met = "best_decision_maker:*";
  ToldContact company{.kind = ContactKind::kOrganization};
  company.people = {{.events = {Purchase("2026-06-01", 10)}, .role = BuyingRole::kDecides}};
  const std::string text = Explained(company, Language::kEnglish, settings);
  EXPECT_THAT(text, HasSubstr("\n- Best-known decision maker\n"));
  EXPECT_THAT(text, Not(HasSubstr("p0")));
}

// Whatever was found, there are words for it, and none that are denied.
TEST(ExplanationLaws, EveryStateHasWordsThatNeverJudge) {
  const Policy policy = Compiled(Rules());
  const Schema schema = ToldPolicySchema();
  EXPECT_TRUE(rc::check([&] {
    Classified classified;
    for (const LifecycleField field : kLifecycleFields) {
      const int values = static_cast<int>(ValueNames(field).size());
      classified.state.Set(field, *rc::gen::inRange(0, values + 1));
      FieldReason& reason = classified.reasons[static_cast<std::size_t>(field) - 1];
      reason.kind = static_cast<ReasonKind>(
          *rc::gen::inRange(0, static_cast<int>(ReasonKind::kOverride) + 1));
      reason.condition = &policy.customer;
    }
    for (const Language language : AllLanguages()) {
      const std::string text =
          ExplanationText(policy, classified, Qualify(policy, classified.state, true), schema,
                          ContactTable{.row_count = 1}, {}, 0, language);
      RC_ASSERT(text.find("lifecycle.") == std::string::npos);
      RC_ASSERT(!Catalogue::For(language).DeniesText(text));
    }
  }));
}

TEST(Explanation, NamesEverythingThatIsWorkedOutInEveryLanguage) {
  for (const Language language : AllLanguages()) {
    const Catalogue& catalogue = Catalogue::For(language);
    for (const auto& attributes : {BehaviourAttributes({}, ""), PeopleAttributes("")}) {
      for (const Attribute& attribute : attributes) {
        const std::string name = catalogue.Message("derived." + attribute.derived_from);
        EXPECT_THAT(name, Not(HasSubstr("derived."))) << attribute.derived_from;
        const bool is_english = language == Language::kEnglish;
        EXPECT_TRUE(!is_english || name == attribute.display_name) << name;
      }
    }
  }
}

// By item category, and where people gave a name of their own.
TEST(Explanation, KeepsNamesThatPeopleGave) {
  Schema schema;
  for (Attribute attribute : BehaviourAttributes({{"wine", {"w*"}}}, "EUR")) {
    if (attribute.id == "net_paid") attribute.display_name = "Chiffre d'affaires";
    ASSERT_TRUE(schema.Add(attribute).ok());
  }
  PolicySettings settings = Rules();
  settings.customer = "net_paid > 0 AND monetary_wine > 3";
  settings.qualification = {};
  const auto policy = Policy::Compile(settings, schema);
  ASSERT_TRUE(policy.ok()) << policy.status();
  ContactTable table{.row_count = 1};
  for (const char* const id : {"net_paid", "monetary_wine"}) {
    table.columns.push_back(MakeColumn(id, AttributeType::kNumeric));
    Append(table.columns.back(), 1234.);
  }
  const std::string text =
      Plain(ExplanationText(*policy, {}, {}, schema, table, {}, 0, Language::kFrench));
  EXPECT_THAT(text,
              HasSubstr("\n- Dépense totale: wine : 1 234 €\n- Chiffre d'affaires : 1 234 €\n"));
  EXPECT_THAT(text, testing::StartsWith("Notre relation avec vous, telle que nous la voyons\n\n"));
  EXPECT_THAT(text, HasSubstr("Rien n'en a été déduit.\n"));
}

}  // namespace
}  // namespace cible
