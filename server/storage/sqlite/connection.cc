#include "server/storage/sqlite/connection.h"

#include <sqlite3.h>

#include <utility>

#include "absl/strings/str_cat.h"

namespace cible {
namespace {

constexpr int kBusyTimeoutMillis = 5000;
constexpr int kPrimaryCode = 0xff;

int CountLogPages(void* pages, sqlite3* /*connection*/, const char* /*database*/, int count) {
  *static_cast<int*>(pages) = count;
  return SQLITE_OK;
}

}  // namespace

absl::Status StatusFromSqlite(int code) {
  switch (code & kPrimaryCode) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE: return absl::OkStatus();
    case SQLITE_FULL:
      return absl::ResourceExhaustedError(
          "the disk of the data folder is full; nothing was written: free space and try again");
    case SQLITE_NOMEM:
      return absl::ResourceExhaustedError("the store is out of memory; try again with less");
    case SQLITE_IOERR:
      return absl::UnavailableError(absl::StrCat("the disk of the data folder failed (SQLite code ",
                                                 code, "); check the disk and try again"));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return absl::UnavailableError(
          "the database is held by another process; close it and try again");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::DataLossError(
          "the database of the data folder is corrupt; restore cible.db from a backup");
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      return absl::PermissionDeniedError(
          "the database of the data folder cannot be opened for writing; check its owner and mode");
    case SQLITE_TOOBIG:
      return absl::InvalidArgumentError("a value is too big to be stored; the limit is 1 GB");
    default:
      return absl::InternalError(
          absl::StrCat("the store failed: ", sqlite3_errstr(code), " (SQLite code ", code, ")"));
  }
}

Connection::Connection(sqlite3* handle, Access access) : handle_(handle) {
  if (access == Access::kWrite) scrubbing_ = std::make_unique<PageScrubbing>(handle_);
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(handle_, kBusyTimeoutMillis);
  // Takes the place of the automatic checkpoint: when to do one is the
  // writer's decision, and a reader must never do one.
  sqlite3_wal_hook(handle_, CountLogPages, &log_pages_);
}

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const std::string& path,
                                                             Access access) {
  // Without the library's own mutexes: a connection serves one thread at a time.
  const int flags = SQLITE_OPEN_NOMUTEX |
                    (access == Access::kRead ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  if (code != SQLITE_OK) {
    sqlite3_close(handle);
    return StatusFromSqlite(code);
  }
  return std::unique_ptr<Connection>(new Connection(handle, access));
}

Connection::~Connection() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

absl::Status Connection::Execute(const char* sql) {
  return StatusFromSqlite(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr));
}

bool Connection::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

std::int64_t Connection::changed_rows() const { return sqlite3_changes64(handle_); }

absl::Status Connection::Checkpoint() {
  return StatusFromSqlite(
      sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr));
}

absl::Status Connection::EmptyLog() {
  sqlite3_busy_timeout(handle_, 0);
  const int code =
      sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  sqlite3_busy_timeout(handle_, kBusyTimeoutMillis);
  if (code == SQLITE_OK) log_pages_ = 0;
  return StatusFromSqlite(code);
}

absl::StatusOr<sqlite3_stmt*> Connection::Compile(absl::string_view sql) {
  const auto known = statements_.find(sql);
  if (known != statements_.end()) return known->second;
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return StatusFromSqlite(code);
  statements_.emplace(sql, statement);
  return statement;
}

Query::Query(absl::StatusOr<sqlite3_stmt*> statement) : status_(statement.status()) {
  if (statement.ok()) statement_ = *statement;
}

Query::~Query() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

bool Query::Step() {
  if (!status_.ok()) return false;
  const int code = sqlite3_step(statement_);
  Note(code);
  return code == SQLITE_ROW;
}

absl::Status Query::Run() {
  while (Step()) {
  }
  return status_;
}

bool Query::IsNull(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t Query::Integer(int column) const { return sqlite3_column_int64(statement_, column); }

double Query::Real(int column) const { return sqlite3_column_double(statement_, column); }

absl::string_view Query::Text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

absl::string_view Query::Bytes(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

void Query::BindInteger(int position, std::int64_t value) {
  if (status_.ok()) Note(sqlite3_bind_int64(statement_, position, value));
}

void Query::BindReal(int position, double value) {
  if (status_.ok()) Note(sqlite3_bind_double(statement_, position, value));
}

void Query::BindText(int position, absl::string_view value) {
  // A null pointer would bind NULL; an empty view may hold one.
  const char* text = value.empty() ? "" : value.data();
  if (!status_.ok()) return;
  Note(sqlite3_bind_text64(statement_, position, text, value.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void Query::BindBytes(int position, absl::string_view value) {
  const char* bytes = value.empty() ? "" : value.data();
  if (status_.ok()) {
    Note(sqlite3_bind_blob64(statement_, position, bytes, value.size(), SQLITE_STATIC));
  }
}

void Query::Note(int code) { status_ = StatusFromSqlite(code); }

}  // namespace cible
