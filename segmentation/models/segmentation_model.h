// A trained segmentation: immutable, self-contained, free of contact data.
// Assignment, matching, reasons and typicality exist once, here, whatever
// engine made the components.

#ifndef CIBLE_SEGMENTATION_MODELS_SEGMENTATION_MODEL_H_
#define CIBLE_SEGMENTATION_MODELS_SEGMENTATION_MODEL_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "segmentation/clustering/components.h"
#include "segmentation/clustering/divergence_table.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/encoder.h"
#include "segmentation/data/schema.h"
#include "segmentation/models/answer_table.h"
#include "segmentation/models/outcome_model.h"
#include "segmentation/models/posterior.h"
#include "segmentation/models/profile_aggregates.h"
#include "segmentation/models/rule.h"
#include "segmentation/models/typicality.h"

namespace cible {

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
  Calibration calibration;
  std::vector<AttributeAggregates> aggregates;
  // Absent when the schema names no outcome, or the artifact knows of none.
  std::optional<OutcomeModel> outcome;
  // One a component; empty in models made before there were rules.
  std::vector<SegmentRule> rules;
  // Share of each component among the leads at training; empty: there were too
  // few.
  std::vector<double> lead_shares;
  double lead_count = 0;  // Those leads.

  bool operator==(const ModelParts&) const = default;
};

// Where matches may start from.
enum class PriorKind {
  kUniform,   // Every component as likely as the others.
  kTraining,  // Their shares of the contacts the model was trained on.
  kLeads,     // Their shares of the leads there were at training; see lead_shares.h.
};

// Whether the parts fit together: lengths, ranges, finite parameters,
// attributes that the schema has.
// Errors: INVALID_ARGUMENT, naming the part.
absl::Status CheckParts(const ModelParts& parts);

// Immutable and thread-safe.
class SegmentationModel {
 public:
  // Errors: those of CheckParts: a corrupt artifact never becomes a model.
  static absl::StatusOr<std::shared_ptr<const SegmentationModel>> Make(ModelParts parts);

  const ModelParts& parts() const { return parts_; }
  const Schema& schema() const { return parts_.schema; }
  const Encoder& encoder() const { return parts_.encoder; }
  int component_count() const { return static_cast<int>(parts_.shares.size()); }

  // The prior of assignments over components, before anything is known; sums to
  // 1. kUniform with k-means, else kTraining.
  const std::vector<double>& prior() const { return rule_.prior.probabilities; }
  PriorKind assignment_prior() const;

  // The prior of that kind; null for kLeads where there were too few leads.
  const SegmentPrior* PriorOf(PriorKind kind) const;

  // The prior of matches that ask for none: kLeads where there is one, else that
  // of assignments.
  PriorKind match_prior() const;

  // For assigners.
  const PosteriorRule& rule() const { return rule_; }

  const DivergenceTable& divergences() const { return divergences_; }

  // What may be answered where an attribute is asked for.
  const std::vector<AnswerTable>& answer_tables() const { return answer_tables_; }
  // The attribute at a position of the encoder.
  const Attribute* attribute(int position) const {
    return attributes_[static_cast<std::size_t>(position)];
  }

  // The attribute by id or display name, and its position in the encoder, -1 for
  // one that the model does not use. Null: the schema has none. O(1).
  struct KnownAttribute {
    const Attribute* attribute;
    int position;
  };
  const KnownAttribute* FindAttribute(absl::string_view id_or_display_name) const;

  // All rows at once, dates as of `as_of`; a column the model does not know is
  // passed over. A row with nothing known gets the prior. O(rows x k x
  // features); encodes the table whole, so send millions of rows in blocks.
  std::vector<Posterior> Assign(const ContactTable& table, Date as_of) const;

  // Why the winner came before the runner-up in row `row` of the table: see
  // Assigner::Explain.
  std::vector<Reason> Explain(const ContactTable& table, int row, Date as_of,
                              const Posterior& posterior) const;

  // Whether the contact is within 99 % of the winner's own. A contact with
  // nothing known is typical of nothing (typical = false, probability 1).
  Typicality Typical(const ContactTable& table, int row, Date as_of,
                     const Posterior& posterior) const;

  // The same for contacts encoded by encoder().
  std::vector<Posterior> Assign(const Samples& samples) const;
  Posterior Assign(SampleRow sample) const { return Assigner(rule_).Assign(sample); }
  std::vector<Reason> Explain(const Samples& samples, int row, const Posterior& posterior) const;
  Typicality Typical(const Samples& samples, int row, const Posterior& posterior) const {
    return Typical(samples.row(row), posterior);
  }
  Typicality Typical(SampleRow sample, const Posterior& posterior) const;

 private:
  explicit SegmentationModel(ModelParts parts);

  ModelParts parts_;
  PosteriorRule rule_;
  DivergenceTable divergences_;
  SegmentPrior uniform_prior_;
  SegmentPrior training_prior_;
  std::optional<SegmentPrior> lead_prior_;
  std::vector<AnswerTable> answer_tables_;
  std::vector<const Attribute*> attributes_;  // Of parts_.schema, by encoder position.
  absl::flat_hash_map<std::string, KnownAttribute> by_name_;
  std::vector<std::size_t> first_pair_;  // In typicality.covariances, by component; k + 1.
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_MODELS_SEGMENTATION_MODEL_H_
