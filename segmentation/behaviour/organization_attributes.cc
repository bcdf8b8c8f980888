#include "segmentation/behaviour/organization_attributes.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "segmentation/behaviour/event_kinds.h"

namespace cible {
namespace {

using Result = std::optional<Value>;

constexpr absl::string_view kFromOrganization = "organization/";
constexpr absl::string_view kFromPeople = "people/";

using Day = std::optional<Date>;

// What is not known is before all days.
Day Later(Day a, Day b) { return std::max(a, b); }
Day Earlier(Day a, Day b) { return a.has_value() && b.has_value() ? std::min(a, b) : Later(a, b); }

Result Headcount(const People& people, const Behaviour&, const AsOf&) {
  return static_cast<double>(people.headcount());
}

Result Engagement(const People& people, const Behaviour&, const AsOf& as_of) {
  if (!people.has_events() && !as_of.events_are_complete) return std::nullopt;
  return people.engagement();
}

// Of the persons and the organisation itself something is known, or that nothing is.
bool IsKnown(const People& people, const Behaviour& own, const AsOf& as_of) {
  return people.has_events() || !own.is_empty() || as_of.events_are_complete;
}

template <absl::int128 PeopleTotals::*kAmount, absl::int128 Behaviour::*kOwn>
Result AmountOf(const People& people, const Behaviour& own, const AsOf& as_of) {
  if (!IsKnown(people, own, as_of)) return std::nullopt;
  return InCurrency(own.*kOwn + people.totals().*kAmount);
}

Result Frequency(const People& people, const Behaviour& own, const AsOf& as_of) {
  if (!IsKnown(people, own, as_of)) return std::nullopt;
  return static_cast<double>(own.orders + people.totals().orders);
}

template <std::int64_t PeopleTotals::*kCount, EventKind kKind>
Result CountOf(const People& people, const Behaviour& own, const AsOf& as_of) {
  if (!IsKnown(people, own, as_of)) return std::nullopt;
  return static_cast<double>(EventsOf(kKind, own) + people.totals().*kCount);
}

Result FirstPurchaseDate(const People& people, const Behaviour& own, const AsOf&) {
  return Earlier(people.totals().first_purchase, FirstDayOf(IsPurchase, own));
}

Result LastPurchaseDate(const People& people, const Behaviour& own, const AsOf&) {
  return Later(people.totals().last_purchase, LastDayOf(IsPurchase, own));
}

Result LastInterestDate(const People& people, const Behaviour& own, const AsOf&) {
  return Later(people.totals().last_interest, LastDayOf(IsInterestShown, own));
}

Result BestDecisionMaker(const People& people, const Behaviour&, const AsOf&) {
  if (people.best_decision_maker().empty()) return std::nullopt;
  return people.best_decision_maker();
}

struct Measure {
  absl::string_view name;
  absl::string_view id;
  absl::string_view display_name;
  AttributeType type = AttributeType::kNumeric;
  Criterion criterion = Criterion::kBehavioural;
  Role role = Role::kFeature;
  KnownAt known_at = KnownAt::kLead;
  Distribution distribution = Distribution::kAuto;
  bool is_money = false;
  Drift drift = Drift::kNone;
  int version = 1;  // Of the list, that brought it.
  Result (*function)(const People&, const Behaviour&, const AsOf&) = nullptr;
};

constexpr Measure kMeasures[] = {
    {.name = "headcount",
     .id = "headcount_known",
     .display_name = "Persons known",
     .criterion = Criterion::kFirmographic,
     .distribution = Distribution::kCount,
     .function = Headcount},
    {.name = "engagement",
     .id = "people_engagement",
     .display_name = "Engagement of its persons",
     .distribution = Distribution::kLogNormal,
     .drift = Drift::kHalving,
     .function = Engagement},
    {.name = "net_paid",
     .id = "people_net_paid",
     .display_name = "Net paid, with its persons",
     .known_at = KnownAt::kCustomer,
     .distribution = Distribution::kLogNormal,
     .is_money = true,
     .function = AmountOf<&PeopleTotals::net_paid, &Behaviour::net_paid>},
    {.name = "best_decision_maker",
     .id = "best_decision_maker",
     .display_name = "Best-known decision maker",
     .type = AttributeType::kText,
     .criterion = Criterion::kFirmographic,
     .role = Role::kDescriptor,
     .drift = Drift::kAny,
     .function = BestDecisionMaker},
    {.name = "monetary",
     .id = "people_monetary",
     .display_name = "Total spend, with its persons",
     .role = Role::kIgnored,
     .known_at = KnownAt::kCustomer,
     .distribution = Distribution::kLogNormal,
     .is_money = true,
     .version = 2,
     .function = AmountOf<&PeopleTotals::monetary, &Behaviour::monetary>},
    {.name = "frequency",
     .id = "people_frequency",
     .display_name = "Orders, with its persons",
     .role = Role::kIgnored,
     .known_at = KnownAt::kCustomer,
     .distribution = Distribution::kLogNormal,
     .version = 2,
     .function = Frequency},
    {.name = "first_purchase_date",
     .id = "people_first_purchase_date",
     .display_name = "First purchase, with its persons",
     .type = AttributeType::kDate,
     .role = Role::kIgnored,
     .known_at = KnownAt::kCustomer,
     .version = 2,
     .function = FirstPurchaseDate},
    {.name = "last_purchase_date",
     .id = "people_last_purchase_date",
     .display_name = "Last purchase, with its persons",
     .type = AttributeType::kDate,
     .role = Role::kIgnored,
     .known_at = KnownAt::kCustomer,
     .version = 2,
     .function = LastPurchaseDate},
    {.name = "contacts_made",
     .id = "people_contacts_made",
     .display_name = "Contacts made, with its persons",
     .role = Role::kIgnored,
     .distribution = Distribution::kCount,
     .version = 2,
     .function = CountOf<&PeopleTotals::contacts_made, IsContactMade>},
    {.name = "interest_shown",
     .id = "people_interest_shown",
     .display_name = "Times interest was shown, with its persons",
     .role = Role::kIgnored,
     .distribution = Distribution::kCount,
     .version = 2,
     .function = CountOf<&PeopleTotals::interest_shown, IsInterestShown>},
    {.name = "last_interest_date",
     .id = "people_last_interest_date",
     .display_name = "Interest last shown, with its persons",
     .type = AttributeType::kDate,
     .role = Role::kIgnored,
     .version = 2,
     .function = LastInterestDate},
};

// The measure that an attribute names after its origin; null: none.
const Measure* MeasureOf(const Attribute& attribute) {
  absl::string_view name = attribute.derived_from;
  if (!absl::ConsumePrefix(&name, kFromPeople)) return nullptr;
  const auto* const found =
      std::find_if(std::begin(kMeasures), std::end(kMeasures), [&](const Measure& measure) {
        return measure.name == name && measure.type == attribute.type;
      });
  return found == std::end(kMeasures) ? nullptr : found;
}

absl::Status CheckSource(const Attribute& attribute, const Attribute* source) {
  const auto refused = [&](absl::string_view what) {
    return absl::InvalidArgumentError(absl::StrCat("attribute \"", attribute.id,
                                                   "\" is derived from ", attribute.derived_from,
                                                   ", and ", what));
  };
  if (source == nullptr) {
    return refused("the schema has no attribute of that id; name one that it has");
  }
  if (source->type == AttributeType::kText) {
    return refused("that is TEXT, which nothing is derived from; name another attribute");
  }
  if (!OrganizationSource(*source).empty()) {
    return refused("that is itself of persons; name an attribute of organisations");
  }
  if (IsFromPeople(*source)) {
    return refused(
        "that adds persons up, to segment organisations by; name an attribute of the organisation "
        "itself");
  }
  if (source->type != attribute.type) {
    return refused(absl::StrCat("that is ", Name(source->type), "; give both that type"));
  }
  if (source->levels != attribute.levels) {
    return refused("has other levels than that; give both the same");
  }
  return absl::OkStatus();
}

}  // namespace

absl::string_view OrganizationSource(const Attribute& attribute) {
  absl::string_view source = attribute.derived_from;
  return absl::ConsumePrefix(&source, kFromOrganization) ? source : "";
}

absl::StatusOr<Attribute> CompletedByItsSource(Attribute attribute, const Schema& schema) {
  const absl::string_view id = OrganizationSource(attribute);
  const Attribute* source = schema.Find(id);
  if (source != nullptr && source->id != id) source = nullptr;  // Found by its display name.
  if (absl::Status status = CheckSource(attribute, source); !status.ok()) return status;
  if (attribute.applies_to == AppliesTo::kOrganizations) {
    return absl::InvalidArgumentError(
        absl::StrCat("attribute \"", attribute.id, "\" is derived from ", attribute.derived_from,
                     ", which persons alone have; let it apply to persons"));
  }
  attribute.applies_to = AppliesTo::kPersons;
  if (attribute.unit.empty()) attribute.unit = source->unit;
  if (attribute.criterion == Criterion::kUnspecified) attribute.criterion = source->criterion;
  if (attribute.distribution == Distribution::kAuto) attribute.distribution = source->distribution;
  attribute.sensitive = attribute.sensitive || source->sensitive;
  attribute.is_protected = attribute.is_protected || source->is_protected;
  return attribute;
}

void PeopleTotals::Add(const Behaviour& behaviour) {
  net_paid += behaviour.net_paid;
  monetary += behaviour.monetary;
  orders += behaviour.orders;
  contacts_made += EventsOf(IsContactMade, behaviour);
  interest_shown += EventsOf(IsInterestShown, behaviour);
  first_purchase = Earlier(first_purchase, FirstDayOf(IsPurchase, behaviour));
  last_purchase = Later(last_purchase, LastDayOf(IsPurchase, behaviour));
  last_interest = Later(last_interest, LastDayOf(IsInterestShown, behaviour));
}

void People::Add(absl::string_view id, BuyingRole role, const Behaviour& behaviour) {
  const double engagement = EngagementOf(behaviour, as_of_);
  ++headcount_;
  has_events_ = has_events_ || !behaviour.is_empty();
  engagement_ += engagement;
  totals_.Add(behaviour);
  if (role != BuyingRole::kDecides) return;
  const bool is_better = std::tuple(-engagement, -behaviour.events, id) <
                         std::tuple(-best_.engagement, -best_.events, absl::string_view(best_.id));
  if (best_.id.empty() || is_better) best_ = {std::string(id), engagement, behaviour.events};
}

std::vector<Attribute> PeopleAttributes(absl::string_view currency) {
  std::vector<Attribute> attributes;
  for (const Measure& measure : kMeasures) {
    Attribute& attribute = attributes.emplace_back();
    attribute.id = std::string(measure.id);
    attribute.display_name = std::string(measure.display_name);
    attribute.type = measure.type;
    attribute.criterion = measure.criterion;
    attribute.distribution = measure.distribution;
    attribute.role = measure.role;
    attribute.known_at = measure.known_at;
    attribute.applies_to = AppliesTo::kOrganizations;
    if (measure.is_money) attribute.unit = std::string(currency);
    attribute.derived_from = absl::StrCat(kFromPeople, measure.name);
  }
  return attributes;
}

bool IsFromPeople(const Attribute& attribute) {
  return absl::StartsWith(attribute.derived_from, kFromPeople);
}

Drift DriftOfPeople(const Attribute& attribute) {
  const Measure* measure = MeasureOf(attribute);
  return measure == nullptr ? Drift::kNone : measure->drift;
}

int PeopleListVersion(const Attribute& attribute) {
  const Measure* measure = MeasureOf(attribute);
  return measure == nullptr ? 0 : measure->version;
}

std::optional<PeopleMeasure> PeopleMeasure::Of(const Attribute& attribute) {
  const Measure* measure = MeasureOf(attribute);
  if (measure == nullptr) return std::nullopt;
  return PeopleMeasure(measure->function);
}

}  // namespace cible
