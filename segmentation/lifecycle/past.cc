#include "segmentation/lifecycle/past.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "segmentation/behaviour/organization_attributes.h"
#include "segmentation/lifecycle/classifier.h"

namespace cible {
namespace {

// What one contact did, up to a day that moves on.
class Doing {
 public:
  Doing(std::vector<Event> events, const BehaviourRules& rules, const absl::TimeZone& zone)
      : events_(std::move(events)), rules_(rules), zone_(zone) {
    std::sort(events_.begin(), events_.end(), [&](const Event& a, const Event& b) {
      return DayOf(a, zone_).days < DayOf(b, zone_).days;
    });
  }

  // The day of the next event; kNoDay: there is none.
  std::int32_t NextDay() const {
    return next_ == events_.size() ? kNoDay : DayOf(events_[next_], zone_).days;
  }

  void MoveTo(std::int32_t day) {
    for (; NextDay() <= day && next_ < events_.size(); ++next_) {
      const Event& event = events_[next_];
      OrderTotals* order = IsOfAnOrder(event.type) ? &orders_[OrderKey(event)] : nullptr;
      behaviour_.Add(event, rules_, zone_, order);
    }
  }

  const Behaviour& behaviour() const { return behaviour_; }

 private:
  std::vector<Event> events_;
  const BehaviourRules& rules_;
  const absl::TimeZone& zone_;
  std::size_t next_ = 0;
  Behaviour behaviour_;
  std::map<std::string, OrderTotals> orders_;
};

// An attribute that is derived from what was done, or stated.
struct Source {
  const Attribute* attribute = nullptr;
  std::optional<BehaviourMeasure> of_events;
  std::optional<PeopleMeasure> of_people;
};

class Past {
 public:
  explicit Past(const PastInput& input) : input_(input), zone_(absl::UTCTimeZone()) {
    absl::LoadTimeZone(input.rules.time_zone, &zone_);
    own_.emplace(input.events, input_.rules, zone_);
    for (const PersonsPast& person : input.people) {
      people_.push_back({person.id, person.role, Doing(person.events, input_.rules, zone_)});
    }
    for (const std::string& id : input.policy->attributes()) {
      const Attribute* attribute = input.schema->Find(id);
      sources_.push_back(
          {attribute, BehaviourMeasure::Of(*attribute), PeopleMeasure::Of(*attribute)});
    }
  }

  std::vector<Journey::Step> StepsBefore(std::int32_t until_day) {
    std::vector<Journey::Step> steps;
    std::int32_t due = kNoDay;
    while (true) {
      const std::int32_t day = std::min(due, NextDay());
      if (day >= until_day || day == kNoDay) return steps;
      MoveTo(day);
      const Classified found = StandingOn(Date{day});
      own_state_ = found.own;
      due = std::max(found.due_day, day + 1);
      LifecycleState standing;
      for (const LifecycleField field : {LifecycleField::kRelation, LifecycleField::kCustomerStage,
                                         LifecycleField::kFormerCustomer}) {
        standing.Set(field, found.state.Get(field));
      }
      if (steps.empty() || !(steps.back().state == standing)) steps.push_back({day, standing});
    }
  }

 private:
  struct Person {
    std::string id;
    BuyingRole role;
    Doing doing;
  };

  std::int32_t NextDay() const {
    std::int32_t next = own_->NextDay();
    for (const Person& person : people_) next = std::min(next, person.doing.NextDay());
    return next;
  }

  void MoveTo(std::int32_t day) {
    own_->MoveTo(day);
    for (Person& person : people_) person.doing.MoveTo(day);
  }

  std::optional<Value> ValueOf(const Source& source, const AsOf& as_of,
                               const People& people) const {
    if (source.of_events.has_value()) return source.of_events->ValueOf(own_->behaviour(), as_of);
    if (source.of_people.has_value()) {
      if (input_.kind == ContactKind::kPerson) return std::nullopt;
      return source.of_people->ValueOf(people, own_->behaviour(), as_of);
    }
    const Column* column =
        input_.stated == nullptr ? nullptr : input_.stated->Find(source.attribute->id);
    return column == nullptr ? std::nullopt : Get(*column, 0);
  }

  ContactTable TableOn(Date day) const {
    AsOf as_of = input_.as_of;
    as_of.day = day;
    People people(as_of);
    for (const Person& person : people_) {
      people.Add(person.id, person.role, person.doing.behaviour());
    }
    ContactTable table{.row_count = 1};
    for (const Source& source : sources_) {
      table.columns.push_back(MakeColumn(source.attribute->id, source.attribute->type));
      Append(table.columns.back(), ValueOf(source, as_of, people));
    }
    return table;
  }

  Classified StandingOn(Date day) const {
    const int delay = input_.policy->settings().dormant_customer_is_prospect_after_days;
    const ContactTable table = TableOn(day);
    const ContactTable earlier = TableOn(Date{day.days - delay});
    LifecycleInput input{.table = &table, .earlier = &earlier};
    input.facts.today = day;
    input.facts.kinds = {input_.kind};
    input.previous = {own_state_};
    input.half_life_days = input_.as_of.half_life_days;
    return Classify(*input_.policy, input).front();
  }

  const PastInput& input_;
  absl::TimeZone zone_;
  std::optional<Doing> own_;
  std::vector<Person> people_;
  std::vector<Source> sources_;
  LifecycleState own_state_;
};

}  // namespace

PolicySettings StandingOnly(const PolicySettings& settings) {
  PolicySettings standing;
  standing.customer = settings.customer;
  standing.prospect = settings.prospect;
  standing.new_customer = settings.new_customer;
  standing.loyal_customer = settings.loyal_customer;
  standing.dormant_customer = settings.dormant_customer;
  standing.dormant_customer_is_prospect_after_days =
      settings.dormant_customer_is_prospect_after_days;
  return standing;
}

std::vector<Journey::Step> StandingBefore(const PastInput& input, std::int32_t until_day) {
  return Past(input).StepsBefore(until_day);
}

}  // namespace cible
