#include "segmentation/models/training.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "segmentation/clustering/stability.h"
#include "segmentation/models/alignment.h"
#include "segmentation/models/outcome_fit.h"
#include "tests/segmentation/models/outcome_contacts.h"
#include "tests/segmentation/models/planted_contacts.h"

namespace cible {
namespace {

absl::StatusOr<TrainingResult> Train(const ContactTable& table, const Schema& schema,
                                     const TrainingOptions& options, int threads = 2) {
  WorkerPool pool(threads);
  return TrainModel(table, schema, options, pool, nullptr, {});
}

// Ages of a table with no other attribute.
struct Ages {
  Schema schema;
  ContactTable table;
  explicit Ages(const std::vector<std::optional<Value>>& ages) {
    EXPECT_TRUE(schema.Add({.id = "age", .type = AttributeType::kNumeric}).ok());
    table.row_count = static_cast<int>(ages.size());
    table.columns.push_back(MakeColumn("age", AttributeType::kNumeric));
    for (const auto& age : ages) Append(table.columns[0], age);
  }
};

std::string MessageFor(const Ages& ages, const TrainingOptions& options = PlantedOptions(2)) {
  const auto result = Train(ages.table, ages.schema, options);
  EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(result.status().message());
}

TEST(TrainModel, FindsThePlantedGroupsThroughTwentyPercentOfHoles) {
  const PlantedContacts planted = PlantContacts(1500);
  TrainingOptions options = PlantedOptions();
  options.min_segments = 2;
  options.max_segments = 4;
  options.stability_pairs = 3;
  const auto result = Train(planted.table, planted.schema, options);
  ASSERT_TRUE(result.ok()) << result.status();
  const double agreement = AdjustedRandIndex(result->labels, planted.groups);
  RecordProperty("adjusted_rand_index", std::to_string(agreement));
  EXPECT_EQ(result->model->component_count(), 3) << result->choice.reason;
  EXPECT_GT(agreement, .85);
}

TEST(TrainModel, LabelsContactsAsTheModelAssignsThem) {
  const PlantedContacts planted = PlantContacts(1000, .6);
  const TrainingResult result = TrainOnPlanted(planted);
  const auto posteriors = result.model->Assign(planted.table, Date{20'000});
  std::vector<double> sizes(3);
  double labelled = 0;
  for (std::size_t row = 0; row < posteriors.size(); ++row) {
    ASSERT_EQ(result.labels[row], posteriors[row].winner);
    if (result.labels[row] < 0) continue;
    sizes[static_cast<std::size_t>(result.labels[row])] += 1;
    ++labelled;
  }
  EXPECT_LT(labelled, 1000);  // Some have nothing known.
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_DOUBLE_EQ(result.model->parts().shares[k], sizes[k] / labelled);
  }
}

TEST(TrainModel, KeepsSegmentIdsWhenContactsAreAdded) {
  const PlantedContacts before = PlantContacts(2000);
  const PlantedContacts after = PlantContacts(3000);
  const TrainingResult old_model = TrainOnPlanted(before);
  const TrainingResult new_model = TrainOnPlanted(after);
  const auto common = absl::MakeConstSpan(new_model.labels).subspan(0, 2000);
  const std::vector<int> continues = AlignComponents(common, 3, old_model.labels, 3);
  for (int k = 0; k < 3; ++k) {
    const int old_component = continues[static_cast<std::size_t>(k)];
    ASSERT_GE(old_component, 0);
    EXPECT_GT(JaccardOverlap(common, 3, old_model.labels, 3)(k, old_component), .9);
  }
}

TEST(TrainModel, GivesTheSameBitsWhateverTheThreadCount) {
  const PlantedContacts planted = PlantContacts(2500);
  TrainingOptions options = PlantedOptions();
  options.min_segments = 2;
  options.max_segments = 4;
  options.stability_pairs = 2;
  const auto one = Train(planted.table, planted.schema, options, 1);
  const auto four = Train(planted.table, planted.schema, options, 4);
  ASSERT_TRUE(one.ok() && four.ok());
  EXPECT_TRUE(one->model->parts() == four->model->parts());
  EXPECT_EQ(one->labels, four->labels);
}

TEST(TrainModel, LeavesOutAttributesOfTheOtherKindOfContact) {
  PlantedContacts planted = PlantContacts(500);
  Attribute visits = *planted.schema.Find("visits");
  visits.applies_to = AppliesTo::kOrganizations;
  ASSERT_TRUE(planted.schema.Update(visits).ok());
  const TrainingResult persons = TrainOnPlanted(planted);
  EXPECT_EQ(persons.model->encoder().IndexOf("visits"), -1);
  EXPECT_NE(persons.model->schema().Find("visits"), nullptr);
  TrainingOptions options = PlantedOptions();
  options.contact_kind = ContactKind::kOrganization;
  const auto organisations = Train(planted.table, planted.schema, options);
  ASSERT_TRUE(organisations.ok());
  EXPECT_GE((*organisations).model->encoder().IndexOf("visits"), 0);
}

TEST(TrainModel, SummarisesDescriptorsItDidNotClusterBy) {
  const TrainingResult result = TrainOnPlanted(PlantContacts(500));
  const auto& aggregates = result.model->parts().aggregates;
  EXPECT_EQ(aggregates.back().attribute, "note");
  EXPECT_EQ(result.model->encoder().IndexOf("note"), -1);
  EXPECT_EQ(result.model->parts().contact_count, 500);
}

// Contacts of two cities, of any age.
struct Cities {
  Schema schema;
  ContactTable table;
  std::vector<int> city;
  Cities() {
    EXPECT_TRUE(schema.Add({.id = "age", .type = AttributeType::kNumeric}).ok());
    EXPECT_TRUE(schema.Add({.id = "home", .type = AttributeType::kLocation}).ok());
    table.row_count = 400;
    table.columns = {MakeColumn("age", AttributeType::kNumeric),
                     MakeColumn("home", AttributeType::kLocation)};
    std::mt19937_64 random(3);
    std::normal_distribution<double> normal;
    for (int row = 0; row < 400; ++row) {
      city.push_back(row % 2);
      Append(table.columns[0], 45 + 12 * normal(random));
      const double north = .2 * normal(random), east = .2 * normal(random);
      Append(table.columns[1],
             row % 2 == 0 ? LatLng{48.86 + north, 2.35 + east} : LatLng{43.3 + north, 5.37 + east});
    }
  }
};

TEST(TrainModel, DividesByPlacesOnlyWhenAskedTo) {
  const Cities cities;
  const auto agreement = [&](bool by_location, std::vector<std::string> places) {
    TrainingOptions options = PlantedOptions(2);
    options.by_location = by_location;
    options.places = std::move(places);
    const auto result = Train(cities.table, cities.schema, options);
    EXPECT_TRUE(result.ok()) << result.status();
    return AdjustedRandIndex(result->labels, cities.city);
  };
  EXPECT_LT(agreement(false, {}), .1);
  EXPECT_LT(agreement(false, {"work"}), .1);
  EXPECT_EQ(agreement(true, {}), 1);
  EXPECT_EQ(agreement(false, {"home"}), 1);
}

TEST(TrainModel, SaysWhatItIsDoingAndHowFarItIs) {
  const PlantedContacts planted = PlantContacts(500);
  std::vector<double> fractions;
  std::vector<std::string> steps;
  WorkerPool pool(2);
  TrainingOptions options = PlantedOptions();
  options.stability_pairs = 2;
  const auto result = TrainModel(planted.table, planted.schema, options, pool,
                                 [&](double fraction, const std::string& step) {
                                   fractions.push_back(fraction);
                                   steps.push_back(step);
                                 },
                                 {});
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(std::is_sorted(fractions.begin(), fractions.end()));
  EXPECT_EQ(fractions.front(), 0);
  EXPECT_EQ(fractions.back(), 1);
  EXPECT_TRUE(std::none_of(steps.begin(), steps.end(), [](auto& s) { return s.empty(); }));
}

TEST(TrainModel, StopsWhenAsked) {
  const PlantedContacts planted = PlantContacts(500);
  std::stop_source stop;
  stop.request_stop();
  WorkerPool pool(2);
  const auto result =
      TrainModel(planted.table, planted.schema, PlantedOptions(), pool, nullptr, stop.get_token());
  EXPECT_EQ(result.status().code(), absl::StatusCode::kCancelled);
}

TEST(TrainModel, RefusesASingleContact) {
  EXPECT_EQ(MessageFor(Ages({30.})),
            "training needs at least 2 contacts; got 1. Import more contacts");
}

TEST(TrainModel, RefusesContactsOfWhichNothingIsKnown) {
  EXPECT_EQ(MessageFor(Ages({std::nullopt, std::nullopt, std::nullopt})),
            "nothing is known of these 3 contacts: all of their features are unknown. Import "
            "values for at least one feature");
}

TEST(TrainModel, RefusesContactsThatAreAllAlike) {
  EXPECT_EQ(MessageFor(Ages({30., std::nullopt, 30.})),
            "these 3 contacts are all alike: no feature has two different known values. Import "
            "contacts that differ, or another attribute");
}

TEST(TrainModel, RefusesContactsWithoutAFeature) {
  Ages ages({30., 40.});
  Attribute age = *ages.schema.Find("age");
  age.role = Role::kDescriptor;
  ASSERT_TRUE(ages.schema.Update(age).ok());
  EXPECT_EQ(MessageFor(ages),
            "no attribute of these contacts is a feature: all are text, or set aside since they "
            "tell nothing. Import a column in which the contacts differ, or give one the role "
            "FEATURE");
}

TEST(TrainModel, RefusesMoreSegmentsThanDistinctContacts) {
  EXPECT_EQ(MessageFor(Ages({30., 40., 40., 30., 50.}), PlantedOptions(4)),
            "4 segments need at least as many contacts that differ; there are 3. Ask for fewer "
            "segments or import more contacts");
}

TEST(TrainModel, MakesASegmentOfEachDistinctContactWhenAsked) {
  const Ages ages({30., 40., 40., 30., 50.});
  const auto result = Train(ages.table, ages.schema, PlantedOptions(3));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->model->component_count(), 3);
  EXPECT_EQ(result->labels[0], result->labels[3]);
  EXPECT_EQ(result->labels[1], result->labels[2]);
  const auto posteriors = result->model->Assign(ages.table, Date{20'000});
  for (int row = 0; row < 5; ++row) {
    const Posterior& posterior = posteriors[static_cast<std::size_t>(row)];
    EXPECT_TRUE(result->model->Typical(ages.table, row, Date{20'000}, posterior).typical);
  }
}

TEST(TrainModel, RefusesOptionsOutOfRange) {
  const Ages ages({30., 40., 50.});
  TrainingOptions options = PlantedOptions(65);
  EXPECT_EQ(MessageFor(ages, options),
            "the number of segments must lie in 1 to 64, the smallest first; got 65 to 65");
  options = PlantedOptions(2);
  options.min_segments = 3;
  EXPECT_EQ(MessageFor(ages, options),
            "the number of segments must lie in 1 to 64, the smallest first; got 3 to 2");
  options = PlantedOptions(2);
  options.stability_pairs = 101;
  EXPECT_EQ(MessageFor(ages, options), "stability takes 0 to 100 pairs of samples; got 101");
  options = PlantedOptions(2);
  options.criterion_weights = {{Criterion::kBehavioural, 0}};
  EXPECT_EQ(MessageFor(ages, options),
            "the weight of criterion BEHAVIOURAL must be a number above 0; leave the criterion's "
            "attributes out by giving them the role DESCRIPTOR");
}

TEST(TrainModel, LearnsTheOutcomeThatTheSchemaNames) {
  const OutcomeContacts contacts = PlantOutcomes(600);
  const auto result = Train(contacts.table, contacts.schema, PlantedOptions(2));
  ASSERT_TRUE(result.ok()) << result.status();
  const auto& outcome = result->model->parts().outcome;
  ASSERT_TRUE(outcome.has_value());
  EXPECT_EQ(*outcome, FitOutcome(contacts.table, contacts.schema, contacts.Ones(), {20'000}));
  const auto none = Train(PlantContacts(300).table, PlantedSchema(), PlantedOptions(2));
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_FALSE((*none).model->parts().outcome.has_value());
}

TEST(TrainModel, LearnsTheOutcomeFromOtherContactsWhereAskedTo) {
  const OutcomeContacts contacts = PlantOutcomes(600);
  std::vector<int> customers;
  const std::vector<bool> outcomes = contacts.Outcomes();
  for (int row = 0; row < 600; ++row) {
    if (outcomes[static_cast<std::size_t>(row)]) customers.push_back(row);
  }
  const ContactTable table = SelectRows(contacts.table, customers);
  TrainingOptions options = PlantedOptions(2);
  options.outcome_table = &contacts.table;
  const auto result = Train(table, contacts.schema, options);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->labels.size(), customers.size());
  const auto& outcome = result->model->parts().outcome;
  EXPECT_EQ(outcome->refusal, "");
  EXPECT_EQ(outcome->outcomes + outcome->others, 600);
  // So is the rate of success: among customers it would be all of them.
  for (const AttributeAggregates& aggregates : result->model->parts().aggregates) {
    if (aggregates.attribute != outcome->attribute) continue;
    EXPECT_EQ(aggregates.population.known, 600);
    EXPECT_LT(aggregates.population.mean, 1);
  }
}

TEST(TrainModel, RefusesWeightsThatAddUpBeyondCounting) {
  const PlantedContacts planted = PlantContacts(60);
  TrainingOptions options = PlantedOptions(2);
  options.weights.assign(60, 1);
  options.weights[7] = 1e308;
  const auto result = Train(planted.table, planted.schema, options);
  EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(TrainModel, AnOutcomeOfOneValueKeepsNoOneFromSegments) {
  OutcomeContacts contacts = PlantOutcomes(300);
  auto& bits = std::get<Bits>(contacts.table.columns[7].data).values;
  std::fill(bits.begin(), bits.end(), 1);
  const auto result = Train(contacts.table, contacts.schema, PlantedOptions(2));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_NE(result->model->parts().outcome->refusal, "");
}

}  // namespace
}  // namespace cible
