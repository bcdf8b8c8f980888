#include "clients/cli/training_options.h"

#include <CLI/CLI.hpp>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/wrong_usage.h"
#include "segmentation/data/value.h"
#include "server/wire/contact_wire.h"

namespace cible {
namespace {

constexpr int kMostSegments = 64;
constexpr double kMostWeight = 1000;

}  // namespace

void AddTrainingOptions(CLI::App& command, TrainingArguments& arguments) {
  command
      .add_option("--engine", arguments.engine,
                  "The algorithm: mixture, which stands unknown values well, or kmeans, fast "
                  "on large complete tables")
      ->check(CLI::IsMember({"mixture", "kmeans"}).description(""))
      ->type_name("mixture|kmeans")
      ->capture_default_str();
  command
      .add_option("--segments", arguments.segments,
                  "How many: a number, or a range of which the stable are found")
      ->type_name("6|2..10")
      ->capture_default_str();
  command.add_option("--filter", arguments.filter, "Train on these contacts only")
      ->type_name("EXPR");
  command
      .add_option("--weight", arguments.weights,
                  "How much a criterion counts, 1 if not given; may be repeated. Criteria: "
                  "demographic, socioeconomic, firmographic, geographic, behavioural, needs, "
                  "acquisition")
      ->allow_extra_args(false)
      ->type_name("CRITERION=W");
  command.add_flag("--by-location", arguments.by_location,
                   "Mixture: let places tell segments apart, within 25 km at the least; if not, "
                   "they take no part. To k-means they are attributes like others");
  command.add_option("--seed", arguments.seed, "Same contacts, same seed: same model")
      ->check(CLI::Validator(
          [](const std::string& text) {
            std::uint64_t seed = 0;
            return absl::SimpleAtoi(text, &seed) && seed > 0
                       ? std::string()
                       : std::string("takes a whole number from 1 on");
          },
          ""))
      ->type_name("N")
      ->capture_default_str();
  command
      .add_option("--stability", arguments.stability_pairs,
                  "Pairs of fits by which stability is measured; 0: not at all")
      ->check(CLI::Range(0, 100).description(""))
      ->type_name("PAIRS")
      ->capture_default_str();
  command.add_option("--as-of", arguments.as_of, "The day that dates are measured from; today")
      ->type_name("DATE");
}

absl::StatusOr<std::pair<int, int>> ParseSegments(const std::string& text) {
  const std::vector<std::string> ends = absl::StrSplit(text, "..");
  int least = 0, most = 0;
  const bool numbers = ends.size() <= 2 && absl::SimpleAtoi(ends.front(), &least) &&
                       absl::SimpleAtoi(ends.back(), &most);
  if (numbers && least >= 1 && least <= most && most <= kMostSegments) {
    return std::make_pair(least, most);
  }
  return WrongUsage(
      "--segments takes a number from 1 to 64, or two with .. between them, e.g. 2..10");
}

absl::StatusOr<v1::CriterionWeight> ParseWeight(const std::string& text) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(text, absl::MaxSplits('=', 1));
  v1::Criterion criterion = v1::CRITERION_UNSPECIFIED;
  double weight = 0;
  const std::string name = absl::StrCat("CRITERION_", absl::AsciiStrToUpper(parts.first));
  const bool known = v1::Criterion_Parse(name, &criterion) && criterion != 0;
  if (!known || !absl::SimpleAtod(parts.second, &weight) || !(weight > 0) || weight > kMostWeight) {
    return WrongUsage(
        "--weight takes CRITERION=W, W above 0 and at most 1000, e.g. --weight behavioural=2");
  }
  v1::CriterionWeight result;
  result.set_criterion(criterion);
  result.set_weight(weight);
  return result;
}

absl::StatusOr<v1::Date> ParseDay(const std::string& text, const std::string& option) {
  const auto day = ParseDate(text);
  if (!day.ok()) {
    return WrongUsage(absl::StrCat(option, " takes a day as YYYY-MM-DD, e.g. 2026-11-22"));
  }
  v1::Date date;
  DateToProto(*day, &date);
  return date;
}

absl::StatusOr<v1::TrainModelRequest> TrainingRequest(const TrainingArguments& arguments) {
  v1::TrainModelRequest request;
  request.set_engine(arguments.engine == "kmeans" ? v1::ENGINE_KMEANS : v1::ENGINE_MIXTURE);
  const auto segments = ParseSegments(arguments.segments);
  if (!segments.ok()) return segments.status();
  request.set_min_segments(segments->first);
  request.set_max_segments(segments->second);
  request.set_filter(arguments.filter);
  for (const std::string& text : arguments.weights) {
    auto weight = ParseWeight(text);
    if (!weight.ok()) return weight.status();
    *request.add_criterion_weights() = *std::move(weight);
  }
  request.set_by_location(arguments.by_location);
  request.set_seed(arguments.seed);
  request.set_stability_pairs(arguments.stability_pairs);
  if (!arguments.as_of.empty()) {
    auto day = ParseDay(arguments.as_of, "--as-of");
    if (!day.ok()) return day.status();
    *request.mutable_as_of() = *std::move(day);
  }
  return request;
}

}  // namespace cible
