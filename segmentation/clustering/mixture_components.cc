#include "segmentation/clustering/mixture_components.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "segmentation/clustering/block_row.h"

namespace cible {
namespace {

const double kLogTwoPi = std::log(2 * std::numbers::pi);

double GaussianLogDensity(double deviation, double variance) {
  return -0.5 * (kLogTwoPi + std::log(variance) + deviation * deviation / variance);
}

// ln of the largest probability of a Poisson count: that of floor(rate).
double LogPoisson(double count, double rate) {
  return (count > 0 ? count * std::log(rate) : 0) - rate - std::lgamma(count + 1);
}

// m.u of a place, u its point on the sphere.
double Cosine(const MixtureComponents& components, const AttributeEncoding& attribute,
              SampleRow row, int k) {
  double sum = 0;
  for (int c = 0; c < 3; ++c) {
    const double u = row.numbers[attribute.number + c] / attribute.factor[c] + attribute.shift[c];
    sum += components.means(attribute.number + c, k) * u;
  }
  return sum;
}

std::vector<bool> InBlocks(const MixtureComponents& components) {
  std::vector<bool> in_block(components.means.rows());
  for (const NumberBlock& block : components.blocks) {
    for (const int number : block.numbers) in_block[number] = true;
  }
  return in_block;
}

// The most probable code of an attribute in component k; `cell` is the log of
// the width of a number's cell on the scaled column.
double LargestLog(const MixtureComponents& components, const AttributeEncoding& attribute,
                  int level_row, int k, double cell, double log_peak) {
  double largest = components.log_levels(level_row + 1, k);
  if (attribute.number_count == 1) largest += log_peak + cell;
  for (int code = 2; code < attribute.CodeRange(); ++code) {
    largest = std::max(largest, components.log_levels(level_row + code, k));
  }
  return largest;
}

double LogCell(const AttributeEncoding& attribute) {
  return attribute.resolution > 0 ? std::log(attribute.resolution * attribute.factor[0]) : 0;
}

}  // namespace

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

void Divergences(const MixtureComponents& components, const Encoder& encoder, SampleRow row,
                 DoubleMatrix& divergences) {
  const int count = static_cast<int>(components.weights.size());
  const std::vector<int> level_rows = LevelRows(encoder);
  const std::vector<bool> in_block = InBlocks(components);
  const NumberOwners owners(encoder);
  // Of the numbers of blocks, the squared innovation in every component.
  DoubleMatrix squares(components.means.rows(), count);
  DoubleMatrix deviations = components.spreads;
  for (const NumberBlock& block : components.blocks) {
    for (const int number : block.numbers) {
      for (double& spread : deviations.row(number)) spread = std::sqrt(spread);
    }
    const BlockRow known(block, row, owners.code);
    double innovation[kMostBlockNumbers];
    for (int k = 0; k < count; ++k) {
      known.Decorrelate(components.means, deviations, row, k, innovation);
      for (int i = 0; i < known.count(); ++i) {
        squares(known.number(i), k) = innovation[i] * innovation[i];
      }
    }
  }
  for (int v = 0; v < encoder.attribute_count(); ++v) {
    const AttributeEncoding& attribute = encoder.attributes()[v];
    const bool known = Encoder::Known(attribute, row);
    for (int k = 0; k < count; ++k) {
      double& divergence = divergences(k, v) = 0;
      if (!known) continue;
      for (int c = attribute.code; c < attribute.code + attribute.code_count; ++c) {
        const int code = row.codes[c];
        if (attribute.number_count == 3) {
          divergence +=
              components.spreads(attribute.number, k) * (1 - Cosine(components, attribute, row, k));
          continue;
        }
        double own = components.log_levels(level_rows[c] + code, k);
        double log_peak = 0, cell = 0;
        if (attribute.number_count == 1) {
          const int number = attribute.number;
          const double mean = components.means(number, k);
          const bool is_count = attribute.scale == NumberScale::kCount;
          cell = is_count ? 0 : LogCell(attribute);
          log_peak = is_count ? LogPoisson(std::floor(mean), mean)
                              : GaussianLogDensity(0, components.spreads(number, k));
          if (code == 1) {
            const double x = row.numbers[number];
            if (is_count) {
              own += LogPoisson(x, mean);
            } else {
              const double squared = in_block[number]
                                         ? squares(number, k)
                                         : (x - mean) * (x - mean) / components.spreads(number, k);
              own += log_peak - 0.5 * squared;
            }
            own += cell;
          }
        }
        divergence += std::max(
            0.0, LargestLog(components, attribute, level_rows[c], k, cell, log_peak) - own);
      }
      divergence *= attribute.omega;
    }
  }
}

}  // namespace cible
