// The answer to a table of contacts, row by row.

#ifndef CIBLE_CLIENTS_CPP_ASSIGNED_ROWS_H_
#define CIBLE_CLIENTS_CPP_ASSIGNED_ROWS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cpp/messages.h"

namespace cible {

struct SegmentAssignment {
  // Id of the most probable segment ("s1"); empty when nothing that the model
  // uses is known.
  std::string segment;
  double probability = 0;  // Posterior, in [0, 1]; 0 for an empty segment.
};

// What became of one contact. Errors: INVALID_ARGUMENT with the reason its row
// was refused for.
using AssignedRow = absl::StatusOr<SegmentAssignment>;

// One entry a row, in the order of the table. O(rows).
// Errors: DATA_LOSS for an answer that contradicts itself.
absl::StatusOr<std::vector<AssignedRow>> AssignedRows(const v1::AssignSegmentsResponse& response);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CPP_ASSIGNED_ROWS_H_
