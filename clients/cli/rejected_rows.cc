#include "clients/cli/rejected_rows.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/output/number_text.h"
#include "segmentation/data/csv.h"
#include "segmentation/personas/catalogue.h"
#include "segmentation/personas/figures.h"

namespace cible {

std::string RejectedPath(const std::string& path) {
  absl::string_view stem = path;
  absl::ConsumeSuffix(&stem, ".gz");
  absl::ConsumeSuffix(&stem, ".csv");
  return absl::StrCat(stem, ".rejected.csv");
}

RejectedRows::RejectedRows(const std::string& path, std::vector<std::string> header, char delimiter)
    : path_(RejectedPath(path)), header_(std::move(header)), delimiter_(delimiter) {}

// In the working directory where the file's own folder cannot be written.
void RejectedRows::Open() {
  opened_ = true;
  file_.open(path_, std::ios::binary | std::ios::trunc);
  if (!file_) {
    path_ = path_.substr(path_.rfind('/') + 1);
    file_.clear();
    file_.open(path_, std::ios::binary | std::ios::trunc);
  }
  std::vector<std::string> header = header_;
  header.push_back("reason");
  file_ << CsvLine(header, delimiter_);
}

void RejectedRows::Add(std::vector<RefusedRow> rows) {
  if (rows.empty()) return;
  if (!opened_) Open();
  std::stable_sort(rows.begin(), rows.end(),
                   [](const RefusedRow& a, const RefusedRow& b) { return a.line < b.line; });
  for (RefusedRow& row : rows) {
    // A short row is filled up, so that its reason stands below the title.
    row.cells.resize(std::max(row.cells.size(), header_.size()));
    row.cells.push_back(absl::StrCat("line ", row.line, ": ", row.reason));
    file_ << CsvLine(row.cells, delimiter_);
  }
  count_ += static_cast<std::int64_t>(rows.size());
}

std::string RejectedRows::Sentence(Language language) const {
  const Catalogue& catalogue = Catalogue::For(language);
  return catalogue.Message(
      count_ == 1 ? "report.file.refused.one" : "report.file.refused",
      {{"count", FormatNumber(static_cast<double>(count_), 0, catalogue)}, {"file", path_}});
}

absl::Status RejectedRows::Close() {
  if (!opened_) return absl::OkStatus();
  if (!file_.is_open()) {
    return absl::PermissionDeniedError(
        absl::StrCat(CountedText(count_, "row"), count_ == 1 ? " was" : " were", " refused, but ",
                     path_, " cannot be written to tell which"));
  }
  file_.close();
  if (file_.good()) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat(path_, " could not be written to its end; make room on the disk"));
}

}  // namespace cible
