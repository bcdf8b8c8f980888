#include "server/wire/persona_wire.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "segmentation/personas/attribute_profile.h"
#include "segmentation/personas/rule_text.h"

namespace cible {
namespace {

void FiguresToProto(const AttributeFigures& figures, const std::vector<std::string>& levels,
                    v1::AttributeFigures* message) {
  message->set_known_count(figures.known);
  message->set_unknown_count(figures.unknown);
  if (figures.mean) message->set_mean(*figures.mean);
  if (figures.lower_quartile) message->set_lower_quartile(*figures.lower_quartile);
  if (figures.median) message->set_median(*figures.median);
  if (figures.upper_quartile) message->set_upper_quartile(*figures.upper_quartile);
  for (std::size_t level = 0; level < figures.shares.size(); ++level) {
    v1::LevelShare* share = message->add_levels();
    share->set_level(levels[level]);
    share->set_share(figures.shares[level]);
  }
}

}  // namespace

void TraitToProto(const Trait& trait, const Schema& schema, Language language, v1::Trait* message) {
  message->set_attribute(trait.attribute);
  message->set_level(trait.level);
  message->set_effect(trait.effect);
  message->set_effect_low(trait.effect_low);
  message->set_effect_high(trait.effect_high);
  message->set_segment_value(trait.segment_value);
  message->set_population_value(trait.population_value);
  message->set_claim(trait.is_claim);
  message->set_description(DescribeTrait(trait, schema, language));
}

void RuleToProto(const SegmentationModel& model, int component, Language language,
                 v1::Persona* persona) {
  const std::vector<SegmentRule>& rules = model.parts().rules;
  if (rules.empty()) return;
  const SegmentRule& rule = rules[static_cast<std::size_t>(component)];
  v1::SegmentRule* message = persona->mutable_rule();
  message->set_description(DescribeRule(rule, model.schema(), language));
  if (!rule.found()) return;
  message->set_filter(FilterOfRule(rule, model.schema()));
  message->set_precision(rule.quality.precision);
  message->set_precision_low(rule.quality.precision_interval.low);
  message->set_precision_high(rule.quality.precision_interval.high);
  message->set_recall(rule.quality.recall);
  message->set_recall_low(rule.quality.recall_interval.low);
  message->set_recall_high(rule.quality.recall_interval.high);
  message->set_contact_count(rule.quality.contact_count);
  message->set_quality(DescribeRuleQuality(rule, language));
}

void ConversionToProto(const SegmentFacts& facts, int component, Language language,
                       v1::Persona* persona) {
  const std::optional<Conversion> conversion = ConversionOf(facts, component);
  if (!conversion) return;
  v1::Conversion* message = persona->mutable_conversion();
  message->set_attribute(conversion->attribute);
  message->set_known_count(conversion->known);
  message->set_converted_count(conversion->converted);
  message->set_rate(conversion->rate);
  message->set_rate_low(conversion->interval.low);
  message->set_rate_high(conversion->interval.high);
  message->set_population_known_count(conversion->population_known);
  message->set_population_rate(conversion->population_rate);
  message->set_description(DescribeConversion(*conversion, *facts.schema, language));
}

void AttributesToProto(const SegmentFacts& facts, int component, v1::Persona* persona) {
  const auto profiles = ProfileAttributes(facts);
  for (const AttributeProfile& profile : profiles[static_cast<std::size_t>(component)]) {
    v1::AttributeProfile* message = persona->add_attributes();
    message->set_attribute(profile.attribute);
    FiguresToProto(profile.segment, profile.levels, message->mutable_segment());
    FiguresToProto(profile.population, profile.levels, message->mutable_population());
    if (profile.p_value) message->set_p_value(*profile.p_value);
  }
}

absl::StatusOr<PersonaCriterion> CriterionFromProto(const v1::PersonaCriterion& message,
                                                    const Schema& schema) {
  const Attribute* attribute = schema.Find(message.attribute());
  if (attribute == nullptr) {
    return absl::InvalidArgumentError(
        "a criterion names an attribute that the schema does not have; take one of its ids or "
        "display names");
  }
  const auto bound = [](bool has, double value) {
    return has ? std::optional<double>(value) : std::nullopt;
  };
  return MakeCriterion(*attribute, bound(message.has_low(), message.low()),
                       bound(message.has_high(), message.high()),
                       {message.levels().begin(), message.levels().end()}, message.preference());
}

void CriterionToProto(const PersonaCriterion& criterion, v1::PersonaCriterion* message) {
  message->set_attribute(criterion.condition.attribute);
  if (criterion.condition.low) message->set_low(*criterion.condition.low);
  if (criterion.condition.high) message->set_high(*criterion.condition.high);
  for (const std::string& level : criterion.condition.levels) message->add_levels(level);
  message->set_preference(criterion.preference);
  message->set_population_share(criterion.population_share);
}

void ComparisonToProto(const AuthoredComparison& comparison, v1::AuthoredComparison* message) {
  message->set_contact_count(static_cast<std::int64_t>(comparison.members));
  message->set_unknown_count(static_cast<std::int64_t>(comparison.unknown));
  for (const AuthoredComparison::Cell& cell : comparison.cells) {
    v1::ComparisonCell* one = message->add_cells();
    one->set_contact_count(static_cast<std::int64_t>(cell.members));
    one->set_share(cell.share);
    one->set_lift(cell.lift);
    one->set_jaccard(cell.jaccard);
  }
}

v1::InTarget InTargetToProto(InTarget in_target) {
  switch (in_target) {
    case InTarget::kYes: return v1::IN_TARGET_YES;
    case InTarget::kNo: return v1::IN_TARGET_NO;
    case InTarget::kUnknown: return v1::IN_TARGET_UNKNOWN;
  }
  return v1::IN_TARGET_UNSPECIFIED;
}

v1::CriterionState CriterionStateToProto(CriterionState state) {
  switch (state) {
    case CriterionState::kMet: return v1::CRITERION_STATE_MET;
    case CriterionState::kNotMet: return v1::CRITERION_STATE_NOT_MET;
    case CriterionState::kUnknown: return v1::CRITERION_STATE_UNKNOWN;
  }
  return v1::CRITERION_STATE_UNSPECIFIED;
}

}  // namespace cible
