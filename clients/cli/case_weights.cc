#include "clients/cli/case_weights.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "segmentation/data/number_text.h"

namespace cible {

absl::StatusOr<CaseWeights> CaseWeights::Of(const ContactFile& file, const std::string& column) {
  CaseWeights weights;
  if (column.empty()) return weights;
  const auto& header = file.header();
  const auto at = std::find(header.begin(), header.end(), column);
  if (at == header.end()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--weight-column: ", file.path(), " has no column \"", column, "\" in its header"));
  }
  if (file.inference().id_column == column) {
    return absl::InvalidArgumentError(
        absl::StrCat("--weight-column: \"", column,
                     "\" is the column of ids; name another with --id-column, or - for none"));
  }
  weights.column_ = column;
  weights.position_ = static_cast<int>(at - header.begin());
  return weights;
}

Schema CaseWeights::Without(const Schema& schema) const {
  Schema without = schema;
  const Attribute* attribute = any() ? schema.Find(column_) : nullptr;
  if (attribute != nullptr) without.Remove(attribute->id).IgnoreError();
  return without;
}

double CaseWeights::Read(FileBlock& block, int row) const {
  if (!any()) return 1;
  const auto text_row = static_cast<std::size_t>(block.source_rows[static_cast<std::size_t>(row)]);
  const std::string& cell = block.text.columns[static_cast<std::size_t>(position_)][text_row];
  const auto weight = ParseNumber(TrimBlanks(cell));
  if (weight && *weight >= 0) return *weight;
  block.Refuse(row, ReasonText(column_, weight ? "a weight must not be negative"
                                               : "a weight is needed, a number of 0 or above"));
  return -1;
}

}  // namespace cible
