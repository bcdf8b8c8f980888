// What traits mean: one claim says what one or several traits have in common.

#ifndef CIBLE_SEGMENTATION_PERSONAS_CLAIM_H_
#define CIBLE_SEGMENTATION_PERSONAS_CLAIM_H_

#include <string>
#include <vector>

#include "segmentation/personas/catalogue.h"
#include "segmentation/personas/lexicon.h"
#include "segmentation/personas/profile.h"

namespace cible {

// A trait understood: what it is about, and whether there is more of it.
struct Reading {
  const Attribute* attribute = nullptr;
  Recognition about;               // The attribute.
  const Concept* level = nullptr;  // Its level, when that means something by itself.
  ConceptKind kind = ConceptKind::kFigure;
  // More of what the words say: a later birth year is less age, fewer "false"
  // is more "true".
  bool more = false;
};

Reading Read(const Trait& trait, const Schema& schema);

// The level's concept, else the attribute's; null when neither is known.
const Concept* MeaningOf(const Reading& reading);

// May be told in a text: neither protected nor sensitive, nor of a silent
// concept, nor a consequence of the outcome.
bool MayBeTold(const Reading& reading);

// May be named, besides: not the outcome, and not of a kind that stays in texts
// (income, place, education, ...).
bool MayBeNamed(const Reading& reading);

// Claims that differ in no more than their traits have the same meaning, hence
// the same words: `key` is their identity across segments.
struct Claim {
  std::string key;
  std::string topic;                 // Claims of one topic say nearly the same.
  std::vector<int> traits;           // Indexes into SegmentProfile::traits, strongest first.
  const Concept* meaning = nullptr;  // Null: said by the words of the attribute.
  Reading reading;                   // Of the strongest trait.
  std::string level;                 // Of that trait.
  bool whole_block = false;          // Speaks for the attributes of reading.attribute->block.
  bool is_claim = false;             // As Trait::is_claim.
  bool nameable = false;
  double strength = 0;
};

// What may be told of a segment, strongest first: nothing twice, no level that
// hardly anyone has, nothing known of too few. Most attributes of one block going the same way make
// one claim about the block.
std::vector<Claim> ClaimsOf(const SegmentProfile& profile, const SegmentFacts& facts);

// Whether its words are denied in any language, so that every one tells the
// same.
bool IsDenied(const Claim& claim);

// A claim about where they are, which has a sentence of its own.
bool IsPlace(const Claim& claim);

// How the language calls a segment of this claim; empty when it does not.
Wording::Direction PhrasesOf(const Claim& claim, const Catalogue& catalogue);

// What the claim is about, inside a sentence: "wine spend".
std::string LabelOf(const Claim& claim, const Catalogue& catalogue);

// What the attribute itself is called, "account balance"; a date by its own
// name, not as the time since.
std::string AttributeLabelOf(const Attribute& attribute, const Catalogue& catalogue);

// The same for one trait.
std::string LabelOf(const Reading& reading, const std::string& level, const Catalogue& catalogue);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_CLAIM_H_
