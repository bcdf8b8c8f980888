// Whether a name tells which segment it is: what it claims is held against the
// profile of every segment of the same model, and must fit its own best.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "segmentation/models/training.h"
#include "segmentation/personas/portrait.h"
#include "segmentation/personas/profile.h"
#include "segmentation/personas/rule_text.h"
#include "tests/acceptance/real_list.h"

namespace cible {
namespace {

struct List {
  const char* name;
  const char* file;
  const char* outcome;
  const char* success;
};

const AttributeAggregates& AggregatesOf(const SegmentFacts& facts, const std::string& attribute) {
  for (const AttributeAggregates& aggregates : *facts.aggregates) {
    if (aggregates.attribute == attribute) return aggregates;
  }
  ADD_FAILURE() << attribute;
  return facts.aggregates->front();
}

// How far the component lies on the trait's side of everyone, by its means and
// shares alone.
double Agreement(const Trait& trait, const AttributeAggregates& aggregates, int component) {
  const AttributeSummary& segment = aggregates.components[static_cast<std::size_t>(component)];
  const AttributeSummary& everyone = aggregates.population;
  if (!(segment.known > 0)) return 0;
  if (trait.level.empty()) {
    const double spread = std::sqrt(everyone.variance);
    const double gap = spread > 0 ? (segment.mean - everyone.mean) / spread : 0;
    return IsMore(trait) ? gap : -gap;
  }
  for (std::size_t level = 0; level < aggregates.levels.size(); ++level) {
    if (aggregates.levels[level] != trait.level) continue;
    const auto angle = [&](const AttributeSummary& summary) {
      return 2 * std::asin(std::sqrt(std::min(1., summary.level_weights[level] / summary.known)));
    };
    const double gap = angle(segment) - angle(everyone);
    return IsMore(trait) ? gap : -gap;
  }
  return 0;
}

// Of long lists one row in several: names need no more.
void ThinOut(ContactTable& table) {
  constexpr int kEnough = 10'000;
  std::vector<int> rows;
  for (int row = 0; row < table.row_count; row += 1 + table.row_count / kEnough) {
    rows.push_back(row);
  }
  table = SelectRows(table, rows);
}

class NamesTest : public testing::TestWithParam<List> {};

TEST_P(NamesTest, ANameFitsItsOwnSegmentBest) {
  CIBLE_REQUIRE_REAL_LISTS();
  RealList list = ReadRealList(GetParam().file, GetParam().outcome, GetParam().success);
  ThinOut(list.table);
  int right = 0, names = 0;
  for (int k = 2; k <= 6; ++k) {
    WorkerPool pool;
    const auto trained = TrainModel(list.table, list.schema,
                                    {.min_segments = k,
                                     .max_segments = k,
                                     .stability_pairs = 0,
                                     .as_of = *ParseDate("2019-01-01"),
                                     .rule_vocabulary = MayBeSaidInRule},
                                    pool, nullptr, {});
    ASSERT_TRUE(trained.ok()) << trained.status();
    const SegmentFacts facts = FactsOf(*trained->model);
    const std::vector<SegmentProfile> profiles = ProfileSegments(facts);
    const std::vector<Portrait> portraits = DescribeSegments(facts, profiles, Language::kEnglish);
    for (std::size_t own = 0; own < portraits.size(); ++own) {
      std::size_t best = 0;
      std::vector<double> fits(portraits.size());
      for (std::size_t other = 0; other < portraits.size(); ++other) {
        for (const int at : portraits[own].name_traits) {
          const Trait& trait = profiles[own].traits[static_cast<std::size_t>(at)];
          fits[other] +=
              Agreement(trait, AggregatesOf(facts, trait.attribute), static_cast<int>(other));
        }
        if (fits[other] > fits[best]) best = other;
      }
      ++names;
      right += best == own && !portraits[own].name_traits.empty();
      if (best == own) continue;
      std::printf("  k = %d: \"%s\" fits \"%s\" better (%.2f, its own %.2f)\n", k,
                  portraits[own].name.c_str(), portraits[best].name.c_str(), fits[best], fits[own]);
    }
  }
  std::printf("%s: %d of %d names fit their own segment best\n", GetParam().name, right, names);
  EXPECT_GE(right, .9 * names);
}

INSTANTIATE_TEST_SUITE_P(Lists, NamesTest,
                         testing::Values(List{"bank", "bank-full.csv.gz", "y", "yes"},
                                         List{"leads", "Leads.csv.gz", "Converted", "1"},
                                         List{"campaign", "marketing_campaign.csv", "Response",
                                              "1"},
                                         List{"mcdonalds", "mcdonalds.csv", "", ""}),
                         [](const auto& list) { return std::string(list.param.name); });

}  // namespace
}  // namespace cible
