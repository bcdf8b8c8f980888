#include <map>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cible/v1/contact_service.pb.h"
#include "clients/cli/command_line.h"
#include "clients/cli/commands.h"
#include "clients/cli/contact_file.h"
#include "clients/cli/file_options.h"
#include "clients/cli/output/number_text.h"
#include "clients/cli/output/output_file.h"
#include "clients/cli/schema_text.h"
#include "clients/cpp/client.h"
#include "server/wire/contact_wire.h"

namespace cible {
namespace {

v1::InferSchemaResponse ToMessage(const Inference& inference) {
  v1::InferSchemaResponse message;
  SchemaToProto(inference.schema, message.mutable_schema());
  for (v1::Attribute& attribute : *message.mutable_schema()->mutable_attributes()) {
    attribute.clear_number();
  }
  message.set_id_column(inference.id_column);
  for (const ColumnReport& column : inference.columns) {
    v1::ColumnReport& report = *message.add_columns();
    report.set_header(column.header);
    report.set_attribute(column.attribute);
    report.set_known_count(column.known);
    report.set_missing_count(column.missing);
    for (const auto& [marker, count] : column.missing_markers) report.add_missing_markers(marker);
    report.set_distinct_count(column.distinct);
    report.set_notice(column.notice);
  }
  for (const std::string& notice : inference.notices) message.add_notices(notice);
  return message;
}

double KnownShare(const v1::ColumnReport& column) {
  const auto all = static_cast<double>(column.known_count() + column.missing_count());
  return all == 0 ? 0 : static_cast<double>(column.known_count()) / all;
}

Table InferenceTable(const v1::InferSchemaResponse& inference) {
  std::map<std::string, const v1::Attribute*> attributes;
  for (const v1::Attribute& attribute : inference.schema().attributes()) {
    attributes[attribute.id()] = &attribute;
  }
  Table table({{"COLUMN", "column"},
               {"ATTRIBUTE", "attribute"},
               {"TYPE", "type"},
               {"CRITERION", "criterion"},
               {"ROLE", "role"},
               {"BLOCK", "block"},
               {"KNOWN", "known", true},
               {"NOTICE", "notice"}});
  for (const v1::ColumnReport& column : inference.columns()) {
    const auto found = attributes.find(column.attribute());
    const v1::Attribute attribute = found == attributes.end() ? v1::Attribute() : *found->second;
    const bool is_id = column.attribute().empty() && column.header() == inference.id_column();
    table.AddRow({column.header(), attribute.id(), is_id ? "the id" : ShortName(attribute.type()),
                  ShortName(attribute.criterion()), ShortName(attribute.role()), attribute.block(),
                  ShareCell(KnownShare(column)), column.notice()});
  }
  return table;
}

// What stands above each attribute in the file.
std::string Remark(const v1::InferSchemaResponse& inference, const std::string& attribute) {
  for (const v1::ColumnReport& column : inference.columns()) {
    if (column.attribute() != attribute) continue;
    return absl::StrCat(ShareText(KnownShare(column)), " known, ",
                        CountText(column.distinct_count()), " different",
                        column.notice().empty() ? "" : "; ", column.notice());
  }
  return "";
}

struct InferArguments {
  FileOptions file;
  std::string output;
};

absl::StatusOr<int> InferFromFile(Session& session, const InferArguments& arguments) {
  const auto file = OpenContactFile(arguments.file);
  if (!file.ok()) return file.status();
  const v1::InferSchemaResponse inference = ToMessage((*file)->inference());
  for (const std::string& notice : inference.notices()) session.Notice(notice);
  if (!arguments.output.empty()) {
    const std::string text = SchemaToText(inference.schema(), [&](const std::string& attribute) {
      return Remark(inference, attribute);
    });
    const absl::Status written = WriteText(text, arguments.output, session.console());
    if (!written.ok()) return written;
    if (arguments.output == "-") return kDone;
  }
  if (absl::Status printed = session.Print(InferenceTable(inference), inference); !printed.ok()) {
    return printed;
  }
  return kDone;
}

Table SchemaTable(const v1::Schema& schema) {
  Table table({{"ATTRIBUTE", "attribute"},
               {"NAME", "display_name"},
               {"TYPE", "type"},
               {"CRITERION", "criterion"},
               {"ROLE", "role"},
               {"BLOCK", "block"},
               {"WEIGHT", "weight", true},
               {"LEVELS", "levels"}});
  for (const v1::Attribute& attribute : schema.attributes()) {
    table.AddRow(
        {attribute.id(), attribute.display_name(), ShortName(attribute.type()),
         ShortName(attribute.criterion()), ShortName(attribute.role()), attribute.block(),
         ExactText(attribute.weight() == 0 ? 1 : attribute.weight()),
         Cell(absl::StrJoin(attribute.levels(), " < "), absl::StrJoin(attribute.levels(), "|"))});
  }
  return table;
}

absl::StatusOr<int> ShowSchema(Session& session, const std::string& output) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  v1::GetSchemaRequest request;
  request.set_name(session.Schema());
  const auto schema = (*client)->GetSchema(request);
  if (!schema.ok()) return schema.status();
  const absl::Status shown = output.empty()
                                 ? session.Print(SchemaTable(*schema), *schema)
                                 : WriteText(SchemaToText(*schema), output, session.console());
  if (!shown.ok()) return shown;
  if (schema->attributes_size() == 0) {
    session.Notice("the schema is empty; `cible contacts import FILE.csv` fills it");
  }
  return kDone;
}

struct SetArguments {
  std::string file;
  bool remove_missing = false;
  bool check = false;
};

absl::StatusOr<int> SetSchema(Session& session, const SetArguments& arguments) {
  const auto schema = ReadSchemaFile(arguments.file);
  if (!schema.ok()) return schema.status();
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  v1::UpdateSchemaRequest request;
  *request.mutable_schema() = *schema;
  request.mutable_schema()->set_name(session.Schema());
  request.set_remove_missing(arguments.remove_missing);
  request.set_validate_only(arguments.check);
  const auto updated = (*client)->UpdateSchema(request);
  if (!updated.ok()) return updated.status();
  if (absl::Status shown = session.Print(SchemaTable(*updated), *updated); !shown.ok()) {
    return shown;
  }
  return kDone;
}

void AddInfer(CommandLine& line, CLI::App& group) {
  auto arguments = std::make_shared<InferArguments>();
  CLI::App& infer =
      line.Command(group,
                   {.name = "infer",
                    .description = "Guesses what the columns of a CSV file are. Needs no server.",
                    .examples = {"schema infer contacts.csv",
                                 "schema infer bank.csv.gz --outcome y=yes --output bank.schema",
                                 "schema infer contacts.csv --format json"}},
                   [arguments](Session& session) { return InferFromFile(session, *arguments); });
  AddFileOptions(infer, arguments->file);
  AddOutcomeOption(infer, arguments->file);
  infer
      .add_option("--output", arguments->output,
                  "Also write the schema as text to edit, for `cible schema set`; - for here")
      ->type_name("FILE");
}

void AddShow(CommandLine& line, CLI::App& group) {
  auto output = std::make_shared<std::string>();
  line.Command(group,
               {.name = "show",
                .description = "Shows what the contacts of the workspace are described by.",
                .examples = {"schema show", "schema show --output contacts.schema"}},
               [output](Session& session) { return ShowSchema(session, *output); })
      .add_option("--output", *output, "Write it as text to edit instead")
      ->type_name("FILE");
}

void AddSet(CommandLine& line, CLI::App& group) {
  auto arguments = std::make_shared<SetArguments>();
  CLI::App& set = line.Command(
      group,
      {.name = "set",
       .description = "Adds and changes attributes as a schema file says.",
       .examples = {"schema set contacts.schema", "schema set contacts.schema --check"}},
      [arguments](Session& session) { return SetSchema(session, *arguments); });
  set.add_option("FILE", arguments->file, "As written by `schema infer` or `schema show`")
      ->required();
  set.add_flag("--remove-missing", arguments->remove_missing,
               "Also remove the attributes that the file does not list");
  set.add_flag("--check", arguments->check, "Change nothing; show what would be");
}

}  // namespace

void AddSchemaCommands(CommandLine& line) {
  CLI::App& group = line.Group("schema", "What contacts are described by: infer, show, set.");
  AddInfer(line, group);
  AddShow(line, group);
  AddSet(line, group);
}

}  // namespace cible
