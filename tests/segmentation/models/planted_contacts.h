// Contacts drawn from three planted groups, for tests that need a truth.

#ifndef CIBLE_TESTS_SEGMENTATION_MODELS_PLANTED_CONTACTS_H_
#define CIBLE_TESTS_SEGMENTATION_MODELS_PLANTED_CONTACTS_H_

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "segmentation/data/contact_table.h"
#include "segmentation/data/schema.h"
#include "segmentation/models/training.h"

namespace cible {

struct PlantedContacts {
  Schema schema;
  ContactTable table;
  std::vector<int> groups;  // The truth.
};

// A group: means of three numbers, of log spends, and shares of levels.
struct PlantedGroup {
  double age, visits, log_spend;
  std::array<double, 3> channels;  // Shares of web, shop, phone.
  double likes_offers;
};
inline constexpr PlantedGroup kPlantedGroups[] = {
    {28, 2, 3, {.9, .05, .05}, .9},
    {45, 8, 6, {.05, .9, .05}, .1},
    {66, 14, 4.5, {.05, .05, .9}, .1},
};

inline Schema PlantedSchema() {
  Schema schema;
  const auto add = [&](const Attribute& attribute) { EXPECT_TRUE(schema.Add(attribute).ok()); };
  add({.id = "age", .type = AttributeType::kNumeric, .askable = true});
  add({.id = "visits", .type = AttributeType::kNumeric});
  add({.id = "wine", .type = AttributeType::kNumeric, .block = "spend"});
  add({.id = "meat", .type = AttributeType::kNumeric, .block = "spend"});
  add({.id = "channel", .type = AttributeType::kCategorical, .askable = true, .ask_cost = 2});
  add({.id = "offers", .type = AttributeType::kBoolean, .askable = true});
  add({.id = "joined", .type = AttributeType::kDate});
  add({.id = "note", .type = AttributeType::kText, .role = Role::kDescriptor});
  return schema;
}

// `missing`: the share of cells, at random, that are unknown. The first rows
// are the same whatever the count.
inline PlantedContacts PlantContacts(int count, double missing = .2, std::uint64_t seed = 7) {
  PlantedContacts planted{.schema = PlantedSchema()};
  planted.table.row_count = count;
  for (const Attribute& attribute : planted.schema.attributes()) {
    planted.table.columns.push_back(MakeColumn(attribute.id, attribute.type));
  }
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  for (int row = 0; row < count; ++row) {
    const int group_index = static_cast<int>(random() % 3);
    const PlantedGroup& group = kPlantedGroups[group_index];
    const double taste = normal(random);
    const double pick = uniform(random);
    const char* channel = pick < group.channels[0]                       ? "web"
                          : pick < group.channels[0] + group.channels[1] ? "shop"
                                                                         : "phone";
    const std::vector<Value> values = {group.age + 4 * normal(random),
                                       group.visits + 2 * normal(random),
                                       std::exp(group.log_spend + .3 * taste + .2 * normal(random)),
                                       std::exp(group.log_spend + .3 * taste + .2 * normal(random)),
                                       std::string(channel),
                                       uniform(random) < group.likes_offers,
                                       Date{19'000 + static_cast<int>(random() % 900)},
                                       std::string("a remark")};
    for (std::size_t column = 0; column < values.size(); ++column) {
      const bool known = uniform(random) >= missing;
      Append(planted.table.columns[column],
             known ? std::optional<Value>(values[column]) : std::nullopt);
    }
    planted.groups.push_back(group_index);
  }
  return planted;
}

inline TrainingOptions PlantedOptions(int segments = 3) {
  return {.min_segments = segments,
          .max_segments = segments,
          .stability_pairs = 0,
          .as_of = Date{20'000}};
}

// A model of three segments of the planted contacts.
inline TrainingResult TrainOnPlanted(const PlantedContacts& planted, int segments = 3,
                                     EngineKind engine = EngineKind::kMixture) {
  WorkerPool pool(2);
  TrainingOptions options = PlantedOptions(segments);
  options.engine = engine;
  auto result = TrainModel(planted.table, planted.schema, options, pool, nullptr, {});
  EXPECT_TRUE(result.ok()) << result.status();
  return *std::move(result);
}

}  // namespace cible

#endif  // CIBLE_TESTS_SEGMENTATION_MODELS_PLANTED_CONTACTS_H_
