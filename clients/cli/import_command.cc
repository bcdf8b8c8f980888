#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cible/v1/contact_service.pb.h"
#include "clients/cli/choice_option.h"
#include "clients/cli/command_line.h"
#include "clients/cli/contact_file.h"
#include "clients/cli/contact_import.h"
#include "clients/cli/contacts_commands.h"
#include "clients/cli/file_options.h"
#include "clients/cli/output/number_text.h"
#include "clients/cli/schema_text.h"
#include "clients/cpp/client.h"
#include "server/wire/contact_wire.h"

namespace cible {
namespace {

constexpr int kSchemaAttempts = 5;

struct ImportArguments {
  FileOptions file;
  MembershipOptions membership;
  std::string schema;
  bool infer = false;
  v1::ContactKind kind = v1::CONTACT_KIND_PERSON;
  v1::Stage stage = v1::STAGE_UNSPECIFIED;
  v1::Provenance provenance;
};

absl::StatusOr<v1::Schema> Update(Session& session, Client& client, v1::Schema schema) {
  v1::UpdateSchemaRequest request;
  schema.set_name(session.Schema());
  *request.mutable_schema() = std::move(schema);
  return client.UpdateSchema(request);
}

// The attributes inferred that the schema does not have, by id or by header.
v1::Schema NewAttributes(const Inference& inference, const MembershipColumns& memberships,
                         const Schema& schema) {
  Schema added;
  for (const Attribute& attribute : inference.schema.attributes()) {
    if (schema.Find(attribute.id) != nullptr || schema.Find(attribute.display_name) != nullptr) {
      continue;
    }
    if (memberships.Has(attribute.display_name)) continue;
    added.Add(attribute).IgnoreError();  // Valid and unique: from a schema.
  }
  v1::Schema message;
  SchemaToProto(added, &message);
  return message;
}

void SayWhatWasInferred(Session& session, const ContactFile& file,
                        const MembershipColumns& memberships, const Schema& before, int added) {
  const Inference& inference = file.inference();
  session.console().err << CountText(added) << (added == 1 ? " attribute" : " attributes")
                        << " inferred from " << CountText(file.rows_looked_at())
                        << " rows; see `cible schema show`\n";
  for (const ColumnReport& column : inference.columns) {
    const Attribute* attribute = before.Find(column.header);
    if (column.notice.empty() || (attribute != nullptr && IsDerived(*attribute))) continue;
    if (memberships.Has(column.header)) continue;
    session.Notice(absl::StrCat(column.header, ": ", column.notice));
  }
}

// A workspace whose contacts did things before they were imported has attributes,
// but none that is stated yet. An export that is read back says nothing new.
bool IsToBeInferred(const Schema& schema, const ContactFile& file) {
  const auto& attributes = schema.attributes();
  return std::all_of(attributes.begin(), attributes.end(), IsDerived) &&
         file.DerivedColumns(schema, "").empty();
}

// What can be imported: values of derived attributes are worked out.
// Errors: INVALID_ARGUMENT nothing can.
absl::StatusOr<Schema> StatedPart(const Schema& schema, const ContactFile& file,
                                  const MembershipColumns& memberships) {
  Schema stated = schema;
  for (const Attribute& attribute : schema.attributes()) {
    if (IsDerived(attribute)) stated.Remove(attribute.id).IgnoreError();  // It is there.
  }
  if (!stated.empty() || schema.empty() || !memberships.empty()) return stated;
  return absl::InvalidArgumentError(
      absl::StrCat(file.path(),
                   ": nothing of it can be stored: beside the ids, its columns are "
                   "derived or not in the schema; --infer adds those that are not "
                   "derived"));
}

absl::StatusOr<v1::Schema> CurrentSchema(Session& session, Client& client,
                                         const ImportArguments& arguments) {
  if (!arguments.schema.empty()) {
    auto given = ReadSchemaFile(arguments.schema);
    if (!given.ok()) return given.status();
    return Update(session, client, *std::move(given));
  }
  v1::GetSchemaRequest request;
  request.set_name(session.Schema());
  return client.GetSchema(request);
}

// Adds what was inferred where the schema has room for it. ABORTED when the
// schema was changed meanwhile.
absl::StatusOr<Schema> AddInferred(Session& session, Client& client, const ContactFile& file,
                                   const MembershipColumns& memberships,
                                   const ImportArguments& arguments) {
  absl::StatusOr<v1::Schema> message = CurrentSchema(session, client, arguments);
  if (!message.ok()) return message.status();
  auto schema = SchemaFromProto(*message);
  if (!schema.ok() || !(IsToBeInferred(*schema, file) || arguments.infer)) {
    if (!arguments.file.outcome.empty()) {
      session.Notice(
          "the workspace has a schema already, so --outcome says nothing new; edit the "
          "schema to change it");
    }
    return schema;
  }
  v1::Schema added = NewAttributes(file.inference(), memberships, *schema);
  const int count = added.attributes_size();
  if (count == 0) return schema;
  added.set_etag(message->etag());
  message = Update(session, client, std::move(added));
  if (!message.ok()) return message.status();
  SayWhatWasInferred(session, file, memberships, *schema, count);
  return SchemaFromProto(*message);
}

absl::StatusOr<Schema> PrepareSchema(Session& session, Client& client, const ContactFile& file,
                                     const MembershipColumns& memberships,
                                     const ImportArguments& arguments) {
  absl::StatusOr<Schema> schema = AddInferred(session, client, file, memberships, arguments);
  for (int attempt = 1; attempt < kSchemaAttempts && absl::IsAborted(schema.status()); ++attempt) {
    // Another import came first.
    schema = AddInferred(session, client, file, memberships, arguments);
  }
  return schema;
}

void SayHowItIsRead(Session& session, const ContactFile& file, const MembershipColumns& memberships,
                    const Schema& schema) {
  for (const std::string& notice : file.inference().notices) session.Notice(notice);
  for (const auto& [origin, source] :
       {std::pair("events/", "events"), std::pair("organization/", "the organisation"),
        std::pair("people/", "the people")}) {
    const std::vector<std::string> derived = file.DerivedColumns(schema, origin);
    if (derived.empty()) continue;
    session.Notice(
        absl::StrCat("set aside, since derived from ", source, ": ", absl::StrJoin(derived, ", ")));
  }
  std::vector<std::string> outside = file.ColumnsOutside(schema);
  std::erase_if(outside, [&](const std::string& header) { return memberships.Has(header); });
  if (outside.empty()) return;
  session.Notice(absl::StrCat("set aside, since not in the schema: ", absl::StrJoin(outside, ", "),
                              "; --infer adds columns"));
}

absl::Status Report(Session& session, const ImportTotals& totals, double seconds,
                    const std::string& rejected_path) {
  const double rate = static_cast<double>(totals.stored()) / std::max(seconds, 1e-3);
  if (session.options().format == OutputFormat::kTable) {
    session.console().out << CountText(totals.created) << " created, " << CountText(totals.updated)
                          << " updated, " << CountText(totals.unchanged) << " unchanged, "
                          << CountText(totals.refused) << " refused, in " << SecondsText(seconds)
                          << " (" << CountText(static_cast<std::int64_t>(rate)) << " contacts/s)\n";
    return absl::OkStatus();
  }
  Table table({{"", "created"},
               {"", "updated"},
               {"", "unchanged"},
               {"", "refused"},
               {"", "without_legal_basis"},
               {"", "seconds"},
               {"", "rejected_file"}});
  table.AddRow({CountCell(totals.created), CountCell(totals.updated), CountCell(totals.unchanged),
                CountCell(totals.refused), CountCell(totals.without_legal_basis),
                FixedCell(seconds, 3), totals.refused == 0 ? "" : rejected_path});
  v1::ImportContactsResponse message;
  message.set_created_count(totals.created);
  message.set_updated_count(totals.updated);
  message.set_unchanged_count(totals.unchanged);
  message.set_refused_count(totals.refused);
  message.set_without_legal_basis_count(totals.without_legal_basis);
  return session.Print(table, message);
}

// An import that ended in the middle, and how to go on.
absl::Status CutOff(const absl::Status& cause, const ImportTotals& totals) {
  if (cause.ok() || totals.stored() == 0) return cause;
  return absl::Status(
      cause.code(),
      absl::StrCat(
          cause.message(), "; at least ", CountText(totals.stored()),
          " contacts are stored. Import the file again when that is mended: it stores the others"));
}

absl::StatusOr<int> Outcome(const ImportTotals& totals, const RejectedRows& rejected) {
  if (totals.refused == 0) return kDone;
  if (totals.stored() > 0) return kSomeRefused;
  return absl::InvalidArgumentError(absl::StrCat("no row was stored; ", rejected.path(),
                                                 " tells why. If columns changed their type, mend "
                                                 "the file or the schema"));
}

absl::StatusOr<int> ImportFile(Session& session, const ImportArguments& arguments) {
  Progress progress(session.console(), "importing");
  const auto file = OpenContactFile(arguments.file);
  if (!file.ok()) return file.status();
  const auto memberships = MembershipColumns::Find(arguments.membership, **file);
  if (!memberships.ok()) return memberships.status();
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  const auto schema = PrepareSchema(session, **client, **file, *memberships, arguments);
  if (!schema.ok()) return schema.status();
  SayHowItIsRead(session, **file, *memberships, *schema);
  const auto stated = StatedPart(*schema, **file, *memberships);
  if (!stated.ok()) return stated.status();

  v1::ImportContactsRequest first;
  first.set_parent(session.Workspace());
  first.set_kind(arguments.kind);
  first.set_stage(arguments.stage);
  *first.mutable_provenance() = arguments.provenance;
  RejectedRows rejected(**file);
  ContactImport import(**file, *stated, first, rejected, progress, *memberships);
  const absl::Status streamed = (*client)->ImportContacts(
      [&](v1::ImportContactsRequest* request) { return import.Next(request); },
      [&](const v1::ImportContactsResponse& response) { return import.Answered(response); });
  progress.Clear();
  const absl::Status written = rejected.Close();
  const ImportTotals totals = import.totals();
  const absl::Status reported = Report(session, totals, progress.seconds(), rejected.path());
  if (rejected.count() > 0) {
    session.Notice(absl::StrCat("the refused rows are in ", rejected.path(), ", with reasons"));
  }
  if (import.unknown_roles() > 0) {
    session.Notice(absl::StrCat(CountedText(import.unknown_roles(), "buying role"),
                                import.unknown_roles() == 1 ? " is" : " are",
                                " none that is known, and left open; write decides, advises or "
                                "uses"));
  }
  if (totals.without_legal_basis > 0) {
    session.Notice(absl::StrCat(CountText(totals.without_legal_basis),
                                " of these contacts have no stated legal basis (GDPR art. 6); say "
                                "it with --source and --legal-basis"));
  }
  for (const absl::Status& status :
       {CutOff(import.store_status(), totals), CutOff(streamed, totals), import.file_status(),
        written, reported}) {
    if (!status.ok()) return status;
  }
  return Outcome(totals, rejected);
}

}  // namespace

void AddImportCommand(CommandLine& line, CLI::App& group) {
  auto arguments = std::make_shared<ImportArguments>();
  CLI::App& import = line.Command(
      group,
      {.name = "import",
       .description = "Stores the contacts of a CSV file. Doing so twice changes nothing; refused "
                      "rows go to FILE.rejected.csv, and the exit code is then 3.",
       .examples = {"contacts import customers.csv", "contacts import bank.csv.gz --outcome y=yes",
                    "contacts import fair.csv --stage lead --id-column email --infer",
                    "contacts import people.csv --organization-column company --role-column role"}},
      [arguments](Session& session) { return ImportFile(session, *arguments); });
  AddFileOptions(import, arguments->file);
  AddOutcomeOption(import, arguments->file);
  AddMembershipOptions(import, arguments->membership);
  import
      .add_option("--schema", arguments->schema, "Schema file to apply first; see `cible schema`")
      ->type_name("F");
  import.add_flag("--infer", arguments->infer,
                  "Add columns that the schema does not have; done anyway while it is empty");
  AddChoiceOption<v1::ContactKind>(
      import, "--kind", arguments->kind,
      {{"person", v1::CONTACT_KIND_PERSON}, {"organization", v1::CONTACT_KIND_ORGANIZATION}},
      "What they are; persons if not given");
  AddChoiceOption<v1::Stage>(import, "--stage", arguments->stage,
                             {{"lead", v1::STAGE_LEAD},
                              {"prospect", v1::STAGE_PROSPECT},
                              {"customer", v1::STAGE_CUSTOMER}},
                             "How far they have come");
  AddProvenanceOptions(import, arguments->provenance);
}

}  // namespace cible
