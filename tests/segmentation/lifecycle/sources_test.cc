// Of which kind sources are by the default policy, in the words of people.

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "segmentation/lifecycle/policy.h"

namespace cible {
namespace {

using Sources = std::vector<std::pair<std::string, SourceKind>>;

void ExpectKinds(const Sources& sources) {
  const std::vector<SourceRule> rules = DefaultPolicy().sources;
  for (const auto& [source, kind] : sources) {
    EXPECT_EQ(Name(KindOfSource(source, rules)), Name(kind)) << source;
  }
}

TEST(DefaultSources, KnowEachKindByItsOwnNameInWords) {
  ExpectKinds({{"advertising", SourceKind::kAdvertising},
               {"direct mail", SourceKind::kDirectMail},
               {"Direct-Mail", SourceKind::kDirectMail},
               {"phone", SourceKind::kPhone},
               {"fair", SourceKind::kFair},
               {"referral", SourceKind::kReferral},
               {"partner", SourceKind::kPartner},
               {"social", SourceKind::kSocial},
               {"social media", SourceKind::kSocial},
               {"web", SourceKind::kWeb},
               {"walk in", SourceKind::kWalkIn},
               {"walk-in", SourceKind::kWalkIn},
               {"bought list", SourceKind::kBoughtList}});
}

TEST(DefaultSources, KnowEachKindInFrench) {
  ExpectKinds({{"publicité", SourceKind::kAdvertising},
               {"courrier", SourceKind::kDirectMail},
               {"publipostage", SourceKind::kDirectMail},
               {"téléphone", SourceKind::kPhone},
               {"appel entrant", SourceKind::kPhone},
               {"Salon de Lyon", SourceKind::kFair},
               {"recommandation", SourceKind::kReferral},
               {"bouche à oreille", SourceKind::kReferral},
               {"partenaire", SourceKind::kPartner},
               {"réseaux sociaux", SourceKind::kSocial},
               {"site internet", SourceKind::kWeb},
               {"visite en boutique", SourceKind::kWalkIn},
               {"magasin de Nantes", SourceKind::kWalkIn},
               {"fichier acheté", SourceKind::kBoughtList},
               {"adresses louées", SourceKind::kBoughtList}});
}

TEST(DefaultSources, TellShopsOfTheWebFromThoseOneWalksInto) {
  ExpectKinds({{"web shop", SourceKind::kWeb},
               {"webshop", SourceKind::kWeb},
               {"our online store", SourceKind::kWeb},
               {"e-shop", SourceKind::kWeb},
               {"boutique en ligne", SourceKind::kWeb},
               {"vente en ligne", SourceKind::kWeb},
               {"shop in Lyon", SourceKind::kWalkIn},
               {"boutique de Lyon", SourceKind::kWalkIn},
               {"online advertising", SourceKind::kAdvertising}});
}

TEST(DefaultSources, CallNoElectronicMailDirectMail) {
  ExpectKinds({{"e-mail campaign", SourceKind::kAdvertising},
               {"e-mailing", SourceKind::kAdvertising},
               {"emailing", SourceKind::kAdvertising},
               {"e-mail", SourceKind::kUnspecified},
               {"mailing", SourceKind::kDirectMail}});
}

}  // namespace
}  // namespace cible
