#include "clients/load/comparison.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "clients/load/echo_process.h"
#include "clients/load/first_answer.h"

namespace cible::load {
namespace {

constexpr int kTrials = 3;
constexpr int kTrialInFlight = 64;
constexpr double kLongestTrial = 1;  // Seconds.
constexpr double kShortestTrial = 0.2;

double Over(double one, double other) {
  return other == 0 ? std::numeric_limits<double>::quiet_NaN() : one / other;
}

double Rate(const LoadFigures& figures) {
  return Over(static_cast<double>(figures.Total().ok_in_time), figures.seconds);
}

absl::StatusOr<AnswerBytes> FirstAnswers(const std::shared_ptr<grpc::Channel>& channel,
                                         const std::vector<const PreparedCalls*>& parts) {
  AnswerBytes answers;
  for (const PreparedCalls* part : parts) {
    auto bytes = AnswerTo(channel, part->kind, part->requests.front(), part->contacts_per_call);
    if (!bytes.ok()) return bytes.status();
    answers[part->kind] = *std::move(bytes);
  }
  return answers;
}

// An echo that runs, and the connections to it.
struct RunningEcho {
  std::unique_ptr<EchoProcess> process;
  Channels channels;
};

absl::StatusOr<RunningEcho> StartEchoProcess(EchoFlavour flavour, const AnswerBytes& answers,
                                             int channel_count) {
  auto process = EchoProcess::Start(flavour, answers);
  if (!process.ok()) return process.status();
  auto channels = Connect((*process)->address(), channel_count);
  if (!channels.ok()) return channels.status();
  return RunningEcho{*std::move(process), *std::move(channels)};
}

LoadShape TrialShape(const LoadShape& shape) {
  LoadShape trial;
  trial.in_flight = kTrialInFlight;
  trial.duration = std::clamp(shape.duration / 2, kShortestTrial, kLongestTrial);
  trial.warm_up = trial.duration / 2;
  return trial;
}

// Tries both, in turns; the median decides.
absl::StatusOr<EchoFlavour> FasterFlavour(const LoadShape& shape, const Workload& unary,
                                          const AnswerBytes& answers) {
  const auto callback = StartEchoProcess(EchoFlavour::kCallback, answers, 1);
  if (!callback.ok()) return callback.status();
  const auto queue = StartEchoProcess(EchoFlavour::kQueue, answers, 1);
  if (!queue.ok()) return queue.status();
  const LoadShape trial = TrialShape(shape);
  std::vector<double> callback_rates, queue_rates;
  for (int i = 0; i < kTrials; ++i) {
    callback_rates.push_back(Rate(RunLoad(callback->channels, unary, trial, false)));
    queue_rates.push_back(Rate(RunLoad(queue->channels, unary, trial, false)));
  }
  return Spread::Of(callback_rates).median > Spread::Of(queue_rates).median ? EchoFlavour::kCallback
                                                                            : EchoFlavour::kQueue;
}

}  // namespace

Ratios Round::ratios() const {
  const CallFigures of_server = server.Total(), of_echo = echo.Total();
  const auto quantile = [&](double share) {
    return Over(of_server.latency.Quantile(share), of_echo.latency.Quantile(share));
  };
  return {Over(Rate(server), Rate(echo)), quantile(0.5), quantile(0.99)};
}

Spread Spread::Of(std::vector<double> figures) {
  std::sort(figures.begin(), figures.end());
  const std::size_t half = figures.size() / 2;
  const double median =
      figures.size() % 2 == 1 ? figures[half] : (figures[half - 1] + figures[half]) / 2;
  return {median, figures.front(), figures.back()};
}

Spread Comparison::SpreadOf(double Ratios::*ratio) const {
  std::vector<double> figures;
  for (const Round& round : rounds) figures.push_back(round.ratios().*ratio);
  return Spread::Of(std::move(figures));
}

absl::StatusOr<Comparison> CompareWithEcho(const LoadOptions& options, const Channels& server,
                                           const Workload& workload, const Subjects& subjects,
                                           bool show_live) {
  const Workload unary = MakeWorkload(options, {{CallKind::kUnary, 1}}, subjects);
  const auto answers =
      FirstAnswers(server.front(), {&unary.parts.front(), &workload.parts.front()});
  if (!answers.ok()) return answers.status();
  Comparison comparison;
  const auto flavour = options.echo_flavour ? absl::StatusOr<EchoFlavour>(*options.echo_flavour)
                                            : FasterFlavour(options.shape, unary, *answers);
  if (!flavour.ok()) return flavour.status();
  comparison.flavour = *flavour;
  const auto echo = StartEchoProcess(*flavour, *answers, options.channels);
  if (!echo.ok()) return echo.status();
  for (int i = 0; i < options.rounds; ++i) {
    Round round;
    const bool server_first = i % 2 == 0;
    for (const bool is_server : {server_first, !server_first}) {
      (is_server ? round.server : round.echo) =
          RunLoad(is_server ? server : echo->channels, workload, options.shape, show_live);
    }
    comparison.server.MergeRound(round.server);
    comparison.echo.MergeRound(round.echo);
    comparison.rounds.push_back(std::move(round));
  }
  return comparison;
}

}  // namespace cible::load
