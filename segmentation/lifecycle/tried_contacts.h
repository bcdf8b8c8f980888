// Contacts on every side of the edges of conditions, combined in every way: persons and
// organisations, of whom what is derived from events and from people fits together.

#ifndef CIBLE_SEGMENTATION_LIFECYCLE_TRIED_CONTACTS_H_
#define CIBLE_SEGMENTATION_LIFECYCLE_TRIED_CONTACTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "segmentation/behaviour/behaviour_attributes.h"
#include "segmentation/behaviour/organization_attributes.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/filter.h"
#include "segmentation/data/schema.h"
#include "segmentation/lifecycle/choices.h"
#include "segmentation/lifecycle/edges.h"

namespace cible {

// Some of them, as conditions judge them.
struct TriedRows {
  ContactTable table;
  ContactFacts facts;
};

class TriedContacts {
 public:
  // Those that differ in what has edges, as of a day. `most`: of more a part is tried.
  // The schema outlives it.
  TriedContacts(EdgesByName edges, const Schema& schema, Date today, std::int64_t most);

  std::int64_t count() const { return choices_->count(); }
  // Whether these are all that there are.
  bool is_complete() const { return is_complete_ && choices_->is_complete(); }

  // REQUIRES: 0 <= first, first + count <= count().
  TriedRows Rows(std::int64_t first, int count) const;

  // "frequency = 3, first_purchase_date = today - 10d": what has edges.
  std::string Describe(const TriedRows& rows, int row) const;

 private:
  struct Stated {
    const Attribute* attribute;
    std::vector<std::optional<Value>> values;
  };
  struct OfEvents {
    const Attribute* attribute;
    BehaviourMeasure measure;
  };
  struct OfPeople {
    const Attribute* attribute;
    PeopleMeasure measure;
  };

  void AddAttribute(const Attribute& attribute, const Edges& edges);
  void AddBehaviours(std::int64_t most);
  void AddPeople(std::int64_t most);
  // The side on which a value lies; of sums of what an organisation and its people did
  // the sum itself, since a summand on the same side may make another sum.
  std::int64_t SideOfSummand(const Attribute& attribute, const std::optional<Value>& value) const;
  template <typename Measured, typename ValueFn>
  std::vector<std::int64_t> SidesOf(const std::vector<Measured>& attributes,
                                    const ValueFn& value) const {
    std::vector<std::int64_t> sides;
    for (const Measured& each : attributes) {
      sides.push_back(SideOfSummand(*each.attribute, value(each)));
    }
    return sides;
  }
  void PutRow(const std::vector<std::size_t>& choice, TriedRows& rows) const;
  void PutFacts(const std::vector<std::size_t>& choice, bool is_organization,
                ContactFacts& facts) const;
  std::string DescribeValue(const Edges& edges, const Value& value) const;

  EdgesByName edges_;
  AsOf as_of_;
  std::vector<std::string> facts_;  // Names of those that are read, but for the kind.
  std::vector<Stated> stated_;
  std::vector<OfEvents> of_events_;
  std::vector<OfPeople> of_people_;
  std::vector<Behaviour> behaviours_;  // Of the contacts themselves.
  std::vector<People> people_;         // Of organisations.
  bool is_complete_ = true;
  // One choice a fact, then an attribute stated, then of behaviours; the first is that
  // of a person, or of an organisation with these people.
  std::optional<Choices> choices_;
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_LIFECYCLE_TRIED_CONTACTS_H_
