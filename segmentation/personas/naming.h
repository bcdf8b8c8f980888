// Chooses which claims make a segment's name, and composes the name.

#ifndef CIBLE_SEGMENTATION_PERSONAS_NAMING_H_
#define CIBLE_SEGMENTATION_PERSONAS_NAMING_H_

#include <map>
#include <string>
#include <vector>

#include "segmentation/personas/claim.h"
#include "segmentation/personas/portrait.h"

namespace cible {

struct SegmentName {
  std::map<Language, std::string> text;
  std::vector<int> traits;  // Indexes into SegmentProfile::traits: what the name rests on.
};

// What contacts without a better word are called: "customers" when purchases
// are known of them, "people" in a survey, else "contacts" or
// "organisations".
std::string NounFor(const SegmentFacts& facts, const Catalogue& catalogue);

// A name a segment, distinct in every language and the same claims in all: one
// or two qualifiers and at most one noun, the claims that are strong, that few
// other segments make, that tell of behaviour or needs, and that together hold of
// no other segment more. O(k^2 x claims).
std::vector<SegmentName> NameSegments(const std::vector<SegmentProfile>& profiles,
                                      const std::vector<std::vector<Claim>>& claims,
                                      const SegmentFacts& facts);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_NAMING_H_
