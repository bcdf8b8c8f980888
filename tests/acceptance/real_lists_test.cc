// Real lists, from the raw file to personas a marketer can read.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <regex>
#include <set>
#include <string>
#include <utility>

#include "segmentation/models/training.h"
#include "segmentation/personas/catalogue.h"
#include "segmentation/personas/portrait.h"
#include "tests/acceptance/real_list.h"

namespace cible {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::SizeIs;

struct List {
  const char* file;
  const char* outcome;
  const char* success;
  int rows;
  int max_segments;
  int pairs;
};

void PrintTo(const List& list, std::ostream* out) { *out << list.file; }

std::string NameOf(const testing::TestParamInfo<List>& list) {
  const std::string file = list.param.file;
  return std::regex_replace(file.substr(0, file.find('.')), std::regex("[^a-z]"), "_");
}

class RealListTest : public testing::TestWithParam<List> {
 protected:
  void SetUp() override {
    CIBLE_REQUIRE_REAL_LISTS();
    RealList list = ReadRealList(GetParam().file, GetParam().outcome, GetParam().success);
    schema_ = std::move(list.schema);
    table_ = std::move(list.table);
    Train();
    for (const Language language : AllLanguages()) Portray(language);
  }

  void Train() {
    WorkerPool pool;
    auto trained = TrainModel(table_, schema_,
                              {.min_segments = 2,
                               .max_segments = GetParam().max_segments,
                               .stability_pairs = GetParam().pairs,
                               .as_of = *ParseDate("2014-07-01")},
                              pool, nullptr, {});
    ASSERT_TRUE(trained.ok()) << trained.status();
    trained_ = *std::move(trained);
    profiles_ = ProfileSegments(*trained_.model);
    std::printf("%d segments: %s\n", trained_.model->component_count(),
                trained_.choice.reason.c_str());
  }

  void Portray(Language language) {
    for (Portrait& portrait : DescribeSegments(*trained_.model, profiles_, language)) {
      std::printf("  %s\n", portrait.name.c_str());
      portraits_[language].push_back(std::move(portrait));
    }
  }

  Schema schema_;
  ContactTable table_;
  TrainingResult trained_;
  std::vector<SegmentProfile> profiles_;
  std::map<Language, std::vector<Portrait>> portraits_;
};

TEST_P(RealListTest, GivesSegmentsWithPersonas) {
  EXPECT_EQ(table_.row_count, GetParam().rows);
  EXPECT_THAT(trained_.labels, SizeIs(GetParam().rows));
  const int count = trained_.model->component_count();
  EXPECT_THAT(profiles_, SizeIs(count));
  double shares = 0;
  for (const SegmentProfile& profile : profiles_) {
    shares += profile.share;
    EXPECT_GE(profile.share, .02);
  }
  EXPECT_NEAR(shares, 1, 1e-9);
  for (const auto& [language, portraits] : portraits_) {
    const Catalogue& catalogue = Catalogue::For(language);
    std::set<std::string> names;
    for (const Portrait& portrait : portraits) {
      names.insert(portrait.name);
      EXPECT_FALSE(std::regex_search(portrait.name, std::regex("[Ss]egment|[Cc]luster|[0-9]")))
          << portrait.name;
      EXPECT_FALSE(catalogue.DeniesName(portrait.name)) << portrait.name;
      EXPECT_FALSE(catalogue.DeniesText(portrait.summary)) << portrait.summary;
      EXPECT_GT(portrait.summary.size(), 40) << portrait.summary;
    }
    EXPECT_THAT(names, SizeIs(count));
  }
}

INSTANTIATE_TEST_SUITE_P(Lists, RealListTest,
                         testing::Values(List{"marketing_campaign.csv", "Response", "1", 2240, 6,
                                              3},
                                         List{"bank-full.csv.gz", "y", "yes", 45211, 4, 1}),
                         NameOf);

// As many segments and pairs as `cible train` tries by default.
INSTANTIATE_TEST_SUITE_P(ListsSlow, RealListTest,
                         testing::Values(List{"marketing_campaign.csv", "Response", "1", 2240, 10,
                                              5},
                                         List{"bank-full.csv.gz", "y", "yes", 45211, 10, 5}),
                         NameOf);

}  // namespace
}  // namespace cible
