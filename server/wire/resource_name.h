// Resource names: `workspaces/{w}/contacts/{c}` and its like.
//
// Contact ids are their owners': 1-128 bytes of UTF-8 without control
// characters, percent-encoded in names. All other ids are
// `[a-z][a-z0-9-]{0,62}`.

#ifndef CIBLE_SERVER_WIRE_RESOURCE_NAME_H_
#define CIBLE_SERVER_WIRE_RESOURCE_NAME_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cible {

enum class ResourceKind {
  kWorkspace,        // workspaces/{workspace}
  kSchema,           // workspaces/{workspace}/schema
  kLifecyclePolicy,  // workspaces/{workspace}/lifecyclePolicy
  kContact,          // workspaces/{workspace}/contacts/{id}
  kSegmentation,     // workspaces/{workspace}/segmentations/{segmentation}
  kModel,            // .../segmentations/{segmentation}/models/{id}
  kSegment,          // .../segmentations/{segmentation}/segments/{id}
  kPersona,          // .../segmentations/{segmentation}/personas/{id}
  kTrainingRun,      // .../segmentations/{segmentation}/trainingRuns/{id}
};

struct ResourceName {
  ResourceKind kind = ResourceKind::kWorkspace;
  std::string workspace;
  std::string segmentation;  // Of a segmentation and what belongs to one.
  std::string id;            // Decoded; of contacts, models, segments, personas, runs.

  // Errors: INVALID_ARGUMENT for anything but a name of this kind; the message
  // gives the format.
  static absl::StatusOr<ResourceName> Parse(absl::string_view name, ResourceKind kind);

  std::string ToString() const;

  bool operator==(const ResourceName&) const = default;
};

ResourceName WorkspaceName(absl::string_view workspace);
ResourceName SchemaName(absl::string_view workspace);
ResourceName LifecyclePolicyName(absl::string_view workspace);
ResourceName ContactName(absl::string_view workspace, absl::string_view contact);
ResourceName SegmentationName(absl::string_view workspace, absl::string_view segmentation);

// Of a model, segment, persona or training run.
ResourceName NameWithin(const ResourceName& segmentation, ResourceKind kind, absl::string_view id);

// Errors: INVALID_ARGUMENT, saying what an id is made of.
absl::Status CheckContactId(absl::string_view id);
absl::Status CheckResourceId(absl::string_view id);

}  // namespace cible

#endif  // CIBLE_SERVER_WIRE_RESOURCE_NAME_H_
