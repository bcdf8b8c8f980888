// Any bytes that are a v1.ContactTable are refused, or give a sound table of
// the rows that are, which survives being written and read again.

#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "cible/v1/contact.pb.h"
#include "segmentation/data/contact_table.h"
#include "server/wire/contact_wire.h"
#include "tests/fuzz/every_type.h"
#include "tests/fuzz/invariant.h"

namespace cible {
namespace {

void CheckSound(const TableFromWire& read, const Schema& schema) {
  std::vector<RowError> bad_rows;
  Require(CheckTable(read.table, schema, &bad_rows).ok(), "the table can be read");
  Require(bad_rows.empty(), "every row that is read is sound");
  Require(read.table.row_count == static_cast<int>(read.source_rows.size()), "a source a row");
  Require(read.source_rows.size() + read.errors.size() == static_cast<std::size_t>(read.row_count),
          "every row is read or refused");
  std::vector<int> rows = read.source_rows;
  for (const RowError& error : read.errors) rows.push_back(error.row);
  std::sort(rows.begin(), rows.end());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    Require(rows[row] == static_cast<int>(row), "every row is read or refused once");
  }
}

void CheckSame(const ContactTable& left, const ContactTable& right) {
  Require(left.row_count == right.row_count && left.ids == right.ids, "the same contacts");
  Require(left.columns.size() == right.columns.size(), "the same columns");
  for (std::size_t i = 0; i < left.columns.size(); ++i) {
    Require(left.columns[i].attribute == right.columns[i].attribute, "of the same attributes");
    for (int row = 0; row < left.row_count; ++row) {
      Require(Get(left.columns[i], row) == Get(right.columns[i], row), "with the same cells");
    }
  }
}

void CheckRoundTrip(const ContactTable& table, const Schema& schema) {
  v1::ContactTable message;
  TableToProto(table, &message);
  const auto again = TableFromProto(message, schema);
  Require(again.ok() && again->errors.empty(), "what is written can be read");
  CheckSame(table, again->table);
}

}  // namespace
}  // namespace cible

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  google::protobuf::SetLogHandler(nullptr);  // It says of every text that it is not UTF-8.
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const cible::Schema* schema = new cible::Schema(cible::EveryType());
  cible::v1::ContactTable message;
  if (!message.ParseFromArray(data, static_cast<int>(size))) return -1;  // Not worth keeping.
  const auto read = cible::TableFromProto(message, *schema);
  if (!read.ok()) {
    cible::Require(read.status().code() == absl::StatusCode::kInvalidArgument,
                   "a refusal is INVALID_ARGUMENT");
    return 0;
  }
  cible::CheckSound(*read, *schema);
  cible::CheckRoundTrip(read->table, *schema);
  return 0;
}
