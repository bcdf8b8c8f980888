#include "segmentation/personas/portrait.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "segmentation/personas/catalogue.h"
#include "tests/segmentation/personas/hand_made_facts.h"

namespace cible {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::vector<Portrait> Describe(const HandMadeFacts& made, Language language) {
  const SegmentFacts facts = made.Facts();
  return DescribeSegments(facts, ProfileSegments(facts), language);
}

std::string EnglishName(const HandMadeFacts& made, int segment = 0) {
  return Describe(made, Language::kEnglish)[segment].name;
}

std::string FrenchName(const HandMadeFacts& made, int segment = 0) {
  return Describe(made, Language::kFrench)[segment].name;
}

TEST(DescribeSegments, LeadsWithBehaviour) {
  HandMadeFacts made(3);
  made.AddNumber({.display_name = "NumWebPurchases"}, {9, 2, 2});
  made.AddNumber({.display_name = "NumDealsPurchases"}, {6, 2, 2});
  made.AddNumber({.display_name = "children"}, {3, 0, 0}, .5);
  EXPECT_EQ(EnglishName(made), "Web-first families attentive to offers");
  EXPECT_EQ(FrenchName(made), "Familles adeptes de l'achat en ligne, sensibles aux offres");
}

TEST(DescribeSegments, SaysOnceWhatABlockHasInCommon) {
  HandMadeFacts made(3);
  for (const char* header : {"MntWines", "MntMeatProducts", "MntFishProducts"}) {
    made.AddNumber({.display_name = header, .block = "mnt"}, {90, 10, 20}, 8);
  }
  EXPECT_EQ(EnglishName(made), "Big-basket customers");
  EXPECT_EQ(FrenchName(made), "Clients aux paniers généreux");
  EXPECT_EQ(Describe(made, Language::kEnglish)[0].name_traits.size(), 3u);
  EXPECT_THAT(Describe(made, Language::kEnglish)[0].summary, Not(HasSubstr("fish")));
}

// Found on a garden centre's list: who bought for pets alone, and more than
// anyone, had "small baskets", since three kinds of spend of four were low.
TEST(DescribeSegments, SaysNothingOfABlockThatGoesBothWays) {
  HandMadeFacts made(2);
  for (const char* header : {"MntWines", "MntMeatProducts", "MntFishProducts"}) {
    made.AddNumber({.display_name = header, .block = "mnt"}, {10, 90}, 8);
  }
  made.AddNumber({.display_name = "MntPets", .block = "mnt"}, {900, 20}, 8);
  EXPECT_EQ(EnglishName(made), "Customers who spend on their pets");
  EXPECT_THAT(Describe(made, Language::kEnglish)[0].summary, Not(HasSubstr("in general")));
}

TEST(DescribeSegments, JoinsPhrasesOfOneStem) {
  HandMadeFacts made(2);
  made.AddBoolean({.display_name = "tasty", .criterion = Criterion::kNeeds}, {.9, .2});
  made.AddBoolean({.display_name = "convenient", .criterion = Criterion::kNeeds}, {.9, .3});
  EXPECT_EQ(EnglishName(made), "People who find it tasty and convenient");
  EXPECT_EQ(FrenchName(made), "Personnes qui trouvent cela bon et pratique");
}

TEST(DescribeSegments, SaysANegativeAloneInFull) {
  HandMadeFacts made(2);
  made.AddBoolean({.display_name = "tasty", .criterion = Criterion::kNeeds}, {.1, .9});
  EXPECT_EQ(EnglishName(made), "People who do not find it tasty");
  EXPECT_EQ(FrenchName(made), "Personnes qui ne trouvent pas cela bon");
}

TEST(DescribeSegments, JoinsPhrasesThatBothBeginWithTheRelativePronoun) {
  HandMadeFacts made(2);
  made.AddNumber({.display_name = "Page Views Per Visit"}, {9, 2});
  made.AddLevels({.display_name = "source"}, {{"referral", {.9, .1}}, {"fair", {.1, .9}}});
  EXPECT_EQ(EnglishName(made), "Contacts who look at many pages and came through a referral");
  EXPECT_EQ(FrenchName(made),
            "Contacts qui regardent beaucoup de pages et nous viennent d'une recommandation");
}

// Found on bank-full: 18 % of a segment had answered an earlier campaign, and
// of the others nothing was known, yet the segment was named after them.
TEST(DescribeSegments, NamesNothingThatIsKnownOfFewerThanHalf) {
  HandMadeFacts made(2);
  made.AddBoolean({.display_name = "newsletter"}, {.9, .1});
  EXPECT_EQ(EnglishName(made), "Contacts who read the newsletter");
  for (AttributeSummary& segment : made.aggregates()[0].components) segment.unknown = 150;
  EXPECT_THAT(EnglishName(made), HasSubstr("Close to the average"));
  EXPECT_THAT(Describe(made, Language::kEnglish)[0].summary, HasSubstr("newsletter readers (90%"));
  for (AttributeSummary& segment : made.aggregates()[0].components) segment.unknown = 1500;
  EXPECT_THAT(Describe(made, Language::kEnglish)[0].summary, Not(HasSubstr("newsletter")));
}

// Found on mcdonalds.csv: 100 % against 87 % of everyone is a claim, since
// hardly anyone is left, yet it sets nobody apart.
TEST(DescribeSegments, PassesOverSharesThatAreNearlyEqual) {
  HandMadeFacts made(2, 1000);
  made.AddBoolean({.display_name = "fattening"}, {1, .76});
  ASSERT_TRUE(ProfileSegments(made.Facts())[0].traits[0].is_claim);
  EXPECT_THAT(EnglishName(made), HasSubstr("Close to the average"));
  EXPECT_THAT(Describe(made, Language::kEnglish)[0].summary, Not(HasSubstr("calories")));
}

TEST(DescribeSegments, PrefersWhatThereIsToWhatThereIsNot) {
  HandMadeFacts made(2);
  made.AddLevels({.display_name = "contact"}, {{"cellular", {.05, .95}}, {"landline", {.95, .05}}});
  EXPECT_EQ(EnglishName(made), "Contacts easiest to reach by landline");
}

TEST(DescribeSegments, ReadsUnknownHeadersAsWords) {
  HandMadeFacts made(2);
  made.AddNumber({.display_name = "WidgetWidth"}, {9, 2});
  EXPECT_EQ(EnglishName(made), "Contacts above average on widget width");
  EXPECT_EQ(EnglishName(made, 1), "Contacts below average on widget width");
  EXPECT_EQ(FrenchName(made), "Contacts au-dessus de la moyenne pour «\u202fwidget width\u202f»");
}

TEST(DescribeSegments, JoinsTwoUnknownHeadersToOnePhrase) {
  HandMadeFacts made(2);
  made.AddNumber({.display_name = "WidgetWidth"}, {9, 2});
  made.AddNumber({.display_name = "GadgetHeight"}, {9, 3});
  EXPECT_EQ(EnglishName(made), "Contacts above average on widget width and gadget height");
  EXPECT_EQ(FrenchName(made),
            "Contacts au-dessus de la moyenne pour «\u202fwidget width\u202f» et "
            "«\u202fgadget height\u202f»");
}

TEST(DescribeSegments, JoinsPhrasesThatBothBeginWithWith) {
  HandMadeFacts made(2);
  made.AddNumber({.display_name = "seats"}, {9, 2});
  made.AddNumber({.display_name = "mrr"}, {9, 3});
  EXPECT_EQ(EnglishName(made), "Customers with many seats and large subscriptions");
  EXPECT_EQ(FrenchName(made), "Clients avec beaucoup de licences, aux abonnements importants");
}

// Read aloud: "with high monthly fee EUR", "api calls 30 d".
TEST(DescribeSegments, SaysUnitsAndWindowsAsPeopleDo) {
  HandMadeFacts made(2);
  made.AddNumber({.display_name = "Widget width (EUR)", .unit = "EUR"}, {9, 2});
  EXPECT_EQ(EnglishName(made), "Contacts above average on widget width");
  HandMadeFacts recent(2);
  recent.AddNumber({.display_name = "widgets_30d"}, {9, 2});
  EXPECT_EQ(EnglishName(recent), "Contacts above average on widgets over 30 days");
  EXPECT_EQ(FrenchName(recent),
            "Contacts au-dessus de la moyenne pour «\u202fwidgets sur 30 jours\u202f»");
}

// A score is somebody's sum, not what people do.
TEST(DescribeSegments, NamesNobodyByAScore) {
  HandMadeFacts made(2);
  made.AddNumber({.display_name = "Asymmetrique Profile Index"}, {9, 2});
  EXPECT_EQ(EnglishName(made), "Close to the average but for a few figures");
  EXPECT_THAT(Describe(made, Language::kEnglish)[0].summary,
              HasSubstr("asymmetrique profile index (9.0"));
}

// Found on bank-full, where four of five segments were "close to the average".
TEST(DescribeSegments, NamesLoansThatMostHaveOrHardlyAnyone) {
  HandMadeFacts made(2);
  made.AddBoolean({.display_name = "housing", .criterion = Criterion::kSocioeconomic}, {.9, .1});
  EXPECT_EQ(EnglishName(made), "Contacts with a home loan");
  EXPECT_EQ(EnglishName(made, 1), "Contacts without a home loan");
  EXPECT_EQ(FrenchName(made), "Contacts avec un prêt immobilier");
  HandMadeFacts few(2, 1000);
  few.AddBoolean({.display_name = "loan", .criterion = Criterion::kSocioeconomic}, {.4, .1});
  EXPECT_THAT(EnglishName(few), Not(HasSubstr("with a personal loan")));
  HandMadeFacts many(2, 1000);
  many.AddBoolean({.display_name = "loan", .criterion = Criterion::kSocioeconomic}, {.99, .55});
  EXPECT_THAT(EnglishName(many, 1), Not(HasSubstr("without")));
}

TEST(DescribeSegments, ReadsHousingThatIsNoYesOrNoAsNoLoan) {
  HandMadeFacts made(2);
  made.AddLevels({.display_name = "housing", .criterion = Criterion::kSocioeconomic},
                 {{"rent", {.9, .1}}, {"own", {.1, .9}}});
  EXPECT_THAT(EnglishName(made), Not(HasSubstr("loan")));
  EXPECT_THAT(Describe(made, Language::kEnglish)[0].summary, Not(HasSubstr("loan")));
}

// 33 days against 29 may be half a standard deviation.
TEST(DescribeSegments, NamesATimeOnlyWhenItIsAFifthLonger) {
  HandMadeFacts near(2);
  near.AddNumber({.display_name = "last_login", .type = AttributeType::kDate}, {33, 29});
  EXPECT_THAT(EnglishName(near), HasSubstr("Close to the average"));
  HandMadeFacts apart(2);
  apart.AddNumber({.display_name = "last_login", .type = AttributeType::kDate}, {90, 9});
  EXPECT_EQ(EnglishName(apart), "Contacts who have not logged in for a while");
  EXPECT_EQ(FrenchName(apart, 1), "Contacts de connexion récente");
  EXPECT_THAT(Describe(apart, Language::kEnglish)[0].summary,
              HasSubstr("time since the last login"));
}

TEST(DescribeSegments, NamesNoIncomePlaceOrSensitiveAttribute) {
  HandMadeFacts made(2);
  made.AddNumber({.display_name = "Income"}, {90, 20}, 5);
  made.AddLevels({.display_name = "City"}, {{"Lyon", {.9, .1}}, {"Lille", {.1, .9}}});
  made.AddNumber({.display_name = "lab_value", .sensitive = true}, {9, 0});
  const std::vector<Portrait> portraits = Describe(made, Language::kEnglish);
  EXPECT_EQ(portraits[0].name, "Close to the average but for a few figures");
  EXPECT_EQ(portraits[1].name, "Close to the average but for a few figures, no. 2 by size");
  EXPECT_THAT(portraits[0].summary, HasSubstr("income (90"));
  EXPECT_THAT(portraits[0].summary, Not(HasSubstr("lab value")));
}

TEST(DescribeSegments, TellsNothingProtectedEvenWhenUnmarked) {
  HandMadeFacts made(2);
  made.AddLevels({.display_name = "Gender"}, {{"f", {.9, .1}}, {"m", {.1, .9}}});
  made.AddLevels({.display_name = "cult", .is_protected = true},
                 {{"a", {.9, .1}}, {"b", {.1, .9}}});
  for (const Portrait& portrait : Describe(made, Language::kEnglish)) {
    EXPECT_THAT(portrait.name, HasSubstr("Close to the average"));
    EXPECT_THAT(portrait.summary, HasSubstr("Little that is known sets them apart."));
  }
}

TEST(DescribeSegments, DropsLevelsThatJudge) {
  HandMadeFacts made(2);
  made.AddLevels({.display_name = "mood"}, {{"lazy", {.9, .1}}, {"keen", {.1, .9}}});
  for (const Language language : AllLanguages()) {
    const Portrait portrait = Describe(made, language)[0];
    EXPECT_THAT(portrait.name, Not(HasSubstr("lazy")));
    EXPECT_THAT(portrait.summary, Not(HasSubstr("lazy")));
  }
}

TEST(DescribeSegments, TellsAverageSegmentsApartByTheirLargestDifference) {
  HandMadeFacts made(2);
  made.AddNumber({.display_name = "NumWebPurchases"}, {2.3, 2});
  EXPECT_EQ(EnglishName(made), "Close to the average, slightly above on web purchases");
  EXPECT_EQ(EnglishName(made, 1), "Close to the average, slightly below on web purchases");
  EXPECT_EQ(FrenchName(made),
            "Proches de la moyenne, légèrement au-dessus\u202f: achats sur le web");
}

// Found on values.csv: "close to the average but for a few figures, but below on B".
TEST(DescribeSegments, SaysOnceThatAFigureIsNotAverage) {
  HandMadeFacts made(2);
  made.AddLevels({.display_name = "B"},
                 {{"1", {.3, .1}}, {"2", {.1, .7}}, {"3", {.3, .1}}, {"4", {.3, .1}}});
  made.AddNumber({.display_name = "Income"}, {90, 20}, 5);
  EXPECT_EQ(EnglishName(made), "Close to the average, but below on B “2”");
}

TEST(DescribeSegments, TellsAHandfulApartByRankAlone) {
  HandMadeFacts made(2, 3);
  made.AddNumber({.display_name = "NumWebPurchases"}, {9, 2});
  EXPECT_EQ(EnglishName(made), "Close to the average");
  EXPECT_EQ(EnglishName(made, 1), "Close to the average, no. 2 by size");
}

// Found on a list of two cities: ages that differed by months, and might not.
TEST(DescribeSegments, TellsNobodyApartByADifferenceThatMayBeNone) {
  HandMadeFacts made(2);
  made.AddNumber({.display_name = "age", .birth = Birth::kAge}, {40.2, 40}, 15);
  EXPECT_EQ(EnglishName(made), "Close to the average");
  EXPECT_EQ(EnglishName(made, 1), "Close to the average, no. 2 by size");
}

// Found on a list of two cities: "close to the average" stood above "well above
// the average: income".
TEST(DescribeSegments, CallsNobodyAverageWhoseFiguresAreNot) {
  HandMadeFacts made(2);
  made.AddNumber({.display_name = "Income"}, {90, 20}, 5);
  made.AddNumber({.display_name = "NumWebPurchases"}, {2.3, 2});
  EXPECT_EQ(EnglishName(made),
            "Close to the average but for a few figures, slightly above on web purchases");
  EXPECT_EQ(FrenchName(made),
            "Proches de la moyenne, à quelques chiffres près, légèrement au-dessus\u202f: achats "
            "sur le web");
  EXPECT_THAT(Describe(made, Language::kEnglish)[0].summary,
              HasSubstr("Well above the average: income (90"));
}

// Found on a list of two cities: "little that is known sets them apart".
TEST(DescribeSegments, TellsHowFarAwayAPlaceIsAndNamesNone) {
  HandMadeFacts made(2);
  made.AddPlace({.display_name = "home"}, {{48.9, 2.4}, {43.3, 5.4}}, 10);
  const Portrait portrait = Describe(made, Language::kEnglish)[0];
  EXPECT_EQ(portrait.name, "Close to the average but for a few figures");
  EXPECT_EQ(portrait.summary,
            "100 contacts, 50% of all. Place (home): centred 332 km from the centre of everyone, "
            "and 10 km around it on average, against 332 km for everyone.");
  EXPECT_THAT(
      Describe(made, Language::kFrench)[0].summary,
      HasSubstr("Lieu (home)\u202f: leur centre est à 332 km de celui de l'ensemble, et ils "
                "en sont à 10 km en moyenne, contre 332 km pour l'ensemble."));
  const SegmentFacts facts = made.Facts();
  EXPECT_EQ(DescribeTrait(ProfileSegments(facts)[0].traits[0], made.schema(), Language::kEnglish),
            "Home: centred 332 km from the centre of everyone; 10 km around it on average, 332 km "
            "for everyone");
}

TEST(DescribeSegments, TellsNoPlaceThatIsSensitiveOrSetsNobodyApart) {
  HandMadeFacts hidden(2);
  hidden.AddPlace({.display_name = "home", .sensitive = true}, {{48.9, 2.4}, {43.3, 5.4}}, 10);
  EXPECT_EQ(Describe(hidden, Language::kEnglish)[0].summary,
            "100 contacts, 50% of all. Little that is known sets them apart.");
  HandMadeFacts near(2);
  near.AddPlace({.display_name = "home"}, {{48.9, 2.4}, {48.9, 2.5}}, 200);
  EXPECT_THAT(Describe(near, Language::kEnglish)[0].summary, HasSubstr("Little that is known"));
  EXPECT_EQ(EnglishName(near), "Close to the average");
}

// "Little sets them apart; the largest differences: region 11 (88% against 8%)".
TEST(DescribeSegments, SaysThatAHandfulIsTooFewToBeSureOf) {
  HandMadeFacts made(2, 8);
  made.AddNumber({.display_name = "NumWebPurchases"}, {9, 2});
  EXPECT_THAT(Describe(made, Language::kEnglish)[0].summary,
              HasSubstr("Too few to be sure of what sets them apart; the largest differences: web "
                        "purchases (9.0, against 5.5 for everyone)."));
}

TEST(DescribeSegments, NamesALevelOnlyWhenAThirdHasIt) {
  HandMadeFacts made(2, 1000);
  made.AddLevels({.display_name = "source"}, {{"referral", {.32, 0}}, {"web", {.68, 1}}});
  EXPECT_THAT(EnglishName(made), Not(HasSubstr("who came through a referral")));
  EXPECT_THAT(Describe(made, Language::kEnglish)[0].summary, HasSubstr("referral (32%"));
}

TEST(DescribeSegments, GivesAgesAndTheGenerationFromBirthYears) {
  HandMadeFacts made(2);
  made.AddNumber({.display_name = "Year_Birth", .birth = Birth::kBirthYear}, {1972, 1990}, 4);
  const std::string text = Describe(made, Language::kEnglish)[0].summary;
  EXPECT_THAT(text, HasSubstr("half of them aged 51 to 57, mostly Generation X."));
  EXPECT_THAT(text, Not(HasSubstr("1972")));
  EXPECT_THAT(Describe(made, Language::kFrench)[0].summary,
              HasSubstr("la moitié a entre 51 et 57 ans, surtout de la génération X."));
}

TEST(DescribeSegments, GivesNoAgesOfAHandfulOfContacts) {
  for (const double size : {1., 9., 10.}) {
    HandMadeFacts made(2, size);
    made.AddNumber({.display_name = "age", .birth = Birth::kAge}, {30, 60});
    const std::string summary = Describe(made, Language::kEnglish)[0].summary;
    if (size == 10) {
      EXPECT_THAT(summary, HasSubstr("half of them aged"));
    }
    if (size < 10) {
      EXPECT_THAT(summary, Not(HasSubstr("aged")));
    }
    if (size == 1) {
      EXPECT_THAT(summary, HasSubstr("A single contact, 50% of all."));
    }
  }
}

TEST(DescribeSegments, GivesTheOutcomeAsAFigureOnly) {
  HandMadeFacts made(2);
  made.AddBoolean({.display_name = "bought", .role = Role::kOutcome, .outcome_value = "1"},
                  {.8, .1});
  const Portrait portrait = Describe(made, Language::kEnglish)[0];
  EXPECT_EQ(portrait.name, "Close to the average");
  EXPECT_THAT(portrait.summary, HasSubstr("Outcome (“bought”): 80%, against 45% for everyone."));
}

TEST(DescribeSegments, WritesFrenchFiguresTheFrenchWay) {
  HandMadeFacts made(2, 2000);
  made.AddNumber({.display_name = "MntWines", .unit = "EUR"}, {1621, 304}, 400);
  const std::string text = Describe(made, Language::kFrench)[0].summary;
  EXPECT_EQ(text,
            "2\u202f000 clients, soit 50\u202f% de l'ensemble. Nettement au-dessus de la "
            "moyenne\u202f: dépenses en vin (1\u202f621\u202f€, contre 962\u202f€ pour "
            "l'ensemble).");
}

TEST(DescribeTrait, IsASentenceForPeople) {
  HandMadeFacts made(2);
  made.AddNumber({.display_name = "MntWines"}, {621, 3}, 40);
  made.AddLevels({.display_name = "job"}, {{"retired", {.8, .1}}, {"services", {.2, .9}}});
  made.AddBoolean({.display_name = "newsletter"}, {.9, .1});
  const SegmentFacts facts = made.Facts();
  std::map<std::string, std::string> said;
  const std::vector<SegmentProfile> profiles = ProfileSegments(facts);
  for (const Trait& trait : profiles[0].traits) {
    said[trait.attribute + trait.level] = DescribeTrait(trait, made.schema(), Language::kEnglish) +
                                          " / " +
                                          DescribeTrait(trait, made.schema(), Language::kFrench);
  }
  EXPECT_EQ(said["mntwines"],
            "Wine spend: 621 on average, 312 for everyone / "
            "Dépenses en vin\u202f: 621 en moyenne, 312 pour l'ensemble");
  EXPECT_EQ(said["jobretired"],
            "Retirees: 80%, 45% of everyone / "
            "Retraités\u202f: 80\u202f%, 45\u202f% pour l'ensemble");
  EXPECT_EQ(said["jobservices"],
            "Occupation “services”: 20%, 55% of everyone / "
            "Profession «\u202fservices\u202f»\u202f: 20\u202f%, 55\u202f% pour l'ensemble");
  EXPECT_EQ(said["newslettertrue"],
            "Newsletter readers: 90%, 50% of everyone / "
            "Lecture de la newsletter\u202f: 90\u202f%, 50\u202f% pour l'ensemble");
}

// Headers of every kind, some of which must not be named or told.
constexpr const char* kHeaders[] = {
    "NumWebPurchases", "web_visits",  "MntWines", "MntFish", "MntToys",        "Income",
    "Gender",          "children",    "Teenhome", "recency", "customer_since", "satisfaction",
    "discount_share",  "score_alpha", "Postcode", "health",  "balance",        "x_7",
    "nb_commandes",    "Âge",         "poor man", "salaire"};
constexpr const char* kFlags[] = {"newsletter", "tasty",  "housing", "default",
                                  "greasy",     "opt in", "single",  "Complain"};
constexpr const char* kLevelled[] = {"job", "contact", "source", "area", "religion", "mood"};
constexpr const char* kLevelNames[] = {"retired", "web", "divorced", "cellular", "femme", "blue"};

HandMadeFacts RandomFacts(std::mt19937& rng) {
  const auto draw = [&](double scale) { return scale * static_cast<double>(rng() % 1000) / 1000; };
  const int segments = 1 + static_cast<int>(rng() % 9);
  HandMadeFacts made(segments, 5 + static_cast<double>(rng() % 200));
  const auto by_segment = [&](double scale) {
    std::vector<double> values;
    for (int i = 0; i < segments; ++i) values.push_back(draw(scale));
    return values;
  };
  for (const char* header : kHeaders) {
    if (rng() % 3 == 0) continue;
    const std::string block = absl::StartsWith(header, "Mnt") ? "mnt" : "";
    made.AddNumber({.display_name = header, .block = block, .sensitive = rng() % 9 == 0},
                   by_segment(6));
  }
  for (const char* header : kFlags) {
    if (rng() % 3 != 0) made.AddBoolean({.display_name = header}, by_segment(1));
  }
  for (const char* header : kLevelled) {
    std::vector<std::pair<std::string, std::vector<double>>> levels;
    for (const char* level : kLevelNames) levels.push_back({level, by_segment(.17)});
    if (rng() % 3 != 0) made.AddLevels({.display_name = header}, levels);
  }
  return made;
}

TEST(DescribeSegments, KeepsItsPromisesOnRandomModels) {
  std::mt19937 rng(20261122);
  for (int round = 0; round < 60; ++round) {
    const HandMadeFacts made = RandomFacts(rng);
    const SegmentFacts facts = made.Facts();
    const std::vector<SegmentProfile> profiles = ProfileSegments(facts);
    const std::vector<Portrait> english = DescribeSegments(facts, profiles, Language::kEnglish);
    for (const Language language : AllLanguages()) {
      const Catalogue& catalogue = Catalogue::For(language);
      const std::vector<Portrait> portraits = DescribeSegments(facts, profiles, language);
      EXPECT_EQ(portraits, DescribeSegments(facts, profiles, language));
      std::set<std::string> names;
      ASSERT_EQ(portraits.size(), profiles.size());
      for (std::size_t i = 0; i < portraits.size(); ++i) {
        const Portrait& portrait = portraits[i];
        EXPECT_TRUE(names.insert(portrait.name).second) << portrait.name;
        EXPECT_FALSE(catalogue.DeniesName(portrait.name)) << portrait.name;
        EXPECT_FALSE(catalogue.DeniesText(portrait.summary)) << portrait.summary;
        EXPECT_EQ(portrait.name.find_first_of("{}|~"), std::string::npos) << portrait.name;
        EXPECT_EQ(portrait.summary.find_first_of("{}|~"), std::string::npos) << portrait.summary;
        EXPECT_EQ(portrait.name_traits, english[i].name_traits);
        const bool average = absl::StartsWith(english[i].name, "Close to the average");
        EXPECT_TRUE(average || !portrait.name_traits.empty());
        for (const int trait : portrait.name_traits) {
          EXPECT_TRUE(average || profiles[i].traits[trait].is_claim) << portrait.name;
        }
      }
    }
  }
}

TEST(DeniedWords, AreSortedLowerCaseAndKept) {
  for (const Language language : AllLanguages()) {
    EXPECT_TRUE(std::is_sorted(DeniedWords(language).begin(), DeniedWords(language).end()));
    EXPECT_FALSE(WordsDeniedInNames(language).empty());
  }
  EXPECT_THAT(DeniedWords(Language::kEnglish), ::testing::Contains("poor"));
  EXPECT_THAT(DeniedWords(Language::kFrench), ::testing::Contains("chômeur"));
  EXPECT_THAT(WordsDeniedInNames(Language::kFrench), ::testing::Contains("revenus"));
}

}  // namespace
}  // namespace cible
