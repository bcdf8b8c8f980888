// FieldWords, ValueWords, ReasonWords and ActionText of segmentation/lifecycle/qualification.h.

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>
#include <vector>

#include "segmentation/lifecycle/qualification.h"
#include "segmentation/personas/catalogue.h"
#include "tests/segmentation/lifecycle/told_contact.h"

namespace cible {
namespace {

TEST(FieldWords, NameEveryFieldOnceInEveryLanguage) {
  for (const Language language : AllLanguages()) {
    std::set<std::string> words;
    for (const LifecycleField field : kLifecycleFields) words.insert(FieldWords(field, language));
    EXPECT_EQ(words.size(), kLifecycleFields.size());
  }
  EXPECT_EQ(FieldWords(LifecycleField::kAuthority, Language::kEnglish), "authority");
  EXPECT_EQ(FieldWords(LifecycleField::kAuthority, Language::kFrench), "pouvoir de décision");
}

TEST(ValueWords, NameEveryValueOfAFieldOnceInEveryLanguage) {
  for (const Language language : AllLanguages()) {
    for (const LifecycleField field : kLifecycleFields) {
      std::set<std::string> words;
      const int values = static_cast<int>(ValueNames(field).size());
      for (int value = 0; value <= values; ++value) {
        words.insert(ValueWords(field, value, language));
      }
      EXPECT_EQ(words.size(), values + 1u) << Name(field);
    }
  }
}

TEST(ValueWords, AreThoseOfTheField) {
  const auto words = [](LifecycleField field, int value) {
    return std::vector<std::string>{ValueWords(field, value, Language::kEnglish),
                                    ValueWords(field, value, Language::kFrench)};
  };
  using Both = std::vector<std::string>;
  EXPECT_EQ(words(LifecycleField::kRelation, 1), (Both{"lead", "piste"}));
  EXPECT_EQ(words(LifecycleField::kCustomerStage, 5), (Both{"dormant customer", "client dormant"}));
  EXPECT_EQ(words(LifecycleField::kAmbassador, 2), (Both{"yes", "oui"}));
  EXPECT_EQ(words(LifecycleField::kFormerCustomer, 1), (Both{"no", "non"}));
  EXPECT_EQ(words(LifecycleField::kNeed, 2), (Both{"not met", "non rempli"}));
  EXPECT_EQ(words(LifecycleField::kFit, 0), (Both{"unknown", "inconnu"}));
}

constexpr std::array kReasonKinds = {
    ReasonKind::kNothing,        ReasonKind::kCondition, ReasonKind::kNotCondition,
    ReasonKind::kKept,           ReasonKind::kInherited, ReasonKind::kOtherwise,
    ReasonKind::kDormantTooLong, ReasonKind::kFit,       ReasonKind::kOverride};

class Reasons : public ::testing::Test {
 protected:
  Reasons()
      : policy_(Compiled(
            {.ambassador = "budget > 10", .dormant_customer_is_prospect_after_days = 365})) {}

  std::string Words(LifecycleField field, ReasonKind kind, Language language) const {
    return ReasonWords(field, {kind, &policy_.ambassador}, language);
  }
  std::string French(ReasonKind kind) const {
    return Words(LifecycleField::kAmbassador, kind, Language::kFrench);
  }

  const Policy policy_;
};

TEST_F(Reasons, AreInEnglishThoseOfTheRecord) {
  for (const LifecycleField field : kLifecycleFields) {
    for (const ReasonKind kind : kReasonKinds) {
      EXPECT_EQ(Words(field, kind, Language::kEnglish),
                ReasonText(field, {kind, &policy_.ambassador}));
    }
  }
}

TEST_F(Reasons, AreSaidInFrench) {
  EXPECT_EQ(French(ReasonKind::kNothing), "rien de connu ne l'indique");
  EXPECT_EQ(French(ReasonKind::kKept),
            "comme auparavant\u202f: rien n'indique que cela ait pris fin");
  EXPECT_EQ(French(ReasonKind::kInherited), "comme son organisation");
  EXPECT_EQ(French(ReasonKind::kOtherwise), "aucune des autres conditions de la politique");
  EXPECT_EQ(Words(LifecycleField::kRelation, ReasonKind::kOtherwise, Language::kFrench),
            "aucun premier contact n'est connu");
  EXPECT_EQ(French(ReasonKind::kDormantTooLong),
            "délai écoulé\u202f: dormant_customer_is_prospect_after_days");
  EXPECT_EQ(French(ReasonKind::kFit), "d'après les personas marqués comme ciblés ou exclus");
  EXPECT_EQ(French(ReasonKind::kOverride), "une personne l'a indiqué");
}

TEST_F(Reasons, LeaveConditionsAsThePolicyHasThem) {
  EXPECT_EQ(French(ReasonKind::kCondition), "ambassador\u202f: budget > 10");
  EXPECT_EQ(French(ReasonKind::kNotCondition),
            "condition ambassador non remplie\u202f: budget > 10");
}

class Actions : public ::testing::Test {
 protected:
  Actions() {
    settings_.dormant_customer_is_prospect_after_days = 365;
    settings_.qualification.purchasing_power = {.question = {"How much?", "Combien ?"},
                                                .points = 20};
    settings_.qualification.need = {.question = {"What for?", "Pour quoi ?"}, .points = 30};
    settings_.qualification.timing = {.question = {"When?", ""}, .points = 10};
    settings_.qualification.fit_question = {"Who are you?", "Qui êtes-vous ?"};
    settings_.offers = {{.id = "basic", .display_name = "Basic plan", .max_price = 9},
                        {.id = "plus", .max_price = 9}};
  }

  std::string Text(const std::string& state, Language language,
                   const std::vector<std::string>& offers = {}) const {
    const Policy policy = Compiled(settings_);
    return ActionText(policy, StateOf(state), Qualify(policy, StateOf(state), false), offers,
                      language);
  }
  std::string English(const std::string& state) const { return Text(state, Language::kEnglish); }
  std::string French(const std::string& state) const { return Text(state, Language::kFrench); }

  PolicySettings settings_;
};

TEST_F(Actions, AskWhatIsUnknownAndWorthMost) {
  EXPECT_EQ(English("next_action=QUALIFY"), "Qualify: ask “What for?”, “How much?” and “When?”.");
  EXPECT_EQ(French("next_action=QUALIFY qualification.need=MET"),
            "Qualifier\u202f: demander «\u202fCombien ?\u202f», «\u202fWhen?\u202f» et «\u202fQui "
            "êtes-vous ?\u202f».");
}

TEST_F(Actions, NameWhatIsUnknownWhereThereIsNoQuestion) {
  EXPECT_EQ(English("next_action=QUALIFY qualification.need=MET qualification.budget=MET "
                    "qualification.timing=NOT_MET fit=IN_TARGET"),
            "Qualify: find out about authority.");
  EXPECT_EQ(French("next_action=QUALIFY qualification.need=MET qualification.budget=MET "
                   "qualification.timing=MET fit=IN_TARGET"),
            "Qualifier\u202f: se renseigner (pouvoir de décision).");
  EXPECT_EQ(English("next_action=QUALIFY qualification.need=MET qualification.budget=MET "
                    "qualification.timing=MET qualification.authority=MET fit=IN_TARGET"),
            "Qualify: nothing is left to ask.");
}

TEST_F(Actions, ProposeTheOffersThatWereNotBought) {
  EXPECT_EQ(Text("next_action=UPSELL", Language::kEnglish, {"basic", "plus"}),
            "Upsell: propose “Basic plan” and “plus”.");
  EXPECT_EQ(Text("next_action=UPSELL", Language::kFrench, {"plus"}),
            "Proposer un complément\u202f: «\u202fplus\u202f».");
  EXPECT_EQ(English("next_action=UPSELL"), "Upsell: propose what has not been bought yet.");
}

TEST_F(Actions, AreSaidInASentence) {
  EXPECT_EQ(English(""), "");
  EXPECT_EQ(English("next_action=NONE"), "Nothing in particular to do.");
  EXPECT_EQ(English("next_action=NURTURE"), "Nurture: keep in touch, without pressing.");
  EXPECT_EQ(English("next_action=CONTACT_NOW"), "Contact now: the sooner, the better.");
  EXPECT_EQ(English("next_action=WIN_BACK"),
            "Win back: ask what was missing, and invite to come back.");
  EXPECT_EQ(English("next_action=THANK"), "Thank, and ask for nothing.");
  EXPECT_EQ(English("next_action=LEAVE_ALONE"),
            "Leave alone: do not get in touch. This is advice until a named person confirms it.");
  EXPECT_EQ(French("next_action=THANK"), "Remercier, sans rien demander.");
  EXPECT_EQ(French("next_action=LEAVE_ALONE"),
            "Ne pas solliciter\u202f: aucune prise de contact. C'est un conseil, tant qu'une "
            "personne nommément désignée ne l'a pas confirmé.");
}

}  // namespace
}  // namespace cible
