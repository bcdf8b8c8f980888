#include "server/services/funnel.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "segmentation/lifecycle/funnel.h"
#include "server/services/bought_lists.h"
#include "server/services/contact_origins.h"
#include "server/services/contact_query.h"
#include "server/services/journey_walk.h"
#include "server/services/past_journeys.h"
#include "server/services/portraits.h"
#include "server/services/told_figures.h"
#include "server/services/told_funnel.h"
#include "server/wire/contact_wire.h"

namespace cible {
namespace {

constexpr int kMostSources = 200;

struct Range {
  int least, most, otherwise;  // What 0 is read as.
};
constexpr Range kPeriodDays{0, 366, 0}, kPeriodCount{1, 120, 12}, kHorizonDays{1, 3660, 90};

absl::StatusOr<int> Within(const Range& range, const char* field, int given) {
  if (given == 0) return range.otherwise;
  const int least = std::max(range.least, 1);
  if (given >= least && given <= range.most) return given;
  const std::string otherwise =
      range.otherwise == 0 ? "months of the calendar" : absl::StrCat(range.otherwise);
  return absl::InvalidArgumentError(absl::StrCat(field, " is ", given, "; give ", least, " to ",
                                                 range.most, ", or 0 for ", otherwise));
}

absl::StatusOr<FunnelOptions> OptionsOf(const v1::GetFunnelRequest& request) {
  const auto period_days = Within(kPeriodDays, "period_days", request.period_days());
  if (!period_days.ok()) return period_days.status();
  const auto period_count = Within(kPeriodCount, "period_count", request.period_count());
  if (!period_count.ok()) return period_count.status();
  const auto horizon_days = Within(kHorizonDays, "horizon_days", request.horizon_days());
  if (!horizon_days.ok()) return horizon_days.status();
  return FunnelOptions{
      .period_days = *period_days, .period_count = *period_count, .horizon_days = *horizon_days};
}

absl::Status CheckMayFilter(const CallContext& call, const std::string& filter) {
  if (call.may_read_contacts || filter.empty()) return absl::OkStatus();
  return absl::PermissionDeniedError(
      "how many contacts pass a filter would tell of them, and you may not read contacts; ask for "
      "the right to, or leave the filter out");
}

// --- The answer ---------------------------------------------------------------

void ShareToProto(const ConversionEstimate& estimate, v1::ConversionShare* share) {
  share->set_contact_count(estimate.contacts);
  share->set_converted_count(estimate.converted);
  if (estimate.share) share->set_share(*estimate.share);
  if (estimate.low) share->set_low(*estimate.low);
  if (estimate.high) share->set_high(*estimate.high);
  if (estimate.median_days) share->set_median_days(*estimate.median_days);
}

void CohortToProto(const CohortEstimate& estimate, v1::Cohort* cohort) {
  cohort->set_label(estimate.label);
  ShareToProto(estimate.to_prospect, cohort->mutable_to_prospect());
  ShareToProto(estimate.to_customer, cohort->mutable_to_customer());
  ShareToProto(estimate.to_loyal, cohort->mutable_to_loyal());
}

void PeriodToProto(const FunnelPeriodCounts& counts, v1::FunnelPeriod* period) {
  DateToProto(Date{counts.first_day}, period->mutable_first_day());
  DateToProto(Date{counts.last_day}, period->mutable_last_day());
  period->set_lead_count(counts.leads);
  period->set_prospect_count(counts.prospects);
  period->set_new_count(counts.new_customers);
  period->set_active_count(counts.active);
  period->set_loyal_count(counts.loyal);
  period->set_dormant_count(counts.dormant);
  period->set_former_count(counts.former);
}

std::vector<CohortEstimate> MostContactsFirst(std::vector<CohortEstimate> cohorts) {
  std::stable_sort(cohorts.begin(), cohorts.end(),
                   [](const CohortEstimate& left, const CohortEstimate& right) {
                     return left.to_customer.contacts > right.to_customer.contacts;
                   });
  return cohorts;
}

// `cohorts` by segment id. What may not be told of a segment is not told by its name.
void PersonasToProto(std::vector<CohortEstimate> cohorts, const ActiveModel* active, double below,
                     Language language, google::protobuf::RepeatedPtrField<v1::Cohort>* personas) {
  const auto withheld =
      active == nullptr ? std::vector<std::uint8_t>() : WithheldComponents(*active, below);
  for (CohortEstimate& cohort : cohorts) {
    const int component = active == nullptr ? -1 : ComponentOf(*active, cohort.label);
    if (component >= 0) cohort.label = ToldDisplayName(*active, withheld, component, language);
    CohortToProto(cohort, personas->Add());
  }
}

void FunnelToProto(const FunnelEstimate& estimate, v1::Funnel* funnel) {
  for (const FunnelPeriodCounts& period : estimate.periods) {
    PeriodToProto(period, funnel->add_periods());
  }
  for (const CohortEstimate& cohort : estimate.cohorts)
    CohortToProto(cohort, funnel->add_cohorts());
  for (const CohortEstimate& source : MostContactsFirst(estimate.sources)) {
    if (funnel->sources_size() < kMostSources) CohortToProto(source, funnel->add_sources());
  }
  CohortToProto(estimate.all, funnel->mutable_all());
}

// Fills in all but the personas.
absl::StatusOr<FunnelEstimate> Count(ContactQuery& query, const FunnelOptions& options,
                                     const LifecycleRules& rules, const CallContext& call,
                                     v1::Funnel* funnel) {
  const auto origins =
      ReadOrigins(*query.snapshot, rules.workspace, rules.policy->settings().sources);
  if (!origins.ok()) return origins.status();
  const auto past = PastJourneys::Read(*query.snapshot, rules, call.cancelled);
  if (!past.ok()) return past.status();
  FunnelCounter counter(options);
  BoughtLists lists(origins->lists);
  const absl::Status walked = WalkJourneys(query, *origins, *past, call, counter, lists);
  if (!walked.ok()) return walked;
  FunnelEstimate estimate = counter.Estimate();
  FunnelToProto(estimate, funnel);
  *funnel->mutable_bought_lists() = lists.Reports();
  DateToProto(Date{options.today}, funnel->mutable_as_of());
  funnel->set_horizon_days(options.horizon_days);
  return estimate;
}

}  // namespace

absl::Status FunnelOf(Store& store, const ModelRegistry& registry, const CallContext& call,
                      const v1::GetFunnelRequest& request, const LifecycleRules& rules,
                      v1::Funnel* funnel) {
  if (absl::Status status = CheckMayFilter(call, request.filter()); !status.ok()) return status;
  auto options = OptionsOf(request);
  if (!options.ok()) return options.status();
  const auto language = LanguageFromCode(request.language_code());
  if (!language.ok()) return language.status();
  const auto below = WithheldBelow(call, store, rules.workspace);
  if (!below.ok()) return below.status();
  auto query = OpenContactQuery(store, request.parent(), request.filter(), request.segmentation(),
                                /*include_left_out=*/false, call.time);
  if (!query.ok()) return query.status();
  options->today = query->scan.as_of->day.days;
  const auto counted = Count(*query, *options, rules, call, funnel);
  if (!counted.ok()) return counted.status();
  const auto active = registry.Active(rules.workspace, query->scan.segmentation);
  PersonasToProto(MostContactsFirst(counted->personas), active.ok() ? active->get() : nullptr,
                  *below, *language, funnel->mutable_personas());
  WithholdFew(*below, funnel);
  return absl::OkStatus();
}

}  // namespace cible
