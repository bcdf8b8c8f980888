#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "segmentation/models/outcome_model.h"
#include "segmentation/personas/anonymity.h"
#include "segmentation/personas/attribute_profile.h"
#include "segmentation/personas/catalogue.h"
#include "segmentation/personas/core_target.h"
#include "segmentation/personas/customer_value.h"
#include "segmentation/personas/figures.h"
#include "segmentation/personas/market.h"
#include "server/services/audience.h"
#include "server/services/persona_figures.h"
#include "server/services/persona_service.h"
#include "server/services/portraits.h"
#include "server/services/subject.h"
#include "server/services/told_figures.h"
#include "server/wire/instant_wire.h"

namespace cible {
namespace {

// All contacts of the kind, counted by segment.
struct Count {
  Schema schema;
  std::vector<ValueSummary> values;  // By component, as the others.
  std::vector<MarketCounts> market;
  std::vector<SegmentPotential> segments;
  std::int64_t unplaced = 0;

  std::int64_t Sum(std::int64_t MarketCounts::*part) const {
    std::int64_t sum = 0;
    for (const MarketCounts& counts : market) sum += counts.*part;
    return sum;
  }
  std::int64_t total() const {
    std::int64_t sum = 0;
    for (const MarketCounts& counts : market) sum += counts.total();
    return sum;
  }
};

// What the call reckons with, checked.
struct Terms {
  CoreTargetTerms core;
  WinnableShares winnable;
  Language language = Language::kEnglish;
  double below = 0;  // Figures over fewer contacts are withheld.
};

absl::StatusOr<Terms> TermsOf(const v1::GetCoreTargetRequest& request) {
  const auto language = LanguageFromCode(request.language_code());
  if (!language.ok()) return language.status();
  const auto winnable = WinnableSharesOf(request);
  if (!winnable.ok()) return winnable.status();
  Terms terms{.core = {.contact_cost = request.contact_cost()},
              .winnable = *winnable,
              .language = *language};
  if (request.has_retention()) terms.core.retention = request.retention();
  if (absl::Status status = CheckTerms(terms.core); !status.ok()) return status;
  return terms;
}

std::vector<int> ComponentsOf(const ActiveModel& active, const std::vector<std::string>& segments) {
  std::vector<int> components;
  components.reserve(segments.size());
  for (const std::string& segment : segments) components.push_back(ComponentOf(active, segment));
  return components;
}

// `facts`: as far as they may be told.
Count CountSegments(const ActiveModel& active, const SegmentFacts& facts, Audience audience) {
  const int component_count = active.model->component_count();
  const std::vector<int> components = ComponentsOf(active, audience.segments);
  const std::vector<std::optional<double>> values =
      CustomerValues(audience.table, ValueDefinitionOf(audience.schema));
  Count count;
  count.values = SummariseCustomers(audience.stages, values, components, component_count);
  count.market = CountMarket(audience.table, audience.schema, audience.stages, values, components,
                             component_count);
  count.schema = std::move(audience.schema);
  for (int component = 0; component < component_count; ++component) {
    const auto at = static_cast<std::size_t>(component);
    SegmentPotential& segment = count.segments.emplace_back();
    segment.customers = count.market[at].customers;
    segment.open_leads = count.market[at].open_leads;
    if (count.values[at].known > 0 && std::isfinite(count.values[at].mean)) {
      segment.margin = count.values[at].mean;
    }
    segment.conversion = ExpectedRate(ConversionOf(facts, component));
  }
  count.unplaced = audience.table.row_count - count.total();
  return count;
}

// --- What is assumed, and what is not known -----------------------------------

class NoticeWriter {
 public:
  // Counts below `below` are not told.
  NoticeWriter(const Catalogue& catalogue, double below, v1::CoreTarget* response)
      : catalogue_(catalogue), below_(below), response_(response) {}

  bool withholds() const { return below_ > 0; }
  void Say(const char* key) { response_->add_notices(catalogue_.Message(key)); }
  void Say(const char* key, std::int64_t count) {
    if (count > 0 && static_cast<double>(count) >= below_)
      response_->add_notices(FormatCounted(key, count, catalogue_));
  }

 private:
  const Catalogue& catalogue_;
  const double below_;
  v1::CoreTarget* const response_;
};

void NoticesOfCustomers(const Count& count, const v1::GetCoreTargetRequest& request,
                        NoticeWriter& notices) {
  const ValueDefinition definition = ValueDefinitionOf(count.schema);
  const std::int64_t customers = count.Sum(&MarketCounts::customers);
  std::int64_t missing = customers;
  for (const ValueSummary& value : count.values) missing -= std::llround(value.known);
  if (definition.parts.empty()) {
    notices.Say("core.mark_value");
  } else if (customers > 0 && missing == customers) {
    notices.Say("core.value_unknown");
  } else {
    if (!definition.is_margin) notices.Say("core.revenue");
    notices.Say("core.values_missing", missing);
  }
  if (customers == 0) notices.Say("core.no_customers");
  if (customers > 0 && !request.has_retention()) notices.Say("core.retention");
}

void NoticesOfLeads(const Count& count, const v1::GetCoreTargetRequest& request,
                    const ActiveModel& active, NoticeWriter& notices) {
  if (count.Sum(&MarketCounts::open_leads) == 0) {
    notices.Say("core.no_leads");
    return;
  }
  bool known = false, unknown = false, margin = false;
  for (const SegmentPotential& segment : count.segments) {
    if (segment.open_leads == 0) continue;
    (segment.conversion ? known : unknown) = true;
    margin = margin || segment.margin.has_value();
  }
  if (margin) notices.Say("core.first_year");
  if (known) notices.Say("core.conversion");
  if (unknown) {
    const bool has_outcome = OutcomeOf(active.model->schema()) != nullptr;
    const char* const not_known =
        notices.withholds() ? "core.few_conversion" : "core.no_conversion";
    notices.Say(has_outcome ? not_known : "core.no_outcome");
  }
  if (request.contact_cost() == 0) notices.Say("core.cost");
}

// --- The answer ---------------------------------------------------------------

// Which segment is the core target, or why none is.
std::string SummaryOf(const ActiveModel& active, const Count& count, const Terms& terms,
                      const std::vector<int>& order) {
  const Catalogue& catalogue = Catalogue::For(terms.language);
  std::vector<std::string> sentences;
  bool any_complete = false;
  for (const int component : order) {
    const SegmentPotential& segment = count.segments[static_cast<std::size_t>(component)];
    const Expectation expectation = Expect(segment, terms.core);
    if (!expectation.complete() || sentences.size() == 2) break;
    any_complete = any_complete || segment.customers + segment.open_leads > 0;
    if (!(expectation.total() > 0)) break;
    sentences.push_back(catalogue.Message(
        sentences.empty() ? "core.target" : "core.next",
        {{"name", PersonaDisplayName(active, component, terms.language)},
         {"total",
          FormatAmount(std::round(expectation.total()), active.currency_code, catalogue)}}));
  }
  if (!sentences.empty()) return absl::StrJoin(sentences, " ");
  if (ValueDefinitionOf(count.schema).parts.empty()) return catalogue.Message("core.no_value");
  return catalogue.Message(any_complete ? "core.no_gain" : "core.unsure");
}

void SegmentToProto(const ActiveModel& active, const Count& count, const Terms& terms,
                    int component, Date day, v1::CoreTargetSegment* message) {
  const SegmentPotential& segment = count.segments[static_cast<std::size_t>(component)];
  const Expectation expectation = Expect(segment, terms.core);
  message->set_persona(active.segment_id(component));
  message->set_display_name(PersonaDisplayName(active, component, terms.language));
  message->set_targeting(TargetingOf(active.personas->Find(active.segment_id(component))));
  message->set_customer_count(segment.customers);
  if (segment.margin) message->set_margin(*segment.margin);
  message->set_retention(terms.core.retention);
  message->set_open_lead_count(segment.open_leads);
  if (segment.conversion) message->set_conversion(*segment.conversion);
  if (segment.margin) message->set_first_year_margin(*segment.margin);
  message->set_contact_cost(terms.core.contact_cost);
  message->set_total(expectation.total());
  message->set_complete(expectation.complete());
  message->set_arithmetic(
      DescribeArithmetic(segment, terms.core, active.currency_code, terms.language));
  MarketToProto(PotentialOf(count.market[static_cast<std::size_t>(component)], terms.winnable,
                            segment.conversion),
                count.total(), active.model->parts().contact_kind, day,
                CompetitorAttribute(count.schema) != nullptr, terms.language,
                message->mutable_market());
}

void CoreTargetToProto(const ActiveModel& active, const Count& count, const Terms& terms,
                       const v1::GetCoreTargetRequest& request, Date day,
                       v1::CoreTarget* response) {
  const std::vector<int> order = RankByExpectation(count.segments, terms.core);
  std::int64_t incomplete = 0;
  for (const int component : order) {
    v1::CoreTargetSegment* segment = response->add_segments();
    SegmentToProto(active, count, terms, component, day, segment);
    if (!segment->complete()) ++incomplete;
  }
  response->set_summary(SummaryOf(active, count, terms, order));
  response->set_value_definition(
      DescribeDefinition(ValueDefinitionOf(count.schema), count.schema, terms.language));
  NoticeWriter notices(Catalogue::For(terms.language), terms.below, response);
  if (incomplete < static_cast<std::int64_t>(order.size())) {
    notices.Say("core.incomplete", incomplete);
  }
  NoticesOfCustomers(count, request, notices);
  NoticesOfLeads(count, request, active, notices);
  notices.Say("core.unplaced", count.unplaced);
  response->set_currency_code(active.currency_code);
}

// One flag a component: some figure of it is over fewer than `below` contacts, or
// would tell one that is.
std::vector<std::uint8_t> WithheldSegments(const ToldFigures& figures, const Count& count) {
  std::vector<double> known;
  for (const ValueSummary& value : count.values) known.push_back(value.known);
  return WithheldAmong(known, figures.below(),
                       WithheldMarkets(count.market, figures.below(), figures.withheld()));
}

// Those segments come last, and nothing is said of which is the core target.
void Withhold(const ActiveModel& active, const std::vector<std::uint8_t>& withheld,
              const Terms& terms, v1::CoreTarget* response) {
  const auto is_withheld = [&](const v1::CoreTargetSegment& segment) {
    return withheld[static_cast<std::size_t>(ComponentOf(active, segment.persona()))] != 0;
  };
  auto& segments = *response->mutable_segments();
  std::stable_partition(segments.begin(), segments.end(),
                        [&](const auto& segment) { return !is_withheld(segment); });
  for (v1::CoreTargetSegment& segment : segments) {
    if (!is_withheld(segment)) continue;
    v1::CoreTargetSegment named;
    named.set_persona(segment.persona());
    named.set_display_name(
        ToldDisplayName(active, withheld, ComponentOf(active, segment.persona()), terms.language));
    named.set_targeting(segment.targeting());
    named.set_withheld(true);
    named.set_arithmetic(WithheldText(terms.below, terms.language));
    segment = std::move(named);
    response->set_summary(WithheldText(terms.below, terms.language));
  }
}

}  // namespace

absl::Status PersonaService::GetCoreTarget(const CallContext& call,
                                           const v1::GetCoreTargetRequest& request,
                                           v1::CoreTarget* response) {
  auto terms = TermsOf(request);
  if (!terms.ok()) return terms.status();
  const auto active = ActiveFor(registry_, request.segmentation());
  if (!active.ok()) return active.status();
  const auto below = WithheldBelow(call, store_, (*active)->name.workspace);
  if (!below.ok()) return below.status();
  terms->below = *below;
  const Date today = DayIn((*active)->time_zone, call.time);
  auto audience = ReadAudience(store_,
                               {.workspace = (*active)->name.workspace,
                                .kind = (*active)->model->parts().contact_kind,
                                .as_of = today,
                                .segmentation = (*active)->name.segmentation},
                               call.cancelled);
  if (!audience.ok()) return audience.status();
  const ToldFigures figures(**active, *below);
  const Count count = CountSegments(**active, figures.facts(), *std::move(audience));
  CoreTargetToProto(**active, count, *terms, request, today, response);
  Withhold(**active, WithheldSegments(figures, count), *terms, response);
  TimestampToProto(call.time, response->mutable_count_time());
  response->set_model((*active)->name.ToString());
  return absl::OkStatus();
}

}  // namespace cible
