// What to ask next: the question whose answer is expected to remove most of the
// uncertainty about the persona, for its cost.
//
//   gain(v) = H(posterior) - sum over answers a of P(a) H(posterior given a)
//   P(a)    = sum over personas k of posterior_k P_k(a)
//
//   C. Ma et al., "EDDI: Efficient dynamic discovery of high-value information
//   with partial VAE", ICML 2019; here the model gives it in closed form.

#ifndef CIBLE_SEGMENTATION_PERSONAS_QUESTIONS_H_
#define CIBLE_SEGMENTATION_PERSONAS_QUESTIONS_H_

#include <string>
#include <vector>

#include "segmentation/models/segmentation_model.h"

namespace cible {

// Answers of one kind, and where they would lead.
struct AnswerEffect {
  // The levels answered; of a number from `low` to below `high`, infinite at the
  // ends.
  std::vector<std::string> levels;
  bool is_number = false;
  double low = 0, high = 0;
  double probability = 0;         // That it is answered, in [0, 1].
  int winner = 0;                 // The component that is then most probable,
  double winner_probability = 0;  // and how probable.
};

struct SuggestedQuestion {
  std::string attribute;  // Id.
  double gain = 0;        // Expected, in bits, >= 0.
  double gain_for_cost = 0;
  std::vector<AnswerEffect> effects;  // Most probable first; of numbers ascending.
};

// The attributes that the schema lets one ask and the row does not know, best
// gain for its cost first; the encoder's order decides between equals. At most
// `limit`. `assigner` has just assigned the row as `posterior`.
// O(attributes x answers x k).
std::vector<SuggestedQuestion> SuggestQuestions(const SegmentationModel& model,
                                                const Assigner& assigner, SampleRow row,
                                                const Posterior& posterior, int limit);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_QUESTIONS_H_
