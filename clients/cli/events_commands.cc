// `cible events list | cancel`; import has a file of its own.

#include "clients/cli/events_commands.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cible/v1/contact_service.pb.h"
#include "cible/v1/workspace_service.pb.h"
#include "clients/cli/command_line.h"
#include "clients/cli/commands.h"
#include "clients/cli/event_type_words.h"
#include "clients/cli/output/number_text.h"
#include "clients/cli/training_report.h"
#include "clients/cpp/client.h"
#include "server/wire/instant_wire.h"

namespace cible {
namespace {

constexpr int kPage = 1000;             // As many as the server gives at once,
constexpr std::size_t kMostIds = 1000;  // and takes.

struct ListArguments {
  std::string contact;
  int limit = 50;
};

// What the event was worth: its amount, or what its quantity and price make.
std::optional<double> AmountOf(const v1::Event& event) {
  if (event.has_amount()) return event.amount();
  if (event.has_quantity() && event.has_unit_price()) return event.quantity() * event.unit_price();
  return std::nullopt;
}

Cell AmountCell(const v1::Event& event) {
  const std::optional<double> amount = AmountOf(event);
  return amount ? FixedCell(*amount, 2) : Cell("");
}

Table EventsTable(const v1::ListEventsResponse& events, const absl::TimeZone& zone) {
  Table table({{"TIME", "time"},
               {"TYPE", "type"},
               {"ORDER", "order"},
               {"ITEM", "item"},
               {"AMOUNT", "amount", true},
               {"CHANNEL", "channel"},
               {"ID", "id"}});
  for (const v1::Event& event : events.events()) {
    table.AddRow({EventTimeCell(event, zone), EventTypeWord(event), event.order(), event.item(),
                  AmountCell(event), event.channel(), event.id()});
  }
  return table;
}

absl::StatusOr<v1::ListEventsResponse> FetchEvents(Session& session, Client& client,
                                                   const ListArguments& arguments) {
  v1::ListEventsResponse all;
  v1::ListEventsRequest request;
  request.set_parent(session.Contact(arguments.contact));
  do {
    request.set_page_size(std::min(arguments.limit - all.events_size(), kPage));
    auto page = client.ListEvents(request);
    if (!page.ok()) return page.status();
    all.mutable_events()->MergeFrom(page->events());
    all.set_total_size(page->total_size());
    all.set_next_page_token(page->next_page_token());
    request.set_page_token(page->next_page_token());
  } while (!all.next_page_token().empty() && all.events_size() < arguments.limit);
  return all;
}

absl::StatusOr<int> ListEvents(Session& session, const ListArguments& arguments) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  const auto zone = FetchTimeZone(session, **client);
  if (!zone.ok()) return zone.status();
  const auto events = FetchEvents(session, **client, arguments);
  if (!events.ok()) return events.status();
  const absl::Status printed = session.Print(EventsTable(*events, *zone), *events);
  if (!printed.ok()) return printed;
  if (events->events_size() < events->total_size()) {
    session.Notice(absl::StrCat("these are the latest ", CountText(events->events_size()), " of ",
                                CountText(events->total_size()), " events; raise --limit"));
  }
  return kDone;
}

struct CancelArguments {
  std::string contact;
  std::vector<std::string> ids;
};

absl::StatusOr<int> CancelEvents(Session& session, const CancelArguments& arguments) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  v1::CancelEventsResponse all;
  for (std::size_t begin = 0; begin < arguments.ids.size(); begin += kMostIds) {
    const std::size_t end = std::min(begin + kMostIds, arguments.ids.size());
    v1::CancelEventsRequest request;
    request.set_parent(session.Contact(arguments.contact));
    request.mutable_ids()->Add(arguments.ids.begin() + static_cast<std::ptrdiff_t>(begin),
                               arguments.ids.begin() + static_cast<std::ptrdiff_t>(end));
    const auto part = (*client)->CancelEvents(request);
    if (!part.ok()) return part.status();
    all.set_cancelled_count(all.cancelled_count() + part->cancelled_count());
    all.set_unrecorded_count(all.unrecorded_count() + part->unrecorded_count());
  }
  Table table({{"CANCELLED", "cancelled", true}, {"NOT RECORDED", "unrecorded", true}});
  table.AddRow({CountCell(all.cancelled_count()), CountCell(all.unrecorded_count())});
  if (absl::Status printed = session.Print(table, all); !printed.ok()) return printed;
  if (all.unrecorded_count() > 0) {
    session.Notice(absl::StrCat(CountedText(all.unrecorded_count(), "id"),
                                " is of no event that is recorded; one that comes under it later "
                                "will not count"));
  }
  return kDone;
}

void AddList(CommandLine& line, CLI::App& group) {
  auto arguments = std::make_shared<ListArguments>();
  CLI::App& list = line.Command(
      group,
      {.name = "list",
       .description = "Lists what a contact did, the latest first, in the workspace's time zone.",
       .examples = {"events list c00042", "events list c00042 --limit 1000 --format csv"}},
      [arguments](Session& session) { return ListEvents(session, *arguments); });
  list.add_option("CONTACT", arguments->contact, "Its id")->required();
  list.add_option("--limit", arguments->limit, "At most so many")
      ->check(CLI::Range(1, 1'000'000'000).description(""))
      ->type_name("N")
      ->capture_default_str();
}

void AddCancel(CommandLine& line, CLI::App& group) {
  auto arguments = std::make_shared<CancelArguments>();
  CLI::App& cancel = line.Command(
      group,
      {.name = "cancel",
       .description = "Takes events back, as if they had never happened; recorded again they do "
                      "not count either.",
       .examples = {"events cancel c00042 e17", "events cancel c00042 e17 e18 e19"}},
      [arguments](Session& session) { return CancelEvents(session, *arguments); });
  cancel.add_option("CONTACT", arguments->contact, "Whose they are")->required();
  cancel.add_option("ID", arguments->ids, "Their ids, as `cible events list` shows them")
      ->required();
}

}  // namespace

absl::StatusOr<absl::TimeZone> FetchTimeZone(Session& session, Client& client) {
  v1::GetWorkspaceRequest request;
  request.set_name(session.Workspace());
  const auto workspace = client.GetWorkspace(request);
  if (!workspace.ok()) return workspace.status();
  absl::TimeZone zone;
  if (absl::LoadTimeZone(workspace->time_zone(), &zone)) return zone;
  return absl::FailedPreconditionError(
      absl::StrCat("this machine does not know the workspace's time zone ", workspace->time_zone(),
                   "; install its time zone database (tzdata)"));
}

Cell EventTimeCell(const v1::Event& event, const absl::TimeZone& zone) {
  if (event.has_date()) return DateText(event.date());
  const auto instant = TimestampFromProto(event.time());
  if (!instant.ok()) return "";
  const absl::Time time = absl::FromUnixMicros(instant->micros);
  return {absl::FormatTime("%Y-%m-%d %H:%M:%S", time, zone),
          absl::FormatTime("%Y-%m-%dT%H:%M:%E*S%Ez", time, zone)};
}

void AddEventsCommands(CommandLine& line) {
  CLI::App& group = line.Group("events", "What contacts do: import, list, cancel.");
  AddEventsImportCommand(line, group);
  AddList(line, group);
  AddCancel(line, group);
}

}  // namespace cible
