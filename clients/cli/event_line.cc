#include "clients/cli/event_line.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/local_time.h"
#include "segmentation/data/column_typing.h"
#include "segmentation/data/criterion_lexicon.h"
#include "segmentation/data/inference.h"
#include "server/wire/contact_wire.h"
#include "server/wire/instant_wire.h"

namespace cible {
namespace {

// Longer than any text that an event may hold; what is longer yet shorter than
// this the server refuses, saying by how much.
constexpr std::size_t kLongestCell = 4096;

constexpr EventRole kNumbers[] = {EventRole::kAmount, EventRole::kQuantity, EventRole::kUnitPrice,
                                  EventRole::kListPrice, EventRole::kMargin};

void ProveTimes(const std::string& header, const std::vector<std::string>& cells,
                EventWriting& writing) {
  const ColumnScan scan = ScanColumn(cells);
  const auto order = ProveWriting(scan).order;
  writing.order = order.value_or(DateOrder::kDayFirst);
  writing.is_utc = HasWords(HeaderWords(header), "utc|gmt");
  for (const DistinctText& value : scan.distinct) {
    const auto day_first = ParseDateText(value.text, DateOrder::kDayFirst);
    if (!day_first) continue;
    const auto month_first = ParseDateText(value.text, DateOrder::kMonthFirst);
    writing.order_is_open |= !order && day_first->instant != month_first->instant;
    writing.has_local_times |= day_first->writes_time && !day_first->writes_offset;
  }
}

bool IsUnknown(absl::string_view cell) { return cell.empty() || IsMissingMarker(cell); }

}  // namespace

EventWriting ProveEventWriting(const TextTable& rows, const EventColumns& columns) {
  EventWriting writing;
  writing.marks.assign(rows.header.size(), DecimalMark::kPoint);
  if (rows.row_count() == 0) return writing;
  const auto time = static_cast<std::size_t>(columns.Find(EventRole::kTime));
  ProveTimes(rows.header[time], rows.columns[time], writing);
  bool comma = false, point = false;
  std::vector<std::pair<std::size_t, std::optional<DecimalMark>>> proofs;
  for (const EventRole role : kNumbers) {
    if (columns.Find(role) < 0) continue;
    const auto at = static_cast<std::size_t>(columns.Find(role));
    proofs.emplace_back(at, ProveWriting(ScanColumn(rows.columns[at])).mark);
    comma |= proofs.back().second == DecimalMark::kComma;
    point |= proofs.back().second == DecimalMark::kPoint;
  }
  const DecimalMark rest = comma && !point ? DecimalMark::kComma : DecimalMark::kPoint;
  for (const auto& [at, mark] : proofs) writing.marks[at] = mark.value_or(rest);
  return writing;
}

EventLineReader::EventLineReader(std::vector<std::string> header, EventColumns columns,
                                 EventWriting writing, std::optional<EventTypeText> type)
    : header_(std::move(header)),
      columns_(std::move(columns)),
      writing_(std::move(writing)),
      type_(std::move(type)) {}

absl::string_view EventLineReader::Cell(const TextTable& text, int row, EventRole role) const {
  const int position = columns_.Find(role);
  if (position < 0) return {};
  return text.columns[static_cast<std::size_t>(position)][static_cast<std::size_t>(row)];
}

bool EventLineReader::NamesContact(const TextTable& text, int row) const {
  return !IsUnknown(Cell(text, row, EventRole::kContact));
}

void EventLineReader::Blame(EventRole role, absl::string_view what) {
  const auto position = static_cast<std::size_t>(columns_.Find(role));
  absl::StrAppend(&reason_, reason_.empty() ? "" : "; ", "\"", header_[position], "\" ", what);
}

void EventLineReader::ReadTime(absl::string_view cell, const absl::TimeZone& zone,
                               v1::Event* event) {
  if (cell != time_text_) {
    time_text_ = std::string(cell);
    time_ = ParseDateText(cell, writing_.order);
    if (time_ && time_->writes_time && !time_->writes_offset && !writing_.is_utc) {
      time_->instant = InstantOfLocalTime(time_->instant, zone);
    }
  }
  if (!time_) {
    Blame(EventRole::kTime, IsUnknown(cell) ? "is blank; an event needs its time"
                                            : "is not a date, nor a date with a time");
  } else if (time_->writes_time) {
    TimestampToProto(time_->instant, event->mutable_time());
  } else {
    DateToProto(DayOf(time_->instant), event->mutable_date());
  }
}

void EventLineReader::ReadType(absl::string_view cell, v1::Event* event) {
  const bool is_said = !IsUnknown(cell);
  if (!is_said && !type_) return Blame(EventRole::kType, "is blank; say it or give --type");
  if (is_said && cell != type_text_) {
    type_text_ = std::string(cell);
    read_type_ = EventTypeOf(cell);
  }
  const EventTypeText& type = is_said ? read_type_ : *type_;
  event->set_type(type.type);
  if (!type.custom_type.empty()) event->set_custom_type(type.custom_type);
}

std::optional<double> EventLineReader::ReadNumber(const TextTable& text, int row, EventRole role) {
  const absl::string_view cell = Cell(text, row, role);
  if (cell.empty()) return std::nullopt;
  const auto position = static_cast<std::size_t>(columns_.Find(role));
  const std::optional<double> number = ParseNumber(cell, writing_.marks[position]);
  if (!number && !IsMissingMarker(cell)) Blame(role, "is not a number");
  return number;
}

std::string EventLineReader::ReadText(const TextTable& text, int row, EventRole role) {
  const absl::string_view cell = Cell(text, row, role);
  if (IsUnknown(cell)) return "";
  if (cell.size() > kLongestCell) Blame(role, "is longer than 4,096 bytes");
  return std::string(cell);
}

std::string EventLineReader::Read(const TextTable& text, int row, const absl::TimeZone& zone,
                                  v1::Event* event) {
  reason_.clear();
  ReadTime(Cell(text, row, EventRole::kTime), zone, event);
  ReadType(Cell(text, row, EventRole::kType), event);
  const auto number = [&](EventRole role, void (v1::Event::*set)(double)) {
    if (const auto value = ReadNumber(text, row, role)) (event->*set)(*value);
  };
  number(EventRole::kAmount, &v1::Event::set_amount);
  number(EventRole::kQuantity, &v1::Event::set_quantity);
  number(EventRole::kUnitPrice, &v1::Event::set_unit_price);
  number(EventRole::kListPrice, &v1::Event::set_list_price);
  number(EventRole::kMargin, &v1::Event::set_margin);
  const auto words = [&](EventRole role, std::string* (v1::Event::*field)()) {
    if (columns_.Find(role) >= 0) *(event->*field)() = ReadText(text, row, role);
  };
  words(EventRole::kContact, &v1::Event::mutable_contact);
  words(EventRole::kId, &v1::Event::mutable_id);
  words(EventRole::kOrder, &v1::Event::mutable_order);
  words(EventRole::kItem, &v1::Event::mutable_item);
  words(EventRole::kChannel, &v1::Event::mutable_channel);
  words(EventRole::kSource, &v1::Event::mutable_source);
  words(EventRole::kCampaign, &v1::Event::mutable_campaign);
  words(EventRole::kCurrency, &v1::Event::mutable_currency_code);
  absl::AsciiStrToUpper(event->mutable_currency_code());
  if (event->custom_type().size() > kLongestCell) {
    Blame(EventRole::kType, "is longer than 4,096 bytes");
  }
  return reason_;
}

}  // namespace cible
