// The match of a lead in words: who it is like, why, and what to ask it next.

#ifndef CIBLE_CLIENTS_CLI_MATCH_REPORT_H_
#define CIBLE_CLIENTS_CLI_MATCH_REPORT_H_

#include <map>
#include <string>

#include "cible/v1/persona_service.pb.h"
#include "clients/cli/output/table.h"
#include "segmentation/data/schema.h"
#include "segmentation/personas/portrait.h"

namespace cible {

// What was said of a lead, as it was typed, by attribute id.
using StatedTexts = std::map<std::string, std::string>;

// For people. `schema` gives what attributes are called; of those in `stated`
// the reasons repeat the value.
std::string MatchText(const v1::MatchLeadResponse& match, const Schema& schema,
                      const StatedTexts& stated, Language language, int width);

// For programs: `persona, probability, runner_up, typical, in_target, reasons,
// next_question, authored_persona, outcome, persona_name`, after the `id`. One row a
// lead.
Table MatchesTable();
void AddMatchRow(const std::string& id, const v1::LeadMatch& match, const std::string& persona_name,
                 Table& table);

// The score of a lead: `id, probability, reasons`, these in nats after what the
// score starts from.
Table ScoresTable();
void AddScoreRow(const std::string& id, const v1::LeadScore& score, Table& table);

// The one match as a row of such a table.
v1::LeadMatch ToLeadMatch(const v1::MatchLeadResponse& match);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_MATCH_REPORT_H_
