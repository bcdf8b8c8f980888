#include "segmentation/clustering/round_cloud.h"

#include <cmath>
#include <utility>
#include <vector>

#include "segmentation/clustering/random.h"

namespace cible {
namespace {

Encoder NumbersLike(const Encoder& like) {
  std::vector<AttributeEncoding> numbers;
  for (const AttributeEncoding& attribute : like.attributes()) {
    const double scale = like.encoding() == Encoding::kKMeans ? std::sqrt(attribute.omega) : 1;
    numbers.push_back({.attribute = attribute.attribute,
                       .omega = attribute.omega,
                       .begin = static_cast<int>(numbers.size()),
                       .count = 1,
                       .shift = {0},
                       .factor = {scale}});
  }
  // REQUIRES of Restore hold by construction.
  return *Encoder::Restore(std::move(numbers), {}, like.encoding());
}

}  // namespace

RoundCloud::RoundCloud(const Encoder& like) : encoder_(NumbersLike(like)) {}

Samples RoundCloud::Draw(int count, std::uint64_t key) const {
  const int dimensions = encoder_.attribute_count();
  Samples samples{.codes = ByteMatrix(count, dimensions, 1),
                  .numbers = FloatMatrix(count, dimensions),
                  .weights = std::vector<double>(count, 1)};
  for (int i = 0; i < count; ++i) {
    for (int v = 0; v < dimensions; ++v) {
      const double number = Normal(Key(key, static_cast<std::uint64_t>(i), v));
      samples.numbers(i, v) =
          static_cast<float>(number * encoder_.attributes()[static_cast<std::size_t>(v)].factor[0]);
    }
  }
  return samples;
}

double RoundCloud::dimensions() const {
  double squares = 0;
  for (const AttributeEncoding& attribute : encoder_.attributes()) {
    squares += attribute.omega * attribute.omega;
  }
  return encoder_.TotalWeight() * encoder_.TotalWeight() / squares;
}

}  // namespace cible
