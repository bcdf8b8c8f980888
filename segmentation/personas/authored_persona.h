// Personas that people author: criteria that a lead meets, does not meet, or of
// which nothing is known, and how well they fit.
//
//   fit = sum over criteria whose attribute is known of
//           ln(P / q)              if met,
//           ln((1 - P) / (1 - q))  if not,
//
// P = .9 the share of the persona's own that meet the criterion (.7 for a
// preference), q that of everyone: the log-likelihood ratio of the persona
// against anybody. Where q is P or more, the criterion tells nothing: 0. Never
// normalised, and never a probability.

#ifndef CIBLE_SEGMENTATION_PERSONAS_AUTHORED_PERSONA_H_
#define CIBLE_SEGMENTATION_PERSONAS_AUTHORED_PERSONA_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/schema.h"
#include "segmentation/models/rule.h"
#include "segmentation/personas/portrait.h"

namespace cible {

// NUMERIC: a range. CATEGORICAL, ORDINAL: any of the levels; SET: any of the
// tags; BOOLEAN: "true" or "false".
struct PersonaCriterion {
  RuleCondition condition;  // kRange, kOneOf or, for a SET, kHasTag.
  bool preference = false;
  // q: share of the contacts that meet it, of those of whom it is known.
  double population_share = 0;

  bool operator==(const PersonaCriterion&) const = default;
};

struct AuthoredPersona {
  std::string id;
  std::vector<PersonaCriterion> criteria;

  bool operator==(const AuthoredPersona&) const = default;
};

// What a person states: bounds, or levels. The condition it makes, under the
// attribute.
// Errors (INVALID_ARGUMENT, the message says what to change): a range that holds
// nothing, no range and no level, both, a level that the attribute does not
// declare, a type that criteria cannot be about, an attribute that is protected,
// sensitive or no description of contacts.
absl::StatusOr<PersonaCriterion> MakeCriterion(const Attribute& attribute,
                                               std::optional<double> low,
                                               std::optional<double> high,
                                               std::vector<std::string> levels, bool preference);

enum class CriterionState { kMet, kNotMet, kUnknown };

// Ids of the attributes that their criteria are about, sorted. O(criteria).
std::vector<std::string> AttributesOf(const std::vector<AuthoredPersona>& personas);

// One state a row; unknown where the table lacks the attribute or the schema
// does. O(rows).
std::vector<CriterionState> StatesOf(const PersonaCriterion& criterion, const Schema& schema,
                                     const ContactTable& table);

// What the state adds to the fit; see above.
double ContributionOf(const PersonaCriterion& criterion, CriterionState state);

struct CriterionMatch {
  CriterionState state = CriterionState::kUnknown;
  double contribution = 0;
};

struct AuthoredMatch {
  int persona = 0;  // Position among those given.
  double fit = 0;   // Sum of the contributions; 0 where nothing is known.
  std::vector<CriterionMatch> criteria;
};

// Every row held against every persona: the best fit first, equals in the order
// given. O(rows x criteria).
std::vector<std::vector<AuthoredMatch>> MatchAuthored(const std::vector<AuthoredPersona>& personas,
                                                      const Schema& schema,
                                                      const ContactTable& table);

// Of each row the best fit alone, without its criteria; persona -1 where none
// fits better than chance. O(rows x criteria) in time, O(rows) in memory.
std::vector<AuthoredMatch> BestAuthored(const std::vector<AuthoredPersona>& personas,
                                        const Schema& schema, const ContactTable& table);

// Whether each row meets every criterion that is no preference (every criterion,
// where all are preferences): kUnknown where one is unknown and none is known to
// be unmet. O(rows x criteria).
std::vector<CriterionState> MembersOf(const AuthoredPersona& persona, const Schema& schema,
                                      const ContactTable& table);

// Counts over the table and sets the criteria's population_share: (met + 1/2) /
// (known + 1), so that it is never 0 or 1. Returns the share of those who meet
// all criteria among those of whom that is known; null where there are none.
std::optional<double> CountPopulation(AuthoredPersona& persona, const Schema& schema,
                                      const ContactTable& table);

// "Age 25 to 40".
std::string DescribeCriterion(const PersonaCriterion& criterion, const Schema& schema,
                              Language language);

// One whose attribute is gone, or may be used no more: met by nobody and known of
// nobody.
PersonaCriterion LostCriterion(const std::string& attribute);
bool IsLost(const PersonaCriterion& criterion);
std::string DescribeLostCriterion(const std::string& attribute, Language language);

// --- Authored against discovered -------------------------------------------

// Those who meet an authored persona, by segment.
struct AuthoredComparison {
  struct Cell {
    double members = 0;  // Of the segment who meet it.
    double share = 0;    // Of those who meet it, in [0, 1].
    double lift = 0;     // That share by the segment's share of everyone.
    double jaccard = 0;  // In both by in either.
  };
  double members = 0;       // Contacts that meet it, in any segment.
  double unknown = 0;       // Of whom it is not known whether they do.
  std::vector<Cell> cells;  // One a segment.
  int closest = -1;         // Segment of the largest Jaccard; -1 where nobody meets it.
};

// `segments`: of each row, from 0; -1: none, which takes no part. O(rows).
// REQUIRES: `members` and `segments` are of the same rows.
AuthoredComparison CompareWithSegments(const std::vector<CriterionState>& members,
                                       const std::vector<int>& segments, int segment_count);

// Whether the persona exists in the data. `segment_names`: one a cell.
std::string DescribeComparison(const AuthoredComparison& comparison,
                               const std::vector<std::string>& segment_names, Language language);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_AUTHORED_PERSONA_H_
