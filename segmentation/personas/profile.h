// What tells a segment apart from everyone: its profile.

#ifndef CIBLE_SEGMENTATION_PERSONAS_PROFILE_H_
#define CIBLE_SEGMENTATION_PERSONAS_PROFILE_H_

#include <string>
#include <vector>

#include "segmentation/models/segmentation_model.h"

namespace cible {

// One way in which the segment differs from the population.
struct Trait {
  std::string attribute;  // Id.
  // CATEGORICAL, SET, BOOLEAN: the level that is more (or less) frequent;
  // empty for numbers, dates and ordinals, which differ in their mean.
  std::string level;
  // Numbers: standardised mean difference (segment - population) / sd of the
  // population, on the model's scale (log for amounts), with its 95 % interval.
  // Levels: lift = share in the segment / share in the population, with its
  // 95 % interval (Wilson on the segment's share).
  double effect = 0;
  double effect_low = 0;
  double effect_high = 0;
  // Segment and population: mean of the number (raw units), or share of the
  // level, in [0, 1].
  double segment_value = 0;
  double population_value = 0;
  // Comparable across kinds of traits: |SMD|, or Cohen's h for levels.
  double strength = 0;
  // |SMD| >= .5, or lift >= 1.5 (<= 1 / 1.5), and the interval excludes 0 (1):
  // what a name or a text may claim.
  bool is_claim = false;
  bool descriptor = false;  // The attribute did not form the segments.
};

struct SegmentProfile {
  int component = 0;
  double size = 0;            // Contacts (weight).
  double share = 0;           // Of all contacts with something known.
  std::vector<Trait> traits;  // Strongest first; every attribute at least once.
};

// The profile of every component. O(components x levels).
std::vector<SegmentProfile> ProfileSegments(const SegmentationModel& model);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_PROFILE_H_
