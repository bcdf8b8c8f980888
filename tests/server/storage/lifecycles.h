// Lifecycles that are short to write down.

#ifndef CIBLE_TESTS_SERVER_STORAGE_LIFECYCLES_H_
#define CIBLE_TESTS_SERVER_STORAGE_LIFECYCLES_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "segmentation/data/lifecycle_state.h"
#include "server/storage/store.h"

namespace cible {

inline LifecycleState Standing(Relation relation, Temperature temperature = Temperature::kUnknown) {
  LifecycleState state;
  state.Set(LifecycleField::kRelation, relation);
  state.Set(LifecycleField::kTemperature, temperature);
  return state;
}

// Of itself and with all else the same.
inline StoredLifecycle Stands(Relation relation, std::int32_t due_day = kNoDay) {
  return {Standing(relation), Standing(relation), due_day};
}

inline LifecycleTransition Became(Relation from, Relation to, std::string reason = "because",
                                  std::int32_t day = 20'000) {
  return {LifecycleField::kRelation, static_cast<int>(from), static_cast<int>(to), day,
          std::move(reason)};
}

inline LifecycleTransition Became(Temperature from, Temperature to, std::string reason = "because",
                                  std::int32_t day = 20'000) {
  return {LifecycleField::kTemperature, static_cast<int>(from), static_cast<int>(to), day,
          std::move(reason)};
}

inline PutLifecycles PutOf(std::vector<PutLifecycles::Entry> entries, Revision read_at = 0) {
  return {.workspace = "default", .entries = std::move(entries), .read_at = read_at};
}

inline PutLifecycleOverride Say(std::string contact, Relation relation,
                                std::string reason = "told") {
  return {.workspace = "default",
          .id = std::move(contact),
          .field = LifecycleField::kRelation,
          .value = static_cast<int>(relation),
          .author = "mia",
          .reason = std::move(reason)};
}

// "relation 1 2 20000 because".
inline std::string Words(const LifecycleTransition& transition) {
  return absl::StrCat(Name(transition.field), " ", transition.from, " ", transition.to, " ",
                      transition.day, " ", transition.reason);
}

// "relation 3 mia told".
inline std::vector<std::string> Words(const std::vector<LifecycleOverrideRecord>& overrides) {
  std::vector<std::string> words;
  for (const LifecycleOverrideRecord& each : overrides) {
    words.push_back(
        absl::StrCat(Name(each.field), " ", each.value, " ", each.author, " ", each.reason));
  }
  return words;
}

inline std::optional<StoredLifecycle> LifecycleOf(Snapshot& snapshot, std::int64_t key) {
  const auto lifecycles = snapshot.Lifecycles({{key}});
  EXPECT_TRUE(lifecycles.ok()) << lifecycles.status();
  return lifecycles->at(0);
}

// Of the contact, the latest first.
inline std::vector<std::string> TransitionsOf(Snapshot& snapshot, std::int64_t key,
                                              const std::string& workspace = "default") {
  const auto transitions =
      snapshot.Transitions({.workspace = workspace, .contact_key = key, .limit = 100});
  EXPECT_TRUE(transitions.ok()) << transitions.status();
  std::vector<std::string> words;
  for (const RecordedTransition& each : *transitions) words.push_back(Words(each.transition));
  return words;
}

inline std::vector<std::string> OverridesOf(Snapshot& snapshot, std::int64_t key) {
  const auto overrides = snapshot.LifecycleOverrides({{key}});
  EXPECT_TRUE(overrides.ok()) << overrides.status();
  return Words(overrides->at(0));
}

inline std::vector<std::int64_t> Due(Snapshot& snapshot, std::int32_t day, int limit = 100,
                                     const std::string& workspace = "default") {
  const auto due = snapshot.DueLifecycles(workspace, day, limit);
  EXPECT_TRUE(due.ok()) << due.status();
  return *due;
}

// "3: 01 13", a contact each in the order of visit.
inline std::vector<std::string> ScannedTransitions(Snapshot& snapshot,
                                                   const std::string& workspace) {
  std::vector<std::string> visited;
  const absl::Status status =
      snapshot.ScanTransitions(workspace, [&](absl::Span<const RecordedTransition> transitions) {
        std::string& words = visited.emplace_back(absl::StrCat(transitions[0].contact_key, ":"));
        for (const RecordedTransition& each : transitions) {
          EXPECT_EQ(each.contact_key, transitions[0].contact_key);
          EXPECT_EQ(each.contact, "");
          EXPECT_EQ(each.transition.reason, "because");
          absl::StrAppend(&words, " ", each.transition.from, each.transition.to);
        }
        return absl::OkStatus();
      });
  EXPECT_TRUE(status.ok()) << status;
  return visited;
}

}  // namespace cible

#endif  // CIBLE_TESTS_SERVER_STORAGE_LIFECYCLES_H_
