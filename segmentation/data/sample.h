// Contacts with planted personas, to try Cible and to test it: the truth is
// known.

#ifndef CIBLE_SEGMENTATION_DATA_SAMPLE_H_
#define CIBLE_SEGMENTATION_DATA_SAMPLE_H_

#include <cstdint>
#include <string>
#include <vector>

namespace cible {

struct SampleOptions {
  int contact_count = 5000;  // >= 1.
  int persona_count = 4;     // In [2, 8].
  std::uint64_t seed = 1;
};

struct Sample {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;  // Cells as CSV text; "" where unknown.
  std::vector<std::string> personas;           // What each planted persona is, in words.
  std::vector<int> labels;                     // Planted persona of each row.
  // The most probable persona of each row given its known cells, under the
  // very distribution it was drawn from: no method can find `labels` better.
  std::vector<int> bayes_labels;
};

// A retailer's list of persons. Mixed types (numbers, amounts, categories, a
// set, a date, an ordinal), spend columns correlated inside each persona, 20 %
// of the cells missing at random, two noise columns, an id and an e-mail; the
// id and the e-mail are always there. Personas have unequal shares, none below
// 8 %. The adjusted Rand index of `bayes_labels` and `labels` lies between .80
// and .92 whatever the count. Same options, same bytes.
// O(contact_count x persona_count).
//
// REQUIRES: the options are in range.
Sample MakeSample(const SampleOptions& options);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_SAMPLE_H_
