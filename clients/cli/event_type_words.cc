#include "clients/cli/event_type_words.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "segmentation/data/criterion_lexicon.h"
#include "segmentation/data/number_text.h"

namespace cible {
namespace {

constexpr std::pair<v1::EventType, absl::string_view> kTypeWords[] = {
    {v1::EVENT_TYPE_PURCHASE,
     "purchase|purchased|buy|bought|sale|order|invoice|achat|achete|commande|vente|facture"},
    {v1::EVENT_TYPE_SIGNED_ORDER,
     "signed_order|order_signed|contract_signed|signature|commande_signee|contrat_signe"},
    {v1::EVENT_TYPE_RETURN,
     "return|returned|cancellation|cancelation|cancelled|canceled|cancel|refund|refunded|"
     "credit_note|retour|annulation|annule|annulee|remboursement|rembourse|avoir"},
    {v1::EVENT_TYPE_VISIT,
     "visit|visits|session|site_visit|web_visit|shop_visit|store_visit|stand_visit|visite"},
    {v1::EVENT_TYPE_PAGE_VIEW,
     "page_view|pageview|page_viewed|page_visit|product_view|view|page_vue|vue_de_page|"
     "consultation"},
    {v1::EVENT_TYPE_FORM,
     "form|form_submit|form_submitted|form_submission|form_filled|formulaire|formulaire_rempli"},
    {v1::EVENT_TYPE_BROCHURE,
     "brochure|brochure_request|brochure_requested|catalogue_request|plaquette|"
     "demande_de_brochure|demande_de_documentation"},
    {v1::EVENT_TYPE_SAMPLE,
     "sample|sample_request|sample_requested|echantillon|demande_d_echantillon"},
    {v1::EVENT_TYPE_TRIAL, "trial|free_trial|trial_start|trial_started|essai|essai_gratuit"},
    {v1::EVENT_TYPE_DEMO,
     "demo|demonstration|demo_request|demo_requested|demande_de_demo|demande_de_demonstration"},
    {v1::EVENT_TYPE_CAMPAIGN_SENT,
     "campaign_sent|email_sent|mail_sent|sent|campagne_envoyee|email_envoye|envoi|envoye"},
    {v1::EVENT_TYPE_CAMPAIGN_OPENED,
     "campaign_opened|campaign_open|email_opened|email_open|mail_opened|opened|open|"
     "campagne_ouverte|email_ouvert|ouverture|ouvert"},
    {v1::EVENT_TYPE_CAMPAIGN_CLICKED,
     "campaign_clicked|campaign_click|email_clicked|email_click|mail_clicked|clicked|click|"
     "campagne_cliquee|email_clique|clic|clique"},
    {v1::EVENT_TYPE_CAMPAIGN_ANSWERED,
     "campaign_answered|campaign_answer|campaign_reply|email_answered|email_reply|email_replied|"
     "answered|replied|reply|campagne_repondue|reponse|repondu"},
    {v1::EVENT_TYPE_COMPLAINT, "complaint|complained|reclamation|plainte"},
    {v1::EVENT_TYPE_SATISFACTION,
     "satisfaction|satisfaction_survey|survey|nps|csat|rating|enquete|enquete_de_satisfaction"},
    {v1::EVENT_TYPE_REFERRAL, "referral|referred|recommendation|parrainage|recommandation"},
    {v1::EVENT_TYPE_CALL, "call|phone_call|appel|appel_telephonique"},
    {v1::EVENT_TYPE_CUSTOM, "custom|personnalise"},
};

using TypesByWord = absl::flat_hash_map<absl::string_view, v1::EventType>;

TypesByWord ReadTypeWords() {
  TypesByWord types;
  for (const auto& [type, words] : kTypeWords) {
    for (const absl::string_view word : absl::StrSplit(words, '|')) types.emplace(word, type);
  }
  return types;
}

}  // namespace

EventTypeText EventTypeOf(absl::string_view text) {
  static const auto& types = *new TypesByWord(ReadTypeWords());
  text = TrimBlanks(text);
  const std::string between = HeaderWords(text);  // "_page_view_".
  const absl::string_view words =
      absl::StripSuffix(absl::StripPrefix(absl::string_view(between), "_"), "_");
  const auto found = types.find(words);
  if (found == types.end()) return {v1::EVENT_TYPE_CUSTOM, std::string(text)};
  return {found->second, ""};
}

std::string EventTypeWord(const v1::Event& event) {
  if (!event.custom_type().empty()) return event.custom_type();
  return absl::AsciiStrToLower(absl::StripPrefix(v1::EventType_Name(event.type()), "EVENT_TYPE_"));
}

}  // namespace cible
