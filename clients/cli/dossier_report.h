// What is known of a contact, on paper.

#ifndef CIBLE_CLIENTS_CLI_DOSSIER_REPORT_H_
#define CIBLE_CLIENTS_CLI_DOSSIER_REPORT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cible/v1/contact_service.pb.h"
#include "clients/cli/output/table.h"
#include "segmentation/data/schema.h"
#include "segmentation/personas/portrait.h"

namespace cible {

// Sections one under the other; a program takes JSON. Times of events are in the zone.
absl::StatusOr<Table> DossierTable(const v1::ContactDossier& dossier, const Schema& schema,
                                   const absl::TimeZone& zone, Language language);

// The text for whom it is about, in lines of the width; empty: there is none.
std::string DossierExplanation(const v1::ContactDossier& dossier, int width);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_DOSSIER_REPORT_H_
