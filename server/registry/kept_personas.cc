#include "server/registry/kept_personas.h"

#include <utility>

#include "server/storage/collections.h"
#include "server/storage/stored_message.h"
#include "server/wire/persona_wire.h"
#include "server/wire/schema_store.h"

namespace cible {
namespace {

constexpr int kMaxPersonas = 100'000;

}  // namespace

const KeptPersona* KeptPersonas::Find(const std::string& id) const {
  const auto found = by_id.find(id);
  return found == by_id.end() ? nullptr : &found->second;
}

bool IsAuthored(const storage::v1::StoredPersona& stored) { return stored.criteria_size() > 0; }

AuthoredPersona AuthoredFromStored(const std::string& id, const storage::v1::StoredPersona& stored,
                                   const Schema& schema) {
  AuthoredPersona persona{.id = id, .criteria = {}};
  for (const v1::PersonaCriterion& message : stored.criteria()) {
    auto criterion = CriterionFromProto(message, schema);
    if (!criterion.ok()) criterion = LostCriterion(message.attribute());
    criterion->population_share = message.population_share();
    persona.criteria.push_back(*std::move(criterion));
  }
  return persona;
}

void AuthoredToStored(const AuthoredPersona& persona, const std::optional<double>& population_share,
                      storage::v1::StoredPersona& stored) {
  stored.clear_criteria();
  for (const PersonaCriterion& criterion : persona.criteria) {
    CriterionToProto(criterion, stored.add_criteria());
  }
  stored.clear_population_share();
  if (population_share) stored.set_population_share(*population_share);
}

bool SharesToStored(const AuthoredPersona& persona, const std::optional<double>& population_share,
                    storage::v1::StoredPersona& stored) {
  const std::string before = stored.SerializeAsString();
  for (int i = 0; i < stored.criteria_size(); ++i) {
    const PersonaCriterion& criterion = persona.criteria[static_cast<std::size_t>(i)];
    if (IsLost(criterion)) continue;
    stored.mutable_criteria(i)->set_population_share(criterion.population_share);
  }
  stored.clear_population_share();
  if (population_share) stored.set_population_share(*population_share);
  return stored.SerializeAsString() != before;
}

absl::StatusOr<KeptPersonas> ReadKeptPersonas(Snapshot& snapshot, const std::string& workspace,
                                              const std::string& segmentation) {
  auto schema = ReadSchema(snapshot, workspace);
  if (!schema.ok()) return schema.status();
  KeptPersonas kept;
  kept.schema = std::move(schema->schema);
  const auto resources =
      snapshot.List(workspace, PersonaKey("", "", "").collection, segmentation, "", kMaxPersonas);
  if (!resources.ok()) return resources.status();
  for (const Resource& resource : *resources) {
    auto stored = ParseStored<storage::v1::StoredPersona>(resource, "persona");
    if (!stored.ok()) return stored.status();
    kept.by_id[resource.key.id] = {.stored = std::move(stored->message),
                                   .revision = stored->revision};
  }
  for (const auto& [id, persona] : kept.by_id) {
    if (!IsAuthored(persona.stored)) continue;
    kept.authored.push_back(AuthoredFromStored(id, persona.stored, kept.schema));
  }
  return kept;
}

}  // namespace cible
