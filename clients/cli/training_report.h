// What a training found, as people read it.

#ifndef CIBLE_CLIENTS_CLI_TRAINING_REPORT_H_
#define CIBLE_CLIENTS_CLI_TRAINING_REPORT_H_

#include <string>

#include "cible/v1/segmentation_service.pb.h"
#include "clients/cli/output/table.h"

namespace cible {

// The numbers of segments that were tried, and the one that was chosen. BY
// CHANCE is what tables without segments reach, ADDED what the number adds to
// the smaller one that came back too; both where they were measured. In CSV
// there is more, with stability_across as figures by segment, blanks between.
Table CandidatesTable(const v1::TrainingRun& run);

// Why it was chosen, and what was left out.
std::string ChoiceText(const v1::TrainingRun& run, int width);

Table RunsTable(const v1::ListTrainingRunsResponse& runs);
Table ModelsTable(const v1::ListModelsResponse& models);

// "2026-11-22 10:46 UTC"; empty when not set.
std::string TimeText(const google::protobuf::Timestamp& time);
std::string DateText(const v1::Date& date);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_TRAINING_REPORT_H_
