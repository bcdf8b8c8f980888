// Rules and rates in words.

#ifndef CIBLE_SEGMENTATION_PERSONAS_RULE_TEXT_H_
#define CIBLE_SEGMENTATION_PERSONAS_RULE_TEXT_H_

#include <string>

#include "segmentation/models/rule.h"
#include "segmentation/personas/attribute_profile.h"
#include "segmentation/personas/portrait.h"

namespace cible {

// What rules may say: what texts may (see portrait.h), by attribute, and by its
// level ("" for none). A RuleVocabulary.
bool MayBeSaidInRule(const Attribute& attribute, const std::string& level);

// "age under 35", inside a sentence.
// REQUIRES: the condition fits the schema (FaultOfRule).
std::string DescribeCondition(const RuleCondition& condition, const Schema& schema,
                              Language language);

// "Age under 35, contact by mobile phone"; for a rule without conditions that
// no short rule describes these contacts.
// REQUIRES: the rule fits the schema (FaultOfRule).
std::string DescribeRule(const SegmentRule& rule, const Schema& schema, Language language);

// "96% of those it selects belong here; it finds 80% of all who do." Empty
// without conditions.
std::string DescribeRuleQuality(const SegmentRule& rule, Language language);

// "Converted: 44.1% (95% interval 42.3% to 45.9%), against 38.5% for everyone."
// Empty where texts may not tell the outcome.
// REQUIRES: the schema has the outcome.
std::string DescribeConversion(const Conversion& conversion, const Schema& schema,
                               Language language);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_RULE_TEXT_H_
