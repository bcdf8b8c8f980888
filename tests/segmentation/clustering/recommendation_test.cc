#include "segmentation/clustering/recommendation.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cible {
namespace {

using testing::HasSubstr;

Candidate StableCandidate(int k) {
  return {.asked_count = k,
          .cluster_count = k,
          .stability = 0.9,
          .segment_stability = std::vector<double>(k, 0.8),
          .big_enough = true,
          .qualifies = true};
}

Candidate ShortCandidate(int asked, int found) {
  Candidate candidate = StableCandidate(found);
  candidate.asked_count = asked;
  candidate.stability = 1;
  candidate.qualifies = false;
  return candidate;
}

TEST(Recommend, PrefersAnyNumberToOneThatFellShort) {
  Choice choice;
  choice.candidates = {ShortCandidate(2, 1), StableCandidate(3), ShortCandidate(4, 3)};
  choice.candidates[1].qualifies = choice.candidates[1].big_enough = false;
  Recommend({.contact_count = 100}, choice);
  EXPECT_EQ(choice.recommended, 1);
  EXPECT_EQ(choice.verdict, Verdict::kConstructive);
  EXPECT_THAT(choice.reason, HasSubstr("No number of segments from 2 to 4"));
}

TEST(Recommend, SaysThatFewerCameBackAtTheNextNumber) {
  Choice choice;
  choice.candidates = {StableCandidate(3), ShortCandidate(4, 2)};
  Recommend({.contact_count = 100}, choice);
  EXPECT_EQ(choice.recommended, 0);
  EXPECT_THAT(choice.reason,
              HasSubstr("With 4 only 2 come back: no contacts are left for the others."));
}

TEST(Recommend, SaysThatFewerCameBackThanTheNumberFixed) {
  Choice choice;
  choice.candidates = {ShortCandidate(5, 4)};
  Recommend({.contact_count = 100, .fixed = true}, choice);
  EXPECT_EQ(choice.verdict, Verdict::kFixed);
  EXPECT_THAT(choice.reason,
              HasSubstr("4 segments of the 5 asked for: no contacts were left for the others."));
}

TEST(Recommend, SaysWhenRoundCloudsComeBackAsSurely) {
  Choice choice;
  choice.candidates = {StableCandidate(2), StableCandidate(3)};
  choice.candidates[1].qualifies = false;
  choice.candidates[1].cloud_fits = {{.stability = 0.95}, {.stability = 0.92}};
  Recommend({.contact_count = 100}, choice);
  EXPECT_EQ(choice.recommended, 0);
  EXPECT_THAT(choice.reason,
              HasSubstr("With 3 they come back too (0.90), but not clearly more surely than "
                        "the cuts of one round cloud (up to 0.95)."));
  choice.candidates[0].qualifies = false;
  Recommend({.contact_count = 100}, choice);
  EXPECT_EQ(choice.verdict, Verdict::kConstructive);
  EXPECT_THAT(choice.reason,
              HasSubstr("No number of segments from 2 to 3 comes back clearly more surely "
                        "than the cuts of one round cloud"));
}

}  // namespace
}  // namespace cible
