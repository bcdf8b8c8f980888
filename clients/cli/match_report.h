// The match of a lead in words: who it is like, why, and what to ask it next.

#ifndef CIBLE_CLIENTS_CLI_MATCH_REPORT_H_
#define CIBLE_CLIENTS_CLI_MATCH_REPORT_H_

#include <string>

#include "cible/v1/persona_service.pb.h"
#include "clients/cli/output/table.h"
#include "segmentation/data/schema.h"

namespace cible {

// For people. `schema` gives what attributes are called.
std::string MatchText(const v1::MatchLeadResponse& match, const Schema& schema, int width);

// For programs: `persona, probability, runner_up, typical, reasons,
// next_question, outcome, persona_name`, after the `id`. One row a lead.
Table MatchesTable();
void AddMatchRow(const std::string& id, const v1::LeadMatch& match, const std::string& persona_name,
                 Table& table);

// The one match as a row of such a table.
v1::LeadMatch ToLeadMatch(const v1::MatchLeadResponse& match);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_MATCH_REPORT_H_
