// What people should know of a solution besides its figures, in sentences.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_SOLUTION_NOTICES_H_
#define CIBLE_SEGMENTATION_CLUSTERING_SOLUTION_NOTICES_H_

#include <string>
#include <vector>

#include "segmentation/clustering/choice_of_k.h"
#include "segmentation/data/encoder.h"

namespace cible {

// A pair of attributes is named when its residual exceeds what is usual by
// chance (3.84, the 95 % point of one degree of freedom) and the dependence is
// of medium strength at least (Cohen): with many contacts the former says
// little.
inline constexpr double kNotableResidual = 3.84;
inline constexpr double kNotableStrength = 0.3;

// The two attributes that depend on each other most inside segments, where that
// is notable, with what to do about it; and each pair of segments that are
// almost the same. Attributes by their ids.
std::vector<std::string> SolutionNotices(const Candidate& candidate, const Encoder& encoder);

// What to know of a choice: those of the recommended solution, and the numbers
// of segments that were asked for and did not come back.
std::vector<std::string> ChoiceNotices(const Choice& choice, const Encoder& encoder);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_SOLUTION_NOTICES_H_
