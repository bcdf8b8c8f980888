// The ideal customer: what the best fifth of the customers, by value, are more
// often than the others. And the negative profile: the worst fifth likewise.
//
// A statement is a condition on one attribute: a range of a number or date whose
// cuts are quantiles of all customers, one level, one tag. Which condition of an
// attribute separates best (by the difference of the shares) is found on one half
// of the customers, its shares are measured on the other: the best of many looks
// better than it is where it was chosen. The halves are drawn by a hash of what
// customers are, the fifth and the others each by itself, so the order of rows
// does not matter.
//   W. J. Youden, "Index for rating diagnostic tests", Cancer 3(1), 1950.
//
// With 30 to 74 customers there is nothing to spare for a choice: numbers are cut
// once, at their median, all customers are measured, and both shares are drawn
// towards the common one as by a Beta prior of kPriorCustomers customers.
//   A. Gelman et al., Bayesian Data Analysis, 3rd ed., 2013, sec. 2.4.

#ifndef CIBLE_SEGMENTATION_PERSONAS_IDEAL_CUSTOMER_H_
#define CIBLE_SEGMENTATION_PERSONAS_IDEAL_CUSTOMER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/schema.h"
#include "segmentation/personas/customer_value.h"
#include "segmentation/personas/profile_statement.h"

namespace cible {

// Those of a table's rows who are customers, and what they are worth.
struct CustomerList {
  std::vector<int> rows;       // Customers of known value, ascending.
  std::vector<double> values;  // A year; one a row of `rows`.
  int unknown_count = 0;       // Customers of unknown value: in neither.
};

// `stages`: one a row. O(rows x parts).
CustomerList CustomersIn(const ContactTable& table, absl::Span<const Stage> stages,
                         const ValueDefinition& definition);

// Those with the greatest values, or the least.
struct Fifth {
  std::vector<std::uint8_t> in;  // One a value: 1 is in the fifth.
  int count = 0;
  double threshold = 0;  // The value in the fifth that is nearest to the others'.
};

// Equal values are never divided: the fifth ends between two values, where its
// share is nearest to .2, and lies in [.1, .4]; null where no such end exists,
// as when everybody is worth the same. Independent of order. O(n log n).
std::optional<Fifth> BestFifth(absl::Span<const double> values);
std::optional<Fifth> WorstFifth(absl::Span<const double> values);

// Whether a profile, or a likeness, of the best customers may use the attribute:
// what rules may (MayBeInRule), but for what value is made of and what the same
// block measures.
bool MayTellWorth(const Attribute& attribute, const Schema& schema);

// A fifth and what may be said of it.
struct FifthProfile {
  int count = 0;
  double threshold = 0;
  double value = 0;        // Mean, a year.
  double other_value = 0;  // Mean of the others.
  std::vector<ProfileStatement> statements;
};

// Means of a share that the schema marks, in [0, 1].
struct ShareMeans {
  std::string attribute;  // Id.
  double best = 0;
  double others = 0;
  int best_known = 0;  // Customers, > 0.
  int others_known = 0;
};

struct IdealProfile {
  ProfileBasis basis = ProfileBasis::kTooFew;
  int customer_count = 0;  // Of known value.
  int unknown_value_count = 0;
  // Null with too few customers, and where there is no such fifth.
  std::optional<FifthProfile> best;
  std::optional<FifthProfile> worst;
  // The best's share of the value of all, in [0, 1]; null where losses make it
  // senseless.
  std::optional<double> value_share;
  // Described, never ranked by; null where the schema marks none, or it is not
  // known of both sides. Values above 1 are read as per cent.
  std::optional<ShareMeans> full_price;
  std::optional<ShareMeans> large_orders;
};

// Deterministic, and independent of the order of rows. O(rows x attributes) and
// O(customers x attributes x log customers).
// REQUIRES: one stage a row; columns as CheckTable wants them; the definition is
// the schema's and has parts.
IdealProfile ProfileIdealCustomers(const ContactTable& table, const Schema& schema,
                                   absl::Span<const Stage> stages,
                                   const ValueDefinition& definition);

// Two halves of the customers, each with half of the fifth: 0 or 1 for each.
// `keys`: of the rows' content (RowHashes), one a customer.
std::vector<std::uint8_t> HalvesOf(const Fifth& fifth, std::vector<std::uint64_t> keys);

// The hashes of these rows of the table. O(cells of the table).
std::vector<std::uint64_t> KeysOfCustomers(const ContactTable& table, const Schema& schema,
                                           absl::Span<const int> rows);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_IDEAL_CUSTOMER_H_
