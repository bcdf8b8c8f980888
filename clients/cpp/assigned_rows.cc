#include "clients/cpp/assigned_rows.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "cible/v1/segmentation_service.pb.h"

namespace cible {
namespace {

absl::Status Contradiction() {
  return absl::DataLossError(
      "the answer contradicts itself; server and client are of versions that do not fit: update "
      "the older one");
}

std::optional<std::vector<std::string>> Unpack(const v1::Texts& texts) {
  std::vector<std::string> result;
  std::size_t begin = 0;
  for (const std::size_t end : texts.ends()) {
    if (end < begin || end > texts.data().size()) return std::nullopt;
    result.push_back(texts.data().substr(begin, end - begin));
    begin = end;
  }
  return result;
}

// The little-endian code of a row.
std::uint32_t CodeAt(const v1::Codes& codes, std::size_t row) {
  std::uint32_t code = 0;
  for (std::size_t byte = 0; byte < codes.width(); ++byte) {
    const auto bits = static_cast<unsigned char>(codes.codes()[row * codes.width() + byte]);
    code |= std::uint32_t{bits} << 8 * byte;
  }
  return code;
}

}  // namespace

absl::StatusOr<std::vector<AssignedRow>> AssignedRows(const v1::AssignSegmentsResponse& response) {
  const v1::Codes& codes = response.segments();
  const auto segments = Unpack(codes.dictionary());
  const auto row_count = static_cast<std::size_t>(response.probabilities_size());
  const bool sound = segments.has_value() && codes.width() <= 4 &&
                     codes.codes().size() == row_count * codes.width();
  if (!sound || (codes.width() == 0 && row_count > 0)) return Contradiction();
  std::vector<AssignedRow> rows;
  rows.reserve(row_count);
  for (std::size_t row = 0; row < row_count; ++row) {
    const std::uint32_t code = CodeAt(codes, row);
    if (code >= segments->size()) return Contradiction();
    const double probability = response.probabilities(static_cast<int>(row));
    rows.emplace_back(SegmentAssignment{(*segments)[code], probability});
  }
  for (const v1::RowError& error : response.errors()) {
    if (error.row() >= row_count) return Contradiction();
    rows[error.row()] = absl::InvalidArgumentError(error.reason());
  }
  return rows;
}

}  // namespace cible
