#include "segmentation/data/encoder.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "gtest/gtest.h"

namespace cible {
namespace {

using Cells = std::vector<std::optional<Value>>;
const std::nullopt_t kUnknown = std::nullopt;

Value Text(const char* text) { return std::string(text); }
Value Tags(std::vector<std::string> tags) { return StringSet{std::move(tags)}; }

// A table and its schema, built a column at a time.
struct Data {
  ContactTable table;
  Schema schema;

  Data& Add(Attribute attribute, const Cells& cells) {
    attribute.display_name = attribute.id;
    Column column = MakeColumn(attribute.id, attribute.type);
    for (const auto& cell : cells) Append(column, cell);
    table.row_count = static_cast<int>(cells.size());
    table.columns.push_back(std::move(column));
    EXPECT_TRUE(schema.Add(std::move(attribute)).ok());
    return *this;
  }

  Encoder Learn(const EncoderOptions& options = {}, absl::Span<const double> weights = {}) const {
    auto encoder = Encoder::Fit(table, weights, schema, options);
    EXPECT_TRUE(encoder.ok()) << encoder.status();
    return *std::move(encoder);
  }
};

Cells Numbers(int n, double (*value)(int)) {
  Cells cells;
  for (int i = 0; i < n; ++i) cells.emplace_back(value(i));
  return cells;
}

// One attribute of every kind, 60 rows, one cell in ten unknown.
Data Mixed() {
  Data data;
  const char* const levels[] = {"low", "middle", "high"};
  const char* const cities[] = {"Lyon", "Nice", "Lille", "Brest"};
  Cells age, channel, rank, interests, member, since, seen, home;
  for (int i = 0; i < 60; ++i) {
    const auto cell = [&](int c, Value v) {
      return (i + c) % 10 == 0 ? std::optional<Value>() : std::optional<Value>(std::move(v));
    };
    age.push_back(cell(0, 20.0 + (i * 7) % 50));
    channel.push_back(cell(1, Text(cities[(i * i) % 4])));
    rank.push_back(cell(2, Text(levels[i % 3])));
    interests.push_back(cell(3, Tags(i % 2 == 0   ? std::vector<std::string>{}
                                     : i % 3 == 0 ? std::vector<std::string>{"art", "golf"}
                                                  : std::vector<std::string>{"golf"})));
    member.push_back(cell(4, i % 5 == 0));
    since.push_back(cell(5, Date{20'000 - 13 * i}));
    seen.push_back(cell(6, Timestamp{(20'000LL - i) * 86'400'000'000LL + 1234567 * i}));
    home.push_back(cell(7, LatLng{.latitude = 43.0 + i % 8, .longitude = -3.0 + i % 11}));
  }
  data.Add({.id = "age", .type = AttributeType::kNumeric}, age)
      .Add({.id = "channel", .type = AttributeType::kCategorical, .weight = 3}, channel)
      .Add({.id = "rank", .type = AttributeType::kOrdinal, .levels = {"low", "middle", "high"}},
           rank)
      .Add({.id = "interests", .type = AttributeType::kSet}, interests)
      .Add({.id = "member", .type = AttributeType::kBoolean}, member)
      .Add({.id = "since", .type = AttributeType::kDate}, since)
      .Add({.id = "seen", .type = AttributeType::kTimestamp}, seen)
      .Add({.id = "home", .type = AttributeType::kLocation}, home);
  return data;
}

const Date kToday{20'100};

// What the samples of a table mean.
struct FeatureRows {
  Samples samples;
  FloatMatrix features;
  ByteMatrix known;
};

FeatureRows Features(const Encoder& encoder, const ContactTable& table, Date as_of) {
  FeatureRows rows{.samples = encoder.Encode(table, as_of),
                   .features = FloatMatrix(table.row_count, encoder.feature_count()),
                   .known = ByteMatrix(table.row_count, encoder.attribute_count())};
  for (int i = 0; i < table.row_count; ++i) {
    encoder.Expand(rows.samples.row(i), rows.features.row(i));
    const std::vector<std::uint8_t> known = encoder.KnownAttributes(rows.samples.row(i));
    std::copy(known.begin(), known.end(), rows.known.row(i).begin());
  }
  return rows;
}

// Mean over pairs of distinct or equal rows that both know the attribute.
double MeanSquaredDifference(const FeatureRows& samples, const AttributeEncoding& attribute,
                             int v) {
  double sum = 0, pairs = 0;
  for (int i = 0; i < samples.features.rows(); ++i) {
    for (int j = 0; j < samples.features.rows(); ++j) {
      if (!samples.known(i, v) || !samples.known(j, v)) continue;
      ++pairs;
      for (int f = attribute.begin; f < attribute.begin + attribute.count; ++f) {
        sum += std::pow(samples.features(i, f) - samples.features(j, f), 2);
      }
    }
  }
  return sum / pairs;
}

TEST(Encoder, GivesEveryAttributeTheExpectedSquaredDifferenceOfItsWeight) {
  const Data data = Mixed();
  const Encoder encoder = data.Learn({.as_of = kToday});
  const FeatureRows samples = Features(encoder, data.table, kToday);
  ASSERT_EQ(encoder.attribute_count(), 8);
  double total = 0;
  for (int v = 0; v < 8; ++v) {
    const AttributeEncoding& attribute = encoder.attributes()[v];
    EXPECT_NEAR(MeanSquaredDifference(samples, attribute, v), 2 * attribute.omega, 1e-5)
        << attribute.attribute;
    total += attribute.omega;
  }
  EXPECT_NEAR(total, 8, 1e-12);
  EXPECT_NEAR(encoder.TotalWeight(), 8, 1e-12);
  EXPECT_NEAR(encoder.attributes()[1].omega, 3 * encoder.attributes()[0].omega, 1e-12);
}

TEST(Encoder, CentresEveryFeature) {
  const Data data = Mixed();
  const Encoder encoder = data.Learn({.as_of = kToday});
  const FeatureRows samples = Features(encoder, data.table, kToday);
  for (int f = 0; f < encoder.feature_count(); ++f) {
    double sum = 0;
    for (int i = 0; i < 60; ++i) sum += samples.features(i, f);
    EXPECT_NEAR(sum, 0, 1e-4) << "feature " << f;
  }
}

TEST(Encoder, EncodesARowAloneToTheSameBitsAsInATable) {
  const Data data = Mixed();
  const Encoder encoder = data.Learn({.as_of = kToday});
  const FeatureRows all = Features(encoder, data.table, kToday);
  for (int i = 0; i < 60; ++i) {
    const FeatureRows one = Features(encoder, SelectRows(data.table, {i}), kToday);
    EXPECT_EQ(one.features.row(0), all.features.row(i));
    EXPECT_EQ(one.known.row(0), all.known.row(i));
  }
}

TEST(Encoder, DoesNotDependOnTheOrderOfTheRows) {
  const Data data = Mixed();
  std::vector<int> order;
  for (int i = 0; i < 60; ++i) order.push_back((i * 37 + 11) % 60);
  const ContactTable shuffled = SelectRows(data.table, order);
  const auto other = Encoder::Fit(shuffled, {}, data.schema, {.as_of = kToday});
  ASSERT_TRUE(other.ok()) << other.status();
  EXPECT_EQ(*other, data.Learn({.as_of = kToday}));
}

TEST(Encoder, TakesADuplicatedRowForAWeightOfTwo) {
  const Data data = Mixed();
  std::vector<int> rows;
  std::vector<double> weights;
  for (int i = 0; i < 60; ++i) {
    weights.push_back(i % 3);
    for (int copy = 0; copy < i % 3; ++copy) rows.push_back(i);
  }
  const auto repeated =
      Encoder::Fit(SelectRows(data.table, rows), {}, data.schema, {.as_of = kToday});
  ASSERT_TRUE(repeated.ok()) << repeated.status();
  EXPECT_EQ(*repeated, data.Learn({.as_of = kToday}, weights));
}

TEST(Encoder, LeavesUnknownCellsAtZeroAndUnmarked) {
  const Data data = Mixed();
  const Encoder encoder = data.Learn({.as_of = kToday});
  const FeatureRows samples = Features(encoder, data.table, kToday);
  for (int v = 0; v < 8; ++v) {
    const int row = (10 - v) % 10;
    EXPECT_EQ(samples.known(row, v), 0);
    for (int f = 0; f < encoder.attributes()[v].count; ++f) {
      EXPECT_EQ(samples.features(row, encoder.attributes()[v].begin + f), 0);
    }
  }
  EXPECT_NEAR(encoder.KnownWeight(samples.samples.row(0)), 8 - encoder.attributes()[0].omega,
              1e-12);
}

TEST(Encoder, MultipliesWeightsOfACriterion) {
  Data data;
  data.Add({.id = "a", .type = AttributeType::kNumeric, .criterion = Criterion::kNeeds},
           {1.0, 2.0, 3.0})
      .Add({.id = "b", .type = AttributeType::kNumeric, .weight = 2}, {1.0, 2.0, 3.0});
  const Encoder encoder = data.Learn({.criterion_weights = {{Criterion::kNeeds, 6}}});
  EXPECT_DOUBLE_EQ(encoder.attributes()[0].omega, 1.5);
  EXPECT_DOUBLE_EQ(encoder.attributes()[1].omega, 0.5);
}

TEST(Encoder, TakesTheLogarithmOfSkewedAmountsOnly) {
  const auto amount = [](int i) { return std::exp(0.05 * i); };
  const auto debt = [](int i) { return std::exp(0.05 * i) - 2; };
  const auto age = [](int i) { return 20.0 + i % 60; };
  Data data;
  data.Add({.id = "amount", .type = AttributeType::kNumeric}, Numbers(100, amount))
      .Add({.id = "debt", .type = AttributeType::kNumeric}, Numbers(100, debt))
      .Add({.id = "age", .type = AttributeType::kNumeric}, Numbers(100, age))
      .Add({.id = "count", .type = AttributeType::kNumeric, .distribution = Distribution::kCount},
           Numbers(100, age))
      .Add(
          {.id = "plain", .type = AttributeType::kNumeric, .distribution = Distribution::kGaussian},
          Numbers(100, amount));
  const Encoder encoder = data.Learn();
  EXPECT_TRUE(encoder.attributes()[0].scale == NumberScale::kLog1p);
  EXPECT_FALSE(encoder.attributes()[1].scale == NumberScale::kLog1p);  // A value is negative.
  EXPECT_FALSE(encoder.attributes()[2].scale == NumberScale::kLog1p);
  EXPECT_TRUE(encoder.attributes()[3].scale == NumberScale::kLog1p);
  EXPECT_FALSE(encoder.attributes()[4].scale == NumberScale::kLog1p);
}

// marketing_campaign.csv has an income of 666666 among 1730 ... 162397.
TEST(Encoder, BringsASingleExtremeValueWithinTheOthers) {
  Cells income = Numbers(1000, [](int i) { return 10'000.0 + 90 * i; });
  income[500] = 666'666.0;
  Data data;
  data.Add({.id = "income", .type = AttributeType::kNumeric}, income);
  const Encoder encoder = data.Learn();
  EXPECT_FALSE(encoder.attributes()[0].scale == NumberScale::kLog1p);
  EXPECT_DOUBLE_EQ(encoder.attributes()[0].clip_low, 10'000 + 90 * 4);
  EXPECT_DOUBLE_EQ(encoder.attributes()[0].clip_high, 10'000 + 90 * 996);
  EXPECT_LT(Features(encoder, data.table, {}).features(500, 0), 2);
}

TEST(Encoder, KeepsARareValueThatAloneVaries) {
  Cells cells(1000, 0.0);
  cells[7] = 1.0;
  Data data;
  data.Add({.id = "x", .type = AttributeType::kNumeric}, cells);
  const FeatureRows samples = Features(data.Learn(), data.table, {});
  EXPECT_GT(samples.features(7, 0), 30);
}

TEST(Encoder, SurvivesTheLargestNumbers) {
  Data data;
  data.Add({.id = "x", .type = AttributeType::kNumeric}, {1e300, -1e300, 5e299});
  const FeatureRows samples = Features(data.Learn(), data.table, {});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(std::isfinite(samples.features(i, 0)));
}

TEST(Encoder, GivesTheSameFeaturesInOtherUnits) {
  Data km, miles;
  km.Add({.id = "x", .type = AttributeType::kNumeric}, {1.0, 5.0, 7.0, 8.0});
  miles.Add({.id = "x", .type = AttributeType::kNumeric},
            {1.0 / 1.609344, 5.0 / 1.609344, 7.0 / 1.609344, 8.0 / 1.609344});
  const FeatureRows a = Features(km.Learn(), km.table, {}),
                    b = Features(miles.Learn(), miles.table, {});
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(a.features(i, 0), b.features(i, 0), 1e-6);
}

TEST(Encoder, CountsDatesFromTheGivenDay) {
  Data data;
  data.Add({.id = "since", .type = AttributeType::kDate}, {Date{100}, Date{110}, Date{120}})
      .Add({.id = "seen", .type = AttributeType::kTimestamp},
           {Timestamp{100 * 86'400'000'000}, Timestamp{110 * 86'400'000'000},
            Timestamp{120 * 86'400'000'000}});
  const Encoder encoder = data.Learn({.as_of = Date{130}});
  EXPECT_DOUBLE_EQ(encoder.attributes()[0].shift[0], 20);
  EXPECT_DOUBLE_EQ(encoder.attributes()[1].shift[0], 20);
  const FeatureRows later = Features(encoder, data.table, Date{140});
  EXPECT_EQ(later.features(1, 0), Features(encoder, data.table, Date{130}).features(0, 0));
}

TEST(Encoder, PutsRareLevelsTogether) {
  Cells cells;
  for (int i = 0; i < 100; ++i) cells.push_back(Text(i % 2 == 0 ? "a" : "b"));
  for (const char* rare : {"x", "y", "y", "z"}) cells.push_back(Text(rare));
  Data data;
  data.Add({.id = "c", .type = AttributeType::kCategorical}, cells);
  const AttributeEncoding encoding = data.Learn().attributes()[0];
  EXPECT_EQ(encoding.levels, (std::vector<std::string>{"a", "b", "x", "y", "z"}));
  EXPECT_EQ(encoding.level_feature, (std::vector<int>{0, 1, 2, 2, 2}));
  EXPECT_EQ(encoding.count, 3);
}

TEST(Encoder, KeepsTheLevelsOfAShortList) {
  Data data;
  data.Add({.id = "c", .type = AttributeType::kCategorical},
           {Text("a"), Text("b"), Text("c"), Text("a")});
  EXPECT_EQ(data.Learn().feature_count(), 3);
}

TEST(Encoder, TakesAnUnseenLevelForUnknownAndPassesOverAnUnseenTag) {
  Data data;
  data.Add({.id = "c", .type = AttributeType::kCategorical}, {Text("a"), Text("b")})
      .Add({.id = "t", .type = AttributeType::kSet}, {Tags({}), Tags({"p"})});
  const Encoder encoder = data.Learn();
  Data lead;
  lead.Add({.id = "c", .type = AttributeType::kCategorical}, {Text("new"), Text("a")})
      .Add({.id = "t", .type = AttributeType::kSet}, {Tags({"new", "p"}), Tags({"new"})});
  const FeatureRows samples = Features(encoder, lead.table, {});
  EXPECT_EQ(samples.known(0, 0), 0);
  EXPECT_EQ(samples.known(1, 0), 1);
  const FeatureRows seen = Features(encoder, data.table, {});
  EXPECT_EQ(samples.features(0, 2), seen.features(1, 2));
  EXPECT_EQ(samples.features(1, 2), seen.features(0, 2));
}

TEST(Encoder, TakesAColumnOfAnotherTypeForUnknown) {
  Data data;
  data.Add({.id = "c", .type = AttributeType::kCategorical}, {Text("a"), Text("b")});
  Data other;
  other.Add({.id = "c", .type = AttributeType::kNumeric}, {1.0, 2.0});
  EXPECT_EQ(Features(data.Learn(), other.table, {}).known(0, 0), 0);
}

TEST(Encoder, BringsTogetherBothSidesOfTheAntimeridian) {
  Data data;
  data.Add({.id = "home", .type = AttributeType::kLocation},
           {LatLng{.latitude = -17, .longitude = 179.9},
            LatLng{.latitude = -17, .longitude = -179.9}, LatLng{.latitude = 48, .longitude = 2}});
  const Encoder encoder = data.Learn();
  const FeatureRows samples = Features(encoder, data.table, {});
  const auto chord = [&](int i, int j) {
    double sum = 0;
    for (int f = 0; f < 3; ++f) sum += std::pow(samples.features(i, f) - samples.features(j, f), 2);
    return std::sqrt(sum);
  };
  EXPECT_LT(chord(0, 1), 0.01);
  EXPECT_GT(chord(0, 2), 1);
}

TEST(Encoder, SetsAsideWhatTellsNothing) {
  Data data;
  data.Add({.id = "x", .type = AttributeType::kNumeric}, {1.0, 2.0})
      .Add({.id = "constant", .type = AttributeType::kNumeric}, {3.0, 3.0})
      .Add({.id = "empty", .type = AttributeType::kDate}, {kUnknown, kUnknown})
      .Add({.id = "always", .type = AttributeType::kBoolean}, {true, kUnknown})
      .Add({.id = "mail", .type = AttributeType::kText, .role = Role::kIdentity},
           {Text("a"), Text("b")})
      .Add({.id = "note", .type = AttributeType::kNumeric, .role = Role::kDescriptor}, {1.0, 2.0});
  const Encoder encoder = data.Learn();
  ASSERT_EQ(encoder.attribute_count(), 1);
  EXPECT_EQ(encoder.set_aside(),
            (std::vector<SetAside>{{"constant", "every known value is the same"},
                                   {"empty", "nothing is known"},
                                   {"always", "every known value is the same"}}));
  EXPECT_EQ(encoder.IndexOf("x"), 0);
  EXPECT_EQ(encoder.IndexOf("constant"), -1);
}

TEST(Encoder, SetsAsideACategoryOfWhichEveryLevelIsRare) {
  Cells cells;
  for (int i = 0; i < 400; ++i) cells.push_back(Text(("l" + std::to_string(i)).c_str()));
  Data data;
  data.Add({.id = "x", .type = AttributeType::kNumeric},
           Numbers(400, [](int i) { return 1.0 * i; }))
      .Add({.id = "street", .type = AttributeType::kCategorical}, cells);
  EXPECT_EQ(data.Learn().set_aside(), (std::vector<SetAside>{{"street", "every level is rare"}}));
}

TEST(Encoder, SaysWhatToChangeWhenThereIsNothingToLearnFrom) {
  const auto message = [](const Data& data) {
    return std::string(Encoder::Fit(data.table, {}, data.schema, {}).status().message());
  };
  Data data;
  EXPECT_EQ(message(data), "there are no contacts to learn from; import some first");
  data.Add({.id = "mail", .type = AttributeType::kText, .role = Role::kIdentity},
           {Text("a"), Text("b")});
  EXPECT_EQ(message(data),
            "the contacts have no attribute to be clustered by; give at least one the role "
            "FEATURE");
  data.Add({.id = "empty", .type = AttributeType::kNumeric}, {kUnknown, kUnknown});
  EXPECT_EQ(message(data),
            "nothing is known of any contact by the attributes that are features; import values "
            "for them, or make other attributes features");
  data.Add({.id = "same", .type = AttributeType::kNumeric}, {1.0, 1.0});
  EXPECT_EQ(message(data),
            "the contacts are all alike by the 2 attributes that are features; make an attribute "
            "that varies a feature");
}

TEST(Encoder, IsRestoredFromItsParts) {
  const Data data = Mixed();
  const Encoder encoder = data.Learn({.as_of = kToday});
  const auto restored =
      Encoder::Restore(encoder.attributes(), encoder.set_aside(), Encoding::kKMeans);
  ASSERT_TRUE(restored.ok()) << restored.status();
  EXPECT_EQ(*restored, encoder);
}

TEST(Encoder, RefusesPartsThatDoNotFitTogether) {
  const std::vector<AttributeEncoding> good = Mixed().Learn({.as_of = kToday}).attributes();
  const auto refusal = [&](auto change) {
    auto parts = good;
    change(parts);
    return std::string(
        Encoder::Restore(std::move(parts), {}, Encoding::kKMeans).status().message());
  };
  EXPECT_EQ(refusal([](auto& parts) { parts[1].begin = 0; }),
            "the encoding of attribute \"channel\" is corrupt: its features do not follow those of "
            "the attribute before");
  EXPECT_EQ(refusal([](auto& parts) { parts[0].shift.clear(); }),
            "the encoding of attribute \"age\" is corrupt: its lengths disagree");
  EXPECT_EQ(refusal([](auto& parts) { parts[0].factor[0] = std::nan(""); }),
            "the encoding of attribute \"age\" is corrupt: a number is out of range");
  EXPECT_EQ(refusal([](auto& parts) { parts[1].level_feature[0] = 99; }),
            "the encoding of attribute \"channel\" is corrupt: a level has no feature");
}

}  // namespace
}  // namespace cible
