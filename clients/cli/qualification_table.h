// How contacts stand, a line each.

#ifndef CIBLE_CLIENTS_CLI_QUALIFICATION_TABLE_H_
#define CIBLE_CLIENTS_CLI_QUALIFICATION_TABLE_H_

#include <string>

#include "cible/v1/lifecycle.pb.h"
#include "clients/cli/output/table.h"
#include "segmentation/personas/portrait.h"

namespace cible {

// For people relation, temperature, fit, criteria that are known, score and what to do;
// for programs `id, relation, customer_stage, awareness, temperature, fit, budget,
// authority, need, timing, score, next_action, next_action_text, offers`, then
// `former_customer, ambassador, left_out_reason, reasons`, the last filled where the
// contact came with reasons. What is unknown is empty.
Table QualificationsTable();
void AddQualificationRow(const std::string& id, const v1::Classification& contact,
                         Language language, Table& table);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_QUALIFICATION_TABLE_H_
