#include "server/training/segment_figures.h"

#include <cstddef>
#include <optional>
#include <utility>

#include "segmentation/clustering/components.h"

namespace cible {
namespace {

std::vector<int> LabelsOf(const TrainingResult& result, const ContactTable& trained,
                          const ContactTable& everyone, WorkerPool& pool) {
  if (&trained == &everyone) return result.labels;
  const ModelParts& parts = result.model->parts();
  return AssignSamples(parts.components, parts.encoder, parts.encoder.Encode(everyone, parts.as_of),
                       pool);
}

void ValueToStored(const ValueSummary& value, storage::v1::StoredValue* stored) {
  stored->set_known(value.known);
  stored->set_mean(value.mean);
  stored->set_variance(value.variance);
  stored->set_median(value.median);
}

void MarketToStored(const MarketCounts& counts, storage::v1::StoredMarket* stored) {
  stored->set_customers(counts.customers);
  stored->set_competitor(counts.competitor);
  stored->set_non_consumers(counts.non_consumers);
  stored->set_unknown(counts.unknown);
  stored->set_open_leads(counts.open_leads);
}

void ExemplarToStored(const Exemplar& exemplar, storage::v1::StoredSegment& stored) {
  for (const ExemplarValue& value : exemplar) {
    storage::v1::StoredExemplarValue& message = *stored.add_exemplar();
    message.set_attribute(value.attribute);
    if (value.number) message.set_number(*value.number);
    for (const std::string& level : value.levels) message.add_levels(level);
    message.set_known(value.known);
  }
}

}  // namespace

SegmentFigures MeasureSegments(const TrainingResult& result, const ContactTable& trained,
                               const ContactTable& everyone, absl::Span<const Stage> stages,
                               WorkerPool& pool) {
  const Schema& schema = result.model->schema();
  const std::vector<int> labels = LabelsOf(result, trained, everyone, pool);
  const std::vector<std::optional<double>> values =
      CustomerValues(everyone, ValueDefinitionOf(schema));
  const int component_count = result.model->component_count();
  const std::vector<int> everywhere(labels.size(), 0);
  return {.value = SummariseCustomers(stages, values, everywhere, 1)[0],
          .values = SummariseCustomers(stages, values, labels, component_count),
          .market = CountMarket(everyone, schema, stages, values, labels, component_count),
          .exemplars = ComposeExemplars(*result.model, trained, result.labels, pool)};
}

void FiguresToStored(const SegmentFigures& figures, storage::v1::StoredModel& stored) {
  ValueToStored(figures.value, stored.mutable_value());
  for (int i = 0; i < stored.segments_size(); ++i) {
    const auto component = static_cast<std::size_t>(i);
    storage::v1::StoredSegment& segment = *stored.mutable_segments(i);
    ValueToStored(figures.values[component], segment.mutable_value());
    MarketToStored(figures.market[component], segment.mutable_market());
    ExemplarToStored(figures.exemplars[component], segment);
  }
}

}  // namespace cible
