// Value, market, typical members and the core target, on a store where who is
// worth what was planted.

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <optional>
#include <random>
#include <string>

#include "tests/server/services/trained_fixture.h"

namespace cible {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// Young ones: 150 customers of margin 50 or 150, 50 open leads, 40 of known
// outcome, 10 of which succeeded. Elderly: 100 of 200 or 400, 30 open, 20 and 10.
struct PlantedValue {
  double age, visits, margin;
  int customers, open, lost, won;
};
constexpr PlantedValue kYoung{25, 2, 100, 150, 50, 30, 10};
constexpr PlantedValue kElderly{60, 12, 300, 100, 30, 10, 10};

class CoreTargetTest : public TrainedTest {
 protected:
  Schema PlantedSchema(bool marked) {
    Schema schema;
    const auto add = [&](Attribute attribute) {
      attribute.display_name = attribute.id;
      EXPECT_TRUE(schema.Add(attribute).ok());
    };
    add({.id = "age", .type = AttributeType::kNumeric});
    add({.id = "visits", .type = AttributeType::kNumeric});
    add({.id = "brand",
         .type = AttributeType::kCategorical,
         .role = Role::kDescriptor,
         .competitor_level = marked ? "rival" : ""});
    // Over half a year: a year brings twice as much.
    add({.id = "margin",
         .type = AttributeType::kNumeric,
         .role = Role::kDescriptor,
         .value = marked ? ValueMark::kMargin : ValueMark::kNone,
         .value_days = 365.25 / 2});
    add({.id = "signed",
         .type = AttributeType::kBoolean,
         .role = Role::kOutcome,
         .outcome_value = "true"});
    return schema;
  }

  void Put(const PlantedValue& group, Stage stage, std::optional<Value> margin,
           std::optional<Value> brand, std::optional<Value> outcome) {
    const std::vector<std::optional<Value>> values = {
        group.age + normal_(random_), group.visits + normal_(random_), brand, margin, outcome};
    for (std::size_t i = 0; i < values.size(); ++i) Append(table_.columns[i], values[i]);
    table_.ids.push_back("c" + std::to_string(table_.row_count++));
    stages_.push_back(stage);
  }

  void PutGroup(const PlantedValue& group) {
    for (int i = 0; i < group.customers; ++i) {
      const double half_a_year = group.margin / 2 + (i % 2 == 0 ? -25 : 25);
      Put(group, Stage::kCustomer, half_a_year, std::nullopt, std::nullopt);
    }
    for (int i = 0; i < group.open; ++i) {
      Put(group, Stage::kLead, std::nullopt, std::string(i % 2 == 0 ? "rival" : "none"),
          std::nullopt);
    }
    for (int i = 0; i < group.lost; ++i) {
      Put(group, Stage::kLead, std::nullopt, std::nullopt, false);
    }
    for (int i = 0; i < group.won; ++i) {
      Put(group, Stage::kLead, std::nullopt, std::nullopt, true);
    }
  }

  void ImportAndTrain(bool marked = true) {
    call_.time = clock_.now;
    const Schema schema = PlantedSchema(marked);
    for (const Attribute& attribute : schema.attributes()) {
      table_.columns.push_back(MakeColumn(attribute.id, attribute.type));
    }
    PutGroup(kYoung);
    PutGroup(kElderly);
    const auto stored = ReadSchema(**store_->OpenSnapshot(), "acme");
    ASSERT_TRUE(stored.ok()) << stored.status();
    WriteBatch batch{.operations = {SchemaWrite("acme", {schema, stored->revision})},
                     .time = clock_.now};
    const std::vector<std::string> blobs = EncodeRows(table_, schema);
    for (std::size_t row = 0; row < blobs.size(); ++row) {
      batch.operations.push_back(
          PutContact{"acme", table_.ids[row], ContactKind::kPerson, stages_[row], blobs[row]});
    }
    const auto results = store_->Commit(std::move(batch));
    ASSERT_TRUE(results.ok()) << results.status();
    v1::TrainModelRequest request = QuickTraining();
    request.set_min_segments(2);
    request.set_max_segments(2);
    ASSERT_EQ(Train(request).state(), v1::TRAINING_RUN_STATE_SUCCEEDED);
  }

  v1::CoreTarget Target(const v1::GetCoreTargetRequest& request) {
    v1::CoreTarget target;
    const absl::Status status = personas_->GetCoreTarget(call_, request, &target);
    EXPECT_TRUE(status.ok()) << status;
    return target;
  }

  static v1::GetCoreTargetRequest Request(const std::string& language = "en") {
    v1::GetCoreTargetRequest request;
    request.set_segmentation(kSegmentation);
    request.set_language_code(language);
    return request;
  }

  ContactTable table_;
  std::vector<Stage> stages_;
  std::mt19937_64 random_{5};
  std::normal_distribution<double> normal_;
};

TEST_F(CoreTargetTest, RanksTheSegmentsAndShowsTheArithmetic) {
  ImportAndTrain();
  v1::GetCoreTargetRequest request = Request();
  request.set_retention(.8);
  request.set_contact_cost(5);
  const v1::CoreTarget target = Target(request);
  ASSERT_EQ(target.segments_size(), 2);
  const v1::CoreTargetSegment& first = target.segments(0);
  EXPECT_EQ(first.customer_count(), 100);
  EXPECT_NEAR(first.margin(), 300, 1e-9);
  EXPECT_EQ(first.open_lead_count(), 30);
  EXPECT_NEAR(first.conversion(), 10.5 / 21, 1e-12);
  // 100 x 300 x .8 + 30 x .5 x 300 - 30 x 5.
  EXPECT_NEAR(first.total(), 24'000 + 4'500 - 150, 1e-6);
  EXPECT_TRUE(first.complete());
  EXPECT_EQ(first.arithmetic(),
            "100 customers × €300 × 80% who stay + 30 open leads × 50% × €300 − 30 × €5 = "
            "€28,350");
  const v1::CoreTargetSegment& second = target.segments(1);
  EXPECT_EQ(second.customer_count(), 150);
  EXPECT_NEAR(second.total(), 150 * 100 * .8 + 50 * (10.5 / 41 * 100 - 5), 1e-6);
  EXPECT_THAT(target.summary(), StartsWith("The core target is “" + first.display_name() + "”"));
  EXPECT_EQ(target.value_definition(), "Net margin a year: margin");
  EXPECT_EQ(target.currency_code(), "EUR");
  EXPECT_THAT(target.notices(), Contains(StartsWith("A new customer is taken to bring")));
  EXPECT_THAT(target.notices(), Not(Contains(HasSubstr("--retention"))));
  EXPECT_THAT(Target(Request()).notices(), Contains(HasSubstr("--retention")));
}

TEST_F(CoreTargetTest, CountsWhomThereIsToWin) {
  ImportAndTrain();
  v1::GetCoreTargetRequest request = Request("fr");
  request.set_winnable_non_consumer_share(.2);
  request.set_winnable_competitor_share(.4);
  const v1::MarketPotential market = Target(request).segments(0).market();
  EXPECT_EQ(market.customer_count(), 100);
  EXPECT_EQ(market.competitor_count(), 15);
  EXPECT_EQ(market.non_consumer_count(), 15);
  EXPECT_EQ(market.unknown_count(), 20);
  EXPECT_NEAR(market.potential(), 100 + 3 + 6, 1e-9);
  EXPECT_FALSE(market.estimated());
  EXPECT_THAT(market.universe(),
              StartsWith("390 personnes de cet espace de travail, au 2023-11-14"));
  const v1::MarketPotential estimated = Target(Request()).segments(0).market();
  EXPECT_TRUE(estimated.estimated());
  EXPECT_NEAR(estimated.potential(), 100 + 30 * .5, 1e-9);
}

TEST_F(CoreTargetTest, SaysWhatToDoWhereNoValueIsMarked) {
  ImportAndTrain(false);
  const v1::CoreTarget target = Target(Request());
  EXPECT_EQ(target.value_definition(), "");
  EXPECT_THAT(target.summary(), StartsWith("No core target can be named: what customers bring"));
  EXPECT_THAT(target.notices(), Contains(HasSubstr("VALUE_MARK_MARGIN")));
  for (const v1::CoreTargetSegment& segment : target.segments()) {
    EXPECT_FALSE(segment.complete());
    EXPECT_FALSE(segment.has_margin());
    EXPECT_THAT(segment.arithmetic(), HasSubstr("the sum is not known"));
    EXPECT_THAT(segment.market().description(), HasSubstr("competitor_level"));
  }
  EXPECT_EQ(target.segments(0).customer_count(), 150);  // Most customers first.
}

TEST_F(CoreTargetTest, RefusesTermsThatMakeNoSense) {
  ImportAndTrain();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto message = [&](const v1::GetCoreTargetRequest& request) {
    v1::CoreTarget target;
    const absl::Status status = personas_->GetCoreTarget(call_, request, &target);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    return std::string(status.message());
  };
  v1::GetCoreTargetRequest request = Request();
  request.set_retention(1.2);
  EXPECT_THAT(message(request), StartsWith("retention"));
  request = Request();
  request.set_contact_cost(nan);
  EXPECT_THAT(message(request), StartsWith("contact_cost"));
  request = Request();
  request.set_winnable_competitor_share(nan);
  EXPECT_THAT(message(request), StartsWith("winnable_competitor_share"));
  v1::GetPersonaRequest persona;
  persona.set_name(std::string(kSegmentation) + "/personas/s1");
  persona.set_winnable_non_consumer_share(-1);
  v1::Persona response;
  EXPECT_EQ(personas_->GetPersona(call_, persona, &response).code(),
            absl::StatusCode::kInvalidArgument);
}

// Ten of each group succeeded: with k = 11 no rate may be told, by whatever way.
TEST_F(CoreTargetTest, TellsNoConversionOfFewToStrangers) {
  ImportAndTrain();
  SetAnonymity(11);
  v1::GetPersonaRequest get;
  get.set_name(std::string(kSegmentation) + "/personas/s1");
  v1::Persona persona;
  ASSERT_TRUE(personas_->GetPersona(call_, get, &persona).ok());
  EXPECT_TRUE(persona.market().has_winnable_competitor_share());
  EXPECT_TRUE(Target(Request()).segments(0).has_conversion());
  call_.may_read_contacts = false;
  const v1::CoreTarget target = Target(Request());
  ASSERT_EQ(target.segments_size(), 2);
  for (const v1::CoreTargetSegment& segment : target.segments()) {
    EXPECT_FALSE(segment.withheld());
    EXPECT_GT(segment.customer_count(), 0);
    EXPECT_FALSE(segment.has_conversion());
    EXPECT_THAT(segment.arithmetic(), HasSubstr("unknown conversion"));
    EXPECT_FALSE(segment.market().has_winnable_competitor_share());
  }
  EXPECT_THAT(target.notices(), Contains(HasSubstr("rests on too few contacts to be told")));
  persona.Clear();
  ASSERT_TRUE(personas_->GetPersona(call_, get, &persona).ok());
  EXPECT_TRUE(persona.has_market());
  EXPECT_FALSE(persona.market().has_winnable_competitor_share());
  EXPECT_FALSE(persona.market().has_winnable_non_consumer_share());
}

// Trained on the customers alone: the market is that of everyone.
TEST_F(CoreTargetTest, PersonasTellValueMarketAndATypicalMember) {
  ImportAndTrain();
  v1::ListPersonasRequest list;
  list.set_parent(kSegmentation);
  v1::ListPersonasResponse personas;
  ASSERT_TRUE(personas_->ListPersonas(call_, list, &personas).ok());
  EXPECT_EQ(personas.personas(0).contact_count(), 150);
  EXPECT_FALSE(personas.personas(0).has_market());
  EXPECT_NEAR(personas.personas(0).value().mean(), 100, 1e-9);
  v1::GetPersonaRequest request;
  request.set_name(personas.personas(0).name());
  request.set_winnable_non_consumer_share(.1);
  request.set_winnable_competitor_share(0);
  v1::Persona persona;
  ASSERT_TRUE(personas_->GetPersona(call_, request, &persona).ok());
  // Half 50, half 150: a standard deviation of 50 sqrt(150 / 149), and t at .975
  // of 149 degrees of freedom is 1.976.
  const double half = 1.976 * 50 * std::sqrt(150. / 149) / std::sqrt(150.);
  EXPECT_NEAR(persona.value().mean_low(), 100 - half, .01);
  EXPECT_NEAR(persona.value().mean_high(), 100 + half, .01);
  EXPECT_EQ(persona.value().known_count(), 150);
  EXPECT_NEAR(persona.value().population_mean(), (150 * 100 + 100 * 300) / 250., 1e-9);
  EXPECT_THAT(persona.value().description(), HasSubstr("against €180 for all customers"));
  EXPECT_EQ(persona.market().customer_count(), 150);
  EXPECT_NEAR(persona.market().potential(), 150 + 2.5, 1e-9);
  EXPECT_THAT(persona.market().universe(),
              HasSubstr("390 persons recorded in this workspace on 2023-11-14"));
  ASSERT_GT(persona.exemplar_size(), 2);
  EXPECT_EQ(persona.exemplar(0).attribute(), "age");
  EXPECT_THAT(persona.exemplar(0).description(), StartsWith("Age: 2"));
}

}  // namespace
}  // namespace cible
