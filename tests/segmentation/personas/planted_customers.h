// Customers whose worth follows a known law, for tests of the ideal customer and
// of lookalikes.

#ifndef CIBLE_TESTS_SEGMENTATION_PERSONAS_PLANTED_CUSTOMERS_H_
#define CIBLE_TESTS_SEGMENTATION_PERSONAS_PLANTED_CUSTOMERS_H_

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "segmentation/clustering/random.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/schema.h"

namespace cible {

inline constexpr Date kCustomerDay{20'000};

struct PlantedCustomers {
  Schema schema;
  ContactTable table;
  std::vector<Stage> stages;

  void Update(const std::string& id, const auto& change) {
    Attribute attribute = *schema.Find(id);
    change(attribute);
    EXPECT_TRUE(schema.Update(attribute).ok());
  }

  // A further column, whose cell in each row is cell(row).
  void Add(Attribute attribute, const std::function<std::optional<Value>(int)>& cell) {
    attribute.display_name = attribute.id;
    EXPECT_TRUE(schema.Add(attribute).ok()) << attribute.id;
    Column column = MakeColumn(attribute.id, attribute.type);
    for (int row = 0; row < table.row_count; ++row) Append(column, cell(row));
    table.columns.push_back(std::move(column));
  }

  PlantedCustomers InOrder(const std::vector<int>& rows) const {
    PlantedCustomers other{schema, SelectRows(table, rows), {}};
    for (const int row : rows) other.stages.push_back(stages[static_cast<std::size_t>(row)]);
    return other;
  }
};

// `count` customers, the first of the rows, and `leads`, of unknown margin. The
// margin is made of a turnover and of being on the `premium` plan; of `noise`,
// `channel` and `joined` it does not depend.
inline PlantedCustomers PlantCustomers(int count, int leads = 0, std::uint64_t seed = 5) {
  PlantedCustomers planted;
  planted.table.row_count = count + leads;
  const auto draw = [seed](int row, int column) { return Uniform(Key(seed, row, column)); };
  for (int row = 0; row < count + leads; ++row) {
    planted.stages.push_back(row < count ? Stage::kCustomer : Stage::kLead);
    planted.table.ids.push_back(absl::StrCat("c", 100'000 + row));
  }
  const auto turnover = [draw](int row) { return std::floor(100 * draw(row, 0)); };
  const auto is_premium = [draw](int row) { return draw(row, 1) < .3; };
  planted.Add({.id = "turnover", .type = AttributeType::kNumeric},
              [&](int row) -> Value { return turnover(row); });
  planted.Add({.id = "plan", .type = AttributeType::kCategorical},
              [&](int row) -> Value { return std::string(is_premium(row) ? "premium" : "basic"); });
  planted.Add({.id = "noise", .type = AttributeType::kNumeric},
              [&](int row) -> Value { return std::floor(50 * draw(row, 2)); });
  planted.Add({.id = "channel", .type = AttributeType::kCategorical}, [&](int row) -> Value {
    const char* const channels[] = {"web", "shop", "phone"};
    return std::string(channels[static_cast<int>(3 * draw(row, 3))]);
  });
  planted.Add({.id = "joined", .type = AttributeType::kDate}, [&](int row) -> Value {
    return Date{kCustomerDay.days - static_cast<int>(1000 * draw(row, 4))};
  });
  planted.Add({.id = "margin", .type = AttributeType::kNumeric, .value = ValueMark::kMargin},
              [&](int row) -> std::optional<Value> {
                if (row >= count) return std::nullopt;
                return turnover(row) + (is_premium(row) ? 60 : 0) + 20 * draw(row, 5);
              });
  return planted;
}

}  // namespace cible

#endif  // CIBLE_TESTS_SEGMENTATION_PERSONAS_PLANTED_CUSTOMERS_H_
