#include "segmentation/lifecycle/classifier.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

namespace cible {
namespace {

// What a condition says of every row, and until when.
struct Judged {
  const Condition* condition = nullptr;
  Truths truths;

  bool IsTrue(std::size_t row) const { return truths[row] == kIsTrue; }
  bool IsFalse(std::size_t row) const { return truths[row] == kIsFalse; }
  bool IsUnknown(std::size_t row) const { return truths[row] == kIsUnknown; }
};

constexpr FieldReason kOtherwise = {ReasonKind::kOtherwise};

FieldReason Because(const Judged& judged) { return {ReasonKind::kCondition, judged.condition}; }

// One field's value, and why.
struct Answer {
  int value = 0;
  FieldReason reason = {};
};

template <typename Enum>
Answer Says(Enum value, FieldReason reason) {
  return {static_cast<int>(value), reason};
}

constexpr Answer kNothingFound = {};

// Classifies the rows of one input, phase by phase: how they stand, how they qualify,
// what to do. Later phases read what the former found.
class Classification {
 public:
  Classification(const Policy& policy, const LifecycleInput& input)
      : policy_(policy),
        input_(input),
        facts_(input.facts),
        rows_(static_cast<std::size_t>(input.table->row_count)),
        results_(rows_) {}

  std::vector<Classified> Run() && {
    FindOverrides();
    FindStanding();
    ReadWhatWasFound();
    FindQualification();
    ReadWhatWasFound();
    FindActions();
    return std::move(results_);
  }

 private:
  void FindOverrides();
  void FindStanding();
  void FindQualification();
  void FindActions();
  void ReadWhatWasFound();
  void FindCriterion(LifecycleField field, const Policy::Criterion& rule,
                     const Policy::Criterion* of_others);

  Judged Judge(const Condition& condition);
  Judged JudgeEarlier(const Condition& condition);
  void NoteDue(const std::vector<std::int32_t>& days, int delay = 0);
  void Put(std::size_t row, LifecycleField field, const Answer& answer);
  void Inherit(std::size_t row, Answer& relation, Answer& former);
  void DropContradicted(std::size_t row);

  LifecycleState Previous(std::size_t row) const {
    return input_.previous.empty() ? LifecycleState() : input_.previous[row];
  }
  LifecycleState OrganizationOf(std::size_t row) const {
    return input_.organizations.empty() ? LifecycleState() : input_.organizations[row];
  }
  bool BelongsToAnOrganization(std::size_t row) const {
    return OrganizationOf(row).is_classified() ||
           (!facts_.organizations.empty() && !facts_.organizations[row].empty());
  }
  bool IsOrganization(std::size_t row) const {
    return !facts_.kinds.empty() && facts_.kinds[row] == ContactKind::kOrganization;
  }

  const Policy& policy_;
  const LifecycleInput& input_;
  ContactFacts facts_;
  const std::size_t rows_;
  std::vector<Classified> results_;
};

void Classification::FindOverrides() {
  if (input_.overrides.empty()) return;
  for (std::size_t row = 0; row < rows_; ++row) {
    for (const FieldOverride& said : input_.overrides[row]) {
      results_[row].state.Set(said.field, said.value);
      results_[row].due_day = std::min(results_[row].due_day, said.end_day);
    }
  }
}

Judged Classification::Judge(const Condition& condition) {
  Judged judged{&condition, condition.Judge(*input_.table, facts_)};
  if (condition.is_empty()) return judged;
  NoteDue(condition.filter().NextChanges(*input_.table, facts_, input_.half_life_days));
  return judged;
}

// As it was before the delay after which a dormant customer is one no more.
Judged Classification::JudgeEarlier(const Condition& condition) {
  if (input_.earlier == nullptr || condition.is_empty()) {
    return {&condition, Truths(rows_, kIsFalse)};
  }
  const int delay = policy_.settings().dormant_customer_is_prospect_after_days;
  const Date today = *facts_.today;
  facts_.today = Date{today.days - delay};
  Judged judged{&condition, condition.Judge(*input_.earlier, facts_)};
  NoteDue(condition.filter().NextChanges(*input_.earlier, facts_, input_.half_life_days), delay);
  facts_.today = today;
  return judged;
}

void Classification::NoteDue(const std::vector<std::int32_t>& days, int delay) {
  for (std::size_t row = 0; row < rows_; ++row) {
    if (days[row] == kNoDay) continue;
    results_[row].due_day = std::min(results_[row].due_day, days[row] + delay);
  }
}

// What a person said stays; what was found is kept beside it.
void Classification::Put(std::size_t row, LifecycleField field, const Answer& answer) {
  Classified& result = results_[row];
  result.found.Set(field, answer.value);
  FieldReason& reason = result.reasons[static_cast<std::size_t>(field) - 1];
  const bool is_said = result.state.Get(field) != 0;
  if (!is_said) result.state.Set(field, answer.value);
  reason = is_said ? FieldReason{ReasonKind::kOverride} : answer.reason;
}

// Whether a customer has been dormant for too long: unknown is as it was.
struct Dormancy {
  const Judged& now;
  const Judged& then;

  bool IsTooLong(std::size_t row, bool was_former) const {
    if (now.IsFalse(row) || then.IsFalse(row)) return false;
    if (now.IsTrue(row) && then.IsTrue(row)) return true;
    return was_former;
  }
};

// Of itself. Once a prospect, never a lead again; once a customer, until that is known
// not to be so, or it was dormant for too long.
Answer RelationOf(std::size_t row, const Judged& customer, const Judged& prospect,
                  Relation previous, bool is_former, bool was_former) {
  const bool was_customer = previous == Relation::kCustomer || was_former;
  if (customer.IsTrue(row) || (customer.IsUnknown(row) && was_customer)) {
    if (is_former) return Says(Relation::kProspect, {ReasonKind::kDormantTooLong});
    if (customer.IsTrue(row)) return Says(Relation::kCustomer, Because(customer));
    return Says(Relation::kCustomer, {ReasonKind::kKept});
  }
  if (previous == Relation::kCustomer) {
    return Says(Relation::kProspect, {ReasonKind::kNotCondition, customer.condition});
  }
  if (prospect.IsTrue(row)) return Says(Relation::kProspect, Because(prospect));
  if (previous == Relation::kProspect) return Says(Relation::kProspect, {ReasonKind::kKept});
  return Says(Relation::kLead, kOtherwise);
}

struct CustomerConditions {
  const Judged& dormant;
  const Judged& loyal;
  const Judged& fresh;

  Answer StageOf(std::size_t row) const {
    if (dormant.IsTrue(row)) return Says(CustomerStage::kDormant, Because(dormant));
    if (loyal.IsTrue(row)) return Says(CustomerStage::kLoyal, Because(loyal));
    if (fresh.IsTrue(row)) return Says(CustomerStage::kNew, Because(fresh));
    const bool is_known = dormant.IsFalse(row) && loyal.IsFalse(row) && fresh.IsFalse(row);
    return is_known ? Says(CustomerStage::kActive, kOtherwise) : kNothingFound;
  }
};

// Of two that the first true one decides between; false of both is the third.
template <typename Enum>
Answer FirstTrue(std::size_t row, const Judged& first, Enum if_first, const Judged& second,
                 Enum if_second, Enum if_neither) {
  if (first.IsTrue(row)) return Says(if_first, Because(first));
  if (second.IsTrue(row)) return Says(if_second, Because(second));
  const bool is_known = first.IsFalse(row) && second.IsFalse(row);
  return is_known ? Says(if_neither, kOtherwise) : kNothingFound;
}

Answer YesOrNo(std::size_t row, const Judged& judged) {
  if (judged.IsTrue(row)) return Says(YesNo::kYes, Because(judged));
  return judged.IsFalse(row) ? Says(YesNo::kNo, {ReasonKind::kNotCondition, judged.condition})
                             : kNothingFound;
}

// Persons stand at least as their organisation does.
void Classification::Inherit(std::size_t row, Answer& relation, Answer& former) {
  const LifecycleState organization = OrganizationOf(row);
  if (static_cast<int>(organization.relation()) <= relation.value) return;
  // Whoever leaves it is no mere trace any more.
  if (results_[row].own.relation() == Relation::kLead) {
    results_[row].own.Set(LifecycleField::kRelation, Relation::kProspect);
  }
  relation = Says(organization.relation(), {ReasonKind::kInherited});
  former =
      Says(organization.is_former_customer() ? YesNo::kYes : YesNo::kNo, {ReasonKind::kInherited});
}

// Of customers alone there is a stage, and of others that they were customers: what a
// person said of it counts as long as it goes with the relation.
void Classification::DropContradicted(std::size_t row) {
  LifecycleState& state = results_[row].state;
  const bool is_customer = state.relation() == Relation::kCustomer;
  const CustomerStage stage = state.customer_stage();
  const bool has_stage = stage != CustomerStage::kUnknown && stage != CustomerStage::kNone;
  if (has_stage != is_customer) state.Set(LifecycleField::kCustomerStage, CustomerStage::kUnknown);
  const bool may_be_former = state.relation() == Relation::kProspect;
  if (!may_be_former && state.is_former_customer()) {
    state.Set(LifecycleField::kFormerCustomer, YesNo::kUnknown);
  }
}

void Classification::FindStanding() {
  const Judged customer = Judge(policy_.customer);
  const Judged prospect = Judge(policy_.prospect);
  const Judged dormant = Judge(policy_.dormant_customer);
  const Judged long_dormant = JudgeEarlier(policy_.dormant_customer);
  const Judged loyal = Judge(policy_.loyal_customer);
  const Judged fresh = Judge(policy_.new_customer);
  const Judged ambassador = Judge(policy_.ambassador);
  const Judged interested = Judge(policy_.interested);
  const Judged aware = Judge(policy_.aware);
  const Judged hot = Judge(policy_.hot);
  const Judged warm = Judge(policy_.warm);
  const CustomerConditions stages{dormant, loyal, fresh};
  const Dormancy dormancy{dormant, long_dormant};
  for (std::size_t row = 0; row < rows_; ++row) {
    const LifecycleState previous = Previous(row);
    const bool was_former = previous.is_former_customer();
    const bool is_long_dormant = dormancy.IsTooLong(row, was_former);
    Answer relation =
        RelationOf(row, customer, prospect, previous.relation(), is_long_dormant, was_former);
    const bool is_former = relation.reason.kind == ReasonKind::kDormantTooLong;
    Answer former = Says(is_former ? YesNo::kYes : YesNo::kNo, relation.reason);
    LifecycleState& own = results_[row].own;
    own.Set(LifecycleField::kRelation, relation.value);
    own.Set(LifecycleField::kFormerCustomer, former.value);
    Inherit(row, relation, former);
    Put(row, LifecycleField::kRelation, relation);
    const LifecycleState& state = results_[row].state;
    DropContradicted(row);
    if (state.relation() == Relation::kCustomer) {
      former = Says(YesNo::kNo, results_[row].reason(LifecycleField::kRelation));
    }
    Put(row, LifecycleField::kFormerCustomer, former);
    Answer stage = Says(CustomerStage::kNone, relation.reason);
    if (state.relation() == Relation::kCustomer) stage = stages.StageOf(row);
    if (relation.reason.kind == ReasonKind::kInherited && state.relation() == Relation::kCustomer) {
      stage = Says(OrganizationOf(row).customer_stage(), relation.reason);
    }
    Put(row, LifecycleField::kCustomerStage, stage);
    Put(row, LifecycleField::kAmbassador, YesOrNo(row, ambassador));
    Put(row, LifecycleField::kAwareness,
        FirstTrue(row, interested, Awareness::kInterested, aware, Awareness::kAware,
                  Awareness::kUnaware));
    Put(row, LifecycleField::kTemperature,
        FirstTrue(row, hot, Temperature::kHot, warm, Temperature::kWarm, Temperature::kCold));
    const Fit fit = input_.fits.empty() ? Fit::kUnknown : input_.fits[row];
    Put(row, LifecycleField::kFit,
        Says(fit, {fit == Fit::kUnknown ? ReasonKind::kNothing : ReasonKind::kFit}));
  }
}

void Classification::ReadWhatWasFound() {
  facts_.lifecycles.resize(rows_);
  for (std::size_t row = 0; row < rows_; ++row) facts_.lifecycles[row] = results_[row].state;
}

// `of_others`: for persons who belong to no organisation; null: the same.
void Classification::FindCriterion(LifecycleField field, const Policy::Criterion& rule,
                                   const Policy::Criterion* of_others) {
  const auto judge = [&](const Policy::Criterion& criterion) {
    return std::pair(Judge(criterion.met), Judge(criterion.not_met));
  };
  const auto [met, not_met] = judge(rule);
  std::optional<std::pair<Judged, Judged>> others;
  if (of_others != nullptr) others = judge(*of_others);
  for (std::size_t row = 0; row < rows_; ++row) {
    const bool is_other =
        others.has_value() && !IsOrganization(row) && !BelongsToAnOrganization(row);
    const Judged& yes = is_other ? others->first : met;
    const Judged& no = is_other ? others->second : not_met;
    Answer answer;
    if (no.IsTrue(row)) answer = Says(Finding::kNotMet, Because(no));
    if (yes.IsTrue(row)) answer = Says(Finding::kMet, Because(yes));
    Put(row, field, answer);
  }
}

void Classification::FindQualification() {
  FindCriterion(LifecycleField::kBudget, policy_.budget, &policy_.purchasing_power);
  FindCriterion(LifecycleField::kAuthority, policy_.authority, nullptr);
  FindCriterion(LifecycleField::kNeed, policy_.need, nullptr);
  FindCriterion(LifecycleField::kTiming, policy_.timing, nullptr);
}

// The first line that is true. To propose something there must be an offer that is
// known not to be bought, and to qualify must be worth it.
void Classification::FindActions() {
  std::vector<Judged> bought;
  for (const auto& offer : policy_.offers) {
    if (!offer.bought.is_empty()) bought.push_back(Judge(offer.bought));
  }
  std::vector<Judged> lines;
  for (const auto& action : policy_.next_actions) lines.push_back(Judge(action.when));
  const bool may_qualify = !policy_.offer().has_value() || policy_.offer()->is_worth_qualifying;
  for (std::size_t row = 0; row < rows_; ++row) {
    Answer answer = Says(NextAction::kNone, kOtherwise);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const NextAction action = policy_.next_actions[i].action;
      if (!lines[i].IsTrue(row) || (action == NextAction::kQualify && !may_qualify)) continue;
      const bool has_offer = std::any_of(bought.begin(), bought.end(),
                                         [&](const Judged& each) { return each.IsFalse(row); });
      if (action == NextAction::kUpsell && !has_offer) continue;
      answer = Says(action, Because(lines[i]));
      break;
    }
    Put(row, LifecycleField::kNextAction, answer);
  }
}

}  // namespace

std::vector<Classified> Classify(const Policy& policy, const LifecycleInput& input) {
  return Classification(policy, input).Run();
}

std::string ReasonText(LifecycleField field, const FieldReason& reason) {
  switch (reason.kind) {
    case ReasonKind::kNothing: return "nothing known says";
    case ReasonKind::kCondition:
      return absl::StrCat(reason.condition->name(), ": ", reason.condition->text());
    case ReasonKind::kNotCondition:
      return absl::StrCat("not ", reason.condition->name(), ": ", reason.condition->text());
    case ReasonKind::kKept: return "as before: nothing says that it ended";
    case ReasonKind::kInherited: return "as its organisation";
    case ReasonKind::kOtherwise:
      return field == LifecycleField::kRelation ? "no first contact is known"
                                                : "none of the policy's other conditions";
    case ReasonKind::kDormantTooLong: return "dormant_customer_is_prospect_after_days";
    case ReasonKind::kFit: return "by the personas marked as targeted or excluded";
    case ReasonKind::kOverride: return "a person said so";
  }
  return "";
}

}  // namespace cible
