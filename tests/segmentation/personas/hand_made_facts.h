// Aggregates made by hand, for tests of profiles and portraits that need no
// training.

#ifndef CIBLE_TESTS_SEGMENTATION_PERSONAS_HAND_MADE_FACTS_H_
#define CIBLE_TESTS_SEGMENTATION_PERSONAS_HAND_MADE_FACTS_H_

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "segmentation/data/great_circle.h"
#include "segmentation/personas/profile.h"

namespace cible {

// Segments of equal size whose population is their sum.
class HandMadeFacts {
 public:
  explicit HandMadeFacts(int segments, double segment_size = 100)
      : segments_(segments), size_(segment_size) {}

  // A number of standard deviation `sd` inside every segment.
  void AddNumber(Attribute attribute, const std::vector<double>& means, double sd = 1) {
    if (attribute.type == AttributeType::kText) attribute.type = AttributeType::kNumeric;
    AttributeAggregates aggregates{.attribute = Add(attribute)};
    for (const double mean : means) {
      AttributeSummary segment{.known = size_, .mean = mean, .variance = sd * sd};
      segment.log_mean = std::log1p(std::max(0.0, mean));
      segment.log_variance = .01;
      for (const double z : {-3., -1.64, -.67, 0., .67, 1.64, 3.}) {
        segment.quantiles.push_back(mean + z * sd);
      }
      aggregates.components.push_back(segment);
    }
    aggregates.population = Pooled(aggregates.components);
    aggregates_.push_back(aggregates);
  }

  // Shares of the levels in each segment, by level and segment.
  void AddLevels(Attribute attribute,
                 const std::vector<std::pair<std::string, std::vector<double>>>& shares) {
    if (attribute.type == AttributeType::kText) attribute.type = AttributeType::kCategorical;
    AttributeAggregates aggregates{.attribute = Add(attribute)};
    for (const auto& [level, by_segment] : shares) aggregates.levels.push_back(level);
    for (int segment = 0; segment < segments_; ++segment) {
      AttributeSummary summary{.known = size_};
      for (const auto& [level, by_segment] : shares) {
        summary.level_weights.push_back(by_segment[segment] * size_);
      }
      aggregates.components.push_back(summary);
    }
    aggregates.population = Pooled(aggregates.components);
    aggregates_.push_back(aggregates);
  }

  void AddBoolean(Attribute attribute, const std::vector<double>& shares) {
    attribute.type = AttributeType::kBoolean;
    std::vector<double> others;
    for (const double share : shares) others.push_back(1 - share);
    AddLevels(std::move(attribute), {{"false", others}, {"true", shares}});
  }

  // The segments' centres, with `radius_km` about each.
  void AddPlace(Attribute attribute, const std::vector<LatLng>& centres, double radius_km) {
    attribute.type = AttributeType::kLocation;
    AttributeAggregates aggregates{.attribute = Add(attribute)};
    Direction sum;
    for (const LatLng centre : centres) {
      const Direction direction = DirectionOf(centre);
      sum = {sum.x + direction.x, sum.y + direction.y, sum.z + direction.z};
      aggregates.components.push_back({.known = size_,
                                       .latitude = centre.latitude,
                                       .longitude = centre.longitude,
                                       .radius_km = radius_km});
    }
    const LatLng middle = PlaceOf(sum);
    aggregates.population = {
        .known = segments_ * size_, .latitude = middle.latitude, .longitude = middle.longitude};
    for (const LatLng centre : centres) {
      aggregates.population.radius_km +=
          std::hypot(DistanceKm(DirectionOf(centre), DirectionOf(middle)), radius_km) / segments_;
    }
    aggregates_.push_back(aggregates);
  }

  SegmentFacts Facts() const {
    return {.schema = &schema_,
            .aggregates = &aggregates_,
            .shares = std::vector<double>(segments_, 1.0 / segments_),
            .contact_count = segments_ * size_,
            .as_of = *ParseDate("2026-01-01"),
            .log_scale = log_scale_};
  }

  void UseLogScale(const std::string& attribute) { log_scale_.push_back(attribute); }
  std::vector<AttributeAggregates>& aggregates() { return aggregates_; }
  const Schema& schema() const { return schema_; }

 private:
  std::string Add(Attribute attribute) {
    if (attribute.id.empty()) attribute.id = AttributeIdFromHeader(attribute.display_name, {});
    if (attribute.display_name.empty()) attribute.display_name = attribute.id;
    EXPECT_TRUE(schema_.Add(attribute).ok()) << attribute.id;
    return attribute.id;
  }

  static AttributeSummary Pooled(const std::vector<AttributeSummary>& segments) {
    AttributeSummary all;
    double square = 0, log_square = 0;
    for (const AttributeSummary& each : segments) {
      all.known += each.known;
      all.mean += each.known * each.mean;
      all.log_mean += each.known * each.log_mean;
      square += each.known * (each.variance + each.mean * each.mean);
      log_square += each.known * (each.log_variance + each.log_mean * each.log_mean);
      all.level_weights.resize(each.level_weights.size());
      for (std::size_t i = 0; i < each.level_weights.size(); ++i) {
        all.level_weights[i] += each.level_weights[i];
      }
    }
    all.mean /= all.known;
    all.log_mean /= all.known;
    all.variance = square / all.known - all.mean * all.mean;
    all.log_variance = log_square / all.known - all.log_mean * all.log_mean;
    return all;
  }

  int segments_;
  double size_;
  Schema schema_;
  std::vector<AttributeAggregates> aggregates_;
  std::vector<std::string> log_scale_;
};

}  // namespace cible

#endif  // CIBLE_TESTS_SEGMENTATION_PERSONAS_HAND_MADE_FACTS_H_
