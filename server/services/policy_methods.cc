// The methods of LifecycleService about the policy.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "segmentation/lifecycle/policy_check.h"
#include "server/services/lifecycle_service.h"
#include "server/services/policy_preview.h"
#include "server/services/told_figures.h"
#include "server/storage/collections.h"
#include "server/wire/contact_wire.h"
#include "server/wire/policy_store.h"
#include "server/wire/policy_wire.h"
#include "server/wire/resource_name.h"
#include "server/wire/schema_store.h"

namespace cible {
namespace {

constexpr int kSamples = 5;
constexpr int kMostSamples = 100;

absl::Status Outdated() {
  return absl::AbortedError(
      "the policy has changed since it was read; get it again and repeat the change");
}

void StoredPolicyToProto(const std::string& workspace, const StoredPolicy& stored,
                         v1::LifecyclePolicy* message) {
  message->Clear();
  message->set_name(LifecyclePolicyName(workspace).ToString());
  PolicyToProto(stored.settings, message);
  message->set_etag(PolicyEtag(stored.revision));
}

absl::Status CheckSegmentation(Snapshot& snapshot, const std::string& workspace,
                               const std::string& segmentation) {
  const absl::Status found = snapshot.Get(SegmentationKey(workspace, segmentation)).status();
  if (!absl::IsNotFound(found)) return found;
  return absl::InvalidArgumentError(
      "segmentation: the workspace has none of this id; make it (CreateSegmentation), or name one "
      "that is there");
}

absl::Status CheckSettings(Snapshot& snapshot, const std::string& workspace,
                           const PolicySettings& settings) {
  const auto stored = ReadSchema(snapshot, workspace);
  if (!stored.ok()) return stored.status();
  const Schema schema = SchemaForPolicies(stored->schema);
  const auto policy = Policy::Compile(settings, schema);
  if (!policy.ok()) return policy.status();
  if (absl::Status status = CheckPolicy(*policy, schema); !status.ok()) return status;
  return CheckSegmentation(snapshot, workspace, settings.segmentation);
}

absl::StatusOr<int> SampleSize(int requested) {
  if (requested >= 0 && requested <= kMostSamples) return requested == 0 ? kSamples : requested;
  return absl::InvalidArgumentError(
      absl::StrCat("sample_size: give 1 to ", kMostSamples, ", or 0 for ", kSamples));
}

// Names of contacts by key.
absl::StatusOr<std::map<std::int64_t, std::string>> NamesOf(Snapshot& snapshot,
                                                            const LifecycleRules& rules,
                                                            std::vector<std::int64_t> keys) {
  std::map<std::int64_t, std::string> names;
  const ScanRequest request{.workspace = rules.workspace,
                            .schema = rules.schema.get(),
                            .passed_over = rules.left_out,
                            .keys = std::move(keys)};
  const absl::Status status = snapshot.Scan(request, [&](const ContactBlock& block) {
    for (const ContactRecord& record : block.records) {
      names[record.key] = ContactName(rules.workspace, record.id).ToString();
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return names;
}

}  // namespace

absl::Status LifecycleService::GetPolicy(const CallContext& /*call*/,
                                         const v1::GetPolicyRequest& request,
                                         v1::LifecyclePolicy* response) {
  const auto name = ResourceName::Parse(request.name(), ResourceKind::kLifecyclePolicy);
  if (!name.ok()) return name.status();
  const auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto stored = ReadPolicy(**snapshot, name->workspace);
  if (!stored.ok()) return stored.status();
  StoredPolicyToProto(name->workspace, *stored, response);
  return absl::OkStatus();
}

absl::Status LifecycleService::UpdatePolicy(const CallContext& call,
                                            const v1::UpdatePolicyRequest& request,
                                            v1::LifecyclePolicy* response) {
  const auto name = ResourceName::Parse(request.policy().name(), ResourceKind::kLifecyclePolicy);
  if (!name.ok()) return name.status();
  auto settings = PolicyFromProto(request.policy());
  if (!settings.ok()) return settings.status();
  auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  auto stored = ReadPolicy(**snapshot, name->workspace);
  if (!stored.ok()) return stored.status();
  const std::string& etag = request.policy().etag();
  if (!etag.empty() && etag != PolicyEtag(stored->revision)) return Outdated();
  const absl::Status sound = CheckSettings(**snapshot, name->workspace, *settings);
  if (!sound.ok()) return sound;
  snapshot->reset();  // Its connection is not needed while the write waits.
  stored->settings = *std::move(settings);
  if (!request.validate_only()) {
    const auto results = store_.Commit({.operations = {PolicyWrite(name->workspace, *stored)},
                                        .time = clock_.Now(),
                                        .request = {},
                                        .author = Author{call.principal, "UpdatePolicy"}});
    if (absl::IsAborted(results.status())) return Outdated();
    if (!results.ok()) return results.status();
    stored->revision = results->front().revision;
  }
  StoredPolicyToProto(name->workspace, *stored, response);
  return absl::OkStatus();
}

absl::Status LifecycleService::PreviewPolicy(const CallContext& call,
                                             const v1::PreviewPolicyRequest& request,
                                             v1::PreviewPolicyResponse* response) {
  const auto name = ResourceName::Parse(request.policy().name(), ResourceKind::kLifecyclePolicy);
  if (!name.ok()) return name.status();
  const auto sample_size = SampleSize(request.sample_size());
  if (!sample_size.ok()) return sample_size.status();
  const auto settings = PolicyFromProto(request.policy());
  if (!settings.ok()) return settings.status();
  auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const absl::Status sound = CheckSettings(**snapshot, name->workspace, *settings);
  if (!sound.ok()) return sound;
  snapshot->reset();
  const auto below = WithheldBelow(call, store_, name->workspace);
  if (!below.ok()) return below.status();
  // A policy that no longer fits the schema is what a preview helps to mend: contacts
  // stand as it was last known.
  const absl::Status current = keeper_.CatchUp(name->workspace, call.cancelled);
  if (!current.ok() && !absl::IsFailedPrecondition(current)) return current;
  snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto rules =
      ReadLifecycleRules(**snapshot, registry_, name->workspace, clock_.Now(), &*settings);
  if (!rules.ok()) return rules.status();
  const auto counts =
      CountChanges(call, **snapshot, *rules, call.may_read_contacts ? *sample_size : 0);
  if (!counts.ok()) return counts.status();
  const auto names = NamesOf(**snapshot, *rules, counts->SampleKeys());
  if (!names.ok()) return names.status();
  counts->ToProto(*below, *names, response);
  DateToProto(rules->as_of.day, response->mutable_as_of());
  return absl::OkStatus();
}

}  // namespace cible
