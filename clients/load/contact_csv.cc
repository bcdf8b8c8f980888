#include "clients/load/contact_csv.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "clients/load/cell_text.h"

namespace cible::load {
namespace {

constexpr int kIgnored = -1;
constexpr int kIdColumn = -2;

int AttributeOf(absl::string_view header, const v1::Schema& schema) {
  for (int i = 0; i < schema.attributes_size(); ++i) {
    if (header == schema.attributes(i).id() || header == schema.attributes(i).display_name()) {
      return i;
    }
  }
  return kIgnored;
}

// What each column of a file means, and the contacts read from it so far.
class ContactRows {
 public:
  ContactRows(const ContactOptions& options, const v1::Schema& schema) : options_(options) {
    set_.schema = schema;
  }

  // True while more rows are wanted.
  bool Take(const std::vector<std::string>& row) {
    ++line_;
    status_ = line_ == 1 ? ReadHeader(row) : ReadRow(row);
    return status_.ok() && static_cast<int>(set_.contacts.size()) < options_.count;
  }

  absl::StatusOr<ContactSet> Finish() && {
    if (!status_.ok()) return status_;
    if (set_.contacts.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", options_.file,
                       "\" holds no contacts; give a file with a header and "
                       "at least one row"));
    }
    return std::move(set_);
  }

 private:
  absl::Status ReadHeader(const std::vector<std::string>& row) {
    const std::string id = options_.id_column.empty() ? "id" : options_.id_column;
    for (const std::string& cell : row) {
      const absl::string_view header = absl::StripAsciiWhitespace(cell);
      columns_.push_back(header == id ? kIdColumn : AttributeOf(header, set_.schema));
    }
    const bool has_id = std::count(columns_.begin(), columns_.end(), kIdColumn) > 0;
    if (!has_id && !options_.id_column.empty()) {
      return absl::InvalidArgumentError(absl::StrCat("the id column \"", options_.id_column,
                                                     "\" is not in the header; name one of its "
                                                     "columns with --id-column"));
    }
    if (std::any_of(columns_.begin(), columns_.end(), [](int c) { return c >= 0; })) {
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError(
        absl::StrCat("no column of \"", options_.file,
                     "\" is an attribute of the server's schema; compare its header with cible "
                     "schema show"));
  }

  absl::Status ReadRow(const std::vector<std::string>& row) {
    if (row.size() > columns_.size()) {
      return absl::InvalidArgumentError(absl::StrCat("row ", line_, " has ", row.size(),
                                                     " cells; the header has ", columns_.size()));
    }
    v1::Contact contact;
    std::string id;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const absl::string_view text = absl::StripAsciiWhitespace(row[i]);
      if (columns_[i] == kIdColumn) id = std::string(text);
      if (columns_[i] < 0 || IsUnknownCell(text)) continue;
      const v1::Attribute& attribute = set_.schema.attributes(columns_[i]);
      v1::AttributeValue& value = *contact.add_attributes();
      value.set_attribute(attribute.id());
      if (ParseCellText(text, attribute, value)) continue;
      return absl::InvalidArgumentError(
          absl::StrCat("row ", line_, ": attribute \"", attribute.id(), "\" expects ",
                       ExpectedText(attribute.type()), "; mend the file or leave the row out"));
    }
    set_.contacts.push_back(std::move(contact));
    if (!id.empty()) set_.ids.push_back(std::move(id));
    if (!set_.ids.empty() && set_.ids.size() != set_.contacts.size()) {
      return absl::InvalidArgumentError(absl::StrCat("row ", line_, " has no id; give it one"));
    }
    return absl::OkStatus();
  }

  const ContactOptions& options_;
  ContactSet set_;
  std::vector<int> columns_;  // Index of the attribute, kIgnored or kIdColumn.
  int line_ = 0;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<ContactSet> ReadContactCsv(const ContactOptions& options, const v1::Schema& schema) {
  ContactRows rows(options, schema);
  const absl::Status read =
      ReadCsv(options.file, [&](const std::vector<std::string>& row) { return rows.Take(row); });
  if (!read.ok()) return read;
  return std::move(rows).Finish();
}

}  // namespace cible::load
