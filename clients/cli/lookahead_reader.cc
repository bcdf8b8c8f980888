#include "clients/cli/lookahead_reader.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace cible {
namespace {

// Takes rows [begin, end) out of the table.
TextTable TakeRows(TextTable& from, int begin, int end) {
  TextTable rows;
  rows.header = from.header;
  rows.lines.assign(from.lines.begin() + begin, from.lines.begin() + end);
  for (std::vector<std::string>& column : from.columns) {
    rows.columns.emplace_back(std::make_move_iterator(column.begin() + begin),
                              std::make_move_iterator(column.begin() + end));
  }
  return rows;
}

void AppendText(TextTable& head, TextTable tail) {
  if (head.columns.empty()) {
    head = std::move(tail);
    return;
  }
  head.lines.insert(head.lines.end(), tail.lines.begin(), tail.lines.end());
  for (std::size_t column = 0; column < head.columns.size(); ++column) {
    head.columns[column].insert(head.columns[column].end(),
                                std::make_move_iterator(tail.columns[column].begin()),
                                std::make_move_iterator(tail.columns[column].end()));
  }
}

absl::Status WithName(const absl::Status& status, const std::string& path) {
  if (absl::StrContains(status.message(), path)) return status;
  return absl::Status(status.code(), absl::StrCat(path, ": ", status.message()));
}

}  // namespace

int RowsWithin(int rows, int columns, std::int64_t cells) {
  const std::int64_t fitting = cells / std::max(columns, 1);
  return static_cast<int>(std::clamp<std::int64_t>(fitting, 1, rows));
}

absl::StatusOr<std::unique_ptr<LookaheadReader>> LookaheadReader::Open(const std::string& path) {
  auto reader = CsvReader::Open(path);
  if (!reader.ok()) return WithName(reader.status(), path);
  return std::unique_ptr<LookaheadReader>(new LookaheadReader(path, *std::move(reader)));
}

absl::Status LookaheadReader::Named(const absl::Status& status) const {
  return WithName(status, path_);
}

absl::StatusOr<const TextTable*> LookaheadReader::LookAhead(int max_rows) {
  ahead_.header = header();
  while (ahead_.row_count() < max_rows) {
    auto rows = reader_->Read(max_rows - ahead_.row_count(), &ahead_refused_);
    if (!rows.ok()) {
      ahead_error_ = rows.status();
      break;
    }
    if (rows->row_count() == 0) break;
    AppendText(ahead_, *std::move(rows));
  }
  rows_looked_at_ = ahead_.row_count();
  // Without a single row the reason lies in how the file ends, or in its rows.
  if (rows_looked_at_ == 0 && !ahead_error_.ok()) return Named(ahead_error_);
  if (rows_looked_at_ == 0 && !ahead_refused_.empty()) {
    return Named(absl::InvalidArgumentError(
        absl::StrCat("no row can be read; line ", ahead_refused_[0].line, " ",
                     ahead_refused_[0].reason, ". Mend the file, its header first")));
  }
  return &ahead_;
}

absl::StatusOr<TextTable> LookaheadReader::NextRows(int max_rows,
                                                    std::vector<RefusedLine>* refused) {
  const int left = rows_looked_at_ - given_;
  if (left > 0) {
    const int end = given_ + std::min(left, max_rows);
    TextTable rows = TakeRows(ahead_, given_, end);
    given_ = end;
    if (given_ == rows_looked_at_) ahead_.columns.clear();
    return rows;
  }
  if (!ahead_error_.ok()) return ahead_error_;
  return reader_->Read(max_rows, refused);
}

absl::StatusOr<TextTable> LookaheadReader::Read(int max_rows, std::vector<RefusedLine>* refused) {
  std::move(ahead_refused_.begin(), ahead_refused_.end(), std::back_inserter(*refused));
  ahead_refused_.clear();
  auto rows = NextRows(max_rows, refused);
  if (!rows.ok()) return Named(rows.status());
  rows_given_ += rows->row_count();
  return rows;
}

double LookaheadReader::fraction_read() const {
  const double bytes = reader_->size() == 0 ? 1
                                            : static_cast<double>(reader_->position()) /
                                                  static_cast<double>(reader_->size());
  const auto rows = static_cast<double>(std::max<std::int64_t>(rows_given_, rows_looked_at_));
  return rows == 0 ? bytes : bytes * static_cast<double>(rows_given_) / rows;
}

}  // namespace cible
