// `cible contacts duplicates | merge`.

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cible/v1/contact_service.pb.h"
#include "clients/cli/command_line.h"
#include "clients/cli/contacts_commands.h"
#include "clients/cli/output/number_text.h"
#include "clients/cli/wrong_usage.h"
#include "clients/cpp/client.h"

namespace cible {
namespace {

struct DuplicatesArguments {
  std::vector<std::string> attributes;
  int max_holders = 100;
  int limit = 50;
};

struct MergeArguments {
  std::vector<std::string> ids;
  bool dry_run = false;
};

// All groups up to the limit, as one response.
absl::StatusOr<v1::FindDuplicatesResponse> FetchDuplicates(Session& session, Client& client,
                                                           const DuplicatesArguments& arguments) {
  v1::FindDuplicatesRequest request;
  request.set_parent(session.Workspace());
  request.mutable_attributes()->Assign(arguments.attributes.begin(), arguments.attributes.end());
  request.set_max_holders(arguments.max_holders);
  v1::FindDuplicatesResponse all;
  const absl::Status status =
      client.FindDuplicates(request, [&](const v1::FindDuplicatesResponse& response) {
        all.MergeFrom(response);
        return all.groups_size() < arguments.limit;
      });
  const bool has_enough = all.groups_size() >= arguments.limit;
  if (!status.ok() && !has_enough) return status;
  const int kept = std::min(all.groups_size(), arguments.limit);
  all.mutable_groups()->DeleteSubrange(kept, all.groups_size() - kept);
  return all;
}

// What links the contact to others of its group: "email, phone".
std::string LinksOf(const std::string& contact, const v1::DuplicateGroup& group) {
  std::vector<std::string> attributes;
  for (const v1::DuplicateMatch& match : group.matches()) {
    const auto& holders = match.contacts();
    if (std::find(holders.begin(), holders.end(), contact) == holders.end()) continue;
    for (const std::string& attribute : match.attributes()) {
      if (std::find(attributes.begin(), attributes.end(), attribute) == attributes.end()) {
        attributes.push_back(attribute);
      }
    }
  }
  return absl::StrJoin(attributes, ", ");
}

Table DuplicatesTable(const v1::FindDuplicatesResponse& duplicates) {
  Table table({{"GROUP", "group"}, {"ID", "id"}, {"SHARES", "shares"}});
  int number = 0;
  for (const v1::DuplicateGroup& group : duplicates.groups()) {
    ++number;
    for (const std::string& contact : group.contacts()) {
      table.AddRow({absl::StrCat(number), IdOf(contact), LinksOf(contact, group)});
    }
  }
  return table;
}

void NoteDuplicates(Session& session, const v1::FindDuplicatesResponse& duplicates) {
  if (duplicates.common_value_count() > 0) {
    session.Notice(absl::StrCat(
        CountText(duplicates.common_value_count()),
        duplicates.common_value_count() == 1 ? " value is" : " values are",
        " shared by too many contacts to tell them apart; raise --max-holders to count them"));
  }
  if (duplicates.group_count() > duplicates.groups_size()) {
    session.Notice(absl::StrCat("these are ", CountText(duplicates.groups_size()), " of ",
                                CountText(duplicates.group_count()),
                                " groups; raise --limit to see more"));
  }
  if (duplicates.groups().empty()) {
    session.Notice(
        absl::StrCat("no duplicates among ", CountText(duplicates.examined_count()), " contacts"));
  } else {
    session.Notice(
        "look at a group with `cible contacts get ID`, and make one contact of it "
        "with `cible contacts merge ID ID ...`");
  }
}

absl::StatusOr<int> ListDuplicates(Session& session, const DuplicatesArguments& arguments) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  const auto duplicates = FetchDuplicates(session, **client, arguments);
  if (!duplicates.ok()) return duplicates.status();
  const absl::Status printed = session.Print(DuplicatesTable(*duplicates), *duplicates);
  if (!printed.ok()) return printed;
  NoteDuplicates(session, *duplicates);
  return kDone;
}

absl::StatusOr<int> MergeContacts(Session& session, const MergeArguments& arguments) {
  if (arguments.ids.size() < 2) return WrongUsage("a merge needs two contacts; give their ids");
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  const auto schema = FetchSchema(session, **client);
  if (!schema.ok()) return schema.status();
  v1::MergeContactsRequest request;
  request.set_parent(session.Workspace());
  request.set_validate_only(arguments.dry_run);
  for (const std::string& id : arguments.ids) request.add_names(session.Contact(id));
  const auto contact = (*client)->MergeContacts(request);
  if (!contact.ok()) return contact.status();
  const auto table = ContactTableOf(*contact, *schema);
  if (!table.ok()) return table.status();
  if (absl::Status printed = session.Print(*table, *contact); !printed.ok()) return printed;
  const std::string id = IdOf(contact->name());
  session.Notice(arguments.dry_run
                     ? absl::StrCat("nothing is merged; without --dry-run ", id, " would be kept")
                     : absl::StrCat(id, " is kept; the other ids lead to it from now on"));
  return kDone;
}

}  // namespace

void AddDuplicatesCommand(CommandLine& line, CLI::App& group) {
  auto arguments = std::make_shared<DuplicatesArguments>();
  CLI::App& duplicates = line.Command(
      group,
      {.name = "duplicates",
       .description = "Lists contacts that share an e-mail address, a phone number or another "
                      "identity, however it is written.",
       .examples = {"contacts duplicates", "contacts duplicates --attribute email --limit 200",
                    "contacts duplicates --format csv"}},
      [arguments](Session& session) { return ListDuplicates(session, *arguments); });
  duplicates
      .add_option(
          "--attribute", arguments->attributes,
          "Compare these alone; again for each (default: every IDENTITY that says its form)")
      ->type_name("ATTRIBUTE")
      ->allow_extra_args(false);
  duplicates
      .add_option("--max-holders", arguments->max_holders,
                  "Pass over values that more contacts share")
      ->check(CLI::Range(2, 10'000).description(""))
      ->type_name("N")
      ->capture_default_str();
  duplicates.add_option("--limit", arguments->limit, "At most so many groups")
      ->check(CLI::Range(1, 1'000'000'000).description(""))
      ->type_name("N")
      ->capture_default_str();
}

void AddMergeCommand(CommandLine& line, CLI::App& group) {
  auto arguments = std::make_shared<MergeArguments>();
  CLI::App& merge = line.Command(
      group,
      {.name = "merge",
       .description = "Makes one contact of several: the oldest, with what the others know. Cannot "
                      "be undone.",
       .examples = {"contacts merge c00042 c00317 --dry-run", "contacts merge c00042 c00317"}},
      [arguments](Session& session) { return MergeContacts(session, *arguments); });
  merge.add_option("ID", arguments->ids, "Their ids, two or more")->required();
  merge.add_flag("--dry-run", arguments->dry_run, "Show what would be, and merge nothing");
}

}  // namespace cible
