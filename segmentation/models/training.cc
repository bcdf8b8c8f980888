#include "segmentation/models/training.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <set>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "segmentation/behaviour/organization_attributes.h"
#include "segmentation/models/lead_shares.h"
#include "segmentation/models/outcome_fit.h"
#include "segmentation/models/rule_search.h"
#include "segmentation/models/typicality.h"

namespace cible {
namespace {

constexpr int kMaxSegments = 64;
constexpr int kMaxStabilityPairs = 100;
constexpr double kMostWeight = 1e15;  // Beyond it one contact more is lost to rounding.

// Of a mixture's fits to resampled contacts: their labels change no more.
constexpr double kResamplingTolerance = 1e-5;

// Shares of the training time, for progress.
constexpr double kEncoded = .05;
constexpr double kChosen = .9;
constexpr double kMeasured = .95;
constexpr double kSummarised = .97;

absl::Status CheckOptions(const TrainingOptions& options) {
  if (options.min_segments < 1 || options.max_segments > kMaxSegments ||
      options.min_segments > options.max_segments) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the number of segments must lie in 1 to ", kMaxSegments, ", the smallest first; got ",
        options.min_segments, " to ", options.max_segments));
  }
  if (options.stability_pairs < 0 || options.stability_pairs > kMaxStabilityPairs) {
    return absl::InvalidArgumentError(absl::StrCat("stability takes 0 to ", kMaxStabilityPairs,
                                                   " pairs of samples; got ",
                                                   options.stability_pairs));
  }
  if (!(options.engine_options.prior >= 0) ||
      !(options.engine_options.tolerance.value_or(0) >= 0) || options.engine_options.starts < 0) {
    return absl::InvalidArgumentError(
        "starts, prior and tolerance of the engine must not be negative");
  }
  for (const auto& [criterion, weight] : options.criterion_weights) {
    if (!(weight > 0) || !std::isfinite(weight)) {
      return absl::InvalidArgumentError(
          absl::StrCat("the weight of criterion ", Name(criterion),
                       " must be a number above 0; leave the criterion's attributes out by giving "
                       "them the role DESCRIPTOR"));
    }
  }
  return absl::OkStatus();
}

bool Applies(const Attribute& attribute, ContactKind kind) {
  switch (attribute.applies_to) {
    case AppliesTo::kBoth: return true;
    case AppliesTo::kPersons: return kind == ContactKind::kPerson;
    case AppliesTo::kOrganizations: return kind == ContactKind::kOrganization;
  }
  return false;
}

// What the contacts of the kind can be described by. Of their organisations that from
// which they have something stays, to be read and for nothing else.
Schema SchemaOfKind(const Schema& schema, ContactKind kind) {
  std::set<std::string> sources;
  for (const Attribute& attribute : schema.attributes()) {
    if (Applies(attribute, kind)) sources.emplace(OrganizationSource(attribute));
  }
  Schema of_kind = schema;
  for (Attribute attribute : schema.attributes()) {
    if (Applies(attribute, kind)) continue;
    if (!sources.contains(attribute.id)) {
      of_kind.Remove(attribute.id).IgnoreError();
      continue;
    }
    attribute.role = Role::kIgnored;
    attribute.askable = false;
    of_kind.Update(std::move(attribute)).IgnoreError();  // Valid, and there.
  }
  return of_kind;
}

template <typename Values>
bool SameCell(const Values& data, std::size_t a, std::size_t b) {
  return data.values[a] == data.values[b];
}
bool SameCell(const Codes& data, std::size_t a, std::size_t b) {
  return data.codes[a] == data.codes[b];
}
bool SameCell(const Sets& data, std::size_t a, std::size_t b) {
  const auto begin = [&](std::size_t row) {
    return data.members.begin() + (row == 0 ? 0 : data.ends[row - 1]);
  };
  const auto end = [&](std::size_t row) { return data.members.begin() + data.ends[row]; };
  return std::equal(begin(a), end(a), begin(b), end(b));
}

enum class Variety { kUnknown, kConstant, kVaries };

Variety VarietyOf(const Column& column) {
  const auto first = std::find_if(column.validity.begin(), column.validity.end(),
                                  [](std::uint8_t known) { return known != 0; });
  if (first == column.validity.end()) return Variety::kUnknown;
  const auto reference = static_cast<std::size_t>(first - column.validity.begin());
  return std::visit(
      [&](const auto& data) {
        for (std::size_t row = reference + 1; row < column.validity.size(); ++row) {
          if (column.validity[row] != 0 && !SameCell(data, reference, row)) {
            return Variety::kVaries;
          }
        }
        return Variety::kConstant;
      },
      column.data);
}

// Whether there is anything to tell the contacts apart by.
absl::Status CheckContacts(const ContactTable& table, const Schema& schema) {
  if (table.row_count < 2) {
    return absl::InvalidArgumentError(absl::StrCat("training needs at least 2 contacts; got ",
                                                   table.row_count, ". Import more contacts"));
  }
  int features = 0;
  Variety variety = Variety::kUnknown;
  for (const Attribute& attribute : schema.attributes()) {
    const Column* column = table.Find(attribute.id);
    if (!IsFeature(attribute) || column == nullptr) continue;
    ++features;
    variety = std::max(variety, VarietyOf(*column));
  }
  if (features == 0) {
    return absl::InvalidArgumentError(
        "no attribute of these contacts is a feature: all are text, or set aside since they tell "
        "nothing. Import a column in which the contacts differ, or give one the role FEATURE");
  }
  if (variety == Variety::kUnknown) {
    return absl::InvalidArgumentError(
        absl::StrCat("nothing is known of these ", table.row_count,
                     " contacts: all of their features are unknown. Import values for at least one "
                     "feature"));
  }
  if (variety == Variety::kConstant) {
    return absl::InvalidArgumentError(
        absl::StrCat("these ", table.row_count,
                     " contacts are all alike: no feature has two different known values. Import "
                     "contacts that differ, or another attribute"));
  }
  return absl::OkStatus();
}

absl::Status CheckWeights(const ContactTable& table, const std::vector<double>& weights) {
  if (weights.empty()) return absl::OkStatus();
  if (std::ssize(weights) != table.row_count) {
    return absl::InvalidArgumentError(
        absl::StrCat("there are ", table.row_count, " contacts but ", weights.size(), " weights"));
  }
  if (!std::all_of(weights.begin(), weights.end(),
                   [](double weight) { return std::isfinite(weight) && weight >= 0; })) {
    return absl::InvalidArgumentError("a weight is negative or not finite");
  }
  if (std::accumulate(weights.begin(), weights.end(), 0.) > kMostWeight) {
    return absl::InvalidArgumentError(
        "the weights add up to more than 10^15; give them as numbers of contacts");
  }
  return absl::OkStatus();
}

std::vector<double> SharesOf(const std::vector<int>& labels, const std::vector<double>& weights,
                             int component_count) {
  std::vector<double> shares(static_cast<std::size_t>(component_count));
  double total = 0;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    if (labels[row] < 0) continue;
    shares[static_cast<std::size_t>(labels[row])] += weights[row];
    total += weights[row];
  }
  for (double& share : shares) share /= total;
  return shares;
}

// Places tell no segments apart in a mixture unless asked for: where people
// live follows the map, and a likelihood would divide them by it before all
// else.
std::vector<std::string> SharedPlaces(const Schema& schema, const TrainingOptions& options) {
  std::vector<std::string> places;
  if (options.by_location) return places;
  for (const Attribute& attribute : schema.attributes()) {
    const bool is_asked_for = std::find(options.places.begin(), options.places.end(),
                                        attribute.id) != options.places.end();
    if (attribute.type == AttributeType::kLocation && !is_asked_for) {
      places.push_back(attribute.id);
    }
  }
  return places;
}

// The attributes of each block, by the block's name.
std::vector<std::vector<std::string>> BlocksOf(const Schema& schema) {
  std::map<std::string, std::vector<std::string>> blocks;
  for (const Attribute& attribute : schema.attributes()) {
    if (!attribute.block.empty() && IsFeature(attribute)) {
      blocks[attribute.block].push_back(attribute.id);
    }
  }
  std::vector<std::vector<std::string>> lists;
  for (auto& [name, ids] : blocks) lists.push_back(std::move(ids));
  return lists;
}

// One training, step by step.
class Training {
 public:
  Training(const ContactTable& table, const Schema& schema, const TrainingOptions& options,
           WorkerPool& pool, const ProgressFn& progress, std::stop_token stop)
      : table_(table),
        schema_(schema),
        schema_of_kind_(SchemaOfKind(schema, options.contact_kind)),
        options_(options),
        pool_(pool),
        progress_(progress),
        stop_(std::move(stop)) {}

  absl::StatusOr<TrainingResult> Run() const {
    if (absl::Status status = CheckOptions(options_); !status.ok()) return status;
    if (absl::Status status = CheckContacts(table_, schema_of_kind_); !status.ok()) return status;
    if (absl::Status status = CheckWeights(table_, options_.weights); !status.ok()) return status;
    Report(0, "putting the contacts on one scale");
    std::vector<double> weights = options_.weights;
    weights.resize(static_cast<std::size_t>(table_.row_count), 1);
    auto encoder = Encoder::Fit(table_, weights, schema_of_kind_,
                                {.encoding = EncodingOf(options_.engine),
                                 .plain = options_.engine_options.prior == 0,
                                 .criterion_weights = options_.criterion_weights,
                                 .as_of = options_.as_of});
    if (!encoder.ok()) return encoder.status();
    Samples samples = encoder->Encode(table_, options_.as_of);
    samples.weights = std::move(weights);
    auto choice = Choose(*encoder, samples);
    if (!choice.ok()) return choice.status();
    return Finish(*std::move(encoder), samples, *std::move(choice));
  }

 private:
  void Report(double fraction, const std::string& step) const {
    if (progress_) progress_(fraction, step);
  }

  absl::StatusOr<Choice> Choose(const Encoder& encoder, const Samples& samples) const {
    EngineOptions engine_options = options_.engine_options;
    for (std::string& place : SharedPlaces(schema_of_kind_, options_)) {
      engine_options.shared.push_back(std::move(place));
    }
    if (engine_options.prior > 0) engine_options.blocks = BlocksOf(schema_of_kind_);
    const auto engine = MakeEngine(options_.engine, encoder, pool_, engine_options);
    if (options_.engine == EngineKind::kMixture) {
      engine_options.tolerance =
          std::max(engine_options.tolerance.value_or(0), kResamplingTolerance);
    }
    const auto resampling_engine =
        MakeEngine(options_.engine, encoder, pool_, std::move(engine_options));
    const ChoiceOptions choice_options{.min_clusters = options_.min_segments,
                                       .max_clusters = options_.max_segments,
                                       .pair_count = options_.stability_pairs,
                                       .seed = options_.seed,
                                       .resampling_engine = resampling_engine.get(),
                                       .clock = options_.clock};
    return ChooseClusterCount(
        *engine, encoder, samples, pool_, choice_options,
        [this](double fraction, const std::string& step) {
          Report(kEncoded + (kChosen - kEncoded) * fraction, step);
        },
        stop_);
  }

  std::vector<std::string> PlacesLeftOut(const Encoder& encoder) const {
    if (options_.engine != EngineKind::kMixture) return {};
    std::vector<std::string> places = SharedPlaces(schema_of_kind_, options_);
    std::erase_if(places, [&](const std::string& id) { return encoder.IndexOf(id) < 0; });
    return places;
  }

  OutcomeModel LearnOutcome(const std::vector<double>& weights) const {
    const ContactTable* others = options_.outcome_table;
    if (others == nullptr) {
      return FitOutcome(table_, schema_of_kind_, weights, options_.as_of, stop_);
    }
    const std::vector<double> ones(static_cast<std::size_t>(others->row_count), 1);
    return FitOutcome(*others, schema_of_kind_, ones, options_.as_of, stop_);
  }

  // The outcome is summarised over all contacts of whom it is known: of customers
  // alone it says nothing.
  void SummariseOutcome(ModelParts& parts) const {
    const Attribute* outcome = OutcomeOf(schema_of_kind_);
    const ContactTable* all = options_.outcome_table;
    const Column* column = all == nullptr || outcome == nullptr ? nullptr : all->Find(outcome->id);
    if (column == nullptr) return;
    const std::vector<int> labels = AssignSamples(
        parts.components, parts.encoder, parts.encoder.Encode(*all, options_.as_of), pool_);
    const std::vector<double> ones(labels.size(), 1);
    const ContactTable alone{.row_count = all->row_count, .ids = {}, .columns = {*column}};
    for (AttributeAggregates& summary :
         SummariseAttributes(alone, schema_of_kind_, options_.as_of, ones, labels,
                             ComponentCount(parts.components))) {
      for (AttributeAggregates& aggregates : parts.aggregates) {
        if (aggregates.attribute == summary.attribute) aggregates = std::move(summary);
      }
    }
  }

  void EstimateLeads(ModelParts& parts) const {
    if (options_.leads == nullptr || options_.leads->row_count < kEnoughLeads) return;
    const PosteriorRule rule(parts.components, parts.encoder, parts.calibration);
    parts.lead_shares =
        EstimateLeadShares(rule, parts.encoder.Encode(*options_.leads, options_.as_of));
    parts.lead_count = static_cast<double>(options_.leads->row_count);
  }

  absl::StatusOr<TrainingResult> Finish(Encoder encoder, const Samples& samples,
                                        Choice choice) const {
    if (stop_.stop_requested()) return absl::CancelledError("the training was cancelled");
    Report(kChosen, "measuring what is typical of each segment, and how sure a match is");
    ModelParts parts{.schema = schema_,
                     .encoder = std::move(encoder),
                     .contact_kind = options_.contact_kind,
                     .as_of = options_.as_of,
                     .components = choice.clusterings[choice.recommended].components};
    const int component_count = ComponentCount(parts.components);
    TypicalityFit fit =
        FitTypicality(parts.components, parts.encoder, schema_of_kind_, samples, pool_);
    parts.typicality = std::move(fit.moments);
    parts.calibration = FitCalibration(parts.components, parts.encoder, samples);
    EstimateLeads(parts);
    parts.shares = SharesOf(fit.labels, samples.weights, component_count);
    parts.contact_count = static_cast<double>(table_.row_count);
    if (stop_.stop_requested()) return absl::CancelledError("the training was cancelled");
    Report(kMeasured, "summarising the segments");
    parts.aggregates = SummariseAttributes(table_, schema_of_kind_, options_.as_of, samples.weights,
                                           fit.labels, component_count);
    SummariseOutcome(parts);
    parts.rules = FindRules(table_, schema_of_kind_, samples.weights, fit.labels, component_count,
                            {.vocabulary = options_.rule_vocabulary});
    if (OutcomeOf(schema_of_kind_) != nullptr) {
      Report(kSummarised, "learning the outcome");
      parts.outcome = LearnOutcome(samples.weights);
      if (stop_.stop_requested()) return absl::CancelledError("the training was cancelled");
    }
    auto model = SegmentationModel::Make(std::move(parts));
    if (!model.ok()) return model.status();
    Report(1, "done");
    std::vector<std::string> places_left_out = PlacesLeftOut((*model)->encoder());
    return TrainingResult{*std::move(model), std::move(fit.labels), std::move(choice),
                          std::move(places_left_out)};
  }

  const ContactTable& table_;
  const Schema& schema_;
  const Schema schema_of_kind_;
  const TrainingOptions& options_;
  WorkerPool& pool_;
  const ProgressFn& progress_;
  const std::stop_token stop_;
};

}  // namespace

absl::StatusOr<TrainingResult> TrainModel(const ContactTable& table, const Schema& schema,
                                          const TrainingOptions& options, WorkerPool& pool,
                                          const ProgressFn& progress, std::stop_token stop) {
  return Training(table, schema, options, pool, progress, std::move(stop)).Run();
}

}  // namespace cible
