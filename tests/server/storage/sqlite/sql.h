// SQL run on a database file, as a person with the sqlite3 tool would.

#ifndef CIBLE_TESTS_SERVER_STORAGE_SQLITE_SQL_H_
#define CIBLE_TESTS_SERVER_STORAGE_SQLITE_SQL_H_

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <string>

namespace cible {

// The rows, a line each, cells joined by "|". Expects success.
inline std::string RunSql(const std::string& database, const std::string& sql) {
  sqlite3* handle = nullptr;
  EXPECT_EQ(sqlite3_open(database.c_str(), &handle), SQLITE_OK);
  std::string rows;
  const auto append = [](void* out, int count, char** cells, char** /*names*/) {
    auto& text = *static_cast<std::string*>(out);
    for (int i = 0; i < count; ++i) {
      text += (i == 0 ? "" : "|");
      text += cells[i] == nullptr ? "NULL" : cells[i];
    }
    text += "\n";
    return 0;
  };
  EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), append, &rows, nullptr), SQLITE_OK)
      << sqlite3_errmsg(handle);
  sqlite3_close(handle);
  return rows;
}

}  // namespace cible

#endif  // CIBLE_TESTS_SERVER_STORAGE_SQLITE_SQL_H_
