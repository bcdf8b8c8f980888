// What every store must make of events when contacts are read: values that are
// derived from them, by the workspace's rules, as of a day; and which assignments are
// as of an earlier one.

#include <gmock/gmock.h>

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/segmentation/behaviour/added_up.h"
#include "tests/segmentation/behaviour/recomputation.h"
#include "tests/server/storage/store_conformance.h"

namespace cible {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

PutEvents Put(const std::string& contact, std::vector<Event> events) {
  for (Event& event : events) event.id = absl::StrCat("e", &event - events.data());
  return {"default", contact, std::move(events)};
}

PutBehaviourRules Rules(BehaviourRules rules) { return {"default", std::move(rules)}; }

// `age`, as PeopleSchema() has it, and what is derived from events.
Schema BuyersSchema() {
  Schema schema;
  EXPECT_TRUE(schema.Add({.id = "age", .type = AttributeType::kNumeric}).ok());
  for (const Attribute& attribute : BehaviourAttributes({}, "EUR")) {
    EXPECT_TRUE(schema.Add(attribute).ok());
  }
  return schema;
}

const std::vector<Event>& Buyer() {
  static const std::vector<Event> events = {
      Purchase("2026-06-01T22:30:00Z", 600, "A"), Return("2026-06-03", 50, "A"),
      Purchase("2026-06-20", 40, "B"), ByChannel("web", Made(EventType::kVisit, "2026-06-20"))};
  return events;
}

// By contact, the values of one attribute; those that are unknown are left out.
using ById = std::map<std::string, Value>;

ById Column(Store& store, const ScanRequest& request, const std::string& attribute) {
  ById values;
  const auto snapshot = store.OpenSnapshot();
  const absl::Status status = (*snapshot)->Scan(request, [&](const ContactBlock& block) {
    for (int row = 0; row < block.table.row_count; ++row) {
      const auto value = Get(*block.table.Find(attribute), row);
      const std::string& id = block.table.ids[static_cast<std::size_t>(row)];
      if (value.has_value()) values.emplace(id, *value);
    }
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  return values;
}

TEST_P(StoreConformance, AScanHasDerivedValuesAsOfItsDay) {
  Commit({Person("ana", Age(34)), Person("ben", Age(40)), Put("ana", Buyer())});
  const Schema schema = BuyersSchema();
  ScanRequest request{.workspace = "default", .schema = &schema, .block_rows = 1};
  for (const Attribute& attribute : schema.attributes()) request.attributes.push_back(attribute.id);
  for (const char* day : {"2026-06-20", "2026-07-01", "2026-12-31"}) {
    request.as_of = AsOf{.day = Day(day)};
    const DerivedValues expected = Recompute(Buyer(), {}, *request.as_of);
    DerivedValues scanned;
    for (const auto& [id, value] : expected) {
      const ById column = Column(*store_, request, id);
      EXPECT_FALSE(column.contains("ben")) << id;
      scanned[id] = column.contains("ana") ? std::optional(column.at("ana")) : std::nullopt;
    }
    EXPECT_EQ(Differences(scanned, expected), "") << day;
    EXPECT_EQ(Column(*store_, request, "age"), (ById{{"ana", 34.}, {"ben", 40.}}));
  }
}

TEST_P(StoreConformance, AScanWithoutADayKnowsNothingDerived) {
  Commit({Person("ana", Age(34)), Put("ana", Buyer())});
  const Schema schema = BuyersSchema();
  const ScanRequest request{
      .workspace = "default", .schema = &schema, .attributes = {"age", "monetary", "channels"}};
  EXPECT_THAT(Column(*store_, request, "monetary"), IsEmpty());
  EXPECT_THAT(Column(*store_, request, "channels"), IsEmpty());
  EXPECT_EQ(Column(*store_, request, "age"), (ById{{"ana", 34.}}));
}

TEST_P(StoreConformance, WhereEventsAreCompleteContactsWithoutAnyBoughtNothing) {
  Commit({Person("ana", ""), Person("ben", ""), Put("ana", Buyer())});
  const Schema schema = BuyersSchema();
  ScanRequest request{.workspace = "default",
                      .schema = &schema,
                      .attributes = {"monetary", "recency_days"},
                      .as_of = AsOf{.day = Day("2026-06-30"), .events_are_complete = true}};
  EXPECT_EQ(Column(*store_, request, "monetary"), (ById{{"ana", 590.}, {"ben", 0.}}));
  EXPECT_EQ(Column(*store_, request, "recency_days"), (ById{{"ana", 10.}}));
}

TEST_P(StoreConformance, AFilterMayAskForDerivedValues) {
  Commit({Person("ana", ""), Person("ben", ""), Person("cleo", ""), Put("ana", Buyer()),
          Put("ben", {Purchase("2026-06-20", 10, "A")})});
  const Schema schema = BuyersSchema();
  ScanRequest request{.workspace = "default", .schema = &schema};
  const auto ids = [&](const std::string& filter, std::optional<AsOf> as_of) {
    request.filter = *Filter::Parse(filter, schema);
    request.as_of = as_of;
    return ScannedIds(request);
  };
  const AsOf june{.day = Day("2026-06-30")};
  EXPECT_THAT(ids("monetary > 100", june), ElementsAre("ana"));
  EXPECT_THAT(ids("recency_days <= 10", june), ElementsAre("ana", "ben"));
  EXPECT_THAT(ids("recency_days <= 10", AsOf{.day = Day("2026-07-01")}), IsEmpty());
  EXPECT_THAT(ids("channels: web", june), ElementsAre("ana"));
  EXPECT_THAT(ids("is_missing(monetary)", june), ElementsAre("cleo"));
  EXPECT_THAT(ids("monetary > 100", std::nullopt), IsEmpty());
}

TEST_P(StoreConformance, ALookupHasTheBehaviourAlsoByAFormerId) {
  Commit({Person("ana", ""), Person("ben", ""), Put("ben", Buyer())});
  const std::string bytes = EncodeBehaviour(AddedUp(Buyer()).behaviour());
  const auto records = *OpenSnapshot()->Lookup("default", {"ben", "ana", "nobody"});
  EXPECT_EQ(records[0]->behaviour, bytes);
  EXPECT_EQ(records[1]->behaviour, "");
  Commit({MergeContacts{"default", {"ana", "ben"}}});
  EXPECT_EQ(Find("ben")->id, "ana");
  EXPECT_EQ(Find("ben")->behaviour, bytes);
}

// --- Rules ------------------------------------------------------------------

TEST_P(StoreConformance, AChangeOfRulesAddsUpAllEventsAnew) {
  const BehaviourRules rules{.time_zone = "Europe/Paris",
                             .large_order = Millionths(100),
                             .categories = {{"wine", {"red*", "wh,ite"}}, {"none", {}}}};
  std::vector<Event> events = Buyer();
  events.push_back(OfItem("red-1", Purchase("2026-06-21", 5, "C")));
  events.push_back(OfItem("wh,ite", Purchase("2026-06-21", 6, "C")));
  Commit({Person("ana", ""), Put("ana", events)});
  EXPECT_EQ(BehaviourOf("ana"), AddedUp(events).behaviour());
  EXPECT_EQ(CommitOne(Rules(rules)).effect, Effect::kUpdated);
  EXPECT_EQ(BehaviourOf("ana"), AddedUp(events, rules).behaviour());
  Reopen();
  const Event later = OfItem("red-2", Purchase("2026-06-22", 7, "C"));
  PutEvents put = Put("ana", {later});
  put.events[0].id = "later";
  Commit({put});
  events.push_back(later);
  EXPECT_EQ(BehaviourOf("ana"), AddedUp(events, rules).behaviour());
  Commit({Rules({})});
  EXPECT_EQ(BehaviourOf("ana"), AddedUp(events).behaviour());
}

TEST_P(StoreConformance, AChangeOfRulesIsAChangeOfThoseItConcernsAlone) {
  Commit({Person("ana", ""), Person("ben", ""), Person("cleo", ""), Person("ana", "", "north"),
          Put("ana", {Purchase("2026-06-01", 600)}), Put("ben", {Purchase("2026-06-01", 20)}),
          PutEvents{"north", "ana", Put("ana", {Purchase("2026-06-01", 600)}).events}});
  Commit({PutAssignments{
      "default", "shoppers", "m1", {{"ana", "s1", 0.5}, {"ben", "s1", 0.5}, {"cleo", "s1", 0.5}}}});
  const Revision before = OpenSnapshot()->revision();
  const Timestamp was_heard = Find("ana")->update_time;
  now_ = {2'000'000};
  const OperationResult result = CommitOne(Rules({.large_order = Millionths(1000)}));
  EXPECT_EQ(result.effect, Effect::kUpdated);
  const auto changes = *OpenSnapshot()->Changes("default", before, 10);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].contact, "ana");
  EXPECT_EQ(Find("ana")->update_time, was_heard) << "nothing was heard of her";
  EXPECT_FALSE(IsAssigned("ana"));
  EXPECT_TRUE(IsAssigned("ben"));
  EXPECT_TRUE(IsAssigned("cleo"));
  EXPECT_EQ(BehaviourOf("ana", "north").large_revenue, Millionths(600));
}

TEST_P(StoreConformance, TheSameRulesAgainChangeNothing) {
  Commit({Person("ana", ""), Put("ana", Buyer())});
  const BehaviourRules rules{.time_zone = "Europe/Paris"};
  Commit({Rules(rules)});
  const Revision before = OpenSnapshot()->revision();
  EXPECT_EQ(CommitOne(Rules(rules)).effect, Effect::kUnchanged);
  EXPECT_EQ(OpenSnapshot()->revision(), before);
  // Nor do those that make no difference to anybody.
  EXPECT_EQ(CommitOne(Rules({.time_zone = "Europe/Berlin"})).effect, Effect::kUnchanged);
  EXPECT_EQ(OpenSnapshot()->revision(), before);
}

// --- Assignments as of a day ----------------------------------------------------

TEST_P(StoreConformance, AScanMayAskForAssignmentsThatAreAsOfAnEarlierDay) {
  const auto assign = [](const std::string& contact, const char* day) {
    return PutAssignments{"default", "shoppers", "m1", {{contact, "s1", 0.5}}, Day(day)};
  };
  Commit({Person("ana", ""), Person("ben", ""), Person("cleo", ""), Person("dan", ""),
          assign("ana", "2026-06-01"), assign("ben", "2026-06-02"), assign("cleo", "2026-06-03"),
          PutAssignments{"default", "shoppers", "m2", {{"dan", "s1", 0.5}}, Day("2026-06-03")}});
  ScanRequest request{.workspace = "default", .segmentation = "shoppers", .not_assigned_by = "m1"};
  EXPECT_THAT(ScannedIds(request), ElementsAre("dan"));
  request.or_before = Day("2026-06-02");
  EXPECT_THAT(ScannedIds(request), ElementsAre("ana", "dan"));
  request.or_before = Day("2026-06-03");
  EXPECT_THAT(ScannedIds(request), ElementsAre("ana", "ben", "dan"));
  Commit({assign("ana", "2026-06-03")});
  EXPECT_THAT(ScannedIds(request), ElementsAre("ben", "dan"));
  Reopen();
  EXPECT_THAT(ScannedIds(request), ElementsAre("ben", "dan"));
}

// Assignments of files of earlier versions, and of callers that do not say.
TEST_P(StoreConformance, AnAssignmentAsOfNoDayIsAsOfAnEarlierOne) {
  Commit({Person("ana", ""), PutAssignments{"default", "shoppers", "m1", {{"ana", "s1", 0.5}}}});
  ScanRequest request{.workspace = "default", .segmentation = "shoppers", .not_assigned_by = "m1"};
  EXPECT_THAT(ScannedIds(request), IsEmpty());
  request.or_before = Day("2026-06-02");
  EXPECT_THAT(ScannedIds(request), ElementsAre("ana"));
}

}  // namespace
}  // namespace cible
