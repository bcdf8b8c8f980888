// What a training says of the segments beside the model: what their customers
// bring, whom there is to win, a typical member.

#ifndef CIBLE_SERVER_TRAINING_SEGMENT_FIGURES_H_
#define CIBLE_SERVER_TRAINING_SEGMENT_FIGURES_H_

#include <vector>

#include "absl/types/span.h"
#include "cible/storage/v1/resources.pb.h"
#include "segmentation/clustering/worker_pool.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/models/training.h"
#include "segmentation/personas/customer_value.h"
#include "segmentation/personas/exemplar.h"
#include "segmentation/personas/market.h"

namespace cible {

struct SegmentFigures {
  ValueSummary value;                // Of all customers.
  std::vector<ValueSummary> values;  // By component, as the others.
  std::vector<MarketCounts> market;
  std::vector<Exemplar> exemplars;
};

// `trained` is what the model was trained on, which its labels are of; `everyone`
// all contacts that were read, one of `stages` each. The same table: no contact
// is assigned again. O(contacts x k x features).
SegmentFigures MeasureSegments(const TrainingResult& result, const ContactTable& trained,
                               const ContactTable& everyone, absl::Span<const Stage> stages,
                               WorkerPool& pool);

// REQUIRES: the model has its segments, one a component.
void FiguresToStored(const SegmentFigures& figures, storage::v1::StoredModel& stored);

}  // namespace cible

#endif  // CIBLE_SERVER_TRAINING_SEGMENT_FIGURES_H_
