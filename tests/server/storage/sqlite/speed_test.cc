// A list of the size of bank-full.csv, 45,211 contacts of 16 attributes, goes
// in and out at the speed that importing and training it need. The bounds are
// several times what was measured: they catch what grows with the square of
// the list or the number of levels, not a slow machine.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <random>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/storage/contact_values.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "tests/server/storage/lifecycles.h"
#include "tests/temporary_folder.h"

namespace cible {
namespace {

constexpr int kContacts = 45211;
constexpr int kAttributes = 16;
constexpr int kBatch = 4096;

// Half of the attributes are numbers, a quarter have few levels, a quarter
// many.
Schema MakeSchema() {
  Schema schema;
  for (int i = 0; i < kAttributes; ++i) {
    const auto type = i % 2 == 0 ? AttributeType::kNumeric : AttributeType::kCategorical;
    EXPECT_TRUE(schema.Add({.id = absl::StrCat("a", i), .type = type}).ok());
  }
  return schema;
}

ContactTable MakeTable(const Schema& schema, int begin, int end, std::mt19937& random) {
  ContactTable table;
  table.row_count = end - begin;
  for (int i = begin; i < end; ++i)
    table.ids.push_back(absl::StrCat("contact-", i * 7919 % 100003));
  for (const Attribute& attribute : schema.attributes()) {
    Column column = MakeColumn(attribute.id, attribute.type);
    column.validity.assign(table.ids.size(), 1);
    if (auto* numbers = std::get_if<Numbers>(&column.data)) {
      for (int i = begin; i < end; ++i)
        numbers->values.push_back(static_cast<double>(random() % 1000));
    } else {
      const unsigned levels = attribute.number % 4 == 0 ? 10 : 2000;
      auto& [codes, dictionary] = std::get<Codes>(column.data);
      for (unsigned l = 0; l < levels; ++l) dictionary.push_back(absl::StrCat("level", l));
      for (int i = begin; i < end; ++i)
        codes.push_back(static_cast<std::uint32_t>(random() % levels));
    }
    table.columns.push_back(std::move(column));
  }
  return table;
}

struct Taken {
  double seconds;    // By the clock.
  double processor;  // Seconds of it. On a busy machine only this says something.
};

// Prints what `work` took.
template <typename F>
Taken TimeOf(const char* what, F work) {
  const auto begin = std::chrono::steady_clock::now();
  const std::clock_t begin_cpu = std::clock();
  work();
  const double cpu = static_cast<double>(std::clock() - begin_cpu) / CLOCKS_PER_SEC;
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  std::printf("%-24s %.3f s, %.3f s of processor\n", what, taken.count(), cpu);
  return {taken.count(), cpu};
}

template <typename F>
double Seconds(const char* what, F work) {
  return TimeOf(what, work).seconds;
}

absl::Status PutTable(Store& store, const ContactTable& table, const Schema& schema) {
  WriteBatch batch;
  std::vector<std::string> blobs = EncodeRows(table, schema);
  for (std::size_t row = 0; row < blobs.size(); ++row) {
    batch.operations.push_back(PutContact{.workspace = "default",
                                          .id = table.ids[row],
                                          .stage = Stage::kLead,
                                          .values = std::move(blobs[row])});
  }
  return store.Commit(std::move(batch)).status();
}

// All in one batch, due on one of 300 days.
void Classify(Store& store, const std::vector<std::int64_t>& keys, Relation from, Relation to) {
  PutLifecycles put = PutOf({});
  for (const std::int64_t key : keys) {
    const auto due = static_cast<std::int32_t>(20'000 + key % 300);
    put.entries.push_back({key, Stands(to, due), {Became(from, to)}});
  }
  ASSERT_TRUE(store.Commit({.operations = {put}}).ok());
}

TEST(SqliteStoreSpeed, IsThatOfAListOfFortyFiveThousandContacts) {
  const TemporaryFolder folder;
  const auto store = OpenSqliteStore(folder.path(), Durability::kFull);
  ASSERT_TRUE(store.ok()) << store.status();
  const Schema schema = MakeSchema();
  std::mt19937 random(1);
  std::vector<ContactTable> tables;
  for (int begin = 0; begin < kContacts; begin += kBatch) {
    tables.push_back(MakeTable(schema, begin, std::min(begin + kBatch, kContacts), random));
  }
  const auto put_all = [&] {
    for (const ContactTable& table : tables) {
      const absl::Status status = PutTable(**store, table, schema);
      ASSERT_TRUE(status.ok()) << status;
    }
  };
  EXPECT_LT(Seconds("put new contacts", put_all), 12 * CIBLE_TEST_PATIENCE);
  EXPECT_LT(Seconds("put the same again", put_all), 12 * CIBLE_TEST_PATIENCE);

  ScanRequest request{.workspace = "default", .schema = &schema, .segmentation = "default"};
  for (const Attribute& attribute : schema.attributes()) request.attributes.push_back(attribute.id);
  std::vector<std::string> ids;
  std::vector<std::int64_t> keys;
  const auto scan = [&] {
    ids.clear();
    keys.clear();
    const absl::Status status = (*(*store)->OpenSnapshot())->Scan(request, [&](const auto& block) {
      ids.insert(ids.end(), block.table.ids.begin(), block.table.ids.end());
      keys.insert(keys.end(), block.keys.begin(), block.keys.end());
      return absl::OkStatus();
    });
    ASSERT_TRUE(status.ok()) << status;
  };
  EXPECT_LT(Seconds("scan 16 attributes", scan), 2.5 * CIBLE_TEST_PATIENCE);
  EXPECT_EQ(ids.size(), static_cast<std::size_t>(kContacts));

  const auto assign = [&] {
    for (std::size_t begin = 0; begin < ids.size(); begin += kBatch) {
      PutAssignments put{.workspace = "default", .segmentation = "default", .model = "m1"};
      for (std::size_t i = begin; i < std::min(begin + kBatch, ids.size()); ++i) {
        put.entries.push_back({ids[i], i % 2 == 0 ? "s1" : "s2", 0.5});
      }
      ASSERT_TRUE((*store)->Commit({.operations = {put}}).ok());
    }
  };
  EXPECT_LT(Seconds("assign all", assign), 4 * CIBLE_TEST_PATIENCE);
  EXPECT_LT(Seconds("assign all again", assign), 4 * CIBLE_TEST_PATIENCE);
  EXPECT_LT(Seconds("scan with assignments", scan), 2.5 * CIBLE_TEST_PATIENCE);

  const auto classify = [&] { Classify(**store, keys, Relation::kUnknown, Relation::kLead); };
  const auto anew = [&] { Classify(**store, keys, Relation::kLead, Relation::kCustomer); };
  EXPECT_LT(TimeOf("classify all", classify).processor, 2 * CIBLE_TEST_PATIENCE);
  EXPECT_LT(TimeOf("classify all anew", anew).processor, 2 * CIBLE_TEST_PATIENCE);
  request.with_lifecycles = true;
  EXPECT_LT(Seconds("scan with lifecycles", scan), 2.5 * CIBLE_TEST_PATIENCE);
}

// A million events of one contact in messages of 4,096: what a message takes does not
// grow with what came before it, but for the tree that events are in, which soon is
// larger than the page cache. In the square of the events it would be nine times.
TEST(SqliteStoreSpeedSlow, IsLinearInTheEventsOfOneContact) {
  constexpr int kMessages = 245;
  const TemporaryFolder folder;
  const auto store = OpenSqliteStore(folder.path(), Durability::kFull);
  ASSERT_TRUE(store.ok()) << store.status();
  std::mt19937_64 random(1);
  int written = 0;
  const auto put = [&](int messages) {
    for (int i = 0; i < messages; ++i) {
      PutEvents events{.workspace = "default", .contact = "ana", .creates_contact = true};
      for (int k = 0; k < kBatch; ++k, ++written) {
        // An order each, over four years.
        events.events.push_back({.id = absl::StrCat(absl::Hex(random(), absl::kZeroPad16)),
                                 .type = EventType::kPurchase,
                                 .time = {1'700'000'000'000'000 + written * 126'000'000LL},
                                 .amount = 1'000'000,
                                 .item = absl::StrCat("item", random() % 3000),
                                 .channel = "web"});
      }
      const auto results = (*store)->Commit({.operations = {events}});
      ASSERT_TRUE(results.ok()) << results.status();
      ASSERT_EQ(results->at(0).events.recorded, kBatch);
    }
  };
  const Taken first = TimeOf("first fifth of a million", [&] { put(kMessages / 5); });
  TimeOf("next three fifths", [&] { put(3 * kMessages / 5); });
  const Taken last = TimeOf("last fifth", [&] { put(kMessages / 5); });
  EXPECT_LT(last.processor, 4 * first.processor);
  const auto snapshot = (*store)->OpenSnapshot();
  const auto ana = (*snapshot)->Lookup("default", {"ana"})->at(0);
  EXPECT_EQ(*(*snapshot)->CountEvents(ana->key), written);
  EXPECT_EQ(DecodeBehaviour(ana->behaviour)->orders, written);
}

}  // namespace
}  // namespace cible
