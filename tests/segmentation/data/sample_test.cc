#include "segmentation/data/sample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"

namespace cible {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::Ge;
using ::testing::Le;
using ::testing::SizeIs;

double Pairs(double n) { return n * (n - 1) / 2; }

// Hubert and Arabie's adjusted Rand index.
double AdjustedRand(const std::vector<int>& a, const std::vector<int>& b) {
  constexpr std::size_t kLabels = 8;
  std::vector<double> both(kLabels * kLabels), of_a(kLabels), of_b(kLabels);
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto x = static_cast<std::size_t>(a[i]), y = static_cast<std::size_t>(b[i]);
    ++both[x * kLabels + y];
    ++of_a[x];
    ++of_b[y];
  }
  const auto sum = [](const std::vector<double>& counts) {
    double total = 0;
    for (const double n : counts) total += Pairs(n);
    return total;
  };
  const double expected = sum(of_a) * sum(of_b) / Pairs(static_cast<double>(a.size()));
  return (sum(both) - expected) / ((sum(of_a) + sum(of_b)) / 2 - expected);
}

std::size_t ColumnOf(const Sample& sample, const std::string& header) {
  return static_cast<std::size_t>(std::find(sample.header.begin(), sample.header.end(), header) -
                                  sample.header.begin());
}

// What FNV-1a gives for all cells: the bytes of the sample in one number.
std::uint64_t Fingerprint(const Sample& sample) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const auto& row : sample.rows) {
    for (const char c : absl::StrJoin(row, ",") + "\n") {
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
  }
  return hash;
}

class SampleOfPersonas : public ::testing::TestWithParam<int> {};

TEST_P(SampleOfPersonas, CanBeToldApartButNotPerfectly) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const Sample sample = MakeSample({.persona_count = GetParam(), .seed = seed});
    EXPECT_THAT(AdjustedRand(sample.labels, sample.bayes_labels), AllOf(Ge(.80), Le(.92)))
        << "seed " << seed;
  }
}

TEST_P(SampleOfPersonas, HasNoPersonaBelowEightPercentAndUnequalShares) {
  const Sample sample = MakeSample({.contact_count = 10'000, .persona_count = GetParam()});
  std::vector<int> sizes(static_cast<std::size_t>(GetParam()));
  for (const int label : sample.labels) ++sizes.at(static_cast<std::size_t>(label));
  EXPECT_THAT(sizes, Each(Ge(800)));
  EXPECT_GT(*std::max_element(sizes.begin(), sizes.end()),
            1.05 * *std::min_element(sizes.begin(), sizes.end()));
  EXPECT_THAT(sample.personas, SizeIs(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(EveryCount, SampleOfPersonas, ::testing::Range(2, 9));

TEST(MakeSample, GivesTheSameBytesForTheSameOptions) {
  const Sample sample = MakeSample({.contact_count = 1000});
  EXPECT_EQ(sample.rows, MakeSample({.contact_count = 1000}).rows);
  EXPECT_NE(sample.rows, MakeSample({.contact_count = 1000, .seed = 2}).rows);
  EXPECT_EQ(Fingerprint(sample), 0x87591118b71721f7u) << "published figures rest on these bytes";
}

TEST(MakeSample, BeginsALongerSampleWithTheShorterOne) {
  const Sample few = MakeSample({.contact_count = 10}), more = MakeSample({.contact_count = 50});
  EXPECT_TRUE(std::equal(few.rows.begin(), few.rows.end(), more.rows.begin()));
}

TEST(MakeSample, HasUniqueIdsAndEmailsInEveryRow) {
  const Sample sample = MakeSample({});
  ASSERT_EQ(sample.header[0], "contact_id");
  ASSERT_EQ(sample.header[1], "email");
  std::set<std::string> ids, emails;
  for (const auto& row : sample.rows) {
    ASSERT_EQ(row.size(), sample.header.size());
    ids.insert(row[0]);
    emails.insert(row[1]);
  }
  EXPECT_EQ(ids.size(), 5000u);
  EXPECT_EQ(emails.size(), 5000u);
  EXPECT_EQ(ids.count("") + emails.count(""), 0u);
}

// Bound: 5 standard errors of a share of .2 among 5000.
TEST(MakeSample, MissesAFifthOfEveryOtherColumn) {
  const Sample sample = MakeSample({});
  for (std::size_t column = 2; column < sample.header.size(); ++column) {
    const auto missing = std::count_if(sample.rows.begin(), sample.rows.end(),
                                       [&](const auto& row) { return row[column].empty(); });
    EXPECT_NEAR(static_cast<double>(missing) / 5000, .2, 5 * std::sqrt(.2 * .8 / 5000))
        << sample.header[column];
  }
}

// The correlation of the logs is .22 inside every persona; bound: 5 standard
// errors, (1 - r^2) / sqrt(n).
TEST(MakeSample, CorrelatesSpendsInsideAPersona) {
  const Sample sample = MakeSample({.contact_count = 20'000});
  const std::size_t fresh = ColumnOf(sample, "spend_fresh"), wine = ColumnOf(sample, "spend_wine");
  double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
  for (std::size_t row = 0; row < sample.rows.size(); ++row) {
    double a = 0, b = 0;
    if (sample.labels[row] != 0 || !absl::SimpleAtod(sample.rows[row][fresh], &a) ||
        !absl::SimpleAtod(sample.rows[row][wine], &b) || a == 0 || b == 0) {
      continue;
    }
    a = std::log(a), b = std::log(b);
    ++n, x += a, y += b, xx += a * a, yy += b * b, xy += a * b;
  }
  const double correlation = (xy - x * y / n) / std::sqrt((xx - x * x / n) * (yy - y * y / n));
  EXPECT_NEAR(correlation, .22, 5 * (1 - .22 * .22) / std::sqrt(n));
}

// Were the two independent of the persona, the share of one colour would be
// the same in all; bound: 5 standard errors.
TEST(MakeSample, HasNoiseThatTellsNothing) {
  const Sample sample = MakeSample({.contact_count = 20'000});
  const std::size_t colour = ColumnOf(sample, "favourite_colour");
  const std::size_t lucky = ColumnOf(sample, "lucky_number");
  for (int persona = 0; persona < 4; ++persona) {
    double colours = 0, blue = 0, numbers = 0, sum = 0, squares = 0;
    for (std::size_t row = 0; row < sample.rows.size(); ++row) {
      if (sample.labels[row] != persona) continue;
      colours += !sample.rows[row][colour].empty();
      blue += sample.rows[row][colour] == "blue";
      double number = 0;
      if (!absl::SimpleAtod(sample.rows[row][lucky], &number)) continue;
      ++numbers, sum += number, squares += number * number;
    }
    EXPECT_NEAR(blue / colours, 1 / 6., 5 * std::sqrt(1 / 6. * 5 / 6. / colours));
    const double mean = sum / numbers;
    EXPECT_NEAR(mean, 25, 5 * std::sqrt((squares / numbers - mean * mean) / numbers));
  }
}

TEST(MakeSample, LabelsEveryContactWithAPlantedPersona) {
  for (int personas = 2; personas <= 8; ++personas) {
    const Sample sample = MakeSample({.contact_count = 100, .persona_count = personas});
    EXPECT_EQ(sample.rows.size(), 100u);
    EXPECT_THAT(sample.labels, Each(AllOf(Ge(0), Le(personas - 1))));
    EXPECT_THAT(sample.bayes_labels, Each(AllOf(Ge(0), Le(personas - 1))));
  }
}

}  // namespace
}  // namespace cible
