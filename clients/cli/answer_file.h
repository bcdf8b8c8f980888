// A file in, a file out: commands that say something of every contact of a
// file.

#ifndef CIBLE_CLIENTS_CLI_ANSWER_FILE_H_
#define CIBLE_CLIENTS_CLI_ANSWER_FILE_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cible/v1/contact.pb.h"
#include "clients/cli/contact_file.h"
#include "clients/cli/file_options.h"
#include "clients/cli/output/table.h"
#include "clients/cli/session.h"

namespace cible {

// Adds a row to the table for every row of the block but those it refuses.
using BlockAnswer = std::function<absl::Status(FileBlock&, Table&)>;

// Reads the file in blocks, and writes what `answer` makes of them as CSV to
// `output` (standard output if empty), whose columns are those of `table`.
// Columns outside the schema are set aside with a notice, refused rows go to
// FILE.rejected.csv. Gives an ExitCode. The column of `outcome`, if any, is set
// aside with a notice of its own: what is to be told is not read.
absl::StatusOr<int> AnswerFile(Session& session, const FileOptions& options,
                               const std::string& output, const Schema& schema, Table table,
                               const BlockAnswer& answer, const Attribute* outcome = nullptr);

// Refuses the rows of the block that the server does; true for each of them.
std::vector<bool> RefuseRows(const google::protobuf::RepeatedPtrField<v1::RowError>& errors,
                             FileBlock& block);

// INTERNAL: what a server said of a block is not of its rows.
absl::Status WrongRowCount();

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_ANSWER_FILE_H_
