#include "segmentation/data/criterion_lexicon.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace cible {
namespace {

constexpr unsigned kSensitive = 1;
constexpr unsigned kProtected = 2;
constexpr unsigned kAskable = 4;
constexpr unsigned kOfCustomers = 8;
// People answer less willingly.
constexpr unsigned kDelicate = 16;

constexpr double kDelicateCost = 3;

struct Entry {
  Criterion criterion;
  unsigned flags;
  absl::string_view words;
  absl::string_view question_en;
  absl::string_view question_fr;
};

// The first entry that fits decides, so the narrow ones come first.
constexpr std::array kEntries = {
    Entry{Criterion::kAcquisition, kAskable, "how_did_you|hear_about|heard_about|comment_avez_vous",
          "How did you hear about us?", "Comment nous avez-vous connus\u202f?"},
    Entry{Criterion::kAcquisition, 0,
          "source|sources|lead_origin|origin|provenance|referr*|referral*|utm*|acquisition*|"
          "parrain*|newspaper*|magazine*|forum*|forums|advert*|recommendation*|walk_in|fair|salon|"
          "=search|=origine|origine_contact",
          "", ""},
    // Protected: neither named nor described.
    Entry{Criterion::kDemographic, kProtected | kSensitive,
          "gender|sex|sexe|genre|civilite|salutation|male|female", "", ""},
    Entry{Criterion::kDemographic, kProtected | kSensitive,
          "religion*|faith|church|ethnic*|ethnie|race|nationality|nationalite|citizenship|"
          "native_country|birthplace|birth_place|place_of_birth|country_of_birth|origine_ethnique|"
          "pays_de_naissance|lieu_de_naissance|immigr*|sexual*|sexuelle|politic*|politique|vote|"
          "voted|trade_union|union_member*|syndicat*|syndique*",
          "", ""},
    Entry{Criterion::kDemographic, kProtected | kSensitive,
          "health|sante|disab*|handicap*|illness|disease*|maladie*|medical*|pregnan*|enceinte|"
          "smoker|smoking|fumeur|bmi|diabet*|hypertension",
          "", ""},
    // Organisations, before "employees" could read as an occupation.
    Entry{Criterion::kFirmographic, kAskable,
          "sector|secteur*|industry|industrie|naf|ape|nace|sic|naics",
          "In which sector does your organisation work?",
          "Dans quel secteur votre organisation travaille-t-elle\u202f?"},
    Entry{Criterion::kFirmographic, kAskable,
          "headcount|effectif*|employees|company_size|nb_salaries|nombre_de_salaries",
          "How many people work in your organisation?",
          "Combien de personnes travaillent dans votre organisation\u202f?"},
    Entry{
        Criterion::kFirmographic, kAskable,
        "turnover|chiffre_d_affaires|chiffre_affaires|annual_revenue|company*|entreprise*|societe|"
        "firm*|organisation*|organization*|legal_form|forme_juridique|siret|siren",
        "", ""},
    // Persons. Texts may give ages, incomes and regions as figures; that no name
    // does is the business of personas/catalogues/concepts.txt.
    Entry{Criterion::kDemographic, kAskable,
          "birth|birthday|birthdate|birth_date|yearbirth|naissance|dob|born|ne_le|nee_le|ne_e_le|"
          "date_naiss|geburtsdatum|geburtstag|nacimiento|nascita",
          "In which year were you born?", "En quelle année êtes-vous né(e)\u202f?"},
    Entry{Criterion::kDemographic, kAskable, "age|ages|agegroup|generation", "How old are you?",
          "Quel âge avez-vous\u202f?"},
    Entry{Criterion::kDemographic, kAskable,
          "marital*|married|matrimonial*|situation_familiale|situation_de_famille|civil_status|"
          "etat_civil|relationship*|partner|spouse|conjoint",
          "Do you live alone, as a couple, or otherwise?",
          "Vivez-vous seul(e), en couple, ou autrement\u202f?"},
    Entry{Criterion::kDemographic, kAskable, "kid*|child*|enfant*",
          "How many children live in your household?",
          "Combien d'enfants vivent dans votre foyer\u202f?"},
    Entry{Criterion::kDemographic, kAskable, "teen*|adolescent*",
          "How many teenagers live in your household?",
          "Combien d'adolescents vivent dans votre foyer\u202f?"},
    Entry{Criterion::kDemographic, kAskable,
          "household_size|family_size|taille_du_foyer|taille_foyer",
          "How many people live in your household?",
          "Combien de personnes vivent dans votre foyer\u202f?"},
    Entry{Criterion::kDemographic, kAskable,
          "household*|foyer*|family|families|famille|dependent*|dependant*", "", ""},
    Entry{Criterion::kSocioeconomic, kAskable | kDelicate,
          "income*|revenu|revenus|salary|salaries|salaire*|wage*|earning*|purchasing_power|"
          "pouvoir_d_achat|net_worth|wealth|patrimoine",
          "Into which range does your household's income fall?",
          "Dans quelle tranche se situe le revenu de votre foyer\u202f?"},
    // Who could not pay is nobody's persona.
    Entry{Criterion::kSocioeconomic, kSensitive,
          "default|defaulted|debt*|dette*|overdraft|decouvert|overdue|arrears|impaye*|bankrupt*|"
          "delinquen*|credit_score|defaut",
          "", ""},
    // Products of a bank, and what is on them.
    Entry{Criterion::kSocioeconomic, 0,
          "balance*|solde*|loan*|credit*|mortgage*|pret|prets|emprunt*|savings|epargne", "", ""},
    Entry{Criterion::kSocioeconomic, kAskable,
          "housing|logement*|home_owner*|homeowner*|dwelling|rent|tenant|locataire|proprietaire*",
          "", ""},
    Entry{Criterion::kSocioeconomic, kAskable, "speciali*", "What is your field?",
          "Quelle est votre spécialité\u202f?"},
    Entry{Criterion::kSocioeconomic, kAskable,
          "occupation*|job|jobs|job_title|profession*|csp|metier*|emploi*|employment*|employed|"
          "unemploy*|work_experience|working|career|fonction",
          "What is your occupation?", "Quelle est votre profession\u202f?"},
    Entry{Criterion::kDemographic, kAskable,
          "education*|diploma*|diplome*|degree|niveau_d_etudes|etudes|school*|graduat*",
          "What is your highest level of education?", "Quel est votre niveau d'études\u202f?"},
    Entry{Criterion::kDemographic, 0, "population*|pop|births|deaths|naissances|deces|menages", "",
          ""},
    Entry{Criterion::kGeographic, kAskable, "country|countries|pays",
          "In which country do you live?", "Dans quel pays vivez-vous\u202f?"},
    Entry{
        Criterion::kGeographic, kAskable,
        "region*|city|cities|ville*|town|commune*|state|province|departement*|county|zip*|postal*|"
        "postcode|post_code|code_postal|cp|plz|urban*|rural*|quartier",
        "Where do you live?", "Où habitez-vous\u202f?"},
    // Where exactly somebody lives.
    Entry{Criterion::kGeographic, kSensitive,
          "latitude|longitude|lat|lng|lon|location|geo*|address*|adresse*", "", ""},
    // Gardens and flats have an area too.
    Entry{Criterion::kDemographic, kAskable,
          "garden*|jardin*|yard|pet|pets|animal|animaux|has_pet*|possede*", "", ""},
    Entry{Criterion::kGeographic, 0,
          "insee*|district|continent|timezone|territory|superficie*|altitude|aire", "", ""},
    Entry{Criterion::kBehavioural, 0, "time|temps|duration|duree", "", ""},
    // Spend and purchases: known of customers only.
    Entry{
        Criterion::kBehavioural, kOfCustomers,
        "spend*|spent|mnt*|montant*|amount*|purchase*|purchasing|achat*|achete*|order*|commande*|"
        "invoice*|facture*|basket*|panier*|recency|recence|monetary|margin*|marge*|revenue*|sales|"
        "loyal*|fidel*|tenure|anciennete|clv|ltv|charges|payment*|paiement*|refund*|"
        "returned|discount*|full_price|deal*|unit_price|price|quantity|quantite|contract|"
        "subscription*|abonnement*|dt_customer|customer_since|client_depuis|member_since|enrol*|"
        "complain*|ca|transaction*|trans|fee|fees|mrr|arr|seats|membership*|auto_renewal|referrals_"
        "made|"
        "reclamation*|satisf*|nps|depense*|warranty",
        "", ""},
    Entry{Criterion::kBehavioural, kAskable,
          "channel*|canal|canaux|visit_frequency|how_often|frequence*|preferred_contact|"
          "contact_preference*",
          "", ""},
    Entry{
        Criterion::kNeeds, kAskable,
        "need*|besoin*|taste*|gout*|attitude*|prefer*|benefit*|importance|important|matters|"
        "interest*|interet*|wish*|motivation*|expectation*|attente*|opinion*|like|likes|love|hate|"
        "goal*|objectif*|reason|perception*|lifestyle*|hobb*|priorit*|concern*|value_for_money",
        "", ""},
    // Perceptions of a brand or offer, as surveys ask them.
    Entry{
        Criterion::kNeeds, kAskable,
        "=yummy|=tasty|=delicious|=spicy|=fattening|=greasy|=disgusting|=healthy|=convenient|=fast|"
        "=slow|=cheap|=expensive|=affordable|=reliable|=friendly|=modern|=trendy|=innovative|=fun|"
        "=boring|=comfortable|=useful|=easy",
        "", ""},
};

// "eur" after a header's last "_", and how the unit is written.
struct UnitWord {
  absl::string_view word;
  absl::string_view unit;
};
constexpr std::array<UnitWord, 16> kUnitWords = {{{"eur", "EUR"},
                                                  {"euro", "EUR"},
                                                  {"euros", "EUR"},
                                                  {"usd", "USD"},
                                                  {"gbp", "GBP"},
                                                  {"chf", "CHF"},
                                                  {"km", "km"},
                                                  {"km2", "km²"},
                                                  {"m2", "m²"},
                                                  {"minutes", "minutes"},
                                                  {"seconds", "seconds"},
                                                  {"hours", "hours"},
                                                  {"days", "days"},
                                                  {"months", "months"},
                                                  {"percent", "%"},
                                                  {"pct", "%"}}};

std::string SplitCamelCase(absl::string_view header) {
  std::string text;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const bool upper = absl::ascii_isupper(header[i]);
    const bool after_lower = i > 0 && absl::ascii_islower(header[i - 1]);
    const bool ends_acronym = i > 1 && absl::ascii_isupper(header[i - 1]) &&
                              absl::ascii_isupper(header[i - 2]) && i + 1 < header.size() &&
                              absl::ascii_islower(header[i + 1]);
    if (upper && (after_lower || ends_acronym)) text.push_back(' ');
    text.push_back(header[i]);
  }
  return text;
}

}  // namespace

std::string HeaderWords(absl::string_view header) {
  std::string slug = AttributeIdFromHeader(SplitCamelCase(header), {});
  // The id of "1st visit" begins with a letter it does not have.
  if (!header.empty() && absl::ascii_isdigit(header[0])) slug.erase(0, 2);
  return absl::StrCat("_", slug, "_");
}

bool HasWords(absl::string_view words, absl::string_view patterns) {
  for (absl::string_view pattern : absl::StrSplit(patterns, '|')) {
    const bool open = absl::ConsumeSuffix(&pattern, "*");
    if (absl::ConsumePrefix(&pattern, "=")) {
      if (words.substr(1, words.size() - 2) == pattern) return true;
      continue;
    }
    for (std::size_t at = words.find(pattern); at != absl::string_view::npos;
         at = words.find(pattern, at + 1)) {
      if (words[at - 1] == '_' && (open || words[at + pattern.size()] == '_')) return true;
    }
  }
  return false;
}

Meaning MeaningOf(absl::string_view words) {
  const auto entry = std::find_if(kEntries.begin(), kEntries.end(), [&](const Entry& candidate) {
    return HasWords(words, candidate.words);
  });
  if (entry == kEntries.end()) return {};
  const auto has = [&](unsigned flag) { return (entry->flags & flag) != 0; };
  return {.criterion = entry->criterion,
          .known_at = has(kOfCustomers) ? KnownAt::kCustomer : KnownAt::kLead,
          .sensitive = has(kSensitive),
          .is_protected = has(kProtected),
          .askable = has(kAskable),
          .ask_cost = has(kDelicate) ? kDelicateCost : 1,
          .question = {std::string(entry->question_en), std::string(entry->question_fr)}};
}

bool SaysAge(absl::string_view words) { return HasWords(words, "age|ages"); }

bool SaysBirth(absl::string_view words) {
  return HasWords(words,
                  "birth|birthday|birthdate|yearbirth|naissance|dob|born|ne_le|nee_le|ne_e_le|"
                  "date_naiss|geburtsdatum|geburtstag|nacimiento|nascita");
}

bool SaysAmount(absl::string_view words) {
  return SaysSpend(words) ||
         HasWords(
             words,
             "income*|revenu*|salary|salaire*|price*|prix|balance|amount*|montant*|charges|"
             "turnover|chiffre_d_affaires|margin|marge|fee|fees|cost*|cout*|budget|ltv|clv|eur|"
             "euro|euros|usd|gbp");
}

bool SaysSpend(absl::string_view words) {
  return HasWords(words,
                  "spend*|spent|mnt*|montant*|amount*|amt*|sales|revenue*|depense*|monetary|"
                  "basket_value|panier_moyen|ca") &&
         !SaysRating(words) && !HasWords(words, "time|temps|duration|hours|minutes");
}

bool SaysMargin(absl::string_view words) {
  return HasWords(words, "margin|margins|marge|marges|profit|benefice") &&
         !HasWords(words, "rate|ratio|share|pct|percent|percentage|taux|part");
}

bool SaysFullPriceShare(absl::string_view words) {
  return HasWords(words, "full_price*|plein_tarif|prix_plein|plein_prix") && !SaysCount(words);
}

bool SaysLargeOrderShare(absl::string_view words) {
  return HasWords(words, "large_order*|big_order*|grosses_commandes|grande_commande*") &&
         !SaysCount(words);
}

bool SaysCount(absl::string_view words) {
  return HasWords(
             words,
             "num*|nb|nbr|ct|nombre*|number_of|no_of|count*|visits|visites|kid*|teen*|children|"
             "enfants|dependents|orders|commandes|purchases|achats|clicks|sessions|household_size|"
             "family_size|passages|per_month|per_week|per_year|par_mois|par_semaine|par_an") &&
         !SaysAmount(words);
}

bool SaysNominal(absl::string_view words) {
  return HasWords(
      words,
      "region*|channel*|canal|type|types|category|categorie|code|codes|class|classe|"
      "group|groupe|cluster|segment*|occupation|profession|marital*|gender|sex|sexe|city|"
      "ville|country|pays|operating_system*|browser|traffic_type|sector|secteur|insee*|"
      "department|departement|store|shop|product|brand");
}

bool SaysRating(absl::string_view words) {
  return HasWords(words,
                  "rating*|satisf*|stars|etoiles|likert|note|agreement|nps|importance|score");
}

bool SaysPostalCode(absl::string_view words) {
  return HasWords(words, "zip*|postal*|postcode|post_code|code_postal|cp|plz|insee*");
}

bool SaysId(absl::string_view words) {
  if (HasWords(words, "number_of|nombre_de|no_of")) return false;
  if (HasWords(words,
               "id|ids|identifier|identifiant|uuid|guid|ref|reference|matricule|siret|siren|custid|"
               "customerid|clientid|userid|contactid|personid|leadid|memberid|accountid|visitorid|"
               "clientnum|custnum|num_client|numero_client|code_client|client_code|customer_code|"
               "numero|account_number|=number|=no|=num|=key|=client|=customer|=contact|=prospect|"
               "=lead|=user|=member")) {
    return true;
  }
  return absl::EndsWith(words, "_number_") || absl::EndsWith(words, "_no_") ||
         absl::EndsWith(words, "_num_") || absl::EndsWith(words, "_key_");
}

bool SaysRowNumber(absl::string_view words) {
  return HasWords(words, "=unnamed_0|=index|=row|=row_number|=rownum|=column_1|=x|=level_0|=ligne");
}

bool SaysPhone(absl::string_view words) {
  return HasWords(words, "phone*|telephone*|tel|mobile|gsm|portable|fax|cellphone");
}

bool SaysPersonalName(absl::string_view words) {
  return HasWords(
      words,
      "=name|=nom|=prenom|first_name|last_name|firstname|lastname|full_name|fullname|"
      "surname|family_name|given_name|middle_name|nom_de_famille|nom_complet|nom_client|"
      "prenom|customer_name|client_name|contact_name|username|user_name|=company_name|"
      "=raison_sociale|linkedin*");
}

bool SaysAddress(absl::string_view words) {
  return HasWords(words, "address*|adresse*|street*|rue|ip|iban|passport|ssn");
}

bool SaysOutcome(absl::string_view words) {
  return HasWords(words,
                  "=y|=target|=label|=outcome|=converted|=conversion|=churn|=churned|=churn_flag|"
                  "=exited|=attrition|=attrition_flag|=subscribed|=won|=converti|=resilie|=cible");
}

bool SaysSegment(absl::string_view words) {
  return HasWords(words,
                  "=segment|=segments|=segmentation|=cluster|=clusters|=persona|=cluster_id");
}

bool SaysAftermath(absl::string_view words) {
  return HasWords(words,
                  "=duration|=duree|call_duration|duree_appel|duree_de_l_appel|talk_time|call_time|"
                  "=tag|=tags|lead_quality|lead_profile|lead_status|lead_stage|lead_grade|"
                  "deal_stage|deal_status|opportunity_stage|opportunity_status|sales_stage|"
                  "statut_prospect|qualite_prospect|last_activity|last_notable_activity|"
                  "derniere_activite|disposition|call_result|call_outcome|resultat_appel|"
                  "close_date|closed_date|closed_at|closing_date|date_cloture|won_at|won_date|"
                  "lost_reason|loss_reason|motif_perte|reason_lost|reason_for_loss|churn_reason|"
                  "churn_date|cancellation|cancellation_reason|cancellation_date|cancelled_at|"
                  "canceled_at|motif_resiliation|date_resiliation|conversion_date|converted_at|"
                  "date_conversion|contract_signed|signed_at|date_signature|exit_interview");
}

bool SaysLatitude(absl::string_view words) { return HasWords(words, "lat|latitude"); }

bool SaysLongitude(absl::string_view words) { return HasWords(words, "lng|lon|long|longitude"); }

std::string UnitOf(absl::string_view header, absl::string_view words) {
  const std::size_t open = header.rfind('(');
  if (open != absl::string_view::npos && absl::EndsWith(header, ")")) {
    const absl::string_view inside = header.substr(open + 1, header.size() - open - 2);
    const bool short_enough = !inside.empty() && inside.size() <= 12;
    const bool has_digit = std::any_of(inside.begin(), inside.end(), absl::ascii_isdigit);
    if (short_enough && !has_digit) return std::string(inside);
  }
  for (const UnitWord& unit : kUnitWords) {
    if (absl::EndsWith(words, absl::StrCat("_", unit.word, "_"))) return std::string(unit.unit);
  }
  return "";
}

absl::string_view WithoutUnit(absl::string_view header) {
  const std::size_t open = header.rfind('(');
  if (open != absl::string_view::npos && open > 0 && absl::EndsWith(header, ")")) {
    return absl::StripTrailingAsciiWhitespace(header.substr(0, open));
  }
  for (const UnitWord& unit : kUnitWords) {
    const absl::string_view word = unit.word;
    if (header.size() < word.size() + 2 || !absl::EndsWithIgnoreCase(header, word)) continue;
    const absl::string_view rest = header.substr(0, header.size() - word.size());
    if (rest.back() == '_' || rest.back() == ' ') return rest.substr(0, rest.size() - 1);
  }
  return header;
}

}  // namespace cible
