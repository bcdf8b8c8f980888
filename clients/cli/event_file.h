// A file of events as commands read it: its columns recognised, then read in
// blocks of events. What cannot be read is refused line by line.

#ifndef CIBLE_CLIENTS_CLI_EVENT_FILE_H_
#define CIBLE_CLIENTS_CLI_EVENT_FILE_H_

#include <google/protobuf/repeated_ptr_field.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cible/v1/event.pb.h"
#include "clients/cli/event_columns.h"
#include "clients/cli/event_line.h"
#include "clients/cli/event_line_ids.h"
#include "clients/cli/lookahead_reader.h"
#include "clients/cli/order_contacts.h"
#include "clients/cli/refused_row.h"

namespace cible {

struct EventFileOptions {
  std::vector<RoleChoice> choices;    // --as
  std::optional<EventTypeText> type;  // --type
  std::string part;                   // --part; see EventLineIds.
};

// Consecutive events of the file.
struct EventBlock {
  std::shared_ptr<const TextTable> text;  // What they were read from.
  google::protobuf::RepeatedPtrField<v1::Event> events;
  std::vector<int> source_rows;  // Of each event, its row in `text`.
  std::vector<RefusedRow> refused;
  std::int64_t without_contact = 0;  // Lines set aside.
  std::int64_t custom = 0;           // Events whose type is a word of the file's own.
  bool at_end = false;               // There are no more; `refused` may hold the last ones.

  // Refuses an event as well.
  void Refuse(int event, const std::string& reason);
};

// Not thread-safe.
class EventFile {
 public:
  // Events in a block; fewer where they are long.
  static constexpr int kBlockRows = 4096;
  static constexpr std::size_t kBlockBytes = 2 << 20;
  // Rows that are looked at to find how dates and numbers are written.
  static constexpr int kRowsLookedAt = 20'000;

  // Errors: those of LookaheadReader and EventColumns::Read, with the file's name.
  static absl::StatusOr<std::unique_ptr<EventFile>> Open(const std::string& path,
                                                         const EventFileOptions& options);

  const std::string& path() const { return reader_->path(); }
  const std::vector<std::string>& header() const { return reader_->header(); }
  char delimiter() const { return reader_->delimiter(); }
  double fraction_read() const { return reader_->fraction_read(); }

  // How it is read, in sentences: the columns, and what is doubtful.
  std::vector<std::string> Notices(const std::string& time_zone) const;

  // The next events, from the first on; `at_end` when there are no more. Times
  // without an offset are of `zone`, which is the same for every block.
  // Errors: those of LookaheadReader::Read.
  absl::StatusOr<EventBlock> Read(const absl::TimeZone& zone);

  // Orders whose lines named several contacts, up to now.
  std::int64_t shared_orders() const { return orders_.shared(); }

 private:
  EventFile(std::unique_ptr<LookaheadReader> reader, EventColumns columns, EventWriting writing,
            const EventFileOptions& options);
  void ReadRow(int row, const absl::TimeZone& zone, EventBlock& block);

  const std::unique_ptr<LookaheadReader> reader_;
  const EventColumns columns_;
  const EventWriting writing_;
  const int block_rows_;
  EventLineReader lines_;
  EventLineIds ids_;
  OrderContacts orders_;
  std::shared_ptr<const TextTable> text_;  // Read, but for those rows
  int given_ = 0;                          // that are given.
};

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_EVENT_FILE_H_
