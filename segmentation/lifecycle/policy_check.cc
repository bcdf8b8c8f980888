#include "segmentation/lifecycle/policy_check.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "segmentation/behaviour/behaviour_attributes.h"
#include "segmentation/behaviour/organization_attributes.h"
#include "segmentation/lifecycle/edges.h"
#include "segmentation/lifecycle/exclusion.h"
#include "segmentation/lifecycle/tried_contacts.h"
#include "segmentation/personas/lexicon.h"

namespace cible {
namespace {

constexpr Date kSomeDay = {20'454};  // 2026-01-01.
constexpr int kRowsAtOnce = 4096;

using Conditions = std::vector<const Condition*>;

absl::Status Refuse(absl::string_view field, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(field, ": ", what));
}

EdgesByName EdgesOf(const Conditions& conditions, const Policy& policy, const Schema& schema) {
  EdgesByName edges;
  for (const Condition* condition : conditions) {
    AddEdges(*condition, schema, policy.offer(), edges);
  }
  return edges;
}

// How many days before today, or after it, something is compared with: dates are counted
// from today, and some numbers are days since a date.
std::set<std::int32_t> OffsetsOf(const EdgesByName& edges, const Schema& schema) {
  std::set<std::int32_t> offsets = {0};
  for (const auto& [name, each] : edges) {
    offsets.insert(each.from_today.begin(), each.from_today.end());
    const Attribute* attribute = schema.Find(name);
    if (attribute == nullptr || DriftOf(*attribute) != Drift::kDaysSince) continue;
    for (const std::int64_t days : CountsAt(each.numbers)) {
      if (days <= kLongestDelayDays) offsets.insert(-static_cast<std::int32_t>(days));
    }
  }
  return offsets;
}

struct DaysToAskAbout {
  std::vector<Date> days;
  bool are_all = true;  // Otherwise some of those that there are.
};

// Where all is counted from today one day is as good as another; dates of the calendar
// lie before, between and after what is counted from it.
DaysToAskAbout DaysFor(const EdgesByName& edges, const Schema& schema) {
  constexpr std::size_t kMost = 64;
  std::set<std::int32_t> dates, days;
  for (const auto& [name, each] : edges) dates.insert(each.days.begin(), each.days.end());
  if (dates.empty()) return {{kSomeDay}};
  for (const std::int32_t offset : OffsetsOf(edges, schema)) {
    for (const std::int32_t date : dates) {
      days.insert({date - offset - 2, date - offset, date - offset + 2});
    }
  }
  const std::vector<std::int32_t> all(days.begin(), days.end());
  DaysToAskAbout asked{.days = {}, .are_all = all.size() <= kMost};
  const std::size_t count = std::min(kMost, all.size());
  for (std::size_t i = 0; i < count; ++i) {
    asked.days.push_back({all[i * (all.size() - 1) / (count - 1)]});
  }
  return asked;
}

// Some contacts, and what each of some conditions says of them.
struct Judged {
  const TriedRows& rows;
  std::vector<Truths> truths;

  bool AreTrue(std::size_t row) const {
    return std::all_of(truths.begin(), truths.end(),
                       [&](const Truths& each) { return each[row] == kIsTrue; });
  }
};

// Looks for a contact that `is_wanted(judged, row)`; nullopt: there is none. A contact
// that was found, in words. `is_complete`: whether all were tried.
template <typename Wanted>
std::optional<std::string> FindContact(const Conditions& conditions, const EdgesByName& edges,
                                       const Schema& schema, const Wanted& is_wanted,
                                       bool* is_complete = nullptr,
                                       std::int64_t most_tried = kMostTried) {
  const auto [days, are_all_days] = DaysFor(edges, schema);
  if (is_complete != nullptr) *is_complete = are_all_days;
  for (const Date today : days) {
    const TriedContacts tried(edges, schema, today,
                              most_tried / static_cast<std::int64_t>(days.size()));
    if (is_complete != nullptr) *is_complete = *is_complete && tried.is_complete();
    for (std::int64_t first = 0; first < tried.count(); first += kRowsAtOnce) {
      const auto count =
          static_cast<int>(std::min<std::int64_t>(kRowsAtOnce, tried.count() - first));
      const TriedRows rows = tried.Rows(first, count);
      Judged judged{.rows = rows, .truths = {}};
      for (const Condition* condition : conditions) {
        judged.truths.push_back(condition->Judge(rows.table, rows.facts));
      }
      for (int row = 0; row < count; ++row) {
        if (!is_wanted(judged, static_cast<std::size_t>(row))) continue;
        const std::string text = tried.Describe(rows, row);
        return days.size() == 1 ? text : absl::StrCat(text, ", on ", FormatDate(today));
      }
    }
  }
  return std::nullopt;
}

// `besides`: what else has to do with it.
absl::Status RefuseOverlap(const Condition& first, const Condition& second, const Policy& policy,
                           const Schema& schema, absl::string_view besides = "") {
  if (first.is_empty() || second.is_empty()) return absl::OkStatus();
  const Conditions both = {&first, &second};
  const auto contact =
      FindContact(both, EdgesOf(both, policy, schema), schema,
                  [](const Judged& judged, std::size_t row) { return judged.AreTrue(row); });
  if (!contact.has_value()) return absl::OkStatus();
  return Refuse(absl::StrCat(first.name(), " and ", second.name()),
                absl::StrCat("both are true of a contact with ", *contact, besides,
                             "; exclude it from one of them, as by ",
                             ExclusionAdvice(first, second, schema)));
}

// What tells when somebody has bought last: those derived from events and from people,
// and attributes that are called so.
class LastPurchase {
 public:
  LastPurchase(const Condition& condition, const Schema& schema) {
    bool reads_events = false, reads_people = false;
    for (const std::string& id : condition.filter().attributes()) {
      const Attribute* attribute = schema.Find(id);
      if (attribute == nullptr) continue;
      reads_events = reads_events || absl::StartsWith(attribute->derived_from, "events/");
      reads_people = reads_people || IsFromPeople(*attribute);
      if (!IsDerived(*attribute) && IsRecency(*attribute)) attributes_.push_back(attribute);
    }
    for (const Attribute& attribute : schema.attributes()) {
      const std::string& origin = attribute.derived_from;
      const bool tells = (reads_events && origin == "events/last_purchase_date") ||
                         (reads_people && origin == "people/last_purchase_date");
      if (tells) attributes_.push_back(&attribute);
    }
  }

  // Empty: nothing that it reads tells.
  const std::vector<const Attribute*>& attributes() const { return attributes_; }

  void AddEdgesOfToday(EdgesByName& edges) const {
    for (const Attribute* attribute : attributes_) {
      Edges& of_it = edges[attribute->id];
      of_it.numbers.insert(0);
      of_it.from_today.insert(0);
    }
  }

  // All that is known says today.
  bool IsToday(const TriedRows& rows, std::size_t row) const {
    bool is_known = false;
    for (const Attribute* attribute : attributes_) {
      const Column* column = rows.table.Find(attribute->id);
      if (column == nullptr || column->validity[row] == 0) continue;
      is_known = true;
      if (!SaysToday(*Get(*column, static_cast<int>(row)), *rows.facts.today)) return false;
    }
    return is_known;
  }

 private:
  static bool IsRecency(const Attribute& attribute) {
    const bool is_measured = attribute.type == AttributeType::kNumeric ||
                             attribute.type == AttributeType::kDate ||
                             attribute.type == AttributeType::kTimestamp;
    const Concept* meaning = Lexicon::Get().OfAttribute(attribute).meaning;
    return is_measured && meaning != nullptr && meaning->id == "recency";
  }

  static bool SaysToday(const Value& value, Date today) {
    if (const auto* days = std::get_if<double>(&value)) return *days == 0;
    if (const auto* date = std::get_if<Date>(&value)) return *date == today;
    const auto* time = std::get_if<Timestamp>(&value);
    return time != nullptr && DayOf(*time) == today;
  }

  std::vector<const Attribute*> attributes_;
};

absl::Status RefuseDormantBeforeActive(const Policy& policy, const Schema& schema) {
  const Condition& dormant = policy.dormant_customer;
  if (dormant.is_empty() || policy.customer.is_empty()) return absl::OkStatus();
  const LastPurchase last(dormant, schema);
  if (last.attributes().empty()) return absl::OkStatus();
  const Conditions both = {&policy.customer, &dormant};
  EdgesByName edges = EdgesOf(both, policy, schema);
  last.AddEdgesOfToday(edges);
  const auto contact = FindContact(both, edges, schema, [&](const Judged& judged, std::size_t row) {
    return judged.AreTrue(row) && last.IsToday(judged.rows, row);
  });
  if (!contact.has_value()) return absl::OkStatus();
  const Attribute& attribute = *last.attributes().front();
  const bool is_count = attribute.type == AttributeType::kNumeric;
  return Refuse(dormant.name(),
                absl::StrCat("true of a customer who bought today, with ", *contact,
                             "; let some time pass first, as by adding \"AND ", attribute.id,
                             is_count ? " > 365" : " < today - 365d", "\""));
}

absl::Status RefuseIdle(const Condition& condition, const Policy& policy, const Schema& schema) {
  bool is_complete = true, is_known = false;
  const Conditions only = {&condition};
  // A long policy costs little more than one of so many conditions.
  constexpr std::int64_t kConditionsInFull = 20;
  const std::int64_t count = std::ssize(policy.Conditions());
  const std::int64_t most_tried =
      kMostTried * kConditionsInFull / std::max(kConditionsInFull, count);
  const auto contact = FindContact(
      only, EdgesOf(only, policy, schema), schema,
      [&](const Judged& judged, std::size_t row) {
        is_known = is_known || judged.truths.front()[row] != kIsUnknown;
        return judged.AreTrue(row);
      },
      &is_complete, most_tried);
  if (contact.has_value() || !is_complete) return absl::OkStatus();
  return Refuse(condition.name(),
                is_known ? "true of no contact, whatever is known of it; correct it, or leave it "
                           "empty"
                         : "never known of any contact; read attributes that can be known, or "
                           "leave it empty");
}

bool ReadsPrices(const Condition& condition) {
  return absl::StrContains(condition.text(), "offer.");
}

// Every offer, one after the other; where there is none, one that is made up, so that
// what compares with its prices is known.
std::vector<Offer> OffersToTry(const Policy& policy) {
  if (!policy.settings().offers.empty()) return policy.settings().offers;
  Offer offer;
  offer.id = "offer";
  offer.min_price = 100;
  offer.max_price = 1000;
  return {offer};
}

// The criteria of money, which read the prices of an offer.
absl::Status CheckPrices(const Policy& policy, const Schema& schema) {
  for (const Offer& offer : OffersToTry(policy)) {
    const auto priced = Policy::Compile(policy.settings(), schema, &offer);
    if (!priced.ok()) return priced.status();
    for (const Policy::Criterion* criterion : {&priced->budget, &priced->purchasing_power}) {
      if (!ReadsPrices(criterion->met) && !ReadsPrices(criterion->not_met)) continue;
      absl::Status status =
          RefuseOverlap(criterion->met, criterion->not_met, *priced, schema,
                        absl::StrCat(", and the prices of offer \"", offer.id, "\""));
      for (const Condition* condition : {&criterion->met, &criterion->not_met}) {
        if (condition->is_empty() || !ReadsPrices(*condition)) continue;
        status.Update(RefuseIdle(*condition, *priced, schema));
      }
      if (!status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckPolicy(const Policy& policy, const Schema& schema) {
  const std::array<std::pair<const Condition*, const Condition*>, 3> stages = {{
      {&policy.new_customer, &policy.loyal_customer},
      {&policy.new_customer, &policy.dormant_customer},
      {&policy.loyal_customer, &policy.dormant_customer},
  }};
  absl::Status status = RefuseDormantBeforeActive(policy, schema);
  for (const auto& [first, second] : stages) {
    if (status.ok()) status = RefuseOverlap(*first, *second, policy, schema);
  }
  for (const Policy::Criterion* criterion : {&policy.budget, &policy.purchasing_power,
                                             &policy.authority, &policy.need, &policy.timing}) {
    const bool reads_prices = ReadsPrices(criterion->met) || ReadsPrices(criterion->not_met);
    if (!status.ok() || reads_prices) continue;
    status = RefuseOverlap(criterion->met, criterion->not_met, policy, schema);
  }
  if (status.ok()) status = CheckPrices(policy, schema);
  for (const Condition* condition : policy.Conditions()) {
    if (!status.ok()) break;
    if (!ReadsPrices(*condition)) status = RefuseIdle(*condition, policy, schema);
  }
  return status;
}

}  // namespace cible
