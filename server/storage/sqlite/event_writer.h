// What operations on events do to the tables: the events of each contact, the
// totals of its orders, and what all of it adds up to.

#ifndef CIBLE_SERVER_STORAGE_SQLITE_EVENT_WRITER_H_
#define CIBLE_SERVER_STORAGE_SQLITE_EVENT_WRITER_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "segmentation/behaviour/behaviour.h"
#include "segmentation/behaviour/event.h"
#include "server/storage/sqlite/connection.h"
#include "server/storage/store.h"

namespace cible {

// Of the one writer, inside its transaction. Workspaces and contacts are numbers
// of the tables.
class EventWriter {
 public:
  // The connection outlives the writer.
  explicit EventWriter(Connection& connection) : connection_(connection) {}

  // Those that would give the contact a channel more than it has, and more than 64,
  // are refused.
  absl::StatusOr<EventCounts> Put(std::int64_t workspace, std::int64_t contact,
                                  const std::vector<Event>& events);

  absl::StatusOr<EventCounts> Cancel(std::int64_t workspace, std::int64_t contact,
                                     const std::vector<std::string>& events);

  // The events of `other` become those of `kept`. Of two with one id that say the
  // same one stays; where they say something else, that of `other` gets an id of its
  // own. What is cancelled of either is. Whether that erased what an event said.
  absl::StatusOr<bool> Unite(std::int64_t workspace, std::int64_t kept, std::int64_t other);

  absl::Status Drop(std::int64_t contact);

  // The contacts whose behaviour is another by these rules.
  absl::StatusOr<std::vector<std::int64_t>> PutRules(std::int64_t workspace,
                                                     const BehaviourRules& rules);

  // After a transaction was undone.
  void Forget() { rules_.clear(); }

 private:
  struct Rules {
    BehaviourRules rules;
    absl::TimeZone zone;
  };
  // What is changed of one contact, written at the end.
  struct Changes {
    std::int64_t contact = 0;
    Behaviour behaviour;
    std::map<std::string, OrderTotals> orders;  // Those that were touched, by key.
  };

  absl::StatusOr<const Rules*> RulesOf(std::int64_t workspace);
  absl::StatusOr<Changes> Open(std::int64_t contact);
  absl::StatusOr<OrderTotals*> OrderOf(const Event& event, Changes& changes);
  absl::Status Add(const Event& event, const Rules& rules, Changes& changes);
  absl::Status Remove(const Event& event, const Rules& rules, Changes& changes);
  absl::Status PutOne(const Event& event, const Rules& rules, Changes& changes,
                      EventCounts& counts);
  absl::Status CancelOne(const std::string& id, const Rules& rules, Changes& changes,
                         EventCounts& counts);
  absl::Status Write(const Changes& changes);
  // Whether it is another than before.
  absl::StatusOr<bool> AddUpAnew(std::int64_t contact, const Rules& rules);

  Connection& connection_;
  std::map<std::int64_t, Rules> rules_;  // Of workspaces, as this transaction sees them.
};

// From the columns id, type, time, is_date, order_id, amount, margin, quantity,
// unit_price, list_price, item, channel, source, campaign, custom_type.
Event ReadEvent(const Query& row);

}  // namespace cible

#endif  // CIBLE_SERVER_STORAGE_SQLITE_EVENT_WRITER_H_
