// One contact read value by value is the same as a table of one row, bit by bit.

#include "segmentation/models/observation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>

#include "segmentation/data/inference.h"
#include "segmentation/data/sample.h"
#include "segmentation/data/text_parsing.h"
#include "segmentation/models/training.h"

namespace cible {
namespace {

using testing::ElementsAreArray;

constexpr Date kToday{20'000};

// Every type of attribute: the contacts of `cible sample`, with a date, an instant
// and a place beside.
struct Trained {
  Schema schema;
  ContactTable table;
  std::shared_ptr<const SegmentationModel> model;

  explicit Trained(EngineKind engine) {
    const Sample sample = MakeSample({.contact_count = 600, .persona_count = 3, .seed = 3});
    TextTable text{.header = sample.header};
    text.columns.resize(sample.header.size());
    for (std::size_t row = 0; row < sample.rows.size(); ++row) {
      text.lines.push_back(static_cast<std::int64_t>(row) + 2);
      for (std::size_t c = 0; c < sample.header.size(); ++c) {
        text.columns[c].push_back(sample.rows[row][c]);
      }
    }
    const auto inference = InferSchema(text, {});
    if (!inference.ok()) throw std::runtime_error(inference.status().ToString());
    schema = inference->schema;
    auto parsed = ParseTable(text, schema, inference->id_column);
    if (!parsed.ok()) throw std::runtime_error(parsed.status().ToString());
    table = std::move(parsed->table);
    AddTimesAndPlaces();
    WorkerPool pool(1);
    auto trained = TrainModel(table, schema,
                              {.engine = engine,
                               .min_segments = 3,
                               .max_segments = 3,
                               .stability_pairs = 0,
                               .as_of = kToday},
                              pool, nullptr, {});
    if (!trained.ok()) throw std::runtime_error(trained.status().ToString());
    model = trained->model;
  }

  void AddTimesAndPlaces() {
    for (const auto& [id, type] : {std::pair{"since", AttributeType::kDate},
                                   {"seen", AttributeType::kTimestamp},
                                   {"home", AttributeType::kLocation}}) {
      if (!schema.Add({.id = id, .type = type}).ok()) throw std::runtime_error(id);
      Column column = MakeColumn(id, type);
      for (int row = 0; row < table.row_count; ++row) {
        const int turn = row * 7919 % 600;
        if (turn % 5 == 0) {
          Append(column, std::nullopt);
        } else if (type == AttributeType::kDate) {
          Append(column, Date{kToday.days - turn});
        } else if (type == AttributeType::kTimestamp) {
          Append(column, Timestamp{(kToday.days - turn) * 86'400'000'000ll + turn});
        } else {
          Append(column, LatLng{45 + turn / 100., turn / 100.});
        }
      }
      table.columns.push_back(std::move(column));
    }
  }
};

// Adds what is known of a row; the last status.
absl::Status AddRow(const ContactTable& table, int row, Observation* observation) {
  for (const Column& column : table.columns) {
    const std::optional<Value> value = Get(column, row);
    if (!value.has_value()) continue;
    if (absl::Status status = observation->Add(column.attribute, *value); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

class ObservationTest : public testing::TestWithParam<EngineKind> {};

TEST_P(ObservationTest, EncodesAsATableDoes) {
  const Trained trained(GetParam());
  const Samples samples = trained.model->encoder().Encode(trained.table, kToday);
  Observation observation(*trained.model, kToday);
  for (int row = 0; row < trained.table.row_count; ++row) {
    observation.Clear();
    ASSERT_TRUE(AddRow(trained.table, row, &observation).ok());
    ASSERT_THAT(observation.sample().codes, ElementsAreArray(samples.row(row).codes)) << row;
    ASSERT_THAT(observation.sample().numbers, ElementsAreArray(samples.row(row).numbers)) << row;
  }
}

TEST_P(ObservationTest, RowsOfATableAreTheSameInAnyBlock) {
  const Trained trained(GetParam());
  const Encoder& encoder = trained.model->encoder();
  const Samples all = encoder.Encode(trained.table, kToday);
  const Samples some = encoder.Encode(trained.table, kToday, 100, 350);
  ASSERT_EQ(some.count(), 250);
  for (int row = 0; row < some.count(); ++row) {
    ASSERT_THAT(some.row(row).codes, ElementsAreArray(all.row(100 + row).codes));
    ASSERT_THAT(some.row(row).numbers, ElementsAreArray(all.row(100 + row).numbers));
  }
}

TEST_P(ObservationTest, TheWinnerAloneIsThatOfTheWholePosterior) {
  const Trained trained(GetParam());
  const Samples samples = trained.model->encoder().Encode(trained.table, kToday);
  Assigner assigner(trained.model->rule());
  for (int row = 0; row < samples.count(); ++row) {
    const Posterior posterior = assigner.Assign(samples.row(row));
    const Winner winner = assigner.AssignWinner(samples.row(row));
    ASSERT_EQ(winner.component, posterior.winner);
    if (winner.component < 0) continue;
    ASSERT_EQ(winner.probability,
              posterior.probabilities[static_cast<std::size_t>(winner.component)]);
  }
}

// Of as many rows as fill a block of the assigner, or not quite.
TEST_P(ObservationTest, TheWinnersOfManyAreThoseOfEach) {
  const Trained trained(GetParam());
  Assigner assigner(trained.model->rule());
  for (const int count : {0, 1, 3, 4, 127, 128, 129, 600}) {
    const Samples samples = trained.model->encoder().Encode(trained.table, kToday, 0, count);
    std::vector<Winner> winners(static_cast<std::size_t>(count));
    assigner.AssignWinners(samples, absl::MakeSpan(winners));
    for (int row = 0; row < count; ++row) {
      const Winner alone = assigner.AssignWinner(samples.row(row));
      ASSERT_EQ(winners[static_cast<std::size_t>(row)].component, alone.component) << row;
      ASSERT_EQ(winners[static_cast<std::size_t>(row)].probability, alone.probability) << row;
    }
  }
}

TEST_P(ObservationTest, TheCodeOfAnUnknownCellMayBeAnything) {
  Trained trained(GetParam());
  const Samples before = trained.model->encoder().Encode(trained.table, kToday);
  for (Column& column : trained.table.columns) {
    auto* codes = std::get_if<Codes>(&column.data);
    if (codes == nullptr) continue;
    for (std::size_t row = 0; row < codes->codes.size(); ++row) {
      if (!column.validity[row]) codes->codes[row] = 4'000'000'000;
    }
  }
  EXPECT_EQ(trained.model->encoder().Encode(trained.table, kToday).codes, before.codes);
}

INSTANTIATE_TEST_SUITE_P(Engines, ObservationTest,
                         testing::Values(EngineKind::kMixture, EngineKind::kKMeans));

class ObservationErrorsTest : public testing::Test {
 protected:
  absl::Status Add(absl::string_view attribute, const Value& value) {
    return observation_.Add(attribute, value);
  }

  const Trained trained_{EngineKind::kKMeans};
  Observation observation_{*trained_.model, kToday};
};

TEST_F(ObservationErrorsTest, SaysWhatIsWrongAndNeverTheValue) {
  EXPECT_EQ(Add("no_such", 1.),
            absl::InvalidArgumentError("attribute \"no_such\" is not in the schema; use the id or "
                                       "the display name of one that is"));
  EXPECT_EQ(Add("age", std::string("34")),
            absl::InvalidArgumentError("attribute \"age\" is NUMERIC; expected a number"));
  EXPECT_TRUE(Add("age", 34.).ok());
  EXPECT_EQ(Add("age", 35.),
            absl::InvalidArgumentError("attribute \"age\" is given twice; give it once"));
}

TEST_F(ObservationErrorsTest, KnowsNothingAfterClear) {
  ASSERT_TRUE(Add("age", 34.).ok());
  observation_.Clear();
  EXPECT_FALSE(AnythingKnown(observation_.sample()));
  EXPECT_TRUE(Add("age", 35.).ok());
}

TEST_F(ObservationErrorsTest, ALevelThatTrainingDidNotMeetIsUnknown) {
  ASSERT_TRUE(Add("occupation", std::string("astronaut")).ok());
  EXPECT_FALSE(AnythingKnown(observation_.sample()));
}

}  // namespace
}  // namespace cible
