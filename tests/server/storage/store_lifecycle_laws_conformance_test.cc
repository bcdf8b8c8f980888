// Long histories of lifecycles that are put late, of contacts that people say something
// of, that are left out, merged and erased: at every moment the store tells what a model of
// a few lines does.

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/server/storage/lifecycles.h"
#include "tests/server/storage/store_conformance.h"

namespace cible {
namespace {

// What the store must tell of a contact.
struct Model {
  std::int64_t key = 0;
  StoredLifecycle lifecycle;
  bool has_row = false;
  Revision due_since = 0;  // That it is due at once by; 0: it is not.
  std::vector<std::pair<int, std::string>> transitions = {};  // In order, with a count.
  std::map<LifecycleField, std::pair<std::int64_t, std::string>> said = {};  // When, and what.

  void MakeDue(Revision revision) {
    has_row = true;
    due_since = revision;
    lifecycle.due_day = 0;
  }
  bool IsClassified() const { return lifecycle.state.is_classified(); }
  // Whether it was classified earlier.
  bool IsBefore(const Model& other) const {
    if (!IsClassified() || !other.IsClassified()) return IsClassified();
    return transitions[0].first < other.transitions[0].first;
  }
  void LeaveOut() { *this = {.key = key, .said = said}; }
};

class LifecycleHistory {
 public:
  LifecycleHistory(std::string workspace, std::uint64_t seed)
      : workspace_(std::move(workspace)), random_(seed) {}

  // The next operation; Done() is then told when it was written.
  Operation Next() {
    const int kind = Between(0, 99);
    if (models_.size() < 2 || kind < 10) return Create();
    if (kind < 55) return PutSome();
    if (kind < 85) return SaySomething();
    if (kind < 93) return MergeSome();
    return DeleteContact{workspace_, AnyOne()};
  }

  // At this position and time, with the contacts that there are now.
  void Done(const Operation& operation, Revision revision, std::int64_t micros) {
    if (const auto* put = std::get_if<PutLifecycles>(&operation)) DoPut(*put, revision);
    if (const auto* said = std::get_if<PutLifecycleOverride>(&operation)) {
      DoSay(*said, revision, micros);
    }
    if (const auto* merge = std::get_if<MergeContacts>(&operation)) DoMerge(*merge, revision);
    if (const auto* removal = std::get_if<DeleteContact>(&operation)) models_.erase(removal->id);
    if (const auto* created = std::get_if<PutContact>(&operation)) {
      models_[created->id] = {.key = revision};
    }
    views_.push_back(revision);
  }

  const std::string& workspace() const { return workspace_; }
  const std::map<std::string, Model>& models() const { return models_; }

 private:
  int Between(int least, int most) {
    return std::uniform_int_distribution<int>(least, most)(random_);
  }
  const std::string& AnyOne() {
    return std::next(models_.begin(), Between(0, static_cast<int>(models_.size()) - 1))->first;
  }

  Operation Create() { return Person(absl::StrCat("c", ++created_), "", workspace_); }

  Operation PutSome() {
    PutLifecycles put{.workspace = workspace_, .entries = {}};
    // Some are read long before they are written.
    put.read_at = views_[static_cast<std::size_t>(
        std::max(0, static_cast<int>(views_.size()) - Between(1, 4)))];
    for (const auto& [id, model] : models_) {
      if (Between(0, 9) == 0) put.left_out.push_back(model.key);
      if (Between(0, 9) == 0) put.due_now.push_back(model.key);
      if (Between(0, 2) > 0) continue;
      const bool is_left_out = !put.left_out.empty() && put.left_out.back() == model.key;
      put.entries.push_back(EntryOf(model.key, is_left_out ? StoredLifecycle() : model.lifecycle));
    }
    put.entries.push_back({999'999, Stands(Relation::kLead)});
    return put;
  }

  // What the keeper puts: with the state the transitions to it. Some as it was.
  PutLifecycles::Entry EntryOf(std::int64_t key, const StoredLifecycle& before) {
    PutLifecycles::Entry entry{key, before};
    if (before.state.is_classified() && Between(0, 2) == 0) return entry;
    LifecycleState &own = entry.lifecycle.own, &state = entry.lifecycle.state;
    own = Standing(static_cast<Relation>(Between(1, 3)));
    own.Set(LifecycleField::kFormerCustomer, Between(1, 2));
    state = Standing(static_cast<Relation>(Between(1, 3)), static_cast<Temperature>(Between(0, 3)));
    entry.lifecycle.due_day = Between(1, 5);
    for (const LifecycleField field : kLifecycleFields) {
      const int from = before.state.Get(field), to = state.Get(field);
      if (from == to) continue;
      entry.transitions.push_back({field, from, to, 20'000, absl::StrCat("why ", Between(0, 3))});
    }
    return entry;
  }

  Operation SaySomething() {
    PutLifecycleOverride said = Say(AnyOne(), static_cast<Relation>(Between(0, 3)));
    said.workspace = workspace_;
    if (Between(0, 1) == 0) said.field = LifecycleField::kFit;
    return said;
  }

  Operation MergeSome() {
    MergeContacts merge{workspace_, {AnyOne(), AnyOne()}};
    if (Between(0, 2) == 0) merge.ids.push_back(AnyOne());
    return merge;
  }

  Model* Of(std::int64_t key) {
    for (auto& [id, model] : models_) {
      if (model.key == key) return &model;
    }
    return nullptr;
  }

  void DoPut(const PutLifecycles& put, Revision revision) {
    for (const std::int64_t key : put.left_out) Of(key)->LeaveOut();
    for (const PutLifecycles::Entry& entry : put.entries) {
      Model* model = Of(entry.key);
      if (model == nullptr) continue;
      // What was read before it became due is not what it is.
      if (model->has_row && model->due_since > put.read_at) continue;
      model->lifecycle = entry.lifecycle;
      model->has_row = true;
      model->due_since = 0;
      for (const auto& each : entry.transitions) {
        model->transitions.emplace_back(++transitions_, Words(each));
      }
    }
    for (const std::int64_t key : put.due_now) Of(key)->MakeDue(revision);
  }

  void DoSay(const PutLifecycleOverride& put, Revision revision, std::int64_t micros) {
    Model& model = models_[put.id];
    const std::string words = absl::StrCat(Name(put.field), " ", put.value, " mia told");
    const auto known = model.said.find(put.field);
    const bool is_known = known != model.said.end();
    if (put.value == 0 ? !is_known : is_known && known->second.second == words) return;
    if (put.value == 0) model.said.erase(known);
    if (put.value != 0) model.said[put.field] = {micros, words};
    model.MakeDue(revision);
  }

  void DoMerge(const MergeContacts& merge, Revision revision) {
    std::map<std::int64_t, std::string> by_age;
    for (const std::string& id : merge.ids) by_age[models_[id].key] = id;
    if (by_age.size() == 1) return;
    Model& kept = models_[by_age.begin()->second];
    Model first = kept;
    StoredLifecycle greatest = kept.lifecycle;
    bool was_customer = kept.lifecycle.own.is_former_customer();
    std::map<LifecycleField, std::pair<std::int64_t, std::string>> of_others;
    for (auto other = std::next(by_age.begin()); other != by_age.end(); ++other) {
      Model& model = models_[other->second];
      for (const auto& [field, said] : model.said) {
        const auto [place, is_new] = of_others.try_emplace(field, said);
        if (!is_new && said.first > place->second.first) place->second = said;
      }
      if (!kept.IsClassified() && model.IsBefore(first)) first = model;
      was_customer = was_customer || model.lifecycle.own.is_former_customer();
      if (model.lifecycle.own.relation() > greatest.own.relation()) greatest = model.lifecycle;
      models_.erase(other->second);
    }
    kept.lifecycle.state = first.lifecycle.state;
    kept.transitions = first.transitions;
    const bool is_former = was_customer && greatest.own.relation() == Relation::kProspect;
    kept.lifecycle.own = Standing(greatest.own.relation());
    if (kept.IsClassified()) kept.lifecycle.own.Set(LifecycleField::kFormerCustomer, is_former + 1);
    kept.said.insert(of_others.begin(), of_others.end());
    kept.MakeDue(revision);
  }

  const std::string workspace_;
  std::mt19937_64 random_;
  std::map<std::string, Model> models_;
  std::vector<Revision> views_ = {1};
  int created_ = 0;
  int transitions_ = 0;
};

// Each field is what its last transition says.
void ExpectHistoryLeadsToState(Snapshot& snapshot, const std::string& workspace, std::int64_t key) {
  LifecycleState last;
  auto transitions =
      *snapshot.Transitions({.workspace = workspace, .contact_key = key, .limit = 1000});
  std::reverse(transitions.begin(), transitions.end());
  for (const RecordedTransition& each : transitions) {
    EXPECT_EQ(each.transition.from, last.Get(each.transition.field));
    last.Set(each.transition.field, each.transition.to);
  }
  EXPECT_EQ(last, LifecycleOf(snapshot, key).value_or(StoredLifecycle()).state);
}

// Of itself a merged contact is the most that any of them was.
void ExpectNoFall(const std::map<std::string, Model>& before, const MergeContacts& merge,
                  Snapshot& snapshot, const std::string& workspace) {
  Relation most = Relation::kUnknown;
  for (const std::string& id : merge.ids) {
    most = std::max(most, before.at(id).lifecycle.own.relation());
  }
  const auto merged = LifecycleOf(snapshot, snapshot.Lookup(workspace, merge.ids)->at(0)->key);
  EXPECT_EQ(merged.value_or(StoredLifecycle()).own.relation(), most);
}

void ExpectModel(Snapshot& snapshot, const std::string& workspace, const std::string& id,
                 const Model& model) {
  SCOPED_TRACE(id);
  const auto record = snapshot.Lookup(workspace, {id})->at(0);
  ASSERT_TRUE(record.has_value());
  ASSERT_EQ(record->key, model.key);
  const bool is_classified = !(model.lifecycle.state == LifecycleState());
  EXPECT_EQ(LifecycleOf(snapshot, model.key),
            is_classified ? std::optional(model.lifecycle) : std::nullopt);
  std::vector<std::string> transitions, said;
  for (const auto& [number, words] : model.transitions) transitions.push_back(words);
  for (const auto& [field, words] : model.said) said.push_back(words.second);
  std::reverse(transitions.begin(), transitions.end());
  EXPECT_EQ(TransitionsOf(snapshot, model.key, workspace), transitions);
  EXPECT_EQ(OverridesOf(snapshot, model.key), said);
  ExpectHistoryLeadsToState(snapshot, workspace, model.key);
}

void ExpectAll(Snapshot& snapshot, const LifecycleHistory& history) {
  const std::string& workspace = history.workspace();
  std::map<std::int64_t, StoredLifecycle> scanned, expected;
  std::vector<std::int64_t> due;
  std::size_t transitions = 0;
  for (const auto& [id, model] : history.models()) {
    ExpectModel(snapshot, workspace, id, model);
    expected[model.key] = model.lifecycle;
    if (model.has_row && model.lifecycle.due_day <= 3) due.push_back(model.key);
    transitions += model.transitions.size();
  }
  const absl::Status status = snapshot.Scan(
      {.workspace = workspace, .with_lifecycles = true}, [&](const ContactBlock& block) {
        for (std::size_t row = 0; row < block.keys.size(); ++row) {
          scanned[block.keys[row]] = block.lifecycles[row];
        }
        return absl::OkStatus();
      });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(scanned, expected);
  EXPECT_THAT(Due(snapshot, 3, 100, workspace), testing::UnorderedElementsAreArray(due));
  EXPECT_EQ(snapshot.Transitions({.workspace = workspace, .limit = 100'000})->size(), transitions);
}

TEST_P(StoreConformance, LifecyclesAreThoseOfTheModelThroughLongHistories) {
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    SCOPED_TRACE(seed);
    LifecycleHistory history(absl::StrCat("w", seed), seed);
    for (int commits = 0; commits < 150 && !HasFailure(); ++commits) {
      const Operation operation = history.Next();
      now_.micros += 1;
      Commit({operation});
      if (const auto* merge = std::get_if<MergeContacts>(&operation)) {
        ExpectNoFall(history.models(), *merge, *OpenSnapshot(), history.workspace());
      }
      history.Done(operation, OpenSnapshot()->revision(), now_.micros);
      if (commits % 40 == 39) Reopen();
      ExpectAll(*OpenSnapshot(), history);
    }
  }
}

}  // namespace
}  // namespace cible
