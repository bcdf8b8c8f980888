// A trained segmentation: immutable, self-contained, free of contact data.
// Assignment, matching, reasons and typicality exist once, here, whatever
// engine made the components.

#ifndef CIBLE_SEGMENTATION_MODELS_SEGMENTATION_MODEL_H_
#define CIBLE_SEGMENTATION_MODELS_SEGMENTATION_MODEL_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "segmentation/clustering/components.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/encoder.h"
#include "segmentation/data/schema.h"
#include "segmentation/models/profile_aggregates.h"

namespace cible {

// How D_kv is distributed over the training contacts of each component. An
// attribute of no block, or the attributes of one block together, are a term.
struct TypicalityMoments {
  DoubleMatrix mean;  // k x attribute: responsibility-weighted mean of D_kv.
  // For each component the covariance of D_kv and D_kw over contacts that know
  // both; only pairs within one term are kept.
  struct Pair {
    int component = 0;
    int first = 0;  // Attribute position, <= second.
    int second = 0;
    double covariance = 0;
    bool operator==(const Pair&) const = default;
  };
  std::vector<Pair> covariances;

  bool operator==(const TypicalityMoments&) const = default;
};

// Everything a model is made of; what the artifact stores.
struct ModelParts {
  Schema schema;
  Encoder encoder;
  ContactKind contact_kind = ContactKind::kPerson;
  Date as_of;  // Of the training.
  Components components;
  // Share of the training weight in each component.
  std::vector<double> shares;
  double contact_count = 0;  // Training contacts (weight), those with nothing known included.
  TypicalityMoments typicality;
  std::vector<AttributeAggregates> aggregates;
};

// Answer for one contact. Components are indexes in [0, component_count).
struct Posterior {
  std::vector<double> probabilities;  // Sums to 1.
  int winner = -1;          // Most probable; ties to the lower index. -1 if nothing known.
  int runner_up = -1;       // -1 when there is one component, or nothing known.
  int known_count = 0;      // Model attributes known.
  double known_weight = 0;  // kappa: their share of the weight, in [0, 1].
  // max(0, 1 - H(posterior) / H(prior)), in [0, 1]: how much of the
  // uncertainty the known attributes have removed.
  double information = 0;
};

// One share of the decision between winner and runner-up.
struct Reason {
  std::string attribute;    // Id; empty for the prior.
  double contribution = 0;  // (l_winner,v - l_runner_up,v) / T, in nats.
};

struct Typicality {
  bool typical = false;
  double distance = 0;     // Sum of the winner's D_kv over known attributes.
  double probability = 1;  // Of a distance at least so large, among the winner's own.
};

class SegmentationModel {
 public:
  // Errors: INVALID_ARGUMENT when the parts do not fit together (lengths,
  // non-finite parameters): a corrupt artifact never becomes a model.
  static absl::StatusOr<std::shared_ptr<const SegmentationModel>> Make(ModelParts parts);

  const ModelParts& parts() const { return parts_; }
  const Schema& schema() const { return parts_.schema; }
  const Encoder& encoder() const { return parts_.encoder; }
  int component_count() const { return static_cast<int>(parts_.shares.size()); }

  // The prior over components before anything is known; sums to 1.
  const std::vector<double>& prior() const { return prior_; }

  // The temperature at this share of the weight known. 1 until a model is
  // calibrated.
  double Temperature(double known_weight) const;

  // All rows at once, dates as of `as_of`. A row with nothing known gets the
  // prior. O(rows x k x features).
  std::vector<Posterior> Assign(const ContactTable& table, Date as_of) const;

  // Why the winner came before the runner-up in row `row` of the table: the
  // prior's share first, then every known attribute, largest absolute
  // contribution first. They sum to ln(p_winner / p_runner_up) within 1e-9.
  // Empty when there is no runner-up.
  std::vector<Reason> Explain(const ContactTable& table, int row, Date as_of,
                              const Posterior& posterior) const;

  // Whether the contact is within 99 % of the winner's own. A contact with
  // nothing known is typical of nothing (typical = false, probability 1).
  Typicality Typical(const ContactTable& table, int row, Date as_of,
                     const Posterior& posterior) const;

 private:
  explicit SegmentationModel(ModelParts parts);

  ModelParts parts_;
  std::vector<double> prior_;
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_MODELS_SEGMENTATION_MODEL_H_
