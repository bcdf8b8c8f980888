// Reading CSV files, plain or gzip, as text columns, in blocks.
//
// Delimiter `,`, `;`, tab or `|` (found from the header and first lines),
// RFC 4180 quotes, LF or CRLF, an optional byte order mark. The parser is
// libcsv, decompression zlib; both stay behind csv.cc.

#ifndef CIBLE_SEGMENTATION_DATA_CSV_H_
#define CIBLE_SEGMENTATION_DATA_CSV_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cible {

// A block of rows as they stand in the file. Cells are trimmed of surrounding
// blanks unless quoted; nothing else is changed. Blank lines are passed over.
struct TextTable {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> columns;  // By header position.
  std::vector<std::int64_t> lines;                // 1-based line in the file where each row begins.
  int row_count() const { return static_cast<int>(lines.size()); }
};

// A row that could not be read as a row of this file.
struct RefusedLine {
  std::int64_t line = 0;
  std::string text;    // As it stood, cells joined by the delimiter.
  std::string reason;  // "has 16 cells; the header has 17".
};

class CsvReader {
 public:
  // Opens a file and reads its header. An empty header cell is named
  // "column_N"; a repeated one gets "_2", "_3"; both are said in notices().
  //
  // Errors: NOT_FOUND no such file; PERMISSION_DENIED one that may not be
  // read; INVALID_ARGUMENT an empty file, binary content, a header that is not
  // UTF-8, more than 10,000 columns, a corrupt gzip stream.
  static absl::StatusOr<std::unique_ptr<CsvReader>> Open(const std::string& path);

  virtual ~CsvReader() = default;

  virtual const std::vector<std::string>& header() const = 0;
  virtual char delimiter() const = 0;
  virtual const std::vector<std::string>& notices() const = 0;

  // The next at most `max_rows` rows; none at the end of the file. Ragged rows,
  // rows of invalid UTF-8 and rows with a NUL byte are left out and appended to
  // `refused`.
  // Errors: INVALID_ARGUMENT for a file that ends inside a quoted cell, a row
  // above 16 MiB or a truncated gzip stream (the rows before it have been
  // returned), naming the line. The same error again from then on.
  virtual absl::StatusOr<TextTable> Read(int max_rows, std::vector<RefusedLine>* refused) = 0;

  // Bytes of the (compressed) file consumed so far, and its size.
  virtual std::int64_t position() const = 0;
  virtual std::int64_t size() const = 0;
};

// One CSV line of these cells, quoted where needed, ending in "\n".
std::string CsvLine(const std::vector<std::string>& cells, char delimiter = ',');

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_CSV_H_
