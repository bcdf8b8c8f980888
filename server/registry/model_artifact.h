// Models as bytes: what the store keeps of them.
//
//   artifact := "CIBLEMDL" version:uint32 length:uint64 checksum:uint64 body
//   body     := cible.storage.v1.ModelArtifact, serialised deterministically;
//               length and checksum (XXH3, 64 bits, seeded with the version)
//               are the body's; integers are little-endian.
//
// Later versions keep this header, so that this one can tell a newer artifact
// from a damaged one.
// Same model, same bytes.

#ifndef CIBLE_SERVER_REGISTRY_MODEL_ARTIFACT_H_
#define CIBLE_SERVER_REGISTRY_MODEL_ARTIFACT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "segmentation/models/segmentation_model.h"

namespace cible {

std::string WriteModelArtifact(const SegmentationModel& model);

// Errors: DATA_LOSS for bytes that are no artifact, truncated or changed;
// FAILED_PRECONDITION for one written by a newer version.
absl::StatusOr<std::shared_ptr<const SegmentationModel>> ReadModelArtifact(
    absl::string_view artifact);

}  // namespace cible

#endif  // CIBLE_SERVER_REGISTRY_MODEL_ARTIFACT_H_
