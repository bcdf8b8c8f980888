// Guessing what the columns of a file are: type, criterion, distribution,
// role, blocks, and which column is the id.

#ifndef CIBLE_SEGMENTATION_DATA_INFERENCE_H_
#define CIBLE_SEGMENTATION_DATA_INFERENCE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "segmentation/data/csv.h"
#include "segmentation/data/schema.h"

namespace cible {

struct InferenceOptions {
  // Header of the id column; empty: recognised if there is one ("-": none).
  std::string id_column;
  // COLUMN=VALUE: the column is the OUTCOME, the value is success.
  std::string outcome_column;
  std::string outcome_value;
};

// What was found in one column, for people.
struct ColumnReport {
  std::string header;
  std::string attribute;  // Id; empty for the id column and one of which nothing is known.
  std::int64_t known = 0;
  std::int64_t missing = 0;
  // Markers that stand for "unknown" in this column ("", "NA", "Select") and
  // how often each occurs, most frequent first.
  std::vector<std::pair<std::string, std::int64_t>> missing_markers;
  std::int64_t distinct = 0;  // Up to 10,000.
  // Why the column is set aside, or what to look at; empty when all is plain.
  std::string notice;
};

struct Inference {
  Schema schema;
  std::string id_column;              // Header; empty when there is none.
  std::vector<ColumnReport> columns;  // In file order.
  std::vector<std::string> notices;   // About the file as a whole.
};

// Infers from rows of text. All of `rows` is read once. O(cells).
//
// Errors: INVALID_ARGUMENT for no rows, or an id or outcome column that is not
// in the header.
absl::StatusOr<Inference> InferSchema(const TextTable& rows, const InferenceOptions& options);

// Whether the text stands for "unknown": blank, "NA", "N/A", "null", "none"
// is NOT (it is an answer), "unknown", "Select", "?" and their like, in any
// case.
bool IsMissingMarker(absl::string_view text);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_INFERENCE_H_
