// The planted personas of `cible sample` are found again, from the file's text
// on: inference, parsing, training.

#include "segmentation/data/sample.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "segmentation/clustering/stability.h"
#include "segmentation/data/inference.h"
#include "segmentation/data/text_parsing.h"
#include "segmentation/models/training.h"

namespace cible {
namespace {

// No method finds the planted personas better than the Bayes rule of the
// distribution they were drawn from; an engine may fall short of it by so much.
// Six small personas and more leave a mixture too few contacts each for that.
double Shortfall(EngineKind engine, int personas) {
  if (engine == EngineKind::kKMeans) return .10;
  return personas > 5 ? .05 : .03;
}

TextTable TextOf(const Sample& sample) {
  TextTable text{.header = sample.header};
  text.columns.resize(sample.header.size());
  for (std::size_t row = 0; row < sample.rows.size(); ++row) {
    for (std::size_t i = 0; i < sample.header.size(); ++i) {
      text.columns[i].push_back(sample.rows[row][i]);
    }
    text.lines.push_back(static_cast<std::int64_t>(row) + 2);
  }
  return text;
}

struct Range {
  int min_segments;
  int max_segments;
  int pairs;
  EngineKind engine = EngineKind::kMixture;
};

TrainingResult TrainOn(const Sample& sample, const Range& range) {
  const TextTable text = TextOf(sample);
  const auto inference = InferSchema(text, {});
  EXPECT_TRUE(inference.ok()) << inference.status();
  const auto parsed = ParseTable(text, inference->schema, inference->id_column);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_TRUE(parsed->errors.empty());
  WorkerPool pool;
  auto trained = TrainModel(parsed->table, inference->schema,
                            {.engine = range.engine,
                             .min_segments = range.min_segments,
                             .max_segments = range.max_segments,
                             .stability_pairs = range.pairs,
                             .as_of = Date{20'454}},
                            pool, nullptr, {});
  EXPECT_TRUE(trained.ok()) << trained.status();
  return *std::move(trained);
}

void ExpectPlantedPersonasFound(const SampleOptions& options, const Range& range) {
  const Sample sample = MakeSample(options);
  const TrainingResult trained = TrainOn(sample, range);
  EXPECT_EQ(trained.model->component_count(), options.persona_count) << trained.choice.reason;
  if (range.pairs > 0) {
    EXPECT_EQ(trained.choice.verdict, Verdict::kNatural);
  }
  const double found = AdjustedRandIndex(trained.labels, sample.labels);
  const double possible = AdjustedRandIndex(sample.bayes_labels, sample.labels);
  std::printf("seed %d: k = %d, ARI %.3f of at most %.3f\n", static_cast<int>(options.seed),
              trained.model->component_count(), found, possible);
  EXPECT_GE(found, possible - Shortfall(range.engine, options.persona_count));
}

TEST(PlantedPersonas, AreFoundAgain) { ExpectPlantedPersonasFound({.seed = 1}, {2, 6, 3}); }

class PlantedPersonasOfNumber : public testing::TestWithParam<int> {};

TEST_P(PlantedPersonasOfNumber, AreFoundWhenTheirNumberIsGiven) {
  const int count = GetParam();
  for (const EngineKind engine : {EngineKind::kMixture, EngineKind::kKMeans}) {
    ExpectPlantedPersonasFound({.persona_count = count, .seed = 5}, {count, count, 0, engine});
  }
}

INSTANTIATE_TEST_SUITE_P(Samples, PlantedPersonasOfNumber, testing::Values(2, 3, 4, 5, 6, 7, 8));

// The default of `cible train`, on more than one sample.
class PlantedPersonasSlow : public testing::TestWithParam<SampleOptions> {};

TEST_P(PlantedPersonasSlow, AreFoundAgainAmongTwoToTenSegments) {
  ExpectPlantedPersonasFound(GetParam(), {2, 10, 5});
}

INSTANTIATE_TEST_SUITE_P(Samples, PlantedPersonasSlow,
                         testing::Values(SampleOptions{.seed = 1}, SampleOptions{.seed = 2},
                                         SampleOptions{.seed = 3}),
                         [](const auto& sample) {
                           return "Seed" + std::to_string(sample.param.seed);
                         });

}  // namespace
}  // namespace cible
