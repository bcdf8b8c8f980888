#include <algorithm>
#include <map>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cible/v1/contact_service.pb.h"
#include "cible/v1/persona_service.pb.h"
#include "clients/cli/command_line.h"
#include "clients/cli/contacts_commands.h"
#include "clients/cli/membership_columns.h"
#include "clients/cli/output/number_text.h"
#include "clients/cli/output/output_file.h"
#include "clients/cli/schema_text.h"
#include "clients/cli/wrong_usage.h"
#include "clients/cpp/client.h"
#include "segmentation/behaviour/organization_attributes.h"
#include "segmentation/data/csv.h"
#include "segmentation/data/text_parsing.h"
#include "server/wire/contact_wire.h"

namespace cible {
namespace {

struct ExportArguments {
  std::string filter;
  std::string output;
  bool include_left_out = false;
};

// What personas are called, by segment. None before the first training.
absl::StatusOr<std::map<std::string, std::string>> PersonaNames(Session& session, Client& client) {
  v1::ListPersonasRequest request;
  request.set_parent(session.Segmentation());
  request.set_language_code(session.options().language);
  const auto personas = client.ListPersonas(request);
  std::map<std::string, std::string> names;
  if (personas.status().code() == absl::StatusCode::kFailedPrecondition) return names;
  if (!personas.ok()) return personas.status();
  for (const v1::Persona& persona : personas->personas()) {
    names[IdOf(persona.segment())] = persona.display_name();
  }
  return names;
}

// Writes tables as lines: the id, the attributes of the schema, segment, persona,
// and where persons belong once some do, which the schema shows.
class ContactCsv {
 public:
  ContactCsv(std::ostream& out, const Schema& schema, std::map<std::string, std::string> personas)
      : out_(out), schema_(schema), personas_(std::move(personas)) {
    std::vector<std::string> header = {"id"};
    for (const Attribute& attribute : schema_.attributes()) header.push_back(attribute.id);
    header.insert(header.end(), {"segment", "persona"});
    has_memberships_ =
        std::any_of(schema_.attributes().begin(), schema_.attributes().end(), IsFromPeople);
    if (has_memberships_) header.insert(header.end(), {"organization", "buying_role"});
    out_ << CsvLine(header);
  }

  absl::Status Write(const v1::ExportContactsResponse& response) {
    const auto read = TableFromProto(response.table(), schema_);
    if (!read.ok()) return read.status();
    const auto segments = CodesFromProto(response.segments());
    if (!segments.ok()) return segments.status();
    const ContactTable& table = read->table;
    const std::vector<const Column*> columns = ColumnsOf(table);
    for (int row = 0; row < table.row_count; ++row) {
      const auto wire_row =
          static_cast<std::size_t>(read->source_rows[static_cast<std::size_t>(row)]);
      WriteRow(
          *read, columns, row,
          wire_row < segments->codes.size() ? segments->dictionary[segments->codes[wire_row]] : "");
    }
    count_ += table.row_count;
    return absl::OkStatus();
  }

  std::int64_t count() const { return count_; }

 private:
  std::vector<const Column*> ColumnsOf(const ContactTable& table) const {
    std::vector<const Column*> columns;
    for (const Attribute& attribute : schema_.attributes()) {
      columns.push_back(table.Find(attribute.id));
    }
    return columns;
  }

  void WriteRow(const TableFromWire& read, const std::vector<const Column*>& columns, int row,
                const std::string& segment) {
    const auto i = static_cast<std::size_t>(row);
    std::vector<std::string> cells = {read.table.ids[i]};
    for (const Column* column : columns) {
      const std::optional<Value> value = column == nullptr ? std::nullopt : Get(*column, row);
      cells.push_back(value.has_value() ? FormatValue(*value) : "");
    }
    const auto persona = personas_.find(segment);
    cells.push_back(segment);
    cells.push_back(persona == personas_.end() ? "" : persona->second);
    if (has_memberships_) {
      cells.push_back(read.organizations.empty() ? "" : read.organizations[i]);
      cells.push_back(
          read.buying_roles.empty() ? "" : ShortName(BuyingRoleToProto(read.buying_roles[i])));
    }
    out_ << CsvLine(cells);
  }

  std::ostream& out_;
  const Schema& schema_;
  const std::map<std::string, std::string> personas_;
  bool has_memberships_ = false;
  std::int64_t count_ = 0;
};

absl::StatusOr<int> ExportContacts(Session& session, const ExportArguments& arguments) {
  if (session.options().format == OutputFormat::kJson) {
    return WrongUsage(
        "contacts are exported as CSV; use `cible contacts list --format json` for JSON");
  }
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  const auto schema = FetchSchema(session, **client);
  if (!schema.ok()) return schema.status();
  auto names = PersonaNames(session, **client);
  if (!names.ok()) return names.status();
  auto file = OutputFile::Open(arguments.output, session.console());
  if (!file.ok()) return file.status();
  ContactCsv csv(file->stream(), *schema, *std::move(names));
  v1::ExportContactsRequest request;
  request.set_parent(session.Workspace());
  request.set_filter(arguments.filter);
  request.set_segmentation(session.Segmentation());
  request.set_include_left_out(arguments.include_left_out);
  absl::Status written;
  const absl::Status streamed =
      (*client)->ExportContacts(request, [&](const v1::ExportContactsResponse& response) {
        written = csv.Write(response);
        return written.ok();
      });
  for (const absl::Status& status : {written, streamed}) {
    if (!status.ok()) return status;
  }
  if (absl::Status status = file->Close(); !status.ok()) return status;
  session.console().err << CountText(csv.count()) << " contacts exported\n";
  return kDone;
}

}  // namespace

void AddExportCommand(CommandLine& line, CLI::App& group) {
  auto arguments = std::make_shared<ExportArguments>();
  CLI::App& command = line.Command(
      group,
      {.name = "export",
       .description = "Writes stored contacts as CSV, each with its segment and persona.",
       .examples = {"contacts export --output all.csv",
                    "contacts export --filter 'contact.segment = \"s2\"' --output list.csv",
                    "contacts export --filter 'country = \"FR\"' | head"}},
      [arguments](Session& session) { return ExportContacts(session, *arguments); });
  command.add_flag("--include-left-out", arguments->include_left_out,
                   "Those too who object to profiling, or lack a legal basis that is required");
  command.add_option("--filter", arguments->filter, "Which ones")->type_name("EXPR");
  command.add_option("--output", arguments->output, "Where to; standard output if not given")
      ->type_name("FILE");
}

}  // namespace cible
