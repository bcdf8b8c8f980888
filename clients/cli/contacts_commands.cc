// `cible contacts list | get | update | delete`; import, export, duplicates, merge
// and what concerns the person have files of their own.

#include "clients/cli/contacts_commands.h"

#include <cmath>
#include <iterator>
#include <memory>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cible/v1/contact_service.pb.h"
#include "clients/cli/choice_option.h"
#include "clients/cli/command_line.h"
#include "clients/cli/commands.h"
#include "clients/cli/membership_columns.h"
#include "clients/cli/output/number_text.h"
#include "clients/cli/schema_text.h"
#include "clients/cli/stated_values.h"
#include "clients/cli/training_report.h"
#include "clients/cli/wrong_usage.h"
#include "clients/cpp/client.h"
#include "segmentation/data/number_text.h"
#include "segmentation/data/text_parsing.h"
#include "server/wire/contact_wire.h"

namespace cible {
namespace {

constexpr int kPage = 1000;  // As many as the server gives at once.

struct ListArguments {
  std::string filter;
  bool include_left_out = false;
  int limit = 50;
};

// The segment of the segmentation worked with; empty for none.
std::string SegmentOf(const v1::Contact& contact, const std::string& segmentation) {
  for (const v1::Assignment& assignment : contact.assignments()) {
    if (assignment.segmentation() == segmentation) return IdOf(assignment.segment());
  }
  return "";
}

// The values as text, one an attribute of the schema; "" where unknown.
absl::StatusOr<std::vector<std::string>> ValueTexts(const v1::Contact& contact,
                                                    const Schema& schema) {
  const auto table = TableFromContact(contact, schema);
  if (!table.ok()) return table.status();
  std::vector<std::string> texts;
  for (const Attribute& attribute : schema.attributes()) {
    const Column* column = table->Find(attribute.id);
    const std::optional<Value> value = column == nullptr ? std::nullopt : Get(*column, 0);
    texts.push_back(value.has_value() ? FormatValue(*value) : "");
  }
  return texts;
}

// What is worked out has more decimals than anybody reads.
std::string ShownText(const std::string& text, const Attribute& attribute) {
  constexpr double kParts = 1e4;
  const auto number = ParseNumber(text);
  const bool is_long = IsDerived(attribute) && attribute.type == AttributeType::kNumeric;
  if (!is_long || !number.has_value()) return text;
  return FormatNumber(std::round(*number * kParts) / kParts);
}

// "age=34  city=Lyon"; of the values, one an attribute of the schema.
std::string JoinKnown(const std::vector<std::string>& texts, const Schema& schema) {
  std::vector<std::string> known;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].empty()) continue;
    const Attribute& attribute = schema.attributes()[i];
    known.push_back(absl::StrCat(attribute.id, "=", ShownText(texts[i], attribute)));
  }
  return absl::StrJoin(known, "  ");
}

// For people what is known in one column, for programs a column an attribute.
absl::StatusOr<Table> ContactsTable(const v1::ListContactsResponse& contacts, const Schema& schema,
                                    const std::string& segmentation) {
  std::vector<TableColumn> columns = {{"ID", "id"}};
  for (const Attribute& attribute : schema.attributes()) columns.push_back({"", attribute.id});
  columns.insert(
      columns.end(),
      {{"STAGE", "stage"}, {"SEGMENT", "segment"}, {"MERGED FROM", "merged_from"}, {"KNOWN", ""}});
  Table table(std::move(columns));
  for (const v1::Contact& contact : contacts.contacts()) {
    const auto texts = ValueTexts(contact, schema);
    if (!texts.ok()) return texts.status();
    std::vector<Cell> row = {IdOf(contact.name())};
    for (const std::string& text : *texts) row.emplace_back("", text);
    std::vector<std::string> former;
    for (const std::string& name : contact.former_names()) former.push_back(IdOf(name));
    row.insert(row.end(), {ShortName(contact.stage()), SegmentOf(contact, segmentation),
                           absl::StrJoin(former, "|"), JoinKnown(*texts, schema)});
    table.AddRow(std::move(row));
  }
  return table;
}

absl::StatusOr<v1::ListContactsResponse> FetchContacts(Session& session, Client& client,
                                                       const ListArguments& arguments) {
  v1::ListContactsResponse all;
  v1::ListContactsRequest request;
  request.set_parent(session.Workspace());
  request.set_filter(arguments.filter);
  request.set_segmentation(session.Segmentation());
  request.set_include_left_out(arguments.include_left_out);
  request.set_count(true);
  do {
    request.set_page_size(std::min(arguments.limit - all.contacts_size(), kPage));
    auto page = client.ListContacts(request);
    if (!page.ok()) return page.status();
    all.mutable_contacts()->MergeFrom(page->contacts());
    if (request.count()) {
      all.set_total_size(page->total_size());
      *all.mutable_as_of() = page->as_of();
    }
    request.set_count(false);
    all.set_next_page_token(page->next_page_token());
    request.set_page_token(page->next_page_token());
  } while (!all.next_page_token().empty() && all.contacts_size() < arguments.limit);
  return all;
}

absl::StatusOr<int> ListContacts(Session& session, const ListArguments& arguments) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  const auto schema = FetchSchema(session, **client);
  if (!schema.ok()) return schema.status();
  const auto contacts = FetchContacts(session, **client, arguments);
  if (!contacts.ok()) return contacts.status();
  const auto table = ContactsTable(*contacts, *schema, session.Segmentation());
  if (!table.ok()) return table.status();
  if (absl::Status printed = session.Print(*table, *contacts); !printed.ok()) return printed;
  if (!contacts->next_page_token().empty()) {
    session.Notice(absl::StrCat("these are ", CountText(contacts->contacts_size()), " of ",
                                CountText(contacts->total_size()),
                                " contacts; raise --limit, or use `cible contacts export`"));
  }
  return kDone;
}

absl::StatusOr<int> ShowContact(Session& session, const std::string& id) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  v1::GetContactRequest request;
  request.set_name(session.Contact(id));
  const auto contact = (*client)->GetContact(request);
  if (!contact.ok()) return contact.status();
  const auto schema = FetchSchema(session, **client);
  if (!schema.ok()) return schema.status();
  const auto table = ContactTableOf(*contact, *schema);
  if (!table.ok()) return table.status();
  if (absl::Status printed = session.Print(*table, *contact); !printed.ok()) return printed;
  if (IdOf(contact->name()) != id) {
    session.Notice(
        absl::StrCat(id, " was merged into ", IdOf(contact->name()), ", which is shown"));
  }
  return kDone;
}

struct UpdateArguments {
  std::string id;
  std::vector<std::string> set;    // "ATTRIBUTE=VALUE"
  std::vector<std::string> unset;  // Attributes.
  v1::Stage stage = v1::STAGE_UNSPECIFIED;
  std::string organization;  // Id; "-": none. Empty: as it was.
  v1::BuyingRole role = v1::BUYING_ROLE_UNSPECIFIED;
  v1::Provenance provenance;
  bool create = false;
};

// Where the contact belongs from now on.
void ReadMembership(Session& session, const UpdateArguments& arguments,
                    v1::UpdateContactRequest* request) {
  v1::Contact* contact = request->mutable_contact();
  if (!arguments.organization.empty()) request->mutable_update_mask()->add_paths("organization");
  if (!arguments.organization.empty() && arguments.organization != "-") {
    contact->set_organization(session.Contact(arguments.organization));
  }
  if (arguments.role == v1::BUYING_ROLE_UNSPECIFIED) return;
  request->mutable_update_mask()->add_paths("buying_role");
  contact->set_buying_role(arguments.role);
}

// What the arguments ask for: the values set, and a mask of all that changes.
absl::Status ReadUpdate(const UpdateArguments& arguments, const Schema& schema,
                        v1::UpdateContactRequest* request) {
  v1::Contact* contact = request->mutable_contact();
  if (absl::Status status = ReadStatedValues(arguments.set, schema, contact); !status.ok()) {
    return status;
  }
  if (contact->attributes_size() < std::ssize(arguments.set)) {
    return WrongUsage("a value of --set stands for \"unknown\"; use --unset ATTRIBUTE instead");
  }
  std::set<std::string> changed;
  for (const v1::AttributeValue& value : contact->attributes()) changed.insert(value.attribute());
  for (const std::string& name : arguments.unset) {
    const auto attribute = FindStatedAttribute(name, schema);
    if (!attribute.ok()) return attribute.status();
    if (!changed.insert((*attribute)->id).second) {
      return WrongUsage(
          absl::StrCat("\"", (*attribute)->id, "\" is named twice; set it or unset it"));
    }
  }
  google::protobuf::FieldMask* mask = request->mutable_update_mask();
  for (const std::string& id : changed) mask->add_paths(absl::StrCat("attributes.", id));
  if (arguments.stage != v1::STAGE_UNSPECIFIED) mask->add_paths("stage");
  contact->set_stage(arguments.stage);
  request->set_allow_missing(arguments.create);
  *request->mutable_provenance() = arguments.provenance;
  const bool says_provenance = arguments.provenance.ByteSizeLong() > 0;
  if (!mask->paths().empty() || arguments.create || says_provenance) return absl::OkStatus();
  return WrongUsage(
      "nothing is to be changed; give --set, --unset, --stage, --organization or --role");
}

absl::StatusOr<int> UpdateContact(Session& session, const UpdateArguments& arguments) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  const auto schema = FetchSchema(session, **client);
  if (!schema.ok()) return schema.status();
  v1::UpdateContactRequest request;
  request.mutable_contact()->set_name(session.Contact(arguments.id));
  ReadMembership(session, arguments, &request);
  if (absl::Status status = ReadUpdate(arguments, *schema, &request); !status.ok()) return status;
  const auto contact = (*client)->UpdateContact(request);
  if (absl::IsNotFound(contact.status())) {
    return absl::NotFoundError("there is no such contact; add --create to store a new one");
  }
  if (!contact.ok()) return contact.status();
  const auto table = ContactTableOf(*contact, *schema);
  if (!table.ok()) return table.status();
  if (absl::Status printed = session.Print(*table, *contact); !printed.ok()) return printed;
  return kDone;
}

absl::StatusOr<int> DeleteContact(Session& session, const std::string& id) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  v1::DeleteContactRequest request;
  request.set_name(session.Contact(id));
  if (absl::Status status = (*client)->DeleteContact(request); !status.ok()) return status;
  session.console().err << "The contact and its history are erased.\n";
  return kDone;
}

void AddList(CommandLine& line, CLI::App& group) {
  auto arguments = std::make_shared<ListArguments>();
  CLI::App& list = line.Command(
      group,
      {.name = "list",
       .description = "Lists stored contacts, in the order they came.",
       .examples = {"contacts list", "contacts list --filter 'age >= 25 AND country = \"FR\"'",
                    "contacts list --filter 'contact.segment = \"s2\"' --limit 200 --format csv"}},
      [arguments](Session& session) { return ListContacts(session, *arguments); });
  list.add_option("--filter", arguments->filter, "Which ones")->type_name("EXPR");
  list.add_flag("--include-left-out", arguments->include_left_out,
                "Those too who object to profiling, or lack a legal basis that is required");
  list.add_option("--limit", arguments->limit, "At most so many")
      ->check(CLI::Range(1, 1'000'000'000).description(""))
      ->type_name("N")
      ->capture_default_str();
}

void AddUpdate(CommandLine& line, CLI::App& group) {
  auto arguments = std::make_shared<UpdateArguments>();
  CLI::App& update = line.Command(
      group,
      {.name = "update",
       .description = "Changes what is known of a contact; the rest stays as it is.",
       .examples = {"contacts update c00042 --set age=34 --unset income",
                    "contacts update c00042 --set 'channels=web|phone' --stage customer",
                    "contacts update ana@example.org --set city=Lyon --stage lead --create",
                    "contacts update c00042 --organization acme --role decides"}},
      [arguments](Session& session) { return UpdateContact(session, *arguments); });
  update.add_option("ID", arguments->id, "Its id")->required();
  update.add_option("--set", arguments->set, "What is known from now on; again for each attribute")
      ->type_name("ATTRIBUTE=VALUE")
      ->allow_extra_args(false);
  update.add_option("--unset", arguments->unset, "What is not known any more; again for each")
      ->type_name("ATTRIBUTE")
      ->allow_extra_args(false);
  AddChoiceOption<v1::Stage>(update, "--stage", arguments->stage,
                             {{"lead", v1::STAGE_LEAD},
                              {"prospect", v1::STAGE_PROSPECT},
                              {"customer", v1::STAGE_CUSTOMER}},
                             "How far it has come");
  update
      .add_option("--organization", arguments->organization,
                  "Id of the organisation that the person belongs to; - for none")
      ->type_name("ID");
  AddChoiceOption<v1::BuyingRole>(update, "--role", arguments->role,
                                  {{"decides", v1::BUYING_ROLE_DECIDES},
                                   {"advises", v1::BUYING_ROLE_ADVISES},
                                   {"uses", v1::BUYING_ROLE_USES}},
                                  "What the person does when that one buys");
  AddProvenanceOptions(update, arguments->provenance);
  update.add_flag("--create", arguments->create, "Store a new contact where there is none");
}

}  // namespace

absl::StatusOr<Table> ContactTableOf(const v1::Contact& contact, const Schema& schema) {
  const auto texts = ValueTexts(contact, schema);
  if (!texts.ok()) return texts.status();
  Table table({{"WHAT", "attribute"}, {"VALUE", "value"}});
  table.AddRow({Cell("id", "contact.id"), IdOf(contact.name())});
  for (const std::string& name : contact.former_names()) {
    table.AddRow({Cell("merged from", "contact.former_id"), IdOf(name)});
  }
  table.AddRow({Cell("kind", "contact.kind"), ShortName(contact.kind())});
  if (contact.stage() != v1::STAGE_UNSPECIFIED) {
    table.AddRow({Cell("stage", "contact.stage"), ShortName(contact.stage())});
  }
  if (!contact.organization().empty()) {
    table.AddRow({Cell("belongs to", "contact.organization"), IdOf(contact.organization())});
  }
  if (contact.buying_role() != v1::BUYING_ROLE_UNSPECIFIED) {
    table.AddRow({Cell("buying role", "contact.buying_role"), ShortName(contact.buying_role())});
  }
  if (contact.has_objection_time()) {
    table.AddRow({Cell("objects to profiling since", "contact.objection_time"),
                  TimeText(contact.objection_time())});
  }
  for (const v1::Assignment& assignment : contact.assignments()) {
    if (assignment.segment().empty()) continue;
    const std::string segment = IdOf(assignment.segment());
    table.AddRow(
        {Cell(absl::StrCat("segment in ", IdOf(assignment.segmentation())), "contact.segment"),
         Cell(absl::StrCat(segment, ", ", ShareText(assignment.probability())), segment)});
  }
  for (std::size_t i = 0; i < texts->size(); ++i) {
    if ((*texts)[i].empty()) continue;
    const Attribute& attribute = schema.attributes()[i];
    table.AddRow({Cell(attribute.display_name, attribute.id),
                  Cell(ShownText((*texts)[i], attribute), (*texts)[i])});
  }
  for (const v1::Provenance& provenance : contact.provenances()) {
    table.AddRow({Cell("comes from", "contact.provenance"),
                  absl::StrCat(provenance.source(), ", ", DateText(provenance.date()), ", ",
                               provenance.legal_basis() == v1::LEGAL_BASIS_UNSPECIFIED
                                   ? "legal basis not stated"
                                   : ShortName(provenance.legal_basis()))});
  }
  for (const v1::Consent& consent : contact.consents()) {
    table.AddRow({Cell("consent", "contact.consent"),
                  absl::StrCat(consent.purpose(), " by ", consent.channel(), ", given ",
                               TimeText(consent.give_time()),
                               consent.in_force()            ? ""
                               : consent.has_withdraw_time() ? ", withdrawn"
                                                             : ", expired")});
  }
  return table;
}

absl::StatusOr<std::string> KnownText(const v1::Contact& contact, const Schema& schema) {
  const auto texts = ValueTexts(contact, schema);
  if (!texts.ok()) return texts.status();
  return JoinKnown(*texts, schema);
}

absl::StatusOr<Schema> FetchSchema(Session& session, Client& client) {
  v1::GetSchemaRequest request;
  request.set_name(session.Schema());
  const auto schema = client.GetSchema(request);
  if (!schema.ok()) return schema.status();
  return SchemaFromProto(*schema);
}

void AddContactsCommands(CommandLine& line) {
  CLI::App& group = line.Group(
      "contacts",
      "Stored contacts: import, list, get, update, delete, export, duplicates, merge, and what "
      "concerns the person: object, consent, dossier.");
  AddImportCommand(line, group);
  AddList(line, group);
  auto id = std::make_shared<std::string>();
  line.Command(group,
               {.name = "get",
                .description = "Shows what is known of a contact.",
                .examples = {"contacts get c00042", "contacts get c00042 --format json"}},
               [id](Session& session) { return ShowContact(session, *id); })
      .add_option("ID", *id, "Its id")
      ->required();
  AddUpdate(line, group);
  line.Command(group,
               {.name = "delete",
                .description = "Erases a contact with all that belongs to it, for good.",
                .examples = {"contacts delete c00042"}},
               [id](Session& session) { return DeleteContact(session, *id); })
      .add_option("ID", *id, "Its id")
      ->required();
  AddPrivacyCommands(line, group);
  AddExportCommand(line, group);
  AddDuplicatesCommand(line, group);
  AddMergeCommand(line, group);
}

}  // namespace cible
