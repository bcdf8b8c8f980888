// The filter language: which contacts. A subset of AIP-160; docs/api.md has the
// grammar and the logic for those who write filters.
//
//   age >= 25 AND country = "FR" AND distance(home, 48.85, 2.35) < 50
//
// Comparison: `attribute op value`, op one of = != < <= > >= and `:`.
//
//   NUMERIC, DATE, TIMESTAMP  every op; `seen >= "2025-01-31"` compares days,
//                             in UTC, `seen >= "2025-01-31T18:30:00Z"` instants
//   ORDINAL                   every op, by the order of its levels
//   CATEGORICAL, TEXT         = != on the exact text
//   BOOLEAN                   = != with true or false
//   SET                       `channels:web` the set holds the tag
//   LOCATION                  `distance(home, latitude, longitude) op km`, op
//                             one of < <= > >=, along the great circle
//   any                       `email:*` the value is known, `is_missing(email)`
//                             it is not (never unknown themselves); else `:`
//                             means =, but for SET
//
// A value is a number, a bare word, or a text in double or single quotes, in
// which a backslash takes the next character as it is. Of a DATE or TIMESTAMP it may
// be counted from the day that is asked about: `seen > today - 30d`, d days or w weeks, at
// most a hundred years. A bare name is an attribute (id, or display name in quotes).
// Operands join by AND, OR, NOT (or a leading -), in capitals, and parentheses; OR
// binds tighter than AND in AIP-160, against every habit, so mixing the two without
// parentheses is refused.
//
// Of the contact, not of its attributes, are these, which compare by = and != or
// are asked for by :* -
//
//   contact.id, contact.segment  as text
//   contact.organization         id of that which a person belongs to
//   contact.kind                 PERSON, ORGANIZATION
//   contact.stage                as it was stated: LEAD, PROSPECT, CUSTOMER
//   contact.buying_role          DECIDES, ADVISES, USES
//   contact.relation, contact.temperature, contact.qualification.budget, ...
//                                how it stands to us: lifecycle_state.h
//
// Comparing an unknown value is unknown, != included; NOT unknown is unknown;
// AND and OR are Kleene's. A contact passes when the filter is true.
//
//   S. C. Kleene, "Introduction to Metamathematics", 1952, §64: the strong
//   tables.
//
// At most 64 KiB, 32 open parentheses, 100 comparisons.

#ifndef CIBLE_SEGMENTATION_DATA_FILTER_H_
#define CIBLE_SEGMENTATION_DATA_FILTER_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/drift.h"
#include "segmentation/data/lifecycle_state.h"
#include "segmentation/data/schema.h"

namespace cible {

// What is known of the contacts of a table beside their attributes and ids;
// vectors are empty or one a row. An empty segment is "no segment", an empty
// organisation none.
struct ContactFacts {
  std::vector<std::string> segments;
  std::vector<Stage> stages;
  std::vector<std::string> organizations = {};  // Ids.
  std::vector<ContactKind> kinds = {};
  std::vector<BuyingRole> buying_roles = {};
  std::vector<LifecycleState> lifecycles = {};
  // What `today` is, of all rows; nullopt: it is unknown.
  std::optional<Date> today = {};
};

// Kleene's logic in numbers: AND is the least, OR the greatest, NOT 2 - x.
using Truth = std::uint8_t;
inline constexpr Truth kIsFalse = 0, kIsUnknown = 1, kIsTrue = 2;
using Truths = std::vector<Truth>;  // One a row.

// A day that never comes.
inline constexpr std::int32_t kNoDay = std::numeric_limits<std::int32_t>::max();

// What a filter may name beside the attributes of a schema.
struct FilterContext {
  // Words that stand for a number that NUMERIC attributes may be compared with:
  // "offer.min_price". nullopt: such a comparison is unknown.
  std::map<std::string, std::optional<double>> numbers = {};
  // How attributes drift, for NextChanges; null: none does.
  std::function<Drift(const Attribute&)> drift = {};
};

// Immutable.
class Filter {
 public:
  // An empty text passes everything.
  // Errors: INVALID_ARGUMENT with the position and what was expected; an
  // unknown attribute; a value that does not fit the attribute's type; a limit
  // exceeded. Messages name attributes, never values.
  static absl::StatusOr<Filter> Parse(absl::string_view text, const Schema& schema,
                                      const FilterContext& context = {});

  // One flag a row: 1 passes. A column the table lacks is unknown, and so
  // are ids. O(rows x comparisons).
  // REQUIRES: the columns are as CheckTable wants them.
  std::vector<std::uint8_t> Evaluate(const ContactTable& table, const ContactFacts& facts) const;

  // What it says of each row, unknown told apart from false. An empty filter is true.
  Truths Judge(const ContactTable& table, const ContactFacts& facts) const;

  // Of each row the first day after facts.today on which Judge may give something
  // else though nothing happens; kNoDay: never. It may be too early, since comparisons
  // are looked at one by one, but not too late. O(rows x comparisons).
  // REQUIRES: facts.today is set; half_life_days > 0.
  std::vector<std::int32_t> NextChanges(const ContactTable& table, const ContactFacts& facts,
                                        double half_life_days) const;

  bool passes_all() const { return root_ == nullptr; }
  // Attributes (ids) the filter reads, sorted.
  const std::vector<std::string>& attributes() const { return attributes_; }
  // Whether it reads contact.segment.
  bool reads_segment() const { return reads_segment_; }
  // Whether it reads contact.id.
  bool reads_id() const { return reads_id_; }
  // Whether it reads contact.organization.
  bool reads_organization() const { return reads_organization_; }
  // Whether it reads any of lifecycle_state.h.
  bool reads_lifecycle() const { return reads_lifecycle_; }

 private:
  struct Node;
  struct Binder;

  std::shared_ptr<const Node> root_;
  std::vector<std::string> attributes_;
  bool reads_segment_ = false;
  bool reads_id_ = false;
  bool reads_organization_ = false;
  bool reads_lifecycle_ = false;
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_FILTER_H_
