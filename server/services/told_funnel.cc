#include "server/services/told_funnel.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "segmentation/lifecycle/policy.h"
#include "segmentation/personas/anonymity.h"
#include "server/services/contact_origins.h"

namespace cible {
namespace {

using Cohorts = google::protobuf::RepeatedPtrField<v1::Cohort>;
using Flags = std::vector<std::uint8_t>;  // One a cohort: 1 is withheld.

// The contacts of a cohort, by how far they got. Differences of two are contacts, too.
struct Reached {
  double known = 0;
  double prospects = 0, customers = 0;  // Within the horizon.
  double buyers = 0;                    // Customers at any time.
  double loyal = 0;                     // Of them, within the horizon.
};

Reached ReachedOf(const v1::Cohort& cohort) {
  const auto number = [](std::int64_t count) { return static_cast<double>(count); };
  return {number(cohort.to_customer().contact_count()),
          number(cohort.to_prospect().converted_count()),
          number(cohort.to_customer().converted_count()), number(cohort.to_loyal().contact_count()),
          number(cohort.to_loyal().converted_count())};
}

// What all of them have beyond these.
Reached RestOf(const Reached& all, const std::vector<Reached>& cohorts) {
  Reached rest = all;
  for (const Reached& each : cohorts) {
    rest.known -= each.known;
    rest.prospects -= each.prospects;
    rest.customers -= each.customers;
    rest.buyers -= each.buyers;
    rest.loyal -= each.loyal;
  }
  return rest;
}

using Part = double (*)(const Reached&);
constexpr Part kKnown[] = {[](const Reached& r) { return r.known; }};
constexpr Part kProspects[] = {[](const Reached& r) { return r.prospects; },
                               [](const Reached& r) { return r.known - r.prospects; }};
constexpr Part kCustomers[] = {[](const Reached& r) { return r.customers; },
                               [](const Reached& r) { return r.known - r.customers; },
                               [](const Reached& r) { return r.prospects - r.customers; },
                               [](const Reached& r) { return r.buyers - r.customers; }};
constexpr Part kBuyers[] = {[](const Reached& r) { return r.buyers; },
                            [](const Reached& r) { return r.known - r.buyers; }};
constexpr Part kLoyal[] = {[](const Reached& r) { return r.loyal; },
                           [](const Reached& r) { return r.buyers - r.loyal; }};

// Those of whom some part is of few, or would tell one that is, beside `flags`.
Flags WithheldOf(absl::Span<const Part> parts, const std::vector<Reached>& cohorts, double below,
                 Flags flags) {
  flags.resize(cohorts.size());
  Flags before;
  while (std::exchange(before, flags) != flags) {
    for (const Part part : parts) {
      std::vector<double> counts;
      for (const Reached& cohort : cohorts) counts.push_back(part(cohort));
      flags = WithheldAmong(counts, below, std::move(flags));
    }
  }
  return flags;
}

// Leaves how many it is of where that may be told.
void Withhold(bool tells_count, v1::ConversionShare* share) {
  const std::int64_t count = share->contact_count();
  share->Clear();
  if (tells_count) share->set_contact_count(count);
  share->set_withheld(true);
}

struct CohortFlags {
  Flags known, prospects, customers, buyers, loyal;
};

CohortFlags FlagsOf(const std::vector<Reached>& cohorts, double below) {
  CohortFlags flags;
  flags.known = WithheldOf(kKnown, cohorts, below, {});
  flags.prospects = WithheldOf(kProspects, cohorts, below, flags.known);
  flags.customers = WithheldOf(kCustomers, cohorts, below, flags.known);
  flags.buyers = WithheldOf(kBuyers, cohorts, below, flags.known);
  flags.loyal = WithheldOf(kLoyal, cohorts, below, flags.buyers);
  return flags;
}

void Apply(const CohortFlags& flags, std::size_t at, v1::Cohort* cohort) {
  const bool tells_count = flags.known[at] == 0;
  if (flags.prospects[at] != 0) Withhold(tells_count, cohort->mutable_to_prospect());
  if (flags.customers[at] != 0) Withhold(tells_count, cohort->mutable_to_customer());
  if (flags.loyal[at] != 0) Withhold(flags.buyers[at] == 0, cohort->mutable_to_loyal());
}

// Of cohorts that have no contact in common; the others of all of them are one more.
void WithholdCohorts(const Reached& all, double below, Cohorts* cohorts) {
  std::vector<Reached> reached;
  for (const v1::Cohort& cohort : *cohorts) reached.push_back(ReachedOf(cohort));
  reached.push_back(RestOf(all, reached));
  const CohortFlags flags = FlagsOf(reached, below);
  for (int i = 0; i < cohorts->size(); ++i) {
    Apply(flags, static_cast<std::size_t>(i), cohorts->Mutable(i));
  }
}

bool IsOfFew(const v1::Cohort& cohort) {
  return cohort.to_customer().withheld() && cohort.to_customer().contact_count() == 0;
}

bool NamesAKind(const std::string& label) {
  if (label == kUnknownSource) return true;
  for (int kind = 1; kind <= static_cast<int>(SourceKind::kBoughtList); ++kind) {
    if (label == Name(static_cast<SourceKind>(kind))) return true;
  }
  return false;
}

void RemoveRareWords(Cohorts* sources) {
  for (int i = sources->size() - 1; i >= 0; --i) {
    if (IsOfFew(sources->Get(i)) && !NamesAKind(sources->Get(i).label())) {
      sources->DeleteSubrange(i, 1);
    }
  }
}

template <typename Message>
using CountField = std::pair<std::int64_t (Message::*)() const, void (Message::*)(std::int64_t)>;

using Period = v1::FunnelPeriod;
constexpr CountField<Period> kPeriodCounts[] = {
    {&Period::lead_count, &Period::set_lead_count},
    {&Period::prospect_count, &Period::set_prospect_count},
    {&Period::new_count, &Period::set_new_count},
    {&Period::active_count, &Period::set_active_count},
    {&Period::loyal_count, &Period::set_loyal_count},
    {&Period::dormant_count, &Period::set_dormant_count},
    {&Period::former_count, &Period::set_former_count}};
constexpr std::size_t kPeriodCountCount = std::size(kPeriodCounts);

// Counts of a period, that add up to all contacts known by its end.
std::vector<double> CountsOf(const Period& period) {
  std::vector<double> counts;
  for (const auto& [get, set] : kPeriodCounts) {
    counts.push_back(static_cast<double>((period.*get)()));
  }
  return counts;
}

// Those above 0 that are not withheld yet; npos: none.
std::size_t SmallestOther(const std::vector<double>& counts, const Flags& flags) {
  std::size_t smallest = std::string::npos;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (flags[i] != 0 || !(counts[i] > 0)) continue;
    if (smallest == std::string::npos || counts[i] < counts[smallest]) smallest = i;
  }
  return smallest;
}

// Goes from the present back, so that what is newest is told. What a later period tells
// of the same less what this one does are those who came or went between the two.
class PeriodWithholder {
 public:
  explicit PeriodWithholder(double below) : below_(below) {}

  void Withhold(Period* period) {
    const std::vector<double> counts = CountsOf(*period);
    const Flags flags = FlagsOf(counts);
    bool tells_all = true;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (flags[i] == 0) {
        later_[i] = counts[i];
        continue;
      }
      (period->*kPeriodCounts[i].second)(0);
      tells_all = false;
    }
    if (tells_all) later_sum_ = SumOf(counts);
    period->set_withheld(!tells_all);
  }

 private:
  static double SumOf(const std::vector<double>& counts) {
    return std::accumulate(counts.begin(), counts.end(), 0.0);
  }

  bool DiffersByFew(double count, const std::optional<double>& later) const {
    const double difference = later.has_value() ? std::abs(count - *later) : 0;
    return difference > 0 && difference < below_;
  }

  Flags FlagsOf(const std::vector<double>& counts) const {
    Flags flags(counts.size());
    for (std::size_t i = 0; i < counts.size(); ++i) flags[i] = DiffersByFew(counts[i], later_[i]);
    flags = WithheldAmong(counts, below_, std::move(flags));
    auto withheld = std::count(flags.begin(), flags.end(), 1);
    if (withheld == 0 && DiffersByFew(SumOf(counts), later_sum_)) withheld = 1;
    // One alone would be told by the sum.
    const std::size_t other = withheld == 1 ? SmallestOther(counts, flags) : std::string::npos;
    if (other != std::string::npos) flags[other] = 1;
    return flags;
  }

  const double below_;
  std::optional<double> later_[kPeriodCountCount];  // As the next period told it that did.
  std::optional<double> later_sum_;                 // Of the next that told all.
};

void WithholdPeriods(double below, google::protobuf::RepeatedPtrField<Period>* periods) {
  PeriodWithholder withholder(below);
  for (int i = periods->size() - 1; i >= 0; --i) withholder.Withhold(periods->Mutable(i));
}

// Counts of one list, each of which and the others of it add up to all it has.
void WithholdList(double below, v1::BoughtList* list) {
  using L = v1::BoughtList;
  static constexpr CountField<L> kCounts[] = {{&L::unusable_count, &L::set_unusable_count},
                                              {&L::duplicate_count, &L::set_duplicate_count},
                                              {&L::in_target_count, &L::set_in_target_count},
                                              {&L::qualified_count, &L::set_qualified_count},
                                              {&L::converted_count, &L::set_converted_count}};
  for (const auto& [get, set] : kCounts) {
    const std::int64_t count = (list->*get)();
    const Flags flags = WithheldAmong(
        {static_cast<double>(count), static_cast<double>(list->received_count() - count)}, below);
    if (flags[0] == 0) continue;
    (list->*set)(0);
    list->set_withheld(true);
  }
}

void WithholdLists(double below, google::protobuf::RepeatedPtrField<v1::BoughtList>* lists) {
  for (int i = lists->size() - 1; i >= 0; --i) {
    if (static_cast<double>(lists->Get(i).received_count()) < below) {
      lists->DeleteSubrange(i, 1);
    } else {
      WithholdList(below, lists->Mutable(i));
    }
  }
}

}  // namespace

void WithholdFew(double below, v1::Funnel* funnel) {
  if (!(below > 0)) return;
  const Reached all = ReachedOf(funnel->all());
  WithholdPeriods(below, funnel->mutable_periods());
  WithholdCohorts(all, below, funnel->mutable_cohorts());
  WithholdCohorts(all, below, funnel->mutable_sources());
  WithholdCohorts(all, below, funnel->mutable_personas());
  RemoveRareWords(funnel->mutable_sources());
  Apply(FlagsOf({all}, below), 0, funnel->mutable_all());
  WithholdLists(below, funnel->mutable_bought_lists());
}

}  // namespace cible
