#include "server/services/authored_answers.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "segmentation/personas/authored_persona.h"
#include "server/services/portraits.h"
#include "server/wire/persona_wire.h"

namespace cible {
namespace {

// With the shares that the criteria weigh by: those counted, or rounded to tenths.
std::vector<AuthoredPersona> PersonasWeighed(const KeptPersonas& kept, bool exactly) {
  std::vector<AuthoredPersona> personas = kept.authored;
  if (exactly) return personas;
  for (AuthoredPersona& persona : personas) {
    for (PersonaCriterion& criterion : persona.criteria) {
      criterion.population_share =
          std::clamp(std::round(criterion.population_share * 10), 1., 9.) / 10;
    }
  }
  return personas;
}

}  // namespace

void AuthoredMatchesToProto(const ActiveModel& active, const ContactTable& lead, bool exactly,
                            Language language, v1::MatchLeadResponse* response) {
  const KeptPersonas& kept = *active.personas;
  if (kept.authored.empty()) return;
  const auto matches = MatchAuthored(PersonasWeighed(kept, exactly), kept.schema, lead);
  for (const AuthoredMatch& match : matches.front()) {
    const AuthoredPersona& persona = kept.authored[static_cast<std::size_t>(match.persona)];
    v1::AuthoredMatch* message = response->add_authored_matches();
    message->set_persona(persona.id);
    message->set_display_name(AuthoredDisplayName(*kept.Find(persona.id), language));
    message->set_fit(match.fit);
    message->set_targeting(TargetingOf(kept.Find(persona.id)));
    for (std::size_t i = 0; i < match.criteria.size(); ++i) {
      v1::CriterionMatch* criterion = message->add_criteria();
      criterion->set_attribute(persona.criteria[i].condition.attribute);
      criterion->set_state(CriterionStateToProto(match.criteria[i].state));
      criterion->set_contribution(match.criteria[i].contribution);
      criterion->set_description(DescribeCriterion(persona.criteria[i], kept.schema, language));
    }
  }
}

void BestAuthoredToProto(const ActiveModel& active, const ContactTable& leads,
                         const std::vector<int>& rows, bool exactly,
                         v1::MatchLeadsResponse* response) {
  const KeptPersonas& kept = *active.personas;
  if (kept.authored.empty()) return;
  const std::vector<AuthoredMatch> matches =
      BestAuthored(PersonasWeighed(kept, exactly), kept.schema, leads);
  for (std::size_t row = 0; row < matches.size(); ++row) {
    const AuthoredMatch& best = matches[row];
    if (best.persona < 0) continue;
    v1::LeadMatch* message = response->mutable_matches(rows[row]);
    message->set_authored_persona(kept.authored[static_cast<std::size_t>(best.persona)].id);
    message->set_authored_fit(best.fit);
  }
}

}  // namespace cible
