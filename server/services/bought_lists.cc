#include "server/services/bought_lists.h"

#include <algorithm>

#include "segmentation/lifecycle/qualification.h"

namespace cible {
namespace {

// Criteria that a lead must meet that counts as qualified.
constexpr int kQualifyingCriteria = 2;

bool IsQualified(const LifecycleState& state) {
  const auto is_met = [&](LifecycleField field) {
    return field == LifecycleField::kFit ? state.fit() == Fit::kInTarget
                                         : state.Get(field) == static_cast<int>(Finding::kMet);
  };
  return std::count_if(kQualificationFields.begin(), kQualificationFields.end(), is_met) >=
         kQualifyingCriteria;
}

// Whether it became a customer since a list of that day. The day is by UTC where an
// import did not say it, and steps are by the workspace's zone, so that the day before
// may be the same evening.
bool Converted(absl::Span<const Journey::Step> steps, std::int32_t list_day) {
  bool was_customer = false;
  for (const Journey::Step& step : steps) {
    const bool is_customer = step.state.relation() == Relation::kCustomer;
    if (is_customer && !was_customer && step.day >= list_day - 1) return true;
    was_customer = is_customer;
  }
  return false;
}

}  // namespace

BoughtLists::BoughtLists(const std::vector<std::string>& sources) {
  for (const std::string& source : sources) lists_.emplace_back().set_source(source);
}

void BoughtLists::Add(const ListEntry& entry, const ListedContact& contact) {
  v1::BoughtList& list = lists_[static_cast<std::size_t>(entry.list)];
  const bool is_duplicate = entry.was_known || contact.was_merged || contact.create_day < entry.day;
  list.set_received_count(list.received_count() + 1);
  list.set_unusable_count(list.unusable_count() + !contact.is_usable);
  list.set_duplicate_count(list.duplicate_count() + is_duplicate);
  list.set_in_target_count(list.in_target_count() + (contact.state.fit() == Fit::kInTarget));
  list.set_qualified_count(list.qualified_count() + IsQualified(contact.state));
  list.set_converted_count(list.converted_count() + Converted(contact.steps, entry.day));
}

google::protobuf::RepeatedPtrField<v1::BoughtList> BoughtLists::Reports() const {
  google::protobuf::RepeatedPtrField<v1::BoughtList> reports;
  for (const v1::BoughtList& list : lists_) {
    if (list.received_count() > 0) *reports.Add() = list;
  }
  std::sort(reports.begin(), reports.end(),
            [](const v1::BoughtList& left, const v1::BoughtList& right) {
              return left.source() < right.source();
            });
  return reports;
}

}  // namespace cible
