#include "server/services/past_journeys.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "server/wire/behaviour_store.h"

namespace cible {
namespace {

constexpr int kAllEvents = std::numeric_limits<int>::max();
constexpr char kTenure[] = "events/tenure_days";

// How it stood on a day; unclassified before the first step.
LifecycleState On(std::int32_t day, const std::vector<Journey::Step>& steps) {
  const auto later =
      std::upper_bound(steps.begin(), steps.end(), day,
                       [](std::int32_t d, const Journey::Step& step) { return d < step.day; });
  return later == steps.begin() ? LifecycleState() : std::prev(later)->state;
}

// Persons stand at least as their organisation does.
std::vector<Journey::Step> Higher(const std::vector<Journey::Step>& own,
                                  const std::vector<Journey::Step>& organization,
                                  std::int32_t until_day) {
  std::set<std::int32_t> days;
  for (const auto* steps : {&own, &organization}) {
    for (const Journey::Step& step : *steps) days.insert(step.day);
  }
  std::vector<Journey::Step> higher;
  for (const std::int32_t day : days) {
    if (day >= until_day) break;
    const LifecycleState of_itself = On(day, own), inherited = On(day, organization);
    const LifecycleState state =
        inherited.relation() > of_itself.relation() ? inherited : of_itself;
    if (higher.empty() || !(higher.back().state == state)) higher.push_back({day, state});
  }
  return higher;
}

}  // namespace

struct PastJourneys::Bound {
  std::string workspace;
  Schema schema;  // That the policy is bound to.
  Policy policy;
  BehaviourRules rules;
  AsOf as_of;
  std::vector<std::string> stated;  // Ids of what the policy reads and nobody derives.
  std::string tenure;               // Id; empty: no event was ever recorded.
  std::int64_t most_events = 0;     // Of an organisation and its persons.
};

absl::StatusOr<PastJourneys> PastJourneys::Read(Snapshot& snapshot, const LifecycleRules& rules,
                                                const std::function<bool()>& cancelled,
                                                std::int64_t most_events) {
  auto bound = std::make_shared<Bound>(Bound{.workspace = rules.workspace,
                                             .schema = *rules.schema,
                                             .as_of = rules.as_of,
                                             .most_events = most_events});
  auto policy = Policy::Compile(StandingOnly(rules.policy->settings()), bound->schema);
  if (!policy.ok()) return policy.status();
  bound->policy = *std::move(policy);
  const auto workspace = ReadWorkspace(snapshot, rules.workspace);
  if (!workspace.ok()) return workspace.status();
  bound->rules = RulesOf(*workspace);
  for (const std::string& id : bound->policy.attributes()) {
    if (!IsDerived(*bound->schema.Find(id))) bound->stated.push_back(id);
  }
  for (const Attribute& attribute : bound->schema.attributes()) {
    if (attribute.derived_from == kTenure) bound->tenure = attribute.id;
  }
  PastJourneys journeys(snapshot, std::move(bound));
  if (absl::Status status = journeys.ReadOrganizations(cancelled); !status.ok()) return status;
  return journeys;
}

void PastJourneys::AskFor(ScanRequest& scan) const {
  scan.with_lifecycles = true;
  scan.schema = &bound_->schema;
  scan.attributes.insert(scan.attributes.end(), bound_->stated.begin(), bound_->stated.end());
  if (!bound_->tenure.empty()) scan.attributes.push_back(bound_->tenure);
}

absl::Status PastJourneys::ReadOrganizations(const std::function<bool()>& cancelled) {
  ScanRequest scan{.workspace = bound_->workspace,
                   .kind = ContactKind::kOrganization,
                   .as_of = bound_->as_of,
                   .with_records = false};
  AskFor(scan);
  return snapshot_->Scan(scan, [&](const ContactBlock& block) {
    for (std::size_t row = 0; row < block.keys.size(); ++row) {
      if (cancelled()) return absl::CancelledError("the caller has gone");
      auto steps = StepsOf(block, row, kNoDay);
      if (!steps.ok()) return steps.status();
      if (!steps->empty()) organizations_.emplace(block.keys[row], *std::move(steps));
    }
    return absl::OkStatus();
  });
}

absl::StatusOr<std::int64_t> PastJourneys::CountEvents(
    std::int64_t organization, absl::Span<const std::int64_t> persons) const {
  auto count = snapshot_->CountEvents(organization);
  for (const std::int64_t person : persons) {
    const auto of_person = snapshot_->CountEvents(person);
    if (!count.ok() || !of_person.ok()) return count.ok() ? of_person : count;
    *count += *of_person;
  }
  return count;
}

absl::StatusOr<bool> PastJourneys::ReadPeople(std::int64_t organization, PastInput& input) const {
  const auto persons = snapshot_->PersonsOf({organization});
  if (!persons.ok()) return persons.status();
  const auto count = CountEvents(organization, *persons);
  if (!count.ok()) return count.status();
  if (*count > bound_->most_events) return false;
  for (const std::int64_t person : *persons) {
    auto events = snapshot_->Events(person, std::nullopt, kAllEvents);
    if (!events.ok()) return events.status();
    input.people.push_back({.events = *std::move(events)});
  }
  return true;
}

absl::StatusOr<PastJourneys::Steps> PastJourneys::StepsOf(const ContactBlock& block,
                                                          std::size_t row,
                                                          std::int32_t until_day) const {
  const bool is_organization = block.kinds[row] == ContactKind::kOrganization;
  const ContactTable stated = SelectRows(block.table, {static_cast<int>(row)});
  const Column* tenure = block.table.Find(bound_->tenure);
  const auto days = tenure == nullptr ? std::nullopt : Get(*tenure, static_cast<int>(row));
  const bool has_past =
      days.has_value() &&
      bound_->as_of.day.days - static_cast<std::int32_t>(std::get<double>(*days)) < until_day;
  if (!has_past && !is_organization) return Steps();
  PastInput input{.policy = &bound_->policy,
                  .schema = &bound_->schema,
                  .rules = bound_->rules,
                  .as_of = bound_->as_of,
                  .kind = block.kinds[row],
                  .stated = &stated,
                  .events = {},
                  .people = {}};
  if (is_organization) {
    const auto may_be_read = ReadPeople(block.keys[row], input);
    if (!may_be_read.ok()) return may_be_read.status();
    if (!*may_be_read) return Steps();
  }
  if (has_past) {
    auto events = snapshot_->Events(block.keys[row], std::nullopt, kAllEvents);
    if (!events.ok()) return events.status();
    input.events = *std::move(events);
  }
  return StandingBefore(input, std::min(until_day, bound_->as_of.day.days + 1));
}

absl::Status PastJourneys::AddTo(const ContactBlock& block, std::size_t row,
                                 std::vector<Journey::Step>& steps) const {
  const std::int32_t until_day = steps.empty() ? kNoDay : steps.front().day;
  auto past = StepsOf(block, row, until_day);
  if (!past.ok()) return past.status();
  const auto organization = organizations_.find(block.organization_keys[row]);
  if (organization != organizations_.end()) {
    *past = Higher(*past, organization->second, until_day);
  }
  steps.insert(steps.begin(), past->begin(), past->end());
  return absl::OkStatus();
}

}  // namespace cible
