#include "segmentation/clustering/mixture_components.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

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

bool IsNumber(const AttributeEncoding& attribute, SampleRow row) {
  return attribute.number_count == 1 && row.codes[attribute.code] == 1;
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

// The numbers of a block that a row knows, decorrelated one after the other.
class BlockRow {
 public:
  // `code_of` gives the code column of each number column.
  BlockRow(const NumberBlock& block, SampleRow row, const std::vector<int>& code_of) {
    for (std::size_t i = 0; i < block.numbers.size(); ++i) {
      if (row.codes[code_of[block.numbers[i]]] == 1) positions_[count_++] = static_cast<int>(i);
    }
    // Cholesky's factor of the correlations of the known ones.
    for (int i = 0; i < count_; ++i) {
      for (int j = 0; j <= i; ++j) {
        double sum = block.correlation(positions_[i], positions_[j]);
        for (int l = 0; l < j; ++l) sum -= factor_[i][l] * factor_[j][l];
        factor_[i][j] = i == j ? std::sqrt(std::max(sum, 1e-12)) : sum / factor_[j][j];
      }
    }
    for (int i = 0; i < count_; ++i) numbers_[i] = block.numbers[positions_[i]];
  }

  int count() const { return count_; }
  int number(int i) const { return numbers_[i]; }

  // innovation[i] = (x_i less its mean given those before) / its deviation;
  // deviation[i] in units of the number column.
  void Decorrelate(const MixtureComponents& components, SampleRow row, int k, double* innovation,
                   double* deviation) const {
    for (int i = 0; i < count_; ++i) {
      const int number = numbers_[i];
      const double sd = std::sqrt(components.spreads(number, k));
      double value = (row.numbers[number] - components.means(number, k)) / sd;
      for (int l = 0; l < i; ++l) value -= factor_[i][l] * innovation[l];
      innovation[i] = value / factor_[i][i];
      deviation[i] = sd * factor_[i][i];
    }
  }

 private:
  int count_ = 0;
  std::array<int, kMostBlockNumbers> positions_{};
  std::array<int, kMostBlockNumbers> numbers_{};
  double factor_[kMostBlockNumbers][kMostBlockNumbers] = {};
};

// By number column: the attribute it belongs to and that one's code column.
struct NumberOwners {
  std::vector<int> attribute;
  std::vector<int> code;
  explicit NumberOwners(const Encoder& encoder) {
    for (int v = 0; v < encoder.attribute_count(); ++v) {
      const AttributeEncoding& encoding = encoder.attributes()[v];
      attribute.insert(attribute.end(), encoding.number_count, v);
      code.insert(code.end(), encoding.number_count, encoding.code);
    }
  }
};

// The weight of a joint term: the mean of its attributes'.
double BlockOmega(const NumberBlock& block, const Encoder& encoder, const NumberOwners& owners) {
  double sum = 0;
  for (const int number : block.numbers)
    sum += encoder.attributes()[owners.attribute[number]].omega;
  return sum / static_cast<double>(block.numbers.size());
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

void LogTerms(const MixtureComponents& components, const Encoder& encoder, SampleRow row,
              DoubleMatrix& terms) {
  const int count = static_cast<int>(components.weights.size());
  const std::vector<int> level_rows = LevelRows(encoder);
  const std::vector<bool> in_block = InBlocks(components);
  for (int v = 0; v < encoder.attribute_count(); ++v) {
    const AttributeEncoding& attribute = encoder.attributes()[v];
    const bool known = Encoder::Known(attribute, row);
    for (int k = 0; k < count; ++k) {
      double& term = terms(k, v) = 0;
      if (!known) continue;
      for (int c = attribute.code; c < attribute.code + attribute.code_count; ++c) {
        term += components.log_levels(level_rows[c] + row.codes[c], k);
      }
      if (attribute.number_count == 3) {
        const double kappa = components.spreads(attribute.number, k);
        // kappa / (4 pi sinh kappa) without overflow.
        term += std::log(kappa / (2 * std::numbers::pi * -std::expm1(-2 * kappa))) +
                kappa * (Cosine(components, attribute, row, k) - 1);
      } else if (IsNumber(attribute, row) && !in_block[attribute.number]) {
        const double x = row.numbers[attribute.number];
        const double mean = components.means(attribute.number, k);
        term += attribute.scale == NumberScale::kCount
                    ? LogPoisson(x, mean)
                    : GaussianLogDensity(x - mean, components.spreads(attribute.number, k));
      }
    }
  }
  for (int v = 0; v < encoder.attribute_count(); ++v) {
    const double omega = encoder.attributes()[v].omega;
    for (int k = 0; k < count; ++k) terms(k, v) *= omega;
  }
  if (components.blocks.empty()) return;
  const NumberOwners owners(encoder);
  double innovation[kMostBlockNumbers], deviation[kMostBlockNumbers];
  for (const NumberBlock& block : components.blocks) {
    const BlockRow known(block, row, owners.code);
    const double omega = BlockOmega(block, encoder, owners);
    for (int k = 0; k < count; ++k) {
      known.Decorrelate(components, row, k, innovation, deviation);
      for (int i = 0; i < known.count(); ++i) {
        terms(k, owners.attribute[known.number(i)]) +=
            omega * GaussianLogDensity(innovation[i] * deviation[i], deviation[i] * deviation[i]);
      }
    }
  }
}

void Divergences(const MixtureComponents& components, const Encoder& encoder, SampleRow row,
                 DoubleMatrix& divergences) {
  const int count = static_cast<int>(components.weights.size());
  const std::vector<int> level_rows = LevelRows(encoder);
  const std::vector<bool> in_block = InBlocks(components);
  const NumberOwners owners(encoder);
  // Of the numbers of blocks, the squared innovation in every component.
  DoubleMatrix squares(components.means.rows(), count);
  double innovation[kMostBlockNumbers], deviation[kMostBlockNumbers];
  for (const NumberBlock& block : components.blocks) {
    const BlockRow known(block, row, owners.code);
    for (int k = 0; k < count; ++k) {
      known.Decorrelate(components, row, k, innovation, deviation);
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
