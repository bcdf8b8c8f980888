// What conditions compare attributes and facts of contacts with: the edges at which
// what they say changes. Between two edges it does not.

#ifndef CIBLE_SEGMENTATION_LIFECYCLE_EDGES_H_
#define CIBLE_SEGMENTATION_LIFECYCLE_EDGES_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "segmentation/data/schema.h"
#include "segmentation/data/value.h"
#include "segmentation/lifecycle/policy.h"

namespace cible {

// Those of one attribute or fact. What does not fit its type stays empty.
struct Edges {
  struct Circle {
    LatLng centre;
    double km = 0;
  };

  std::set<double> numbers;
  std::set<std::int32_t> days;        // By date.
  std::set<std::int32_t> from_today;  // Days after today; negative: before.
  std::set<std::int64_t> instants;    // In microseconds.
  std::set<std::string> texts;        // Levels, tags, texts.
  std::vector<Circle> circles;

  // Those of another besides.
  void Add(const Edges& other);

  // All days, those counted from today included.
  std::set<std::int32_t> DaysAsOf(Date today) const;
};

// By id of the attribute, or "contact.stage".
using EdgesByName = std::map<std::string, Edges>;

// Adds those of a condition. Whatever it reads gets an entry.
// REQUIRES: it is not empty, and bound to the schema with the offer.
void AddEdges(const Condition& condition, const Schema& schema, const std::optional<Offer>& offer,
              EdgesByName& edges);

// Numbers below, at and above each edge, one between two; 0 where there are none.
std::vector<double> NumbersAt(const std::set<double>& edges);

// Whole numbers at and next to each edge, not below 0.
std::vector<std::int64_t> CountsAt(const std::set<double>& edges);

// The set without tags, each tag alone, all of them; every subset where they are few.
std::vector<StringSet> SetsAt(const std::set<std::string>& tags);

// Values of an attribute on every side of every edge, and at it; at last unknown.
std::vector<std::optional<Value>> ValuesAt(const Attribute& attribute, const Edges& edges,
                                           Date today);

// The side of the edges on which a number, day, text or set lies: nothing that
// compares with them tells two values of one side apart.
std::int64_t SideOf(const std::optional<Value>& value, const Edges& edges, Date today);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_LIFECYCLE_EDGES_H_
