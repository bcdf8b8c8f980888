// What concerns the people behind contacts: `cible contacts object | consent |
// dossier`, `cible audit` and `cible retention`.

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cible/v1/contact_service.pb.h"
#include "cible/v1/workspace_service.pb.h"
#include "clients/cli/choice_option.h"
#include "clients/cli/command_line.h"
#include "clients/cli/commands.h"
#include "clients/cli/contacts_commands.h"
#include "clients/cli/dossier_report.h"
#include "clients/cli/events_commands.h"
#include "clients/cli/output/number_text.h"
#include "clients/cli/persona_report.h"
#include "clients/cli/schema_text.h"
#include "clients/cli/training_options.h"
#include "clients/cli/training_report.h"
#include "clients/cli/wrong_usage.h"
#include "clients/cpp/client.h"
#include "segmentation/data/value.h"
#include "server/wire/contact_wire.h"
#include "server/wire/instant_wire.h"

namespace cible {
namespace {

constexpr std::int64_t kDayMicros = 86'400'000'000;
constexpr int kPage = 1000;  // As many as the server gives at once.

const Choices<v1::LegalBasis>& LegalBases() {
  static const auto& bases =
      *new Choices<v1::LegalBasis>{{"consent", v1::LEGAL_BASIS_CONSENT},
                                   {"contract", v1::LEGAL_BASIS_CONTRACT},
                                   {"legal-obligation", v1::LEGAL_BASIS_LEGAL_OBLIGATION},
                                   {"vital-interests", v1::LEGAL_BASIS_VITAL_INTERESTS},
                                   {"public-task", v1::LEGAL_BASIS_PUBLIC_TASK},
                                   {"legitimate-interests", v1::LEGAL_BASIS_LEGITIMATE_INTERESTS}};
  return bases;
}

absl::StatusOr<int> PrintContact(Session& session, Client& client, const v1::Contact& contact) {
  const auto schema = FetchSchema(session, client);
  if (!schema.ok()) return schema.status();
  const auto table = ContactTableOf(contact, *schema);
  if (!table.ok()) return table.status();
  if (absl::Status printed = session.Print(*table, contact); !printed.ok()) return printed;
  return kDone;
}

struct ObjectArguments {
  std::string id;
  bool withdraw = false;
};

absl::StatusOr<int> Object(Session& session, const ObjectArguments& arguments) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  v1::ObjectToProfilingRequest request;
  request.set_name(session.Contact(arguments.id));
  request.set_withdraw(arguments.withdraw);
  const auto contact = (*client)->ObjectToProfiling(request);
  if (!contact.ok()) return contact.status();
  session.console().err << (arguments.withdraw
                                ? "The contact no longer objects; it has segments again.\n"
                                : "The contact objects to profiling: it is in no segment, training "
                                  "or list from now on.\n");
  return kDone;
}

struct ConsentArguments {
  std::string id;
  std::string purpose;
  std::string channel;
  std::string given;
  std::string expires;
  bool withdraw = false;
};

// The start of the day in UTC.
absl::Status ReadDay(const std::string& text, const std::string& option,
                     google::protobuf::Timestamp* time) {
  const auto message = ParseDay(text, option);
  if (!message.ok()) return message.status();
  const auto day = DateFromProto(*message);
  if (!day.ok()) return day.status();
  TimestampToProto({day->days * kDayMicros}, time);
  return absl::OkStatus();
}

absl::StatusOr<int> RecordConsent(Session& session, const ConsentArguments& arguments) {
  v1::RecordConsentRequest request;
  request.set_name(session.Contact(arguments.id));
  request.set_purpose(arguments.purpose);
  request.set_channel(arguments.channel);
  request.set_withdraw(arguments.withdraw);
  absl::Status read;
  if (!arguments.given.empty()) {
    read = ReadDay(arguments.given, "--given", request.mutable_give_time());
  }
  if (read.ok() && !arguments.expires.empty()) {
    read = ReadDay(arguments.expires, "--expires", request.mutable_expire_time());
  }
  if (!read.ok()) return read;
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  const auto contact = (*client)->RecordConsent(request);
  if (!contact.ok()) return contact.status();
  return PrintContact(session, **client, *contact);
}

absl::StatusOr<int> ShowDossier(Session& session, const std::string& id) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  v1::GetContactDossierRequest request;
  request.set_name(session.Contact(id));
  request.set_language_code(session.options().language);
  const auto dossier = (*client)->GetContactDossier(request);
  if (!dossier.ok()) return dossier.status();
  const auto schema = FetchSchema(session, **client);
  if (!schema.ok()) return schema.status();
  const auto zone = FetchTimeZone(session, **client);
  if (!zone.ok()) return zone.status();
  const auto table = DossierTable(*dossier, *schema, *zone, LanguageOf(session.options().language));
  if (!table.ok()) return table.status();
  if (absl::Status printed = session.Print(*table, *dossier); !printed.ok()) return printed;
  if (session.options().format == OutputFormat::kTable) {
    session.console().out << DossierExplanation(*dossier, session.console().width);
  }
  return kDone;
}

struct AuditArguments {
  std::string contact;
  int limit = 50;
};

absl::StatusOr<int> ShowAudit(Session& session, const AuditArguments& arguments) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  v1::ListAuditEntriesRequest request;
  request.set_parent(session.Workspace());
  if (!arguments.contact.empty()) request.set_contact(session.Contact(arguments.contact));
  v1::ListAuditEntriesResponse all;
  do {
    request.set_page_size(std::min(arguments.limit - all.audit_entries_size(), kPage));
    auto page = (*client)->ListAuditEntries(request);
    if (!page.ok()) return page.status();
    all.mutable_audit_entries()->MergeFrom(page->audit_entries());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty() && all.audit_entries_size() < arguments.limit);
  Table table({{"TIME", "create_time"},
               {"WHO", "principal"},
               {"DID", "action"},
               {"TO", "resource"},
               {"CONTACTS", "contact_count", true}});
  for (const v1::AuditEntry& entry : all.audit_entries()) {
    table.AddRow({TimeText(entry.create_time()), entry.principal(), entry.action(),
                  entry.resource(),
                  entry.contact_count() > 0 ? CountCell(entry.contact_count()) : Cell("")});
  }
  if (absl::Status printed = session.Print(table, all); !printed.ok()) return printed;
  return kDone;
}

absl::StatusOr<int> ShowRetention(Session& session) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  v1::GetRetentionReportRequest request;
  request.set_name(session.Workspace());
  const auto report = (*client)->GetRetentionReport(request);
  if (!report.ok()) return report.status();
  Table table({{"WHAT", "what"}, {"VALUE", "value"}});
  const bool never = report->retention_days() < 0;
  table.AddRow({Cell("leads and prospects are erased after", "retention_days"),
                Cell(never ? "never" : absl::StrCat(report->retention_days(), " days of silence"),
                     absl::StrCat(report->retention_days()))});
  table.AddRow({Cell("due now", "due_count"), CountCell(report->due_count())});
  table.AddRow({Cell("last run", "last_run_time"), report->has_last_run_time()
                                                       ? TimeText(report->last_run_time())
                                                       : std::string("not yet")});
  table.AddRow({Cell("erased by it", "erased_count"), CountCell(report->erased_count())});
  table.AddRow(
      {Cell("erased by all runs", "total_erased_count"), CountCell(report->total_erased_count())});
  if (!report->error().empty()) table.AddRow({Cell("it ended early", "error"), report->error()});
  if (absl::Status printed = session.Print(table, *report); !printed.ok()) return printed;
  return kDone;
}

void AddConsent(CommandLine& line, CLI::App& group) {
  auto arguments = std::make_shared<ConsentArguments>();
  CLI::App& consent = line.Command(
      group,
      {.name = "consent",
       .description = "Records that a contact agreed to be addressed, or withdraws it.",
       .examples = {"contacts consent c00042 --purpose newsletter --channel email",
                    "contacts consent c00042 --purpose calls --channel phone --expires 2027-12-31",
                    "contacts consent c00042 --purpose newsletter --channel email --withdraw"}},
      [arguments](Session& session) { return RecordConsent(session, *arguments); });
  consent.add_option("ID", arguments->id, "Its id")->required();
  consent.add_option("--purpose", arguments->purpose, "For what")->required()->type_name("WORD");
  consent.add_option("--channel", arguments->channel, "By which way")
      ->required()
      ->type_name("WORD");
  consent.add_option("--given", arguments->given, "When; now if not given")->type_name("DATE");
  consent.add_option("--expires", arguments->expires, "From when on it does not count any more")
      ->type_name("DATE");
  consent.add_flag("--withdraw", arguments->withdraw, "It takes it back");
}

}  // namespace

std::string ShortName(v1::LegalBasis basis) {
  for (const auto& [word, value] : LegalBases()) {
    if (value == basis) return word;
  }
  return "";
}

void AddProvenanceOptions(CLI::App& command, v1::Provenance& provenance) {
  command
      .add_option_function<std::string>(
          "--source", [&provenance](const std::string& source) { provenance.set_source(source); },
          "Where they come from, in your words")
      ->type_name("S");
  std::vector<std::string> words;
  for (const auto& choice : LegalBases()) words.push_back(choice.first);
  command
      .add_option_function<std::string>(
          "--legal-basis",
          [&provenance](const std::string& word) {
            for (const auto& [name, basis] : LegalBases()) {
              if (name == word) provenance.set_legal_basis(basis);
            }
          },
          "On which basis (GDPR art. 6)")
      ->check(CLI::IsMember(words).description(""))
      ->type_name("BASIS");
}

void AddPrivacyCommands(CommandLine& line, CLI::App& group) {
  auto arguments = std::make_shared<ObjectArguments>();
  CLI::App& object = line.Command(
      group,
      {.name = "object",
       .description = "Records that a contact objects to profiling (GDPR art. 21): it leaves "
                      "segments, training and lists at once, and is kept.",
       .examples = {"contacts object c00042", "contacts object c00042 --withdraw"}},
      [arguments](Session& session) { return Object(session, *arguments); });
  object.add_option("ID", arguments->id, "Its id")->required();
  object.add_flag("--withdraw", arguments->withdraw, "It takes its objection back");
  AddConsent(line, group);
  auto id = std::make_shared<std::string>();
  line.Command(group,
               {.name = "dossier",
                .description = "Shows everything that is known of a contact, in one document.",
                .examples = {"contacts dossier c00042",
                             "contacts dossier c00042 --format json > c00042.json"}},
               [id](Session& session) { return ShowDossier(session, *id); })
      .add_option("ID", *id, "Its id")
      ->required();
}

void AddPrivacyReports(CommandLine& line) {
  auto arguments = std::make_shared<AuditArguments>();
  CLI::App& audit = line.Command(
      {.name = "audit",
       .description = "Shows who changed what, the latest first.",
       .examples = {"audit", "audit --contact c00042", "audit --limit 1000 --format csv"}},
      [arguments](Session& session) { return ShowAudit(session, *arguments); });
  audit.add_option("--contact", arguments->contact, "Only what was done to this one")
      ->type_name("ID");
  audit.add_option("--limit", arguments->limit, "At most so many")
      ->check(CLI::Range(1, 1'000'000).description(""))
      ->type_name("N")
      ->capture_default_str();
  line.Command({.name = "retention",
                .description = "Shows which leads and prospects the retention rule has erased, and "
                               "how many it would erase now.",
                .examples = {"retention"}},
               ShowRetention);
}

}  // namespace cible
