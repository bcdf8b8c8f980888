// Any file is read, row by row or at once with the same outcome, or is refused.
//
// The first byte of the input says how the rest is stored: `g` compressed, `m`
// where two of the reader's chunks meet, anything else as it is.

#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "segmentation/data/csv.h"
#include "tests/fuzz/invariant.h"

namespace cible {
namespace {

// A file that is nowhere but in memory.
class MemoryFile {
 public:
  explicit MemoryFile(absl::string_view bytes) : descriptor_(memfd_create("csv", 0)) {
    const ssize_t written = write(descriptor_, bytes.data(), bytes.size());
    Require(written == static_cast<ssize_t>(bytes.size()), "the file is written");
  }
  ~MemoryFile() { close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  std::string path() const { return absl::StrCat("/proc/self/fd/", descriptor_); }

 private:
  int descriptor_;
};

std::string Gzip(absl::string_view bytes) {
  constexpr int kGzip = 15 + 16;
  z_stream stream = {};
  Require(deflateInit2(&stream, 1, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) == Z_OK, "zlib works");
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  Require(deflate(&stream, Z_FINISH) == Z_STREAM_END, "zlib works");
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

// Behind blanks, which readers trim, so that the reader's chunks of 64 KiB meet
// in the middle of the input.
std::string Astride(absl::string_view input) {
  constexpr std::size_t kChunk = 1 << 16;
  return absl::StrCat(std::string(kChunk - input.size() / 2, ' '), input);
}

std::string Stored(absl::string_view input) {
  const char form = input.empty() ? 'p' : input[0];
  if (!input.empty()) input.remove_prefix(1);
  if (form == 'g') return Gzip(input);
  return form == 'm' ? Astride(input) : std::string(input);
}

struct Outcome {
  std::vector<std::vector<std::string>> columns;
  std::vector<std::int64_t> lines;
  std::vector<RefusedLine> refused;
  absl::Status end;
};

void CheckBlock(const TextTable& block, const CsvReader& reader, int max_rows) {
  Require(block.header == reader.header(), "a block has the header");
  Require(block.columns.size() == block.header.size(), "a column a name");
  Require(block.row_count() <= max_rows, "not more rows than asked for");
  for (const auto& column : block.columns) {
    Require(column.size() == block.lines.size(), "a cell a row");
    for (const std::string& cell : column) {
      Require(cell.find('\0') == std::string::npos, "no cell holds a NUL");
    }
  }
}

Outcome ReadAll(CsvReader& reader, int max_rows) {
  Outcome outcome;
  outcome.columns.resize(reader.header().size());
  for (;;) {
    const auto block = reader.Read(max_rows, &outcome.refused);
    outcome.end = block.status();
    if (!block.ok()) break;
    CheckBlock(*block, reader, max_rows);
    for (std::size_t i = 0; i < block->columns.size(); ++i) {
      outcome.columns[i].insert(outcome.columns[i].end(), block->columns[i].begin(),
                                block->columns[i].end());
    }
    outcome.lines.insert(outcome.lines.end(), block->lines.begin(), block->lines.end());
    if (block->row_count() == 0) break;
  }
  const auto again = reader.Read(max_rows, &outcome.refused);
  Require(again.status() == outcome.end, "the end stays the end");
  Require(!again.ok() || again->row_count() == 0, "no row comes after the end");
  return outcome;
}

void CheckReader(const CsvReader& reader) {
  const std::set<std::string> names(reader.header().begin(), reader.header().end());
  Require(!names.empty() && names.size() == reader.header().size(), "names are unique");
  Require(names.count("") == 0, "every column has a name");
}

void CheckOutcome(const Outcome& outcome, const CsvReader& reader) {
  Require(reader.position() >= 0 && reader.position() <= reader.size(), "progress is of the file");
  for (std::size_t i = 1; i < outcome.lines.size(); ++i) {
    Require(outcome.lines[i - 1] < outcome.lines[i], "lines ascend");
  }
  Require(outcome.end.ok() || outcome.end.code() == absl::StatusCode::kInvalidArgument,
          "a broken file is INVALID_ARGUMENT");
}

bool Equal(const std::vector<RefusedLine>& left, const std::vector<RefusedLine>& right) {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (left[i].line != right[i].line || left[i].text != right[i].text ||
        left[i].reason != right[i].reason) {
      return false;
    }
  }
  return true;
}

void ReadTwice(const std::string& path) {
  const auto reader = CsvReader::Open(path);
  const auto slow = CsvReader::Open(path);
  Require(reader.status() == slow.status(), "a file is read alike");
  if (!reader.ok()) {
    Require(reader.status().code() == absl::StatusCode::kInvalidArgument,
            "a file that is no table is INVALID_ARGUMENT");
    return;
  }
  CheckReader(**reader);
  const Outcome at_once = ReadAll(**reader, 1 << 20);
  CheckOutcome(at_once, **reader);
  const Outcome row_by_row = ReadAll(**slow, 1);
  Require(at_once.columns == row_by_row.columns && at_once.lines == row_by_row.lines &&
              at_once.end == row_by_row.end && Equal(at_once.refused, row_by_row.refused),
          "blocks do not matter");
}

}  // namespace
}  // namespace cible

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  const cible::MemoryFile file(cible::Stored(input));
  cible::ReadTwice(file.path());
  return 0;
}
