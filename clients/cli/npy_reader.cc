#include "clients/cli/npy_reader.h"

#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <limits>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "clients/cli/output/table.h"

namespace cible {
namespace {

static_assert(std::endian::native == std::endian::little, "arrays are read as they lie");

constexpr std::size_t kChunkBytes = std::size_t{1} << 20;
constexpr std::uint32_t kLongestHeader = 1 << 20;

// What follows `'key':` in the header's dictionary.
absl::string_view ValueOf(absl::string_view header, absl::string_view key) {
  for (const char quote : {'\'', '"'}) {
    const std::string name = absl::StrCat(std::string(1, quote), key, std::string(1, quote));
    const std::size_t at = header.find(name);
    if (at == absl::string_view::npos) continue;
    const absl::string_view rest =
        absl::StripLeadingAsciiWhitespace(header.substr(at + name.size()));
    if (absl::StartsWith(rest, ":")) return absl::StripLeadingAsciiWhitespace(rest.substr(1));
  }
  return {};
}

class NpyFile {
 public:
  static absl::StatusOr<NpyFile> Open(const std::string& path) {
    NpyFile file(path);
    if (!file.stream_) {
      return absl::NotFoundError(absl::StrCat(path, " cannot be read; give the path of a file"));
    }
    if (absl::Status status = file.ReadHeader(); !status.ok()) return status;
    return file;
  }

  const std::vector<std::int64_t>& shape() const { return shape_; }
  bool is_double() const { return item_size_ == sizeof(double); }

  absl::Status Error(const std::string& what) const {
    return absl::InvalidArgumentError(absl::StrCat(path_, what));
  }

  // Its rows and columns. REQUIRES: two dimensions.
  absl::Status CheckMatrix() const {
    if (shape_.size() != 2) {
      return Error(absl::StrCat(" holds an array of shape ", ShapeText(),
                                "; expected two dimensions, rows and columns"));
    }
    if (shape_[0] < 1 || shape_[1] < 1) {
      return Error(absl::StrCat(" holds an empty array of shape ", ShapeText()));
    }
    constexpr std::int64_t kMost = std::numeric_limits<int>::max();
    if (shape_[0] > kMost || shape_[1] > kMost) {
      return Error(absl::StrCat(" holds an array of shape ", ShapeText(),
                                "; more than 2,147,483,647 rows or columns are too many"));
    }
    const double bytes = static_cast<double>(shape_[0]) * static_cast<double>(shape_[1]) * 4;
    const double memory =
        static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGE_SIZE));
    if (bytes <= memory) return absl::OkStatus();
    return absl::ResourceExhaustedError(
        absl::StrFormat("%s takes %.1f GB as float32; this machine has %.1f GB of memory", path_,
                        bytes * 1e-9, memory * 1e-9));
  }

  std::string ShapeText() const {
    return absl::StrCat("(", absl::StrJoin(shape_, ", "), shape_.size() == 1 ? ",)" : ")");
  }

  // Calls use(first index, values, count) for all values in their order.
  template <typename Use>
  absl::Status ForEachChunk(Use use) {
    stream_.clear();
    stream_.seekg(data_begin_);
    std::vector<char> bytes(kChunkBytes);
    std::vector<double> values(kChunkBytes / item_size_);
    std::int64_t index = 0;
    while (index < item_count_) {
      const auto count = static_cast<std::size_t>(
          std::min<std::int64_t>(item_count_ - index, static_cast<std::int64_t>(values.size())));
      stream_.read(bytes.data(), static_cast<std::streamsize>(count * item_size_));
      if (static_cast<std::size_t>(stream_.gcount()) != count * item_size_) {
        return Error(" changed while it was read");
      }
      for (std::size_t i = 0; i < count; ++i) {
        values[i] = ItemAt(bytes.data() + i * item_size_);
        if (!std::isfinite(values[i])) return NotFinite(index + static_cast<std::int64_t>(i));
      }
      use(index, values.data(), count);
      index += static_cast<std::int64_t>(count);
    }
    return absl::OkStatus();
  }

  // float32 as it lies.
  absl::Status ReadFloats(float* to) {
    stream_.clear();
    stream_.seekg(data_begin_);
    stream_.read(reinterpret_cast<char*>(to), static_cast<std::streamsize>(item_count_ * 4));
    if (stream_.gcount() != item_count_ * 4) return Error(" changed while it was read");
    for (std::int64_t i = 0; i < item_count_; ++i) {
      if (!std::isfinite(to[i])) return NotFinite(i);
    }
    return absl::OkStatus();
  }

 private:
  explicit NpyFile(const std::string& path) : path_(path), stream_(path, std::ios::binary) {}

  absl::Status NoArray() const {
    return Error(" is not an array of NumPy's format (.npy); write one with numpy.save");
  }

  absl::Status NotFinite(std::int64_t index) const {
    if (shape_.size() != 2) {
      return Error(
          absl::StrCat(" holds a NaN or an infinity at ", index, "; every number must be finite"));
    }
    return Error(absl::StrCat(" holds a NaN or an infinity in row ", index / shape_[1], ", column ",
                              index % shape_[1], " (counted from 0); every number must be finite"));
  }

  double ItemAt(const char* bytes) const {
    if (is_double()) {
      double value;
      std::memcpy(&value, bytes, sizeof(value));
      return value;
    }
    float value;
    std::memcpy(&value, bytes, sizeof(value));
    return value;
  }

  absl::Status ReadHeader() {
    unsigned char preamble[8] = {};
    stream_.read(reinterpret_cast<char*>(preamble), sizeof(preamble));
    if (stream_.gcount() != sizeof(preamble) || std::memcmp(preamble, "\x93NUMPY", 6) != 0) {
      return NoArray();
    }
    const int version = preamble[6];
    if (version < 1 || version > 3) {
      return Error(absl::StrCat(" has version ", version, ".", static_cast<int>(preamble[7]),
                                " of NumPy's format; 1.0 to 3.0 can be read"));
    }
    std::uint32_t length = 0;
    stream_.read(reinterpret_cast<char*>(&length), version == 1 ? 2 : 4);
    if (!stream_ || length > kLongestHeader) return NoArray();
    std::string header(length, '\0');
    stream_.read(header.data(), static_cast<std::streamsize>(length));
    if (!stream_) return Error(" is cut short in its header");
    data_begin_ = stream_.tellg();
    if (absl::Status status = ParseHeader(header); !status.ok()) return status;
    return CheckLength();
  }

  absl::Status ParseHeader(const std::string& header) {
    const absl::string_view type = ValueOf(header, "descr"),
                            order = ValueOf(header, "fortran_order"),
                            shape = ValueOf(header, "shape");
    if (type.empty() || order.empty() || !absl::StartsWith(shape, "(")) return NoArray();
    if (type.size() < 5 || (type.substr(1, 3) != "<f4" && type.substr(1, 3) != "<f8") ||
        type[4] != type[0]) {
      return Error(absl::StrCat(" holds ", Printable(std::string(TypeText(type))),
                                "; expected float32 ('<f4') or float64 ('<f8')"));
    }
    item_size_ = type[3] == '8' ? 8 : 4;
    const std::size_t end = shape.find(')');
    if (end == absl::string_view::npos) return NoArray();
    for (absl::string_view part : absl::StrSplit(shape.substr(1, end - 1), ',')) {
      part = absl::StripAsciiWhitespace(part);
      if (part.empty()) continue;
      std::int64_t size = 0;
      if (!absl::SimpleAtoi(part, &size) || size < 0) return NoArray();
      shape_.push_back(size);
    }
    if (!absl::StartsWith(order, "False") && shape_.size() > 1) {
      return Error(" is in Fortran order, column by column; write it with numpy.ascontiguousarray");
    }
    return absl::OkStatus();
  }

  static absl::string_view TypeText(absl::string_view type) {
    return type.substr(0, std::min({type.find(", 'fortran"), type.find(",'fortran"), type.find('}'),
                                    std::size_t{40}}));
  }

  // The file must end where the array does.
  absl::Status CheckLength() {
    item_count_ = 1;
    for (const std::int64_t size : shape_) {
      if (__builtin_mul_overflow(item_count_, size, &item_count_)) return NoArray();
    }
    std::int64_t expected = 0;
    if (__builtin_mul_overflow(item_count_, static_cast<std::int64_t>(item_size_), &expected)) {
      return NoArray();
    }
    stream_.seekg(0, std::ios::end);
    const std::int64_t found = stream_.tellg() - data_begin_;
    if (found == expected) return absl::OkStatus();
    return Error(absl::StrCat(found < expected ? " is cut short: " : " is too long: ", ShapeText(),
                              " takes ", expected, " bytes of data; there are ", found));
  }

  std::string path_;
  std::ifstream stream_;
  std::vector<std::int64_t> shape_;
  std::size_t item_size_ = 4;
  std::int64_t item_count_ = 0;
  std::streamoff data_begin_ = 0;
};

}  // namespace

absl::StatusOr<NpyMatrix> ReadNpyMatrix(const std::string& path) {
  auto file = NpyFile::Open(path);
  if (!file.ok()) return file.status();
  if (absl::Status status = file->CheckMatrix(); !status.ok()) return status;
  const auto rows = static_cast<int>(file->shape()[0]),
             columns = static_cast<int>(file->shape()[1]);
  NpyMatrix matrix{.values = FloatMatrix(rows, columns)};
  float* to = matrix.values.data();
  if (!file->is_double()) {
    if (absl::Status status = file->ReadFloats(to); !status.ok()) return status;
    return matrix;
  }
  matrix.offset.assign(static_cast<std::size_t>(columns), 0);
  const auto column = [&](std::int64_t index) { return static_cast<std::size_t>(index % columns); };
  absl::Status status =
      file->ForEachChunk([&](std::int64_t begin, const double* values, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
          matrix.offset[column(begin + static_cast<std::int64_t>(i))] += values[i] / rows;
        }
      });
  if (!status.ok()) return status;
  bool representable = true;
  status = file->ForEachChunk([&](std::int64_t begin, const double* values, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::int64_t index = begin + static_cast<std::int64_t>(i);
      to[index] = static_cast<float>(values[i] - matrix.offset[column(index)]);
      representable &= std::isfinite(to[index]);
    }
  });
  if (!status.ok()) return status;
  if (!representable) return file->Error(" holds numbers too large for float32; scale them down");
  return matrix;
}

absl::Status ForEachNpyRow(const std::string& path,
                           const std::function<void(int, absl::Span<const double>)>& use) {
  auto file = NpyFile::Open(path);
  if (!file.ok()) return file.status();
  if (absl::Status status = file->CheckMatrix(); !status.ok()) return status;
  const auto columns = static_cast<std::size_t>(file->shape()[1]);
  std::vector<double> row;
  int number = 0;
  return file->ForEachChunk([&](std::int64_t, const double* values, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      row.push_back(values[i]);
      if (row.size() < columns) continue;
      use(number++, row);
      row.clear();
    }
  });
}

absl::StatusOr<DoubleMatrix> ReadNpyRows(const std::string& path) {
  auto file = NpyFile::Open(path);
  if (!file.ok()) return file.status();
  if (absl::Status status = file->CheckMatrix(); !status.ok()) return status;
  DoubleMatrix rows(static_cast<int>(file->shape()[0]), static_cast<int>(file->shape()[1]));
  const absl::Status status =
      file->ForEachChunk([&](std::int64_t begin, const double* values, std::size_t count) {
        std::copy_n(values, count, rows.data() + begin);
      });
  if (!status.ok()) return status;
  return rows;
}

absl::StatusOr<std::vector<double>> ReadNpyNumbers(const std::string& path) {
  auto file = NpyFile::Open(path);
  if (!file.ok()) return file.status();
  if (file->shape().size() != 1) {
    return file->Error(
        absl::StrCat(" holds an array of shape ", file->ShapeText(), "; expected one dimension"));
  }
  std::vector<double> numbers(static_cast<std::size_t>(file->shape()[0]));
  const absl::Status status =
      file->ForEachChunk([&](std::int64_t begin, const double* values, std::size_t count) {
        std::copy_n(values, count, numbers.data() + begin);
      });
  if (!status.ok()) return status;
  return numbers;
}

}  // namespace cible
