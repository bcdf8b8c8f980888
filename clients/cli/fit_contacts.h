// The contacts of a file that a fit takes: read, weighed, checked, and told of.

#ifndef CIBLE_CLIENTS_CLI_FIT_CONTACTS_H_
#define CIBLE_CLIENTS_CLI_FIT_CONTACTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/case_weights.h"
#include "clients/cli/column_types.h"
#include "clients/cli/contact_file.h"
#include "clients/cli/output/progress.h"
#include "clients/cli/rejected_rows.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/filter.h"
#include "segmentation/data/schema.h"

namespace cible {

struct FitContacts {
  ContactTable table;
  std::vector<std::string> ids;     // As written to the output.
  std::vector<std::int64_t> lines;  // In the file.
  std::vector<double> weights;

  double total_weight() const;
};

// The rows that pass the filter, as of today, and have a weight; the others that
// cannot be read go to `rejected`.
// Errors: those of ContactFile::Read; INVALID_ARGUMENT when every row was
// refused or every weight is 0.
absl::StatusOr<FitContacts> ReadFitContacts(ContactFile& file, const Schema& schema,
                                            const Filter& filter, Date today,
                                            const CaseWeights& weights, RejectedRows& rejected,
                                            Progress& progress);

// Whether the numbers are such as --as says they are: none below 0 in a
// log-normal column, none but 0, 1, 2, ... in one of counts.
// Errors: INVALID_ARGUMENT saying how many are not, where the first is, and what
// to say instead.
absl::Status CheckColumnTypes(const FitContacts& contacts, const Schema& schema,
                              const std::vector<ColumnType>& types);

// What inference found, in sentences: of columns that --as says nothing of, and
// with a schema that was given (`is_inferred` false) of the id alone.
std::vector<std::string> InferenceNotices(const Inference& inference, const Schema& schema,
                                          const std::vector<ColumnType>& types, bool is_inferred);

// "60 contacts, 4 attributes"; with weights "60 rows that count for 120
// contacts, 4 attributes".
std::string ContactsText(const FitContacts& contacts, const CaseWeights& weights);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_FIT_CONTACTS_H_
