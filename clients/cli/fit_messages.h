// What a training without a server found, as the messages a server would send.

#ifndef CIBLE_CLIENTS_CLI_FIT_MESSAGES_H_
#define CIBLE_CLIENTS_CLI_FIT_MESSAGES_H_

#include <string>
#include <vector>

#include "cible/v1/persona_service.pb.h"
#include "cible/v1/segmentation_service.pb.h"
#include "segmentation/models/training.h"

namespace cible {

// What to say when the latest day of the table lies more than a year before
// `as_of`: times since would all be long, and ages too high. Empty otherwise.
std::string OldDatesNotice(const ContactTable& table, const Schema& schema, Date as_of);

// Segments of a fit are new: component 0 is "s1".
std::string FitSegmentId(int component);

// Attributes and places left out ("id: reason"), then the notices of the
// recommended solution, and of the outcome's score.
std::vector<std::string> FitNotices(const TrainingResult& result);

v1::TrainingRun FitRun(const TrainingResult& result);

// By id: s1 first, as in Clustering. `language` is "en" or "fr".
v1::ListPersonasResponse FitPersonas(const SegmentationModel& model, const std::string& language);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_FIT_MESSAGES_H_
