#include "segmentation/clustering/feature_layout.h"

#include <cstdint>
#include <numeric>

namespace cible {
namespace {

// What the encoder makes of a row in which this cell alone is known.
class CellReader {
 public:
  explicit CellReader(const Encoder& encoder)
      : encoder_(encoder), codes_(encoder.code_count()), numbers_(encoder.number_count()) {}

  double Feature(const AttributeEncoding& attribute, int f, int column, int code) {
    codes_[column] = static_cast<std::uint8_t>(code);
    const double value = encoder_.Feature(attribute, f, {codes_, numbers_});
    codes_[column] = 0;
    return value;
  }

 private:
  const Encoder& encoder_;
  std::vector<std::uint8_t> codes_;
  std::vector<float> numbers_;
};

// The c-th code column of an attribute.
CodeColumn ColumnOf(const AttributeEncoding& attribute, int c, CellReader& reader) {
  CodeColumn column{
      .begin = attribute.begin, .count = attribute.count, .range = attribute.CodeRange()};
  const int at = attribute.code + c;
  if (attribute.number_count > 0) return column;
  if (attribute.type == AttributeType::kOrdinal || attribute.type == AttributeType::kSet) {
    column.kind = CodeColumn::Kind::kValue;
    column.begin = attribute.begin + c;
    column.count = 1;
    column.on.push_back(0);
    for (int code = 1; code < column.range; ++code) {
      column.on.push_back(reader.Feature(attribute, c, at, code));
    }
    return column;
  }
  column.kind = CodeColumn::Kind::kLevels;
  for (int f = 0; f < attribute.count; ++f) {
    column.on.push_back(reader.Feature(attribute, f, at, f + 1));
    column.off.push_back(reader.Feature(attribute, f, at, 0));
  }
  return column;
}

}  // namespace

FeatureLayout FeatureLayout::Plain(int columns) {
  FeatureLayout layout{.feature_count = columns,
                       .number_feature = std::vector<int>(columns),
                       .number_column = std::vector<int>(columns, -1)};
  std::iota(layout.number_feature.begin(), layout.number_feature.end(), 0);
  return layout;
}

FeatureLayout FeatureLayout::Of(const Encoder& encoder) {
  FeatureLayout layout{.feature_count = encoder.feature_count()};
  CellReader reader(encoder);
  for (const AttributeEncoding& attribute : encoder.attributes()) {
    for (int f = 0; f < attribute.number_count; ++f) {
      layout.number_feature.push_back(attribute.begin + f);
      layout.number_column.push_back(layout.code_count());
    }
    for (int c = 0; c < attribute.code_count; ++c) {
      layout.columns.push_back(ColumnOf(attribute, c, reader));
      layout.columns.back().first_code = layout.code_total;
      layout.code_total += layout.columns.back().range;
    }
  }
  return layout;
}

}  // namespace cible
