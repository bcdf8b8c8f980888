#include "segmentation/data/storable.h"

#include <variant>

#include "absl/strings/str_cat.h"
#include "segmentation/data/contact_table.h"

namespace cible {
namespace {

constexpr absl::string_view kNoControls =
    "text without control characters, tabs and ends of lines excepted";

absl::Status Expected(const Attribute& attribute, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("attribute \"", attribute.id, "\" is ",
                                                 Name(attribute.type), "; expected ", what));
}

absl::Status CheckText(const std::string& text, const Attribute& attribute) {
  if (text.size() > kMaxTextBytes) {
    return Expected(attribute,
                    absl::StrCat("at most ", kMaxTextBytes, " bytes of text; got ", text.size()));
  }
  return HasControlCharacters(text) ? Expected(attribute, kNoControls) : absl::OkStatus();
}

absl::Status CheckTags(const StringSet& set, const Attribute& attribute) {
  std::size_t bytes = 0;
  bool has_controls = false;
  for (const std::string& tag : set.members) {
    bytes += tag.size();
    has_controls = has_controls || HasControlCharacters(tag);
  }
  if (set.members.size() > kMaxTags || bytes > kMaxTextBytes) {
    return Expected(attribute,
                    absl::StrCat("at most ", kMaxTags, " tags of ", kMaxTextBytes,
                                 " bytes together; got ", set.members.size(), " of ", bytes));
  }
  return has_controls ? Expected(attribute, kNoControls) : absl::OkStatus();
}

}  // namespace

bool HasControlCharacters(absl::string_view text) {
  // Without a branch, so that it is compiled to vector instructions.
  bool found = false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    found |= (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7f;
  }
  return found;
}

absl::Status DerivedError(const Attribute& attribute) {
  return absl::InvalidArgumentError(absl::StrCat("attribute \"", attribute.id,
                                                 "\" is worked out from ", attribute.derived_from,
                                                 " and cannot be stored; leave it out"));
}

absl::Status CheckStorable(const Value& value, const Attribute& attribute) {
  if (IsDerived(attribute)) return DerivedError(attribute);
  if (absl::Status status = CheckValue(value, attribute); !status.ok()) return status;
  if (const auto* text = std::get_if<std::string>(&value)) return CheckText(*text, attribute);
  if (const auto* set = std::get_if<StringSet>(&value)) return CheckTags(*set, attribute);
  return absl::OkStatus();
}

}  // namespace cible
