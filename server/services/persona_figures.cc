#include "server/services/persona_figures.h"

#include "segmentation/personas/attribute_profile.h"
#include "segmentation/personas/customer_value.h"
#include "segmentation/personas/exemplar.h"
#include "server/clock.h"

namespace cible {
namespace {

ValueSummary ValueFromStored(const storage::v1::StoredValue& stored) {
  return {.known = stored.known(),
          .mean = stored.mean(),
          .variance = stored.variance(),
          .median = stored.median()};
}

MarketCounts CountsFromStored(const storage::v1::StoredMarket& stored) {
  return {.customers = stored.customers(),
          .competitor = stored.competitor(),
          .non_consumers = stored.non_consumers(),
          .unknown = stored.unknown(),
          .open_leads = stored.open_leads()};
}

ExemplarValue ExemplarValueFromStored(const storage::v1::StoredExemplarValue& stored) {
  ExemplarValue value{.attribute = stored.attribute(),
                      .number = {},
                      .levels = {stored.levels().begin(), stored.levels().end()},
                      .known = stored.known()};
  if (stored.has_number()) value.number = stored.number();
  return value;
}

std::vector<MarketCounts> MarketsOf(const storage::v1::StoredModel& stored) {
  std::vector<MarketCounts> markets;
  for (const storage::v1::StoredSegment& segment : stored.segments()) {
    markets.push_back(CountsFromStored(segment.market()));
  }
  return markets;
}

}  // namespace

void ExemplarToProto(const ActiveModel& active, const ToldFigures& figures, int component,
                     Language language, v1::Persona* persona) {
  const Schema& schema = active.model->schema();
  for (const storage::v1::StoredExemplarValue& stored :
       active.stored.segments(component).exemplar()) {
    if (schema.Find(stored.attribute()) == nullptr || stored.known() < figures.below()) continue;
    v1::ExemplarValue* message = persona->add_exemplar();
    message->set_attribute(stored.attribute());
    message->set_description(
        DescribeExemplarValue(ExemplarValueFromStored(stored), schema, language));
  }
}

void ValueToProto(const ActiveModel& active, int component, Language language,
                  v1::Persona* persona) {
  const ValueSummary value = ValueFromStored(active.stored.segments(component).value());
  if (!(value.known > 0)) return;
  const ValueSummary population = ValueFromStored(active.stored.value());
  const Schema& schema = active.model->schema();
  v1::CustomerValue* message = persona->mutable_value();
  message->set_definition(DescribeDefinition(ValueDefinitionOf(schema), schema, language));
  message->set_known_count(value.known);
  message->set_mean(value.mean);
  const Interval interval = MeanInterval(value).value_or(Interval{value.mean, value.mean});
  message->set_mean_low(interval.low);
  message->set_mean_high(interval.high);
  message->set_median(value.median);
  message->set_population_mean(population.mean);
  message->set_description(DescribeValue(value, population, active.currency_code, language));
}

void MarketToProto(const ActiveModel& active, const ToldFigures& figures, int component,
                   const WinnableShares& entered, Language language, v1::Persona* persona) {
  if (!active.stored.segments(component).has_market()) return;
  const auto at = static_cast<std::size_t>(component);
  const std::vector<MarketCounts> markets = MarketsOf(active.stored);
  if (WithheldMarkets(markets, figures.below(), figures.withheld())[at] != 0) return;
  std::int64_t contacts = 0;
  for (const MarketCounts& counts : markets) contacts += counts.total();
  const MarketPotential market =
      PotentialOf(markets[at], entered, ExpectedRate(ConversionOf(figures.facts(), component)));
  MarketToProto(market, contacts, active.model->parts().contact_kind,
                DayIn(active.time_zone, active.create_time),
                CompetitorAttribute(active.model->schema()) != nullptr, language,
                persona->mutable_market());
}

void MarketToProto(const MarketPotential& market, std::int64_t contacts, ContactKind kind, Date day,
                   bool marked, Language language, v1::MarketPotential* message) {
  message->set_universe(DescribeUniverse(contacts, kind, day, language));
  message->set_customer_count(market.counts.customers);
  message->set_competitor_count(market.counts.competitor);
  message->set_non_consumer_count(market.counts.non_consumers);
  message->set_unknown_count(market.counts.unknown);
  if (market.shares.non_consumers) {
    message->set_winnable_non_consumer_share(*market.shares.non_consumers);
  }
  if (market.shares.competitor) message->set_winnable_competitor_share(*market.shares.competitor);
  message->set_estimated(market.estimated);
  if (market.potential) message->set_potential(*market.potential);
  message->set_description(DescribePotential(market, marked, language));
}

}  // namespace cible
