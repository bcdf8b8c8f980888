#include "segmentation/data/csv.h"

#include <csv.h>
#include <sys/stat.h>
#include <utf8proc.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace cible {
namespace {

constexpr std::size_t kChunkBytes = 1 << 16;
constexpr std::size_t kMaxColumns = 10'000;
// Beyond this a quote has almost surely been left open.
constexpr std::size_t kMaxRowBytes = 16u << 20;
// Rows of the first chunk that vote on the delimiter.
constexpr std::size_t kSniffedRows = 50;
// The longest text of a refused row that is kept.
constexpr std::size_t kMaxRefusedBytes = 1 << 16;

// One row as the parser hands it over: cells back to back.
struct RowCells {
  std::string text;
  std::vector<std::size_t> ends;

  std::size_t size() const { return ends.size(); }
  absl::string_view operator[](std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : ends[i - 1];
    return absl::string_view(text).substr(begin, ends[i] - begin);
  }
  void clear() {
    text.clear();
    ends.clear();
  }
};

// libcsv takes blanks around cells and rows apart by these. The carriage
// return of CRLF counts as a trailing blank, so that a lone one inside a cell
// does not break the row.
int IsBlank(unsigned char c) { return c == ' ' || c == '\t' || c == '\r'; }
int IsLineFeed(unsigned char c) { return c == '\n'; }
int IsSpace(unsigned char c) { return c == ' ' || c == '\t'; }
int IsCarriageReturn(unsigned char c) { return c == '\r'; }

// A libcsv parser that collects one row at a time.
class RowParser {
 public:
  RowParser(char delimiter, char line_end) {
    csv_init(&parser_, 0);
    csv_set_delim(&parser_, static_cast<unsigned char>(delimiter));
    csv_set_space_func(&parser_, line_end == '\n' ? IsBlank : IsSpace);
    csv_set_term_func(&parser_, line_end == '\n' ? IsLineFeed : IsCarriageReturn);
  }
  ~RowParser() { csv_free(&parser_); }
  RowParser(const RowParser&) = delete;
  RowParser& operator=(const RowParser&) = delete;

  // Feeds at most one line. True when it completed a row.
  bool Feed(absl::string_view line) {
    complete_ = false;
    csv_parse(&parser_, line.data(), line.size(), OnCell, OnRow, this);
    return complete_;
  }

  // The last line may lack its line end. OK: `complete` says whether there was
  // such a row. Not OK: the file ends inside a quoted cell.
  bool Finish(bool* complete) {
    complete_ = false;
    csv_set_opts(&parser_, CSV_STRICT | CSV_STRICT_FINI);
    const bool closed = csv_fini(&parser_, OnCell, OnRow, this) == 0;
    *complete = closed && complete_;
    return closed;
  }

  RowCells& row() { return row_; }

 private:
  static void OnCell(void* data, std::size_t size, void* self) {
    RowCells& row = static_cast<RowParser*>(self)->row_;
    row.text.append(static_cast<const char*>(data), size);
    row.ends.push_back(row.text.size());
  }
  static void OnRow(int, void* self) { static_cast<RowParser*>(self)->complete_ = true; }

  csv_parser parser_;
  RowCells row_;
  bool complete_ = false;
};

bool IsAscii(absl::string_view text) {
  std::size_t i = 0;
  std::uint64_t bits = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + i, 8);
    bits |= word;
  }
  for (; i < text.size(); ++i) bits |= static_cast<std::uint64_t>(text[i] & 0x80);
  return (bits & 0x8080808080808080u) == 0;
}

bool IsUtf8(absl::string_view text) {
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t code_point;
    const utf8proc_ssize_t length = utf8proc_iterate(at, left, &code_point);
    if (length <= 0) return false;
    at += length;
    left -= length;
  }
  return true;
}

bool IsUtf8(const RowCells& row) {
  if (IsAscii(row.text)) return true;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (!IsUtf8(row[i])) return false;
  }
  return true;
}

// Cells in each of the first rows of the sample, if this were the delimiter.
std::vector<std::size_t> CellCounts(absl::string_view sample, char delimiter, char line_end) {
  RowParser parser(delimiter, line_end);
  std::vector<std::size_t> counts;
  while (!sample.empty() && counts.size() < kSniffedRows) {
    const std::size_t length = std::min(sample.find(line_end), sample.size() - 1) + 1;
    if (parser.Feed(sample.substr(0, length))) {
      counts.push_back(parser.row().size());
      parser.row().clear();
    }
    sample.remove_prefix(length);
  }
  bool complete;
  if (counts.empty() && parser.Finish(&complete) && complete) counts.push_back(parser.row().size());
  return counts;
}

// The delimiter under which most of the first rows are as wide as the header;
// among equals the one that makes the widest header. A last tie goes against
// the comma, which stands inside cells (3,5) more often than the semicolon.
char SniffDelimiter(absl::string_view sample, char line_end) {
  char best = ',';
  double best_agreement = 0;
  std::size_t best_width = 1;
  for (const char candidate : {';', '\t', ',', '|'}) {
    const std::vector<std::size_t> counts = CellCounts(sample, candidate, line_end);
    if (counts.empty() || counts[0] < 2) continue;
    const auto agreeing = std::count(counts.begin(), counts.end(), counts[0]);
    const double agreement = static_cast<double>(agreeing) / static_cast<double>(counts.size());
    if (agreement > best_agreement || (agreement == best_agreement && counts[0] > best_width)) {
      best = candidate;
      best_agreement = agreement;
      best_width = counts[0];
    }
  }
  return best;
}

// Decompressed bytes of a plain or gzip file.
class ByteSource {
 public:
  static absl::StatusOr<std::unique_ptr<ByteSource>> Open(const std::string& path) {
    struct stat facts;
    if (stat(path.c_str(), &facts) != 0 && (errno == ENOENT || errno == ENOTDIR)) {
      return absl::NotFoundError(absl::StrCat("there is no file \"", path, "\""));
    }
    if (S_ISDIR(facts.st_mode)) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", path, "\" is a folder; give a CSV file"));
    }
    const gzFile file = gzopen(path.c_str(), "rb");
    if (file == nullptr) {
      return absl::PermissionDeniedError(
          absl::StrCat("\"", path, "\" cannot be opened; check that you may read it"));
    }
    gzbuffer(file, 1 << 17);
    return std::unique_ptr<ByteSource>(new ByteSource(file, facts.st_size));
  }
  ~ByteSource() { gzclose(file_); }
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  // Appends the next chunk; nothing at the end.
  // Errors: INVALID_ARGUMENT for a gzip stream that is corrupt or cut short.
  absl::Status Append(std::string& buffer) {
    const std::size_t before = buffer.size();
    buffer.resize(before + kChunkBytes);
    const int count = gzread(file_, buffer.data() + before, kChunkBytes);
    buffer.resize(before + static_cast<std::size_t>(std::max(count, 0)));
    if (count == static_cast<int>(kChunkBytes)) return absl::OkStatus();
    int error = Z_OK;
    gzerror(file_, &error);
    if (error == Z_BUF_ERROR) {
      return absl::InvalidArgumentError("the gzip file is cut short; copy or download it again");
    }
    if (count < 0) return absl::InvalidArgumentError("the gzip file is corrupt; copy it again");
    at_end_ = true;
    return absl::OkStatus();
  }

  bool at_end() const { return at_end_; }
  std::int64_t position() const { return std::max<std::int64_t>(gzoffset(file_), 0); }
  std::int64_t size() const { return size_; }

 private:
  ByteSource(gzFile file, std::int64_t size) : file_(file), size_(size) {}

  gzFile file_;
  std::int64_t size_;
  bool at_end_ = false;
};

absl::Status CheckFirstBytes(absl::string_view bytes) {
  const auto invalid = [](absl::string_view what) { return absl::InvalidArgumentError(what); };
  if (bytes.empty()) return invalid("the file is empty; a CSV file begins with a header");
  if (absl::StartsWith(bytes, "PK\x03\x04")) {
    return invalid("this is a workbook or zip archive, not a CSV file; export the sheet as CSV");
  }
  if (absl::StartsWith(bytes, "\xFF\xFE") || absl::StartsWith(bytes, "\xFE\xFF")) {
    return invalid("the file is UTF-16; save it as CSV in UTF-8");
  }
  if (bytes.find('\0') != absl::string_view::npos) {
    return invalid("the file holds binary data, not text; give a CSV file");
  }
  return absl::OkStatus();
}

bool AllNumbers(const RowCells& row) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (row[i].empty() || row[i].find_first_not_of("0123456789.,-+ ") != absl::string_view::npos) {
      return false;
    }
  }
  return true;
}

// Gives every column a name of its own and says which ones were made up.
std::vector<std::string> NameColumns(const RowCells& row, std::vector<std::string>& notices) {
  absl::flat_hash_set<std::string> given;
  for (std::size_t i = 0; i < row.size(); ++i) given.emplace(row[i]);
  absl::flat_hash_set<std::string> taken;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::string wanted =
        row[i].empty() ? absl::StrCat("column_", i + 1) : std::string(row[i]);
    std::string name = wanted;
    for (int n = 2; taken.contains(name) || (name != row[i] && given.contains(name)); ++n) {
      name = absl::StrCat(wanted, "_", n);
    }
    if (row[i].empty()) {
      notices.push_back(
          absl::StrCat("column ", i + 1, " has no name; it is called \"", name, "\""));
    } else if (name != row[i]) {
      notices.push_back(absl::StrCat("column ", i + 1, " repeats the name \"", row[i],
                                     "\"; it is called \"", name, "\""));
    }
    taken.insert(name);
    names.push_back(std::move(name));
  }
  if (AllNumbers(row)) {
    notices.push_back("the first line holds only numbers; it was read as the header");
  }
  return names;
}

class FileReader final : public CsvReader {
 public:
  explicit FileReader(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {}

  absl::Status ReadHeader();
  absl::StatusOr<TextTable> Read(int max_rows, std::vector<RefusedLine>* refused) override;

  const std::vector<std::string>& header() const override { return header_; }
  char delimiter() const override { return delimiter_; }
  const std::vector<std::string>& notices() const override { return notices_; }
  std::int64_t position() const override { return source_->position(); }
  std::int64_t size() const override { return source_->size(); }

 private:
  // Moves to the next row. False at the end of the file, or on an error, which
  // stays in `failure_`.
  bool NextRow();
  // The next line with its line end, or what is left; empty at the end.
  absl::string_view NextLine();
  void Accept(const RowCells& row, TextTable& block, std::vector<RefusedLine>* refused) const;
  std::string WhyRefused(const RowCells& row) const;

  std::unique_ptr<ByteSource> source_;
  std::unique_ptr<RowParser> parser_;
  std::string buffer_;
  std::size_t at_ = 0;  // First byte of the buffer not yet parsed.
  std::int64_t line_ = 0;
  std::int64_t row_line_ = 1;  // Where the current row begins.
  std::size_t row_bytes_ = 0;
  bool row_open_ = false;
  bool finished_ = false;
  absl::Status failure_;
  char line_end_ = '\n';
  char delimiter_ = ',';
  std::vector<std::string> header_;
  std::vector<std::string> notices_;
};

absl::string_view FileReader::NextLine() {
  std::size_t searched = at_;
  for (;;) {
    const std::size_t end = buffer_.find(line_end_, searched);
    if (end != std::string::npos) {
      const absl::string_view line = absl::string_view(buffer_).substr(at_, end + 1 - at_);
      at_ = end + 1;
      return line;
    }
    if (source_->at_end() || buffer_.size() - at_ > kMaxRowBytes) break;
    buffer_.erase(0, at_);
    at_ = 0;
    searched = buffer_.size();
    // What was read of a line that the damage cuts is not a row.
    if (failure_ = source_->Append(buffer_); !failure_.ok()) return {};
  }
  const absl::string_view rest = absl::string_view(buffer_).substr(at_);
  at_ = buffer_.size();
  return rest;
}

bool FileReader::NextRow() {
  parser_->row().clear();
  row_open_ = false;
  row_bytes_ = 0;
  for (absl::string_view line = NextLine(); !line.empty(); line = NextLine()) {
    ++line_;
    if (!row_open_) row_line_ = line_;
    row_open_ = true;
    row_bytes_ += line.size();
    if (row_bytes_ > kMaxRowBytes) {
      failure_ = absl::InvalidArgumentError(
          absl::StrCat("the row that begins on line ", row_line_,
                       " is longer than 16 MiB; close the quote that may be open there, or "
                       "break the text into lines"));
      return false;
    }
    if (parser_->Feed(line)) return true;
    // A blank line completes no row and opens no quoted cell either.
    if (parser_->row().size() == 0 && absl::StripAsciiWhitespace(line).empty() &&
        row_bytes_ == line.size()) {
      row_open_ = false;
      row_bytes_ = 0;
    }
  }
  if (!failure_.ok()) {
    failure_ = absl::InvalidArgumentError(
        absl::StrCat(failure_.message(), " (reading stopped after line ", line_, ")"));
    return false;
  }
  if (finished_) return false;
  finished_ = true;
  bool complete = false;
  if (!parser_->Finish(&complete)) {
    failure_ = absl::InvalidArgumentError(
        absl::StrCat("the file ends inside a quoted cell of the row that begins on line ",
                     row_line_, "; close the quote, or copy the file again if it was cut"));
    return false;
  }
  return complete;
}

absl::Status FileReader::ReadHeader() {
  if (absl::Status status = source_->Append(buffer_); !status.ok()) return status;
  if (absl::Status status = CheckFirstBytes(buffer_); !status.ok()) return status;
  if (absl::StartsWith(buffer_, "\xEF\xBB\xBF")) at_ = 3;
  const absl::string_view sample = absl::string_view(buffer_).substr(at_);
  const bool has_line_feed = sample.find('\n') != absl::string_view::npos;
  if (!has_line_feed && sample.find('\r') != absl::string_view::npos) line_end_ = '\r';
  delimiter_ = SniffDelimiter(sample, line_end_);
  parser_ = std::make_unique<RowParser>(delimiter_, line_end_);
  if (!NextRow()) {
    if (!failure_.ok()) return failure_;
    return absl::InvalidArgumentError("the file is blank; a CSV file begins with a header");
  }
  const RowCells& row = parser_->row();
  if (row.size() > kMaxColumns) {
    return absl::InvalidArgumentError(absl::StrCat("the header has ", row.size(),
                                                   " columns; at most ", kMaxColumns,
                                                   " can be read. Keep those you need"));
  }
  if (!IsUtf8(row)) {
    return absl::InvalidArgumentError(
        "the header is not UTF-8 (it may be Windows-1252, as spreadsheets write it); save the file "
        "as CSV UTF-8");
  }
  header_ = NameColumns(row, notices_);
  return absl::OkStatus();
}

std::string FileReader::WhyRefused(const RowCells& row) const {
  if (row.size() != header_.size()) {
    return absl::StrCat("has ", row.size(), row.size() == 1 ? " cell" : " cells",
                        "; the header has ", header_.size());
  }
  if (!IsUtf8(row)) return "is not valid UTF-8; save the file as CSV UTF-8";
  if (row.text.find('\0') != std::string::npos) return "holds a NUL byte; remove it";
  return "";
}

void FileReader::Accept(const RowCells& row, TextTable& block,
                        std::vector<RefusedLine>* refused) const {
  const std::string reason = WhyRefused(row);
  if (reason.empty()) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      block.columns[i].emplace_back(row[i].data(), row[i].size());
    }
    block.lines.push_back(row_line_);
    return;
  }
  std::vector<std::string> cells;
  for (std::size_t i = 0; i < row.size(); ++i) cells.emplace_back(row[i]);
  std::string text = CsvLine(cells, delimiter_);
  text.pop_back();
  if (text.size() > kMaxRefusedBytes) text.resize(kMaxRefusedBytes);
  refused->push_back({row_line_, std::move(text), reason});
}

absl::StatusOr<TextTable> FileReader::Read(int max_rows, std::vector<RefusedLine>* refused) {
  if (!failure_.ok()) return failure_;
  TextTable block;
  block.header = header_;
  block.columns.resize(header_.size());
  while (block.row_count() < max_rows && NextRow()) Accept(parser_->row(), block, refused);
  if (!failure_.ok() && block.row_count() == 0) return failure_;
  return block;
}

}  // namespace

absl::StatusOr<std::unique_ptr<CsvReader>> CsvReader::Open(const std::string& path) {
  absl::StatusOr<std::unique_ptr<ByteSource>> source = ByteSource::Open(path);
  if (!source.ok()) return source.status();
  auto reader = std::make_unique<FileReader>(*std::move(source));
  if (absl::Status status = reader->ReadHeader(); !status.ok()) return status;
  return reader;
}

std::string CsvLine(const std::vector<std::string>& cells, char delimiter) {
  std::string line;
  for (const std::string& cell : cells) {
    if (&cell != &cells.front()) line.push_back(delimiter);
    // Blanks at the ends are quoted, for readers trim them.
    const bool quote = cell.find_first_of("\"\r\n") != std::string::npos ||
                       cell.find(delimiter) != std::string::npos ||
                       (!cell.empty() && (IsBlank(static_cast<unsigned char>(cell.front())) ||
                                          IsBlank(static_cast<unsigned char>(cell.back())))) ||
                       (cell.empty() && cells.size() == 1);
    if (!quote) {
      line += cell;
      continue;
    }
    std::string quoted(csv_write(nullptr, 0, cell.data(), cell.size()), '\0');
    csv_write(quoted.data(), quoted.size(), cell.data(), cell.size());
    line += quoted;
  }
  line.push_back('\n');
  return line;
}

}  // namespace cible
