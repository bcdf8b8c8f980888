#include "segmentation/models/lead_shares.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "tests/segmentation/models/planted_contacts.h"

namespace cible {
namespace {

const Date kAsOf = *ParseDate("2026-01-01");

// The planted group of each row, in shares that the training never saw.
std::vector<int> RowsInShares(const PlantedContacts& planted, const std::vector<int>& wanted) {
  std::vector<int> left = wanted, rows;
  for (int row = 0; row < planted.table.row_count; ++row) {
    int& room = left[static_cast<std::size_t>(planted.groups[static_cast<std::size_t>(row)])];
    if (room-- > 0) rows.push_back(row);
  }
  return rows;
}

std::shared_ptr<const SegmentationModel> Train(const ContactTable& table,
                                               const ContactTable* leads) {
  WorkerPool pool(1);
  const auto trained = TrainModel(
      table, PlantedSchema(),
      {.min_segments = 3, .max_segments = 3, .stability_pairs = 0, .as_of = kAsOf, .leads = leads},
      pool, {}, {});
  EXPECT_TRUE(trained.ok()) << trained.status();
  return trained.ok() ? trained->model : nullptr;
}

// Which component holds most of each planted group.
std::vector<int> ComponentsOfGroups(const SegmentationModel& model,
                                    const PlantedContacts& planted) {
  std::vector<std::vector<int>> counts(3, std::vector<int>(3));
  const std::vector<Posterior> posteriors = model.Assign(planted.table, kAsOf);
  for (std::size_t row = 0; row < posteriors.size(); ++row) {
    if (posteriors[row].winner < 0) continue;
    ++counts[static_cast<std::size_t>(planted.groups[row])]
            [static_cast<std::size_t>(posteriors[row].winner)];
  }
  std::vector<int> components;
  for (const auto& row : counts) {
    components.push_back(static_cast<int>(std::max_element(row.begin(), row.end()) - row.begin()));
  }
  return components;
}

// Trained on groups of equal size, shown leads of which 80 % are of one group
// and half of whose attributes are hidden.
TEST(EstimateLeadShares, FindsSharesThatTheTrainingDidNotHave) {
  const PlantedContacts training = PlantContacts(3000);
  const PlantedContacts others = PlantContacts(3000, .6, 11);
  const std::vector<int> wanted = {800, 150, 50};
  const ContactTable leads = SelectRows(others.table, RowsInShares(others, wanted));
  ASSERT_EQ(leads.row_count, 1000);
  const auto model = Train(training.table, &leads);
  ASSERT_NE(model, nullptr);
  const std::vector<double>& shares = model->parts().lead_shares;
  ASSERT_EQ(shares.size(), 3);
  EXPECT_EQ(model->parts().lead_count, 1000);
  EXPECT_NEAR(std::accumulate(shares.begin(), shares.end(), 0.), 1, 1e-9);
  const std::vector<int> components = ComponentsOfGroups(*model, training);
  for (std::size_t group = 0; group < 3; ++group) {
    EXPECT_NEAR(shares[static_cast<std::size_t>(components[group])], wanted[group] / 1000., .03);
  }
  EXPECT_EQ(model->match_prior(), PriorKind::kLeads);
  EXPECT_EQ(model->assignment_prior(), PriorKind::kTraining);
}

TEST(EstimateLeadShares, NeedsEnoughLeads) {
  const PlantedContacts training = PlantContacts(600);
  const ContactTable few = PlantContacts(kEnoughLeads - 1).table;
  const auto model = Train(training.table, &few);
  ASSERT_NE(model, nullptr);
  EXPECT_TRUE(model->parts().lead_shares.empty());
  EXPECT_EQ(model->PriorOf(PriorKind::kLeads), nullptr);
  EXPECT_EQ(model->match_prior(), PriorKind::kTraining);
}

// Leads of whom nothing is known say nothing: the shares stay the training's.
TEST(EstimateLeadShares, LearnsNothingFromLeadsOfWhomNothingIsKnown) {
  const PlantedContacts training = PlantContacts(600);
  const ContactTable blank = PlantContacts(300, 1).table;
  const auto model = Train(training.table, &blank);
  ASSERT_NE(model, nullptr);
  const std::vector<double>& shares = model->parts().lead_shares;
  ASSERT_EQ(shares.size(), 3);
  for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(shares[k], model->prior()[k], 1e-9);
}

// Terms that are too sure, or not sure enough, by exactly the temperature that
// mends them: one number, normal around 0 or 2.
TEST(EstimateLeadShares, StandsATemperature) {
  const Encoder encoder = *Encoder::Restore({{.attribute = "x",
                                              .clip_low = -1e9,
                                              .clip_high = 1e9,
                                              .begin = 0,
                                              .count = 1,
                                              .shift = {0},
                                              .factor = {1}}},
                                            {}, Encoding::kKMeans);
  constexpr int kLeads = 4000;
  std::mt19937_64 random(3);
  std::normal_distribution<double> noise;
  Samples leads{.codes = ByteMatrix(kLeads, 1),
                .numbers = FloatMatrix(kLeads, 1),
                .weights = std::vector<double>(kLeads, 1)};
  for (int i = 0; i < kLeads; ++i) {
    leads.codes(i, 0) = 1;
    leads.numbers(i, 0) = static_cast<float>((i % 10 < 7 ? 0 : 2) + noise(random));
  }
  for (const double temperature : {.5, 1., 2.}) {
    KMeansComponents components{.centroids = DoubleMatrix(2, 1), .variance = 1 / temperature};
    components.centroids(1, 0) = 2;
    const PosteriorRule rule(components, encoder, {{temperature, temperature, temperature}});
    EXPECT_NEAR(EstimateLeadShares(rule, leads)[0], .7, .03) << temperature;
  }
}

}  // namespace
}  // namespace cible
