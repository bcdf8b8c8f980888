#include "segmentation/clustering/divergence_table.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "absl/container/inlined_vector.h"
#include "segmentation/clustering/block_row.h"

namespace cible {
namespace {

double GaussianLogPeak(double variance) { return -0.5 * std::log(2 * std::numbers::pi * variance); }

double LogPoisson(double count, double rate) {
  return (count > 0 ? count * std::log(rate) : 0) - rate - std::lgamma(count + 1);
}

double LogCell(const AttributeEncoding& attribute) {
  return attribute.resolution > 0 ? std::log(attribute.resolution * attribute.factor[0]) : 0;
}

bool IsCount(const AttributeEncoding& attribute) { return attribute.scale == NumberScale::kCount; }

// m.u of a place, u its point on the sphere.
double Cosine(const MixtureComponents& mixture, const AttributeEncoding& attribute, SampleRow row,
              int component) {
  double sum = 0;
  for (int c = 0; c < 3; ++c) {
    const double u = row.numbers[attribute.number + c] / attribute.factor[c] + attribute.shift[c];
    sum += mixture.means(attribute.number + c, component) * u;
  }
  return sum;
}

}  // namespace

class DivergenceTable::Blocks {
 public:
  Blocks(const DivergenceTable& table, const MixtureComponents& mixture, SampleRow row)
      : table_(table), mixture_(mixture), row_(row) {
    for (const NumberBlock& block : mixture.blocks) {
      known_.emplace_back(block, row, table.owners_.code);
    }
    if (!known_.empty()) squares_.resize(static_cast<std::size_t>(mixture.means.rows()));
  }

  // Until then squares are those of the component before.
  void MoveTo(int component) {
    double innovation[kMostBlockNumbers];
    for (const BlockRow& known : known_) {
      known.Decorrelate(mixture_.means, table_.deviations_, row_, component, innovation);
      for (int i = 0; i < known.count(); ++i) {
        squares_[static_cast<std::size_t>(known.number(i))] = innovation[i] * innovation[i];
      }
    }
  }

  double Square(int number) const { return squares_[static_cast<std::size_t>(number)]; }

 private:
  const DivergenceTable& table_;
  const MixtureComponents& mixture_;
  const SampleRow row_;
  std::vector<BlockRow> known_;
  std::vector<double> squares_;  // By number.
};

DivergenceTable::DivergenceTable(const Components& components, const Encoder& encoder)
    : components_(components),
      encoder_(encoder),
      level_rows_(LevelRows(encoder)),
      owners_(encoder),
      in_block_(static_cast<std::size_t>(encoder.number_count())) {
  if (const auto* mixture = std::get_if<MixtureComponents>(&components)) Prepare(*mixture);
}

void DivergenceTable::Prepare(const MixtureComponents& mixture) {
  const int count = ComponentCount(components_);
  deviations_ = mixture.spreads;
  for (const NumberBlock& block : mixture.blocks) {
    for (const int number : block.numbers) {
      in_block_[static_cast<std::size_t>(number)] = true;
      for (double& spread : deviations_.row(number)) spread = std::sqrt(spread);
    }
  }
  peaks_ = DoubleMatrix(encoder_.number_count(), count);
  largest_ = DoubleMatrix(encoder_.code_count(), count);
  for (const AttributeEncoding& attribute : encoder_.attributes()) {
    for (int k = 0; k < count; ++k) {
      if (attribute.number_count == 1) {
        const double mean = mixture.means(attribute.number, k);
        peaks_(attribute.number, k) =
            IsCount(attribute)
                ? LogPoisson(std::floor(mean), mean)
                : GaussianLogPeak(mixture.spreads(attribute.number, k)) + LogCell(attribute);
      }
      for (int c = attribute.code; c < attribute.code + attribute.code_count; ++c) {
        double& largest = largest_(c, k) = mixture.log_levels(level_rows_[c] + 1, k);
        if (attribute.number_count == 1) largest += peaks_(attribute.number, k);
        for (int code = 2; code < attribute.CodeRange(); ++code) {
          largest = std::max(largest, mixture.log_levels(level_rows_[c] + code, k));
        }
      }
    }
  }
}

void DivergenceTable::Fill(SampleRow row, int component, absl::Span<double> divergences) const {
  const auto* mixture = std::get_if<MixtureComponents>(&components_);
  if (mixture == nullptr) {
    const auto& means = std::get<KMeansComponents>(components_);
    for (int v = 0; v < encoder_.attribute_count(); ++v) {
      divergences[v] = Of(means, encoder_.attributes()[v], row, component);
    }
    return;
  }
  Blocks blocks(*this, *mixture, row);
  blocks.MoveTo(component);
  for (int v = 0; v < encoder_.attribute_count(); ++v) {
    divergences[v] = Of(*mixture, encoder_.attributes()[v], row, component, blocks);
  }
}

void DivergenceTable::FillAll(SampleRow row, DoubleMatrix& divergences) const {
  const auto* mixture = std::get_if<MixtureComponents>(&components_);
  if (mixture == nullptr) {
    for (int k = 0; k < divergences.rows(); ++k) Fill(row, k, divergences.row(k));
    return;
  }
  Blocks blocks(*this, *mixture, row);
  for (int k = 0; k < divergences.rows(); ++k) {
    blocks.MoveTo(k);
    for (int v = 0; v < encoder_.attribute_count(); ++v) {
      divergences(k, v) = Of(*mixture, encoder_.attributes()[v], row, k, blocks);
    }
  }
}

// l_kv is largest, 0, at the centroid: D_kv = -l_kv.
double DivergenceTable::Of(const KMeansComponents& means, const AttributeEncoding& attribute,
                           SampleRow row, int component) const {
  if (!Encoder::Known(attribute, row)) return 0;
  double sum = 0;
  for (int f = 0; f < attribute.count; ++f) {
    const double difference = encoder_.Feature(attribute, f, row) -
                              double{means.centroids(component, attribute.begin + f)};
    sum += difference * difference;
  }
  return 0.5 / means.variance * sum;
}

double DivergenceTable::Of(const MixtureComponents& mixture, const AttributeEncoding& attribute,
                           SampleRow row, int component, const Blocks& blocks) const {
  if (!Encoder::Known(attribute, row)) return 0;
  if (attribute.number_count == 3) {
    return attribute.omega * mixture.spreads(attribute.number, component) *
           (1 - Cosine(mixture, attribute, row, component));
  }
  double sum = 0;
  for (int c = attribute.code; c < attribute.code + attribute.code_count; ++c) {
    double own = mixture.log_levels(level_rows_[c] + row.codes[c], component);
    if (attribute.number_count == 1 && row.codes[c] == 1) {
      own += LogDensity(mixture, attribute, row, component, blocks);
    }
    sum += std::max(0.0, largest_(c, component) - own);
  }
  return attribute.omega * sum;
}

double DivergenceTable::LogDensity(const MixtureComponents& mixture,
                                   const AttributeEncoding& attribute, SampleRow row, int component,
                                   const Blocks& blocks) const {
  const int number = attribute.number;
  const double x = row.numbers[number], mean = mixture.means(number, component);
  if (IsCount(attribute)) return LogPoisson(x, mean);
  const double squared = in_block_[static_cast<std::size_t>(number)]
                             ? blocks.Square(number)
                             : (x - mean) * (x - mean) / mixture.spreads(number, component);
  return peaks_(number, component) - 0.5 * squared;
}

}  // namespace cible
