// Recording a file of events on a server: blocks of events in one stream, several
// under way at a time, and an account of what became of them.

#ifndef CIBLE_CLIENTS_CLI_EVENT_IMPORT_H_
#define CIBLE_CLIENTS_CLI_EVENT_IMPORT_H_

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "cible/v1/contact_service.pb.h"
#include "clients/cli/event_file.h"
#include "clients/cli/output/progress.h"
#include "clients/cli/rejected_rows.h"
#include "segmentation/data/value.h"

namespace cible {

struct EventTotals {
  std::int64_t recorded = 0;
  std::int64_t replaced = 0;
  std::int64_t unchanged = 0;
  std::int64_t cancelled = 0;
  std::int64_t refused = 0;    // By the file's readers and the server.
  std::int64_t set_aside = 0;  // Lines that name no contact.
  std::int64_t custom = 0;     // Sent, of a type of the file's own.
  std::int64_t created_contacts = 0;
  std::int64_t without_legal_basis = 0;  // Of these.
  std::vector<std::string> left_out_attributes = {};

  // Events of which the server knows.
  std::int64_t stored() const { return recorded + replaced + unchanged + cancelled; }
};

// The two ends of Client::RecordEvents for one file.
class EventImport {
 public:
  // `first` has what is sent of the first message only: workspace, kind, what
  // becomes of unknown contacts. Everything given must outlive the import.
  EventImport(EventFile& file, const absl::TimeZone& zone, const v1::RecordEventsRequest& first,
              RejectedRows& rejected, Progress& progress);

  // The next message; false at the end of the file and when it cannot be read
  // on (see file_status). Called by one thread.
  bool Next(v1::RecordEventsRequest* request);

  // Takes account of an answer. Called by one thread, which may be another.
  bool Answered(const v1::RecordEventsResponse& response);

  // After the stream has ended. Why the file could not be read to its end.
  const absl::Status& file_status() const { return file_status_; }
  // Why the server could store nothing more, as on a full disk. The events that
  // waited are not refused: they are in order, and not stored.
  const absl::Status& store_status() const { return store_status_; }
  EventTotals totals();
  // The last day, in the zone, of what was sent; nullopt when nothing was.
  std::optional<Date> last_day() const { return last_day_; }

 private:
  // A block that waits for its answer, or, when nothing of it was sent, for
  // those before it: refused lines are told in the file's order.
  struct Pending {
    EventBlock block;
    bool sent = false;
  };

  void Settle(EventBlock& block);  // REQUIRES: mutex_ is held; the next too.
  void SettleUnsent();
  void ShowProgress();

  EventFile& file_;
  const absl::TimeZone zone_;
  const v1::RecordEventsRequest& first_;
  RejectedRows& rejected_;
  Progress& progress_;
  std::int64_t sequence_ = 0;
  std::optional<Date> last_day_;
  absl::Status file_status_;

  std::mutex mutex_;  // Guards what follows, and `rejected_`.
  std::deque<Pending> pending_;
  absl::Status store_status_;
  EventTotals totals_;
};

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_EVENT_IMPORT_H_
