#include "server/services/matrix_export.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/privacy/left_out.h"
#include "server/registry/model_contacts.h"

namespace cible {
namespace {

// Of four bytes each, half a mebibyte a message.
constexpr int kMaxBlockFeatures = 1 << 17;
constexpr int kMaxBlockRows = 4096;

// "attribute", or "attribute=level"; the feature that rare levels share is
// "attribute=other".
std::vector<std::string> FeatureNames(const Encoder& encoder) {
  std::vector<std::string> names(static_cast<std::size_t>(encoder.feature_count()));
  for (const AttributeEncoding& encoding : encoder.attributes()) {
    const bool by_level =
        encoding.count > 1 && encoding.levels.size() == encoding.level_feature.size();
    std::vector<int> levels_of(static_cast<std::size_t>(encoding.count), 0);
    for (int feature = 0; feature < encoding.count; ++feature) {
      names[static_cast<std::size_t>(encoding.begin + feature)] = encoding.attribute;
    }
    for (std::size_t level = 0; by_level && level < encoding.levels.size(); ++level) {
      const int feature = encoding.level_feature[level];
      if (feature < 0) continue;
      const bool shared = ++levels_of[static_cast<std::size_t>(feature)] > 1;
      names[static_cast<std::size_t>(encoding.begin + feature)] =
          absl::StrCat(encoding.attribute, "=", shared ? "other" : encoding.levels[level]);
    }
  }
  return names;
}

}  // namespace

MatrixExport::MatrixExport(std::shared_ptr<const ActiveModel> active, ContactQuery query,
                           std::shared_ptr<void> slot)
    : slot_(std::move(slot)), active_(std::move(active)), query_(std::move(query)) {}

absl::StatusOr<std::unique_ptr<ResponseSource>> MatrixExport::Open(
    Store& store, std::shared_ptr<const ActiveModel> active, const v1::ExportMatrixRequest& request,
    const CatchUpFn& catch_up, std::shared_ptr<void> slot) {
  auto query = OpenContactQuery(store, WorkspaceName(active->name.workspace).ToString(),
                                request.filter(), request.segmentation(), true, {}, catch_up);
  if (!query.ok()) return query.status();
  query->scan.as_of->day = active->model->parts().as_of;
  const auto left_out =
      LeftOutOfProfiling(*query->snapshot, active->name.workspace, active->model->parts().as_of);
  if (!left_out.ok()) return left_out.status();
  query->scan.passed_over = *left_out;
  for (const Attribute* attribute : ModelAttributes(*active->model)) {
    if (query->schema->Find(attribute->id) != nullptr) {
      query->scan.attributes.push_back(attribute->id);
    }
  }
  query->scan.kind = active->model->parts().contact_kind;
  query->scan.block_rows =
      std::clamp(kMaxBlockFeatures / active->model->encoder().feature_count(), 1, kMaxBlockRows);
  std::unique_ptr<MatrixExport> source(
      new MatrixExport(std::move(active), *std::move(query), std::move(slot)));
  auto scan = source->query_.snapshot->OpenScan(source->query_.scan);
  if (!scan.ok()) return scan.status();
  source->scan_ = *std::move(scan);
  return source;
}

absl::StatusOr<StreamStep> MatrixExport::NextMessage(const CallContext& /*call*/,
                                                     v1::ExportMatrixResponse* response) {
  const auto block = scan_->Next();
  if (!block.ok()) return block.status();
  if (!block->has_value()) return StreamStep::kEnd;
  const SegmentationModel& model = *active_->model;
  const ContactTable& table = (*block)->table;
  const Samples samples = model.encoder().Encode(table, model.parts().as_of);
  FloatMatrix features(samples.count(), model.encoder().feature_count());
  for (int row = 0; row < samples.count(); ++row) {
    model.encoder().Expand(samples.row(row), features.row(row));
  }
  const std::ptrdiff_t size = std::ptrdiff_t{features.rows()} * features.cols();
  response->mutable_features()->Add(features.data(), features.data() + size);
  response->set_feature_count(static_cast<std::uint32_t>(features.cols()));
  for (const Posterior& posterior : model.Assign(table, model.parts().as_of)) {
    response->add_labels(posterior.winner);
  }
  if (!std::exchange(named_, true)) {
    for (std::string& name : FeatureNames(model.encoder())) {
      response->add_feature_names(std::move(name));
    }
  }
  return StreamStep::kMessage;
}

}  // namespace cible
