// Contacts that are no customers yet and most like the best of them.
//
// Similarity is the probability that a contact would be among the best fifth
// (BestFifth) were it a customer: the ridge logistic of models/outcome_fit.h,
// learnt from the customers with "is among the best fifth" for the outcome. What
// it may use is what the profile may (MayTellWorth), less what is known of
// customers only. So the reasons of a lookalike sum to its logit, exactly.
//
// How well similarity tells the best apart is measured on customers by models
// that had not seen them: each half is scored by the model of the other.
//   M. Stone, "Cross-validatory choice and assessment of statistical
//   predictions", J. R. Stat. Soc. B 36(2), 1974.

#ifndef CIBLE_SEGMENTATION_PERSONAS_LOOKALIKES_H_
#define CIBLE_SEGMENTATION_PERSONAS_LOOKALIKES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/schema.h"
#include "segmentation/models/posterior.h"
#include "segmentation/personas/customer_value.h"
#include "segmentation/personas/ideal_customer.h"

namespace cible {

struct LookalikeOptions {
  std::size_t limit = 100;    // So many are named at most.
  double min_similarity = 0;  // In [0, 1]; only such are named.
  // Of more customers a sample by hash of so many is learnt from.
  std::size_t most_customers = 50'000;
};

struct Lookalike {
  int row = 0;  // In the table.
  double similarity = 0;
  // As OutcomeScore::reasons: what it starts from, then the strongest first.
  std::vector<Reason> reasons;
};

// How far one reaches at a similarity.
struct ReachPoint {
  double similarity = 0;  // At least this.
  int contact_count = 0;  // Candidates.
  double share = 0;       // Of all candidates.
  // Of customers of at least this similarity, held out, the share who are among
  // the best fifth; null where there are none.
  std::optional<double> ideal_share;

  bool operator==(const ReachPoint&) const = default;
};

struct Lookalikes {
  ProfileBasis basis = ProfileBasis::kTooFew;
  int customer_count = 0;          // Learnt from; of known value.
  int ideal_count = 0;             // The best fifth of them; 0: there is none, and no list.
  int candidate_count = 0;         // No customers.
  std::vector<Lookalike> nearest;  // By similarity, then by id.
  std::vector<ReachPoint> reach;   // The most similar first; about ten.
  // Ids of attributes that take no part because one side does not know them at
  // all, in schema order.
  std::vector<std::string> unknown_of_candidates;
  std::vector<std::string> unknown_of_customers;
  // Nothing known of both tells the best apart: all are as similar.
  bool tells_nothing = false;
};

// Deterministic, and independent of the order of rows but for `row`. O(candidates
// x attributes) beside the three fits; memory: the table, a number a candidate,
// and the scores of a block.
// REQUIRES: as ProfileIdealCustomers; the table has ids.
Lookalikes FindLookalikes(const ContactTable& table, const Schema& schema,
                          absl::Span<const Stage> stages, const ValueDefinition& definition,
                          Date as_of, const LookalikeOptions& options = {});

// The customers as the likeness is learnt from them.
struct IdealSample {
  ContactTable table;                // A row a customer, with the outcome.
  Schema schema;                     // What may take part, and the outcome.
  Fifth best;                        // Of the rows.
  std::vector<std::uint8_t> halves;  // 0 or 1 for each row.
};

// `rows` and `values` as of CustomerList. Attributes named in `left_out` take no
// part.
// REQUIRES: there is a best fifth.
IdealSample SampleOf(const ContactTable& table, const Schema& schema, const CustomerList& customers,
                     const Fifth& best, const std::vector<std::string>& left_out,
                     std::size_t most_customers);

// The similarity of each customer by the model of the half it is not in.
std::vector<double> HeldOutSimilarities(const IdealSample& sample, Date as_of);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_LOOKALIKES_H_
