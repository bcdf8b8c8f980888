// ReadCsv, declared in contact_csv.h.

#include <csv.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/load/contact_csv.h"

namespace cible::load {
namespace {

constexpr std::size_t kChunkBytes = 1 << 16;
constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

struct GzClose {
  void operator()(gzFile file) const { gzclose(file); }
};
using GzFile = std::unique_ptr<gzFile_s, GzClose>;

// The one of the three delimiters that the first line has most of.
char DelimiterOf(absl::string_view text) {
  const absl::string_view line = text.substr(0, text.find('\n'));
  char best = ',';
  for (const char delimiter : {';', '\t'}) {
    if (std::count(line.begin(), line.end(), delimiter) >
        std::count(line.begin(), line.end(), best)) {
      best = delimiter;
    }
  }
  return best;
}

// A libcsv parser that hands rows on.
class RowParser {
 public:
  RowParser(char delimiter, const std::function<bool(const std::vector<std::string>&)>& on_row)
      : on_row_(on_row) {
    csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_delim(&parser_, static_cast<unsigned char>(delimiter));
  }
  RowParser(const RowParser&) = delete;
  RowParser& operator=(const RowParser&) = delete;
  ~RowParser() { csv_free(&parser_); }

  bool Feed(absl::string_view text) {
    return csv_parse(&parser_, text.data(), text.size(), OnCell, OnRow, this) == text.size();
  }
  bool Finish() { return csv_fini(&parser_, OnCell, OnRow, this) == 0; }
  bool wants_more() const { return wants_more_; }

 private:
  static void OnCell(void* data, std::size_t size, void* self) {
    static_cast<RowParser*>(self)->row_.emplace_back(static_cast<const char*>(data), size);
  }
  static void OnRow(int, void* self) {
    auto& parser = *static_cast<RowParser*>(self);
    parser.wants_more_ = parser.wants_more_ && parser.on_row_(parser.row_);
    parser.row_.clear();
  }

  csv_parser parser_;
  const std::function<bool(const std::vector<std::string>&)>& on_row_;
  std::vector<std::string> row_;
  bool wants_more_ = true;
};

absl::Status Broken(const std::string& path) {
  return absl::DataLossError(absl::StrCat(
      "\"", path, "\" is no whole CSV file: it is cut off, or a quote is left open; make it anew"));
}

}  // namespace

absl::Status ReadCsv(const std::string& path,
                     const std::function<bool(const std::vector<std::string>& row)>& on_row) {
  const GzFile file(gzopen(path.c_str(), "rb"));
  if (file == nullptr) {
    return absl::NotFoundError(
        absl::StrCat("\"", path, "\" cannot be opened; check the name and that you may read it"));
  }
  std::array<char, kChunkBytes> chunk;
  std::unique_ptr<RowParser> parser;
  while (true) {
    const int length = gzread(file.get(), chunk.data(), chunk.size());
    if (length < 0) return Broken(path);
    if (length == 0) break;
    absl::string_view text(chunk.data(), static_cast<std::size_t>(length));
    if (parser == nullptr) {
      absl::ConsumePrefix(&text, kByteOrderMark);
      parser = std::make_unique<RowParser>(DelimiterOf(text), on_row);
    }
    if (!parser->Feed(text)) return Broken(path);
    if (!parser->wants_more()) return absl::OkStatus();
  }
  int error = Z_OK;
  gzerror(file.get(), &error);
  if (error == Z_BUF_ERROR || (parser != nullptr && !parser->Finish())) return Broken(path);
  return absl::OkStatus();
}

}  // namespace cible::load
