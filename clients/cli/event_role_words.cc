#include "clients/cli/event_role_words.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "segmentation/data/criterion_lexicon.h"

namespace cible {
namespace {

struct RoleName {
  EventRole role;
  absl::string_view word;    // As --as takes it.
  absl::string_view phrase;  // "InvoiceNo is the order".
};

constexpr std::array<RoleName, 16> kRoleNames = {
    {{EventRole::kOrder, "order", "the order"},
     {EventRole::kContact, "contact", "the contact"},
     {EventRole::kTime, "time", "the time"},
     {EventRole::kType, "type", "the type"},
     {EventRole::kItem, "item", "the item"},
     {EventRole::kQuantity, "quantity", "the quantity"},
     {EventRole::kUnitPrice, "unit_price", "the unit price"},
     {EventRole::kListPrice, "list_price", "the list price"},
     {EventRole::kAmount, "amount", "the amount"},
     {EventRole::kMargin, "margin", "the margin"},
     {EventRole::kChannel, "channel", "the channel"},
     {EventRole::kSource, "source", "the source"},
     {EventRole::kCampaign, "campaign", "the campaign"},
     {EventRole::kCurrency, "currency", "the currency"},
     {EventRole::kId, "id", "the event's id"},
     {EventRole::kIgnore, "ignore", "set aside"}}};

// A header has the role when all its words are listed here and one of `words` is
// among them, and one of `also` where there are any.
struct RoleWording {
  EventRole role;
  bool is_plain;
  absl::string_view words;
  absl::string_view also;
  absl::string_view beside;
};

// Words that number things, and words that join others.
constexpr absl::string_view kNumbering =
    "id|ids|no|num|number|nr|numero|n|code|ref|reference|key|uuid|guid|identifier|identifiant";
constexpr absl::string_view kJoining = "de|du|des|d|la|le|l|of|the";
constexpr absl::string_view kActs =
    "order|invoice|purchase|transaction|event|visit|session|sale|sales|activity|interaction|call|"
    "return|booking|achat|commande|facture|vente|evenement|visite|appel";

constexpr bool kPlain = true, kLikely = false;

// The first that fits decides, so the narrow ones come first.
constexpr std::array kWordings = {
    RoleWording{EventRole::kId, kPlain, "event|evenement|hit", "id|uuid|guid|identifiant", ""},
    RoleWording{EventRole::kId, kPlain, "eventid", "", ""},
    RoleWording{EventRole::kTime, kPlain,
                "date|time|datetime|timestamp|at|horodatage|heure|jour|day", kActs, "utc"},
    RoleWording{EventRole::kTime, kPlain,
                "invoicedate|orderdate|purchasedate|transactiondate|eventdate|eventtime", "", ""},
    RoleWording{EventRole::kTime, kLikely,
                "date|time|datetime|timestamp|ts|horodatage|jour|day|created|when", "",
                "at|on|utc|stamp|heure"},
    RoleWording{EventRole::kContact, kPlain,
                "customer|client|contact|user|member|account|person|visitor|lead|subscriber|buyer|"
                "shopper|acheteur|adherent|abonne|compte|cust",
                kNumbering, ""},
    RoleWording{EventRole::kContact, kPlain,
                "customerid|clientid|contactid|userid|memberid|accountid|visitorid|leadid|custid",
                "", ""},
    RoleWording{
        EventRole::kContact, kLikely,
        "customer|client|contact|user|member|account|visitor|lead|email|mail|courriel|buyer|"
        "shopper|acheteur|adherent|abonne",
        "", "e|address|adresse"},
    RoleWording{EventRole::kType, kPlain, "type",
                "event|evenement|activity|activite|interaction|action|transaction", "name|nom"},
    RoleWording{EventRole::kType, kPlain, "eventtype|eventname", "", ""},
    RoleWording{EventRole::kType, kLikely,
                "event|evenement|type|action|activity|activite|interaction", "", "name|nom"},
    RoleWording{EventRole::kOrder, kPlain,
                "order|invoice|basket|receipt|ticket|transaction|purchase|commande|facture|panier",
                kNumbering, ""},
    RoleWording{EventRole::kOrder, kPlain,
                "orderid|orderno|ordernumber|invoiceid|invoiceno|transactionid|basketid", "", ""},
    RoleWording{EventRole::kOrder, kLikely, "order|invoice|commande|facture|basket|panier", "", ""},
    RoleWording{EventRole::kListPrice, kPlain,
                "list|catalogue|catalog|public|regular|original|full|retail|barre",
                "price|prix|tarif", "unit|unitaire"},
    RoleWording{EventRole::kListPrice, kPlain, "msrp|rrp", "", "price"},
    RoleWording{EventRole::kMargin, kPlain, "margin|marge", "",
                "gross|brute|line|ligne|amount|montant"},
    RoleWording{EventRole::kMargin, kLikely, "profit|benefice", "", "gross|line"},
    RoleWording{EventRole::kAmount, kPlain,
                "amount|total|montant|revenue|subtotal|linetotal|totalprice", "",
                "line|ligne|item|net|gross|ttc|ht|price|prix|paid|paye|purchase|transaction|achat|"
                "vente|sale|sales"},
    RoleWording{EventRole::kAmount, kLikely, "amount|total|montant|sales|value|valeur|ca|score", "",
                "order|invoice|commande|facture|ttc|ht"},
    RoleWording{EventRole::kUnitPrice, kPlain, "price|prix", "unit|unitaire|item|each", "ttc|ht"},
    RoleWording{EventRole::kUnitPrice, kPlain, "unitprice", "", ""},
    RoleWording{EventRole::kUnitPrice, kLikely, "price|prix", "",
                "sale|sales|product|produit|article|ttc|ht|vente|achat"},
    RoleWording{EventRole::kQuantity, kPlain, "quantity|qty|quantite|qte", "",
                "item|items|order|ordered|product|sold|commandee|achetee|vendue"},
    RoleWording{EventRole::kQuantity, kLikely, "units|unites", "", "sold|ordered|vendues"},
    RoleWording{EventRole::kItem, kPlain, "stock|product|item|article|produit", kNumbering, ""},
    RoleWording{EventRole::kItem, kPlain, "sku|ean|asin|upc|isbn", "", "product|item|code"},
    RoleWording{EventRole::kItem, kPlain, "stockcode|productid|itemid", "", ""},
    RoleWording{EventRole::kItem, kLikely, "product|item|article|produit|page", "", "name|nom|url"},
    RoleWording{EventRole::kChannel, kPlain, "channel|canal", "",
                "sale|sales|order|purchase|vente|achat|name|id|code"},
    RoleWording{EventRole::kCampaign, kPlain, "campaign|campagne", "", "utm|id|code"},
    RoleWording{EventRole::kCampaign, kLikely, "campaign|campagne", "", "name|nom|title"},
    RoleWording{EventRole::kSource, kPlain, "source", "", "utm|traffic|lead|event"},
    RoleWording{EventRole::kSource, kLikely, "referrer|referer|provenance|origine", "", ""},
    RoleWording{EventRole::kCurrency, kPlain, "currency|devise|monnaie", "", "code|iso"},
};

bool Lists(absl::string_view words, absl::string_view word) {
  for (const absl::string_view each : absl::StrSplit(words, '|')) {
    if (!word.empty() && each == word) return true;
  }
  return false;
}

bool Fits(const RoleWording& wording, const std::vector<std::string>& words) {
  bool has_word = false, has_also = wording.also.empty();
  for (const std::string& word : words) {
    const bool is_word = Lists(wording.words, word);
    const bool is_also = Lists(wording.also, word);
    if (!is_word && !is_also && !Lists(wording.beside, word)) return false;
    has_word |= is_word;
    has_also |= is_also;
  }
  return has_word && has_also;
}

const RoleName& NameOf(EventRole role) {
  return *std::find_if(kRoleNames.begin(), kRoleNames.end(),
                       [&](const RoleName& name) { return name.role == role; });
}

}  // namespace

const std::vector<EventRole>& EventRoles() {
  static const auto& roles = *[] {
    auto* all = new std::vector<EventRole>;
    for (const RoleName& name : kRoleNames) all->push_back(name.role);
    return all;
  }();
  return roles;
}

absl::string_view RoleWord(EventRole role) { return NameOf(role).word; }

absl::string_view RolePhrase(EventRole role) { return NameOf(role).phrase; }

std::string RoleWords() {
  std::vector<absl::string_view> words;
  for (const EventRole role : EventRoles()) words.push_back(RoleWord(role));
  words.pop_back();
  return absl::StrCat(absl::StrJoin(words, ", "), " or ", RoleWord(EventRole::kIgnore));
}

std::optional<HeaderRole> RoleOfHeader(absl::string_view header) {
  std::vector<std::string> words =
      absl::StrSplit(HeaderWords(WithoutUnit(header)), '_', absl::SkipEmpty());
  std::erase_if(words, [](const std::string& word) { return Lists(kJoining, word); });
  for (const RoleWording& wording : kWordings) {
    if (Fits(wording, words)) return HeaderRole{wording.role, wording.is_plain};
  }
  return std::nullopt;
}

}  // namespace cible
