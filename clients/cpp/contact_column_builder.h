// One column of a ContactTable while its rows come in.

#ifndef CIBLE_CLIENTS_CPP_CONTACT_COLUMN_BUILDER_H_
#define CIBLE_CLIENTS_CPP_CONTACT_COLUMN_BUILDER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "cible/v1/contact.pb.h"

namespace cible {

// Which member of AttributeValue.value holds a value of the type.
v1::AttributeValue::ValueCase ValueOf(v1::AttributeType type);

// Days since 1970-01-01; nothing if there is no such day, or not in the years 1
// to 9999.
std::optional<std::int32_t> DaysOf(const v1::Date& date);

// Microseconds since then; nothing outside those years.
std::optional<std::int64_t> MicrosOf(const google::protobuf::Timestamp& instant);

// The cells of one type. Every row is added, in order.
class ColumnCells {
 public:
  virtual ~ColumnCells() = default;
  // REQUIRES: a value of the type that DaysOf or MicrosOf do not refuse.
  virtual void Add(const v1::AttributeValue& value) = 0;
  virtual void AddUnknown() = 0;
  virtual void MoveTo(v1::ContactColumn* column) = 0;
};

class ContactColumnBuilder {
 public:
  explicit ContactColumnBuilder(v1::AttributeType type);

  // The value of row `row`; rows between it and the last one are unknown.
  // REQUIRES: rows ascend; see ColumnCells::Add.
  void Set(int row, const v1::AttributeValue& value);

  // Fills the column for so many rows. Nothing may be set afterwards.
  void Build(int row_count, v1::ContactColumn* column);

 private:
  void FillUp(int row_count);

  std::unique_ptr<ColumnCells> cells_;
  std::string validity_;
  int row_count_ = 0;
  bool all_known_ = true;
};

}  // namespace cible

#endif  // CIBLE_CLIENTS_CPP_CONTACT_COLUMN_BUILDER_H_
