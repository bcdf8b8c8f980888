// How fast contacts are classified and qualified.
//
//   one          one contact, with evidence and text, in the library
//   all          a store of many: classified for the first time, after a change of the
//                policy, and the preview of that change
//
//   lifecycle [CONTACTS]
//
// Half of the contacts have three events each; the change makes a third of these
// dormant. Times are of this machine; whoever compares two builds alternates them.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "segmentation/lifecycle/classifier.h"
#include "segmentation/lifecycle/policy.h"
#include "segmentation/lifecycle/qualification.h"
#include "server/lifecycle/lifecycle_keeper.h"
#include "server/lifecycle/lifecycle_rules.h"
#include "server/registry/model_registry.h"
#include "server/services/policy_preview.h"
#include "server/services/workspace_service.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "server/wire/policy_store.h"

namespace cible {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr char kWorkspace[] = "default";
constexpr std::int64_t kDayMicros = 86'400'000'000;
constexpr std::int32_t kToday = 20'000;
constexpr int kBatch = 5'000;

double SecondsSince(SteadyClock::time_point begin) {
  return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

void Check(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::exit(1);
}

template <typename T>
T Value(absl::StatusOr<T> value) {
  Check(value.status());
  return *std::move(value);
}

class StandingClock : public Clock {
 public:
  Timestamp Now() const override { return {kToday * kDayMicros + kDayMicros / 2}; }
};

std::uint64_t Draw(std::uint64_t number) {
  number += 0x9e3779b97f4a7c15;
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
  number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
  return number ^ (number >> 31);
}

Event EventOf(std::uint64_t contact, int position) {
  const std::uint64_t draw = Draw(contact * 8 + static_cast<std::uint64_t>(position));
  const std::int32_t day = kToday - static_cast<std::int32_t>(draw % 300);
  constexpr EventType kTypes[] = {EventType::kPurchase, EventType::kVisit, EventType::kForm,
                                  EventType::kPurchase, EventType::kPageView};
  Event event{.id = std::to_string(position), .type = kTypes[draw / 300 % 5], .is_date = true};
  event.time.micros = day * kDayMicros;
  event.amount = static_cast<std::int64_t>(20 + draw % 400) * kMoneyUnit;
  return event;
}

void Fill(Store& store, int contacts) {
  const auto begin = SteadyClock::now();
  for (int first = 0; first < contacts; first += kBatch) {
    WriteBatch batch{.operations = {}, .time = StandingClock().Now()};
    for (int i = first; i < std::min(contacts, first + kBatch); ++i) {
      const std::string id = absl::StrCat("contact-", i);
      batch.operations.push_back(PutContact{kWorkspace, id, ContactKind::kPerson, Stage::kLead});
      if (i % 2 != 0) continue;
      PutEvents put{.workspace = kWorkspace, .contact = id, .events = {}};
      for (int e = 0; e < 3; ++e) put.events.push_back(EventOf(static_cast<std::uint64_t>(i), e));
      batch.operations.push_back(std::move(put));
    }
    Check(store.Commit(std::move(batch)).status());
  }
  std::printf("%d contacts written in %.1f s\n", contacts, SecondsSince(begin));
}

PolicySettings ChangedPolicy() {
  PolicySettings policy = DefaultPolicy();
  policy.dormant_customer = "last_purchase_date <= today - 100d";
  policy.loyal_customer = "frequency >= 3 AND last_purchase_date > today - 100d";
  policy.new_customer = "first_purchase_date > today - 60d AND frequency < 3";
  policy.hot = "engagement >= 5";
  return policy;
}

double PreviewSeconds(Store& store, const ModelRegistry& registry, const PolicySettings& policy) {
  const auto begin = SteadyClock::now();
  const auto snapshot = Value(store.OpenSnapshot());
  const auto rules =
      Value(ReadLifecycleRules(*snapshot, registry, kWorkspace, StandingClock().Now(), &policy));
  const auto counts = Value(CountChanges(CallContext(), *snapshot, rules, 5));
  const double seconds = SecondsSince(begin);
  v1::PreviewPolicyResponse response;
  counts.ToProto(0, {}, &response);
  std::printf("  (%lld of %lld would change)\n", static_cast<long long>(response.changed_count()),
              static_cast<long long>(response.contact_count()));
  return seconds;
}

void MeasureAll(int contacts) {
  char folder[] = "/tmp/cible-lifecycle-XXXXXX";
  if (mkdtemp(folder) == nullptr) std::exit(1);
  {
    const auto store = Value(OpenSqliteStore(folder, Durability::kFull));
    const StandingClock clock;
    Check(EnsureDefaultWorkspace(*store, clock.Now()));
    ModelRegistry registry(*store);
    Check(registry.LoadAll());
    Fill(*store, contacts);
    LifecycleKeeper keeper(*store, registry, clock);
    auto begin = SteadyClock::now();
    Check(keeper.CatchUp(kWorkspace));
    std::printf("classified for the first time: %.1f s\n", SecondsSince(begin));
    PolicySettings policy = ChangedPolicy();
    for (int round = 0; round < 3; ++round) {
      std::printf("preview on one thread: %.1f s\n", PreviewSeconds(*store, registry, policy));
      Revision revision = Value(ReadPolicy(*Value(store->OpenSnapshot()), kWorkspace)).revision;
      Check(store->Commit({{PolicyWrite(kWorkspace, {policy, revision})}, clock.Now()}).status());
      begin = SteadyClock::now();
      Check(keeper.CatchUp(kWorkspace));
      std::printf("classified anew: %.1f s\n", SecondsSince(begin));
      policy = round % 2 == 0 ? DefaultPolicy() : ChangedPolicy();
    }
  }
  std::filesystem::remove_all(folder);
}

// A customer of whom much is known, read as a store gives it.
void MeasureOne() {
  const Schema schema = SchemaForPolicies({});
  PolicySettings settings = DefaultPolicy();
  settings.offers = {{.id = "plan", .min_price = 50, .max_price = 900, .bought = "frequency > 9"}};
  settings.main_offer = "plan";
  const Policy policy = Value(Policy::Compile(settings, schema));
  Behaviour behaviour;
  for (int e = 0; e < 8; ++e) {
    OrderTotals order;
    const Event event = EventOf(7, e);
    behaviour.Add(event, {}, absl::UTCTimeZone(), IsOfAnOrder(event.type) ? &order : nullptr);
  }
  ContactTable table{.row_count = 1};
  for (const std::string& id : policy.attributes()) {
    const Attribute& attribute = *schema.Find(id);
    table.columns.push_back(MakeColumn(id, attribute.type));
    const auto measure = BehaviourMeasure::Of(attribute);
    Append(table.columns.back(),
           measure.has_value() ? measure->ValueOf(behaviour, {.day = Date{kToday}}) : std::nullopt);
  }
  LifecycleInput input{.table = &table, .earlier = &table};
  input.facts.today = Date{kToday};
  input.facts.kinds = {ContactKind::kPerson};
  input.facts.stages = {Stage::kLead};
  std::vector<double> micros;
  std::size_t evidence = 0;
  for (int round = 0; round < 21; ++round) {
    constexpr int kTimes = 2'000;
    const auto begin = SteadyClock::now();
    for (int i = 0; i < kTimes; ++i) {
      const Classified standing = Classify(policy, input).front();
      const Qualification qualification = Qualify(policy, standing.state, false);
      for (const FieldReason& reason : standing.reasons) {
        if (reason.condition == nullptr) continue;
        evidence += EvidenceOf(*reason.condition, table, input.facts, 0).size();
      }
      evidence += static_cast<std::size_t>(qualification.score != 0);
      evidence += OffersNotBought(policy, table, input.facts, 0).size();
    }
    micros.push_back(SecondsSince(begin) / kTimes * 1e6);
  }
  std::sort(micros.begin(), micros.end());
  std::printf("one contact classified and qualified with evidence: %.1f us (%.1f-%.1f), %zu\n",
              micros[micros.size() / 2], micros.front(), micros.back(), evidence);
}

}  // namespace
}  // namespace cible

int main(int argc, char** argv) {
  cible::MeasureOne();
  cible::MeasureAll(argc > 1 ? std::atoi(argv[1]) : 1'000'000);
  return 0;
}
