// A connection to a SQLite database and the statements run on it: the C API
// with owners and absl::Status.

#ifndef CIBLE_SERVER_STORAGE_SQLITE_CONNECTION_H_
#define CIBLE_SERVER_STORAGE_SQLITE_CONNECTION_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/storage/sqlite/page_scrubbing.h"

struct sqlite3;
struct sqlite3_stmt;

namespace cible {

// What a SQLite result code means to a caller of the store. Never carries the
// library's own text, which may quote values.
//   RESOURCE_EXHAUSTED full disk or memory; UNAVAILABLE busy, or the disk
//   failed; DATA_LOSS corrupt; PERMISSION_DENIED; INVALID_ARGUMENT too big;
//   INTERNAL anything else.
absl::Status StatusFromSqlite(int code);

// Bytes to bind as a BLOB; a bare string_view is bound as TEXT.
struct Blob {
  absl::string_view bytes;
};

// Not thread-safe: one thread at a time.
class Connection {
 public:
  enum class Access { kRead, kWrite };

  // Opens the file, which must exist. A reader never writes, checkpoints
  // included.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const std::string& path, Access access);

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // Runs one or several statements, rows discarded.
  absl::Status Execute(const char* sql);

  // False too when an error made SQLite roll back by itself.
  bool in_transaction() const;

  // Rows changed by the last statement that could change any.
  std::int64_t changed_rows() const;

  // Copies committed pages from the log to the database as far as readers
  // allow.
  absl::Status Checkpoint();

  // Copies all of the log to the database and empties it. UNAVAILABLE, at once,
  // while others read.
  absl::Status EmptyLog();

  // Pages in the log after the last commit of this connection.
  int log_pages() const { return log_pages_; }

 private:
  friend class Query;

  Connection(sqlite3* handle, Access access);

  // Compiles once and keeps the statement. REQUIRES: `sql` outlives *this.
  absl::StatusOr<sqlite3_stmt*> Compile(absl::string_view sql);

  sqlite3* handle_;
  std::unique_ptr<PageScrubbing> scrubbing_;  // Of a writer's pages.
  absl::flat_hash_map<absl::string_view, sqlite3_stmt*> statements_;
  int log_pages_ = 0;
};

// One execution of a statement; given back when destroyed.
//
//   Query query(connection, "SELECT id FROM t WHERE a = ?", a);
//   while (query.Step()) Use(query.Text(0));
//   if (!query.status().ok()) return query.status();
class Query {
 public:
  // `parameters`: integers, floating-point numbers, texts, Blobs, and optionals of
  // these (nullopt: NULL).
  // REQUIRES: `sql` (a constant), texts and Blobs outlive the query; no other
  // query of this statement is under way.
  template <typename... Parameters>
  Query(Connection& connection, absl::string_view sql, const Parameters&... parameters)
      : Query(connection.Compile(sql)) {
    int position = 0;
    (Bind(++position, parameters), ...);
  }

  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query();

  // True: at the next row. False: past the last one, or failed; see status().
  bool Step();
  const absl::Status& status() const { return status_; }

  // To the end, for statements that return no rows.
  absl::Status Run();

  // Columns of the current row, from 0. Views last until the next Step().
  bool IsNull(int column) const;
  std::int64_t Integer(int column) const;
  double Real(int column) const;
  absl::string_view Text(int column) const;
  absl::string_view Bytes(int column) const;

 private:
  explicit Query(absl::StatusOr<sqlite3_stmt*> statement);

  template <typename T>
  void Bind(int position, const T& value) {
    if constexpr (std::is_floating_point_v<T>) {
      BindReal(position, value);
    } else if constexpr (std::is_integral_v<T>) {
      BindInteger(position, static_cast<std::int64_t>(value));
    } else if constexpr (requires { value.has_value(); }) {
      if (value.has_value()) Bind(position, *value);  // Unbound is NULL.
    } else if constexpr (std::is_same_v<T, Blob>) {
      BindBytes(position, value.bytes);
    } else {
      BindText(position, value);
    }
  }
  void BindInteger(int position, std::int64_t value);
  void BindReal(int position, double value);
  void BindText(int position, absl::string_view value);
  void BindBytes(int position, absl::string_view value);
  void Note(int code);

  sqlite3_stmt* statement_ = nullptr;  // Owned by the connection; null if it did not compile.
  absl::Status status_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_STORAGE_SQLITE_CONNECTION_H_
