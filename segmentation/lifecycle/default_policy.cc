// The policy of a workspace that has not said its own. Its delays and thresholds are
// judgement: docs/methods.md, "Lifecycle".
//
// A term that may be unknown of contacts whom it is not about is guarded, as in
// `contact.kind = ORGANIZATION AND people_net_paid > 0`: false of persons, so that the
// rest of the condition decides.

#include "absl/strings/str_cat.h"
#include "segmentation/lifecycle/policy.h"

namespace cible {
namespace {

constexpr char kCustomer[] =
    "(contact.kind = PERSON AND (net_paid > 0 OR monetary > 0 OR (signed_orders > 0 AND returns = "
    "0))) OR (contact.kind = ORGANIZATION AND (people_net_paid > 0 OR people_monetary > 0 OR "
    "(signed_orders:* AND signed_orders > 0 AND returns = 0))) OR (contact.stage:* AND "
    "contact.stage = CUSTOMER)";

constexpr char kProspect[] =
    "(contact.kind = PERSON AND contacts_made > 0) OR (contact.kind = ORGANIZATION AND "
    "people_contacts_made > 0) OR (contact.stage:* AND contact.stage = PROSPECT)";

constexpr char kNewCustomer[] =
    "(contact.kind = PERSON AND first_purchase_date > today - 90d AND frequency < 3) OR "
    "(contact.kind = ORGANIZATION AND people_first_purchase_date > today - 90d AND "
    "people_frequency < 3)";

constexpr char kLoyalCustomer[] =
    "(contact.kind = PERSON AND last_purchase_date > today - 365d AND frequency >= 3) OR "
    "(contact.kind = ORGANIZATION AND people_last_purchase_date > today - 365d AND "
    "people_frequency >= 3)";

constexpr char kDormantCustomer[] =
    "(contact.kind = PERSON AND last_purchase_date <= today - 365d) OR (contact.kind = "
    "ORGANIZATION AND people_last_purchase_date <= today - 365d)";

constexpr char kDecides[] =
    "contact.buying_role = DECIDES OR (contact.kind = ORGANIZATION AND best_decision_maker:*)";

constexpr char kHasANeed[] =
    "interest_shown > 0 OR (contact.kind = ORGANIZATION AND people_interest_shown > 0)";

constexpr char kIsTheMoment[] =
    "last_interest_date > today - 30d OR (contact.kind = ORGANIZATION AND "
    "people_last_interest_date > today - 30d)";

QualificationRules DefaultQualification() {
  QualificationRules rules;
  rules.budget = {.met = "average_order >= offer.min_price",
                  .not_met = "",
                  .question = {"What budget is planned for it, and for when?",
                               "Quel budget est prévu, et pour quand ?"},
                  .points = 25};
  rules.purchasing_power = {.met = "average_order >= offer.min_price",
                            .not_met = "",
                            .question = {"How much would you like to spend on it?",
                                         "Combien souhaitez-vous y consacrer ?"},
                            .points = 25};
  rules.authority = {.met = kDecides,
                     .not_met = "contact.organization:* AND contact.buying_role = USES",
                     .question = {"Who decides on such a purchase with you?",
                                  "Qui décide d'un tel achat chez vous ?"},
                     .points = 15};
  rules.need = {
      .met = kHasANeed,
      .not_met = "",
      .question = {"What would it have to do for you?", "À quel besoin cela doit-il répondre ?"},
      .points = 25};
  rules.timing = {.met = kIsTheMoment,
                  .not_met = "",
                  .question = {"When would you need it?", "Pour quand en auriez-vous besoin ?"},
                  .points = 20};
  rules.fit_points = 15;
  rules.fit_question = {"Could you tell us a little more about yourself?",
                        "Pourriez-vous nous en dire un peu plus sur vous ?"};
  return rules;
}

std::vector<ActionRule> DefaultActions() {
  return {
      {"contact.fit = EXCLUDED AND contact.relation != CUSTOMER", NextAction::kLeaveAlone},
      {"contact.customer_stage = NEW", NextAction::kThank},
      {"contact.customer_stage = DORMANT", NextAction::kWinBack},
      {"contact.former_customer = true", NextAction::kWinBack},
      {"contact.relation = CUSTOMER AND contact.temperature = HOT", NextAction::kContactNow},
      {"contact.relation = CUSTOMER", NextAction::kUpsell},
      {"contact.customer_stage = LOYAL OR contact.ambassador = true", NextAction::kThank},
      {"contact.relation = CUSTOMER", NextAction::kNurture},
      {"contact.temperature = HOT", NextAction::kContactNow},
      {"contact.relation = LEAD AND contact.fit = OUT_OF_TARGET", NextAction::kNurture},
      {"is_missing(contact.qualification.need) OR is_missing(contact.qualification.timing) OR "
       "is_missing(contact.qualification.authority) OR is_missing(contact.qualification.budget)",
       NextAction::kQualify},
      {"contact.relation:*", NextAction::kNurture},
  };
}

// The first rule that fits counts: "online advertising" is advertising, a "web shop" is
// no shop, e-mailing no letter.
std::vector<SourceRule> DefaultSources() {
  return {
      {SourceKind::kBoughtList,
       {"bought", "purchased", "rented", "broker", "acheté", "achetée", "achetés", "achetées",
        "loué", "louée", "loués", "louées", "courtier"}},
      {SourceKind::kFair,
       {"fair", "trade", "show", "exhibition", "conference", "salon", "foire", "congrès",
        "conférence"}},
      {SourceKind::kReferral,
       {"referral", "referred", "recommendation", "word of mouth", "parrainage", "recommandation",
        "bouche à oreille"}},
      {SourceKind::kPartner, {"partner", "reseller", "partenaire", "revendeur"}},
      {SourceKind::kAdvertising, {"e mailing", "emailing"}},
      {SourceKind::kDirectMail,
       {"direct mail", "mailing", "letter", "flyer", "courrier", "publipostage", "prospectus"}},
      {SourceKind::kPhone, {"phone", "call", "telephone", "téléphone", "appel"}},
      {SourceKind::kSocial,
       {"social", "facebook", "instagram", "linkedin", "tiktok", "youtube", "réseaux"}},
      {SourceKind::kAdvertising,
       {"ad", "ads", "advertising", "adwords", "campaign", "publicité", "pub", "campagne"}},
      {SourceKind::kWeb,
       {"web shop", "web store", "webshop", "online", "e shop", "eshop", "e commerce", "ecommerce",
        "boutique en ligne", "en ligne"}},
      {SourceKind::kWalkIn, {"shop", "store", "walk", "boutique", "magasin"}},
      {SourceKind::kWeb,
       {"web", "website", "site", "form", "newsletter", "organic", "seo", "google", "internet",
        "formulaire"}},
  };
}

constexpr int kMostAmounts = 20;  // Of a condition's hundred comparisons.

// " OR (spend:* AND spend > 0)" for every stated amount that customers bring.
std::string OrHasBrought(const Schema& schema) {
  std::string condition;
  int amounts = 0;
  for (const Attribute& attribute : schema.attributes()) {
    const bool is_amount =
        attribute.value == ValueMark::kRevenue || attribute.value == ValueMark::kMargin;
    if (!is_amount || IsDerived(attribute) || ++amounts > kMostAmounts) continue;
    absl::StrAppend(&condition, " OR (", attribute.id, ":* AND ", attribute.id, " > 0)");
  }
  return condition;
}

}  // namespace

PolicySettings DefaultPolicy(const Schema& schema) {
  PolicySettings policy;
  policy.customer = absl::StrCat(kCustomer, OrHasBrought(schema));
  policy.prospect = kProspect;
  policy.ambassador = "referrals > 0";
  policy.new_customer = kNewCustomer;
  policy.loyal_customer = kLoyalCustomer;
  policy.dormant_customer = kDormantCustomer;
  policy.dormant_customer_is_prospect_after_days = 730;
  policy.aware = "contacts_made > 0 OR engagement > 0";
  policy.interested = "interest_shown > 0";
  policy.warm = "engagement >= 2 OR (contact.kind = ORGANIZATION AND people_engagement >= 2)";
  policy.hot = "engagement >= 8 OR (contact.kind = ORGANIZATION AND people_engagement >= 8)";
  policy.qualification = DefaultQualification();
  policy.next_actions = DefaultActions();
  policy.sources = DefaultSources();
  return policy;
}

}  // namespace cible
