// The choice of the number of segments as messages.

#ifndef CIBLE_SERVER_WIRE_CHOICE_WIRE_H_
#define CIBLE_SERVER_WIRE_CHOICE_WIRE_H_

#include "cible/v1/segmentation.pb.h"
#include "segmentation/clustering/choice_of_k.h"

namespace cible {

v1::Verdict VerdictToProto(Verdict verdict);

// Candidates, verdict and reason.
void ChoiceToProto(const Choice& choice, v1::TrainingRun* run);

}  // namespace cible

#endif  // CIBLE_SERVER_WIRE_CHOICE_WIRE_H_
