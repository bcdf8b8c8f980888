// Matching real contacts of whom part is hidden: against imputation, against
// what came true, and by which questions. A model is trained on one half of a
// list; the others are the leads.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "segmentation/clustering/random.h"
#include "segmentation/models/training.h"
#include "segmentation/personas/questions.h"
#include "tests/acceptance/real_list.h"

namespace cible {
namespace {

constexpr int kLeads = 2'000;   // At most, of the half that is not trained on.
constexpr int kDonors = 2'000;  // Of the other, for imputation by neighbours.
constexpr int kNeighbours = 5;

struct List {
  const char* file;
  const char* outcome;
  const char* success;
  std::vector<std::string> leaks;
};

const List kBank = {"bank-full.csv.gz", "y", "yes", {"duration"}};
const List kCampaign = {"marketing_campaign.csv", "Response", "1", {}};
const List kLeadList = {"Leads.csv.gz", "Converted", "1", LeaksOfLeads()};

// A list, trained on its one half.
struct Halves {
  std::shared_ptr<const SegmentationModel> model;
  Samples trained;  // Some of the half.
  Samples leads;
};

Halves Split(const List& list) {
  const RealList real = ReadRealList(list.file, list.outcome, list.success);
  const Schema schema = Ignoring(real.schema, list.leaks);
  std::vector<int> trained, leads;
  for (int row = 0; row < real.table.row_count; ++row) {
    (Uniform(Key(3, row)) < .5 ? trained : leads).push_back(row);
  }
  WorkerPool pool;
  const Date as_of = *ParseDate("2014-07-01");
  auto result =
      TrainModel(SelectRows(real.table, trained), schema,
                 {.min_segments = 5, .max_segments = 5, .stability_pairs = 0, .as_of = as_of}, pool,
                 nullptr, {});
  EXPECT_TRUE(result.ok()) << result.status();
  const auto some = [&](std::vector<int>& rows, int most) {
    std::sort(rows.begin(), rows.end(), [](int a, int b) { return Key(9, a) < Key(9, b); });
    rows.resize(std::min<std::size_t>(rows.size(), most));
    return result->model->encoder().Encode(SelectRows(real.table, rows), as_of);
  };
  return {.model = result->model, .trained = some(trained, kDonors), .leads = some(leads, kLeads)};
}

void Hide(const AttributeEncoding& attribute, Samples& samples, int row) {
  std::fill_n(samples.codes.row(row).begin() + attribute.code, attribute.code_count, 0);
  std::fill_n(samples.numbers.row(row).begin() + attribute.number, attribute.number_count, 0);
}

// `share` of the values hidden at random; a share of 0: as another lead lacks them.
Samples Masked(const Halves& halves, double share, int seed) {
  Samples masked = halves.leads;
  const Encoder& encoder = halves.model->encoder();
  for (int row = 0; row < masked.count(); ++row) {
    const int other = static_cast<int>(Key(seed, row) % masked.count());
    for (int v = 0; v < encoder.attribute_count(); ++v) {
      const AttributeEncoding& attribute = encoder.attributes()[v];
      const bool hidden = share > 0 ? Uniform(Key(seed, row, v)) < share
                                    : !Encoder::Known(attribute, halves.leads.row(other));
      if (hidden) Hide(attribute, masked, row);
    }
  }
  return masked;
}

// Fills what a lead lacks from these donors: the mean of numbers, the most
// frequent code.
void Fill(const Encoder& encoder, const Samples& donors, const std::vector<int>& rows,
          Samples& samples, int lead) {
  for (const AttributeEncoding& attribute : encoder.attributes()) {
    if (Encoder::Known(attribute, samples.row(lead))) continue;
    for (int c = attribute.code; c < attribute.code + attribute.code_count; ++c) {
      std::array<int, 256> counts{};
      for (const int row : rows) ++counts[donors.codes(row, c)];
      counts[0] = 0;
      const auto most = std::max_element(counts.begin(), counts.end());
      if (*most > 0) samples.codes(lead, c) = static_cast<std::uint8_t>(most - counts.begin());
    }
    for (int n = attribute.number; n < attribute.number + attribute.number_count; ++n) {
      if (samples.codes(lead, attribute.code) != 1) break;
      double sum = 0, count = 0;
      for (const int row : rows) {
        if (donors.codes(row, attribute.code) != 1) continue;
        sum += donors.numbers(row, n);
        ++count;
      }
      samples.numbers(lead, n) = static_cast<float>(sum / count);
    }
  }
}

Samples FilledByMeans(const Halves& halves, Samples samples) {
  std::vector<int> all(halves.trained.count());
  std::iota(all.begin(), all.end(), 0);
  Samples one = SelectSamples(samples, std::vector<int>{0});
  for (int c = 0; c < one.codes.cols(); ++c) one.codes(0, c) = 0;
  const Encoder& encoder = halves.model->encoder();
  Fill(encoder, halves.trained, all, one, 0);
  for (int row = 0; row < samples.count(); ++row) Fill(encoder, one, {0}, samples, row);
  return samples;
}

// Over what both know, per attribute: squared difference of standardised numbers,
// 1 for another code.
double Distance(const Encoder& encoder, SampleRow a, SampleRow b) {
  double sum = 0, both = 0;
  for (const AttributeEncoding& attribute : encoder.attributes()) {
    if (!Encoder::Known(attribute, a) || !Encoder::Known(attribute, b)) continue;
    ++both;
    if (a.codes[attribute.code] != b.codes[attribute.code]) {
      ++sum;
    } else if (attribute.number_count == 1) {
      const double gap = a.numbers[attribute.number] - b.numbers[attribute.number];
      sum += gap * gap / 2;
    }
  }
  return both == 0 ? 1e9 : sum / both;
}

Samples FilledByNeighbours(const Halves& halves, Samples samples) {
  const Encoder& encoder = halves.model->encoder();
  const Samples given = samples;
  std::vector<std::pair<double, int>> distances(halves.trained.count());
  for (int lead = 0; lead < samples.count(); ++lead) {
    for (int row = 0; row < halves.trained.count(); ++row) {
      distances[row] = {Distance(encoder, given.row(lead), halves.trained.row(row)), row};
    }
    std::partial_sort(distances.begin(), distances.begin() + kNeighbours, distances.end());
    std::vector<int> nearest;
    for (int i = 0; i < kNeighbours; ++i) nearest.push_back(distances[i].second);
    Fill(encoder, halves.trained, nearest, samples, lead);
  }
  // What no neighbour knows.
  return FilledByMeans(halves, std::move(samples));
}

struct Score {
  double agreement = 0;  // With the winner given everything known.
  double log_loss = 0;
  int count = 0;
};

Score ScoreOf(const Halves& halves, const Samples& samples) {
  const std::vector<Posterior> truth = halves.model->Assign(halves.leads);
  const std::vector<Posterior> said = halves.model->Assign(samples);
  Score score;
  for (std::size_t row = 0; row < truth.size(); ++row) {
    if (truth[row].winner < 0) continue;
    ++score.count;
    score.agreement += truth[row].winner == said[row].winner;
    score.log_loss -= std::log(std::max(said[row].probabilities[truth[row].winner], 1e-300));
  }
  score.agreement /= score.count;
  score.log_loss /= score.count;
  return score;
}

// METHODS' definition: of ten bins of equal count by the probability of the
// named persona, the mean gap to how often it was right, less what chance alone
// makes of perfect probabilities.
double CalibrationError(const Halves& halves) {
  const std::vector<Posterior> truth = halves.model->Assign(halves.leads);
  std::vector<std::pair<double, bool>> claims;
  for (int seed = 0; seed < 6; ++seed) {
    const double shares[] = {.3, .5, .7, 0, 0, 0};
    const auto said = halves.model->Assign(Masked(halves, shares[seed], 100 + seed));
    for (std::size_t row = 0; row < said.size(); ++row) {
      if (said[row].winner < 0 || truth[row].winner < 0) continue;
      claims.emplace_back(said[row].probabilities[said[row].winner],
                          said[row].winner == truth[row].winner);
    }
  }
  EXPECT_GE(claims.size(), 5'000u);
  std::sort(claims.begin(), claims.end());
  constexpr int kBins = 10;
  double error = 0, by_chance = 0;
  for (int bin = 0; bin < kBins; ++bin) {
    const std::size_t begin = claims.size() * bin / kBins, end = claims.size() * (bin + 1) / kBins;
    double said = 0, right = 0, variance = 0;
    for (std::size_t i = begin; i < end; ++i) {
      said += claims[i].first;
      right += claims[i].second;
      variance += claims[i].first * (1 - claims[i].first);
    }
    const auto count = static_cast<double>(end - begin);
    error += std::abs(said - right) / count / kBins;
    by_chance += std::sqrt(2 * variance / 3.14159265) / count / kBins;  // E|N(0, s)|.
  }
  return std::max(0., error - by_chance);
}

class Matching : public testing::Test {
 protected:
  void SetUp() override { CIBLE_REQUIRE_REAL_LISTS(); }
};

TEST_F(Matching, OfWhatIsKnownBeatsImputingTheRest) {
  Score ours, means, neighbours;
  const auto compare = [&](const char* what, const Halves& halves, double share) {
    const Samples masked = Masked(halves, share, 1);
    const Score a = ScoreOf(halves, masked);
    const Score b = ScoreOf(halves, FilledByMeans(halves, masked));
    const Score c = ScoreOf(halves, FilledByNeighbours(halves, masked));
    std::printf("%-28s agreement %.3f, means %.3f, neighbours %.3f; log-loss %.3f, %.3f, %.3f\n",
                what, a.agreement, b.agreement, c.agreement, a.log_loss, b.log_loss, c.log_loss);
    EXPECT_GE(a.agreement, b.agreement - .01) << what;
    EXPECT_GE(a.agreement, c.agreement - .01) << what;
    EXPECT_LT(a.log_loss, b.log_loss) << what;
    EXPECT_LT(a.log_loss, c.log_loss) << what;
    ours.agreement += a.agreement;
    means.agreement += b.agreement;
    neighbours.agreement += c.agreement;
  };
  for (const List& list : {kBank, kCampaign}) {
    const Halves halves = Split(list);
    for (const double share : {.3, .5, .7}) {
      compare(absl::StrCat(list.file, ", ", 100 * share, " %").c_str(), halves, share);
    }
  }
  compare("Leads.csv.gz, own patterns", Split(kLeadList), 0);
  EXPECT_GT(ours.agreement, means.agreement);
  EXPECT_GT(ours.agreement, neighbours.agreement);
}

TEST_F(Matching, ProbabilitiesComeTrue) {
  for (const List& list : {kBank, kCampaign, kLeadList}) {
    const Halves halves = Split(list);
    const double error = CalibrationError(halves);
    const auto& temperatures = halves.model->parts().calibration.temperatures;
    std::printf("%-28s calibration error %.3f, temperatures %.2f %.2f %.2f\n", list.file, error,
                temperatures[0], temperatures[1], temperatures[2]);
    EXPECT_LE(error, .05) << list.file;
  }
}

// Mean and the half-width of its 95 % interval.
std::pair<double, double> Interval(const std::vector<double>& values) {
  const auto count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.) / count;
  double square = 0;
  for (const double value : values) square += (value - mean) * (value - mean);
  return {mean, 1.96 * std::sqrt(square / count / count)};
}

// Every attribute may be asked. Of each lead a random 70 % is hidden; three of
// what is hidden are told, the ones suggested one after the other, or any three.
TEST_F(Matching, ThreeSuggestedQuestionsTellMoreThanAnyThree) {
  constexpr int kAsked = 600;
  for (const List& list : {kBank, kCampaign}) {
    const Halves halves = Split(list);
    ModelParts parts = halves.model->parts();
    for (Attribute attribute : std::vector<Attribute>(parts.schema.attributes())) {
      attribute.askable = true;
      ASSERT_TRUE(parts.schema.Update(attribute).ok());
    }
    const auto model = *SegmentationModel::Make(std::move(parts));
    const std::vector<Posterior> truth = model->Assign(halves.leads);
    const Samples masked = Masked(halves, .7, 1);
    Assigner assigner(model->rule());
    std::vector<double> loss_saved, agreement_won;
    for (int row = 0; row < std::min(kAsked, masked.count()); ++row) {
      const auto tell = [&](Samples& lead, int v) {
        const AttributeEncoding& attribute = model->encoder().attributes()[v];
        for (int c = 0; c < attribute.code_count; ++c) {
          lead.codes(0, attribute.code + c) = halves.leads.codes(row, attribute.code + c);
        }
        for (int n = 0; n < attribute.number_count; ++n) {
          lead.numbers(0, attribute.number + n) = halves.leads.numbers(row, attribute.number + n);
        }
      };
      // May be asked: hidden, and has an answer.
      std::vector<int> hidden;
      for (int v = 0; v < model->encoder().attribute_count(); ++v) {
        const AttributeEncoding& attribute = model->encoder().attributes()[v];
        if (Encoder::Known(attribute, halves.leads.row(row)) &&
            !Encoder::Known(attribute, masked.row(row))) {
          hidden.push_back(v);
        }
      }
      if (hidden.size() < 4 || truth[row].winner < 0) continue;
      Samples random = SelectSamples(masked, std::vector<int>{row});
      std::sort(hidden.begin(), hidden.end(),
                [&](int a, int b) { return Key(5, row, a) < Key(5, row, b); });
      for (int i = 0; i < 3; ++i) tell(random, hidden[i]);
      Samples suggested = SelectSamples(masked, std::vector<int>{row});
      for (int i = 0; i < 3; ++i) {
        const Posterior posterior = assigner.Assign(suggested.row(0));
        for (const SuggestedQuestion& question :
             SuggestQuestions(*model, assigner, suggested.row(0), posterior, 100)) {
          const int v = model->encoder().IndexOf(question.attribute);
          if (std::find(hidden.begin(), hidden.end(), v) == hidden.end()) continue;
          tell(suggested, v);
          break;
        }
      }
      const Posterior by_random = assigner.Assign(random.row(0));
      const Posterior by_suggestion = assigner.Assign(suggested.row(0));
      const int winner = truth[row].winner;
      loss_saved.push_back(std::log(std::max(by_suggestion.probabilities[winner], 1e-300)) -
                           std::log(std::max(by_random.probabilities[winner], 1e-300)));
      agreement_won.push_back((by_suggestion.winner == winner) - (by_random.winner == winner));
    }
    const auto [loss, loss_width] = Interval(loss_saved);
    const auto [agreement, agreement_width] = Interval(agreement_won);
    std::printf("%-28s log-loss saved %.3f +- %.3f, agreement won %.3f +- %.3f (%zu leads)\n",
                list.file, loss, loss_width, agreement, agreement_width, loss_saved.size());
    EXPECT_GT(loss - loss_width, 0) << list.file;
    EXPECT_GT(agreement - agreement_width, 0) << list.file;
  }
}

}  // namespace
}  // namespace cible
