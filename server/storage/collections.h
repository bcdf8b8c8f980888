// The collections of resources in the store, and their keys: one place that
// says where each kind of thing is kept.
//
//   workspaces     id = workspace            StoredWorkspace
//   schemas        id = "contacts"           StoredSchema
//   segmentations  id = segmentation         StoredSegmentation
//   retiredSegmentations  the same           StoredSegmentation of a deleted one:
//                                            its counters alone
//   models         parent = segmentation     StoredModel
//   artifacts      parent = segmentation     the model's artifact, same id
//   trainingRuns   parent = segmentation     StoredTrainingRun
//   personas       parent = segmentation     StoredPersona: what people wrote of
//                                            one, or the one they authored
//   retention      id = "contacts"           StoredRetention
//   idealCustomers parent = segmentation     StoredIdealCustomer, id = "negative"
//   policies       id = "lifecycle"          StoredLifecyclePolicy

#ifndef CIBLE_SERVER_STORAGE_COLLECTIONS_H_
#define CIBLE_SERVER_STORAGE_COLLECTIONS_H_

#include <string>

#include "server/storage/store.h"

namespace cible {

inline ResourceKey WorkspaceKey(const std::string& workspace) {
  return {workspace, "workspaces", "", workspace};
}
inline ResourceKey SchemaKey(const std::string& workspace) {
  return {workspace, "schemas", "", "contacts"};
}
inline ResourceKey SegmentationKey(const std::string& workspace, const std::string& segmentation) {
  return {workspace, "segmentations", "", segmentation};
}
inline ResourceKey RetiredSegmentationKey(const std::string& workspace,
                                          const std::string& segmentation) {
  return {workspace, "retiredSegmentations", "", segmentation};
}
inline ResourceKey ModelKey(const std::string& workspace, const std::string& segmentation,
                            const std::string& model) {
  return {workspace, "models", segmentation, model};
}
inline ResourceKey ArtifactKey(const std::string& workspace, const std::string& segmentation,
                               const std::string& model) {
  return {workspace, "artifacts", segmentation, model};
}
inline ResourceKey PersonaKey(const std::string& workspace, const std::string& segmentation,
                              const std::string& persona) {
  return {workspace, "personas", segmentation, persona};
}
inline ResourceKey TrainingRunKey(const std::string& workspace, const std::string& segmentation,
                                  const std::string& run) {
  return {workspace, "trainingRuns", segmentation, run};
}
inline ResourceKey RetentionKey(const std::string& workspace) {
  return {workspace, "retention", "", "contacts"};
}

inline ResourceKey IdealCustomerKey(const std::string& workspace, const std::string& segmentation) {
  return {workspace, "idealCustomers", segmentation, "negative"};
}

inline ResourceKey LifecyclePolicyKey(const std::string& workspace) {
  return {workspace, "policies", "", "lifecycle"};
}

}  // namespace cible

#endif  // CIBLE_SERVER_STORAGE_COLLECTIONS_H_
