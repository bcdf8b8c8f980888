// Tables of mixed types for the tests of the mixture.

#ifndef CIBLE_TESTS_SEGMENTATION_CLUSTERING_MIXED_TABLES_H_
#define CIBLE_TESTS_SEGMENTATION_CLUSTERING_MIXED_TABLES_H_

#include <gtest/gtest.h>

#include <optional>
#include <utility>
#include <vector>

#include "segmentation/data/contact_table.h"
#include "segmentation/data/encoder.h"
#include "segmentation/data/schema.h"

namespace cible {

using Cells = std::vector<std::optional<Value>>;

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
};

struct Encoded {
  Encoder encoder;
  Samples samples;
};

inline Encoded Encode(const Data& data, bool plain = false) {
  auto encoder =
      Encoder::Fit(data.table, {}, data.schema, {.encoding = Encoding::kMixture, .plain = plain});
  EXPECT_TRUE(encoder.ok()) << encoder.status();
  Samples samples = encoder->Encode(data.table, {});
  return {*std::move(encoder), std::move(samples)};
}

inline Attribute Number(const char* id, Distribution distribution = Distribution::kGaussian) {
  return {.id = id, .type = AttributeType::kNumeric, .distribution = distribution};
}

}  // namespace cible

#endif  // CIBLE_TESTS_SEGMENTATION_CLUSTERING_MIXED_TABLES_H_
