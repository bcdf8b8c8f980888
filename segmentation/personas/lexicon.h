// Recognises what attributes and levels are about: "MntWines" is spend on
// wine, "Dt_Customer" how long someone has been a customer.

#ifndef CIBLE_SEGMENTATION_PERSONAS_LEXICON_H_
#define CIBLE_SEGMENTATION_PERSONAS_LEXICON_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "segmentation/data/schema.h"
#include "segmentation/personas/catalogue.h"

namespace cible {

// One line of catalogues/concepts.txt.
struct Concept {
  std::string id;
  ConceptKind kind = ConceptKind::kBehaviour;
  std::string topic;
  std::string noun;         // "customer", "person" or empty.
  std::string whole;        // Id of the concept that speaks for a whole block; or empty.
  bool needs_rest = false;  // Its label speaks of the words that were not needed.
};

struct Recognition {
  const Concept* meaning = nullptr;  // Null: nothing we know.
  std::vector<std::string> rest;     // Words of the attribute that were not needed.
};

// Immutable. The words of every language are recognised, whatever the
// language of the answer, so that all languages make the same claims.
class Lexicon {
 public:
  static const Lexicon& Get();

  // What the attribute is about, by its display name, else by its id.
  Recognition OfAttribute(const Attribute& attribute) const;

  // What this level of the attribute is about; null when the level itself is
  // not known, even if the attribute is.
  Recognition OfLevel(const Attribute& attribute, absl::string_view level) const;

  // The concept of this id; null if there is none.
  const Concept* Find(absl::string_view id) const;

  const std::vector<Concept>& concepts() const { return concepts_; }

 private:
  using Choices = std::vector<std::string>;  // One of these words; "visit*" any ending.

  // The words that a concept is recognised by; all groups are needed.
  struct Rule {
    int meaning = 0;
    bool flag = false;  // The attribute is a BOOLEAN: "housing: yes", not "housing: rented".
    bool only = false;  // The attribute has no other words.
    std::vector<Choices> attribute_words;
    std::vector<Choices> level_words;
  };

  Lexicon();
  static Rule ParseRule(int meaning, absl::string_view text);
  bool Matches(const Rule& rule, const std::vector<std::string>& attribute,
               const std::vector<std::string>& level) const;
  Recognition Best(absl::string_view name, absl::string_view level, bool is_flag) const;

  std::vector<Concept> concepts_;
  std::vector<Rule> rules_;  // In the order of concepts_.
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_LEXICON_H_
