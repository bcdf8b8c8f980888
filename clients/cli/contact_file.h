// A file of contacts as commands read it: looked at first, to find its id
// column and what its columns are, then read in blocks of typed rows. What
// cannot be read is refused row by row.

#ifndef CIBLE_CLIENTS_CLI_CONTACT_FILE_H_
#define CIBLE_CLIENTS_CLI_CONTACT_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/cli/lookahead_reader.h"
#include "clients/cli/refused_row.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/csv.h"
#include "segmentation/data/inference.h"
#include "segmentation/data/schema.h"

namespace cible {

// Consecutive rows of the file.
struct FileBlock {
  TextTable text;                // Every row that has the right number of cells.
  ContactTable table;            // Those that could be read.
  std::vector<int> source_rows;  // Of each row of `table`, its row in `text`.
  std::vector<RefusedRow> refused;
  bool at_end = false;  // There are no more; `refused` may hold the last ones.

  // The id of a row of `table`: its own, or its line where the file has none.
  std::string IdOf(int row) const;
  // Where the row stands in the file, 1-based.
  std::int64_t LineOf(int row) const;
  // Refuses a row of `table` as well.
  void Refuse(int row, const std::string& reason);
};

class ContactFile {
 public:
  // Rows in a block; fewer where there are many columns.
  static constexpr int kBlockRows = 4096;
  // Rows that are looked at; fewer where there are many columns.
  static constexpr int kRowsLookedAt = 200'000;

  // Opens the file and looks at its first rows.
  // Errors: those of CsvReader::Open and InferSchema, with the file's name.
  static absl::StatusOr<std::unique_ptr<ContactFile>> Open(const std::string& path,
                                                           const InferenceOptions& options);

  const std::string& path() const { return reader_->path(); }
  const std::vector<std::string>& header() const { return reader_->header(); }
  char delimiter() const { return reader_->delimiter(); }
  // What the columns are, and about the file as a whole.
  const Inference& inference() const { return inference_; }
  // Rows that were looked at, and whether they were all.
  int rows_looked_at() const { return reader_->rows_looked_at(); }

  // Headers of columns that the schema does not have, the id column aside.
  std::vector<std::string> ColumnsOutside(const Schema& schema) const;
  // Headers of columns whose attribute is derived, of this origin ("events/", or
  // "" for any): an export read back.
  std::vector<std::string> DerivedColumns(const Schema& schema, absl::string_view origin) const;

  // The next rows, from the first on; `at_end` when there are no more.
  // Errors: those of CsvReader::Read and ParseTable, with the file's name.
  absl::StatusOr<FileBlock> Read(const Schema& schema, bool needs_attributes = true);

  // How far reading is, in [0, 1].
  double fraction_read() const { return reader_->fraction_read(); }

 private:
  explicit ContactFile(std::unique_ptr<LookaheadReader> reader);
  absl::Status Infer(const InferenceOptions& options);

  const std::unique_ptr<LookaheadReader> reader_;
  Inference inference_;
  int block_rows_;
};

// What is wrong with a cell, naming the attribute once; `attribute` is empty
// where the row as a whole is meant.
std::string ReasonText(const std::string& attribute, const std::string& reason);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_CONTACT_FILE_H_
