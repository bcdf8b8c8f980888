// What was measured, for people to read.

#ifndef CIBLE_CLIENTS_LOAD_REPORT_TEXT_H_
#define CIBLE_CLIENTS_LOAD_REPORT_TEXT_H_

#include <string>

#include "clients/load/comparison.h"
#include "clients/load/load_figures.h"
#include "clients/load/load_options.h"
#include "clients/load/request_maker.h"

namespace cible::load {

// Calls and contacts a second, errors by code, percentiles, a histogram with
// bars; the same in short for each kind of a mix.
std::string FiguresText(const LoadOptions& options, const Workload& workload,
                        const LoadFigures& figures);

// The rounds side by side, then the ratios.
std::string ComparisonText(const Workload& workload, const Comparison& comparison);

}  // namespace cible::load

#endif  // CIBLE_CLIENTS_LOAD_REPORT_TEXT_H_
