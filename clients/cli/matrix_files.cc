#include "clients/cli/matrix_files.h"

#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"

namespace cible {
namespace {

// The level, or levels, that a feature stands for: rare ones share the last.
std::string LevelName(const AttributeEncoding& encoding, int feature) {
  std::string name;
  for (std::size_t level = 0; level < encoding.levels.size(); ++level) {
    if (encoding.level_feature[level] != feature) continue;
    if (!name.empty()) return "others";
    name = encoding.levels[level];
  }
  return name;
}

}  // namespace

std::vector<std::string> FeatureNames(const Encoder& encoder) {
  std::vector<std::string> names;
  for (const AttributeEncoding& encoding : encoder.attributes()) {
    for (int feature = 0; feature < encoding.count; ++feature) {
      if (encoding.count == 1) {
        names.push_back(encoding.attribute);
      } else if (encoding.type == AttributeType::kLocation) {
        names.push_back(absl::StrCat(encoding.attribute, ".", std::string(1, "xyz"[feature % 3])));
      } else {
        names.push_back(absl::StrCat(encoding.attribute, "=", LevelName(encoding, feature)));
      }
    }
  }
  return names;
}

absl::StatusOr<MatrixFiles> MatrixFiles::Open(const MatrixPaths& paths, int feature_count) {
  auto features = NpyWriter<float>::Open(paths.features, feature_count);
  if (!features.ok()) return features.status();
  MatrixFiles files(paths, feature_count, *std::move(features));
  if (paths.labels.empty()) return files;
  auto labels = NpyWriter<std::int32_t>::Open(paths.labels, 0);
  if (!labels.ok()) return labels.status();
  files.labels_ = *std::move(labels);
  return files;
}

absl::Status MatrixFiles::Append(absl::Span<const float> features,
                                 absl::Span<const std::int32_t> labels) {
  if (features.size() != labels.size() * static_cast<std::size_t>(feature_count_)) {
    return absl::InternalError("the server sent a matrix and labels that do not fit together");
  }
  if (absl::Status status = features_.Append(features); !status.ok()) return status;
  return labels_.has_value() ? labels_->Append(labels) : absl::OkStatus();
}

absl::Status MatrixFiles::WriteLines(const std::vector<std::string>& lines) {
  if (lines.empty() || paths_.names.empty()) return absl::OkStatus();
  std::ofstream file(paths_.names, std::ios::binary | std::ios::trunc);
  for (const std::string& line : lines) file << line << "\n";
  file.close();
  if (file.good()) return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrCat(paths_.names, " cannot be written; name a file in a folder that can"));
}

absl::Status MatrixFiles::Close() {
  if (absl::Status status = features_.Close(); !status.ok()) return status;
  return labels_.has_value() ? labels_->Close() : absl::OkStatus();
}

}  // namespace cible
