// The ideal customer, and contacts like it, as people read them.

#ifndef CIBLE_CLIENTS_CLI_IDEAL_CUSTOMER_REPORT_H_
#define CIBLE_CLIENTS_CLI_IDEAL_CUSTOMER_REPORT_H_

#include <string>

#include "cible/v1/persona_service.pb.h"
#include "clients/cli/output/table.h"
#include "segmentation/personas/portrait.h"

namespace cible {

// The profile to put on a slide, under headings in the language: what value is,
// the summary, what the best are, whom not to look for.
std::string IdealCustomerText(const v1::IdealCustomerProfile& profile, Language language,
                              int width);

// For programs: `part` (ideal, negative), then the statement, one a row.
Table StatementsTable(const v1::IdealCustomerProfile& profile);

// How far a similarity reaches, one point a row.
Table ReachTable(const v1::FindLookalikesResponse& found, Language language);

// `contact` (its id), `similarity`, `reasons`: at most so many rows.
Table LookalikesTable(const v1::FindLookalikesResponse& found, int most_rows, Language language);

// Notices, the reach curve, the first lookalikes.
std::string LookalikesText(const v1::FindLookalikesResponse& found, Language language, int width);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_IDEAL_CUSTOMER_REPORT_H_
