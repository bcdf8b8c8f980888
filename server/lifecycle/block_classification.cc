#include "server/lifecycle/block_classification.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "segmentation/personas/matching.h"
#include "server/clock.h"
#include "server/registry/model_contacts.h"

namespace cible {
namespace {

double ShareOf(const std::vector<std::uint8_t>& flags, const std::vector<double>& probabilities) {
  double share = 0;
  for (std::size_t i = 0; i < flags.size(); ++i) share += flags[i] ? probabilities[i] : 0;
  return share;
}

Fit FitOf(const LifecycleRules& rules, const Match& match) {
  const bool is_excluded =
      match.outcome == MatchOutcome::kMatched &&
      ShareOf(rules.excluded, match.posterior.probabilities) >= kSurelyInTarget;
  if (is_excluded) return Fit::kExcluded;
  switch (match.in_target) {
    case InTarget::kYes: return Fit::kInTarget;
    case InTarget::kNo: return Fit::kOutOfTarget;
    case InTarget::kUnknown: return Fit::kUnknown;
  }
  return Fit::kUnknown;
}

// Of contacts of the model's kind.
std::vector<Fit> FitsOf(const LifecycleRules& rules, const ContactTable& table,
                        const std::vector<ContactKind>& kinds) {
  std::vector<Fit> fits(static_cast<std::size_t>(table.row_count), Fit::kUnknown);
  if (rules.model == nullptr) return fits;
  const MatchOptions options{.targeted = rules.targeted};
  const auto matches = MatchLeads(*rules.model->model, table, rules.as_of.day, options);
  for (std::size_t row = 0; row < fits.size(); ++row) {
    const bool is_of_kind = kinds[row] == rules.model->model->parts().contact_kind;
    if (is_of_kind) fits[row] = FitOf(rules, matches[row]);
  }
  return fits;
}

// Where the fit changes from day to day though nothing happens, so may the contact's.
void FollowTheDay(const LifecycleRules& rules, std::vector<Classified>& results) {
  if (rules.model == nullptr) return;
  const auto read = ModelAttributes(*rules.model->model);
  const bool depends =
      std::any_of(read.begin(), read.end(), [](const Attribute* a) { return DependsOnTheDay(*a); });
  if (!depends) return;
  const std::int32_t tomorrow = rules.as_of.day.days + 1;
  for (Classified& result : results) result.due_day = std::min(result.due_day, tomorrow);
}

// Whether what dormancy reads is the same whatever day it is asked about: dates are.
bool TellsOfEarlierDays(const LifecycleRules& rules) {
  const auto& ids = rules.policy->dormancy_attributes();
  return std::all_of(ids.begin(), ids.end(), [&](const std::string& id) {
    const AttributeType type = rules.schema->Find(id)->type;
    return type == AttributeType::kDate || type == AttributeType::kTimestamp;
  });
}

std::vector<Classified> Run(const LifecycleRules& rules, LifecycleInput& input) {
  input.fits = FitsOf(rules, *input.table, input.facts.kinds);
  input.half_life_days = rules.as_of.half_life_days;
  std::vector<Classified> results = Classify(*rules.policy, input);
  FollowTheDay(rules, results);
  return results;
}

absl::StatusOr<std::vector<LifecycleState>> OrganizationStates(Snapshot& snapshot,
                                                               const ContactBlock& block) {
  std::vector<LifecycleState> states(block.keys.size());
  std::set<std::int64_t> distinct(block.organization_keys.begin(), block.organization_keys.end());
  distinct.erase(0);
  if (distinct.empty()) return states;
  const std::vector<std::int64_t> keys(distinct.begin(), distinct.end());
  const auto found = snapshot.Lifecycles(keys);
  if (!found.ok()) return found.status();
  for (std::size_t row = 0; row < states.size(); ++row) {
    const auto at = std::lower_bound(keys.begin(), keys.end(), block.organization_keys[row]);
    if (at == keys.end() || *at != block.organization_keys[row]) continue;
    const auto& lifecycle = (*found)[static_cast<std::size_t>(at - keys.begin())];
    if (lifecycle.has_value()) states[row] = lifecycle->state;
  }
  return states;
}

// The first day on which it is not in force any more: one that expires in the course of
// a day counts to its end.
std::int32_t EndDayOf(const LifecycleOverrideRecord& said, const absl::TimeZone& zone) {
  if (!said.expire_time.has_value()) return kNoDay;
  return DayIn(zone, Timestamp{said.expire_time->micros - 1}).days + 1;
}

absl::StatusOr<std::vector<std::vector<FieldOverride>>> OverridesInForce(
    Snapshot& snapshot, const LifecycleRules& rules, const ContactBlock& block) {
  const auto records = snapshot.LifecycleOverrides(block.keys);
  if (!records.ok()) return records.status();
  std::vector<std::vector<FieldOverride>> overrides(records->size());
  for (std::size_t row = 0; row < records->size(); ++row) {
    for (const LifecycleOverrideRecord& said : (*records)[row]) {
      const std::int32_t end = EndDayOf(said, rules.time_zone);
      if (end > rules.as_of.day.days) overrides[row].push_back({said.field, said.value, end});
    }
  }
  return overrides;
}

}  // namespace

ScanRequest LifecycleScan(const LifecycleRules& rules) {
  ScanRequest request{.workspace = rules.workspace,
                      .schema = rules.schema.get(),
                      .attributes = rules.policy->attributes(),
                      .passed_over = rules.left_out,
                      .as_of = rules.as_of,
                      .with_lifecycles = true,
                      .earlier = {},
                      .with_records = false};
  request.earlier = {rules.policy->dormancy_attributes(), rules.earlier};
  if (rules.model == nullptr) return request;
  for (const Attribute* attribute : ModelAttributes(*rules.model->model)) {
    // One that left the schema since is known of nobody.
    if (rules.schema->Find(attribute->id) != nullptr) request.attributes.push_back(attribute->id);
  }
  return request;
}

ContactFacts LifecycleFacts(const LifecycleRules& rules, const ContactBlock& block) {
  ContactFacts facts{.segments = {},
                     .stages = block.facts.stages,
                     .kinds = block.kinds,
                     .buying_roles = block.facts.buying_roles,
                     .today = rules.as_of.day};
  facts.organizations.reserve(block.keys.size());
  for (const std::int64_t organization : block.organization_keys) {
    // Conditions only ask whether there is one.
    facts.organizations.emplace_back(organization == 0 ? "" : "1");
  }
  return facts;
}

absl::StatusOr<BlockContext> ReadBlockContext(Snapshot& snapshot, const LifecycleRules& rules,
                                              const ContactBlock& block) {
  auto organizations = OrganizationStates(snapshot, block);
  if (!organizations.ok()) return organizations.status();
  auto overrides = OverridesInForce(snapshot, rules, block);
  if (!overrides.ok()) return overrides.status();
  return BlockContext{*std::move(organizations), *std::move(overrides)};
}

std::vector<Classified> ClassifyBlock(const LifecycleRules& rules, const ContactBlock& block,
                                      BlockContext context) {
  LifecycleInput input{.table = &block.table,
                       .earlier = &block.earlier,
                       .facts = LifecycleFacts(rules, block),
                       .organizations = std::move(context.organizations),
                       .overrides = std::move(context.overrides)};
  for (const StoredLifecycle& stored : block.lifecycles) input.previous.push_back(stored.own);
  return Run(rules, input);
}

absl::StatusOr<std::vector<Classified>> ClassifyBlock(Snapshot& snapshot,
                                                      const LifecycleRules& rules,
                                                      const ContactBlock& block) {
  auto context = ReadBlockContext(snapshot, rules, block);
  if (!context.ok()) return context.status();
  return ClassifyBlock(rules, block, *std::move(context));
}

std::vector<Classified> ClassifyTable(const LifecycleRules& rules, const ContactTable& table,
                                      ContactFacts facts,
                                      std::vector<LifecycleState> organizations) {
  facts.today = rules.as_of.day;
  LifecycleInput input{.table = &table,
                       .earlier = TellsOfEarlierDays(rules) ? &table : nullptr,
                       .facts = std::move(facts),
                       .organizations = std::move(organizations)};
  return Run(rules, input);
}

}  // namespace cible
