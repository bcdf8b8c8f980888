#include <map>
#include <memory>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cible/v1/persona_service.pb.h"
#include "cible/v1/segmentation_service.pb.h"
#include "clients/cli/answer_file.h"
#include "clients/cli/answer_options.h"
#include "clients/cli/choice_option.h"
#include "clients/cli/command_line.h"
#include "clients/cli/commands.h"
#include "clients/cli/contacts_commands.h"
#include "clients/cli/match_report.h"
#include "clients/cli/persona_report.h"
#include "clients/cli/stated_values.h"
#include "clients/cpp/client.h"
#include "server/wire/contact_wire.h"

namespace cible {
namespace {

struct MatchArguments : AnswerArguments {
  std::string contact;
  v1::Prior prior = v1::PRIOR_UNSPECIFIED;
};

// The texts of --set that were read, by attribute id.
StatedTexts TextsOf(const std::vector<std::string>& values, const Schema& schema) {
  StatedTexts texts;
  for (const std::string& value : values) {
    const std::pair<std::string, std::string> sides =
        absl::StrSplit(value, absl::MaxSplits('=', 1));
    const Attribute* attribute = schema.Find(absl::StripAsciiWhitespace(sides.first));
    if (attribute != nullptr) texts[attribute->id] = sides.second;
  }
  return texts;
}

absl::Status PrintMatch(Session& session, const v1::MatchLeadResponse& match,
                        const MatchArguments& arguments, const Schema& schema) {
  if (session.options().format == OutputFormat::kTable) {
    const StatedTexts stated = TextsOf(arguments.values, schema);
    session.console().out << MatchText(
        match, schema, stated, LanguageOf(session.options().language), session.console().width);
    return absl::OkStatus();
  }
  Table table = MatchesTable();
  AddMatchRow(arguments.contact, ToLeadMatch(match),
              match.personas_size() == 0 ? "" : match.personas(0).display_name(), table);
  return session.Print(table, match);
}

absl::StatusOr<int> MatchOne(Session& session, Client& client, const MatchArguments& arguments) {
  const auto schema = FetchSchema(session, client);
  if (!schema.ok()) return schema.status();
  v1::MatchLeadRequest request;
  request.set_prior(arguments.prior);
  request.set_segmentation(session.Segmentation());
  request.set_language_code(session.options().language);
  if (absl::Status status = SetDay(arguments, request); !status.ok()) return status;
  if (arguments.contact.empty()) {
    const absl::Status read = ReadStatedValues(arguments.values, *schema, request.mutable_lead());
    if (!read.ok()) return read;
  } else {
    request.set_name(session.Contact(arguments.contact));
  }
  const auto match = client.MatchLead(request);
  if (!match.ok()) return match.status();
  const absl::Status printed = PrintMatch(session, *match, arguments, *schema);
  if (!printed.ok()) return printed;
  return kDone;
}

// A row a lead of the block, but for those that the server refuses.
absl::Status MatchBlock(Client& client, v1::MatchLeadsRequest& request, FileBlock& block,
                        Table& rows) {
  TableToProto(block.table, request.mutable_table());
  const auto response = client.MatchLeads(request);
  if (!response.ok()) return response.status();
  if (response->matches_size() != block.table.row_count) return WrongRowCount();
  std::map<std::string, std::string> names;
  for (const v1::PersonaProbability& persona : response->personas()) {
    names[persona.persona()] = persona.display_name();
  }
  const std::vector<bool> refused = RefuseRows(response->errors(), block);
  for (int row = 0; row < block.table.row_count; ++row) {
    if (refused[static_cast<std::size_t>(row)]) continue;
    const v1::LeadMatch& match = response->matches(row);
    AddMatchRow(block.IdOf(row), match, names[match.persona()], rows);
  }
  return absl::OkStatus();
}

absl::StatusOr<int> MatchFile(Session& session, Client& client, const MatchArguments& arguments) {
  const auto schema = FetchSchema(session, client);
  if (!schema.ok()) return schema.status();
  v1::MatchLeadsRequest request;
  request.set_prior(arguments.prior);
  request.set_segmentation(session.Segmentation());
  request.set_language_code(session.options().language);
  if (absl::Status status = SetDay(arguments, request); !status.ok()) return status;
  return AnswerFile(
      session, arguments.file, arguments.output, *schema, MatchesTable(),
      [&](FileBlock& block, Table& rows) { return MatchBlock(client, request, block, rows); });
}

absl::StatusOr<int> Match(Session& session, const MatchArguments& arguments) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  return arguments.file.path.empty() ? MatchOne(session, **client, arguments)
                                     : MatchFile(session, **client, arguments);
}

void AddMatch(CommandLine& line) {
  auto arguments = std::make_shared<MatchArguments>();
  CLI::App& match = line.Command(
      {.name = "match",
       .description = "Finds the persona closest to a lead from whatever is known of it, or to "
                      "each lead of a file, whose refused rows go to FILE.rejected.csv.",
       .examples = {"match --set age=34 --set city=Lyon",
                    "match --set 'channels=web|phone' --language fr", "match --contact c00042",
                    "match leads.csv --output matched.csv", "match --set age=34 --prior uniform"}},
      [arguments](Session& session) { return Match(session, *arguments); });
  CLI::Option* file = AddFileOptions(match, arguments->file)->required(false);
  CLI::Option* set = AddSetOption(match, *arguments);
  CLI::Option* contact =
      match.add_option("--contact", arguments->contact, "Match a stored contact")->type_name("ID");
  AddOutputOptions(match, *arguments);
  AddChoiceOption<v1::Prior>(match, "--prior", arguments->prior,
                             {{"training", v1::PRIOR_TRAINING},
                              {"leads", v1::PRIOR_LEADS},
                              {"uniform", v1::PRIOR_UNIFORM}},
                             "Where the probabilities start from; leads where there were enough "
                             "of them at training, else training");
  set->excludes(file)->excludes(contact);
  contact->excludes(file);
}

// --- assign -----------------------------------------------------------------

absl::Status AssignBlock(Client& client, v1::AssignSegmentsRequest& request, FileBlock& block,
                         Table& rows) {
  TableToProto(block.table, request.mutable_table());
  const auto response = client.AssignSegments(request);
  if (!response.ok()) return response.status();
  const auto segments = CodesFromProto(response->segments());
  if (!segments.ok()) return segments.status();
  const auto sent = static_cast<std::size_t>(block.table.row_count);
  if (segments->codes.size() != sent || response->probabilities_size() != block.table.row_count) {
    return WrongRowCount();
  }
  const std::vector<bool> refused = RefuseRows(response->errors(), block);
  for (int row = 0; row < block.table.row_count; ++row) {
    const auto index = static_cast<std::size_t>(row);
    if (refused[index]) continue;
    rows.AddRow({block.IdOf(row), segments->dictionary[segments->codes[index]],
                 ShareCell(response->probabilities(row))});
  }
  return absl::OkStatus();
}

absl::StatusOr<int> AssignFile(Session& session, const AnswerArguments& arguments) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  const auto schema = FetchSchema(session, **client);
  if (!schema.ok()) return schema.status();
  v1::AssignSegmentsRequest request;
  request.set_segmentation(session.Segmentation());
  if (absl::Status status = SetDay(arguments, request); !status.ok()) return status;
  return AnswerFile(
      session, arguments.file, arguments.output, *schema,
      Table({{"ID", "id"}, {"SEGMENT", "segment"}, {"PROBABILITY", "probability", true}}),
      [&](FileBlock& block, Table& rows) { return AssignBlock(**client, request, block, rows); });
}

void AddAssign(CommandLine& line) {
  auto arguments = std::make_shared<AnswerArguments>();
  CLI::App& assign = line.Command(
      {.name = "assign",
       .description = "Tells the segment of each contact of a file, stored or not, as CSV: id, "
                      "segment, probability. Refused rows go to FILE.rejected.csv.",
       .examples = {"assign contacts.csv --output segments.csv",
                    "assign contacts.csv.gz --id-column email > segments.csv"}},
      [arguments](Session& session) { return AssignFile(session, *arguments); });
  AddFileOptions(assign, arguments->file);
  AddOutputOptions(assign, *arguments);
}

}  // namespace

void AddMatchingCommands(CommandLine& line) {
  AddMatch(line);
  AddAssign(line);
}

}  // namespace cible
