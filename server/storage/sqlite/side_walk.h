// Rows of another table beside contacts that are walked in key order.

#ifndef CIBLE_SERVER_STORAGE_SQLITE_SIDE_WALK_H_
#define CIBLE_SERVER_STORAGE_SQLITE_SIDE_WALK_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "server/storage/sqlite/connection.h"

namespace cible {

// A walk of its own, since both are in key order: to look each row up costs several
// times more. Where the contacts leave out many, it looks the next one up.
class SideWalk {
 public:
  // `sql` (a constant) gives the rows of contacts with a key greater than ?2 in key
  // order, the key first; ?1 is `owner`. The connection outlives the walk.
  SideWalk(Connection& connection, const char* sql, std::int64_t owner = 0)
      : connection_(&connection), sql_(sql), owner_(owner) {}

  // Moves on to the row of the contact; false when it has none, or the walk failed.
  // REQUIRES: contacts are asked for in key order.
  bool Find(std::int64_t contact) {
    if (!rows_.has_value()) Seek(contact);
    for (int steps = 0; has_row_ && rows_->Integer(0) < contact; ++steps) {
      if (steps == kMostSteps) {
        Seek(contact);
      } else {
        has_row_ = rows_->Step();
      }
    }
    return has_row_ && rows_->Integer(0) == contact;
  }

  // Moves on to another row of the contact that was found; false when it has no more.
  bool FindAnother() {
    const std::int64_t contact = rows_->Integer(0);
    has_row_ = rows_->Step();
    return has_row_ && rows_->Integer(0) == contact;
  }

  // REQUIRES: the last call returned true.
  const Query& row() const { return *rows_; }

  absl::Status status() const { return rows_.has_value() ? rows_->status() : absl::OkStatus(); }

 private:
  static constexpr int kMostSteps = 8;  // What looking up costs.

  void Seek(std::int64_t contact) {
    rows_.emplace(*connection_, sql_, owner_, contact - 1);
    has_row_ = rows_->Step();
  }

  Connection* connection_;
  const char* sql_;
  std::int64_t owner_;
  std::optional<Query> rows_;  // nullopt: not begun.
  bool has_row_ = false;
};

}  // namespace cible

#endif  // CIBLE_SERVER_STORAGE_SQLITE_SIDE_WALK_H_
