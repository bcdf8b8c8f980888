// Contacts whose outcome follows a known law, for tests of the outcome score.

#ifndef CIBLE_TESTS_SEGMENTATION_MODELS_OUTCOME_CONTACTS_H_
#define CIBLE_TESTS_SEGMENTATION_MODELS_OUTCOME_CONTACTS_H_

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "segmentation/clustering/random.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/schema.h"

namespace cible {

inline constexpr Date kOutcomeDay{20'000};

struct OutcomeContacts {
  Schema schema;
  ContactTable table;
  std::vector<double> logits;  // The truth.

  // Every row once.
  std::vector<double> Ones() const {
    return std::vector<double>(static_cast<std::size_t>(table.row_count), 1);
  }

  void Update(const std::string& id, const auto& change) {
    Attribute attribute = *schema.Find(id);
    change(attribute);
    EXPECT_TRUE(schema.Update(attribute).ok());
  }

  // A further column, whose cell in each row is cell(row).
  void Add(const Attribute& attribute, const std::function<std::optional<Value>(int)>& cell) {
    EXPECT_TRUE(schema.Add(attribute).ok());
    Column column = MakeColumn(attribute.id, attribute.type);
    for (int row = 0; row < table.row_count; ++row) Append(column, cell(row));
    table.columns.push_back(std::move(column));
  }

  std::vector<bool> Outcomes() const {
    std::vector<bool> outcomes;
    for (int row = 0; row < table.row_count; ++row) {
      outcomes.push_back(std::get<bool>(*Get(*table.Find("bought"), row)));
    }
    return outcomes;
  }
};

inline Schema OutcomeSchema() {
  Schema schema;
  const auto add = [&](absl::string_view id, AttributeType type, Role role = Role::kFeature) {
    Attribute attribute;
    attribute.id = std::string(id);
    attribute.type = type;
    attribute.role = role;
    if (type == AttributeType::kOrdinal) attribute.levels = {"low", "middle", "high"};
    if (role == Role::kOutcome) attribute.outcome_value = "yes";
    EXPECT_TRUE(schema.Add(attribute).ok());
  };
  add("age", AttributeType::kNumeric);
  add("channel", AttributeType::kCategorical);
  add("member", AttributeType::kBoolean);
  add("interest", AttributeType::kOrdinal, Role::kDescriptor);
  add("tags", AttributeType::kSet);
  add("joined", AttributeType::kDate);
  add("note", AttributeType::kText, Role::kDescriptor);
  add("bought", AttributeType::kBoolean, Role::kOutcome);
  return schema;
}

// `missing`: the share of cells, at random, that are unknown; of the outcome
// none. `base`: the logit of the average contact, about.
inline OutcomeContacts PlantOutcomes(int count, double missing = .15, double base = -1,
                                     std::uint64_t seed = 11) {
  OutcomeContacts planted{.schema = OutcomeSchema(), .table = {}, .logits = {}};
  planted.table.row_count = count;
  for (const Attribute& attribute : planted.schema.attributes()) {
    planted.table.columns.push_back(MakeColumn(attribute.id, attribute.type));
  }
  const char* const channels[] = {"web", "shop", "phone"};
  const char* const interests[] = {"low", "middle", "high"};
  for (int row = 0; row < count; ++row) {
    const auto draw = [&](int column) { return Uniform(Key(seed, row, column)); };
    const double age = 20 + std::floor(60 * draw(0));
    const int channel = static_cast<int>(3 * draw(1));
    const bool member = draw(2) < .4;
    const int interest = static_cast<int>(3 * draw(3));
    StringSet tags;
    if (draw(4) < .3) tags.members.push_back("news");
    if (draw(5) < .5) tags.members.push_back("offers");
    const double logit = base + .05 * (age - 50) + (1 - channel) + (member ? .8 : -.3) +
                         .6 * (interest - 1) + .5 * static_cast<double>(tags.members.size());
    const Value cells[] = {age,
                           std::string(channels[channel]),
                           member,
                           std::string(interests[interest]),
                           tags,
                           Date{kOutcomeDay.days - static_cast<int>(1000 * draw(6))},
                           std::string("a remark")};
    for (int column = 0; column < 7; ++column) {
      const bool known = draw(20 + column) >= missing;
      Append(planted.table.columns[static_cast<std::size_t>(column)],
             known ? std::optional<Value>(cells[column]) : std::nullopt);
    }
    Append(planted.table.columns[7], Value(draw(7) < 1 / (1 + std::exp(-logit))));
    planted.logits.push_back(logit);
  }
  return planted;
}

}  // namespace cible

#endif  // CIBLE_TESTS_SEGMENTATION_MODELS_OUTCOME_CONTACTS_H_
