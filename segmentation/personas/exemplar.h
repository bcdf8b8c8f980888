// A typical member of a segment, who is nobody: put together from the members
// nearest to its centre.

#ifndef CIBLE_SEGMENTATION_PERSONAS_EXEMPLAR_H_
#define CIBLE_SEGMENTATION_PERSONAS_EXEMPLAR_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "segmentation/clustering/worker_pool.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/models/segmentation_model.h"
#include "segmentation/personas/portrait.h"

namespace cible {

// Members that an exemplar is made of; a segment of fewer has none.
inline constexpr int kExemplarMembers = 10;

struct ExemplarValue {
  std::string attribute;  // Id.
  // NUMERIC; DATE and TIMESTAMP in days before the model's `as_of`.
  std::optional<double> number;
  // Other types: the level, "true" or "false"; of a SET the tags.
  std::vector<std::string> levels;
  int known = 0;  // Members, of the ten, who know it.

  bool operator==(const ExemplarValue&) const = default;
};

// In schema order.
using Exemplar = std::vector<ExemplarValue>;

// The exemplar of each component, empty for one of fewer than ten members.
//
// The ten are those of the smallest D / E[D], where D is the divergence of
// typicality.h over the attributes that are known of the member, and E[D] its
// mean in the component over the very same attributes: the plain sum would
// favour whoever is hardly known. Only the better known half of the members
// compete (at least the median share of the weight known), since of few
// attributes anyone may fit all. Ties are broken by the values themselves: the
// rows' order has no say.
//
// Of each attribute that at least half of the ten know: the median (whole where
// all their values are), the most frequent level (the first by text of equals),
// the tags that at least half of those have. Left out are protected and
// sensitive attributes and whatever else texts may not say (MayBeSaidInRule),
// texts, identities, places, the outcome, and what does not vary.
//
// `labels` has the component of each row, -1 for none. O(rows x k x features). Same
// table, same exemplars, whatever the pool.
std::vector<Exemplar> ComposeExemplars(const SegmentationModel& model, const ContactTable& table,
                                       absl::Span<const int> labels, WorkerPool& pool);

// "Age: 42 years".
// REQUIRES: the schema has the attribute.
std::string DescribeExemplarValue(const ExemplarValue& value, const Schema& schema,
                                  Language language);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_EXEMPLAR_H_
