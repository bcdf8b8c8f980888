// The rows of a file that were refused, with reasons, in a file beside it: to
// be mended and given again.

#ifndef CIBLE_CLIENTS_CLI_REJECTED_ROWS_H_
#define CIBLE_CLIENTS_CLI_REJECTED_ROWS_H_

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "clients/cli/contact_file.h"
#include "clients/cli/refused_row.h"
#include "segmentation/personas/portrait.h"

namespace cible {

class RejectedRows {
 public:
  // For the rows of a file, whose name, header and delimiter are given. Nothing is
  // made before a row is refused.
  RejectedRows(const std::string& path, std::vector<std::string> header, char delimiter);
  explicit RejectedRows(const ContactFile& file)
      : RejectedRows(file.path(), file.header(), file.delimiter()) {}

  // Appends the rows by line: their cells, then the reason with the line.
  void Add(std::vector<RefusedRow> rows);

  std::int64_t count() const { return count_; }
  const std::string& path() const { return path_; }

  // "2 rows were refused; list.rejected.csv has them, with reasons".
  std::string Sentence(Language language = Language::kEnglish) const;

  // Errors: PERMISSION_DENIED the file could not be made, RESOURCE_EXHAUSTED
  // not be written to its end.
  absl::Status Close();

 private:
  void Open();

  std::string path_;
  const std::vector<std::string> header_;
  const char delimiter_;
  std::ofstream file_;
  bool opened_ = false;
  std::int64_t count_ = 0;
};

// "data/contacts.csv.gz" to "data/contacts.rejected.csv".
std::string RejectedPath(const std::string& path);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_REJECTED_ROWS_H_
