// The funnel as people and programs read it.

#ifndef CIBLE_CLIENTS_CLI_FUNNEL_REPORT_H_
#define CIBLE_CLIENTS_CLI_FUNNEL_REPORT_H_

#include <string>

#include "cible/v1/lifecycle_service.pb.h"
#include "clients/cli/output/table.h"
#include "segmentation/personas/portrait.h"

namespace cible {

// How contacts stood, how those who came in went on by period, source and persona, and
// what became of lists that were bought; then what the figures mean. `by_month`: periods
// are months of the calendar.
std::string FunnelText(const v1::Funnel& funnel, bool by_month, Language language, int width);

// All of it in one table, a row a figure: which part of the funnel it is of, whom, which
// step, and the number of contacts.
Table FunnelTable(const v1::Funnel& funnel);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_FUNNEL_REPORT_H_
