#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "cible/v1/segmentation_service.pb.h"
#include "clients/cli/command_line.h"
#include "clients/cli/commands.h"
#include "clients/cli/matrix_files.h"
#include "clients/cli/output/number_text.h"
#include "clients/cli/training_report.h"
#include "clients/cpp/client.h"

namespace cible {
namespace {

absl::StatusOr<int> ListModels(Session& session) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  v1::ListModelsRequest request;
  request.set_parent(session.Segmentation());
  v1::ListModelsResponse all;
  do {
    const auto page = (*client)->ListModels(request);
    if (!page.ok()) return page.status();
    all.mutable_models()->MergeFrom(page->models());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  if (absl::Status status = session.Print(ModelsTable(all), all); !status.ok()) return status;
  if (all.models_size() == 0) session.Notice("there are no models; `cible train` makes one");
  return kDone;
}

absl::StatusOr<int> SayActive(Session& session, const absl::StatusOr<v1::Model>& model) {
  if (!model.ok()) return model.status();
  session.console().err << "Model " << IdOf(model->name()) << " is active; contacts are assigned "
                        << "to its " << CountText(model->segment_count()) << " segments.\n";
  return kDone;
}

absl::StatusOr<int> ActivateModel(Session& session, const std::string& id) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  v1::ActivateModelRequest request;
  request.set_name(session.Model(id));
  return SayActive(session, (*client)->ActivateModel(request));
}

absl::StatusOr<int> RollbackModel(Session& session) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  v1::RollbackModelRequest request;
  request.set_segmentation(session.Segmentation());
  return SayActive(session, (*client)->RollbackModel(request));
}

struct MatrixArguments {
  MatrixPaths paths;
  std::string filter;
};

absl::StatusOr<int> ExportMatrix(Session& session, const MatrixArguments& arguments) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  v1::ExportMatrixRequest request;
  request.set_segmentation(session.Segmentation());
  request.set_filter(arguments.filter);
  std::optional<MatrixFiles> files;
  absl::Status written;
  const absl::Status streamed =
      (*client)->ExportMatrix(request, [&](const v1::ExportMatrixResponse& response) {
        if (!files.has_value()) {
          auto opened =
              MatrixFiles::Open(arguments.paths, static_cast<int>(response.feature_count()));
          written = opened.status();
          if (!written.ok()) return false;
          files = *std::move(opened);
        }
        written = files->Append(response.features(), response.labels());
        if (written.ok()) written = files->WriteNames(response.feature_names());
        return written.ok();
      });
  for (const absl::Status& status : {written, streamed}) {
    if (!status.ok()) return status;
  }
  if (!files.has_value()) return absl::NotFoundError("no contact passes; widen --filter");
  if (absl::Status status = files->Close(); !status.ok()) return status;
  session.console().err << CountText(files->row_count()) << " contacts of "
                        << CountText(files->feature_count()) << " features written to "
                        << arguments.paths.features << "\n";
  return kDone;
}

void AddMatrixCommand(CommandLine& line) {
  auto arguments = std::make_shared<MatrixArguments>();
  CLI::App& matrix = line.Command(
      {.name = "export-matrix",
       .description = "Writes the stored contacts as the active model sees them, numbers in "
                      "NumPy's format, to check our figures elsewhere.",
       .examples = {"export-matrix features.npy --labels labels.npy --names names.txt"}},
      [arguments](Session& session) { return ExportMatrix(session, *arguments); });
  matrix.add_option("FILE", arguments->paths.features, "float32, contacts x features")->required();
  matrix
      .add_option("--labels", arguments->paths.labels,
                  "int32: the model's component of each contact from 0, -1 for none")
      ->type_name("FILE");
  matrix.add_option("--names", arguments->paths.names, "What each feature is, one a line")
      ->type_name("FILE");
  matrix.add_option("--filter", arguments->filter, "Which contacts")->type_name("EXPR");
}

}  // namespace

void AddModelCommands(CommandLine& line) {
  CLI::App& models =
      line.Group("models", "Versions of the segmentation: list, activate, rollback.");
  line.Command(models,
               {.name = "list",
                .description = "Lists the models, in the order they were made.",
                .examples = {"models list", "models list --format json"}},
               ListModels);
  auto id = std::make_shared<std::string>();
  line.Command(models,
               {.name = "activate",
                .description = "Makes a model the one that assigns and matches.",
                .examples = {"models activate m2"}},
               [id](Session& session) { return ActivateModel(session, *id); })
      .add_option("ID", *id, "Its id, e.g. m2")
      ->required();
  line.Command(models,
               {.name = "rollback",
                .description = "Goes back to the model that was active before.",
                .examples = {"models rollback"}},
               RollbackModel);
  AddMatrixCommand(line);
}

}  // namespace cible
