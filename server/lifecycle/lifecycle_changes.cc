#include "server/lifecycle/lifecycle_changes.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "segmentation/data/minors.h"
#include "server/lifecycle/block_classification.h"

namespace cible {
namespace {

constexpr auto kNoKey = std::numeric_limits<std::int64_t>::max();

// What inherits: who belongs to an organisation stands as it does.
bool IsInherited(LifecycleField field) {
  return field == LifecycleField::kRelation || field == LifecycleField::kCustomerStage ||
         field == LifecycleField::kFormerCustomer;
}

// Of a contact that becomes known only how it stands: all of it would be much, and
// follows from where it stands and what changes since.
bool IsRecorded(LifecycleField field, LifecycleState before, LifecycleState now) {
  if (before.is_classified() || field == LifecycleField::kRelation) return true;
  if (field == LifecycleField::kCustomerStage) return now.relation() == Relation::kCustomer;
  return field == LifecycleField::kFormerCustomer && now.is_former_customer();
}

std::vector<LifecycleTransition> TransitionsOf(LifecycleState before, const Classified& now,
                                               Date today) {
  std::vector<LifecycleTransition> transitions;
  for (const LifecycleField field : kLifecycleFields) {
    const int from = before.Get(field);
    const int to = now.state.Get(field);
    if (from == to || !IsRecorded(field, before, now.state)) continue;
    transitions.push_back({field, from, to, today.days, ReasonText(field, now.reason(field))});
  }
  return transitions;
}

StoredLifecycle ToStore(const Classified& now, Date today) {
  return {now.own, now.state, std::max(now.due_day, today.days + 1)};
}

// The persons of organisations whose standing changed.
absl::Status AddPersons(Snapshot& snapshot, const std::vector<std::int64_t>& organizations,
                        PutLifecycles& put) {
  if (organizations.empty()) return absl::OkStatus();
  auto persons = snapshot.PersonsOf(organizations);
  if (!persons.ok()) return persons.status();
  put.due_now = *std::move(persons);
  return absl::OkStatus();
}

// Persons of the block whose organisation is in it, too, stand by what that has just
// been found to be. Whether there are any.
bool FollowOrganizations(const ContactBlock& block, const std::vector<Classified>& results,
                         BlockContext& context) {
  bool follows = false;
  for (std::size_t row = 0; row < results.size(); ++row) {
    const auto& keys = block.keys;  // Ascending.
    const auto at = std::lower_bound(keys.begin(), keys.end(), block.organization_keys[row]);
    if (at == keys.end() || *at != block.organization_keys[row]) continue;
    context.organizations[row] = results[static_cast<std::size_t>(at - keys.begin())].state;
    follows = true;
  }
  return follows;
}

absl::StatusOr<std::vector<Classified>> OrganizationsFirst(Snapshot& snapshot,
                                                           const LifecycleRules& rules,
                                                           const ContactBlock& block) {
  auto context = ReadBlockContext(snapshot, rules, block);
  if (!context.ok()) return context.status();
  std::vector<Classified> results = ClassifyBlock(rules, block, *context);
  if (!FollowOrganizations(block, results, *context)) return results;
  return ClassifyBlock(rules, block, *std::move(context));
}

// What a block changes. In a walk persons come after all organisations.
absl::Status AddBlock(Snapshot& snapshot, const LifecycleRules& rules, const ContactBlock& block,
                      bool is_walk, PutLifecycles& put) {
  const auto results = OrganizationsFirst(snapshot, rules, block);
  if (!results.ok()) return results.status();
  std::vector<std::int64_t> organizations;
  for (std::size_t row = 0; row < results->size(); ++row) {
    const Classified& now = (*results)[row];
    const StoredLifecycle& before = block.lifecycles[row];
    const StoredLifecycle lifecycle = ToStore(now, rules.as_of.day);
    if (lifecycle == before) continue;
    put.entries.push_back(
        {block.keys[row], lifecycle, TransitionsOf(before.state, now, rules.as_of.day)});
    const bool is_passed_on =
        !is_walk && block.kinds[row] == ContactKind::kOrganization &&
        std::any_of(kLifecycleFields.begin(), kLifecycleFields.end(), [&](LifecycleField field) {
          return IsInherited(field) && before.state.Get(field) != now.state.Get(field);
        });
    if (is_passed_on) organizations.push_back(block.keys[row]);
  }
  return AddPersons(snapshot, organizations, put);
}

// A scan for the keys alone, of those that the rules leave out as well.
ScanRequest KeyScan(const LifecycleRules& rules, PassedOver passed_over, ScanRequest request) {
  request.attributes.clear();
  request.earlier.reset();
  request.with_lifecycles = false;
  request.passed_over = passed_over;
  request.schema = rules.schema.get();
  return request;
}

ScanRequest EverybodyScan(const LifecycleRules& rules, const ScanRequest& like) {
  return KeyScan(rules, {.objecting = false}, like);
}

ScanRequest MinorsToo(const LifecycleRules& rules, const ScanRequest& like) {
  PassedOver passed_over = rules.left_out;
  passed_over.minors_on.reset();
  return KeyScan(rules, passed_over, like);
}

// Keys of a scan, in order, at the caller's pace.
class KeyReader {
 public:
  KeyReader(std::unique_ptr<ContactScan> scan) : scan_(std::move(scan)) {}

  // Appends all up to `last`.
  absl::Status ReadUpTo(std::int64_t last, std::vector<std::int64_t>& keys) {
    while (!has_ended_) {
      for (; position_ < block_.size() && block_[position_] <= last; ++position_) {
        keys.push_back(block_[position_]);
      }
      if (position_ < block_.size()) return absl::OkStatus();
      auto next = scan_->Next();
      if (!next.ok()) return next.status();
      has_ended_ = !next->has_value();
      position_ = 0;
      block_ = has_ended_ ? std::vector<std::int64_t>() : std::move((*next)->keys);
    }
    return absl::OkStatus();
  }

 private:
  std::unique_ptr<ContactScan> scan_;
  std::vector<std::int64_t> block_;
  std::size_t position_ = 0;
  bool has_ended_ = false;
};

std::vector<std::int64_t> Without(const std::vector<std::int64_t>& keys,
                                  const std::vector<std::int64_t>& others) {
  std::vector<std::int64_t> rest;
  std::set_difference(keys.begin(), keys.end(), others.begin(), others.end(),
                      std::back_inserter(rest));
  return rest;
}

}  // namespace

// One scan for those who are classified, and beside it two for those who are left out:
// minors become of age by themselves, so they are looked at every day.
struct LifecycleWalk::Parts {
  Snapshot& snapshot;
  const LifecycleRules& rules;
  ScanRequest request, everybody_request, minors_request;
  std::unique_ptr<ContactScan> scan;
  std::unique_ptr<KeyReader> everybody, with_minors;
  bool has_ended = false;

  absl::Status Open();
  absl::Status AddLeftOut(const std::vector<std::int64_t>& classified, std::int64_t last,
                          PutLifecycles& put);
};

absl::Status LifecycleWalk::Parts::Open() {
  auto opened = snapshot.OpenScan(request);
  auto all = snapshot.OpenScan(everybody_request);
  auto grown_or_not = snapshot.OpenScan(minors_request);
  for (const auto* each : {&opened, &all, &grown_or_not}) {
    if (!each->ok()) return each->status();
  }
  scan = *std::move(opened);
  everybody = std::make_unique<KeyReader>(*std::move(all));
  with_minors = std::make_unique<KeyReader>(*std::move(grown_or_not));
  return absl::OkStatus();
}

absl::Status LifecycleWalk::Parts::AddLeftOut(const std::vector<std::int64_t>& classified,
                                              std::int64_t last, PutLifecycles& put) {
  std::vector<std::int64_t> all, profiled;
  absl::Status status = everybody->ReadUpTo(last, all);
  status.Update(with_minors->ReadUpTo(last, profiled));
  if (!status.ok() || all.size() == classified.size()) return status;
  put.left_out = Without(all, classified);
  const StoredLifecycle tomorrow{.due_day = rules.as_of.day.days + 1};
  for (const std::int64_t minor : Without(profiled, classified)) {
    put.entries.push_back({minor, tomorrow});
  }
  return absl::OkStatus();
}

LifecycleWalk::LifecycleWalk(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
LifecycleWalk::LifecycleWalk(LifecycleWalk&&) noexcept = default;
LifecycleWalk::~LifecycleWalk() = default;

absl::StatusOr<LifecycleWalk> LifecycleWalk::Open(Snapshot& snapshot, const LifecycleRules& rules,
                                                  ContactKind kind, std::int64_t after_key,
                                                  int block_rows) {
  ScanRequest request = LifecycleScan(rules);
  request.kind = kind;
  request.after_key = after_key;
  request.block_rows = block_rows;
  auto parts = std::make_unique<Parts>(Parts{.snapshot = snapshot,
                                             .rules = rules,
                                             .request = request,
                                             .everybody_request = EverybodyScan(rules, request),
                                             .minors_request = MinorsToo(rules, request)});
  if (absl::Status status = parts->Open(); !status.ok()) return status;
  return LifecycleWalk(std::move(parts));
}

absl::StatusOr<std::optional<LifecycleWalk::Block>> LifecycleWalk::Next() {
  if (parts_->has_ended) return std::optional<Block>();
  const auto read = parts_->scan->Next();
  if (!read.ok()) return read.status();
  Block block{.put = {.workspace = parts_->rules.workspace, .read_at = parts_->snapshot.revision()},
              .last_key = kNoKey};
  parts_->has_ended = !read->has_value();
  std::vector<std::int64_t> classified;
  absl::Status status;
  if (read->has_value()) {
    classified = (*read)->keys;
    block.last_key = classified.back();
    status = AddBlock(parts_->snapshot, parts_->rules, **read, /*is_walk=*/true, block.put);
  }
  status.Update(parts_->AddLeftOut(classified, block.last_key, block.put));
  if (!status.ok()) return status;
  return std::optional<Block>(std::move(block));
}

absl::StatusOr<PutLifecycles> ClassifyKeys(Snapshot& snapshot, const LifecycleRules& rules,
                                           std::vector<std::int64_t> keys) {
  PutLifecycles put{.workspace = rules.workspace, .read_at = snapshot.revision()};
  ScanRequest request = LifecycleScan(rules);
  request.block_rows = static_cast<int>(std::max<std::size_t>(1, keys.size()));
  request.keys = keys;
  std::vector<std::int64_t> classified;
  absl::Status status = snapshot.Scan(request, [&](const ContactBlock& block) {
    classified.insert(classified.end(), block.keys.begin(), block.keys.end());
    return AddBlock(snapshot, rules, block, /*is_walk=*/false, put);
  });
  if (!status.ok() || classified.size() == keys.size()) {
    return status.ok() ? absl::StatusOr<PutLifecycles>(std::move(put)) : status;
  }
  put.left_out = Without(keys, classified);
  std::vector<std::int64_t> with_minors;
  status = snapshot.Scan(MinorsToo(rules, request), [&](const ContactBlock& block) {
    with_minors.insert(with_minors.end(), block.keys.begin(), block.keys.end());
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  const StoredLifecycle tomorrow{.due_day = rules.as_of.day.days + 1};
  for (const std::int64_t minor : Without(with_minors, classified)) {
    put.entries.push_back({minor, tomorrow});
  }
  return put;
}

}  // namespace cible
