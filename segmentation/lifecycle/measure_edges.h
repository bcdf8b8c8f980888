// The edges of what is derived from events, by what is measured.

#ifndef CIBLE_SEGMENTATION_LIFECYCLE_MEASURE_EDGES_H_
#define CIBLE_SEGMENTATION_LIFECYCLE_MEASURE_EDGES_H_

#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "segmentation/behaviour/behaviour_attributes.h"
#include "segmentation/lifecycle/edges.h"

namespace cible {

// By what is measured: "frequency", "monetary/wine".
using EdgesByMeasure = std::map<std::string, Edges>;

class MeasureEdges {
 public:
  using Names = std::initializer_list<absl::string_view>;

  MeasureEdges(EdgesByMeasure measures, const AsOf& as_of)
      : measures_(std::move(measures)), as_of_(as_of) {}

  // Whether something is compared with one of them, as measured of all items.
  bool ReadsAny(Names measures) const;
  // What they are compared with, of all items or of a category.
  std::set<double> NumbersOf(Names measures) const;
  std::set<std::string> TextsOf(Names measures) const;
  // Days before as_of at and next to each edge, and 0; where engagement is measured
  // one at which acts have lost theirs.
  std::set<int> AgesOf(Names measures) const;
  // The item categories.
  std::set<std::string> Categories() const;

 private:
  EdgesByMeasure measures_;
  AsOf as_of_;
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_LIFECYCLE_MEASURE_EDGES_H_
