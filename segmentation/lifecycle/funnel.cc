#include "segmentation/lifecycle/funnel.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "segmentation/lifecycle/conversion_tally.h"

namespace cible {
namespace {

constexpr absl::CivilDay kEpoch(1970, 1, 1);

std::int32_t NumberOf(absl::CivilDay day) { return static_cast<std::int32_t>(day - kEpoch); }

// `back` periods before the present one, which ends today.
FunnelPeriodCounts PeriodOf(const FunnelOptions& options, int back) {
  FunnelPeriodCounts period;
  if (options.period_days > 0) {
    period.last_day = options.today - back * options.period_days;
    period.first_day = period.last_day - options.period_days + 1;
    return period;
  }
  const absl::CivilMonth month = absl::CivilMonth(kEpoch + options.today) - back;
  period.first_day = NumberOf(absl::CivilDay(month));
  period.last_day = std::min(options.today, NumberOf(absl::CivilDay(month + 1)) - 1);
  return period;
}

// Everybody whose relation is known counts once.
void Count(const LifecycleState& state, FunnelPeriodCounts& counts) {
  if (state.relation() == Relation::kUnknown) return;
  if (state.relation() == Relation::kCustomer) {
    switch (state.customer_stage()) {
      case CustomerStage::kNew: ++counts.new_customers; return;
      case CustomerStage::kLoyal: ++counts.loyal; return;
      case CustomerStage::kDormant: ++counts.dormant; return;
      // What a customer is of whom nothing else is known.
      case CustomerStage::kActive:
      case CustomerStage::kNone:
      case CustomerStage::kUnknown: ++counts.active; return;
    }
  }
  if (state.is_former_customer()) {
    ++counts.former;
  } else if (state.relation() == Relation::kProspect) {
    ++counts.prospects;
  } else {
    ++counts.leads;
  }
}

// The days on which a contact got so far, in a journey up to today.
struct Milestones {
  std::int32_t known = 0;
  std::optional<std::int32_t> prospect = {}, customer = {}, loyal = {};
};

Milestones MilestonesOf(absl::Span<const Journey::Step> steps) {
  Milestones days{.known = steps.front().day};
  for (const Journey::Step& step : steps) {
    const Relation relation = step.state.relation();
    const bool is_customer = relation == Relation::kCustomer;
    if (!days.prospect && (is_customer || relation == Relation::kProspect))
      days.prospect = step.day;
    if (!days.customer && is_customer) days.customer = step.day;
    if (!days.loyal && is_customer && step.state.customer_stage() == CustomerStage::kLoyal) {
      days.loyal = step.day;
    }
  }
  return days;
}

struct CohortTally {
  explicit CohortTally(const FunnelOptions& options)
      : today(options.today),
        to_prospect(options.horizon_days),
        to_customer(options.horizon_days),
        to_loyal(options.horizon_days) {}

  void Add(const Milestones& days) {
    to_prospect.Add(From(days.known, days.prospect));
    to_customer.Add(From(days.known, days.customer));
    if (days.customer) to_loyal.Add(From(*days.customer, days.loyal));
  }

  CohortEstimate Estimate(std::string label) const {
    return {std::move(label), to_prospect.Estimate(), to_customer.Estimate(), to_loyal.Estimate()};
  }

  std::int32_t today;
  ConversionTally to_prospect, to_customer, to_loyal;

 private:
  ObservedConversion From(std::int32_t start, std::optional<std::int32_t> end) const {
    return {.days = end.value_or(today) - start, .converted = end.has_value()};
  }
};

using LabelledTallies = std::map<std::string, CohortTally>;

std::vector<CohortEstimate> EstimatesOf(const LabelledTallies& tallies) {
  std::vector<CohortEstimate> estimates;
  estimates.reserve(tallies.size());
  for (const auto& [label, tally] : tallies) estimates.push_back(tally.Estimate(label));
  return estimates;
}

}  // namespace

ConversionEstimate EstimateConversion(std::vector<ObservedConversion> observed,
                                      std::int32_t horizon_days) {
  ConversionTally tally(horizon_days);
  for (const ObservedConversion& each : observed) tally.Add(each);
  return tally.Estimate();
}

struct FunnelCounter::Parts {
  explicit Parts(const FunnelOptions& its_options) : options(its_options), all(its_options) {
    for (int back = options.period_count - 1; back >= 0; --back) {
      periods.push_back(PeriodOf(options, back));
      cohorts.emplace_back(options);
    }
  }

  // As of the last day of each period.
  void CountPeriods(absl::Span<const Journey::Step> steps) {
    std::size_t next = 0;
    for (FunnelPeriodCounts& period : periods) {
      while (next < steps.size() && steps[next].day <= period.last_day) ++next;
      if (next > 0) Count(steps[next - 1].state, period);
    }
  }

  void AddToCohort(const Milestones& days) {
    const auto after = std::upper_bound(
        periods.begin(), periods.end(), days.known,
        [](std::int32_t day, const FunnelPeriodCounts& period) { return day < period.first_day; });
    if (after != periods.begin()) {
      cohorts[static_cast<std::size_t>(after - periods.begin()) - 1].Add(days);
    }
  }

  FunnelOptions options;
  std::vector<FunnelPeriodCounts> periods;
  std::vector<CohortTally> cohorts;  // One a period.
  LabelledTallies sources, personas;
  CohortTally all;
};

FunnelCounter::FunnelCounter(const FunnelOptions& options)
    : parts_(std::make_unique<Parts>(options)) {}

FunnelCounter::~FunnelCounter() = default;

void FunnelCounter::Add(const Journey& journey) {
  const auto later =
      std::find_if(journey.steps.begin(), journey.steps.end(),
                   [&](const Journey::Step& step) { return step.day > parts_->options.today; });
  const absl::Span<const Journey::Step> steps(
      journey.steps.data(), static_cast<std::size_t>(later - journey.steps.begin()));
  if (steps.empty()) return;
  const Milestones days = MilestonesOf(steps);
  parts_->CountPeriods(steps);
  parts_->AddToCohort(days);
  parts_->all.Add(days);
  parts_->sources.try_emplace(journey.source, parts_->options).first->second.Add(days);
  if (journey.persona.empty()) return;
  parts_->personas.try_emplace(journey.persona, parts_->options).first->second.Add(days);
}

FunnelEstimate FunnelCounter::Estimate() const {
  FunnelEstimate estimate;
  estimate.periods = parts_->periods;
  for (std::size_t i = 0; i < parts_->cohorts.size(); ++i) {
    const std::int32_t first_day = parts_->periods[i].first_day;
    estimate.cohorts.push_back(parts_->cohorts[i].Estimate(FormatDate(Date{first_day})));
  }
  estimate.sources = EstimatesOf(parts_->sources);
  estimate.personas = EstimatesOf(parts_->personas);
  estimate.all = parts_->all.Estimate("");
  return estimate;
}

}  // namespace cible
