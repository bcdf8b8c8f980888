// Whether a name tells which segment it is: what it claims is held against the
// profile of every segment of the same model. A reader who sees all the names and
// all the profiles gives each name a profile of its own; one who sees one name
// alone picks the profile that it fits best, which is harder where a segment
// differs from everyone in nothing that a sibling does not have more of.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "segmentation/models/alignment.h"
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

// How well each name fits each segment: rows are names, columns segments.
DoubleMatrix FitsOf(const SegmentFacts& facts, const std::vector<SegmentProfile>& profiles,
                    const std::vector<Portrait>& portraits) {
  const auto count = static_cast<int>(portraits.size());
  DoubleMatrix fits(count, count);
  for (int name = 0; name < count; ++name) {
    const auto own = static_cast<std::size_t>(name);
    for (const int at : portraits[own].name_traits) {
      const Trait& trait = profiles[own].traits[static_cast<std::size_t>(at)];
      for (int segment = 0; segment < count; ++segment) {
        fits(name, segment) += Agreement(trait, AggregatesOf(facts, trait.attribute), segment);
      }
    }
  }
  return fits;
}

class NamesTest : public testing::TestWithParam<List> {};

TEST_P(NamesTest, NamesFindTheirSegments) {
  CIBLE_REQUIRE_REAL_LISTS();
  RealList list = ReadRealList(GetParam().file, GetParam().outcome, GetParam().success);
  ThinOut(list.table);
  int alone = 0, together = 0, names = 0;
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
    const DoubleMatrix fits = FitsOf(facts, profiles, portraits);
    const std::vector<int> matched = OptimalAssignment(fits);
    for (int own = 0; own < fits.rows(); ++own) {
      const auto row = fits.row(own);
      const auto best = static_cast<int>(std::max_element(row.begin(), row.end()) - row.begin());
      ++names;
      alone += best == own;
      together += matched[static_cast<std::size_t>(own)] == own;
      if (best == own) continue;
      std::printf("  k = %d: \"%s\" alone fits \"%s\" better (%.2f, its own %.2f)\n", k,
                  portraits[static_cast<std::size_t>(own)].name.c_str(),
                  portraits[static_cast<std::size_t>(best)].name.c_str(), fits(own, best),
                  fits(own, own));
    }
  }
  std::printf("%s: of %d names %d find their own segment alone, %d with their siblings' names\n",
              GetParam().name, names, alone, together);
  EXPECT_GE(together, .9 * names);
  EXPECT_GE(alone, .8 * names);
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
