// From a line of text cells to an event.

#ifndef CIBLE_CLIENTS_CLI_EVENT_LINE_H_
#define CIBLE_CLIENTS_CLI_EVENT_LINE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cible/v1/event.pb.h"
#include "clients/cli/event_columns.h"
#include "clients/cli/event_type_words.h"
#include "segmentation/data/csv.h"
#include "segmentation/data/date_text.h"
#include "segmentation/data/number_text.h"

namespace cible {

// How dates and numbers are written in a file.
struct EventWriting {
  DateOrder order = DateOrder::kDayFirst;
  // Which the cells looked at leave open, some at least: 03/04/2026.
  bool order_is_open = false;
  // There are times without an offset,
  bool has_local_times = false;
  // and the header says that they are UTC: "Time (UTC)".
  bool is_utc = false;
  std::vector<DecimalMark> marks;  // By position in the header.
};

// What the first rows of a file prove, a number of one column for all. Where none
// does: the day first, a point. O(cells).
EventWriting ProveEventWriting(const TextTable& rows, const EventColumns& columns);

// Reads lines one after the other: many have the time and the type of the line
// before.
class EventLineReader {
 public:
  // `type`: of lines whose type is not said; none: they are refused.
  EventLineReader(std::vector<std::string> header, EventColumns columns, EventWriting writing,
                  std::optional<EventTypeText> type);

  // Whether the line says whose event it is; one that does not is no event.
  bool NamesContact(const TextTable& text, int row) const;

  // Fills the event, its id only where a column has it. A time without an offset
  // is of `zone`, a date alone stays one. Gives why the line is refused, naming
  // columns and never a value; empty where it is not.
  // REQUIRES: NamesContact.
  std::string Read(const TextTable& text, int row, const absl::TimeZone& zone, v1::Event* event);

 private:
  absl::string_view Cell(const TextTable& text, int row, EventRole role) const;
  void ReadTime(absl::string_view cell, const absl::TimeZone& zone, v1::Event* event);
  void ReadType(absl::string_view cell, v1::Event* event);
  std::optional<double> ReadNumber(const TextTable& text, int row, EventRole role);
  std::string ReadText(const TextTable& text, int row, EventRole role);
  void Blame(EventRole role, absl::string_view what);

  const std::vector<std::string> header_;
  const EventColumns columns_;
  const EventWriting writing_;
  const std::optional<EventTypeText> type_;

  std::string time_text_;         // Of the last line,
  std::optional<DateText> time_;  // and what it reads as.
  std::string type_text_;
  EventTypeText read_type_;
  std::string reason_;  // Of the line that is being read.
};

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_EVENT_LINE_H_
