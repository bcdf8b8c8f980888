// A CSV file whose first rows are looked at before they are read: how dates and
// numbers are written in it shows only over many of them.

#ifndef CIBLE_CLIENTS_CLI_LOOKAHEAD_READER_H_
#define CIBLE_CLIENTS_CLI_LOOKAHEAD_READER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "segmentation/data/csv.h"

namespace cible {

// Not thread-safe.
class LookaheadReader {
 public:
  // Errors: those of CsvReader::Open, with the file's name.
  static absl::StatusOr<std::unique_ptr<LookaheadReader>> Open(const std::string& path);

  const std::string& path() const { return path_; }
  const std::vector<std::string>& header() const { return reader_->header(); }
  char delimiter() const { return reader_->delimiter(); }
  const std::vector<std::string>& notices() const { return reader_->notices(); }

  // The first rows, at most so many, which Read will give all the same. Called
  // once, before Read; what it returns is good until then.
  // Errors: INVALID_ARGUMENT where there are lines, but none is a row.
  absl::StatusOr<const TextTable*> LookAhead(int max_rows);
  // How many they were.
  int rows_looked_at() const { return rows_looked_at_; }

  // The next rows, from the first on; none at the end. What was refused
  // meanwhile is appended.
  // Errors: those of CsvReader::Read, with the file's name.
  absl::StatusOr<TextTable> Read(int max_rows, std::vector<RefusedLine>* refused);

  // How far reading is, in [0, 1].
  double fraction_read() const;

  // The status, with the file's name.
  absl::Status Named(const absl::Status& status) const;

 private:
  LookaheadReader(std::string path, std::unique_ptr<CsvReader> reader)
      : path_(std::move(path)), reader_(std::move(reader)) {}
  absl::StatusOr<TextTable> NextRows(int max_rows, std::vector<RefusedLine>* refused);

  const std::string path_;
  const std::unique_ptr<CsvReader> reader_;
  int rows_looked_at_ = 0;
  TextTable ahead_;  // What was looked at and is not yet given.
  int given_ = 0;    // Rows of it that are given.
  std::int64_t rows_given_ = 0;
  std::vector<RefusedLine> ahead_refused_;
  absl::Status ahead_error_;  // Met while looking; said when its place is reached.
};

// Fewer rows where there are many columns: at most `cells` cells, at least one
// row.
int RowsWithin(int rows, int columns, std::int64_t cells);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_LOOKAHEAD_READER_H_
