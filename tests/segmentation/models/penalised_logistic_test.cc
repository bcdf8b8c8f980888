#include "segmentation/models/penalised_logistic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace cible {
namespace {

using testing::ElementsAre;

void AddRow(std::vector<std::uint32_t> columns, double weight, double successes,
            IndicatorRows& rows) {
  rows.columns.insert(rows.columns.end(), columns.begin(), columns.end());
  rows.ends.push_back(rows.columns.size());
  rows.weights.push_back(weight);
  rows.successes.push_back(successes);
}

TEST(CollapseRows, AddsUpEqualRowsInTheOrderOfTheirColumns) {
  IndicatorRows rows;
  AddRow({2, 3}, 1, 1, rows);
  AddRow({1}, 2, 0, rows);
  AddRow({2, 3}, 4, 0, rows);
  AddRow({}, 1, 1, rows);
  AddRow({2}, 1, 1, rows);
  const IndicatorRows collapsed = CollapseRows(rows);
  EXPECT_THAT(collapsed.columns, ElementsAre(1, 2, 2, 3));
  EXPECT_THAT(collapsed.ends, ElementsAre(0, 1, 2, 4));
  EXPECT_THAT(collapsed.weights, ElementsAre(1, 2, 1, 5));
  EXPECT_THAT(collapsed.successes, ElementsAre(1, 0, 1, 1));
}

TEST(FitPenalisedLogistic, WithoutColumnsIsTheBaseRate) {
  IndicatorRows rows;
  AddRow({}, 10, 2, rows);
  const auto fit = FitPenalisedLogistic(rows, 1, {}, .01, {});
  ASSERT_TRUE(fit.ok());
  EXPECT_NEAR(fit->at(0), std::log(.25), 1e-12);
}

// At the maximum the score equations hold: for each column of a ridge, what is
// observed less what is expected is lambda times its coefficient.
TEST(FitPenalisedLogistic, SolvesTheScoreEquations) {
  IndicatorRows rows;
  AddRow({1}, 300, 30, rows);
  AddRow({2}, 300, 90, rows);
  AddRow({3}, 300, 150, rows);
  const PenaltyGroup group{.columns = {1, 2, 3}};
  const auto fit = FitPenalisedLogistic(rows, 4, {group}, .01, {});
  ASSERT_TRUE(fit.ok());
  const auto residual = [&](double observed, std::size_t column) {
    return observed - 300 / (1 + std::exp(-fit->at(0) - fit->at(column)));
  };
  EXPECT_NEAR(residual(30, 1) + residual(90, 2) + residual(150, 3), 0, 1e-7);
  const double lambda = residual(30, 1) / fit->at(1);
  EXPECT_GT(lambda, 0);
  EXPECT_NEAR(residual(90, 2), lambda * fit->at(2), 1e-7);
  EXPECT_NEAR(residual(150, 3), lambda * fit->at(3), 1e-7);
}

TEST(FitPenalisedLogistic, AGroupThatTellsNothingIsHeldAtZero) {
  IndicatorRows rows;
  for (std::uint32_t column = 1; column <= 10; ++column) AddRow({column}, 100, 25, rows);
  const PenaltyGroup group{.columns = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}};
  const auto fit = FitPenalisedLogistic(rows, 11, {group}, .01, {});
  ASSERT_TRUE(fit.ok());
  for (std::size_t column = 1; column <= 10; ++column) EXPECT_NEAR(fit->at(column), 0, 1e-6);
}

TEST(FitPenalisedLogistic, NeighboursOfAnOrderedGroupAreAlike) {
  IndicatorRows rows;
  const double successes[] = {10, 14, 9, 30, 33, 29};
  PenaltyGroup loose, tied{.columns = {}, .is_ordered = true};
  for (std::uint32_t column = 1; column <= 6; ++column) {
    AddRow({column}, 60, successes[column - 1], rows);
    loose.columns.push_back(column);
    tied.columns.push_back(column);
  }
  const auto apart = FitPenalisedLogistic(rows, 7, {loose}, 1, {});
  const auto alike = FitPenalisedLogistic(rows, 7, {tied}, 1, {});
  ASSERT_TRUE(apart.ok() && alike.ok());
  EXPECT_LT(std::abs(alike->at(2) - alike->at(3)), std::abs(apart->at(2) - apart->at(3)));
  EXPECT_GT(alike->at(5), alike->at(2));
}

TEST(FitPenalisedLogistic, StaysFiniteWhereAColumnDecides) {
  IndicatorRows rows;
  AddRow({1}, 1000, 1000, rows);
  AddRow({2}, 1000, 0, rows);
  const auto fit = FitPenalisedLogistic(rows, 3, {PenaltyGroup{.columns = {1, 2}}}, .01, {});
  ASSERT_TRUE(fit.ok());
  for (const double coefficient : *fit) EXPECT_LT(std::abs(coefficient), 50);
  EXPECT_GT(fit->at(1), fit->at(2) + 5);
}

}  // namespace
}  // namespace cible
