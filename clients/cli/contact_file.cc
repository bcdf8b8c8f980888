#include "clients/cli/contact_file.h"

#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "segmentation/data/text_parsing.h"

namespace cible {
namespace {

// A block must stay well below gRPC's 4 MiB, what is looked at below 500 MB.
constexpr std::int64_t kBlockCells = 200'000;
constexpr std::int64_t kCellsLookedAt = 6'000'000;

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
    block.refused.push_back(RefusedRowOf(block.text, error.row, reason));
  }
}

}  // namespace

std::string ReasonText(const std::string& attribute, const std::string& reason) {
  const bool is_named = absl::StrContains(reason, absl::StrCat("\"", attribute, "\""));
  return attribute.empty() || is_named ? reason : absl::StrCat(attribute, ": ", reason);
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
  refused.push_back(RefusedRowOf(text, source_rows[static_cast<std::size_t>(row)], reason));
}

ContactFile::ContactFile(std::unique_ptr<LookaheadReader> reader)
    : reader_(std::move(reader)),
      block_rows_(RowsWithin(kBlockRows, static_cast<int>(reader_->header().size()), kBlockCells)) {
}

absl::StatusOr<std::unique_ptr<ContactFile>> ContactFile::Open(const std::string& path,
                                                               const InferenceOptions& options) {
  auto reader = LookaheadReader::Open(path);
  if (!reader.ok()) return reader.status();
  auto file = std::unique_ptr<ContactFile>(new ContactFile(*std::move(reader)));
  if (absl::Status status = file->Infer(options); !status.ok()) {
    return file->reader_->Named(status);
  }
  return file;
}

absl::Status ContactFile::Infer(const InferenceOptions& options) {
  const auto ahead = reader_->LookAhead(
      RowsWithin(kRowsLookedAt, static_cast<int>(reader_->header().size()), kCellsLookedAt));
  if (!ahead.ok()) return ahead.status();
  auto inference = InferSchema(**ahead, options);
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

std::vector<std::string> ContactFile::DerivedColumns(const Schema& schema,
                                                     absl::string_view origin) const {
  std::vector<std::string> derived;
  for (const std::string& column : header()) {
    const Attribute* attribute = schema.Find(column);
    const bool is_derived = attribute != nullptr && IsDerived(*attribute);
    if (!is_derived || column == inference_.id_column) continue;
    if (absl::StartsWith(attribute->derived_from, origin)) derived.push_back(column);
  }
  return derived;
}

absl::StatusOr<FileBlock> ContactFile::Read(const Schema& schema, bool needs_attributes) {
  std::vector<RefusedLine> lines;
  auto rows = reader_->Read(block_rows_, &lines);
  FileBlock block;
  block.refused = RefusedRowsOf(lines, delimiter());
  if (!rows.ok()) {
    // The reader gives its error again, after the rows refused before it.
    if (block.refused.empty()) return rows.status();
    return block;
  }
  block.text = *std::move(rows);
  block.at_end = block.text.row_count() == 0;
  if (block.at_end) return block;
  auto parsed = ParseTable(block.text, schema, inference_.id_column, needs_attributes);
  if (!parsed.ok()) return reader_->Named(parsed.status());
  block.table = std::move(parsed->table);
  block.source_rows = std::move(parsed->source_rows);
  RefuseParsed(parsed->errors, block);
  return block;
}

}  // namespace cible
