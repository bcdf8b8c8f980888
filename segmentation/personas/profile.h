// What tells a segment apart from everyone: its profile.

#ifndef CIBLE_SEGMENTATION_PERSONAS_PROFILE_H_
#define CIBLE_SEGMENTATION_PERSONAS_PROFILE_H_

#include <string>
#include <vector>

#include "segmentation/models/segmentation_model.h"

namespace cible {

// What profiles and portraits are made of: the parts of a model that say who
// is in its segments. Borrows from the model, which must outlive it.
struct SegmentFacts {
  const Schema* schema = nullptr;
  const std::vector<AttributeAggregates>* aggregates = nullptr;
  std::vector<double> shares;  // By component.
  double contact_count = 0;
  ContactKind contact_kind = ContactKind::kPerson;
  Date as_of;
  std::vector<std::string> log_scale;  // Ids of the numbers the model takes on a log scale.
};

SegmentFacts FactsOf(const SegmentationModel& model);

// Whether the model takes the number on a log scale, hence its effects.
bool IsOnLogScale(const SegmentFacts& facts, const Attribute& attribute);

// One way in which the segment differs from the population.
struct Trait {
  std::string attribute;  // Id.
  // CATEGORICAL, SET, BOOLEAN: the level that is more (or less) frequent;
  // empty for numbers, dates and ordinals, which differ in their mean.
  std::string level;
  // Numbers: standardised mean difference (segment - population) / sd of the
  // population, on the model's scale (log for amounts), with its 95 % interval
  // (normal; the segment is part of the population, which narrows it).
  // Levels: lift = share in the segment / share in the population, with its
  // 95 % interval (Wilson on the segment's share).
  // LOCATION: how far its centre lies from everyone's, in mean distances of
  // everyone from theirs, with a 95 % interval.
  double effect = 0;
  double effect_low = 0;
  double effect_high = 0;
  // Segment and population: mean of the number (raw units; a date in days
  // before `as_of`, an ordinal as level index from 0), or share of the level,
  // in [0, 1]. LOCATION: mean distance from the centre, in km.
  double segment_value = 0;
  double population_value = 0;
  // Comparable across kinds of traits: |SMD|, or |Cohen's h| for levels. Of a
  // LOCATION the effect, or how much closer together the segment lies (1: in one
  // place), if that is more.
  double strength = 0;
  // What a name or a text may claim: |SMD| >= .5 or lift >= 1.5 (<= 1 / 1.5),
  // the interval excludes 0 (1), at least 10 known contacts in the segment,
  // and the raw means differ the same way as those on the log scale. LOCATION:
  // strength >= .5.
  bool is_claim = false;
  bool descriptor = false;  // The attribute did not form the segments.

  bool operator==(const Trait&) const = default;
};

// Whether the segment has more of it than everyone: a higher mean, a later
// level, a longer time ago, a level more frequent.
bool IsMore(const Trait& trait);

// How far a component, not necessarily the trait's own, lies on the trait's side
// of everyone: the difference of means in standard deviations, or Cohen's h of
// the shares; negative on the other side, 0 where nothing is known. O(levels).
double AgreementWith(const Trait& trait, const AttributeAggregates& aggregates, int component);

struct SegmentProfile {
  int component = 0;
  double size = 0;   // Contacts (weight).
  double share = 0;  // Of all contacts with something known.
  // Strongest first; every attribute at least once, except protected ones,
  // which appear nowhere, and those of which nothing is known. A level shows
  // when it is a claim; without any, the level that differs most.
  std::vector<Trait> traits;

  bool operator==(const SegmentProfile&) const = default;
};

// The profile of every component. O(components x levels).
std::vector<SegmentProfile> ProfileSegments(const SegmentFacts& facts);
std::vector<SegmentProfile> ProfileSegments(const SegmentationModel& model);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_PROFILE_H_
