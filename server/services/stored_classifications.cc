#include "server/services/stored_classifications.h"

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/lifecycle/block_classification.h"
#include "server/privacy/left_out.h"
#include "server/services/fit_questions.h"
#include "server/wire/resource_name.h"

namespace cible {
namespace {

// By the key of the contact, since two ids may lead to one.
using MessagesByKey = std::multimap<std::int64_t, v1::Classification*>;

// Names them all, and gives those that are to be classified.
absl::StatusOr<MessagesByKey> FindContacts(Snapshot& snapshot, const LifecycleRules& rules,
                                           absl::Span<const std::string> ids,
                                           absl::Span<v1::Classification* const> messages) {
  const auto found = snapshot.Lookup(rules.workspace, ids);
  if (!found.ok()) return found.status();
  MessagesByKey by_key;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto& record = (*found)[i];
    if (!record.has_value()) {
      return absl::NotFoundError(ids.size() == 1
                                     ? "there is no such contact"
                                     : absl::StrCat("there is no such contact as number ", i + 1));
    }
    messages[i]->set_contact(ContactName(rules.workspace, record->id).ToString());
    const absl::Status profiled = CheckMayBeProfiled(*record, *rules.schema, rules.left_out);
    if (absl::IsFailedPrecondition(profiled)) {
      messages[i]->set_left_out_reason(std::string(profiled.message()));
    } else if (!profiled.ok()) {
      return profiled;
    } else {
      by_key.emplace(record->key, messages[i]);
    }
  }
  return by_key;
}

absl::Status TellBlock(Snapshot& snapshot, const LifecycleRules& rules, const ContactBlock& block,
                       const ToldDetails& details, const MessagesByKey& by_key) {
  const auto classified = ClassifyBlock(snapshot, rules, block);
  if (!classified.ok()) return classified.status();
  ClassifiedRows rows(*rules.policy, *rules.schema, block.table, LifecycleFacts(rules, block),
                      *classified);
  rows.fit_questions = FitQuestions(rules, block.table, block.kinds, *classified);
  for (int row = 0; row < block.table.row_count; ++row) {
    const auto at = static_cast<std::size_t>(row);
    const auto [first, last] = by_key.equal_range(block.keys[at]);
    for (auto each = first; each != last; ++each) {
      ClassificationToProto(rows, row, details, each->second);
      const absl::Status status =
          AddRecords(snapshot, rules.workspace, block.keys[at], (*classified)[at], each->second);
      if (!status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ClassifyStored(Snapshot& snapshot, const LifecycleRules& rules,
                            absl::Span<const std::string> ids, const ToldDetails& details,
                            absl::Span<v1::Classification* const> messages) {
  const auto by_key = FindContacts(snapshot, rules, ids, messages);
  if (!by_key.ok()) return by_key.status();
  ScanRequest scan = LifecycleScan(rules);
  scan.keys.emplace();
  for (const auto& [key, message] : *by_key) {
    if (scan.keys->empty() || scan.keys->back() != key) scan.keys->push_back(key);
  }
  return snapshot.Scan(scan, [&](const ContactBlock& block) {
    return TellBlock(snapshot, rules, block, details, *by_key);
  });
}

}  // namespace cible
