// Leads held against the personas that people authored, as messages.

#ifndef CIBLE_SERVER_SERVICES_AUTHORED_ANSWERS_H_
#define CIBLE_SERVER_SERVICES_AUTHORED_ANSWERS_H_

#include "cible/v1/persona_service.pb.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/personas/portrait.h"
#include "server/registry/model_registry.h"

namespace cible {

// A fit tells how many contacts meet a criterion, down to one: for callers who may
// not be told that (`exactly` is false) it is counted, and ordered, with shares
// rounded to tenths, from .1 to .9. Whole per cents of a short list are few contacts.

// Of one lead: every authored persona of the segmentation, the best fit first.
// REQUIRES: a table of one row.
void AuthoredMatchesToProto(const ActiveModel& active, const ContactTable& lead, bool exactly,
                            Language language, v1::MatchLeadResponse* response);

// Of many: the best fit above 0 of the row in the table, into the match of its
// place in `rows`.
void BestAuthoredToProto(const ActiveModel& active, const ContactTable& leads,
                         const std::vector<int>& rows, bool exactly,
                         v1::MatchLeadsResponse* response);

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_AUTHORED_ANSWERS_H_
