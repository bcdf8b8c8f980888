#include "segmentation/lifecycle/tried_contacts.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "segmentation/lifecycle/tried_behaviours.h"
#include "segmentation/lifecycle/value_text.h"

namespace cible {
namespace {

constexpr char kKind[] = "contact.kind";
constexpr char kStage[] = "contact.stage";
constexpr char kBuyingRole[] = "contact.buying_role";
constexpr char kOrganization[] = "contact.organization";

constexpr std::int64_t kMostHeads = 1000;

std::optional<LifecycleField> LifecycleFieldOf(absl::string_view fact) {
  for (const LifecycleField field : kLifecycleFields) {
    if (fact == absl::StrCat("contact.", Name(field))) return field;
  }
  return std::nullopt;
}

// How many values it has that are known. Policies ask of an organisation whether
// there is one, and no more.
std::size_t ValuesOfFact(absl::string_view fact) {
  if (fact == kOrganization) return 1;
  if (fact == kStage || fact == kBuyingRole) return 3;
  const auto field = LifecycleFieldOf(fact);
  return field.has_value() ? ValueNames(*field).size() : 0;
}

// Whether a person, or an organisation, may have such an attribute.
bool MayHave(const Attribute& attribute, bool is_organization) {
  if (attribute.applies_to == AppliesTo::kBoth) return true;
  return is_organization == (attribute.applies_to == AppliesTo::kOrganizations);
}

absl::string_view After(absl::string_view text, absl::string_view prefix) {
  absl::ConsumePrefix(&text, prefix);
  return text;
}

// Leaves one of those that no condition tells apart: `side(each)` is the same.
template <typename T, typename SideFn>
void KeepOneOfEachSide(std::vector<T>& all, const SideFn& side) {
  std::set<std::vector<std::int64_t>> seen;
  std::erase_if(all, [&](const T& each) { return !seen.insert(side(each)).second; });
}

// So that sums of what an organisation and its people did stay at the edges.
void LeastFirst(std::vector<Behaviour>& behaviours) {
  const auto size = [](const Behaviour& behaviour) {
    const absl::int128 money = behaviour.monetary;
    return std::tuple(behaviour.orders, money < 0 ? -money : money, behaviour.events);
  };
  std::stable_sort(behaviours.begin(), behaviours.end(),
                   [&](const Behaviour& a, const Behaviour& b) { return size(a) < size(b); });
}

// Not cut within a character.
std::string Quoted(const std::string& text) {
  std::size_t end = std::min<std::size_t>(text.size(), 64);
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) --end;
  return absl::StrCat("\"", text.substr(0, end), end < text.size() ? "..." : "", "\"");
}

}  // namespace

TriedContacts::TriedContacts(EdgesByName edges, const Schema& schema, Date today, std::int64_t most)
    : edges_(std::move(edges)), as_of_{.day = today} {
  for (const auto& [name, of_it] : edges_) {
    if (const Attribute* attribute = schema.Find(name); attribute != nullptr) {
      AddAttribute(*attribute, of_it);
    } else if (name != kKind) {
      facts_.push_back(name);
    }
  }
  AddBehaviours(most);
  AddPeople(most);
  std::vector<std::size_t> sizes = {1 + people_.size()};
  for (const std::string& fact : facts_) sizes.push_back(ValuesOfFact(fact) + 1);
  for (const Stated& stated : stated_) sizes.push_back(stated.values.size());
  sizes.push_back(behaviours_.size());
  choices_.emplace(std::move(sizes), most);
}

void TriedContacts::AddAttribute(const Attribute& attribute, const Edges& edges) {
  if (const auto measure = BehaviourMeasure::Of(attribute)) {
    of_events_.push_back({&attribute, *measure});
    const std::string name(After(attribute.derived_from, "events/"));
    if (const auto slash = name.find('/'); slash != std::string::npos) {
      as_of_.categories.push_back(name.substr(slash + 1));
    }
  } else if (const auto of_people = PeopleMeasure::Of(attribute); of_people.has_value()) {
    of_people_.push_back({&attribute, *of_people});
  } else if (absl::StartsWith(attribute.derived_from, "events/") || IsFromPeople(attribute)) {
    stated_.push_back({&attribute, {std::nullopt}});  // In no way that is known.
  } else {
    stated_.push_back({&attribute, ValuesAt(attribute, edges, as_of_.day)});
  }
}

// What an organisation did itself counts among what its people did.
void TriedContacts::AddBehaviours(std::int64_t most) {
  EdgesByMeasure measures;
  for (const OfEvents& each : of_events_) {
    measures[std::string(After(each.attribute->derived_from, "events/"))].Add(
        edges_[each.attribute->id]);
  }
  for (const OfPeople& each : of_people_) {
    measures[std::string(After(each.attribute->derived_from, "people/"))].Add(
        edges_[each.attribute->id]);
  }
  TriedBehaviours tried = BehavioursAt(measures, as_of_, most);
  is_complete_ = is_complete_ && tried.is_complete && (of_events_.empty() || of_people_.empty());
  behaviours_ = std::move(tried.behaviours);
  if (!of_people_.empty()) LeastFirst(behaviours_);
  KeepOneOfEachSide(behaviours_, [&](const Behaviour& behaviour) {
    std::vector<std::int64_t> sides = SidesOf(
        of_events_, [&](const OfEvents& each) { return each.measure.ValueOf(behaviour, as_of_); });
    const std::vector<std::int64_t> among_people = SidesOf(of_people_, [&](const OfPeople& each) {
      return each.measure.ValueOf(People(as_of_), behaviour, as_of_);
    });
    sides.insert(sides.end(), among_people.begin(), among_people.end());
    return sides;
  });
}

// Of one person whose behaviour is at the edges, besides others who did nothing.
void TriedContacts::AddPeople(std::int64_t most) {
  EdgesByMeasure measures;
  std::set<std::int64_t> heads = {1};
  std::set<std::string> deciders = {""};
  for (const OfPeople& each : of_people_) {
    const std::string name(After(each.attribute->derived_from, "people/"));
    const Edges& edges = measures[name] = edges_[each.attribute->id];
    if (name == "headcount") {
      for (const std::int64_t count : CountsAt(edges.numbers)) heads.insert(count);
      is_complete_ = is_complete_ && *heads.rbegin() <= kMostHeads;
      heads.erase(heads.upper_bound(kMostHeads), heads.end());
    } else if (name == "best_decision_maker") {
      deciders.insert("another");
      deciders.insert(edges.texts.begin(), edges.texts.end());
    }
  }
  heads.erase(0);
  TriedBehaviours tried = BehavioursAt(measures, as_of_, most);
  is_complete_ = is_complete_ && tried.is_complete;
  LeastFirst(tried.behaviours);
  for (const Behaviour& behaviour : tried.behaviours) {
    for (const std::int64_t count : heads) {
      for (const std::string& decider : deciders) {
        People& people = people_.emplace_back(as_of_);
        people.Add(decider, decider.empty() ? BuyingRole::kUses : BuyingRole::kDecides, behaviour);
        for (std::int64_t i = 1; i < count; ++i) people.AddHead();
      }
    }
  }
  people_.emplace_back(as_of_);
  KeepOneOfEachSide(people_, [&](const People& people) {
    return SidesOf(of_people_,
                   [&](const OfPeople& each) { return each.measure.ValueOf(people, {}, as_of_); });
  });
}

std::int64_t TriedContacts::SideOfSummand(const Attribute& attribute,
                                          const std::optional<Value>& value) const {
  const auto* number = value.has_value() ? std::get_if<double>(&*value) : nullptr;
  const bool is_summed = number != nullptr && DriftOf(attribute) == Drift::kNone;
  if (is_summed && !of_events_.empty() && !of_people_.empty()) {
    constexpr double kMost = 1e15;
    return std::llround(std::clamp(*number, -kMost, kMost) * 100);
  }
  return SideOf(value, edges_.at(attribute.id), as_of_.day);
}

TriedRows TriedContacts::Rows(std::int64_t first, int count) const {
  TriedRows rows;
  rows.table.row_count = count;
  rows.facts.today = as_of_.day;
  const auto add_column = [&](const Attribute& attribute) {
    rows.table.columns.push_back(MakeColumn(attribute.id, attribute.type));
  };
  for (const Stated& stated : stated_) add_column(*stated.attribute);
  for (const OfEvents& each : of_events_) add_column(*each.attribute);
  for (const OfPeople& each : of_people_) add_column(*each.attribute);
  for (std::int64_t i = 0; i < count; ++i) PutRow(choices_->At(first + i), rows);
  return rows;
}

void TriedContacts::PutRow(const std::vector<std::size_t>& choice, TriedRows& rows) const {
  const bool is_organization = choice.front() > 0;
  PutFacts(choice, is_organization, rows.facts);
  std::size_t column = 0;
  const auto put = [&](const Attribute& attribute, std::optional<Value> value) {
    if (!MayHave(attribute, is_organization)) value.reset();
    Append(rows.table.columns[column++], value);
  };
  std::size_t at = 1 + facts_.size();
  for (const Stated& stated : stated_) put(*stated.attribute, stated.values[choice[at++]]);
  const Behaviour& own = behaviours_[choice.back()];
  for (const OfEvents& each : of_events_) put(*each.attribute, each.measure.ValueOf(own, as_of_));
  for (const OfPeople& each : of_people_) {
    put(*each.attribute, is_organization
                             ? each.measure.ValueOf(people_[choice.front() - 1], own, as_of_)
                             : std::nullopt);
  }
}

// The first choice of a fact is its first value, the last that it is unknown.
// Organisations belong to none, and have no part in the purchases of one.
void TriedContacts::PutFacts(const std::vector<std::size_t>& choice, bool is_organization,
                             ContactFacts& facts) const {
  facts.kinds.push_back(is_organization ? ContactKind::kOrganization : ContactKind::kPerson);
  LifecycleState state;
  for (std::size_t i = 0; i < facts_.size(); ++i) {
    const std::string& name = facts_[i];
    const std::size_t chosen = choice[1 + i];
    const int code = chosen == ValuesOfFact(name) ? 0 : static_cast<int>(chosen) + 1;
    const int of_person = is_organization ? 0 : code;
    if (name == kStage) facts.stages.push_back(static_cast<Stage>(code));
    if (name == kBuyingRole) facts.buying_roles.push_back(static_cast<BuyingRole>(of_person));
    if (name == kOrganization) facts.organizations.push_back(of_person == 0 ? "" : "another");
    if (const auto field = LifecycleFieldOf(name)) state.Set(*field, code);
  }
  facts.lifecycles.push_back(state);
}

std::string TriedContacts::DescribeValue(const Edges& edges, const Value& value) const {
  const auto* date = std::get_if<Date>(&value);
  if (date != nullptr && edges.days.empty()) {
    const int days = date->days - as_of_.day.days;
    if (days == 0) return "today";
    return absl::StrCat("today ", days < 0 ? "- " : "+ ", std::abs(days), "d");
  }
  if (const auto* yes = std::get_if<bool>(&value)) return *yes ? "true" : "false";
  if (const auto* set = std::get_if<StringSet>(&value); set != nullptr && set->members.empty()) {
    return "no tag";
  }
  const bool is_figure = std::holds_alternative<double>(value) || date != nullptr;
  return is_figure ? ValueText(value) : Quoted(ValueText(value));
}

std::string TriedContacts::Describe(const TriedRows& rows, int row) const {
  constexpr std::size_t kMost = 8;
  std::vector<std::string> parts;
  for (const auto& [name, edges] : edges_) {
    if (parts.size() == kMost) break;
    std::string text;
    if (const Column* column = rows.table.Find(name); column != nullptr) {
      if (const auto value = Get(*column, row)) text = DescribeValue(edges, *value);
    } else {
      text = FactText(name, rows.facts, static_cast<std::size_t>(row));
    }
    parts.push_back(text.empty() ? absl::StrCat(name, " unknown")
                                 : absl::StrCat(name, " = ", text));
  }
  return absl::StrJoin(parts, ", ");
}

}  // namespace cible
