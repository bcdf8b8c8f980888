#include "segmentation/lifecycle/qualification.h"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "segmentation/lifecycle/value_text.h"

namespace cible {
namespace {

CriterionPoints PointsOf(LifecycleField field, Finding finding, int worth,
                         const Question& question) {
  CriterionPoints criterion{.field = field, .finding = finding, .worth = worth};
  switch (finding) {
    case Finding::kMet: criterion.points = worth; break;
    case Finding::kNotMet: criterion.points = -worth; break;
    case Finding::kUnknown: criterion.question = question; break;
  }
  return criterion;
}

void AddFact(absl::string_view fact, const Condition& condition, const ContactFacts& facts,
             std::size_t row, std::vector<LifecycleEvidence>& evidence) {
  if (!absl::StrContains(condition.text(), fact)) return;
  std::string text = FactText(fact, facts, row);
  if (!text.empty()) evidence.push_back({std::string(fact), std::move(text)});
}

// One row of what a condition reads, as a table of its own.
ContactTable RowAlone(const Condition& condition, const ContactTable& table, int row) {
  ContactTable alone;
  alone.row_count = 1;
  for (const std::string& attribute : condition.filter().attributes()) {
    const Column* column = table.Find(attribute);
    if (column == nullptr) continue;
    Column& cell = alone.columns.emplace_back();
    cell.attribute = attribute;
    cell.data = std::visit(
        [](const auto& data) { return ColumnData(std::decay_t<decltype(data)>()); }, column->data);
    Append(cell, Get(*column, row));
  }
  return alone;
}

template <typename T>
std::vector<T> EntryAlone(const std::vector<T>& entries, int row) {
  if (entries.empty()) return {};
  return {entries[static_cast<std::size_t>(row)]};
}

ContactFacts FactsAlone(const ContactFacts& facts, int row) {
  return {.segments = EntryAlone(facts.segments, row),
          .stages = EntryAlone(facts.stages, row),
          .organizations = EntryAlone(facts.organizations, row),
          .kinds = EntryAlone(facts.kinds, row),
          .buying_roles = EntryAlone(facts.buying_roles, row),
          .lifecycles = EntryAlone(facts.lifecycles, row),
          .today = facts.today};
}

}  // namespace

Qualification Qualify(const Policy& policy, const LifecycleState& state, bool is_buyer) {
  const auto judged = [&](LifecycleField field, const Policy::Criterion& rule) {
    return PointsOf(field, state.finding(field), rule.points, rule.question);
  };
  const QualificationRules& rules = policy.settings().qualification;
  Qualification qualification;
  qualification.criteria = {
      judged(LifecycleField::kBudget, is_buyer ? policy.budget : policy.purchasing_power),
      judged(LifecycleField::kAuthority, policy.authority),
      judged(LifecycleField::kNeed, policy.need), judged(LifecycleField::kTiming, policy.timing),
      PointsOf(LifecycleField::kFit, FindingOf(state.fit()), rules.fit_points, rules.fit_question)};
  for (const CriterionPoints& criterion : qualification.criteria) {
    const bool is_open = criterion.finding == Finding::kUnknown;
    qualification.score += criterion.points;
    qualification.best_score += is_open ? criterion.worth : criterion.points;
  }
  return qualification;
}

std::vector<std::string> OffersNotBought(const Policy& policy, const ContactTable& table,
                                         const ContactFacts& facts, int row) {
  std::vector<std::string> ids;
  const ContactFacts alone = FactsAlone(facts, row);
  for (const Policy::BoughtOffer& each : policy.offers) {
    if (each.bought.is_empty()) continue;  // It is not known who has it.
    const Truths truths = each.bought.Judge(RowAlone(each.bought, table, row), alone);
    if (truths.front() == kIsFalse) ids.push_back(each.offer.id);
  }
  return ids;
}

std::vector<LifecycleEvidence> EvidenceOf(const Condition& condition, const ContactTable& table,
                                          const ContactFacts& facts, int row) {
  std::vector<LifecycleEvidence> evidence;
  if (condition.is_empty()) return evidence;
  for (const std::string& attribute : condition.filter().attributes()) {
    const Column* column = table.Find(attribute);
    if (column == nullptr) continue;
    const std::optional<Value> value = Get(*column, row);
    if (value.has_value()) evidence.push_back({attribute, ValueText(*value)});
  }
  if (!absl::StrContains(condition.text(), "contact.")) return evidence;
  const auto at = static_cast<std::size_t>(row);
  for (const absl::string_view fact :
       {"contact.buying_role", "contact.kind", "contact.organization", "contact.stage"}) {
    AddFact(fact, condition, facts, at, evidence);
  }
  for (const LifecycleField field : kLifecycleFields) {
    if (facts.lifecycles.empty()) break;
    AddFact(absl::StrCat("contact.", Name(field)), condition, facts, at, evidence);
  }
  std::sort(evidence.begin(), evidence.end(),
            [](const auto& a, const auto& b) { return a.attribute < b.attribute; });
  return evidence;
}

}  // namespace cible
