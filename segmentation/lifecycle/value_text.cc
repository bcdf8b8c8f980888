#include "segmentation/lifecycle/value_text.h"

#include <cmath>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "segmentation/data/date_text.h"

namespace cible {
namespace {

struct Text {
  std::string operator()(double number) const { return NumberText(number); }
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(const StringSet& set) const { return absl::StrJoin(set.members, ", "); }
  std::string operator()(bool yes) const { return yes ? "yes" : "no"; }
  std::string operator()(Date date) const { return FormatDate(date); }
  std::string operator()(Timestamp timestamp) const { return FormatTimestamp(timestamp); }
  std::string operator()(LatLng place) const {
    return absl::StrCat(NumberText(place.latitude), ", ", NumberText(place.longitude));
  }
};

}  // namespace

std::string NumberText(double number) {
  constexpr double kExactlyWhole = 1e15, kTooSmallForDecimals = 1e-3;
  if (number == std::round(number) && std::abs(number) < kExactlyWhole) {
    return absl::StrCat(static_cast<std::int64_t>(number));
  }
  if (std::abs(number) < kTooSmallForDecimals || std::abs(number) >= kExactlyWhole) {
    return absl::StrFormat("%.4g", number);
  }
  std::string text = absl::StrFormat("%.4f", number);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string ValueText(const Value& value) { return std::visit(Text(), value); }

}  // namespace cible
