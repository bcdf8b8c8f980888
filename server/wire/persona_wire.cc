#include "server/wire/persona_wire.h"

#include <cstddef>
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

void ConversionToProto(const SegmentationModel& model, int component, Language language,
                       v1::Persona* persona) {
  const std::optional<Conversion> conversion = ConversionOf(FactsOf(model), component);
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
  message->set_description(DescribeConversion(*conversion, model.schema(), language));
}

void AttributesToProto(const SegmentationModel& model, int component, v1::Persona* persona) {
  const auto profiles = ProfileAttributes(FactsOf(model));
  for (const AttributeProfile& profile : profiles[static_cast<std::size_t>(component)]) {
    v1::AttributeProfile* message = persona->add_attributes();
    message->set_attribute(profile.attribute);
    FiguresToProto(profile.segment, profile.levels, message->mutable_segment());
    FiguresToProto(profile.population, profile.levels, message->mutable_population());
    if (profile.p_value) message->set_p_value(*profile.p_value);
  }
}

}  // namespace cible
