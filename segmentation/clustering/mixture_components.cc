#include "segmentation/clustering/mixture_components.h"

namespace cible {

bool HasOrderedLevels(const AttributeEncoding& attribute, double prior) {
  return prior > 0 && attribute.type == AttributeType::kOrdinal;
}

std::vector<int> LevelRows(const Encoder& encoder) {
  std::vector<int> rows = {0};
  for (const AttributeEncoding& attribute : encoder.attributes()) {
    for (int c = 0; c < attribute.code_count; ++c) {
      rows.push_back(rows.back() + attribute.CodeRange());
    }
  }
  return rows;
}

NumberOwners::NumberOwners(const Encoder& encoder) {
  for (int v = 0; v < encoder.attribute_count(); ++v) {
    const AttributeEncoding& encoding = encoder.attributes()[v];
    attribute.insert(attribute.end(), encoding.number_count, v);
    code.insert(code.end(), encoding.number_count, encoding.code);
  }
}

std::vector<std::vector<int>> BlocksOf(const MixtureComponents& components,
                                       const Encoder& encoder) {
  const NumberOwners owners(encoder);
  std::vector<std::vector<int>> blocks;
  for (const NumberBlock& block : components.blocks) {
    std::vector<int>& attributes = blocks.emplace_back();
    for (const int number : block.numbers) attributes.push_back(owners.attribute[number]);
  }
  return blocks;
}

}  // namespace cible
