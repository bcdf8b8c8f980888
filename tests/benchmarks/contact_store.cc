// What the store of contacts adds to the limits it works against. A real
// `cible-server` on a folder of its own, SQLite, durability full unless said.
//
//   import       ImportContacts through gRPC, as tables and as rows, against a
//                bare SQLite loop that inserts the same values into the same
//                table in transactions of the same size
//   events       RecordEvents through gRPC, with what they add up to, as lines of
//                orders and as visits of anybody, against the same bare loop
//   update       64 callers of UpdateContact against one, and against 64 with
//                durability relaxed
//   read         12 attributes of all contacts into columns
//   reassign     all contacts assigned by another model
//   turn         all contacts assigned anew as the day turns, and the look at
//                contacts that are all done already
//
//   contact_store [CONTACTS [import|events|update|read|reassign|turn ...]]
//
// Ratios are of sides that alternate; their spread is that of the runs.

#include <malloc.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <numeric>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cible/v1/contact_service.pb.h"
#include "cible/v1/segmentation_service.pb.h"
#include "clients/cpp/client.h"
#include "segmentation/clustering/random.h"
#include "server/clock.h"
#include "server/registry/model_registry.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "server/training/assignment_keeper.h"
#include "server/training/day_turn.h"
#include "server/training/training_contacts.h"
#include "server/wire/contact_wire.h"
#include "tests/integration/process.h"
#include "tests/temporary_folder.h"

namespace cible {
namespace {

constexpr char kWorkspace[] = "workspaces/default";
constexpr int kNumbers = 6;
constexpr int kLevelColumns = 4;
constexpr int kTableRows = 4096;
constexpr int kMessageRows = 1024;
constexpr int kRuns = 5;
constexpr auto kUpdateTime = std::chrono::seconds(3);

using SteadyClock = std::chrono::steady_clock;

double SecondsSince(SteadyClock::time_point begin) {
  return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

void Check(const absl::Status& status) {
  if (!status.ok()) throw std::runtime_error(status.ToString());
}

template <typename T>
T Value(absl::StatusOr<T> value) {
  Check(value.status());
  return *std::move(value);
}

// Median, least and most.
std::string Spread(std::vector<double> values, const char* form) {
  std::sort(values.begin(), values.end());
  const auto text = [&](double value) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, form, value);
    return std::string(buffer);
  };
  return absl::StrCat(text(values[values.size() / 2]), " (", text(values.front()), "-",
                      text(values.back()), ")");
}

// --- The contacts: 6 numbers, 4 columns of levels, a yes or no, a day. ------

std::uint64_t Draw(std::int64_t row, int column) {
  return Key(1, static_cast<std::uint64_t>(row), static_cast<std::uint64_t>(column));
}

double NumberOf(std::int64_t row, int column) {
  const auto segment = static_cast<int>(row % 3);
  return std::round(100 * (20 + 10 * ((segment + column) % 3) + 3 * Normal(Draw(row, column)))) /
         100;
}

std::string LevelOf(std::int64_t row, int column) {
  const auto likely = static_cast<std::uint64_t>(row % 3);
  const std::uint64_t draw = Draw(row, kNumbers + column);
  return absl::StrCat("level ", draw % 2 == 0 ? likely : draw / 2 % 8);
}

bool FlagOf(std::int64_t row) { return Draw(row, 20) % 3 == 0; }
int DayOf(std::int64_t row) { return 15'000 + static_cast<int>(Draw(row, 21) % 4000); }
std::string IdOf(std::int64_t row) { return absl::StrCat("contact-", row); }

v1::UpdateSchemaRequest SchemaRequest() {
  v1::UpdateSchemaRequest request;
  request.mutable_schema()->set_name(absl::StrCat(kWorkspace, "/schema"));
  const auto add = [&](const std::string& id, v1::AttributeType type) {
    v1::Attribute& attribute = *request.mutable_schema()->add_attributes();
    attribute.set_id(id);
    attribute.set_type(type);
    attribute.set_role(v1::ROLE_FEATURE);
  };
  for (int c = 0; c < kNumbers; ++c) add(absl::StrCat("number", c), v1::ATTRIBUTE_TYPE_NUMERIC);
  for (int c = 0; c < kLevelColumns; ++c) {
    add(absl::StrCat("level", c), v1::ATTRIBUTE_TYPE_CATEGORICAL);
  }
  add("flag", v1::ATTRIBUTE_TYPE_BOOLEAN);
  add("day", v1::ATTRIBUTE_TYPE_DATE);
  return request;
}

void AddText(v1::Texts& texts, const std::string& text) {
  texts.mutable_data()->append(text);
  texts.add_ends(static_cast<std::uint32_t>(texts.data().size()));
}

v1::ContactTable TableOf(std::int64_t begin, std::int64_t end) {
  v1::ContactTable table;
  table.set_row_count(static_cast<std::uint32_t>(end - begin));
  for (std::int64_t row = begin; row < end; ++row) AddText(*table.mutable_ids(), IdOf(row));
  for (int c = 0; c < kNumbers; ++c) {
    v1::ContactColumn& column = *table.add_columns();
    column.set_attribute(absl::StrCat("number", c));
    for (std::int64_t row = begin; row < end; ++row) {
      column.mutable_numbers()->add_values(NumberOf(row, c));
    }
  }
  for (int c = 0; c < kLevelColumns; ++c) {
    v1::ContactColumn& column = *table.add_columns();
    column.set_attribute(absl::StrCat("level", c));
    v1::Codes& codes = *column.mutable_codes();
    codes.set_width(1);
    for (int level = 0; level < 8; ++level) {
      AddText(*codes.mutable_dictionary(), absl::StrCat("level ", level));
    }
    for (std::int64_t row = begin; row < end; ++row) {
      codes.mutable_codes()->push_back(static_cast<char>(LevelOf(row, c).back() - '0'));
    }
  }
  v1::ContactColumn& flag = *table.add_columns();
  flag.set_attribute("flag");
  flag.mutable_bits()->assign(static_cast<std::size_t>(end - begin + 7) / 8, '\0');
  v1::ContactColumn& day = *table.add_columns();
  day.set_attribute("day");
  for (std::int64_t row = begin; row < end; ++row) {
    const auto at = static_cast<std::size_t>(row - begin);
    if (FlagOf(row)) (*flag.mutable_bits())[at / 8] |= static_cast<char>(1 << at % 8);
    day.mutable_days()->add_values(DayOf(row));
  }
  return table;
}

void AddRows(std::int64_t begin, std::int64_t end, v1::ImportContactsRequest& request) {
  for (std::int64_t row = begin; row < end; ++row) {
    v1::Contact& contact = *request.add_contacts();
    contact.set_name(absl::StrCat(kWorkspace, "/contacts/", IdOf(row)));
    const auto add = [&](const std::string& attribute) -> v1::AttributeValue& {
      v1::AttributeValue& value = *contact.add_attributes();
      value.set_attribute(attribute);
      return value;
    };
    for (int c = 0; c < kNumbers; ++c) add(absl::StrCat("number", c)).set_number(NumberOf(row, c));
    for (int c = 0; c < kLevelColumns; ++c) add(absl::StrCat("level", c)).set_text(LevelOf(row, c));
    add("flag").set_flag(FlagOf(row));
    DateToProto(Date{DayOf(row)}, add("day").mutable_date());
  }
}

// --- A server --------------------------------------------------------------

class RunningServer {
 public:
  explicit RunningServer(const std::string& folder, const std::string& durability = "full")
      : process_(
            CIBLE_SERVER,
            {"--data-dir", folder + "/data", "--listen", "127.0.0.1:0", "--durability", durability},
            folder) {
    const std::string mark = "listens on ";
    std::string log;
    while (log.find(';', log.find(mark)) == std::string::npos ||
           log.find(mark) == std::string::npos) {
      if (!process_.IsRunning()) throw std::runtime_error(process_.Err());
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      log = process_.Err();
    }
    const std::size_t at = log.find(mark) + mark.size();
    address_ = log.substr(at, log.find(';', at) - at);
    client_ = Connect();
  }

  std::unique_ptr<Client> Connect() const {
    ClientOptions options;
    options.deadline = std::chrono::minutes(60);
    return Value(Client::Connect(address_, options));
  }

  Client& client() { return *client_; }

  void Stop() {
    client_.reset();
    process_.Signal(SIGTERM);
    process_.Wait();
  }

 private:
  Process process_;
  std::string address_;
  std::unique_ptr<Client> client_;
};

// Seconds to import these contacts.
double Import(Client& client, const std::vector<v1::ImportContactsRequest>& messages) {
  std::size_t next = 0;
  std::int64_t created = 0;
  const auto begin = SteadyClock::now();
  Check(client.ImportContacts(
      [&](v1::ImportContactsRequest* request) {
        if (next == messages.size()) return false;
        *request = messages[next++];
        return true;
      },
      [&](const v1::ImportContactsResponse& response) {
        created += response.created_count();
        return !response.has_error();
      }));
  if (created == 0) throw std::runtime_error("nothing was imported");
  return SecondsSince(begin);
}

std::vector<v1::ImportContactsRequest> Tables(std::int64_t contacts) {
  std::vector<v1::ImportContactsRequest> messages;
  for (std::int64_t begin = 0; begin < contacts; begin += kTableRows) {
    v1::ImportContactsRequest& message = messages.emplace_back();
    message.set_parent(kWorkspace);
    message.set_sequence(std::ssize(messages));
    *message.mutable_table() = TableOf(begin, std::min(contacts, begin + kTableRows));
  }
  return messages;
}

std::vector<v1::ImportContactsRequest> Rows(std::int64_t contacts) {
  std::vector<v1::ImportContactsRequest> messages;
  for (std::int64_t begin = 0; begin < contacts; begin += kMessageRows) {
    v1::ImportContactsRequest& message = messages.emplace_back();
    message.set_parent(kWorkspace);
    message.set_sequence(std::ssize(messages));
    AddRows(begin, std::min(contacts, begin + kMessageRows), message);
  }
  return messages;
}

// --- Bare SQLite -----------------------------------------------------------

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;
using Statement = std::unique_ptr<sqlite3_stmt, CloseDatabase>;

void CheckSql(sqlite3* database, int code) {
  if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) {
    throw std::runtime_error(sqlite3_errmsg(database));
  }
}

Database OpenDatabase(const std::string& path) {
  sqlite3* database = nullptr;
  const int code = sqlite3_open(path.c_str(), &database);
  Database opened(database);
  CheckSql(database, code);
  return opened;
}

void Execute(sqlite3* database, const std::string& sql) {
  CheckSql(database, sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr));
}

Statement Prepare(sqlite3* database, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr);
  CheckSql(database, code);
  return Statement(statement);
}

// A row of any table, as SQLite holds it.
struct ValueDeleter {
  void operator()(sqlite3_value* value) const { sqlite3_value_free(value); }
};
using Row = std::vector<std::unique_ptr<sqlite3_value, ValueDeleter>>;

// Seconds to insert the rows of a table of a stopped server's store, in the order
// that they came in, into a table made as theirs, with its indexes, by one prepared
// statement, in transactions of `batch` rows.
double InsertBare(const std::string& folder, const std::string& table, const std::string& order,
                  std::size_t batch) {
  const Database source = OpenDatabase(folder + "/data/cible.db");
  std::vector<std::string> statements;
  const Statement schema =
      Prepare(source.get(), absl::StrCat("SELECT sql FROM sqlite_schema WHERE tbl_name = '", table,
                                         "' AND sql IS NOT NULL AND type IN ('table', 'index') "
                                         "ORDER BY type DESC"));
  while (sqlite3_step(schema.get()) == SQLITE_ROW) {
    statements.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(schema.get(), 0)));
  }
  const Statement all =
      Prepare(source.get(), absl::StrCat("SELECT * FROM ", table, " ORDER BY ", order));
  const int columns = sqlite3_column_count(all.get());
  std::vector<Row> rows;
  while (sqlite3_step(all.get()) == SQLITE_ROW) {
    Row& row = rows.emplace_back();
    for (int c = 0; c < columns; ++c) {
      row.emplace_back(sqlite3_value_dup(sqlite3_column_value(all.get(), c)));
    }
  }
  const Database bare = OpenDatabase(folder + "/bare.db");
  Execute(bare.get(), "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
  for (const std::string& statement : statements) Execute(bare.get(), statement);
  std::string sql = absl::StrCat("INSERT INTO ", table, " VALUES (?");
  for (int c = 1; c < columns; ++c) sql += ",?";
  const Statement insert = Prepare(bare.get(), sql + ")");
  const auto begin = SteadyClock::now();
  for (std::size_t at = 0; at < rows.size(); at += batch) {
    Execute(bare.get(), "BEGIN IMMEDIATE");
    for (std::size_t i = at; i < std::min(rows.size(), at + batch); ++i) {
      for (int c = 0; c < columns; ++c) {
        sqlite3_bind_value(insert.get(), c + 1, rows[i][static_cast<std::size_t>(c)].get());
      }
      CheckSql(bare.get(), sqlite3_step(insert.get()));
      sqlite3_reset(insert.get());
    }
    Execute(bare.get(), "COMMIT");
  }
  return SecondsSince(begin);
}

void MeasureImport(std::int64_t contacts, const std::string& form,
                   const std::vector<v1::ImportContactsRequest>& messages, std::size_t batch,
                   const char* bar) {
  std::vector<double> ratios, rates, bare_rates;
  for (int run = 0; run < kRuns; ++run) {
    const TemporaryFolder folder;
    RunningServer server(folder.path());
    Check(server.client().UpdateSchema(SchemaRequest()).status());
    const double ours = Import(server.client(), messages);
    server.Stop();
    const double bare = InsertBare(folder.path(), "contacts", "key", batch);
    ratios.push_back(bare / ours);
    rates.push_back(static_cast<double>(contacts) / ours);
    bare_rates.push_back(static_cast<double>(contacts) / bare);
  }
  std::printf("import, %s of %zu: %s contacts/s, bare SQLite %s: %s of it, bar %s\n", form.c_str(),
              batch, Spread(rates, "%.0f").c_str(), Spread(bare_rates, "%.0f").c_str(),
              Spread(ratios, "%.2f").c_str(), bar);
}

void MeasureImports(std::int64_t contacts) {
  MeasureImport(contacts, "tables", Tables(contacts), kTableRows, ".5");
  MeasureImport(contacts, "rows", Rows(contacts), kMessageRows, ".25");
}

// --- Events ----------------------------------------------------------------

// So many lines an order; contacts as many as a hundredth of the events. The
// quantity tells the order in which they come.
std::vector<v1::RecordEventsRequest> Events(std::int64_t events, std::int64_t lines) {
  constexpr std::int64_t kFirstSecond = 1'700'000'000;
  std::vector<v1::RecordEventsRequest> messages;
  for (std::int64_t i = 0; i < events; ++i) {
    if (i % kTableRows == 0) {
      v1::RecordEventsRequest& message = messages.emplace_back();
      message.set_parent(kWorkspace);
      message.set_sequence(std::ssize(messages));
    }
    const std::int64_t order = i / lines;
    v1::Event& event = *messages.back().add_events();
    event.set_contact(IdOf(
        static_cast<std::int64_t>(Draw(order, 30) % static_cast<std::uint64_t>(events / 100))));
    event.set_id(absl::StrCat(absl::Hex(Draw(i, 31), absl::kZeroPad16),
                              absl::Hex(Draw(i, 32), absl::kZeroPad16), "-1"));
    event.mutable_time()->set_seconds(kFirstSecond + 10 * i);
    event.set_quantity(static_cast<double>(i));
    event.set_item(absl::StrCat("article ", Draw(i, 33) % 4000));
    if (lines == 1) {
      event.set_type(v1::EVENT_TYPE_VISIT);
      event.set_channel("web");
    } else {
      event.set_type(v1::EVENT_TYPE_PURCHASE);
      event.set_order(absl::StrCat("order ", order));
      event.set_amount(static_cast<double>(Draw(i, 34) % 10'000) / 100);
    }
  }
  return messages;
}

// Seconds to record these events.
double Record(Client& client, const std::vector<v1::RecordEventsRequest>& messages) {
  std::size_t next = 0;
  std::int64_t refused = 0;
  const auto begin = SteadyClock::now();
  Check(client.RecordEvents(
      [&](v1::RecordEventsRequest* request) {
        if (next == messages.size()) return false;
        *request = messages[next++];
        return true;
      },
      [&](const v1::RecordEventsResponse& response) {
        refused += response.refused_count();
        return !response.has_error();
      }));
  if (refused > 0) throw std::runtime_error("events were refused");
  return SecondsSince(begin);
}

void MeasureEvents(std::int64_t events, std::int64_t lines, const char* form) {
  const std::vector<v1::RecordEventsRequest> messages = Events(events, lines);
  std::vector<double> ratios, rates, bare_rates;
  for (int run = 0; run < kRuns; ++run) {
    const TemporaryFolder folder;
    RunningServer server(folder.path());
    const double ours = Record(server.client(), messages);
    server.Stop();
    const double bare = InsertBare(folder.path(), "events", "quantity", kTableRows);
    ratios.push_back(bare / ours);
    rates.push_back(static_cast<double>(events) / ours);
    bare_rates.push_back(static_cast<double>(events) / bare);
  }
  std::printf("events, %s: %s/s, bar 50000; bare SQLite %s/s: %s of it, bar .4\n", form,
              Spread(rates, "%.0f").c_str(), Spread(bare_rates, "%.0f").c_str(),
              Spread(ratios, "%.2f").c_str());
}

// --- Single updates --------------------------------------------------------

double UpdatesPerSecond(const std::string& durability, int callers) {
  const TemporaryFolder folder;
  RunningServer server(folder.path(), durability);
  Check(server.client().UpdateSchema(SchemaRequest()).status());
  std::atomic<std::int64_t> done = 0;
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (int c = 0; c < callers; ++c) {
    threads.emplace_back([&, c] {
      for (std::int64_t i = 0; !stop; ++i) {
        v1::UpdateContactRequest request;
        request.mutable_contact()->set_name(absl::StrCat(kWorkspace, "/contacts/", c));
        v1::AttributeValue& value = *request.mutable_contact()->add_attributes();
        value.set_attribute("number0");
        value.set_number(static_cast<double>(i));
        request.set_allow_missing(true);
        Check(server.client().UpdateContact(request).status());
        ++done;
      }
    });
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(500));  // Warm.
  const std::int64_t before = done;
  const auto begin = SteadyClock::now();
  std::this_thread::sleep_for(kUpdateTime);
  const double rate = static_cast<double>(done - before) / SecondsSince(begin);
  stop = true;
  for (std::thread& thread : threads) thread.join();
  server.Stop();
  return rate;
}

void MeasureUpdates() {
  std::vector<double> one, many, relaxed, over_one, over_relaxed;
  for (int run = 0; run < kRuns; ++run) {
    one.push_back(UpdatesPerSecond("full", 1));
    many.push_back(UpdatesPerSecond("full", 64));
    relaxed.push_back(UpdatesPerSecond("relaxed", 64));
    over_one.push_back(many.back() / one.back());
    over_relaxed.push_back(many.back() / relaxed.back());
  }
  std::printf(
      "update, 64 callers: %s/s; one caller %s/s: %s times, bar 10; or durability relaxed %s/s: %s "
      "of it, bar .7\n",
      Spread(many, "%.0f").c_str(), Spread(one, "%.0f").c_str(), Spread(over_one, "%.1f").c_str(),
      Spread(relaxed, "%.0f").c_str(), Spread(over_relaxed, "%.2f").c_str());
}

// --- At rest ---------------------------------------------------------------

// The most memory of this process from here on, above what it holds here; bytes.
class PeakMemory {
 public:
  PeakMemory() {
    malloc_trim(0);  // What is free but kept would hide what is taken.
    std::ofstream("/proc/self/clear_refs") << "5";
    before_ = Line("VmRSS:");
  }
  double Above() const { return Line("VmHWM:") - before_; }

 private:
  static double Line(const std::string& name) {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
      double kilobytes = 0;
      if (word == name && status >> kilobytes) return kilobytes * 1024;
    }
    return 0;
  }
  double before_ = 0;
};

// A folder whose store holds the contacts, and a model trained on a few of them.
void Fill(const std::string& folder, std::int64_t contacts) {
  RunningServer server(folder);
  Check(server.client().UpdateSchema(SchemaRequest()).status());
  // A model of the first contacts, then all the others.
  std::vector<v1::ImportContactsRequest> tables = Tables(contacts);
  const std::int64_t few = std::min<std::int64_t>(std::ssize(tables), 5);
  Import(server.client(), {tables.begin(), tables.begin() + few});
  v1::TrainModelRequest train;
  train.set_segmentation(absl::StrCat(kWorkspace, "/segmentations/default"));
  train.set_min_segments(3);
  train.set_max_segments(3);
  train.set_stability_pairs(0);
  const v1::TrainingRun run = Value(server.client().TrainModel(train));
  v1::WatchTrainingRunRequest watch;
  watch.set_name(run.name());
  Check(server.client().WatchTrainingRun(watch, [](const v1::TrainingRun&) { return true; }));
  if (std::ssize(tables) > few) {
    std::vector<v1::ImportContactsRequest> rest(tables.begin() + few, tables.end());
    Import(server.client(), rest);
  }
  server.Stop();
}

void MeasureReading(Store& store, std::int64_t contacts) {
  std::vector<double> rates;
  double matrix = 0, grown = 0;
  for (int run = 0; run < kRuns; ++run) {
    const PeakMemory peak;
    const auto begin = SteadyClock::now();
    TrainingPlan plan;
    plan.run.workspace = "default";
    plan.run.segmentation = "default";
    const TrainingContacts read = Value(ReadTrainingContacts(store, plan, {}));
    rates.push_back(read.table.row_count / SecondsSince(begin));
    if (read.table.row_count != contacts || read.table.columns.size() != 12) {
      throw std::runtime_error("contacts are missing");
    }
    if (run == 0) {
      grown = peak.Above();
      // 8 bytes a number, 4 a code or a day, 1 a flag, and 1 of validity each.
      matrix = static_cast<double>(contacts) *
               (8 * kNumbers + 4 * kLevelColumns + 1 + 4 + kNumbers + kLevelColumns + 2);
    }
  }
  std::printf(
      "read, 12 attributes into columns: %s contacts/s, bar 500000; memory %.2f of the "
      "columns, bar 1.5\n",
      Spread(rates, "%.0f").c_str(), grown / matrix);
}

void MeasureReassigning(const std::string& folder, std::int64_t contacts) {
  std::vector<double> rates;
  for (int run = 0; run < 3; ++run) {
    Execute(OpenDatabase(folder + "/data/cible.db").get(), "UPDATE assignments SET model = 'm0'");
    const auto store = Value(OpenSqliteStore(folder + "/data", Durability::kFull));
    ModelRegistry registry(*store);
    Check(registry.LoadAll());
    AssignmentKeeper keeper(*store, registry, Clock::System());
    const auto begin = SteadyClock::now();
    Check(keeper.CatchUp("default", "default"));
    rates.push_back(static_cast<double>(contacts) / SecondsSince(begin));
  }
  std::printf("reassign: %s contacts/s, bar 300000\n", Spread(rates, "%.0f").c_str());
}

// In the evening of a day after that of the training, when all contacts are due.
class EveningClock : public Clock {
 public:
  Timestamp Now() const override { return {4'102'437'600'000'000}; }
};

// Of all threads of the process.
double ProcessorSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void MeasureTurning(const std::string& folder, std::int64_t contacts) {
  const EveningClock clock;
  std::vector<double> rates, rates_a_core, looks;
  for (int run = 0; run < 3; ++run) {
    Execute(OpenDatabase(folder + "/data/cible.db").get(), "UPDATE assignments SET day = 0");
    const auto store = Value(OpenSqliteStore(folder + "/data", Durability::kFull));
    ModelRegistry registry(*store);
    Check(registry.LoadAll());
    AssignmentKeeper keeper(*store, registry, clock);
    const double processor_begin = ProcessorSeconds();
    const auto begin = SteadyClock::now();
    Check(DayTurn(*store, registry, keeper, clock).AssignDue({}));
    rates.push_back(static_cast<double>(contacts) / SecondsSince(begin));
    rates_a_core.push_back(static_cast<double>(contacts) / (ProcessorSeconds() - processor_begin));
    const auto done = SteadyClock::now();
    Check(DayTurn(*store, registry, keeper, clock).AssignDue({}));
    looks.push_back(static_cast<double>(contacts) / SecondsSince(done));
  }
  std::printf("turn of the day: %s contacts/s, %s a core; where all are done already %s\n",
              Spread(rates, "%.0f").c_str(), Spread(rates_a_core, "%.0f").c_str(),
              Spread(looks, "%.0f").c_str());
}

void Run(std::int64_t contacts, const std::set<std::string>& wanted) {
  const auto wants = [&](const char* name) { return wanted.empty() || wanted.contains(name); };
  if (wants("import")) MeasureImports(contacts);
  if (wants("events")) {
    MeasureEvents(contacts, 20, "lines of orders of 20");
    MeasureEvents(contacts, 1, "visits of contacts at random");
  }
  if (wants("update")) MeasureUpdates();
  if (!wants("read") && !wants("reassign") && !wants("turn")) return;
  const TemporaryFolder folder;
  Fill(folder.path(), contacts);
  if (wants("read")) {
    const auto store = Value(OpenSqliteStore(folder.path() + "/data", Durability::kFull));
    MeasureReading(*store, contacts);
  }
  if (wants("reassign")) MeasureReassigning(folder.path(), contacts);
  if (wants("turn")) MeasureTurning(folder.path(), contacts);
}

}  // namespace
}  // namespace cible

int main(int argc, char** argv) {
  const std::int64_t contacts = argc > 1 ? std::stoll(argv[1]) : 1'000'000;
  try {
    cible::Run(contacts, {argv + std::min(argc, 2), argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
