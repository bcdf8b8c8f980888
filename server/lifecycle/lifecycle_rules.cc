#include "server/lifecycle/lifecycle_rules.h"

#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "server/clock.h"
#include "server/privacy/left_out.h"
#include "server/registry/kept_personas.h"
#include "server/storage/collections.h"
#include "server/wire/behaviour_store.h"
#include "server/wire/policy_store.h"
#include "server/wire/schema_store.h"

namespace cible {
namespace {

// Rises when contacts are to be classified anew since this program does it otherwise.
constexpr int kVersion = 1;
constexpr int kMostPersonas = 1 << 20;

absl::StatusOr<Revision> RevisionOf(Snapshot& snapshot, const ResourceKey& key) {
  const auto resource = snapshot.Get(key);
  if (absl::IsNotFound(resource.status())) return 0;
  if (!resource.ok()) return resource.status();
  return resource->revision;
}

// All revisions that the rules depend on, and the model that answers.
absl::StatusOr<std::string> Dependencies(Snapshot& snapshot, const ModelRegistry& registry,
                                         const std::string& workspace,
                                         const std::string& segmentation) {
  std::string text = absl::StrCat(kVersion);
  for (const ResourceKey& key :
       {WorkspaceKey(workspace), SchemaKey(workspace), LifecyclePolicyKey(workspace)}) {
    const auto revision = RevisionOf(snapshot, key);
    if (!revision.ok()) return revision.status();
    absl::StrAppend(&text, ",", *revision);
  }
  const auto personas = snapshot.List(workspace, PersonaKey(workspace, segmentation, "").collection,
                                      segmentation, "", kMostPersonas);
  if (!personas.ok()) return personas.status();
  for (const Resource& persona : *personas) absl::StrAppend(&text, ",", persona.revision);
  const ResourceName name{
      .kind = ResourceKind::kSegmentation, .workspace = workspace, .segmentation = segmentation};
  absl::StrAppend(&text, ",", segmentation, ",", registry.ActiveId(name));
  return text;
}

std::int64_t FingerprintOf(const std::string& text) {
  const auto hash = static_cast<std::int64_t>(XXH3_64bits(text.data(), text.size()));
  return hash == 0 ? 1 : hash;
}

std::vector<std::uint8_t> Marked(const ActiveModel& model, const KeptPersonas& personas,
                                 v1::Targeting targeting) {
  std::vector<std::uint8_t> flags;
  for (int component = 0; component < model.model->component_count(); ++component) {
    const KeptPersona* kept = personas.Find(model.segment_id(component));
    flags.push_back(kept != nullptr && kept->stored.targeting() == targeting ? 1 : 0);
  }
  return flags;
}

// The model, where people marked any of its personas.
absl::Status ReadPersonas(Snapshot& snapshot, const ModelRegistry& registry,
                          LifecycleRules& rules) {
  const std::string& segmentation = rules.policy->settings().segmentation;
  const auto active = registry.Active(rules.workspace, segmentation);
  if (!active.ok()) return absl::OkStatus();
  const auto personas = ReadKeptPersonas(snapshot, rules.workspace, segmentation);
  if (!personas.ok()) return personas.status();
  rules.targeted = Marked(**active, *personas, v1::TARGETING_TARGETED);
  rules.excluded = Marked(**active, *personas, v1::TARGETING_EXCLUDED);
  const auto is_marked = [](const auto& flags) {
    return std::find(flags.begin(), flags.end(), 1) != flags.end();
  };
  if (is_marked(rules.targeted) || is_marked(rules.excluded)) rules.model = *active;
  return absl::OkStatus();
}

absl::Status ReadDays(Snapshot& snapshot, Timestamp now, LifecycleRules& rules) {
  const auto workspace = ReadWorkspace(snapshot, rules.workspace);
  if (!workspace.ok()) return workspace.status();
  rules.time_zone = TimeZoneNamed(workspace->time_zone());
  const auto as_of = ReadAsOf(snapshot, rules.workspace, DayIn(rules.time_zone, now));
  if (!as_of.ok()) return as_of.status();
  const auto left_out = LeftOutOfProfiling(snapshot, rules.workspace, as_of->day);
  if (!left_out.ok()) return left_out.status();
  rules.as_of = *as_of;
  rules.left_out = *left_out;
  rules.earlier = *as_of;
  rules.earlier.day.days -= rules.policy->settings().dormant_customer_is_prospect_after_days;
  return absl::OkStatus();
}

absl::Status OutdatedPolicy(const absl::Status& why) {
  return absl::FailedPreconditionError(
      absl::StrCat("the lifecycle policy no longer fits the schema: ", why.message(),
                   "; change it (UpdatePolicy, `cible lifecycle set`)"));
}

// All of it but for the personas and the basis.
absl::StatusOr<LifecycleRules> ReadPolicyRules(Snapshot& snapshot, const std::string& workspace,
                                               Timestamp now, const PolicySettings* proposed,
                                               const Offer* offer) {
  const auto stored = ReadPolicy(snapshot, workspace);
  if (!stored.ok()) return stored.status();
  const auto schema = ReadSchema(snapshot, workspace);
  if (!schema.ok()) return schema.status();
  LifecycleRules rules{.workspace = workspace, .policy_revision = stored->revision};
  rules.schema = std::make_shared<const Schema>(SchemaForPolicies(schema->schema));
  auto policy =
      Policy::Compile(proposed == nullptr ? stored->settings : *proposed, *rules.schema, offer);
  if (!policy.ok()) {
    return proposed == nullptr && offer == nullptr ? OutdatedPolicy(policy.status())
                                                   : policy.status();
  }
  rules.policy = std::make_shared<const Policy>(*std::move(policy));
  if (absl::Status status = ReadDays(snapshot, now, rules); !status.ok()) return status;
  return rules;
}

}  // namespace

absl::StatusOr<std::int64_t> ReadLifecycleBasis(Snapshot& snapshot, const ModelRegistry& registry,
                                                const std::string& workspace) {
  const auto stored = ReadPolicy(snapshot, workspace);
  if (!stored.ok()) return stored.status();
  const auto text = Dependencies(snapshot, registry, workspace, stored->settings.segmentation);
  if (!text.ok()) return text.status();
  return FingerprintOf(*text);
}

absl::StatusOr<LifecycleRules> ReadStandingRules(Snapshot& snapshot, const std::string& workspace,
                                                 Timestamp now) {
  return ReadPolicyRules(snapshot, workspace, now, nullptr, nullptr);
}

absl::StatusOr<LifecycleRules> ReadLifecycleRules(Snapshot& snapshot, const ModelRegistry& registry,
                                                  const std::string& workspace, Timestamp now,
                                                  const PolicySettings* proposed,
                                                  const Offer* offer) {
  auto rules = ReadPolicyRules(snapshot, workspace, now, proposed, offer);
  if (!rules.ok()) return rules.status();
  // What tells the model apart before the model: one that is activated in between is
  // then noticed.
  const auto text =
      Dependencies(snapshot, registry, workspace, rules->policy->settings().segmentation);
  if (!text.ok()) return text.status();
  rules->basis = FingerprintOf(*text);
  if (absl::Status status = ReadPersonas(snapshot, registry, *rules); !status.ok()) return status;
  return rules;
}

}  // namespace cible
