// Names and texts of personas: what a marketer reads.
//
// A name is made of claims the profile supports (Trait::is_claim), leads with
// behaviour and needs, never judges, and never names income, sex, origin,
// health, religion or place of residence. Texts may give age, income band and
// region as figures, never protected attributes. Names are distinct within a
// segmentation. With no claim left: "Close to the average", told apart by the
// strongest allowed difference.

#ifndef CIBLE_SEGMENTATION_PERSONAS_PORTRAIT_H_
#define CIBLE_SEGMENTATION_PERSONAS_PORTRAIT_H_

#include <string>
#include <vector>

#include "segmentation/models/segmentation_model.h"
#include "segmentation/personas/profile.h"

namespace cible {

enum class Language { kEnglish, kFrench };

struct Portrait {
  std::string name;     // "Web-first families attentive to offers".
  std::string summary;  // Two to four sentences.
};

// One portrait a component, in component order. Pure: same model, same words.
std::vector<Portrait> DescribeSegments(const SegmentationModel& model,
                                       const std::vector<SegmentProfile>& profiles,
                                       Language language);

// One trait as people say it: "Wine spend: 621 on average, 304 for everyone".
std::string DescribeTrait(const Trait& trait, const Schema& schema, Language language);

// Words that no name or text may hold; lower case, whole words.
const std::vector<std::string>& DeniedWords(Language language);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_PORTRAIT_H_
