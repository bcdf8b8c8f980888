// The solutions of a fit for programs: one for each number of segments.

#ifndef CIBLE_CLIENTS_CLI_FIT_SOLUTIONS_H_
#define CIBLE_CLIENTS_CLI_FIT_SOLUTIONS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cible/v1/persona_service.pb.h"
#include "clients/cli/output/console.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/models/training.h"

namespace cible {

// {"row_count": n, "total_weight": w, "solutions": [one for each K],
// "recommended": K, "verdict": "NATURAL" ..., "reason": "...", "notices": [...],
// "personas": [of the recommended one]}; docs/api.md has every field. A solution
// has the "segments" asked for and the "segments_found": fewer where no
// contacts were left for the others, which a notice says and which is recommended
// only where every K fell short.
// What the engine or the choice has no figure for is null.
std::string FitJson(const TrainingResult& result, const v1::ListPersonasResponse& personas,
                    double total_weight);

// CSV: id, segment and its posterior probability, by row.
// Errors: those of OutputFile.
absl::Status WriteSegments(const std::string& path, const std::vector<std::string>& ids,
                           const ContactTable& table, const TrainingResult& result,
                           const Console& console);

// CSV: id, segment and the posterior probability of every segment, by row.
// Errors: those of OutputFile.
absl::Status WriteAssignments(const std::string& path, const std::vector<std::string>& ids,
                              const ContactTable& table, const TrainingResult& result,
                              const Console& console);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_FIT_SOLUTIONS_H_
