#include "segmentation/models/component_parameters.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <variant>

#include "absl/strings/str_cat.h"
#include "segmentation/data/number_text.h"

namespace cible {
namespace {

// What stands for feature or code `f` of a nominal attribute.
std::string LevelName(const AttributeEncoding& attribute, int f) {
  std::string name;
  for (std::size_t level = 0; level < attribute.levels.size(); ++level) {
    if (attribute.level_feature[level] != f) continue;
    absl::StrAppend(&name, name.empty() ? "" : "|", attribute.levels[level]);
  }
  return name;
}

bool IsNumber(const AttributeEncoding& attribute) {
  return attribute.type == AttributeType::kNumeric || attribute.type == AttributeType::kDate ||
         attribute.type == AttributeType::kTimestamp;
}

// A number on its scale, as it was before.
double FromScale(NumberScale scale, double number) {
  switch (scale) {
    case NumberScale::kLog1p: return std::expm1(number);
    case NumberScale::kLog: return std::exp(number);
    case NumberScale::kIdentity:
    case NumberScale::kCount: break;
  }
  return number;
}

// Latitude and longitude of a direction, in degrees.
void AddPlace(const double (&direction)[3], Figures& figures) {
  constexpr double kDegrees = 180 / std::numbers::pi;
  const double level = std::hypot(direction[0], direction[1]);
  figures.emplace_back("latitude", kDegrees * std::atan2(direction[2], level));
  figures.emplace_back("longitude", kDegrees * std::atan2(direction[1], direction[0]));
}

// The figures of component k for one attribute.
Figures FiguresOf(const KMeansComponents& components, const Encoder&,
                  const AttributeEncoding& attribute, int k) {
  const auto unscaled = [&](int f) {
    return components.centroids(k, attribute.begin + f) / attribute.factor[f] + attribute.shift[f];
  };
  Figures figures;
  if (IsNumber(attribute)) {
    figures.emplace_back("mean", FromScale(attribute.scale, unscaled(0)));
  } else if (attribute.type == AttributeType::kOrdinal) {
    figures.emplace_back("mean", unscaled(0));
  } else if (attribute.type == AttributeType::kLocation) {
    AddPlace({unscaled(0), unscaled(1), unscaled(2)}, figures);
  } else {
    for (int f = 0; f < attribute.count; ++f) {
      figures.emplace_back(LevelName(attribute, f), unscaled(f));
    }
  }
  return figures;
}

// Mean and standard deviation of exp(z), z Gaussian.
std::pair<double, double> OfExponential(double mean, double variance) {
  const double expected = std::exp(mean + variance / 2);
  return {expected, expected * std::sqrt(std::expm1(variance))};
}

void AddNumber(const MixtureComponents& components, const AttributeEncoding& attribute, int k,
               Figures& figures) {
  const double factor = attribute.factor[0];
  const double mean = components.means(attribute.number, k) / factor + attribute.shift[0];
  const double variance = components.spreads(attribute.number, k) / (factor * factor);
  if (attribute.scale == NumberScale::kCount) {
    figures.emplace_back("mean", mean);
    figures.emplace_back("sd", std::sqrt(mean));
    return;
  }
  if (attribute.scale == NumberScale::kIdentity) {
    figures.emplace_back("mean", mean);
    figures.emplace_back("sd", std::sqrt(variance));
    return;
  }
  const auto [expected, deviation] = OfExponential(mean, variance);
  figures.emplace_back("mean", attribute.scale == NumberScale::kLog1p ? expected - 1 : expected);
  figures.emplace_back("sd", deviation);
  figures.emplace_back("log_mean", mean);
  figures.emplace_back("log_sd", std::sqrt(variance));
}

Figures FiguresOf(const MixtureComponents& components, const Encoder& encoder,
                  const AttributeEncoding& attribute, int k) {
  const std::vector<int> rows = LevelRows(encoder);
  const auto probability = [&](int column, int code) {
    return std::exp(components.log_levels(rows[column] + code, k));
  };
  Figures figures;
  if (IsNumber(attribute)) {
    AddNumber(components, attribute, k, figures);
    if (attribute.point_masses.empty()) return figures;
    figures.emplace_back("share", probability(attribute.code, 1));
    for (std::size_t mass = 0; mass < attribute.point_masses.size(); ++mass) {
      figures.emplace_back(absl::StrCat("share_at_", FormatNumber(attribute.point_masses[mass])),
                           probability(attribute.code, static_cast<int>(mass) + 2));
    }
  } else if (attribute.type == AttributeType::kLocation) {
    const int at = attribute.number;
    AddPlace({components.means(at, k), components.means(at + 1, k), components.means(at + 2, k)},
             figures);
    figures.emplace_back("kappa", components.spreads(at, k));
  } else if (attribute.type == AttributeType::kSet) {
    for (int tag = 0; tag < attribute.code_count; ++tag) {
      figures.emplace_back(LevelName(attribute, tag), probability(attribute.code + tag, 2));
    }
  } else {
    const bool ordered = attribute.type == AttributeType::kOrdinal;
    for (int code = 1; code < attribute.CodeRange(); ++code) {
      figures.emplace_back(ordered ? attribute.levels[code - 1] : LevelName(attribute, code - 1),
                           probability(attribute.code, code));
    }
  }
  return figures;
}

}  // namespace

std::vector<AttributeParameters> ParametersOf(const Components& components,
                                              const Encoder& encoder) {
  std::vector<AttributeParameters> all;
  for (const AttributeEncoding& attribute : encoder.attributes()) {
    AttributeParameters parameters{.attribute = attribute.attribute, .components = {}};
    for (int k = 0; k < ComponentCount(components); ++k) {
      parameters.components.push_back(std::visit(
          [&](const auto& c) { return FiguresOf(c, encoder, attribute, k); }, components));
    }
    all.push_back(std::move(parameters));
  }
  return all;
}

std::vector<double> SharesOf(const Clustering& clustering) {
  if (const auto* mixture = std::get_if<MixtureComponents>(&clustering.components)) {
    return mixture->weights;
  }
  std::vector<double> shares = clustering.sizes;
  const double total = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (double& share : shares) share /= total;
  return shares;
}

}  // namespace cible
