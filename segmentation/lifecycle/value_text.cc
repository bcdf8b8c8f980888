#include "segmentation/lifecycle/value_text.h"

#include <cmath>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
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

absl::string_view NameOf(BuyingRole role) {
  switch (role) {
    case BuyingRole::kUnknown: return "";
    case BuyingRole::kDecides: return "DECIDES";
    case BuyingRole::kAdvises: return "ADVISES";
    case BuyingRole::kUses: return "USES";
  }
  return "";
}

// The entry of a row, where there are any.
template <typename T>
const T* EntryOf(const std::vector<T>& entries, std::size_t row) {
  return entries.empty() ? nullptr : &entries[row];
}

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

std::string FactText(absl::string_view fact, const ContactFacts& facts, std::size_t row) {
  absl::ConsumePrefix(&fact, "contact.");
  if (fact == "kind") {
    const auto* kind = EntryOf(facts.kinds, row);
    if (kind == nullptr) return "";
    return *kind == ContactKind::kPerson ? "PERSON" : "ORGANIZATION";
  }
  if (fact == "stage") {
    const auto* stage = EntryOf(facts.stages, row);
    const bool is_known = stage != nullptr && *stage != Stage::kUnknown;
    return is_known ? std::string(Name(*stage)) : "";
  }
  if (fact == "buying_role") {
    const auto* role = EntryOf(facts.buying_roles, row);
    return role == nullptr ? "" : std::string(NameOf(*role));
  }
  if (fact == "organization") {
    const auto* organization = EntryOf(facts.organizations, row);
    if (organization == nullptr) return "";
    return organization->empty() ? "no" : "yes";
  }
  for (const LifecycleField field : kLifecycleFields) {
    const auto* state = EntryOf(facts.lifecycles, row);
    if (fact != Name(field) || state == nullptr) continue;
    return std::string(ValueName(field, state->Get(field)));
  }
  return "";
}

}  // namespace cible
