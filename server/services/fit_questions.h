// What to ask of contacts of whom it is unknown whether they belong to the target.

#ifndef CIBLE_SERVER_SERVICES_FIT_QUESTIONS_H_
#define CIBLE_SERVER_SERVICES_FIT_QUESTIONS_H_

#include <vector>

#include "segmentation/data/contact_table.h"
#include "segmentation/data/filter.h"
#include "segmentation/lifecycle/classifier.h"
#include "server/lifecycle/lifecycle_rules.h"

namespace cible {

// Of each row the question of the personas' model that tells most for its cost; none
// where the fit is known or the model has none to ask. Empty: of no row.
// O(rows x what a match with questions takes).
std::vector<Question> FitQuestions(const LifecycleRules& rules, const ContactTable& table,
                                   const std::vector<ContactKind>& kinds,
                                   const std::vector<Classified>& classified);

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_FIT_QUESTIONS_H_
