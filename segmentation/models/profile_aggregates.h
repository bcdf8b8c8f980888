// Weighted summaries of one attribute over a set of contacts: what profiles,
// effect sizes and texts are made of. They are aggregates only, so a model
// that carries them carries no contact.

#ifndef CIBLE_SEGMENTATION_MODELS_PROFILE_AGGREGATES_H_
#define CIBLE_SEGMENTATION_MODELS_PROFILE_AGGREGATES_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/schema.h"

namespace cible {

// One attribute over one set of contacts.
struct AttributeSummary {
  double known = 0;    // Contacts (weight) whose value is known.
  double unknown = 0;  // Those whose value is not.
  // NUMERIC, DATE and TIMESTAMP (as days before `as_of`), BOOLEAN (0, 1),
  // ORDINAL (level index from 0): over known values. The variance divides by
  // `known`.
  double mean = 0;
  double variance = 0;
  // NUMERIC: the same moments of log(1 + max(x, 0)), the scale on which the
  // model takes amounts and counts: effect sizes are measured there.
  double log_mean = 0;
  double log_variance = 0;
  // NUMERIC, DATE, TIMESTAMP: the quantiles 0, .05, .25, .5, .75, .95, 1; empty
  // when nothing is known. Quantile q is the smallest known value such that at
  // least the share q of the weight lies at or below it: a value that occurs,
  // and a contact of weight 2 counts as two.
  std::vector<double> quantiles;
  // CATEGORICAL, ORDINAL, SET, BOOLEAN: weight by AttributeAggregates::levels.
  // Tags of a set may add up to more than `known`.
  std::vector<double> level_weights;
  // LOCATION: centre (of the points on the sphere, hence right across the
  // antimeridian) and mean great-circle distance from it in km.
  double latitude = 0, longitude = 0, radius_km = 0;

  bool operator==(const AttributeSummary&) const = default;
};

// One attribute over the population and over each component.
struct AttributeAggregates {
  std::string attribute;
  std::vector<std::string> levels;  // By descending population weight; ORDINAL in order;
                                    // BOOLEAN "false", "true". At most 200.
  AttributeSummary population;
  std::vector<AttributeSummary> components;

  bool operator==(const AttributeAggregates&) const = default;
};

// Summaries of every FEATURE and DESCRIPTOR and of the OUTCOME of the schema
// that the table has, in schema order; of TEXT only how much is known.
// `labels`: component of each row, -1 for none (counted in the population
// only). O(cells log n). REQUIRES: one weight > 0 and one label a row.
std::vector<AttributeAggregates> SummariseAttributes(const ContactTable& table,
                                                     const Schema& schema, Date as_of,
                                                     absl::Span<const double> weights,
                                                     absl::Span<const int> labels,
                                                     int component_count);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_MODELS_PROFILE_AGGREGATES_H_
