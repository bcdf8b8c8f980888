// The qualification of a contact in points and words: the ledger of its score, what to
// ask, what to do next, and the text for whom it is about.

#ifndef CIBLE_SEGMENTATION_LIFECYCLE_QUALIFICATION_H_
#define CIBLE_SEGMENTATION_LIFECYCLE_QUALIFICATION_H_

#include <array>
#include <string>
#include <vector>

#include "segmentation/data/contact_table.h"
#include "segmentation/data/lifecycle_state.h"
#include "segmentation/data/schema.h"
#include "segmentation/lifecycle/classifier.h"
#include "segmentation/lifecycle/policy.h"
#include "segmentation/personas/portrait.h"

namespace cible {

// Budget, authority, need, timing, fit.
inline constexpr std::array kQualificationFields = {
    LifecycleField::kBudget, LifecycleField::kAuthority, LifecycleField::kNeed,
    LifecycleField::kTiming, LifecycleField::kFit};

struct CriterionPoints {
  LifecycleField field = LifecycleField::kBudget;
  Finding finding = Finding::kUnknown;
  int points = 0;          // What it adds to the score.
  int worth = 0;           // What it would add if it were met.
  Question question = {};  // Of an unknown one.
};

struct Qualification {
  std::array<CriterionPoints, 5> criteria;
  int score = 0;       // Exactly the sum of the points.
  int best_score = 0;  // If every unknown criterion were met.
};

// `is_buyer`: of an organisation, or of a person who belongs to one, whose money is a
// budget.
Qualification Qualify(const Policy& policy, const LifecycleState& state, bool is_buyer);

// Ids of the policy's offers that the contact of the row is known not to have bought.
std::vector<std::string> OffersNotBought(const Policy& policy, const ContactTable& table,
                                         const ContactFacts& facts, int row);

// One value that a condition read of a contact.
struct LifecycleEvidence {
  std::string attribute;  // Id, or "contact.stage".
  std::string value;      // In words; of what is known alone.
};
// Of the condition, in the order of the attributes' ids. Empty: nothing it reads is known.
std::vector<LifecycleEvidence> EvidenceOf(const Condition& condition, const ContactTable& table,
                                          const ContactFacts& facts, int row);

// What to do next, in a sentence: "Qualify: ask what budget is planned."
std::string ActionText(const Policy& policy, const LifecycleState& state,
                       const Qualification& qualification,
                       const std::vector<std::string>& offers_not_bought, Language language);

// The text for the contact concerned: what was worked out, from what, and what it can
// do about it (GDPR art. 15, 16, 21, 22). In paragraphs and lists of plain text.
// `schema`: that the policy was compiled with; it says what attributes are called.
std::string ExplanationText(const Policy& policy, const Classified& classified,
                            const Qualification& qualification, const Schema& schema,
                            const ContactTable& table, const ContactFacts& facts, int row,
                            Language language);

// Field and value in words of the language: "relation", "customer"; "unknown" of 0.
std::string FieldWords(LifecycleField field, Language language);
std::string ValueWords(LifecycleField field, int value, Language language);

// Why a field is what it is, in words of the language. Conditions are told as the policy
// has them. In English what ReasonText writes into the record.
std::string ReasonWords(LifecycleField field, const FieldReason& reason, Language language);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_LIFECYCLE_QUALIFICATION_H_
