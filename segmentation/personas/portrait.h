// Names and texts of personas: what a marketer reads.
//
// A name is made of claims the profile supports (Trait::is_claim), leads with
// behaviour and needs, never judges, and never names income, sex, origin,
// health, religion or place of residence. Texts may give age, income band and
// region as figures, never protected attributes. Names are distinct within a
// segmentation. With no claim left: "Close to the average", or "... but for a
// few figures" where the text has claims that no name may make, told apart by
// the strongest allowed difference. Of a place texts give distances between
// centres, in figures.
//
// The words come from catalogues/, a file a language; all languages make the
// same claims.

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
  std::string summary;  // Two to five sentences: size and ages, what is above
                        // and below the average, how far away, the outcome.
  // Indexes into SegmentProfile::traits: what the name rests on. All are
  // claims, but for the difference that tells apart two segments close to the
  // average.
  std::vector<int> name_traits;

  bool operator==(const Portrait&) const = default;
};

// One portrait a component, in component order. Pure: same model, same words.
// REQUIRES: `profiles` are those of the same facts or model.
std::vector<Portrait> DescribeSegments(const SegmentFacts& facts,
                                       const std::vector<SegmentProfile>& profiles,
                                       Language language);
std::vector<Portrait> DescribeSegments(const SegmentationModel& model,
                                       const std::vector<SegmentProfile>& profiles,
                                       Language language);

// One trait as people say it: "Wine spend: 621 on average, 304 for everyone".
// REQUIRES: the schema has the trait's attribute.
std::string DescribeTrait(const Trait& trait, const Schema& schema, Language language);

// Words that no name or text may hold; lower case, whole words, sorted.
const std::vector<std::string>& DeniedWords(Language language);

// Words that no name may hold, besides: income, place.
const std::vector<std::string>& WordsDeniedInNames(Language language);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_PORTRAIT_H_
