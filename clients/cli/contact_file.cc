#include "clients/cli/contact_file.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "segmentation/data/text_parsing.h"

namespace cible {
namespace {

// A block must stay well below gRPC's 4 MiB, what is looked at below 500 MB.
constexpr std::int64_t kBlockCells = 200'000;
constexpr std::int64_t kCellsLookedAt = 6'000'000;

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

std::vector<std::string> CellsOf(const TextTable& text, int row) {
  std::vector<std::string> cells;
  for (const std::vector<std::string>& column : text.columns) {
    cells.push_back(column[static_cast<std::size_t>(row)]);
  }
  return cells;
}

// Every bad cell of a row is an error of its own; a row is refused once.
void RefuseParsed(const std::vector<RowError>& errors, FileBlock& block) {
  int last_row = -1;
  for (const RowError& error : errors) {
    const std::string reason = ReasonText(error.attribute, error.reason);
    if (error.row == last_row) {
      absl::StrAppend(&block.refused.back().reason, "; ", reason);
      continue;
    }
    last_row = error.row;
    block.refused.push_back({block.text.lines[static_cast<std::size_t>(error.row)],
                             CellsOf(block.text, error.row), reason});
  }
}

void RefuseLines(const std::vector<RefusedLine>& lines, char delimiter, FileBlock& block) {
  for (const RefusedLine& line : lines) {
    block.refused.push_back({line.line, absl::StrSplit(line.text, delimiter), line.reason});
  }
}

}  // namespace

std::string ReasonText(const std::string& attribute, const std::string& reason) {
  const bool is_named = absl::StrContains(reason, absl::StrCat("\"", attribute, "\""));
  return attribute.empty() || is_named ? reason : absl::StrCat(attribute, ": ", reason);
}

int RowsWithin(int rows, int columns, std::int64_t cells) {
  const std::int64_t fitting = cells / std::max(columns, 1);
  return static_cast<int>(std::clamp<std::int64_t>(fitting, 1, rows));
}

std::string FileBlock::IdOf(int row) const {
  if (!table.ids.empty()) return table.ids[static_cast<std::size_t>(row)];
  return absl::StrCat(LineOf(row));
}

std::int64_t FileBlock::LineOf(int row) const {
  const int text_row = source_rows[static_cast<std::size_t>(row)];
  return text.lines[static_cast<std::size_t>(text_row)];
}

void FileBlock::Refuse(int row, const std::string& reason) {
  const int text_row = source_rows[static_cast<std::size_t>(row)];
  refused.push_back(
      {text.lines[static_cast<std::size_t>(text_row)], CellsOf(text, text_row), reason});
}

ContactFile::ContactFile(std::string path, std::unique_ptr<CsvReader> reader)
    : path_(std::move(path)),
      reader_(std::move(reader)),
      block_rows_(RowsWithin(kBlockRows, static_cast<int>(reader_->header().size()), kBlockCells)) {
}

absl::Status ContactFile::Named(const absl::Status& status) const {
  if (absl::StrContains(status.message(), path_)) return status;
  return absl::Status(status.code(), absl::StrCat(path_, ": ", status.message()));
}

absl::StatusOr<std::unique_ptr<ContactFile>> ContactFile::Open(const std::string& path,
                                                               const InferenceOptions& options) {
  auto reader = CsvReader::Open(path);
  if (!reader.ok()) {
    if (absl::StrContains(reader.status().message(), path)) return reader.status();
    return absl::Status(reader.status().code(),
                        absl::StrCat(path, ": ", reader.status().message()));
  }
  auto file = std::unique_ptr<ContactFile>(new ContactFile(path, *std::move(reader)));
  if (absl::Status status = file->LookAhead(options); !status.ok()) return file->Named(status);
  return file;
}

absl::Status ContactFile::LookAhead(const InferenceOptions& options) {
  const int most =
      RowsWithin(kRowsLookedAt, static_cast<int>(reader_->header().size()), kCellsLookedAt);
  ahead_.header = reader_->header();
  while (ahead_.row_count() < most) {
    auto rows = reader_->Read(most - ahead_.row_count(), &ahead_refused_);
    if (!rows.ok()) {
      ahead_error_ = rows.status();
      break;
    }
    if (rows->row_count() == 0) break;
    AppendText(ahead_, *std::move(rows));
  }
  rows_looked_at_ = ahead_.row_count();
  // Without a single row the reason lies in how the file ends, or in its rows.
  if (rows_looked_at_ == 0 && !ahead_error_.ok()) return ahead_error_;
  if (rows_looked_at_ == 0 && !ahead_refused_.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("no row can be read; line ", ahead_refused_[0].line, " ",
                     ahead_refused_[0].reason, ". Mend the file, its header first"));
  }
  auto inference = InferSchema(ahead_, options);
  if (!inference.ok()) return inference.status();
  inference_ = *std::move(inference);
  const std::vector<std::string>& notices = reader_->notices();
  inference_.notices.insert(inference_.notices.begin(), notices.begin(), notices.end());
  return absl::OkStatus();
}

std::vector<std::string> ContactFile::ColumnsOutside(const Schema& schema) const {
  absl::flat_hash_set<std::string> of_pairs;
  for (const Attribute& attribute : schema.attributes()) {
    if (const auto pair = FindLocationPair(attribute, header()); pair.has_value()) {
      of_pairs.insert(header()[static_cast<std::size_t>(pair->latitude)]);
      of_pairs.insert(header()[static_cast<std::size_t>(pair->longitude)]);
    }
  }
  std::vector<std::string> outside;
  for (const std::string& column : header()) {
    if (column == inference_.id_column || of_pairs.contains(column)) continue;
    if (schema.Find(column) == nullptr) outside.push_back(column);
  }
  return outside;
}

absl::StatusOr<TextTable> ContactFile::NextRows(std::vector<RefusedLine>* refused) {
  const int left = rows_looked_at_ - given_;
  if (left > 0) {
    const int end = given_ + std::min(left, block_rows_);
    TextTable rows = TakeRows(ahead_, given_, end);
    given_ = end;
    if (given_ == rows_looked_at_) ahead_.columns.clear();
    return rows;
  }
  if (!ahead_error_.ok()) return ahead_error_;
  return reader_->Read(block_rows_, refused);
}

absl::StatusOr<FileBlock> ContactFile::Read(const Schema& schema) {
  std::vector<RefusedLine> lines = std::exchange(ahead_refused_, {});
  auto rows = NextRows(&lines);
  FileBlock block;
  RefuseLines(lines, delimiter(), block);
  if (!rows.ok()) {
    // The reader gives its error again, after the rows refused before it.
    if (block.refused.empty()) return Named(rows.status());
    return block;
  }
  block.text = *std::move(rows);
  block.at_end = block.text.row_count() == 0;
  if (block.at_end) return block;
  rows_given_ += block.text.row_count();
  auto parsed = ParseTable(block.text, schema, inference_.id_column);
  if (!parsed.ok()) return Named(parsed.status());
  block.table = std::move(parsed->table);
  block.source_rows = std::move(parsed->source_rows);
  RefuseParsed(parsed->errors, block);
  return block;
}

double ContactFile::fraction_read() const {
  const double bytes = reader_->size() == 0 ? 1
                                            : static_cast<double>(reader_->position()) /
                                                  static_cast<double>(reader_->size());
  const auto rows = static_cast<double>(std::max<std::int64_t>(rows_given_, rows_looked_at_));
  return rows == 0 ? bytes : bytes * static_cast<double>(rows_given_) / rows;
}

}  // namespace cible
