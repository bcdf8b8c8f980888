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

std::vector<std::vector<AuthoredMatch>> MatchesOf(const KeptPersonas& kept,
                                                  const ContactTable& leads, bool exactly) {
  if (exactly) return MatchAuthored(kept.authored, kept.schema, leads);
  std::vector<AuthoredPersona> rounded = kept.authored;
  for (AuthoredPersona& persona : rounded) {
    for (PersonaCriterion& criterion : persona.criteria) {
      criterion.population_share =
          std::clamp(std::round(criterion.population_share * 10), 1., 9.) / 10;
    }
  }
  return MatchAuthored(rounded, kept.schema, leads);
}

}  // namespace

void AuthoredMatchesToProto(const ActiveModel& active, const ContactTable& lead, bool exactly,
                            Language language, v1::MatchLeadResponse* response) {
  const KeptPersonas& kept = *active.personas;
  if (kept.authored.empty()) return;
  const auto matches = MatchesOf(kept, lead, exactly);
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
  const auto matches = MatchesOf(kept, leads, exactly);
  for (std::size_t row = 0; row < matches.size(); ++row) {
    const AuthoredMatch& best = matches[row].front();
    if (!(best.fit > 0)) continue;
    v1::LeadMatch* message = response->mutable_matches(rows[row]);
    message->set_authored_persona(kept.authored[static_cast<std::size_t>(best.persona)].id);
    message->set_authored_fit(best.fit);
  }
}

}  // namespace cible
