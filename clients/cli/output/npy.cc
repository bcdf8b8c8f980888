#include "clients/cli/output/npy.h"

#include <bit>
#include <type_traits>
#include <utility>

#include "absl/strings/str_cat.h"

namespace cible {
namespace {

static_assert(std::endian::native == std::endian::little, "arrays are written as they lie");

// The same length whatever the row count, so that it can be written again.
constexpr std::size_t kHeaderBytes = 128;
constexpr std::size_t kPreambleBytes = 10;  // Magic, version, length of the rest.

std::string Header(const std::string& type, const std::string& shape) {
  std::string dictionary =
      absl::StrCat("{'descr': '", type, "', 'fortran_order': False, 'shape': ", shape, ", }");
  constexpr std::size_t kRest = kHeaderBytes - kPreambleBytes;
  dictionary.resize(kRest - 1, ' ');
  const char length[] = {static_cast<char>(kRest), 0};
  return absl::StrCat("\x93NUMPY", absl::string_view("\x01\x00", 2), absl::string_view(length, 2),
                      dictionary, "\n");
}

}  // namespace

template <typename T>
absl::StatusOr<NpyWriter<T>> NpyWriter<T>::Open(const std::string& path, int columns) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  if (!file) {
    return absl::PermissionDeniedError(
        absl::StrCat(path, " cannot be written; name a file in a folder that can"));
  }
  NpyWriter writer(std::move(file), columns);
  writer.WriteHeader();
  return writer;
}

template <typename T>
void NpyWriter<T>::WriteHeader() {
  const std::string shape = columns_ == 0 ? absl::StrCat("(", row_count_, ",)")
                                          : absl::StrCat("(", row_count_, ", ", columns_, ")");
  const char kind = std::is_floating_point_v<T> ? 'f' : 'i';
  file_ << Header(absl::StrCat("<", std::string(1, kind), sizeof(T)), shape);
}

template <typename T>
absl::Status NpyWriter<T>::Append(absl::Span<const T> values) {
  const std::size_t row = columns_ == 0 ? 1 : static_cast<std::size_t>(columns_);
  if (values.size() % row != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(values.size(), " numbers do not fill rows of ", row));
  }
  file_.write(reinterpret_cast<const char*>(values.data()),
              static_cast<std::streamsize>(values.size() * sizeof(T)));
  row_count_ += static_cast<std::int64_t>(values.size() / row);
  return absl::OkStatus();
}

template <typename T>
absl::Status NpyWriter<T>::Close() {
  file_.seekp(0);
  WriteHeader();
  file_.close();
  if (file_.good()) return absl::OkStatus();
  return absl::ResourceExhaustedError("the matrix could not be written; make room on the disk");
}

template class NpyWriter<float>;
template class NpyWriter<double>;
template class NpyWriter<std::int32_t>;

}  // namespace cible
