// A column that says how often each row of a file counts.

#ifndef CIBLE_CLIENTS_CLI_CASE_WEIGHTS_H_
#define CIBLE_CLIENTS_CLI_CASE_WEIGHTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/contact_file.h"
#include "segmentation/data/schema.h"

namespace cible {

class CaseWeights {
 public:
  // `column` is a header; empty: every row counts once.
  // Errors: INVALID_ARGUMENT when the file has no such column or it is the id.
  static absl::StatusOr<CaseWeights> Of(const ContactFile& file, const std::string& column);

  // The schema without the column: a weight describes nobody.
  Schema Without(const Schema& schema) const;

  // The weight of a row of block.table; refuses the row, with the reason, and
  // gives a negative number where it has none that is 0 or above.
  double Read(FileBlock& block, int row) const;

  bool any() const { return position_ >= 0; }

 private:
  std::string column_;
  int position_ = -1;  // Among the columns of the file.
};

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_CASE_WEIGHTS_H_
