#include "clients/cpp/contact_column_builder.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/civil_time.h"

namespace cible {
namespace {

constexpr absl::CivilDay kEpoch(1970, 1, 1);
constexpr absl::CivilDay kFirstDay(1, 1, 1);
constexpr absl::CivilDay kEndOfDays(10000, 1, 1);
constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr std::int64_t kMicrosPerSecond = 1'000'000;

// A bit a row, least significant first.
void AppendBit(int row, bool bit, std::string& bits) {
  if (row % 8 == 0) bits.push_back('\0');
  if (bit) bits.back() = static_cast<char>(bits.back() | 1 << row % 8);
}

void AppendText(const std::string& text, v1::Texts* texts) {
  texts->mutable_data()->append(text);
  texts->add_ends(static_cast<std::uint32_t>(texts->data().size()));
}

// Texts, each told once.
class CodeList {
 public:
  void Add(const std::string& text) {
    const auto code = static_cast<std::uint32_t>(dictionary_.ends_size());
    const auto [place, is_new] = places_.try_emplace(text, code);
    if (is_new) AppendText(text, &dictionary_);
    codes_.push_back(place->second);
  }
  // A code that is not looked at; there need be no text for it.
  void AddUnknown() { codes_.push_back(0); }
  std::size_t size() const { return codes_.size(); }

  void MoveTo(v1::Codes* message) {
    const std::uint32_t width = Width();
    std::string& bytes = *message->mutable_codes();
    bytes.reserve(codes_.size() * width);
    for (const std::uint32_t code : codes_) {
      for (std::uint32_t byte = 0; byte < width; ++byte) {
        bytes.push_back(static_cast<char>(code >> 8 * byte));
      }
    }
    message->set_width(width);
    *message->mutable_dictionary() = std::move(dictionary_);
  }

 private:
  std::uint32_t Width() const {
    if (places_.size() <= 0x100) return 1;
    return places_.size() <= 0x10000 ? 2 : 4;
  }

  std::vector<std::uint32_t> codes_;
  v1::Texts dictionary_;
  absl::flat_hash_map<std::string, std::uint32_t> places_;
};

class NumberCells : public ColumnCells {
  void Add(const v1::AttributeValue& value) override { numbers_.add_values(value.number()); }
  void AddUnknown() override { numbers_.add_values(0); }
  void MoveTo(v1::ContactColumn* column) override {
    *column->mutable_numbers() = std::move(numbers_);
  }
  v1::Numbers numbers_;
};

class CodeCells : public ColumnCells {
  void Add(const v1::AttributeValue& value) override { codes_.Add(value.text()); }
  void AddUnknown() override { codes_.AddUnknown(); }
  void MoveTo(v1::ContactColumn* column) override { codes_.MoveTo(column->mutable_codes()); }
  CodeList codes_;
};

class SetCells : public ColumnCells {
  void Add(const v1::AttributeValue& value) override {
    for (const std::string& member : value.set().members()) members_.Add(member);
    AddUnknown();
  }
  void AddUnknown() override { sets_.add_ends(static_cast<std::uint32_t>(members_.size())); }
  void MoveTo(v1::ContactColumn* column) override {
    members_.MoveTo(sets_.mutable_members());
    *column->mutable_sets() = std::move(sets_);
  }
  CodeList members_;
  v1::Sets sets_;
};

class BitCells : public ColumnCells {
  void Add(const v1::AttributeValue& value) override { AppendBit(row_++, value.flag(), bits_); }
  void AddUnknown() override { AppendBit(row_++, false, bits_); }
  void MoveTo(v1::ContactColumn* column) override { column->set_bits(std::move(bits_)); }
  std::string bits_;
  int row_ = 0;
};

class DayCells : public ColumnCells {
  void Add(const v1::AttributeValue& value) override {
    days_.add_values(DaysOf(value.date()).value_or(0));
  }
  void AddUnknown() override { days_.add_values(0); }
  void MoveTo(v1::ContactColumn* column) override { *column->mutable_days() = std::move(days_); }
  v1::Days days_;
};

class MicroCells : public ColumnCells {
  void Add(const v1::AttributeValue& value) override {
    micros_.add_values(MicrosOf(value.instant()).value_or(0));
  }
  void AddUnknown() override { micros_.add_values(0); }
  void MoveTo(v1::ContactColumn* column) override {
    *column->mutable_micros() = std::move(micros_);
  }
  v1::Micros micros_;
};

class PlaceCells : public ColumnCells {
  void Add(const v1::AttributeValue& value) override {
    Append(value.location().latitude(), value.location().longitude());
  }
  void AddUnknown() override { Append(0, 0); }
  void MoveTo(v1::ContactColumn* column) override {
    *column->mutable_locations() = std::move(places_);
  }
  void Append(double latitude, double longitude) {
    places_.add_latitudes(latitude);
    places_.add_longitudes(longitude);
  }
  v1::Locations places_;
};

class TextCells : public ColumnCells {
  void Add(const v1::AttributeValue& value) override { AppendText(value.text(), &texts_); }
  void AddUnknown() override { AppendText("", &texts_); }
  void MoveTo(v1::ContactColumn* column) override { *column->mutable_texts() = std::move(texts_); }
  v1::Texts texts_;
};

std::unique_ptr<ColumnCells> CellsOf(v1::AttributeType type) {
  switch (type) {
    case v1::ATTRIBUTE_TYPE_NUMERIC: return std::make_unique<NumberCells>();
    case v1::ATTRIBUTE_TYPE_CATEGORICAL:
    case v1::ATTRIBUTE_TYPE_ORDINAL: return std::make_unique<CodeCells>();
    case v1::ATTRIBUTE_TYPE_SET: return std::make_unique<SetCells>();
    case v1::ATTRIBUTE_TYPE_BOOLEAN: return std::make_unique<BitCells>();
    case v1::ATTRIBUTE_TYPE_DATE: return std::make_unique<DayCells>();
    case v1::ATTRIBUTE_TYPE_TIMESTAMP: return std::make_unique<MicroCells>();
    case v1::ATTRIBUTE_TYPE_LOCATION: return std::make_unique<PlaceCells>();
    default: return std::make_unique<TextCells>();
  }
}

}  // namespace

v1::AttributeValue::ValueCase ValueOf(v1::AttributeType type) {
  switch (type) {
    case v1::ATTRIBUTE_TYPE_NUMERIC: return v1::AttributeValue::kNumber;
    case v1::ATTRIBUTE_TYPE_SET: return v1::AttributeValue::kSet;
    case v1::ATTRIBUTE_TYPE_BOOLEAN: return v1::AttributeValue::kFlag;
    case v1::ATTRIBUTE_TYPE_DATE: return v1::AttributeValue::kDate;
    case v1::ATTRIBUTE_TYPE_TIMESTAMP: return v1::AttributeValue::kInstant;
    case v1::ATTRIBUTE_TYPE_LOCATION: return v1::AttributeValue::kLocation;
    default: return v1::AttributeValue::kText;
  }
}

std::optional<std::int32_t> DaysOf(const v1::Date& date) {
  const absl::CivilDay day(date.year(), date.month(), date.day());
  const bool exists =
      day.year() == date.year() && day.month() == date.month() && day.day() == date.day();
  if (!exists || day < kFirstDay || day >= kEndOfDays) return std::nullopt;
  return static_cast<std::int32_t>(day - kEpoch);
}

std::optional<std::int64_t> MicrosOf(const google::protobuf::Timestamp& instant) {
  const bool sound = instant.seconds() >= (kFirstDay - kEpoch) * kSecondsPerDay &&
                     instant.seconds() < (kEndOfDays - kEpoch) * kSecondsPerDay &&
                     instant.nanos() >= 0 && instant.nanos() < 1'000'000'000;
  if (!sound) return std::nullopt;
  return instant.seconds() * kMicrosPerSecond + instant.nanos() / 1000;
}

ContactColumnBuilder::ContactColumnBuilder(v1::AttributeType type) : cells_(CellsOf(type)) {}

void ContactColumnBuilder::FillUp(int row_count) {
  for (; row_count_ < row_count; ++row_count_) {
    cells_->AddUnknown();
    AppendBit(row_count_, false, validity_);
    all_known_ = false;
  }
}

void ContactColumnBuilder::Set(int row, const v1::AttributeValue& value) {
  FillUp(row);
  cells_->Add(value);
  AppendBit(row_count_++, true, validity_);
}

void ContactColumnBuilder::Build(int row_count, v1::ContactColumn* column) {
  FillUp(row_count);
  cells_->MoveTo(column);
  if (!all_known_) column->set_validity(std::move(validity_));
}

}  // namespace cible
