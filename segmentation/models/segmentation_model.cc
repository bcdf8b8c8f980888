#include "segmentation/models/segmentation_model.h"

#include <cstdint>
#include <utility>
#include <variant>

#include "absl/container/fixed_array.h"
#include "absl/types/span.h"

namespace cible {
namespace {

// The row alone, so that explaining one contact does not encode its table.
Samples EncodeRow(const Encoder& encoder, const ContactTable& table, int row, Date as_of) {
  return encoder.Encode(SelectRows(table, {row}), as_of);
}

std::vector<double> EqualShares(std::size_t count) {
  return std::vector<double>(count, 1. / static_cast<double>(count));
}

}  // namespace

absl::StatusOr<std::shared_ptr<const SegmentationModel>> SegmentationModel::Make(ModelParts parts) {
  if (absl::Status status = CheckParts(parts); !status.ok()) return status;
  return std::shared_ptr<const SegmentationModel>(new SegmentationModel(std::move(parts)));
}

SegmentationModel::SegmentationModel(ModelParts parts)
    : parts_(std::move(parts)),
      rule_(parts_.components, parts_.encoder, parts_.calibration),
      divergences_(parts_.components, parts_.encoder),
      uniform_prior_(assignment_prior() == PriorKind::kUniform
                         ? rule_.prior
                         : SegmentPrior::Instead(rule_.prior, EqualShares(parts_.shares.size()))),
      training_prior_(assignment_prior() == PriorKind::kTraining
                          ? rule_.prior
                          : SegmentPrior::Instead(rule_.prior, parts_.shares)),
      answer_tables_(
          MakeAnswerTables(parts_.components, parts_.encoder, parts_.aggregates, rule_.terms)),
      first_pair_(parts_.shares.size() + 1) {
  if (!parts_.lead_shares.empty()) {
    lead_prior_ = SegmentPrior::Instead(rule_.prior, parts_.lead_shares);
  }
  for (const AttributeEncoding& encoding : parts_.encoder.attributes()) {
    attributes_.push_back(parts_.schema.Find(encoding.attribute));
  }
  // Ids come before display names, as in Schema::Find.
  const auto add = [&](const std::string& name, const Attribute& attribute) {
    by_name_.emplace(name, KnownAttribute{&attribute, parts_.encoder.IndexOf(attribute.id)});
  };
  for (const Attribute& attribute : parts_.schema.attributes()) add(attribute.id, attribute);
  for (const Attribute& attribute : parts_.schema.attributes()) {
    add(attribute.display_name, attribute);
  }
  for (const TypicalityMoments::Pair& pair : parts_.typicality.covariances) {
    ++first_pair_[static_cast<std::size_t>(pair.component) + 1];
  }
  for (std::size_t k = 1; k < first_pair_.size(); ++k) first_pair_[k] += first_pair_[k - 1];
}

const SegmentationModel::KnownAttribute* SegmentationModel::FindAttribute(
    absl::string_view id_or_display_name) const {
  const auto found = by_name_.find(id_or_display_name);
  return found == by_name_.end() ? nullptr : &found->second;
}

PriorKind SegmentationModel::assignment_prior() const {
  return std::holds_alternative<KMeansComponents>(parts_.components) ? PriorKind::kUniform
                                                                     : PriorKind::kTraining;
}

const SegmentPrior* SegmentationModel::PriorOf(PriorKind kind) const {
  switch (kind) {
    case PriorKind::kUniform: return &uniform_prior_;
    case PriorKind::kTraining: return &training_prior_;
    case PriorKind::kLeads: return lead_prior_ ? &*lead_prior_ : nullptr;
  }
  return nullptr;
}

PriorKind SegmentationModel::match_prior() const {
  return lead_prior_ ? PriorKind::kLeads : assignment_prior();
}

std::vector<Posterior> SegmentationModel::Assign(const ContactTable& table, Date as_of) const {
  return Assign(parts_.encoder.Encode(table, as_of));
}

std::vector<Reason> SegmentationModel::Explain(const ContactTable& table, int row, Date as_of,
                                               const Posterior& posterior) const {
  if (posterior.runner_up < 0) return {};
  return Explain(EncodeRow(parts_.encoder, table, row, as_of), 0, posterior);
}

Typicality SegmentationModel::Typical(const ContactTable& table, int row, Date as_of,
                                      const Posterior& posterior) const {
  if (posterior.winner < 0) return {};
  return Typical(EncodeRow(parts_.encoder, table, row, as_of), 0, posterior);
}

std::vector<Posterior> SegmentationModel::Assign(const Samples& samples) const {
  Assigner assigner(rule_);
  std::vector<Posterior> posteriors;
  posteriors.reserve(static_cast<std::size_t>(samples.count()));
  for (int row = 0; row < samples.count(); ++row) {
    posteriors.push_back(assigner.Assign(samples.row(row)));
  }
  return posteriors;
}

std::vector<Reason> SegmentationModel::Explain(const Samples& samples, int row,
                                               const Posterior& posterior) const {
  return Assigner(rule_).Explain(samples.row(row), posterior);
}

Typicality SegmentationModel::Typical(SampleRow sample, const Posterior& posterior) const {
  if (posterior.winner < 0) return {};
  const auto winner = static_cast<std::size_t>(posterior.winner);
  const auto count = static_cast<std::size_t>(encoder().attribute_count());
  absl::FixedArray<double, 64> divergences(count);
  divergences_.Fill(sample, posterior.winner, absl::MakeSpan(divergences));
  absl::FixedArray<std::uint8_t, 64> known(count);
  for (std::size_t v = 0; v < count; ++v) {
    known[v] = Encoder::Known(encoder().attributes()[v], sample) ? 1 : 0;
  }
  const auto pairs =
      absl::MakeConstSpan(parts_.typicality.covariances)
          .subspan(first_pair_[winner], first_pair_[winner + 1] - first_pair_[winner]);
  return MeasureTypicality(parts_.typicality, pairs, posterior.winner, divergences, known);
}

}  // namespace cible
