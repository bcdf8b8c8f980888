// Options of the commands that train.

#ifndef CIBLE_CLIENTS_CLI_TRAINING_OPTIONS_H_
#define CIBLE_CLIENTS_CLI_TRAINING_OPTIONS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "cible/v1/segmentation_service.pb.h"

namespace CLI {
class App;
}

namespace cible {

struct TrainingArguments {
  std::string engine = "mixture";
  std::string segments = "2..10";
  std::string filter;
  std::vector<std::string> weights;  // CRITERION=W.
  bool by_location = false;
  std::uint64_t seed = 1;
  int stability_pairs = 10;
  std::string as_of;
};

// Adds them all.
void AddTrainingOptions(CLI::App& command, TrainingArguments& arguments);

// The request they make; `segmentation` and `activate` are the caller's.
// Errors: INVALID_ARGUMENT, naming the option and what it takes.
absl::StatusOr<v1::TrainModelRequest> TrainingRequest(const TrainingArguments& arguments);

// "6" or "2..10".
absl::StatusOr<std::pair<int, int>> ParseSegments(const std::string& text);
// "behavioural=2", the criterion in any case.
absl::StatusOr<v1::CriterionWeight> ParseWeight(const std::string& text);
// "2026-11-22".
absl::StatusOr<v1::Date> ParseDay(const std::string& text, const std::string& option);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_TRAINING_OPTIONS_H_
