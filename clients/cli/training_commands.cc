#include <memory>

#include "absl/strings/str_cat.h"
#include "cible/v1/segmentation_service.pb.h"
#include "clients/cli/command_line.h"
#include "clients/cli/commands.h"
#include "clients/cli/interrupt_notice.h"
#include "clients/cli/output/number_text.h"
#include "clients/cli/output/progress.h"
#include "clients/cli/training_options.h"
#include "clients/cli/training_report.h"
#include "clients/cpp/client.h"

namespace cible {
namespace {

struct TrainArguments {
  TrainingArguments training;
  bool activate = false;
};

std::string NoticeOnInterrupt(const Session& session, const std::string& run) {
  if (session.is_embedded()) return "The training ends with this process; nothing was changed.";
  return absl::StrCat("The training goes on at the server.\n  cible runs watch ", run,
                      "    to see it again\n  cible runs cancel ", run, "   to stop it");
}

// Follows a run to its end.
absl::StatusOr<v1::TrainingRun> Watch(Session& session, Client& client, const std::string& name) {
  const InterruptNotice on_interrupt(NoticeOnInterrupt(session, IdOf(name)));
  Progress progress(session.console(), "training");
  v1::WatchTrainingRunRequest request;
  request.set_name(name);
  v1::TrainingRun last;
  const absl::Status status = client.WatchTrainingRun(request, [&](const v1::TrainingRun& run) {
    last = run;
    progress.Show(run.progress(), run.step());
    return true;
  });
  if (!status.ok()) return status;
  return last;
}

absl::Status PrintRun(Session& session, const v1::TrainingRun& run) {
  if (absl::Status status = session.Print(CandidatesTable(run), run); !status.ok()) return status;
  if (session.options().format == OutputFormat::kTable) {
    session.console().out << "\n" << ChoiceText(run, session.console().width);
  }
  return absl::OkStatus();
}

bool AgreesTo(Session& session, const std::string& question) {
  Console& console = session.console();
  if (!console.can_ask) return false;
  console.err << question << " [y/N] " << std::flush;
  std::string answer;
  std::getline(console.in, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

// A first model is active by itself; for a later one a person is asked.
absl::Status SettleActivation(Session& session, Client& client, const v1::TrainingRun& run) {
  const std::string model = IdOf(run.model());
  std::ostream& err = session.console().err;
  if (run.activated()) {
    err << "Model " << model << " is active. `cible personas` shows who the segments are.\n";
    return absl::OkStatus();
  }
  if (!AgreesTo(session, absl::StrCat("Make ", model, " the active model?"))) {
    err << "Model " << model << " is kept, and not active; `cible models activate " << model
        << "` makes it so.\n";
    return absl::OkStatus();
  }
  v1::ActivateModelRequest request;
  request.set_name(run.model());
  const auto activated = client.ActivateModel(request);
  if (activated.ok()) err << "Model " << model << " is active.\n";
  return activated.status();
}

absl::StatusOr<int> Conclude(Session& session, Client& client, const v1::TrainingRun& run) {
  const std::string id = IdOf(run.name());
  switch (run.state()) {
    case v1::TRAINING_RUN_STATE_SUCCEEDED: break;
    case v1::TRAINING_RUN_STATE_FAILED:
      return absl::Status(static_cast<absl::StatusCode>(run.error().code()), run.error().message());
    case v1::TRAINING_RUN_STATE_CANCELLED:
      return absl::CancelledError(absl::StrCat("run ", id, " was cancelled; it made no model"));
    default:
      return absl::UnavailableError(
          absl::StrCat("run ", id, " has not ended; `cible runs watch ", id, "` follows it"));
  }
  if (absl::Status status = PrintRun(session, run); !status.ok()) return status;
  if (absl::Status status = SettleActivation(session, client, run); !status.ok()) return status;
  return kDone;
}

absl::StatusOr<int> Train(Session& session, const TrainArguments& arguments) {
  auto request = TrainingRequest(arguments.training);
  if (!request.ok()) return request.status();
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  request->set_segmentation(session.Segmentation());
  request->set_activate(arguments.activate);
  const auto run = (*client)->TrainModel(*request);
  if (!run.ok()) return run.status();
  const auto ended = Watch(session, **client, run->name());
  if (!ended.ok()) return ended.status();
  return Conclude(session, **client, *ended);
}

absl::StatusOr<int> WatchRun(Session& session, const std::string& id) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  const auto ended = Watch(session, **client, session.TrainingRun(id));
  if (!ended.ok()) return ended.status();
  return Conclude(session, **client, *ended);
}

absl::StatusOr<int> CancelRun(Session& session, const std::string& id) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  v1::CancelTrainingRunRequest request;
  request.set_name(session.TrainingRun(id));
  const auto run = (*client)->CancelTrainingRun(request);
  if (!run.ok()) return run.status();
  session.console().err << "Run " << id << " is cancelled.\n";
  return kDone;
}

absl::StatusOr<int> ListRuns(Session& session) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  v1::ListTrainingRunsRequest request;
  request.set_parent(session.Segmentation());
  v1::ListTrainingRunsResponse all;
  do {
    const auto page = (*client)->ListTrainingRuns(request);
    if (!page.ok()) return page.status();
    all.mutable_training_runs()->MergeFrom(page->training_runs());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  if (absl::Status status = session.Print(RunsTable(all), all); !status.ok()) return status;
  return kDone;
}

void AddRunCommands(CommandLine& line) {
  CLI::App& runs = line.Group("runs", "Training runs: list, watch, cancel.");
  line.Command(runs,
               {.name = "list",
                .description = "Lists the training runs, in the order they were asked for.",
                .examples = {"runs list", "runs list --format json"}},
               ListRuns);
  auto id = std::make_shared<std::string>();
  line.Command(runs,
               {.name = "watch",
                .description = "Follows a training run to its end and shows what it found.",
                .examples = {"runs watch r3"}},
               [id](Session& session) { return WatchRun(session, *id); })
      .add_option("ID", *id, "Its id, e.g. r3")
      ->required();
  line.Command(runs,
               {.name = "cancel",
                .description = "Stops a training run.",
                .examples = {"runs cancel r3"}},
               [id](Session& session) { return CancelRun(session, *id); })
      .add_option("ID", *id, "Its id, e.g. r3")
      ->required();
}

}  // namespace

void AddTrainingCommands(CommandLine& line) {
  auto arguments = std::make_shared<TrainArguments>();
  CLI::App& train = line.Command(
      {.name = "train",
       .description = "Finds the segments of the stored contacts and makes a model of them. The "
                      "first model becomes active by itself.",
       .examples = {"train", "train --segments 6 --seed 7 --activate",
                    "train --segments 3..8 --weight behavioural=2 --weight demographic=0.5",
                    "train --filter 'country = \"FR\"' --as-of 2026-06-30"}},
      [arguments](Session& session) { return Train(session, *arguments); });
  AddTrainingOptions(train, arguments->training);
  train.add_flag("--activate", arguments->activate, "Make the model the active one at once");
  AddRunCommands(line);
}

}  // namespace cible
