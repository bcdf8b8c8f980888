// `cible events import`.

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cible/v1/contact_service.pb.h"
#include "cible/v1/segmentation_service.pb.h"
#include "clients/cli/choice_option.h"
#include "clients/cli/command_line.h"
#include "clients/cli/contacts_commands.h"
#include "clients/cli/event_file.h"
#include "clients/cli/event_import.h"
#include "clients/cli/events_commands.h"
#include "clients/cli/output/number_text.h"
#include "clients/cpp/client.h"
#include "segmentation/data/value.h"
#include "server/clock.h"

namespace cible {
namespace {

struct EventsImportArguments {
  std::string path;
  std::string type;
  std::vector<std::string> roles;  // COLUMN=ROLE
  std::string part;
  v1::UnknownContacts unknown_contacts = v1::UNKNOWN_CONTACTS_CREATE;
  v1::ContactKind kind = v1::CONTACT_KIND_PERSON;
  v1::Provenance provenance;
};

absl::StatusOr<std::unique_ptr<EventFile>> OpenFile(const EventsImportArguments& arguments) {
  EventFileOptions options{.choices = {}, .type = std::nullopt, .part = arguments.part};
  for (const std::string& text : arguments.roles) {
    auto choice = ParseRoleChoice(text);
    if (!choice.ok()) return choice.status();
    options.choices.push_back(*std::move(choice));
  }
  if (!arguments.type.empty()) options.type = EventTypeOf(arguments.type);
  return EventFile::Open(arguments.path, options);
}

v1::RecordEventsRequest FirstMessage(Session& session, const EventsImportArguments& arguments) {
  v1::RecordEventsRequest first;
  first.set_parent(session.Workspace());
  first.set_unknown_contacts(arguments.unknown_contacts);
  first.set_kind(arguments.kind);
  *first.mutable_provenance() = arguments.provenance;
  return first;
}

absl::Status Report(Session& session, const EventTotals& totals, double seconds,
                    const std::string& rejected_path) {
  const double rate = static_cast<double>(totals.stored()) / std::max(seconds, 1e-3);
  if (session.options().format == OutputFormat::kTable) {
    session.console().out << CountText(totals.recorded) << " recorded, "
                          << CountText(totals.replaced) << " replaced, "
                          << CountText(totals.unchanged) << " unchanged, "
                          << CountText(totals.cancelled) << " cancelled before, "
                          << CountText(totals.refused) << " refused, "
                          << CountText(totals.set_aside) << " set aside, "
                          << CountText(totals.created_contacts) << " contacts created, in "
                          << SecondsText(seconds) << " ("
                          << CountText(static_cast<std::int64_t>(rate)) << " events/s)\n";
    return absl::OkStatus();
  }
  Table table({{"", "recorded"},
               {"", "replaced"},
               {"", "unchanged"},
               {"", "cancelled"},
               {"", "refused"},
               {"", "set_aside"},
               {"", "contacts_created"},
               {"", "seconds"},
               {"", "rejected_file"}});
  table.AddRow({CountCell(totals.recorded), CountCell(totals.replaced), CountCell(totals.unchanged),
                CountCell(totals.cancelled), CountCell(totals.refused), CountCell(totals.set_aside),
                CountCell(totals.created_contacts), FixedCell(seconds, 3),
                totals.refused == 0 ? "" : rejected_path});
  v1::RecordEventsResponse message;
  message.set_recorded_count(totals.recorded);
  message.set_replaced_count(totals.replaced);
  message.set_unchanged_count(totals.unchanged);
  message.set_cancelled_count(totals.cancelled);
  message.set_refused_count(totals.refused);
  message.set_created_contact_count(totals.created_contacts);
  return session.Print(table, message);
}

void SayWhatIsToBeKnown(Session& session, const EventTotals& totals, const EventFile& file,
                        const RejectedRows& rejected) {
  if (rejected.count() > 0) {
    session.Notice(absl::StrCat("the refused rows are in ", rejected.path(), ", with reasons"));
  }
  if (totals.set_aside > 0) {
    session.Notice(absl::StrCat(CountedText(totals.set_aside, "line"), " without a contact ",
                                totals.set_aside == 1 ? "was" : "were", " set aside"));
  }
  if (totals.custom > 0) {
    session.Notice(absl::StrCat(
        CountedText(totals.custom, "event"), totals.custom == 1 ? " is" : " are",
        " of a type that Cible does not know: stored as custom, under the word it has"));
  }
  if (file.shared_orders() > 0) {
    session.Notice(absl::StrCat(
        CountedText(file.shared_orders(), "order"), file.shared_orders() == 1 ? " has" : " have",
        " lines of several contacts: each contact has its own lines, as an order of its own"));
  }
  if (totals.created_contacts > 0) {
    const bool one = totals.created_contacts == 1;
    session.Notice(absl::StrCat(CountedText(totals.created_contacts, "contact"),
                                one ? " was stored as a lead" : " were stored as leads",
                                ", with nothing known of them but what they did"));
  }
  if (totals.without_legal_basis > 0) {
    session.Notice(absl::StrCat(CountText(totals.without_legal_basis),
                                " of these have no stated legal basis (GDPR art. 6); say it with "
                                "--source and --legal-basis"));
  }
  if (!totals.left_out_attributes.empty()) {
    session.Notice(absl::StrCat(
        "not derived from events, since attributes of these ids are stated: ",
        absl::StrJoin(totals.left_out_attributes, ", "),
        "; remove those from the schema (`cible schema set --remove-missing`) to have the derived "
        "ones"));
  }
  if (totals.unchanged > 0 && totals.recorded > 0) {
    session.Notice(absl::StrCat(
        CountedText(totals.unchanged, "line"), totals.unchanged == 1 ? " is" : " are",
        " the same as recorded before and counted once; if this file is one part of a list "
        "whose equal lines are different events, import each part with --part NAME"));
  }
}

// What is left to do where the events are of no use to any model yet. Of a list that
// ended long ago everybody's last purchase is about as long ago today.
void SayWhatIsNext(Session& session, Client& client, const absl::TimeZone& zone, Date last_day) {
  constexpr int kLongAgoDays = 60;
  v1::GetSegmentationRequest request;
  request.set_name(session.Segmentation());
  const auto segmentation = client.GetSegmentation(request);
  if (!segmentation.ok() || !segmentation->active_model().empty()) return;
  const bool is_old = last_day.days < DayIn(zone, Clock::System().Now()).days - kLongAgoDays;
  const std::string as_of = is_old ? absl::StrCat(" --as-of ", FormatDate(last_day)) : "";
  session.console().err << "Nothing is trained yet; `cible train" << as_of
                        << "` finds segments in what your contacts do"
                        << (is_old ? ", as they stood after the last of these events.\n" : ".\n");
}

// An import that ended in the middle, and how to go on.
absl::Status CutOff(const absl::Status& cause, const EventTotals& totals) {
  if (cause.ok() || totals.stored() == 0) return cause;
  return absl::Status(
      cause.code(),
      absl::StrCat(cause.message(), "; at least ", CountText(totals.stored()),
                   " events are stored. When that is mended, import the file again: what is "
                   "stored already counts once"));
}

absl::StatusOr<int> Outcome(const EventTotals& totals, const RejectedRows& rejected) {
  if (totals.refused == 0) return kDone;
  if (totals.stored() > 0) return kSomeRefused;
  return absl::InvalidArgumentError(
      absl::StrCat("no event was stored; ", rejected.path(),
                   " tells why. If a column is read as what it is not, give --as COLUMN=ROLE"));
}

absl::StatusOr<int> ImportEvents(Session& session, const EventsImportArguments& arguments) {
  Progress progress(session.console(), "importing");
  const auto file = OpenFile(arguments);
  if (!file.ok()) return file.status();
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  const auto zone = FetchTimeZone(session, **client);
  if (!zone.ok()) return zone.status();
  for (const std::string& notice : (*file)->Notices(zone->name())) session.Notice(notice);

  const v1::RecordEventsRequest first = FirstMessage(session, arguments);
  RejectedRows rejected((*file)->path(), (*file)->header(), (*file)->delimiter());
  EventImport import(**file, *zone, first, rejected, progress);
  const absl::Status streamed = (*client)->RecordEvents(
      [&](v1::RecordEventsRequest* request) { return import.Next(request); },
      [&](const v1::RecordEventsResponse& response) { return import.Answered(response); });
  progress.Clear();
  const absl::Status written = rejected.Close();
  const EventTotals totals = import.totals();
  const absl::Status reported = Report(session, totals, progress.seconds(), rejected.path());
  SayWhatIsToBeKnown(session, totals, **file, rejected);
  for (const absl::Status& status :
       {CutOff(import.store_status(), totals), CutOff(streamed, totals), import.file_status(),
        written, reported}) {
    if (!status.ok()) return status;
  }
  if (totals.recorded + totals.replaced > 0) {
    SayWhatIsNext(session, **client, *zone, import.last_day().value_or(Date{}));
  }
  return Outcome(totals, rejected);
}

}  // namespace

void AddEventsImportCommand(CommandLine& line, CLI::App& group) {
  auto arguments = std::make_shared<EventsImportArguments>();
  CLI::App& import = line.Command(
      group,
      {.name = "import",
       .description =
           "Records the events of a CSV file: purchases, visits, answers to campaigns. Columns are "
           "recognised by their headers. Doing so twice changes nothing; refused rows go to "
           "FILE.rejected.csv, and the exit code is then 3.",
       .examples = {"events import orders.csv --type purchase",
                    "events import log.csv.gz --as visitor=contact --as seen=time --as page=item",
                    "events import achats.csv --type achat --unknown-contacts refuse"}},
      [arguments](Session& session) { return ImportEvents(session, *arguments); });
  import.add_option("FILE", arguments->path, "Events: FILE.csv or FILE.csv.gz, with a header")
      ->required();
  import
      .add_option("--type", arguments->type,
                  "What the lines are, where no column of --as says it: purchase, signed_order, "
                  "return, visit, page_view, form, brochure, sample, trial, demo, campaign_sent, "
                  "campaign_opened, campaign_clicked, campaign_answered, complaint, satisfaction, "
                  "referral, call, or a word of your own")
      ->type_name("TYPE");
  import
      .add_option("--as", arguments->roles,
                  absl::StrCat("What a column is; again for each. Roles: ", RoleWords()))
      ->type_name("COLUMN=ROLE")
      ->allow_extra_args(false);
  AddChoiceOption<v1::UnknownContacts>(
      import, "--unknown-contacts", arguments->unknown_contacts,
      {{"create", v1::UNKNOWN_CONTACTS_CREATE}, {"refuse", v1::UNKNOWN_CONTACTS_REFUSE}},
      "Contacts that are not stored: store them as leads, which is done if not given, or refuse "
      "their events");
  AddChoiceOption<v1::ContactKind>(
      import, "--kind", arguments->kind,
      {{"person", v1::CONTACT_KIND_PERSON}, {"organization", v1::CONTACT_KIND_ORGANIZATION}},
      "What contacts are that have to be stored; persons if not given");
  AddProvenanceOptions(import, arguments->provenance);
  import
      .add_option("--part", arguments->part,
                  "A name for this file where a list was split over several: without it an equal "
                  "line of another file is the same event, with it another one")
      ->type_name("NAME");
}

}  // namespace cible
