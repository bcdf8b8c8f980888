#include "segmentation/clustering/solution_notices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cible {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Encoder TestEncoder() {
  std::vector<AttributeEncoding> attributes;
  for (const char* id : {"balance", "duration", "visits"}) {
    attributes.push_back({.attribute = id, .count = 1, .shift = {0}, .factor = {1}});
    attributes.back().begin = static_cast<int>(attributes.size()) - 1;
  }
  attributes[2].scale = NumberScale::kCount;
  return *Encoder::Restore(std::move(attributes), {}, Encoding::kMixture);
}

TEST(SolutionNotices, SaysWhatToDoAboutNumbersThatDependOnEachOther) {
  Candidate candidate;
  candidate.bivariate_residuals = {{"balance", "duration", 57.3, 0.5},
                                   {"balance", "visits", 20, 0.4}};
  EXPECT_THAT(SolutionNotices(candidate, TestEncoder()),
              ElementsAre("balance and duration depend on each other inside the segments (residual "
                          "57.3; independent ones come to 1): put them in one block, or give one "
                          "a lower weight"));
}

TEST(SolutionNotices, OffersABlockToThoseAloneThatFitOne) {
  Candidate candidate;
  candidate.bivariate_residuals = {{"balance", "visits", 20, 0.4}};
  EXPECT_THAT(SolutionNotices(candidate, TestEncoder()),
              ElementsAre("balance and visits depend on each other inside the segments (residual "
                          "20.0; independent ones come to 1): give one of them a lower weight, or "
                          "leave it out"));
  candidate.bivariate_residuals = {{"tags", "tags", 20, 0.4}};
  EXPECT_THAT(SolutionNotices(candidate, TestEncoder()),
              ElementsAre("tags of tags depend on each other inside the segments (residual 20.0; "
                          "independent ones come to 1) and count more than once: give it a lower "
                          "weight"));
}

// It told people to put the amounts of one block in one block.
TEST(SolutionNotices, OffersNoBlockToThoseInOne) {
  Candidate candidate;
  candidate.bivariate_residuals = {{"balance", "duration", 20, 0.4, true}};
  EXPECT_THAT(SolutionNotices(candidate, TestEncoder()),
              ElementsAre("balance and duration depend on each other inside the segments (residual "
                          "20.0; independent ones come to 1), in whether they are 0 or another "
                          "value that many share, which their block leaves out: give one of them a "
                          "lower weight, or leave it out"));
}

// With many contacts a weak dependence has a large residual; with few a chance
// one looks strong.
TEST(SolutionNotices, PassesOverWhatIsWeakOrByChance) {
  Candidate candidate;
  candidate.bivariate_residuals = {{"balance", "duration", 50, 0.1}, {"balance", "visits", 2, 0.6}};
  EXPECT_THAT(SolutionNotices(candidate, TestEncoder()), IsEmpty());
}

TEST(SolutionNotices, NamesSegmentsThatAreAlmostTheSame) {
  Candidate candidate;
  candidate.similar_components = {{0, 3, 0.031}};
  EXPECT_THAT(SolutionNotices(candidate, TestEncoder()),
              ElementsAre("the largest and the 4th largest segment are almost the same (what is "
                          "known of their contacts settles 3 % of which of the two they are of): "
                          "ask for fewer segments"));
}

}  // namespace
}  // namespace cible
