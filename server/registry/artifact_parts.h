// The parts of a model and the message that its artifact holds.

#ifndef CIBLE_SERVER_REGISTRY_ARTIFACT_PARTS_H_
#define CIBLE_SERVER_REGISTRY_ARTIFACT_PARTS_H_

#include "absl/status/statusor.h"
#include "cible/storage/v1/model_artifact.pb.h"
#include "segmentation/models/segmentation_model.h"

namespace cible {

void PartsToProto(const ModelParts& parts, storage::v1::ModelArtifact* message);

// Whether the parts fit together is checked by SegmentationModel::Make.
// Errors: INVALID_ARGUMENT when a matrix is not of the size that the other
// parts give it, or the schema or the encoder cannot be restored.
absl::StatusOr<ModelParts> PartsFromProto(const storage::v1::ModelArtifact& message);

}  // namespace cible

#endif  // CIBLE_SERVER_REGISTRY_ARTIFACT_PARTS_H_
