#include "tests/segmentation/lifecycle/told_contact.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "segmentation/behaviour/behaviour_attributes.h"
#include "segmentation/behaviour/organization_attributes.h"
#include "tests/segmentation/behaviour/added_up.h"

namespace cible {
namespace {

Behaviour DoneBy(Date day, const ToldContact& contact) {
  std::vector<Event> past = contact.events;
  std::erase_if(past, [&](const Event& e) { return DayOf(e, absl::UTCTimeZone()) > day; });
  return AddedUp(past).behaviour();
}

AsOf AsOfDay(Date day, const ToldContact& contact) {
  return {.day = day, .events_are_complete = contact.events_are_complete};
}

People PeopleOn(Date day, Date as_of, const ToldContact& organization) {
  People people(AsOfDay(as_of, organization));
  for (std::size_t i = 0; i < organization.people.size(); ++i) {
    const ToldContact& person = organization.people[i];
    people.Add(absl::StrCat("p", i), person.role, DoneBy(day, person));
  }
  return people;
}

// Of what was done by a day, as of that day or an earlier one.
std::optional<Value> ValueOn(Date day, Date as_of_day, const ToldContact& contact,
                             const Attribute& attribute) {
  const AsOf as_of = AsOfDay(as_of_day, contact);
  if (const auto measure = BehaviourMeasure::Of(attribute)) {
    return measure->ValueOf(DoneBy(day, contact), as_of);
  }
  if (const auto measure = PeopleMeasure::Of(attribute)) {
    if (contact.kind == ContactKind::kPerson) return std::nullopt;
    return measure->ValueOf(PeopleOn(day, as_of_day, contact), DoneBy(day, contact), as_of);
  }
  for (const auto& [id, value] : contact.values) {
    if (id == attribute.id) return value;
  }
  return std::nullopt;
}

Attribute Stated(std::string id, AttributeType type) {
  Attribute attribute;
  attribute.id = id;
  attribute.display_name = std::move(id);
  attribute.type = type;
  attribute.role = type == AttributeType::kText ? Role::kDescriptor : Role::kFeature;
  return attribute;
}

}  // namespace

ToldContact ToldContact::Did(std::vector<Event> more) const {
  ToldContact contact = *this;
  contact.events.insert(contact.events.end(), more.begin(), more.end());
  return contact;
}

ToldContact ToldContact::With(std::string attribute, Value value) const {
  ToldContact contact = *this;
  contact.values.emplace_back(std::move(attribute), std::move(value));
  return contact;
}

LifecycleState StateOf(absl::string_view text) {
  LifecycleState state;
  for (const absl::string_view part : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> said = absl::StrSplit(part, '=');
    const auto field = std::find_if(kLifecycleFields.begin(), kLifecycleFields.end(),
                                    [&](LifecycleField f) { return Name(f) == said.first; });
    if (field == kLifecycleFields.end()) {
      ADD_FAILURE() << "no field " << said.first;
      continue;
    }
    const auto value = ValueOfName(*field, said.second);
    EXPECT_TRUE(value.has_value()) << "no value " << said.second;
    state.Set(*field, value.value_or(0));
  }
  return state;
}

Schema ToldSchema() {
  Schema schema;
  for (auto [id, type] :
       {std::pair("budget", AttributeType::kNumeric),
        std::pair("order_signed", AttributeType::kBoolean),
        std::pair("demo_date", AttributeType::kDate), std::pair("income", AttributeType::kNumeric),
        std::pair("age", AttributeType::kNumeric), std::pair("note", AttributeType::kText)}) {
    EXPECT_TRUE(schema.Add(Stated(id, type)).ok());
  }
  return schema;
}

Schema ToldPolicySchema() { return SchemaForPolicies(ToldSchema()); }

Policy Compiled(const PolicySettings& settings, const Offer* offer) {
  auto policy = Policy::Compile(settings, ToldPolicySchema(), offer);
  EXPECT_TRUE(policy.ok()) << policy.status();
  return policy.ok() ? *std::move(policy) : Policy();
}

ContactTable TableOn(Date day, const ToldContact& contact, const std::vector<std::string>& ids,
                     int days_before) {
  const Schema schema = ToldPolicySchema();
  ContactTable table{.row_count = 1};
  for (const std::string& id : ids) {
    const Attribute& attribute = *schema.Find(id);
    table.columns.push_back(MakeColumn(id, attribute.type));
    Append(table.columns.back(), ValueOn(day, Date{day.days - days_before}, contact, attribute));
  }
  return table;
}

Classified StandingOn(Date day, const ToldContact& contact, const Policy& policy) {
  const ContactTable now = TableOn(day, contact, policy.attributes());
  const ContactTable then = TableOn(day, contact, policy.dormancy_attributes(),
                                    policy.settings().dormant_customer_is_prospect_after_days);
  LifecycleInput input{.table = &now, .earlier = &then};
  input.facts.today = day;
  input.facts.kinds = {contact.kind};
  input.facts.stages = {contact.stage};
  input.facts.buying_roles = {contact.role};
  input.facts.organizations = {contact.organization.empty() ? "" : "acme"};
  input.previous = {contact.before.empty() ? contact.before_state : StateOf(contact.before)};
  const bool stands = !contact.organization.empty() && contact.organization != "-";
  input.organizations = {stands ? StateOf(contact.organization) : LifecycleState()};
  input.fits = {contact.fit};
  input.overrides = {contact.said};
  return Classify(policy, input).front();
}

}  // namespace cible
