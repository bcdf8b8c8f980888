// CheckParts, declared in segmentation_model.h: what stands between a corrupt
// artifact and an answer.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <tuple>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "segmentation/models/segmentation_model.h"

namespace cible {
namespace {

constexpr std::size_t kQuantileCount = 7;

absl::Status Corrupt(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("the model does not fit together: ", what,
                                                 ". Activate another version, or train again"));
}

template <typename Values>
bool AllFinite(const Values& values) {
  return std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

bool AllFinite(const DoubleMatrix& matrix) {
  return AllFinite(absl::MakeConstSpan(matrix.data(), static_cast<std::size_t>(matrix.rows()) *
                                                          static_cast<std::size_t>(matrix.cols())));
}

absl::Status CheckEncoder(const Encoder& encoder, const Schema& schema) {
  if (encoder.attribute_count() == 0) return Corrupt("its encoder has no attributes");
  for (const AttributeEncoding& encoding : encoder.attributes()) {
    const auto invalid = [&](absl::string_view what) {
      return Corrupt(absl::StrCat("attribute \"", encoding.attribute, "\" ", what));
    };
    const Attribute* attribute = schema.Find(encoding.attribute);
    if (attribute == nullptr || attribute->id != encoding.attribute) {
      return invalid("is encoded but not in its schema");
    }
    if (attribute->type != encoding.type) return invalid("is encoded as another type");
    if (!(encoding.omega > 0) || !std::isfinite(encoding.omega)) {
      return invalid("has no weight above 0");
    }
    if (!AllFinite(encoding.shift) || !AllFinite(encoding.factor)) {
      return invalid("has a scale that is not finite");
    }
  }
  return absl::OkStatus();
}

struct ComponentsCheck {
  const Encoder& encoder;

  absl::Status operator()(const KMeansComponents& kmeans) const {
    if (kmeans.centroids.rows() < 1) return Corrupt("it has no components");
    if (kmeans.centroids.cols() != encoder.feature_count()) {
      return Corrupt(absl::StrCat("its centroids have ", kmeans.centroids.cols(),
                                  " features, its encoder ", encoder.feature_count()));
    }
    if (!AllFinite(kmeans.centroids)) return Corrupt("a centroid is not finite");
    if (!(kmeans.variance > 0) || !std::isfinite(kmeans.variance)) {
      return Corrupt("its variance is not above 0");
    }
    return absl::OkStatus();
  }

  absl::Status operator()(const MixtureComponents& mixture) const {
    const int count = static_cast<int>(mixture.weights.size());
    if (count < 1) return Corrupt("it has no components");
    double sum = 0;
    for (const double weight : mixture.weights) {
      if (!(weight > 0 && weight <= 1)) return Corrupt("a component's weight is outside 0 to 1");
      sum += weight;
    }
    if (std::abs(sum - 1) > 1e-6) return Corrupt("its components' weights do not sum to 1");
    const auto shaped = [&](const DoubleMatrix& matrix, int rows) {
      return matrix.rows() == rows && matrix.cols() == count && AllFinite(matrix);
    };
    if (!shaped(mixture.log_levels, LevelRows(encoder).back()) ||
        !shaped(mixture.means, encoder.number_count()) ||
        !shaped(mixture.spreads, encoder.number_count())) {
      return Corrupt("its parameters do not fit its encoder, or are not finite");
    }
    for (const AttributeEncoding& attribute : encoder.attributes()) {
      for (int j = attribute.number; j < attribute.number + attribute.number_count; ++j) {
        const bool is_count = attribute.scale == NumberScale::kCount;
        for (int k = 0; k < count; ++k) {
          if (!((is_count ? mixture.means : mixture.spreads)(j, k) > 0)) {
            return Corrupt("a rate or a variance is not above 0");
          }
        }
      }
    }
    for (const NumberBlock& block : mixture.blocks) {
      const auto size = static_cast<int>(block.numbers.size());
      const bool known = std::all_of(block.numbers.begin(), block.numbers.end(), [&](int number) {
        return number >= 0 && number < encoder.number_count();
      });
      if (!known || size < 2 || size > kMostBlockNumbers || block.correlation.rows() != size ||
          block.correlation.cols() != size || !AllFinite(block.correlation)) {
        return Corrupt("a block of numbers does not fit its encoder");
      }
    }
    return absl::OkStatus();
  }
};

absl::Status CheckShares(const ModelParts& parts, std::size_t component_count) {
  if (parts.shares.size() != component_count) {
    return Corrupt(absl::StrCat("it has ", component_count, " components and ", parts.shares.size(),
                                " shares"));
  }
  double sum = 0;
  for (const double share : parts.shares) {
    if (!(share >= 0 && share <= 1)) return Corrupt("a share is outside 0 to 1");
    sum += share;
  }
  if (std::abs(sum - 1) > 1e-6) return Corrupt("its shares do not add up to 1");
  if (!(parts.contact_count > 0) || !std::isfinite(parts.contact_count)) {
    return Corrupt("it was trained on no contacts");
  }
  return absl::OkStatus();
}

absl::Status CheckLeadShares(const ModelParts& parts, std::size_t component_count) {
  if (parts.lead_shares.empty()) return absl::OkStatus();
  if (parts.lead_shares.size() != component_count) {
    return Corrupt("its shares of leads are of other components");
  }
  const bool sound = std::all_of(parts.lead_shares.begin(), parts.lead_shares.end(),
                                 [](double share) { return share > 0 && share <= 1; });
  if (!sound || !(parts.lead_count > 0) || !std::isfinite(parts.lead_count)) {
    return Corrupt("a share of its leads is outside 0 to 1");
  }
  return absl::OkStatus();
}

absl::Status CheckTypicality(const TypicalityMoments& moments, int component_count,
                             int attribute_count) {
  if (moments.mean.rows() != component_count || moments.mean.cols() != attribute_count) {
    return Corrupt("its typicality is of other components or attributes");
  }
  if (!AllFinite(moments.mean)) return Corrupt("its typicality is not finite");
  int variances = 0;
  std::tuple<int, int, int> previous = {-1, -1, -1};
  for (const TypicalityMoments::Pair& pair : moments.covariances) {
    const std::tuple<int, int, int> place = {pair.component, pair.first, pair.second};
    const bool inside = pair.component >= 0 && pair.component < component_count &&
                        pair.first >= 0 && pair.first <= pair.second &&
                        pair.second < attribute_count;
    if (!inside || place <= previous) return Corrupt("its typicality is out of order");
    if (!std::isfinite(pair.covariance) || (pair.first == pair.second && pair.covariance < 0)) {
      return Corrupt("its typicality is not finite");
    }
    previous = place;
    variances += pair.first == pair.second ? 1 : 0;
  }
  if (variances != component_count * attribute_count) {
    return Corrupt("its typicality lacks a variance");
  }
  return absl::OkStatus();
}

absl::Status CheckCalibration(const Calibration& calibration) {
  for (const double temperature : calibration.temperatures) {
    if (!(temperature >= Calibration::kColdest) || !(temperature <= Calibration::kHottest)) {
      return Corrupt("a temperature is out of range");
    }
  }
  return absl::OkStatus();
}

bool IsSound(const AttributeSummary& summary, std::size_t level_count) {
  const double figures[] = {summary.known,    summary.unknown,   summary.mean,     summary.variance,
                            summary.latitude, summary.longitude, summary.radius_km};
  const bool no_negatives = summary.known >= 0 && summary.unknown >= 0 && summary.variance >= 0;
  return AllFinite(absl::MakeConstSpan(figures)) && no_negatives && AllFinite(summary.quantiles) &&
         AllFinite(summary.level_weights) &&
         std::is_sorted(summary.quantiles.begin(), summary.quantiles.end()) &&
         (summary.quantiles.empty() || summary.quantiles.size() == kQuantileCount) &&
         summary.level_weights.size() == level_count;
}

absl::Status CheckAggregates(const ModelParts& parts, std::size_t component_count) {
  for (const AttributeAggregates& aggregates : parts.aggregates) {
    const Attribute* attribute = parts.schema.Find(aggregates.attribute);
    bool sound = attribute != nullptr && attribute->id == aggregates.attribute &&
                 aggregates.components.size() == component_count &&
                 IsSound(aggregates.population, aggregates.levels.size());
    for (const AttributeSummary& summary : aggregates.components) {
      sound = sound && IsSound(summary, aggregates.levels.size());
    }
    if (!sound) {
      return Corrupt(absl::StrCat("the summary of attribute \"", aggregates.attribute,
                                  "\" is incomplete or not finite"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckRules(const ModelParts& parts, std::size_t component_count) {
  if (!parts.rules.empty() && parts.rules.size() != component_count) {
    return Corrupt(
        absl::StrCat("it has ", component_count, " components and ", parts.rules.size(), " rules"));
  }
  for (const SegmentRule& rule : parts.rules) {
    const absl::string_view fault = FaultOfRule(rule, parts.schema);
    if (!fault.empty()) return Corrupt(fault);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckParts(const ModelParts& parts) {
  absl::Status status = CheckEncoder(parts.encoder, parts.schema);
  if (!status.ok()) return status;
  status = std::visit(ComponentsCheck{parts.encoder}, parts.components);
  if (!status.ok()) return status;
  const int component_count = ComponentCount(parts.components);
  const auto component_size = static_cast<std::size_t>(component_count);
  status = CheckShares(parts, component_size);
  if (!status.ok()) return status;
  status = CheckTypicality(parts.typicality, component_count, parts.encoder.attribute_count());
  if (!status.ok()) return status;
  status = CheckCalibration(parts.calibration);
  if (!status.ok()) return status;
  status = CheckAggregates(parts, component_size);
  if (!status.ok()) return status;
  status = CheckLeadShares(parts, component_size);
  if (!status.ok()) return status;
  status = CheckRules(parts, component_size);
  if (!status.ok() || !parts.outcome) return status;
  return CheckOutcome(*parts.outcome, parts.schema);
}

}  // namespace cible
