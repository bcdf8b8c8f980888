#include <memory>

#include "absl/strings/str_cat.h"
#include "cible/v1/segmentation_service.pb.h"
#include "clients/cli/choice_option.h"
#include "clients/cli/command_line.h"
#include "clients/cli/commands.h"
#include "clients/cpp/client.h"

namespace cible {
namespace {

struct CreateArguments {
  std::string id;
  v1::ContactKind kind = v1::CONTACT_KIND_PERSON;
};

std::string KindText(v1::ContactKind kind) {
  return kind == v1::CONTACT_KIND_ORGANIZATION ? "organizations" : "persons";
}

absl::StatusOr<int> CreateSegmentation(Session& session, const CreateArguments& arguments) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  v1::CreateSegmentationRequest request;
  request.set_parent(session.Workspace());
  request.set_segmentation_id(arguments.id);
  request.mutable_segmentation()->set_contact_kind(arguments.kind);
  const auto created = (*client)->CreateSegmentation(request);
  if (!created.ok()) return created.status();
  session.console().err << "Segmentation " << arguments.id << " divides "
                        << KindText(created->contact_kind()) << "; `cible train --segmentation "
                        << arguments.id << "` finds its segments.\n";
  return kDone;
}

absl::StatusOr<int> ListSegmentations(Session& session) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  v1::ListSegmentationsRequest request;
  request.set_parent(session.Workspace());
  v1::ListSegmentationsResponse all;
  do {
    const auto page = (*client)->ListSegmentations(request);
    if (!page.ok()) return page.status();
    all.mutable_segmentations()->MergeFrom(page->segmentations());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  Table table({{"ID", "id"}, {"DIVIDES", "contact_kind"}, {"ACTIVE MODEL", "active_model"}});
  for (const v1::Segmentation& each : all.segmentations()) {
    table.AddRow({IdOf(each.name()), KindText(each.contact_kind()),
                  each.active_model().empty() ? "" : IdOf(each.active_model())});
  }
  if (absl::Status status = session.Print(table, all); !status.ok()) return status;
  return kDone;
}

}  // namespace

void AddSegmentationCommands(CommandLine& line) {
  CLI::App& group = line.Group("segmentations", "Ways of dividing the contacts: list, create.");
  line.Command(group,
               {.name = "list",
                .description = "Lists the segmentations of the workspace.",
                .examples = {"segmentations list"}},
               ListSegmentations);
  auto arguments = std::make_shared<CreateArguments>();
  CLI::App& create = line.Command(
      group,
      {.name = "create",
       .description = "Makes one more segmentation, of persons or of organizations.",
       .examples = {"segmentations create companies --kind organization"}},
      [arguments](Session& session) { return CreateSegmentation(session, *arguments); });
  create.add_option("ID", arguments->id, "Its id, e.g. companies")->required();
  AddChoiceOption<v1::ContactKind>(
      create, "--kind", arguments->kind,
      {{"person", v1::CONTACT_KIND_PERSON}, {"organization", v1::CONTACT_KIND_ORGANIZATION}},
      "Which contacts it divides; persons if not given");
}

}  // namespace cible
