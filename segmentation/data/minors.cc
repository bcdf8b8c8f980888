#include "segmentation/data/minors.h"

#include <optional>

#include "absl/time/civil_time.h"

namespace cible {
namespace {

constexpr std::int64_t kDayMicros = 86'400'000'000;

absl::CivilDay CivilDayOf(std::int64_t days) { return absl::CivilDay(1970, 1, 1) + days; }

// Whether somebody born on that day has no eighteenth birthday by `day`. Who was
// born on 29 February has it on 1 March.
bool IsUnderage(std::int64_t birth_days, Date day) {
  const absl::CivilDay birth = CivilDayOf(birth_days);
  const absl::CivilDay majority(birth.year() + kAgeOfMajority, birth.month(), birth.day());
  return birth <= CivilDayOf(day.days) && CivilDayOf(day.days) < majority;
}

}  // namespace

bool IsUnderage(const Value& value, Birth birth, Date day) {
  if (const auto* date = std::get_if<Date>(&value)) return IsUnderage(date->days, day);
  if (const auto* instant = std::get_if<Timestamp>(&value)) {
    const std::int64_t micros = instant->micros;
    return IsUnderage(micros / kDayMicros - (micros % kDayMicros < 0 ? 1 : 0), day);
  }
  const auto* number = std::get_if<double>(&value);
  if (number == nullptr) return false;
  if (birth == Birth::kAge) return *number >= 0 && *number < kAgeOfMajority;
  // Turns 18 in the last of these years, on a day that is not known.
  const auto year = static_cast<double>(CivilDayOf(day.days).year());
  return *number <= year && year - *number <= kAgeOfMajority;
}

std::vector<std::string> BirthAttributes(const Schema& schema) {
  std::vector<std::string> ids;
  for (const Attribute& attribute : schema.attributes()) {
    if (attribute.birth != Birth::kNone) ids.push_back(attribute.id);
  }
  return ids;
}

std::vector<std::uint8_t> FindMinors(const ContactTable& table, const Schema& schema, Date day) {
  std::vector<std::uint8_t> minors(static_cast<std::size_t>(table.row_count));
  for (const Attribute& attribute : schema.attributes()) {
    const Column* column = attribute.birth == Birth::kNone ? nullptr : table.Find(attribute.id);
    for (int row = 0; column != nullptr && row < table.row_count; ++row) {
      const std::optional<Value> value = Get(*column, row);
      if (value.has_value() && IsUnderage(*value, attribute.birth, day)) {
        minors[static_cast<std::size_t>(row)] = 1;
      }
    }
  }
  return minors;
}

}  // namespace cible
