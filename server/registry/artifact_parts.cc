#include "server/registry/artifact_parts.h"

#include <utility>
#include <vector>

#include "server/wire/contact_wire.h"

namespace cible {
namespace {

using google::protobuf::RepeatedField;

absl::Status Corrupt() {
  return absl::InvalidArgumentError("the parts of the model do not fit together");
}

// --- Matrices -------------------------------------------------------------

void MatrixToProto(const DoubleMatrix& matrix, RepeatedField<double>* message) {
  message->Clear();
  for (int row = 0; row < matrix.rows(); ++row) {
    const auto values = matrix.row(row);
    message->Add(values.begin(), values.end());
  }
}

absl::StatusOr<DoubleMatrix> MatrixFromProto(const RepeatedField<double>& message, int rows,
                                             int cols) {
  if (std::int64_t{rows} * cols != message.size()) return Corrupt();
  DoubleMatrix matrix(rows, cols);
  std::copy(message.begin(), message.end(), matrix.data());
  return matrix;
}

// --- Encoder --------------------------------------------------------------

NumberScale ScaleFromProto(const storage::v1::AttributeEncoding& message) {
  switch (message.scale()) {
    case storage::v1::NUMBER_SCALE_LOG: return NumberScale::kLog;
    case storage::v1::NUMBER_SCALE_COUNT: return NumberScale::kCount;
    default: return message.log_scale() ? NumberScale::kLog1p : NumberScale::kIdentity;
  }
}

void ScaleToProto(NumberScale scale, storage::v1::AttributeEncoding* message) {
  message->set_log_scale(scale == NumberScale::kLog1p);
  if (scale == NumberScale::kLog) message->set_scale(storage::v1::NUMBER_SCALE_LOG);
  if (scale == NumberScale::kCount) message->set_scale(storage::v1::NUMBER_SCALE_COUNT);
}

void EncodingToProto(const AttributeEncoding& encoding, storage::v1::AttributeEncoding* message) {
  message->set_attribute(encoding.attribute);
  message->set_type(AttributeTypeToProto(encoding.type));
  ScaleToProto(encoding.scale, message);
  message->mutable_point_masses()->Assign(encoding.point_masses.begin(),
                                          encoding.point_masses.end());
  message->set_resolution(encoding.resolution);
  message->set_omega(encoding.omega);
  message->set_begin(encoding.begin);
  message->set_count(encoding.count);
  message->mutable_shift()->Assign(encoding.shift.begin(), encoding.shift.end());
  message->mutable_factor()->Assign(encoding.factor.begin(), encoding.factor.end());
  message->mutable_levels()->Assign(encoding.levels.begin(), encoding.levels.end());
  message->mutable_level_feature()->Assign(encoding.level_feature.begin(),
                                           encoding.level_feature.end());
  message->set_clip_low(encoding.clip_low);
  message->set_clip_high(encoding.clip_high);
}

AttributeEncoding EncodingFromProto(const storage::v1::AttributeEncoding& message) {
  AttributeEncoding encoding;
  encoding.attribute = message.attribute();
  encoding.type = AttributeTypeFromProto(message.type());
  encoding.scale = ScaleFromProto(message);
  encoding.point_masses.assign(message.point_masses().begin(), message.point_masses().end());
  encoding.resolution = message.resolution();
  encoding.omega = message.omega();
  encoding.begin = message.begin();
  encoding.count = message.count();
  encoding.shift.assign(message.shift().begin(), message.shift().end());
  encoding.factor.assign(message.factor().begin(), message.factor().end());
  encoding.levels.assign(message.levels().begin(), message.levels().end());
  encoding.level_feature.assign(message.level_feature().begin(), message.level_feature().end());
  encoding.clip_low = message.clip_low();
  encoding.clip_high = message.clip_high();
  return encoding;
}

void EncoderToProto(const Encoder& encoder, storage::v1::ModelArtifact* message) {
  for (const AttributeEncoding& encoding : encoder.attributes()) {
    EncodingToProto(encoding, message->add_encodings());
  }
  for (const SetAside& set_aside : encoder.set_aside()) {
    storage::v1::SetAside* set_aside_message = message->add_set_aside();
    set_aside_message->set_attribute(set_aside.attribute);
    set_aside_message->set_reason(set_aside.reason);
  }
}

absl::StatusOr<Encoder> EncoderFromProto(const storage::v1::ModelArtifact& message) {
  std::vector<AttributeEncoding> encodings;
  for (const auto& encoding : message.encodings()) encodings.push_back(EncodingFromProto(encoding));
  std::vector<SetAside> set_aside;
  for (const storage::v1::SetAside& aside : message.set_aside()) {
    set_aside.push_back({aside.attribute(), aside.reason()});
  }
  return Encoder::Restore(std::move(encodings), std::move(set_aside),
                          message.has_mixture() ? Encoding::kMixture : Encoding::kKMeans);
}

// --- Schema and components ------------------------------------------------

absl::StatusOr<Schema> SchemaFromProto(const storage::v1::ModelArtifact& message) {
  std::vector<Attribute> attributes;
  for (const v1::Attribute& attribute_message : message.attributes()) {
    absl::StatusOr<Attribute> attribute = AttributeFromProto(attribute_message);
    if (!attribute.ok()) return attribute.status();
    attributes.push_back(*std::move(attribute));
  }
  return Schema::Restore(std::move(attributes), message.next_number());
}

struct ComponentsWriter {
  storage::v1::ModelArtifact* message;

  void operator()(const KMeansComponents& components) {
    MatrixToProto(components.centroids, message->mutable_kmeans()->mutable_centroids());
    message->mutable_kmeans()->set_variance(components.variance);
  }

  void operator()(const MixtureComponents& components) {
    storage::v1::MixtureComponents* mixture = message->mutable_mixture();
    mixture->mutable_weights()->Assign(components.weights.begin(), components.weights.end());
    MatrixToProto(components.log_levels, mixture->mutable_log_levels());
    MatrixToProto(components.means, mixture->mutable_means());
    MatrixToProto(components.spreads, mixture->mutable_spreads());
    for (const NumberBlock& block : components.blocks) {
      storage::v1::NumberBlock* block_message = mixture->add_blocks();
      block_message->mutable_numbers()->Assign(block.numbers.begin(), block.numbers.end());
      MatrixToProto(block.correlation, block_message->mutable_correlation());
    }
  }
};

absl::StatusOr<Components> MixtureFromProto(const storage::v1::MixtureComponents& message,
                                            const Encoder& encoder) {
  const int count = message.weights_size();
  auto log_levels = MatrixFromProto(message.log_levels(), LevelRows(encoder).back(), count);
  auto means = MatrixFromProto(message.means(), encoder.number_count(), count);
  auto spreads = MatrixFromProto(message.spreads(), encoder.number_count(), count);
  if (!log_levels.ok() || !means.ok() || !spreads.ok()) return Corrupt();
  MixtureComponents mixture{.weights = {message.weights().begin(), message.weights().end()},
                            .log_levels = *std::move(log_levels),
                            .means = *std::move(means),
                            .spreads = *std::move(spreads),
                            .blocks = {}};
  for (const storage::v1::NumberBlock& block : message.blocks()) {
    auto correlation =
        MatrixFromProto(block.correlation(), block.numbers_size(), block.numbers_size());
    if (!correlation.ok()) return correlation.status();
    mixture.blocks.push_back(
        {{block.numbers().begin(), block.numbers().end()}, *std::move(correlation)});
  }
  return mixture;
}

absl::StatusOr<Components> ComponentsFromProto(const storage::v1::ModelArtifact& message,
                                               const Encoder& encoder) {
  switch (message.components_case()) {
    case storage::v1::ModelArtifact::kKmeans: {
      auto centroids = MatrixFromProto(message.kmeans().centroids(), message.shares_size(),
                                       encoder.feature_count());
      if (!centroids.ok()) return centroids.status();
      return KMeansComponents{*std::move(centroids), message.kmeans().variance()};
    }
    case storage::v1::ModelArtifact::kMixture: return MixtureFromProto(message.mixture(), encoder);
    case storage::v1::ModelArtifact::COMPONENTS_NOT_SET: break;
  }
  return Corrupt();
}

// --- Typicality and aggregates --------------------------------------------

void TypicalityToProto(const TypicalityMoments& moments, storage::v1::ModelArtifact* message) {
  MatrixToProto(moments.mean, message->mutable_typicality_mean());
  for (const TypicalityMoments::Pair& pair : moments.covariances) {
    storage::v1::TypicalityPair* pair_message = message->add_typicality_covariances();
    pair_message->set_component(pair.component);
    pair_message->set_first(pair.first);
    pair_message->set_second(pair.second);
    pair_message->set_covariance(pair.covariance);
  }
}

absl::StatusOr<TypicalityMoments> TypicalityFromProto(const storage::v1::ModelArtifact& message) {
  auto mean =
      MatrixFromProto(message.typicality_mean(), message.shares_size(), message.encodings_size());
  if (!mean.ok()) return mean.status();
  TypicalityMoments moments{.mean = *std::move(mean), .covariances = {}};
  for (const storage::v1::TypicalityPair& pair : message.typicality_covariances()) {
    moments.covariances.push_back(
        {pair.component(), pair.first(), pair.second(), pair.covariance()});
  }
  return moments;
}

void SummaryToProto(const AttributeSummary& summary, storage::v1::AttributeSummary* message) {
  message->set_known(summary.known);
  message->set_unknown(summary.unknown);
  message->set_mean(summary.mean);
  message->set_variance(summary.variance);
  message->mutable_quantiles()->Assign(summary.quantiles.begin(), summary.quantiles.end());
  message->mutable_level_weights()->Assign(summary.level_weights.begin(),
                                           summary.level_weights.end());
  message->set_latitude(summary.latitude);
  message->set_longitude(summary.longitude);
  message->set_radius_km(summary.radius_km);
  message->set_log_mean(summary.log_mean);
  message->set_log_variance(summary.log_variance);
}

AttributeSummary SummaryFromProto(const storage::v1::AttributeSummary& message) {
  AttributeSummary summary;
  summary.known = message.known();
  summary.unknown = message.unknown();
  summary.mean = message.mean();
  summary.variance = message.variance();
  summary.quantiles.assign(message.quantiles().begin(), message.quantiles().end());
  summary.level_weights.assign(message.level_weights().begin(), message.level_weights().end());
  summary.latitude = message.latitude();
  summary.longitude = message.longitude();
  summary.radius_km = message.radius_km();
  summary.log_mean = message.log_mean();
  summary.log_variance = message.log_variance();
  return summary;
}

void AggregatesToProto(const AttributeAggregates& aggregates,
                       storage::v1::AttributeAggregates* message) {
  message->set_attribute(aggregates.attribute);
  message->mutable_levels()->Assign(aggregates.levels.begin(), aggregates.levels.end());
  SummaryToProto(aggregates.population, message->mutable_population());
  for (const AttributeSummary& component : aggregates.components) {
    SummaryToProto(component, message->add_components());
  }
}

AttributeAggregates AggregatesFromProto(const storage::v1::AttributeAggregates& message) {
  AttributeAggregates aggregates;
  aggregates.attribute = message.attribute();
  aggregates.levels.assign(message.levels().begin(), message.levels().end());
  aggregates.population = SummaryFromProto(message.population());
  for (const storage::v1::AttributeSummary& component : message.components()) {
    aggregates.components.push_back(SummaryFromProto(component));
  }
  return aggregates;
}

// --- Outcome --------------------------------------------------------------

void TermToProto(const OutcomeTerm& term, storage::v1::OutcomeTerm* message) {
  message->set_attribute(term.attribute);
  message->set_type(AttributeTypeToProto(term.type));
  message->mutable_edges()->Assign(term.edges.begin(), term.edges.end());
  message->mutable_levels()->Assign(term.levels.begin(), term.levels.end());
  message->mutable_coefficients()->Assign(term.coefficients.begin(), term.coefficients.end());
  message->set_known(term.known);
  message->set_missing(term.missing);
}

OutcomeTerm TermFromProto(const storage::v1::OutcomeTerm& message) {
  return {.attribute = message.attribute(),
          .type = AttributeTypeFromProto(message.type()),
          .edges = {message.edges().begin(), message.edges().end()},
          .levels = {message.levels().begin(), message.levels().end()},
          .coefficients = {message.coefficients().begin(), message.coefficients().end()},
          .known = message.known(),
          .missing = message.missing()};
}

void OutcomeToProto(const OutcomeModel& outcome, storage::v1::OutcomeModel* message) {
  message->set_attribute(outcome.attribute);
  message->set_value(outcome.value);
  message->set_refusal(outcome.refusal);
  message->set_outcomes(outcome.outcomes);
  message->set_others(outcome.others);
  message->set_intercept(outcome.intercept);
  for (const OutcomeTerm& term : outcome.terms) TermToProto(term, message->add_terms());
  for (const SetAside& barred : outcome.barred) {
    storage::v1::SetAside* barred_message = message->add_barred();
    barred_message->set_attribute(barred.attribute);
    barred_message->set_reason(barred.reason);
  }
  message->mutable_set_aside()->Assign(outcome.set_aside.begin(), outcome.set_aside.end());
}

OutcomeModel OutcomeFromProto(const storage::v1::OutcomeModel& message) {
  OutcomeModel outcome;
  outcome.attribute = message.attribute();
  outcome.value = message.value();
  outcome.refusal = message.refusal();
  outcome.outcomes = message.outcomes();
  outcome.others = message.others();
  outcome.intercept = message.intercept();
  outcome.set_aside.assign(message.set_aside().begin(), message.set_aside().end());
  for (const storage::v1::OutcomeTerm& term : message.terms()) {
    outcome.terms.push_back(TermFromProto(term));
  }
  for (const storage::v1::SetAside& barred : message.barred()) {
    outcome.barred.push_back({barred.attribute(), barred.reason()});
  }
  return outcome;
}

// --- Rules ----------------------------------------------------------------

storage::v1::RuleTest RuleTestToProto(RuleCondition::Test test) {
  switch (test) {
    case RuleCondition::Test::kRange: return storage::v1::RULE_TEST_RANGE;
    case RuleCondition::Test::kOneOf: return storage::v1::RULE_TEST_ONE_OF;
    case RuleCondition::Test::kNoneOf: return storage::v1::RULE_TEST_NONE_OF;
    case RuleCondition::Test::kHasTag: return storage::v1::RULE_TEST_HAS_TAG;
    case RuleCondition::Test::kLacksTag: return storage::v1::RULE_TEST_LACKS_TAG;
  }
  return storage::v1::RULE_TEST_UNSPECIFIED;
}

absl::StatusOr<RuleCondition::Test> RuleTestFromProto(storage::v1::RuleTest test) {
  switch (test) {
    case storage::v1::RULE_TEST_RANGE: return RuleCondition::Test::kRange;
    case storage::v1::RULE_TEST_ONE_OF: return RuleCondition::Test::kOneOf;
    case storage::v1::RULE_TEST_NONE_OF: return RuleCondition::Test::kNoneOf;
    case storage::v1::RULE_TEST_HAS_TAG: return RuleCondition::Test::kHasTag;
    case storage::v1::RULE_TEST_LACKS_TAG: return RuleCondition::Test::kLacksTag;
    default: return Corrupt();
  }
}

void RuleToProto(const SegmentRule& rule, storage::v1::SegmentRule* message) {
  for (const RuleCondition& condition : rule.conditions) {
    storage::v1::RuleCondition* condition_message = message->add_conditions();
    condition_message->set_attribute(condition.attribute);
    condition_message->set_test(RuleTestToProto(condition.test));
    if (condition.low) condition_message->set_low(*condition.low);
    if (condition.high) condition_message->set_high(*condition.high);
    condition_message->set_whole(condition.whole);
    condition_message->mutable_levels()->Assign(condition.levels.begin(), condition.levels.end());
  }
  message->set_contact_count(rule.quality.contact_count);
  message->set_precision(rule.quality.precision);
  message->set_precision_low(rule.quality.precision_interval.low);
  message->set_precision_high(rule.quality.precision_interval.high);
  message->set_recall(rule.quality.recall);
  message->set_recall_low(rule.quality.recall_interval.low);
  message->set_recall_high(rule.quality.recall_interval.high);
}

absl::StatusOr<SegmentRule> RuleFromProto(const storage::v1::SegmentRule& message) {
  SegmentRule rule;
  for (const storage::v1::RuleCondition& condition_message : message.conditions()) {
    const auto test = RuleTestFromProto(condition_message.test());
    if (!test.ok()) return test.status();
    RuleCondition condition{.attribute = condition_message.attribute(), .test = *test};
    if (condition_message.has_low()) condition.low = condition_message.low();
    if (condition_message.has_high()) condition.high = condition_message.high();
    condition.whole = condition_message.whole();
    condition.levels.assign(condition_message.levels().begin(), condition_message.levels().end());
    rule.conditions.push_back(std::move(condition));
  }
  rule.quality = {.contact_count = message.contact_count(),
                  .precision = message.precision(),
                  .precision_interval = {message.precision_low(), message.precision_high()},
                  .recall = message.recall(),
                  .recall_interval = {message.recall_low(), message.recall_high()}};
  return rule;
}

}  // namespace

void PartsToProto(const ModelParts& parts, storage::v1::ModelArtifact* message) {
  message->Clear();
  for (const Attribute& attribute : parts.schema.attributes()) {
    AttributeToProto(attribute, message->add_attributes());
  }
  message->set_next_number(parts.schema.next_number());
  message->set_contact_kind(ContactKindToProto(parts.contact_kind));
  message->set_as_of_days(parts.as_of.days);
  EncoderToProto(parts.encoder, message);
  std::visit(ComponentsWriter{message}, parts.components);
  message->mutable_shares()->Assign(parts.shares.begin(), parts.shares.end());
  message->set_contact_count(parts.contact_count);
  TypicalityToProto(parts.typicality, message);
  if (parts.calibration != Calibration()) {
    const auto& temperatures = parts.calibration.temperatures;
    message->mutable_temperatures()->Assign(temperatures.begin(), temperatures.end());
  }
  for (const AttributeAggregates& aggregates : parts.aggregates) {
    AggregatesToProto(aggregates, message->add_aggregates());
  }
  if (parts.outcome) OutcomeToProto(*parts.outcome, message->mutable_outcome());
  for (const SegmentRule& rule : parts.rules) RuleToProto(rule, message->add_rules());
  message->mutable_lead_shares()->Assign(parts.lead_shares.begin(), parts.lead_shares.end());
  message->set_lead_count(parts.lead_count);
}

absl::StatusOr<ModelParts> PartsFromProto(const storage::v1::ModelArtifact& message) {
  absl::StatusOr<Schema> schema = SchemaFromProto(message);
  if (!schema.ok()) return schema.status();
  absl::StatusOr<Encoder> encoder = EncoderFromProto(message);
  if (!encoder.ok()) return encoder.status();
  auto components = ComponentsFromProto(message, *encoder);
  if (!components.ok()) return components.status();
  auto typicality = TypicalityFromProto(message);
  if (!typicality.ok()) return typicality.status();
  ModelParts parts{.schema = *std::move(schema),
                   .encoder = *std::move(encoder),
                   .contact_kind = ContactKindFromProto(message.contact_kind()),
                   .as_of = {message.as_of_days()},
                   .components = *std::move(components),
                   .shares = {message.shares().begin(), message.shares().end()},
                   .contact_count = message.contact_count(),
                   .typicality = *std::move(typicality),
                   .aggregates = {},
                   .outcome = {},
                   .rules = {},
                   .lead_shares = {message.lead_shares().begin(), message.lead_shares().end()},
                   .lead_count = message.lead_count()};
  if (message.temperatures_size() > 0) {
    auto& temperatures = parts.calibration.temperatures;
    if (message.temperatures_size() != std::ssize(temperatures)) {
      return absl::InvalidArgumentError("the model is corrupt: it has too few temperatures");
    }
    std::copy(message.temperatures().begin(), message.temperatures().end(), temperatures.begin());
  }
  for (const storage::v1::AttributeAggregates& aggregates : message.aggregates()) {
    parts.aggregates.push_back(AggregatesFromProto(aggregates));
  }
  if (message.has_outcome()) parts.outcome = OutcomeFromProto(message.outcome());
  for (const storage::v1::SegmentRule& message_rule : message.rules()) {
    auto rule = RuleFromProto(message_rule);
    if (!rule.ok()) return rule.status();
    parts.rules.push_back(*std::move(rule));
  }
  return parts;
}

}  // namespace cible
