#include "server/services/policy_preview.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "segmentation/personas/anonymity.h"
#include "server/lifecycle/block_classification.h"
#include "server/wire/policy_wire.h"

namespace cible {
namespace {

constexpr std::size_t kBlocksAtATime = 4;

struct ReadBlock {
  ContactBlock block;
  BlockContext context;
  std::vector<Classified> results = {};
};

// The contacts of one kind after those of another: the next blocks are read while
// helpers classify the ones before.
class PreviewScan {
 public:
  PreviewScan(const CallContext& call, Snapshot& snapshot, const LifecycleRules& rules,
              ChangeCounts& counts)
      : call_(call), snapshot_(snapshot), rules_(rules), counts_(counts) {}

  absl::Status Run(ContactKind kind) {
    ScanRequest request = LifecycleScan(rules_);
    request.kind = kind;
    auto scan = snapshot_.OpenScan(request);
    if (!scan.ok()) return scan.status();
    auto blocks = ReadNext(**scan);
    while (blocks.ok() && !blocks->empty()) {
      if (call_.cancelled && call_.cancelled()) return absl::CancelledError("the caller has gone");
      absl::StatusOr<std::vector<ReadBlock>> next;
      call_.ForEach(static_cast<int>(blocks->size()) + 1, [&](int task) {
        if (task == 0) {
          next = ReadNext(**scan);
        } else {
          Classify((*blocks)[static_cast<std::size_t>(task) - 1]);
        }
      });
      for (const ReadBlock& read : *blocks) Count(read);
      blocks = std::move(next);
    }
    return blocks.status();
  }

 private:
  absl::StatusOr<std::vector<ReadBlock>> ReadNext(ContactScan& scan) {
    std::vector<ReadBlock> blocks;
    while (blocks.size() < kBlocksAtATime) {
      auto block = scan.Next();
      if (!block.ok()) return block.status();
      if (!block->has_value()) break;
      auto context = ReadBlockContext(snapshot_, rules_, **block);
      if (!context.ok()) return context.status();
      blocks.push_back({std::move(**block), *std::move(context)});
    }
    return blocks;
  }

  void Classify(ReadBlock& read) const {
    for (std::size_t row = 0; row < read.block.keys.size(); ++row) {
      const auto found = organizations_.find(read.block.organization_keys[row]);
      read.context.organizations[row] =
          found == organizations_.end() ? LifecycleState() : found->second;
    }
    read.results = ClassifyBlock(rules_, read.block, std::move(read.context));
  }

  void Count(const ReadBlock& read) {
    for (std::size_t row = 0; row < read.results.size(); ++row) {
      const std::int64_t key = read.block.keys[row];
      const LifecycleState& after = read.results[row].state;
      counts_.Add(key, read.block.lifecycles[row].state, after);
      if (read.block.kinds[row] == ContactKind::kOrganization) organizations_[key] = after;
    }
  }

  const CallContext& call_;
  Snapshot& snapshot_;
  const LifecycleRules& rules_;
  ChangeCounts& counts_;
  absl::flat_hash_map<std::int64_t, LifecycleState> organizations_;  // By key.
};

bool IsFew(std::int64_t count, double below) {
  return count > 0 && static_cast<double>(count) < below;
}

}  // namespace

void ChangeCounts::Add(std::int64_t contact, LifecycleState before, LifecycleState after) {
  ++contact_count_;
  if (before == after) return;
  ++changed_count_;
  for (const LifecycleField field : kLifecycleFields) {
    const int from = before.Get(field), to = after.Get(field);
    if (from == to) continue;
    Change& change = by_field_[field][{from, to}];
    ++change.count;
    if (std::ssize(change.samples) < sample_size_) change.samples.push_back(contact);
  }
}

std::vector<std::int64_t> ChangeCounts::SampleKeys() const {
  std::vector<std::int64_t> keys;
  for (const auto& [field, changes] : by_field_) {
    for (const auto& [values, change] : changes) {
      keys.insert(keys.end(), change.samples.begin(), change.samples.end());
    }
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

// Who does not change is told by the number of all contacts, and how many change at all
// by that of the changed ones.
std::vector<std::uint8_t> ChangeCounts::WithheldOf(const Changes& changes, double below) const {
  std::vector<double> counts;
  double unchanged = static_cast<double>(contact_count_);
  for (const auto& [values, change] : changes) {
    counts.push_back(static_cast<double>(change.count));
    unchanged -= counts.back();
  }
  if (!(below > 0)) return std::vector<std::uint8_t>(counts.size());
  std::vector<double> with_others = counts;
  with_others.push_back(unchanged);
  std::vector<std::uint8_t> withheld = WithheldAmong(with_others, below);
  withheld.pop_back();
  return WithheldAmong(counts, below, std::move(withheld));
}

void ChangeCounts::ToProto(double below, const std::map<std::int64_t, std::string>& names,
                           v1::PreviewPolicyResponse* response) const {
  response->set_contact_count(contact_count_);
  const bool is_withheld =
      IsFew(changed_count_, below) || IsFew(contact_count_ - changed_count_, below);
  response->set_withheld(is_withheld);
  if (!is_withheld) response->set_changed_count(changed_count_);
  for (const auto& [field, changes] : by_field_) {
    const std::vector<std::uint8_t> withheld = WithheldOf(changes, below);
    std::vector<v1::PolicyChange> messages;
    std::size_t position = 0;
    for (const auto& [values, change] : changes) {
      v1::PolicyChange& message = messages.emplace_back();
      message.set_field(LifecycleFieldToProto(field));
      message.set_from(std::string(ValueName(field, values.first)));
      message.set_to(std::string(ValueName(field, values.second)));
      message.set_withheld(withheld[position++] != 0);
      if (message.withheld()) continue;
      message.set_contact_count(change.count);
      for (const std::int64_t key : change.samples) {
        if (const auto name = names.find(key); name != names.end()) {
          message.add_samples(name->second);
        }
      }
    }
    // Those that are withheld come last, and so tell nothing by where they stand.
    std::stable_sort(messages.begin(), messages.end(), [](const auto& a, const auto& b) {
      return a.contact_count() > b.contact_count();
    });
    for (v1::PolicyChange& message : messages) *response->add_changes() = std::move(message);
  }
}

absl::StatusOr<ChangeCounts> CountChanges(const CallContext& call, Snapshot& snapshot,
                                          const LifecycleRules& rules, int sample_size) {
  ChangeCounts counts(sample_size);
  PreviewScan scan(call, snapshot, rules, counts);
  for (const ContactKind kind : {ContactKind::kOrganization, ContactKind::kPerson}) {
    if (absl::Status status = scan.Run(kind); !status.ok()) return status;
  }
  return counts;
}

}  // namespace cible
