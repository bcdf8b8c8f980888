#include "server/storage/sqlite/event_writer.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace cible {
namespace {

constexpr std::size_t kMostChannels = 64;
// In the column `type`, of an event that was cancelled: only its id is left.
constexpr std::int64_t kCancelled = 0;

constexpr char kAddEvent[] =
    "INSERT INTO events (contact, id, type, time, is_date, order_id, amount, margin, quantity,"
    " unit_price, list_price, item, channel, source, campaign, custom_type)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
constexpr char kReplaceEvent[] =
    "UPDATE events SET type = ?3, time = ?4, is_date = ?5, order_id = ?6, amount = ?7, margin = ?8,"
    " quantity = ?9, unit_price = ?10, list_price = ?11, item = ?12, channel = ?13, source = ?14,"
    " campaign = ?15, custom_type = ?16 WHERE contact = ?1 AND id = ?2";
constexpr char kFindEvent[] =
    "SELECT id, type, time, is_date, order_id, amount, margin, quantity, unit_price, list_price,"
    " item, channel, source, campaign, custom_type FROM events WHERE contact = ? AND id = ?";
constexpr char kEventsOfContact[] =
    "SELECT id, type, time, is_date, order_id, amount, margin, quantity, unit_price, list_price,"
    " item, channel, source, campaign, custom_type FROM events WHERE contact = ? AND type > 0";
constexpr char kCancelEvent[] =
    "INSERT INTO events (contact, id, type, time, is_date) VALUES (?1, ?2, 0, 0, 0)"
    " ON CONFLICT (contact, id) DO UPDATE SET type = 0, time = 0, is_date = 0, order_id = NULL,"
    " amount = NULL, margin = NULL, quantity = NULL, unit_price = NULL, list_price = NULL,"
    " item = NULL, channel = NULL, source = NULL, campaign = NULL, custom_type = NULL";
// Cancelled of one and recorded of the other.
constexpr char kCancelledOfOne[] =
    "SELECT id FROM events AS e WHERE contact = ?2 AND"
    " EXISTS (SELECT 1 FROM events WHERE contact = ?1 AND id = e.id AND (type = 0) <> (e.type = "
    "0))";
// Of two contacts that have the same ids for other events.
constexpr char kRenameOthers[] =
    "UPDATE events SET id = id || '~' || ?2 WHERE contact = ?2 AND type > 0 AND EXISTS"
    " (SELECT 1 FROM events AS k WHERE k.contact = ?1 AND k.id = events.id AND k.type > 0 AND"
    " (k.type, k.time, k.is_date, k.order_id, k.amount, k.margin, k.quantity, k.unit_price,"
    " k.list_price, k.item, k.channel, k.source, k.campaign, k.custom_type) IS NOT"
    " (events.type, events.time, events.is_date, events.order_id, events.amount, events.margin,"
    " events.quantity, events.unit_price, events.list_price, events.item, events.channel,"
    " events.source, events.campaign, events.custom_type))";
constexpr char kMoveEvents[] = "UPDATE OR IGNORE events SET contact = ?1 WHERE contact = ?2";
constexpr char kDropEvents[] = "DELETE FROM events WHERE contact = ?";

constexpr char kFindOrder[] = "SELECT totals FROM contact_orders WHERE contact = ? AND id = ?";
constexpr char kPutOrder[] =
    "INSERT INTO contact_orders (contact, id, totals) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (contact, id) DO UPDATE SET totals = excluded.totals";
constexpr char kDropOrder[] = "DELETE FROM contact_orders WHERE contact = ? AND id = ?";
constexpr char kDropOrders[] = "DELETE FROM contact_orders WHERE contact = ?";

constexpr char kFindBehaviour[] = "SELECT totals FROM behaviours WHERE contact = ?";
constexpr char kPutBehaviour[] =
    "INSERT INTO behaviours (contact, events, orders, monetary, net_paid, totals)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (contact) DO UPDATE SET events = ?2, orders = ?3,"
    " monetary = ?4, net_paid = ?5, totals = ?6";
constexpr char kDropBehaviour[] = "DELETE FROM behaviours WHERE contact = ?";
constexpr char kBehavioursOfWorkspace[] =
    "SELECT b.contact FROM contacts AS c JOIN behaviours AS b ON b.contact = c.key"
    " WHERE c.workspace = ? ORDER BY b.contact";

constexpr char kFindRules[] =
    "SELECT time_zone, large_order, categories FROM behaviour_rules WHERE workspace = ?";
constexpr char kPutRules[] =
    "INSERT INTO behaviour_rules (workspace, time_zone, large_order, categories)"
    " VALUES (?1, ?2, ?3, ?4) ON CONFLICT (workspace) DO UPDATE SET time_zone = ?2,"
    " large_order = ?3, categories = ?4";

// A line a category: its id, then its items, between tabs, which neither has.
std::string CategoriesToText(const std::vector<ItemCategory>& categories) {
  std::string text;
  for (const ItemCategory& category : categories) {
    absl::StrAppend(&text, category.id, "\t", absl::StrJoin(category.items, "\t"), "\n");
  }
  return text;
}

std::vector<ItemCategory> CategoriesFromText(absl::string_view text) {
  std::vector<ItemCategory> categories;
  for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    std::vector<std::string> cells = absl::StrSplit(line, '\t');
    ItemCategory& category = categories.emplace_back();
    category.id = std::move(cells.front());
    category.items.assign(std::make_move_iterator(cells.begin() + 1),
                          std::make_move_iterator(cells.end()));
  }
  return categories;
}

// NULL where nothing is known, which costs no byte.
std::optional<absl::string_view> Known(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

absl::Status WriteEvent(Connection& connection, const char* sql, std::int64_t contact,
                        const Event& event) {
  return Query(connection, sql, contact, event.id, static_cast<std::int64_t>(event.type),
               event.time.micros, event.is_date, Known(event.order), event.amount, event.margin,
               event.quantity, event.unit_price, event.list_price, Known(event.item),
               Known(event.channel), Known(event.source), Known(event.campaign),
               Known(event.custom_type))
      .Run();
}

// A merge may have given it more already, which are no reason to take nothing any more.
bool HasTooManyChannels(const Behaviour& behaviour, const std::string& channel) {
  if (channel.empty() || behaviour.channels.size() < kMostChannels) return false;
  return std::none_of(behaviour.channels.begin(), behaviour.channels.end(),
                      [&](const auto& each) { return each.channel == channel; });
}

std::optional<std::int64_t> IntegerOf(const Query& row, int column) {
  if (row.IsNull(column)) return std::nullopt;
  return row.Integer(column);
}

std::optional<double> RealOf(const Query& row, int column) {
  if (row.IsNull(column)) return std::nullopt;
  return row.Real(column);
}

}  // namespace

Event ReadEvent(const Query& row) {
  Event event;
  event.id = std::string(row.Text(0));
  event.type = static_cast<EventType>(row.Integer(1));
  event.time = {row.Integer(2)};
  event.is_date = row.Integer(3) != 0;
  event.order = std::string(row.Text(4));
  event.amount = IntegerOf(row, 5);
  event.margin = IntegerOf(row, 6);
  event.quantity = RealOf(row, 7);
  event.unit_price = RealOf(row, 8);
  event.list_price = RealOf(row, 9);
  event.item = std::string(row.Text(10));
  event.channel = std::string(row.Text(11));
  event.source = std::string(row.Text(12));
  event.campaign = std::string(row.Text(13));
  event.custom_type = std::string(row.Text(14));
  return event;
}

absl::StatusOr<const EventWriter::Rules*> EventWriter::RulesOf(std::int64_t workspace) {
  const auto known = rules_.find(workspace);
  if (known != rules_.end()) return &known->second;
  Query query(connection_, kFindRules, workspace);
  Rules rules;
  if (query.Step()) {
    rules.rules = {.time_zone = std::string(query.Text(0)),
                   .large_order = query.Integer(1),
                   .categories = CategoriesFromText(query.Text(2))};
  }
  if (!query.status().ok()) return query.status();
  if (!absl::LoadTimeZone(rules.rules.time_zone, &rules.zone)) rules.zone = absl::UTCTimeZone();
  return &(rules_[workspace] = std::move(rules));
}

absl::StatusOr<EventWriter::Changes> EventWriter::Open(std::int64_t contact) {
  Query query(connection_, kFindBehaviour, contact);
  Changes changes{.contact = contact, .behaviour = {}, .orders = {}};
  if (query.Step()) {
    auto behaviour = DecodeBehaviour(query.Bytes(0));
    if (!behaviour.ok()) return behaviour.status();
    changes.behaviour = *std::move(behaviour);
  }
  if (!query.status().ok()) return query.status();
  return changes;
}

absl::StatusOr<OrderTotals*> EventWriter::OrderOf(const Event& event, Changes& changes) {
  if (!IsOfAnOrder(event.type)) return nullptr;
  const auto [place, is_new] = changes.orders.try_emplace(OrderKey(event));
  if (!is_new) return &place->second;
  Query query(connection_, kFindOrder, changes.contact, place->first);
  if (query.Step()) {
    auto order = DecodeOrder(query.Bytes(0));
    if (!order.ok()) return order.status();
    place->second = *std::move(order);
  }
  if (!query.status().ok()) return query.status();
  return &place->second;
}

absl::Status EventWriter::Add(const Event& event, const Rules& rules, Changes& changes) {
  const auto order = OrderOf(event, changes);
  if (!order.ok()) return order.status();
  changes.behaviour.Add(event, rules.rules, rules.zone, *order);
  return absl::OkStatus();
}

absl::Status EventWriter::Remove(const Event& event, const Rules& rules, Changes& changes) {
  const auto order = OrderOf(event, changes);
  if (!order.ok()) return order.status();
  changes.behaviour.Remove(event, rules.rules, rules.zone, *order);
  return absl::OkStatus();
}

absl::StatusOr<EventCounts> EventWriter::Put(std::int64_t workspace, std::int64_t contact,
                                             const std::vector<Event>& events) {
  const auto rules = RulesOf(workspace);
  if (!rules.ok()) return rules.status();
  auto changes = Open(contact);
  if (!changes.ok()) return changes.status();
  EventCounts counts;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (HasTooManyChannels(changes->behaviour, events[i].channel)) {
      counts.refused.push_back(static_cast<int>(i));
      continue;
    }
    const absl::Status status = PutOne(events[i], **rules, *changes, counts);
    if (!status.ok()) return status;
  }
  if (counts.recorded + counts.replaced == 0) return counts;
  if (absl::Status status = Write(*changes); !status.ok()) return status;
  return counts;
}

absl::Status EventWriter::PutOne(const Event& event, const Rules& rules, Changes& changes,
                                 EventCounts& counts) {
  absl::Status status = WriteEvent(connection_, kAddEvent, changes.contact, event);
  if (!status.ok()) return status;
  if (connection_.changed_rows() > 0) {
    ++counts.recorded;
    return Add(event, rules, changes);
  }
  std::optional<Event> before;
  {
    Query query(connection_, kFindEvent, changes.contact, event.id);
    if (query.Step() && query.Integer(1) != kCancelled) before = ReadEvent(query);
    if (!query.status().ok()) return query.status();
  }
  if (!before.has_value()) {
    ++counts.cancelled;
    return absl::OkStatus();
  }
  if (*before == event) {
    ++counts.unchanged;
    return absl::OkStatus();
  }
  ++counts.replaced;
  status = Remove(*before, rules, changes);
  if (status.ok()) status = WriteEvent(connection_, kReplaceEvent, changes.contact, event);
  return status.ok() ? Add(event, rules, changes) : status;
}

absl::StatusOr<EventCounts> EventWriter::Cancel(std::int64_t workspace, std::int64_t contact,
                                                const std::vector<std::string>& events) {
  const auto rules = RulesOf(workspace);
  if (!rules.ok()) return rules.status();
  auto changes = Open(contact);
  if (!changes.ok()) return changes.status();
  EventCounts counts;
  for (const std::string& id : events) {
    if (absl::Status status = CancelOne(id, **rules, *changes, counts); !status.ok()) return status;
  }
  if (counts.cancelled == 0) return counts;
  if (absl::Status status = Write(*changes); !status.ok()) return status;
  return counts;
}

absl::Status EventWriter::CancelOne(const std::string& id, const Rules& rules, Changes& changes,
                                    EventCounts& counts) {
  std::optional<Event> before;
  {
    Query query(connection_, kFindEvent, changes.contact, id);
    const bool exists = query.Step();
    if (!query.status().ok()) return query.status();
    if (exists && query.Integer(1) == kCancelled) {
      ++counts.unchanged;
      return absl::OkStatus();
    }
    if (exists) before = ReadEvent(query);
  }
  ++(before.has_value() ? counts.cancelled : counts.unrecorded);
  const absl::Status status = Query(connection_, kCancelEvent, changes.contact, id).Run();
  if (!status.ok() || !before.has_value()) return status;
  return Remove(*before, rules, changes);
}

absl::Status EventWriter::Write(const Changes& changes) {
  for (const auto& [key, order] : changes.orders) {
    absl::Status status;
    if (order.is_empty()) {
      status = Query(connection_, kDropOrder, changes.contact, key).Run();
    } else {
      status = Query(connection_, kPutOrder, changes.contact, key, Blob{EncodeOrder(order)}).Run();
    }
    if (!status.ok()) return status;
  }
  const Behaviour& behaviour = changes.behaviour;
  if (behaviour.is_empty()) return Query(connection_, kDropBehaviour, changes.contact).Run();
  return Query(connection_, kPutBehaviour, changes.contact, behaviour.events, behaviour.orders,
               InCurrency(behaviour.monetary), InCurrency(behaviour.net_paid),
               Blob{EncodeBehaviour(behaviour)})
      .Run();
}

absl::StatusOr<bool> EventWriter::Unite(std::int64_t workspace, std::int64_t kept,
                                        std::int64_t other) {
  const auto rules = RulesOf(workspace);
  if (!rules.ok()) return rules.status();
  std::vector<std::string> cancelled;
  {
    Query query(connection_, kCancelledOfOne, kept, other);
    while (query.Step()) cancelled.emplace_back(query.Text(0));
    if (!query.status().ok()) return query.status();
  }
  for (const std::string& id : cancelled) {
    absl::Status status = Query(connection_, kCancelEvent, kept, id).Run();
    if (!status.ok()) return status;
  }
  absl::Status status = Query(connection_, kRenameOthers, kept, other).Run();
  if (status.ok()) status = Query(connection_, kMoveEvents, kept, other).Run();
  if (status.ok()) status = Drop(other);
  if (status.ok()) status = AddUpAnew(kept, **rules).status();
  if (!status.ok()) return status;
  return !cancelled.empty();
}

absl::Status EventWriter::Drop(std::int64_t contact) {
  absl::Status status;
  for (const char* drop : {kDropEvents, kDropOrders, kDropBehaviour}) {
    status.Update(Query(connection_, drop, contact).Run());
  }
  return status;
}

absl::StatusOr<bool> EventWriter::AddUpAnew(std::int64_t contact, const Rules& rules) {
  const auto before = Open(contact);
  if (!before.ok()) return before.status();
  absl::Status status = Query(connection_, kDropOrders, contact).Run();
  if (!status.ok()) return status;
  Changes changes{.contact = contact, .behaviour = {}, .orders = {}};
  {
    Query query(connection_, kEventsOfContact, contact);
    while (query.Step()) {
      const Event event = ReadEvent(query);
      OrderTotals* order = IsOfAnOrder(event.type) ? &changes.orders[OrderKey(event)] : nullptr;
      changes.behaviour.Add(event, rules.rules, rules.zone, order);
    }
    if (!query.status().ok()) return query.status();
  }
  status = Write(changes);
  if (!status.ok()) return status;
  return !(changes.behaviour == before->behaviour);
}

absl::StatusOr<std::vector<std::int64_t>> EventWriter::PutRules(std::int64_t workspace,
                                                                const BehaviourRules& rules) {
  std::vector<std::int64_t> changed;
  const auto before = RulesOf(workspace);
  if (!before.ok()) return before.status();
  if ((*before)->rules == rules) return changed;
  absl::Status status = Query(connection_, kPutRules, workspace, rules.time_zone, rules.large_order,
                              CategoriesToText(rules.categories))
                            .Run();
  rules_.erase(workspace);
  const auto now = RulesOf(workspace);
  if (!status.ok() || !now.ok()) return status.ok() ? now.status() : status;
  std::vector<std::int64_t> contacts;
  {
    Query query(connection_, kBehavioursOfWorkspace, workspace);
    while (query.Step()) contacts.push_back(query.Integer(0));
    if (!query.status().ok()) return query.status();
  }
  for (const std::int64_t contact : contacts) {
    const auto differs = AddUpAnew(contact, **now);
    if (!differs.ok()) return differs.status();
    if (*differs) changed.push_back(contact);
  }
  return changed;
}

}  // namespace cible
