// All the fits that a choice of k needs: for every k one on all samples and two
// for each pair of bootstrap samples; two for each table without segments.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_CHOICE_FITS_H_
#define CIBLE_SEGMENTATION_CLUSTERING_CHOICE_FITS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "segmentation/clustering/choice_of_k.h"
#include "segmentation/clustering/engine.h"
#include "segmentation/clustering/null_table.h"
#include "segmentation/clustering/round_cloud.h"

namespace cible {

class ChoiceFits {
 public:
  // For k from options.min_clusters to `most`. All arguments must outlive it.
  ChoiceFits(const Engine& engine, const Encoder& encoder, const Samples& samples, int most,
             const ChoiceOptions& options, const ProgressFn& progress, std::stop_token stop);

  // Fits all samples and the pairs, for every k.
  // Errors: those of Engine::Fit.
  absl::Status Run(WorkerPool& pool);

  // One pair of fits on each null table: on all of them, or, where `stability`
  // is not perfect, on as many as it took to meet two that reach it.
  // Errors: those of Engine::Fit.
  absl::StatusOr<std::vector<NullFit>> FitNullTables(int k, double stability, WorkerPool& pool);
  // The same on all round clouds.
  absl::StatusOr<std::vector<NullFit>> FitRoundClouds(int k, WorkerPool& pool);

  const RoundCloud& cloud() const { return cloud_; }

  int least() const { return least_; }
  int count() const { return count_; }
  // S: the samples that stability is measured on.
  const Samples& few() const { return few_; }
  // All of these by k - least().
  Clustering& full(int index) { return *full_[index]; }
  double seconds(int index) const { return seconds_[index]; }
  // Labels of few() by the fit on all samples, and by every bootstrap fit: those
  // of one pair follow each other.
  std::vector<int> FullLabels(int index) const;
  const std::vector<std::vector<int>>& bootstrap_labels(int index) const { return labels_[index]; }

 private:
  // Where tables without segments come from, and what fits them.
  struct Source {
    std::function<Samples(int count, std::uint64_t key)> draw;
    const Engine& engine;
    const Encoder& encoder;
    int draws = 0;  // What keys them.
    std::string name;
  };

  absl::StatusOr<std::vector<NullFit>> FitTables(const Source& source, int k, double stability,
                                                 WorkerPool& pool);
  bool Failed();
  absl::Status Status();
  void FitAll(int index);
  void FitPair(int index, int side);
  void FitTable(const Source& source, int k, int table, int side, std::vector<int>& labels,
                NullFit& fit);
  // One more fit is done, keyed by these draws.
  void Done(const absl::Status& status, int draws, const std::string& step);

  const Engine& engine_;
  const Engine& resampling_engine_;
  const Encoder& encoder_;
  const Samples& samples_;
  const ChoiceOptions& options_;
  const ProgressFn& progress_;
  const std::stop_token stop_;
  const int least_;
  const int count_;
  const std::vector<int> rows_;
  const Samples few_;
  std::vector<std::vector<double>> draws_;  // By side: how often each of few_.
  std::vector<absl::StatusOr<Clustering>> full_;
  std::vector<double> seconds_;
  std::vector<std::vector<std::vector<int>>> labels_;  // By k, then side.
  std::optional<NullModel> null_model_;                // Made when first needed.
  const RoundCloud cloud_;
  const std::unique_ptr<const Engine> cloud_engine_;
  std::mutex mutex_;
  absl::Status status_;
  double done_ = 0;
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_CHOICE_FITS_H_
