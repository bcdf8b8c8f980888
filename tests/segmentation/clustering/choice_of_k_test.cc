#include "segmentation/clustering/choice_of_k.h"

#include <algorithm>
#include <cmath>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/segmentation/clustering/fixtures.h"

namespace cible {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

// Contacts described by these numbers, encoded.
struct Encoded {
  explicit Encoded(const Rows& rows) : encoder(Learn(rows)), samples(Encode(rows)) {}

  static ContactTable Table(const Rows& rows) {
    ContactTable table{.row_count = static_cast<int>(rows.size())};
    for (std::size_t f = 0; f < rows[0].size(); ++f) {
      table.columns.push_back(MakeColumn("x" + std::to_string(f), AttributeType::kNumeric));
      for (const auto& row : rows) Append(table.columns.back(), Value(row[f]));
    }
    return table;
  }
  static Encoder Learn(const Rows& rows) {
    Schema schema;
    const ContactTable table = Table(rows);
    for (const Column& column : table.columns) {
      EXPECT_TRUE(schema
                      .Add({.id = column.attribute,
                            .display_name = column.attribute,
                            .type = AttributeType::kNumeric})
                      .ok());
    }
    auto learnt = Encoder::Fit(table, {}, schema, {});
    EXPECT_TRUE(learnt.ok()) << learnt.status();
    return *std::move(learnt);
  }
  Samples Encode(const Rows& rows) const { return encoder.Encode(Table(rows), {}); }

  absl::StatusOr<Choice> Choose(const ChoiceOptions& options, int threads = 2,
                                const ProgressFn& progress = {},
                                const std::stop_token& stop = {}) const {
    WorkerPool pool(threads);
    const auto engine = MakeEngine(EngineKind::kKMeans, encoder, pool);
    return ChooseClusterCount(*engine, encoder, samples, pool, options, progress, stop);
  }

  Encoder encoder;
  Samples samples;
};

// Apart in every direction: in few dimensions a blob cut in two at random
// agrees with another such cut by more than the rule asks for.
const Rows kThreeCentres = {{0, 0, 0, 0, 0}, {9, 9, 0, 0, 9}, {0, 9, 9, 9, 0}};

TEST(ChooseClusterCount, RecommendsThreeForThreeBlobs) {
  const Encoded contacts(Blobs(kThreeCentres, 200, 1, 1));
  const auto choice = contacts.Choose({.max_clusters = 6, .pair_count = 5});
  ASSERT_TRUE(choice.ok()) << choice.status();
  EXPECT_EQ(choice->verdict, Verdict::kNatural) << choice->reason;
  ASSERT_EQ(choice->candidates.size(), 5u);
  const Candidate& three = choice->candidates[choice->recommended];
  EXPECT_EQ(three.cluster_count, 3);
  EXPECT_DOUBLE_EQ(three.stability, 1);
  EXPECT_EQ(three.segment_stability, (std::vector<double>{1, 1, 1}));
  EXPECT_DOUBLE_EQ(three.smallest_segment, 1.0 / 3);
  EXPECT_GT(three.quality.silhouette, 0.9);
  EXPECT_EQ(three.null_fits.size(), 20u);
  ASSERT_EQ(choice->clusterings.size(), 5u);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(ComponentCount(choice->clusterings[i].components), i + 2);
    EXPECT_EQ(choice->clusterings[i].objective, choice->candidates[i].objective);
  }
  EXPECT_THAT(choice->reason,
              StartsWith("3 segments: the largest number whose segments come back when the "
                         "contacts are drawn again, unlike those of tables without segments "
                         "(agreement 1.00, weakest segment 1.00; 1 would be perfect). "
                         "With 4 "));
  EXPECT_THAT(choice->reason, HasSubstr(" Tables without segments, alike in all else, "));
}

// A blob cut at random leaves the other blobs agreeing, so that the adjusted
// Rand index alone qualified 4 or 5 in half of such tables.
TEST(ChooseClusterCount, DoesNotCutABlobAtRandom) {
  for (const int dimensions : {2, 3, 5}) {
    Rows centres = kThreeCentres;
    for (auto& centre : centres) centre.resize(dimensions);
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      const Encoded contacts(Blobs(centres, 100, 1, Key(seed, dimensions)));
      const auto choice =
          contacts.Choose({.min_clusters = 3, .max_clusters = 5, .pair_count = 5, .null_count = 0});
      ASSERT_TRUE(choice.ok()) << choice.status();
      EXPECT_EQ(choice->candidates[choice->recommended].cluster_count, 3) << choice->reason;
      for (const Candidate& candidate : choice->candidates) {
        EXPECT_EQ(candidate.added_stability.has_value(), candidate.cluster_count > 3);
        EXPECT_LT(candidate.added_stability.value_or(0), 0.75);
      }
    }
  }
}

// Long blobs are cut across, the same way twice; but so are those of tables
// without segments.
TEST(ChooseClusterCount, PrefersWhatTablesWithoutSegmentsDoNotGive) {
  Rows rows;
  for (std::uint64_t i = 0; i < 450; ++i) {
    const double common = Normal(Key(11, i));
    for (std::vector<double> row : {kThreeCentres[i % 3]}) {
      for (std::size_t f = 0; f < row.size(); ++f) {
        row[f] += std::sqrt(0.7) * common + std::sqrt(0.3) * Normal(Key(12, i, f));
      }
      rows.push_back(std::move(row));
    }
  }
  const Encoded contacts(rows);
  const auto choice = contacts.Choose({.min_clusters = 3, .max_clusters = 4, .pair_count = 5});
  ASSERT_TRUE(choice.ok()) << choice.status();
  EXPECT_EQ(choice->verdict, Verdict::kNatural) << choice->reason;
  EXPECT_EQ(choice->candidates[choice->recommended].cluster_count, 3) << choice->reason;
}

// Eight attributes with correlations of 1/2: one long blob, whose two ends come
// back without being segments.
TEST(ChooseClusterCount, DoesNotTakeTheEndsOfALongBlobForSegments) {
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    Rows rows;
    for (std::uint64_t i = 0; i < 600; ++i) {
      const double common = Normal(Key(seed, 21, i));
      std::vector<double> row;
      for (std::uint64_t f = 0; f < 8; ++f) {
        row.push_back(std::sqrt(0.5) * (common + Normal(Key(seed, 22, i, f))));
      }
      rows.push_back(std::move(row));
    }
    const Encoded contacts(rows);
    const auto choice = contacts.Choose({.max_clusters = 4, .pair_count = 5});
    ASSERT_TRUE(choice.ok()) << choice.status();
    EXPECT_NE(choice->verdict, Verdict::kNatural) << choice->reason;
  }
}

// In one and two dimensions the cuts of a round blob come back (here by .8 to
// .97), as do those of any other such blob.
TEST(ChooseClusterCount, DoesNotTakeTheCutsOfARoundBlobForSegments) {
  for (const std::size_t dimensions : {1, 2}) {
    const Encoded contacts(Blobs({std::vector<double>(dimensions)}, 500, 1, 3));
    const auto choice = contacts.Choose({.max_clusters = 5, .pair_count = 5});
    ASSERT_TRUE(choice.ok()) << choice.status();
    EXPECT_EQ(choice->verdict, Verdict::kConstructive) << choice->reason;
    EXPECT_THAT(
        choice->reason,
        HasSubstr("clearly more surely than the cuts of one round cloud, in which there is nothing "
                  "to find; "));
  }
}

// Apart by one number alone, they are in its margin, hence in null tables too;
// but no round cloud is like that.
TEST(ChooseClusterCount, TakesGroupsOfOneNumberForReproducible) {
  const Encoded contacts(Blobs({{0}, {9}}, 200, 1, 3));
  const auto choice = contacts.Choose({.max_clusters = 4, .pair_count = 5});
  ASSERT_TRUE(choice.ok()) << choice.status();
  EXPECT_EQ(choice->verdict, Verdict::kReproducible) << choice->reason;
  EXPECT_EQ(choice->candidates[choice->recommended].cluster_count, 2) << choice->reason;
}

TEST(ChooseClusterCount, WarnsThatFewContactsAreTooFewToJudgeBy) {
  const Encoded contacts(Blobs(kThreeCentres, 4, 1, 1));
  const auto choice = contacts.Choose({.max_clusters = 5, .pair_count = 5});
  ASSERT_TRUE(choice.ok()) << choice.status();
  EXPECT_NE(choice->verdict, Verdict::kNatural);
  EXPECT_THAT(choice->reason,
              StartsWith("Only 12 contacts: too few to judge by, whatever the figures say. Take "
                         "the segments for a sketch and bring more contacts. "));
  for (const Candidate& candidate : choice->candidates) {
    EXPECT_TRUE(candidate.null_fits.empty());
  }
}

TEST(ChooseClusterCount, MeasuresHowSegmentsComeFromThoseOfTheSolutionBefore) {
  const Encoded contacts(Blobs(kThreeCentres, 60, 1, 1));
  const auto choice = contacts.Choose({.max_clusters = 4, .pair_count = 0});
  ASSERT_TRUE(choice.ok()) << choice.status();
  EXPECT_TRUE(choice->candidates[0].stability_across.empty());
  EXPECT_EQ(choice->candidates[1].stability_across, (std::vector<double>{1, 1, 1}));
  EXPECT_EQ(choice->candidates[2].stability_across.size(), 4u);
}

TEST(ChooseClusterCount, TakesTheTimeOfEveryFit) {
  const Encoded contacts(Blobs(kThreeCentres, 60, 1, 1));
  double now = 0;
  const auto choice =
      contacts.Choose({.max_clusters = 3, .pair_count = 0, .clock = [&] { return now += 0.5; }});
  ASSERT_TRUE(choice.ok()) << choice.status();
  for (const Candidate& candidate : choice->candidates) EXPECT_EQ(candidate.seconds, 0.5);
}

TEST(ChooseClusterCount, FindsNoStableSegmentsInOneBlob) {
  const Encoded contacts(Blobs({{0, 0, 0, 0}}, 1000, 1, 2));
  const auto choice = contacts.Choose({.max_clusters = 5, .pair_count = 5});
  ASSERT_TRUE(choice.ok()) << choice.status();
  EXPECT_EQ(choice->verdict, Verdict::kConstructive) << choice->reason;
  EXPECT_THAT(choice->reason, StartsWith("No number of segments from 2 to 5 is stable"));
  EXPECT_THAT(choice->reason, EndsWith("a useful division, not as groups found in the data."));
  for (const Candidate& candidate : choice->candidates) EXPECT_FALSE(candidate.qualifies);
  const Candidate& recommended = choice->candidates[choice->recommended];
  for (const Candidate& candidate : choice->candidates) {
    EXPECT_TRUE(!candidate.big_enough || candidate.stability <= recommended.stability);
  }
}

TEST(ChooseClusterCount, GivesTheSameBitsForAnyNumberOfThreads) {
  const Encoded contacts(Blobs({{0, 0, 0}, {2, 2, 0}}, 300, 1, 3));
  const auto one =
      contacts.Choose({.max_clusters = 4, .pair_count = 2, .null_count = 6, .max_rows = 400}, 1);
  const auto four =
      contacts.Choose({.max_clusters = 4, .pair_count = 2, .null_count = 6, .max_rows = 400}, 4);
  ASSERT_TRUE(one.ok() && four.ok());
  EXPECT_EQ(one->reason, four->reason);
  for (std::size_t c = 0; c < one->clusterings.size(); ++c) {
    EXPECT_EQ(one->clusterings[c].components, four->clusterings[c].components);
  }
  for (std::size_t c = 0; c < one->candidates.size(); ++c) {
    EXPECT_EQ(one->candidates[c].stability, four->candidates[c].stability);
    EXPECT_EQ(one->candidates[c].segment_stability, four->candidates[c].segment_stability);
    EXPECT_EQ(NullStability(one->candidates[c]), NullStability(four->candidates[c]));
    EXPECT_EQ(one->candidates[c].quality.silhouette, four->candidates[c].quality.silhouette);
  }
}

// One segment of 4 contacts among 404 falls short of 2 %.
TEST(ChooseClusterCount, DoesNotQualifyASegmentTooSmall) {
  Rows rows = Blobs({{0, 0}, {8, 0}}, 200, 1, 5);
  for (const auto& row : Blobs({{4, 500}}, 4, 0.1, 6)) rows.push_back(row);
  const Encoded contacts(rows);
  const auto choice = contacts.Choose({.max_clusters = 3, .pair_count = 2});
  ASSERT_TRUE(choice.ok()) << choice.status();
  const Candidate& three = choice->candidates[1];
  EXPECT_DOUBLE_EQ(three.smallest_segment, 4.0 / 404);
  EXPECT_FALSE(three.big_enough);
  EXPECT_FALSE(three.qualifies);
}

TEST(ChooseClusterCount, WarnsThatTwoMayBeOneScaleCutInHalf) {
  const Encoded contacts(Blobs({{0, 0, 0, 0, 0}, {9, 9, 0, 0, 9}}, 200, 1, 1));
  const auto choice = contacts.Choose({.max_clusters = 5, .pair_count = 5, .null_count = 4});
  ASSERT_TRUE(choice.ok()) << choice.status();
  ASSERT_EQ(choice->candidates[choice->recommended].cluster_count, 2) << choice->reason;
  EXPECT_THAT(choice->reason,
              EndsWith("A division in two is often one scale cut in half, such as much and little: "
                       "see what sets the two apart before you use them."));
}

TEST(ChooseClusterCount, SaysWhenAFixedNumberDoesNotComeBack) {
  const Encoded contacts(Blobs({{0, 0, 0, 0, 0}}, 200, 1, 2));
  const auto choice = contacts.Choose({.min_clusters = 6, .max_clusters = 6, .pair_count = 5});
  ASSERT_TRUE(choice.ok()) << choice.status();
  EXPECT_THAT(choice->reason, StartsWith("6 segments, as asked. They do not all come back when"));
  EXPECT_THAT(choice->reason, EndsWith("not as groups found in the data."));
}

TEST(ChooseClusterCount, MeasuresAFixedNumber) {
  const Encoded contacts(Blobs(kThreeCentres, 60, 1, 1));
  const auto choice = contacts.Choose({.min_clusters = 3, .max_clusters = 3, .pair_count = 5});
  ASSERT_TRUE(choice.ok()) << choice.status();
  EXPECT_EQ(choice->verdict, Verdict::kFixed);
  EXPECT_EQ(choice->reason,
            "3 segments, as asked. They come back when the contacts are drawn again (agreement "
            "1.00, weakest segment 1.00). Tables without segments, alike in all else, come back "
            "too, but are less compact.");
  const auto unmeasured = contacts.Choose({.min_clusters = 3, .max_clusters = 3, .pair_count = 0});
  ASSERT_TRUE(unmeasured.ok()) << unmeasured.status();
  EXPECT_EQ(unmeasured->reason, "3 segments, as asked.");
  EXPECT_TRUE(unmeasured->candidates[0].segment_stability.empty());
}

TEST(ChooseClusterCount, ChoosesBySilhouetteWhenStabilityIsNotMeasured) {
  const Encoded contacts(Blobs(kThreeCentres, 60, 1, 1));
  const auto choice = contacts.Choose({.max_clusters = 5, .pair_count = 0});
  ASSERT_TRUE(choice.ok()) << choice.status();
  EXPECT_EQ(choice->verdict, Verdict::kConstructive);
  EXPECT_EQ(choice->candidates[choice->recommended].cluster_count, 3);
  EXPECT_THAT(choice->reason, HasSubstr("whether they come back was not measured"));
}

TEST(ChooseClusterCount, NeverPrefersASingleSegment) {
  const Encoded contacts(Blobs({{0, 0}}, 200, 1, 2));
  const auto choice = contacts.Choose({.min_clusters = 1, .max_clusters = 3, .pair_count = 2});
  ASSERT_TRUE(choice.ok()) << choice.status();
  EXPECT_EQ(choice->candidates[0].cluster_count, 1);
  EXPECT_FALSE(choice->candidates[0].qualifies);
  EXPECT_GE(choice->candidates[choice->recommended].cluster_count, 2);
}

// Three are distinct: asked for more, three come back.
TEST(ChooseClusterCount, HasACandidateForEachNumberAskedFor) {
  const Encoded contacts({{0}, {0}, {1}, {5}, {5}, {5}});
  const auto choice = contacts.Choose({.max_clusters = 10, .pair_count = 1});
  ASSERT_TRUE(choice.ok()) << choice.status();
  ASSERT_EQ(choice->candidates.size(), 9u);
  ASSERT_EQ(choice->clusterings.size(), 9u);
  for (int k = 2; k <= 10; ++k) {
    const Candidate& candidate = choice->candidates[k - 2];
    EXPECT_EQ(candidate.asked_count, k);
    EXPECT_EQ(candidate.cluster_count, std::min(k, 3));
    EXPECT_EQ(FellShort(candidate), k > 3);
    EXPECT_FALSE(FellShort(candidate) && candidate.qualifies);
    EXPECT_EQ(candidate.objective, choice->clusterings[k - 2].objective);
  }
  EXPECT_FALSE(FellShort(choice->candidates[choice->recommended]));
}

TEST(ChooseClusterCount, RejectsMoreSegmentsThanDistinctContacts) {
  const Encoded contacts({{0}, {0}, {1}, {5}, {5}, {5}});
  const auto choice = contacts.Choose({.min_clusters = 4});
  EXPECT_EQ(choice.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(choice.status().message(),
            "4 segments need at least as many contacts that differ; there are 3. Ask for fewer "
            "segments or import more contacts");
}

TEST(ChooseClusterCount, RejectsARangeThatIsNone) {
  const Encoded contacts({{0}, {1}});
  EXPECT_EQ(contacts.Choose({.min_clusters = 3, .max_clusters = 2}).status().message(),
            "the numbers of segments to try must satisfy 1 <= least <= most; got 3 to 2");
  EXPECT_EQ(contacts.Choose({.pair_count = -1}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(ChooseClusterCount, TellsItsProgress) {
  const Encoded contacts(Blobs({{0, 0}}, 100, 1, 2));
  std::vector<double> fractions;
  std::vector<std::string> steps;
  const auto choice = contacts.Choose({.max_clusters = 3, .pair_count = 2}, 4,
                                      [&](double fraction, const std::string& step) {
                                        fractions.push_back(fraction);
                                        steps.push_back(step);
                                      });
  ASSERT_TRUE(choice.ok()) << choice.status();
  EXPECT_EQ(fractions.size(), 11u);
  EXPECT_TRUE(std::is_sorted(fractions.begin(), fractions.end()));
  EXPECT_EQ(fractions.back(), 1);
  EXPECT_EQ(steps.front(), "k = 3: all contacts");
  EXPECT_THAT(steps, testing::Contains("k = 2: stability, pair 2 of 2"));
}

TEST(ChooseClusterCount, StopsWhenAskedOnTheWay) {
  const Encoded contacts(Blobs({{0, 0}}, 100, 1, 2));
  std::stop_source source;
  int steps = 0;
  const auto choice = contacts.Choose(
      {}, 2,
      [&](double, const std::string&) {
        if (++steps == 5) source.request_stop();
      },
      source.get_token());
  EXPECT_EQ(choice.status().code(), absl::StatusCode::kCancelled);
  EXPECT_LT(steps, 20);
}

}  // namespace
}  // namespace cible
