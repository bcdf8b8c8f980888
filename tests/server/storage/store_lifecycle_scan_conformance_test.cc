// What every store must do for scans of some contacts by key, with how they stand, and as
// of an earlier day beside.

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/segmentation/behaviour/added_up.h"
#include "tests/server/storage/lifecycles.h"
#include "tests/server/storage/store_conformance.h"

namespace cible {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// All blocks of a scan.
std::vector<ContactBlock> Blocks(Store& store, const ScanRequest& request) {
  std::vector<ContactBlock> blocks;
  const auto snapshot = store.OpenSnapshot();
  const absl::Status status = (*snapshot)->Scan(request, [&](const ContactBlock& block) {
    blocks.push_back(block);
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  return blocks;
}

PutContact Firm(const std::string& id) {
  PutContact firm = Person(id, "");
  firm.kind = ContactKind::kOrganization;
  return firm;
}

// --- By key ---

TEST_P(StoreConformance, AScanByKeysGivesThoseThatAreThere) {
  Commit({Person("ana", ""), Person("ben", ""), Firm("firm"), Person("cleo", ""),
          Person("far", "", "north"), Person("gone", "")});
  const std::int64_t ana = Find("ana")->key, firm = Find("firm")->key, cleo = Find("cleo")->key;
  const std::int64_t far = Find("far", "north")->key, gone = Find("gone")->key;
  Commit({DeleteContact{"default", "gone"}});
  ScanRequest request{.workspace = "default", .keys = {{ana, firm, cleo, far, gone, 999}}};
  EXPECT_THAT(ScannedIds(request), ElementsAre("ana", "firm", "cleo"));
  request.block_rows = 2;
  EXPECT_THAT(ScannedIds(request), ElementsAre("ana", "firm", "cleo"));
  EXPECT_EQ(Blocks(*store_, request).size(), 2u);
  request.after_key = ana;
  EXPECT_THAT(ScannedIds(request), ElementsAre("firm", "cleo"));
  request.kind = ContactKind::kPerson;
  EXPECT_THAT(ScannedIds(request), ElementsAre("cleo"));
  request.keys = {{cleo, cleo}};
  EXPECT_THAT(ScannedIds(request), ElementsAre("cleo"));
  request.keys = std::vector<std::int64_t>();
  EXPECT_THAT(ScannedIds(request), IsEmpty());
}

// Whatever a scan asks for, it gives those of the same without keys that are among them.
TEST_P(StoreConformance, AScanByKeysIsThatOfAllButForOthers) {
  std::mt19937 random(8);
  std::vector<Operation> writes;
  PutAssignments put{"default", "shoppers", "m1", {}};
  for (int i = 0; i < 200; ++i) {
    const std::string id = absl::StrCat("c", i);
    PutContact contact = i % 7 == 0 ? Firm(id) : Person(id, Age(i % 50));
    if (i % 3 == 0) contact.provenance = Provenance{"fair", LegalBasis::kConsent, Date{1}};
    writes.emplace_back(contact);
    if (i % 5 == 0) writes.emplace_back(PutObjection{"default", id});
    if (i % 2 == 0) put.entries.push_back({id, i % 4 == 0 ? "s1" : "s2", 0.5});
  }
  writes.emplace_back(put);
  Commit(std::move(writes));
  const Schema schema = PeopleSchema();
  std::vector<std::int64_t> keys;
  for (const ContactBlock& block : Blocks(*store_, {.workspace = "default"})) {
    std::sample(block.keys.begin(), block.keys.end(), std::back_inserter(keys), 90, random);
  }
  for (unsigned asked = 0; asked < 64; ++asked) {
    SCOPED_TRACE(asked);
    ScanRequest request{.workspace = "default", .schema = &schema, .block_rows = 16};
    if (asked & 1) request.filter = *Filter::Parse("age > 20", schema);
    if (asked & 2) request.kind = ContactKind::kPerson;
    if (asked & 4) request.passed_over = {.objecting = true, .without_legal_basis = true};
    if (asked & 8) request.segmentation = "shoppers";
    if (asked & 16) request.segmentation = "shoppers", request.not_assigned_by = "m1";
    request.with_lifecycles = (asked & 32) != 0;
    std::map<std::int64_t, std::string> segments;
    std::vector<std::string> expected;
    for (const ContactBlock& block : Blocks(*store_, request)) {
      for (std::size_t row = 0; row < block.keys.size(); ++row) {
        if (!std::binary_search(keys.begin(), keys.end(), block.keys[row])) continue;
        expected.push_back(block.table.ids[row]);
        if (!request.segmentation.empty()) segments[block.keys[row]] = block.facts.segments[row];
      }
    }
    request.keys = keys;
    EXPECT_EQ(ScannedIds(request), expected);
    for (const ContactBlock& block : Blocks(*store_, request)) {
      for (std::size_t row = 0; row < block.facts.segments.size(); ++row) {
        EXPECT_EQ(block.facts.segments[row], segments[block.keys[row]]);
      }
    }
  }
}

// --- With what is known beside attributes ---

TEST_P(StoreConformance, AScanTellsKindsRolesAndItsDay) {
  PutContact ben = Person("ben", Age(30));
  ben.organization = "firm";
  ben.buying_role = BuyingRole::kDecides;
  Commit({Firm("firm"), Person("ana", Age(20)), ben});
  const Schema schema = PeopleSchema();
  ScanRequest request{.workspace = "default", .schema = &schema, .with_records = false};
  auto block = Blocks(*store_, request).at(0);
  EXPECT_THAT(block.facts.kinds,
              ElementsAre(ContactKind::kOrganization, ContactKind::kPerson, ContactKind::kPerson));
  EXPECT_THAT(block.facts.buying_roles,
              ElementsAre(BuyingRole::kUnknown, BuyingRole::kUnknown, BuyingRole::kDecides));
  EXPECT_EQ(block.facts.today, std::nullopt);
  EXPECT_THAT(block.facts.lifecycles, IsEmpty());
  EXPECT_THAT(block.lifecycles, IsEmpty());
  EXPECT_THAT(block.organization_keys, IsEmpty());
  request.as_of = AsOf{.day = Day("2026-07-01")};
  request.filter = *Filter::Parse("age > 25", schema);
  block = Blocks(*store_, request).at(0);
  EXPECT_THAT(block.facts.kinds, ElementsAre(ContactKind::kPerson));
  EXPECT_THAT(block.facts.buying_roles, ElementsAre(BuyingRole::kDecides));
  EXPECT_EQ(block.facts.today, Day("2026-07-01"));
}

TEST_P(StoreConformance, AScanWithLifecyclesTellsHowEachStandsAndItsOrganisation) {
  PutContact ben = Person("ben", Age(30));
  ben.organization = "firm";
  Commit({Firm("firm"), Person("ana", Age(20)), ben, Person("cleo", Age(40))});
  const std::int64_t firm = Find("firm")->key, key = Find("ben")->key;
  const StoredLifecycle of_ben{Standing(Relation::kLead), Standing(Relation::kCustomer), 20'100};
  Commit({PutOf({{firm, Stands(Relation::kCustomer)}, {key, of_ben}}),
          Say("cleo", Relation::kProspect)});
  const Schema schema = PeopleSchema();
  ScanRequest request{
      .workspace = "default", .schema = &schema, .with_lifecycles = true, .with_records = false};
  auto block = Blocks(*store_, request).at(0);
  const StoredLifecycle nothing, due{.due_day = 0};
  EXPECT_THAT(block.lifecycles, ElementsAre(Stands(Relation::kCustomer), nothing, of_ben, due));
  EXPECT_THAT(block.facts.lifecycles, ElementsAre(Standing(Relation::kCustomer), LifecycleState(),
                                                  Standing(Relation::kCustomer), LifecycleState()));
  EXPECT_THAT(block.organization_keys, ElementsAre(0, 0, firm, 0));
  EXPECT_THAT(block.facts.organizations, IsEmpty());
  EXPECT_THAT(block.earlier.columns, IsEmpty());
  request.filter = *Filter::Parse("age > 25", schema);
  block = Blocks(*store_, request).at(0);
  EXPECT_THAT(block.lifecycles, ElementsAre(of_ben, due));
  EXPECT_THAT(block.facts.lifecycles, ElementsAre(of_ben.state, due.state));
  EXPECT_THAT(block.organization_keys, ElementsAre(firm, 0));
}

TEST_P(StoreConformance, AFilterReadsHowContactsStand) {
  Commit({Person("ana", Age(20)), Person("ben", Age(30)), Person("cleo", Age(40))});
  const Schema schema = PeopleSchema();
  const StoredLifecycle said{Standing(Relation::kLead), Standing(Relation::kCustomer)};
  Commit({PutOf({{Find("ana")->key, said}, {Find("ben")->key, Stands(Relation::kLead)}})});
  ScanRequest request{.workspace = "default", .schema = &schema};
  request.filter = *Filter::Parse("contact.relation = CUSTOMER", schema);
  EXPECT_THAT(ScannedIds(request), ElementsAre("ana"));
  request.keys = {{Find("ben")->key, Find("cleo")->key}};
  EXPECT_THAT(ScannedIds(request), IsEmpty());
  request.filter = *Filter::Parse("contact.relation = LEAD", schema);
  EXPECT_THAT(ScannedIds(request), ElementsAre("ben"));
  const ContactBlock block = Blocks(*store_, request).at(0);
  EXPECT_THAT(block.facts.lifecycles, ElementsAre(Standing(Relation::kLead)));
  EXPECT_THAT(block.lifecycles, IsEmpty()) << "they are not asked for";
  request.keys = std::nullopt;
  request.filter = *Filter::Parse("NOT contact.relation:*", schema);
  EXPECT_THAT(ScannedIds(request), ElementsAre("cleo"));
}

// Those of others stand between them, many of some and few of others.
TEST_P(StoreConformance, ScansFindLifecyclesHoweverTheyLieBetweenOthers) {
  std::mt19937 random(9);
  std::vector<Operation> writes;
  const auto workspace_of = [](int i) { return i % 40 < 25 ? "north" : "default"; };
  for (int i = 0; i < 400; ++i) {
    const std::string id = absl::StrCat("c", i);
    PutContact contact = i % 3 == 0 ? Firm(id) : Person(id, "");
    contact.workspace = workspace_of(i);
    writes.emplace_back(contact);
  }
  Commit(std::move(writes));
  std::map<std::int64_t, StoredLifecycle> stored;
  for (const char* workspace : {"default", "north"}) {
    PutLifecycles put{.workspace = workspace};
    for (const ContactBlock& block : Blocks(*store_, {.workspace = workspace})) {
      for (const std::int64_t key : block.keys) {
        if (random() % 3 == 0) continue;
        stored[key] = Stands(Relation::kLead, static_cast<std::int32_t>(key));
        put.entries.push_back({key, stored[key]});
      }
    }
    Commit({put});
  }
  for (const auto kind : {ContactKind::kPerson, ContactKind::kOrganization}) {
    for (const char* workspace : {"default", "north"}) {
      for (const int rows : {1, 7, 4096}) {
        const auto blocks = Blocks(
            *store_,
            {.workspace = workspace, .kind = kind, .block_rows = rows, .with_lifecycles = true});
        for (const ContactBlock& block : blocks) {
          for (std::size_t row = 0; row < block.keys.size(); ++row) {
            EXPECT_EQ(block.lifecycles[row], stored[block.keys[row]]) << block.keys[row];
          }
        }
      }
    }
  }
}

// --- As of an earlier day beside ---

TEST_P(StoreConformance, AScanMayReadAttributesAsOfAnEarlierDayBeside) {
  const auto bought = [](const std::string& contact, const char* day) {
    Event event = Purchase(day, 100);
    event.id = "e1";
    return PutEvents{"default", contact, {event}};
  };
  Schema schema;
  ASSERT_TRUE(schema.Add({.id = "age", .type = AttributeType::kNumeric}).ok());
  for (const Attribute& attribute : BehaviourAttributes({}, "EUR")) {
    ASSERT_TRUE(schema.Add(attribute).ok());
  }
  Commit({Person("ana", Age(20)), Person("ben", Age(30)), Person("cleo", Age(40)),
          bought("ana", "2026-01-10"), bought("ben", "2026-02-10")});
  ScanRequest request{.workspace = "default",
                      .schema = &schema,
                      .attributes = {"recency_days"},
                      .as_of = AsOf{.day = Day("2026-03-10")}};
  request.earlier = {{"age", "recency_days"}, AsOf{.day = Day("2026-02-20")}};
  const auto values = [](const ContactTable& table, const char* attribute) {
    std::vector<std::optional<Value>> of_rows;
    const Column* column = table.Find(attribute);
    for (int row = 0; row < table.row_count; ++row) of_rows.push_back(Get(*column, row));
    return of_rows;
  };
  auto block = Blocks(*store_, request).at(0);
  EXPECT_EQ(block.table.columns.size(), 1u);
  EXPECT_THAT(values(block.table, "recency_days"), ElementsAre(59., 28., std::nullopt));
  EXPECT_EQ(block.earlier.row_count, 3);
  EXPECT_THAT(block.earlier.ids, IsEmpty());
  EXPECT_EQ(block.earlier.columns.size(), 2u);
  EXPECT_THAT(values(block.earlier, "recency_days"), ElementsAre(41., 10., std::nullopt));
  EXPECT_THAT(values(block.earlier, "age"), ElementsAre(20., 30., 40.));
  request.filter = *Filter::Parse("recency_days < 30", schema);
  request.attributes.clear();
  request.earlier->attributes = {"recency_days"};
  block = Blocks(*store_, request).at(0);
  EXPECT_EQ(block.earlier.row_count, 1);
  EXPECT_THAT(values(block.earlier, "recency_days"), ElementsAre(10.));
  // Though nothing else is read of events.
  request.filter = *Filter::Parse("age > 25", schema);
  block = Blocks(*store_, request).at(0);
  EXPECT_THAT(values(block.earlier, "recency_days"), ElementsAre(10., std::nullopt));
}

TEST_P(StoreConformance, AnEarlierAttributeOutsideTheSchemaIsAnError) {
  const Schema schema = PeopleSchema();
  ScanRequest request{.workspace = "default", .schema = &schema};
  request.earlier = {{"height"}, AsOf{}};
  const auto scan = OpenSnapshot()->OpenScan(request);
  EXPECT_EQ(scan.status(), absl::InvalidArgumentError(
                               "attribute \"height\" is not in the schema; name one that is"));
}

}  // namespace
}  // namespace cible
