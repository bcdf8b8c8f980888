// How well the outcome score tells the outcome of contacts it was not fitted
// to, on real lists: against what tests/benchmarks/outcome_auc.py measures of
// scikit-learn.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include "segmentation/clustering/random.h"
#include "segmentation/models/outcome_fit.h"
#include "tests/acceptance/real_list.h"

namespace cible {
namespace {

constexpr int kSplits = 10;

struct List {
  const char* file;
  const char* outcome;
  const char* success;
  // Columns known only after the outcome, per the README of the lists.
  std::vector<std::string> leaks;
  // Mean area of scikit-learn's logistic regression on the other columns.
  double peer;
  // The areas we hold ourselves to.
  double bar;
};

void PrintTo(const List& list, std::ostream* out) { *out << list.file; }

std::string NameOf(const testing::TestParamInfo<List>& list) {
  const std::string file = list.param.file;
  return std::regex_replace(file.substr(0, file.find('.')), std::regex("[^A-Za-z]"), "_");
}

// Of scores given to contacts with (true) and without the outcome; ties count
// half.
double AreaUnderRoc(std::vector<std::pair<double, bool>> scored) {
  std::sort(scored.begin(), scored.end());
  double area = 0, positives = 0, negatives = 0;
  for (std::size_t i = 0; i < scored.size();) {
    double tied_positives = 0, tied_negatives = 0;
    const double score = scored[i].first;
    for (; i < scored.size() && scored[i].first == score; ++i) {
      (scored[i].second ? tied_positives : tied_negatives) += 1;
    }
    area += tied_positives * (negatives + tied_negatives / 2);
    positives += tied_positives;
    negatives += tied_negatives;
  }
  return area / positives / negatives;
}

class OutcomeScoreTest : public testing::TestWithParam<List> {
 protected:
  void SetUp() override {
    CIBLE_REQUIRE_REAL_LISTS();
    RealList list = ReadRealList(GetParam().file, GetParam().outcome, GetParam().success);
    schema_ = std::move(list.schema);
    table_ = std::move(list.table);
    const Column* outcome = table_.Find(OutcomeOf(schema_)->id);
    for (int row = 0; row < table_.row_count; ++row) {
      is_outcome_.push_back(std::get<bool>(*Get(*outcome, row)));
    }
  }

  // Half of the contacts with, and half of those without the outcome: those
  // with the smallest keys.
  std::vector<bool> Half(int split) const {
    std::vector<bool> is_training(is_outcome_.size());
    for (const bool side : {false, true}) {
      std::vector<std::pair<std::uint64_t, std::size_t>> keys;
      for (std::size_t row = 0; row < is_outcome_.size(); ++row) {
        if (is_outcome_[row] == side) {
          keys.emplace_back(Key(static_cast<std::uint64_t>(split), row), row);
        }
      }
      std::sort(keys.begin(), keys.end());
      for (std::size_t i = 0; i < keys.size() / 2; ++i) is_training[keys[i].second] = true;
    }
    return is_training;
  }

  double AreaOfSplit(const Schema& schema, int split) const {
    const std::vector<bool> is_training = Half(split);
    const std::vector<double> weights(is_training.begin(), is_training.end());
    const OutcomeModel model = FitOutcome(table_, schema, weights, Date{16'000});
    EXPECT_EQ(model.refusal, "");
    EXPECT_TRUE(model.barred.empty()) << model.barred.front().attribute;
    const std::vector<OutcomeScore> scores = ScoreOutcomes(model, table_, Date{16'000});
    std::vector<std::pair<double, bool>> held_out;
    for (std::size_t row = 0; row < scores.size(); ++row) {
      if (!is_training[row]) held_out.emplace_back(scores[row].probability, is_outcome_[row]);
    }
    return AreaUnderRoc(std::move(held_out));
  }

  Schema schema_;
  ContactTable table_;
  std::vector<bool> is_outcome_;
};

TEST_P(OutcomeScoreTest, TellsTheOutcomeBetterThanScikitLearnsLogisticRegression) {
  const Schema schema = Ignoring(schema_, GetParam().leaks);
  std::vector<double> areas;
  double mean = 0;
  for (int split = 0; split < kSplits; ++split) {
    areas.push_back(AreaOfSplit(schema, split));
    mean += areas.back() / kSplits;
  }
  double variance = 0;
  for (const double area : areas) variance += (area - mean) * (area - mean) / (kSplits - 1);
  std::printf("%s: ROC AUC %.4f, sd %.4f over %d half-splits; scikit-learn %.4f\n", GetParam().file,
              mean, std::sqrt(variance), kSplits, GetParam().peer);
  EXPECT_GT(mean, GetParam().peer);
  EXPECT_GT(mean, GetParam().bar);
}

TEST_P(OutcomeScoreTest, IsLearntQuicklyAndSaysWhatItBars) {
  const std::vector<double> weights(is_outcome_.size(), 1);
  const auto start = std::chrono::steady_clock::now();
  const OutcomeModel model = FitOutcome(table_, schema_, weights, Date{16'000});
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  std::printf("%s: fitted in %.2f s\n", GetParam().file, seconds.count());
  for (const SetAside& barred : model.barred) {
    std::printf("  %s: %s\n", barred.attribute.c_str(), barred.reason.c_str());
  }
  EXPECT_LT(seconds.count(), 10);
  // The columns that give most away are found without being named.
  const Attribute* strongest = schema_.Find(GetParam().leaks.front());
  ASSERT_NE(strongest, nullptr);
  EXPECT_TRUE(std::any_of(model.barred.begin(), model.barred.end(),
                          [&](const SetAside& b) { return b.attribute == strongest->id; }));
}

TEST_P(OutcomeScoreTest, IsCalibratedOnContactsItWasNotFittedTo) {
  const std::vector<bool> is_training = Half(0);
  const std::vector<double> weights(is_training.begin(), is_training.end());
  const OutcomeModel model =
      FitOutcome(table_, Ignoring(schema_, GetParam().leaks), weights, Date{16'000});
  const std::vector<OutcomeScore> scores = ScoreOutcomes(model, table_, Date{16'000});
  std::vector<std::pair<double, bool>> held_out;
  for (std::size_t row = 0; row < scores.size(); ++row) {
    if (!is_training[row]) held_out.emplace_back(scores[row].probability, is_outcome_[row]);
  }
  std::sort(held_out.begin(), held_out.end());
  constexpr std::size_t kBins = 10;
  double error = 0;
  for (std::size_t bin = 0; bin < kBins; ++bin) {
    const std::size_t begin = bin * held_out.size() / kBins;
    const std::size_t end = (bin + 1) * held_out.size() / kBins;
    double said = 0, came = 0;
    for (std::size_t i = begin; i < end; ++i) {
      said += held_out[i].first;
      came += held_out[i].second ? 1 : 0;
    }
    error += std::abs(said - came) / static_cast<double>(held_out.size());
  }
  std::printf("%s: calibration error %.4f\n", GetParam().file, error);
  EXPECT_LT(error, .03);
}

INSTANTIATE_TEST_SUITE_P(
    Lists, OutcomeScoreTest,
    testing::Values(List{"bank-full.csv.gz", "y", "yes", {"duration"}, .762, .775},
                    List{"Leads.csv.gz", "Converted", "1", LeaksOfLeads(), .864, .870}),
    NameOf);

}  // namespace
}  // namespace cible
