// The stored contacts as a model sees them, in a stream.

#ifndef CIBLE_SERVER_SERVICES_MATRIX_EXPORT_H_
#define CIBLE_SERVER_SERVICES_MATRIX_EXPORT_H_

#include <memory>

#include "absl/status/statusor.h"
#include "cible/v1/segmentation_service.pb.h"
#include "server/registry/model_registry.h"
#include "server/rpc/method_table.h"
#include "server/services/contact_query.h"
#include "server/storage/store.h"

namespace cible {

// Encodes block by block, as of the day of the model's training, so that the
// labels are those of the fit.
class MatrixExport : public ResponseSourceOf<v1::ExportMatrixResponse> {
 public:
  // `slot` is given back when the stream ends.
  // Errors: those of OpenContactQuery and Snapshot::OpenScan.
  static absl::StatusOr<std::unique_ptr<ResponseSource>> Open(
      Store& store, std::shared_ptr<const ActiveModel> active,
      const v1::ExportMatrixRequest& request, const CatchUpFn& catch_up,
      std::shared_ptr<void> slot);

  absl::StatusOr<StreamStep> NextMessage(const CallContext& call,
                                         v1::ExportMatrixResponse* response) override;

 private:
  MatrixExport(std::shared_ptr<const ActiveModel> active, ContactQuery query,
               std::shared_ptr<void> slot);

  const std::shared_ptr<void> slot_;
  const std::shared_ptr<const ActiveModel> active_;
  ContactQuery query_;
  std::unique_ptr<ContactScan> scan_;  // Reads query_, hence destroyed before it.
  bool named_ = false;                 // Whether the feature names were sent.
};

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_MATRIX_EXPORT_H_
