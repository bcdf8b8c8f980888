// An encoded matrix with its labels and the names of its features, as files.

#ifndef CIBLE_CLIENTS_CLI_MATRIX_FILES_H_
#define CIBLE_CLIENTS_CLI_MATRIX_FILES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "clients/cli/output/npy.h"
#include "segmentation/data/encoder.h"

namespace cible {

struct MatrixPaths {
  std::string features;
  std::string labels;  // Empty: not written.
  std::string names;   // Likewise.
};

class MatrixFiles {
 public:
  // Errors: PERMISSION_DENIED a file cannot be written.
  static absl::StatusOr<MatrixFiles> Open(const MatrixPaths& paths, int feature_count);

  // Rows laid end to end, and their labels, one a row.
  absl::Status Append(absl::Span<const float> features, absl::Span<const std::int32_t> labels);

  // Once; nothing happens for no names.
  template <typename Names>
  absl::Status WriteNames(const Names& names) {
    return WriteLines(std::vector<std::string>(names.begin(), names.end()));
  }

  absl::Status Close();

  std::int64_t row_count() const { return features_.row_count(); }
  int feature_count() const { return feature_count_; }

 private:
  MatrixFiles(MatrixPaths paths, int feature_count, NpyWriter<float> features)
      : paths_(std::move(paths)), feature_count_(feature_count), features_(std::move(features)) {}
  absl::Status WriteLines(const std::vector<std::string>& lines);

  MatrixPaths paths_;
  int feature_count_;
  NpyWriter<float> features_;
  std::optional<NpyWriter<std::int32_t>> labels_;
};

// "age", "city=Lyon": what each feature of the encoding is.
std::vector<std::string> FeatureNames(const Encoder& encoder);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_MATRIX_FILES_H_
