#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "cible/v1/lifecycle_service.pb.h"
#include "clients/cli/answer_file.h"
#include "clients/cli/answer_options.h"
#include "clients/cli/choice_option.h"
#include "clients/cli/command_line.h"
#include "clients/cli/commands.h"
#include "clients/cli/contacts_commands.h"
#include "clients/cli/persona_report.h"
#include "clients/cli/qualification_report.h"
#include "clients/cli/qualification_table.h"
#include "clients/cli/stated_values.h"
#include "clients/cli/stored_qualification.h"
#include "clients/cli/wrong_usage.h"
#include "clients/cpp/client.h"
#include "server/wire/contact_wire.h"

namespace cible {
namespace {

struct QualifyArguments : AnswerArguments {
  std::vector<std::string> subjects;  // Ids, or one file.
  std::string offer;
  double min_price = 0;
  double max_price = 0;  // 0: not given.
  bool reasons = false;
  bool explain = false;
  v1::ContactKind kind = v1::CONTACT_KIND_UNSPECIFIED;
  int limit = 20;

  bool is_of_leads() const {
    return !offer.empty() || max_price != 0 || kind != v1::CONTACT_KIND_UNSPECIFIED ||
           !as_of.empty();
  }
};

bool NamesFile(const QualifyArguments& arguments) {
  if (arguments.subjects.size() != 1) return false;
  const std::string& subject = arguments.subjects[0];
  for (const char* ending : {".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt"}) {
    if (absl::EndsWithIgnoreCase(subject, ending)) return true;
  }
  return !arguments.output.empty() || !arguments.file.id_column.empty();
}

absl::StatusOr<v1::QualifyLeadsRequest> LeadsRequest(Session& session,
                                                     const QualifyArguments& arguments) {
  if (arguments.explain) {
    return WrongUsage(
        "--explain is a text for a contact that is stored; give its id, or leave it out");
  }
  v1::QualifyLeadsRequest request;
  request.set_parent(session.Workspace());
  request.set_language_code(session.options().language);
  request.set_kind(arguments.kind);
  if (!arguments.offer.empty()) request.set_offer(arguments.offer);
  if (arguments.max_price != 0) {
    v1::Offer& offer = *request.mutable_new_offer();
    offer.set_id("offer");
    offer.set_min_price(arguments.min_price);
    offer.set_max_price(arguments.max_price);
  }
  if (absl::Status status = SetDay(arguments, request); !status.ok()) return status;
  return request;
}

// --- One lead ---------------------------------------------------------------

absl::StatusOr<int> QualifyOne(Session& session, Client& client,
                               const QualifyArguments& arguments) {
  auto request = LeadsRequest(session, arguments);
  if (!request.ok()) return request.status();
  const auto schema = FetchSchema(session, client);
  if (!schema.ok()) return schema.status();
  v1::Contact& lead = *request->mutable_contact();
  const absl::Status read = ReadStatedValues(arguments.values, *schema, &lead);
  if (!read.ok()) return read;
  lead.set_kind(arguments.kind);
  request->set_with_reasons(true);
  const auto response = client.QualifyLeads(*request);
  if (!response.ok()) return response.status();
  if (response->classifications_size() != 1) return WrongRowCount();
  const v1::Classification& classification = response->classifications(0);
  const Language language = LanguageOf(session.options().language);
  if (session.options().format == OutputFormat::kTable) {
    session.console().out << QualificationText("", classification, language,
                                               session.console().width);
    return kDone;
  }
  Table table = QualificationsTable();
  AddQualificationRow("", classification, language, table);
  if (absl::Status printed = session.Print(table, *response); !printed.ok()) return printed;
  return kDone;
}

// --- A file of leads --------------------------------------------------------

// A row a lead of the block, but for those that the server refuses.
absl::Status QualifyBlock(Client& client, v1::QualifyLeadsRequest& request, Language language,
                          FileBlock& block, Table& rows) {
  TableToProto(block.table, request.mutable_table());
  const auto response = client.QualifyLeads(request);
  if (!response.ok()) return response.status();
  if (response->classifications_size() != block.table.row_count) return WrongRowCount();
  const std::vector<bool> refused = RefuseRows(response->row_errors(), block);
  for (int row = 0; row < block.table.row_count; ++row) {
    if (refused[static_cast<std::size_t>(row)]) continue;
    AddQualificationRow(block.IdOf(row), response->classifications(row), language, rows);
  }
  return absl::OkStatus();
}

absl::StatusOr<int> QualifyFile(Session& session, Client& client,
                                const QualifyArguments& arguments) {
  auto request = LeadsRequest(session, arguments);
  if (!request.ok()) return request.status();
  const auto schema = FetchSchema(session, client);
  if (!schema.ok()) return schema.status();
  request->set_with_reasons(arguments.reasons);
  FileOptions file = arguments.file;
  file.path = arguments.subjects[0];
  const Language language = LanguageOf(session.options().language);
  return AnswerFile(session, file, arguments.output, *schema, QualificationsTable(),
                    [&](FileBlock& block, Table& rows) {
                      return QualifyBlock(client, *request, language, block, rows);
                    });
}

// --- The command ------------------------------------------------------------

// What was stored is held against the policy's main offer, as of today.
absl::Status CheckIsOfStored(const QualifyArguments& arguments) {
  if (!arguments.output.empty()) {
    return WrongUsage("--output goes with one FILE; `--format csv` prints stored contacts");
  }
  if (!arguments.is_of_leads()) return absl::OkStatus();
  return WrongUsage(
      "--offer, --max-price, --kind and --as-of go with --set or FILE; stored contacts are "
      "qualified as of today against main_offer of the policy (`cible lifecycle set`)");
}

absl::StatusOr<int> Qualify(Session& session, const QualifyArguments& arguments) {
  const bool is_file = NamesFile(arguments);
  const bool is_of_stored = !is_file && arguments.values.empty();
  if (is_of_stored) {
    if (absl::Status status = CheckIsOfStored(arguments); !status.ok()) return status;
  }
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  if (is_file) return QualifyFile(session, **client, arguments);
  if (!is_of_stored) return QualifyOne(session, **client, arguments);
  if (arguments.subjects.empty()) return PrintAttentionList(session, **client, arguments.limit);
  return PrintStoredQualifications(
      session, **client,
      {.ids = arguments.subjects, .reasons = arguments.reasons, .explanation = arguments.explain});
}

void AddOfferOptions(CLI::App& command, QualifyArguments& arguments) {
  CLI::Option* offer =
      command
          .add_option("--offer", arguments.offer,
                      "Id of the offer of the policy that leads are held against; its main offer "
                      "if not given")
          ->type_name("ID");
  CLI::Option* most =
      command
          .add_option("--max-price", arguments.max_price, "Against one that costs at most so much")
          ->check(CLI::PositiveNumber.description(""))
          ->type_name("Y")
          ->excludes(offer);
  command.add_option("--min-price", arguments.min_price, "and at least so much")
      ->check(CLI::NonNegativeNumber.description(""))
      ->type_name("X")
      ->needs(most);
}

}  // namespace

void AddQualifyCommand(CommandLine& line) {
  auto arguments = std::make_shared<QualifyArguments>();
  CLI::App& qualify = line.Command(
      {.name = "qualify",
       .description =
           "Tells how contacts stand: lead, prospect or customer, cold or hot, budget, authority, "
           "need, timing and fit met or not, what to ask and what to do next. Stored contacts by "
           "id; a lead by what is known of it; each lead of a file, whose refused rows go to "
           "FILE.rejected.csv. Without arguments: those who need attention most.",
       .examples = {"qualify", "qualify c00042 --explain --language fr",
                    "qualify --set age=34 --set city=Lyon --min-price 200 --max-price 500",
                    "qualify leads.csv --output qualified.csv --offer annual-plan"}},
      [arguments](Session& session) { return Qualify(session, *arguments); });
  CLI::Option* subjects = qualify.add_option(
      "ID|FILE", arguments->subjects, "Stored contacts; or FILE.csv or FILE.csv.gz, with a header");
  AddSetOption(qualify, *arguments)->excludes(subjects);
  AddIdColumnOption(qualify, arguments->file);
  AddOutputOptions(qualify, *arguments);
  AddOfferOptions(qualify, *arguments);
  AddChoiceOption<v1::ContactKind>(
      qualify, "--kind", arguments->kind,
      {{"person", v1::CONTACT_KIND_PERSON}, {"organization", v1::CONTACT_KIND_ORGANIZATION}},
      "What leads are; persons if not given");
  qualify.add_flag("--reasons", arguments->reasons,
                   "Say why of each; of one contact it is always said");
  qualify.add_flag("--explain", arguments->explain,
                   "Add the text for the contact concerned (GDPR art. 15 and 22)");
  qualify.add_option("--limit", arguments->limit, "Without arguments: at most so many")
      ->check(CLI::Range(1, 2000).description(""))
      ->type_name("N")
      ->capture_default_str();
}

}  // namespace cible
