// From a table of contacts to a model: encode, choose k, fit, summarise.

#ifndef CIBLE_SEGMENTATION_MODELS_TRAINING_H_
#define CIBLE_SEGMENTATION_MODELS_TRAINING_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "segmentation/clustering/choice_of_k.h"
#include "segmentation/clustering/worker_pool.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/schema.h"
#include "segmentation/models/rule_variables.h"
#include "segmentation/models/segmentation_model.h"

namespace cible {

struct TrainingOptions {
  EngineKind engine = EngineKind::kMixture;
  ContactKind contact_kind = ContactKind::kPerson;
  int min_segments = 2;  // In [1, 64]; equal to max_segments: k is fixed.
  int max_segments = 10;
  int stability_pairs = 10;  // In [0, 100].
  std::uint64_t seed = 1;
  Date as_of;
  std::vector<std::pair<Criterion, double>> criterion_weights;  // Each > 0.
  // Places tell no segments of a mixture apart unless asked for: all of them, or
  // the ones of these ids. To k-means they are attributes like others.
  bool by_location = false;
  std::vector<std::string> places;
  // How often each row counts, >= 0; empty: once each.
  std::vector<double> weights;
  // Attributes named in `shared` join the places that were not asked for, which
  // tell no segments apart; `blocks` are the schema's. A `prior` of 0 is plain maximum likelihood:
  // neither blocks nor point masses beyond what the schema says.
  EngineOptions engine_options;
  // The contacts that the score is learnt from, each counted once; null: the
  // same as the segments, by their weights. Must outlive the call.
  const ContactTable* outcome_table = nullptr;
  // The leads that the prior of matches is estimated on, where they are at least
  // kEnoughLeads; null: none. Must outlive the call.
  const ContactTable* leads = nullptr;
  // What the short rules of segments may say; see RuleSearchOptions.
  RuleVocabulary rule_vocabulary;
  // Seconds from any moment on, for Candidate::seconds; may be empty.
  std::function<double()> clock;
};

struct TrainingResult {
  std::shared_ptr<const SegmentationModel> model;
  std::vector<int> labels;  // Component of each row; -1 where nothing is known.
  Choice choice;
  // Ids of the places that took no part, not being asked for.
  std::vector<std::string> places_left_out;
};

// Same table, options and build: same model bits, whatever the thread count.
//
// Errors (INVALID_ARGUMENT, the message says what to change): fewer than two
// contacts, contacts that are all alike, contacts of which nothing is known,
// more segments than distinct contacts, options out of range.
// CANCELLED when `stop` was requested.
absl::StatusOr<TrainingResult> TrainModel(const ContactTable& table, const Schema& schema,
                                          const TrainingOptions& options, WorkerPool& pool,
                                          const ProgressFn& progress, std::stop_token stop);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_MODELS_TRAINING_H_
