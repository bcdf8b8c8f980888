#include "server/services/violations.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "server/rpc/status.h"

namespace cible {
namespace {

constexpr std::size_t kShownName = 64;

std::string Place(const Violation& violation) {
  return violation.request < 0 ? "" : absl::StrCat("requests[", violation.request, "]");
}

// The one whose code and reason the status has.
const Violation& Gravest(const std::vector<Violation>& violations) {
  const auto invalid =
      std::find_if(violations.begin(), violations.end(), [](const Violation& violation) {
        return violation.code == absl::StatusCode::kInvalidArgument;
      });
  return invalid == violations.end() ? violations.front() : *invalid;
}

// As many as there is room for.
google::rpc::BadRequest Details(const std::vector<Violation>& violations) {
  google::rpc::BadRequest details;
  for (const Violation& violation : violations) {
    auto* message = details.add_field_violations();
    const std::string place = Place(violation);
    message->set_field(absl::StrCat(place, place.empty() ? "" : ".", violation.field));
    message->set_description(violation.reason);
    if (details.ByteSizeLong() > kMaxDetailBytes) {
      details.mutable_field_violations()->RemoveLast();
      break;
    }
  }
  return details;
}

}  // namespace

absl::Status ToStatus(const std::vector<Violation>& violations) {
  const Violation& gravest = Gravest(violations);
  const google::rpc::BadRequest details = Details(violations);
  const std::string place = Place(gravest);
  std::string sentence = absl::StrCat(place, place.empty() ? "" : ": ", gravest.reason);
  const auto all = static_cast<int>(violations.size());
  const int shown = details.field_violations_size();
  if (all > 1) {
    absl::StrAppend(&sentence, "; ", all, " things are wrong in all, ",
                    shown == all ? "each in the details"
                                 : absl::StrCat("the first ", shown, " in the details, ",
                                                all - shown, " left out"));
  }
  absl::Status status(gravest.code, sentence);
  AddDetail(details, status);
  return status;
}

std::string Quoted(absl::string_view name) {
  std::size_t length = std::min(name.size(), kShownName);
  // Between characters of UTF-8.
  while (length > 0 && length < name.size() &&
         (static_cast<unsigned char>(name[length]) & 0xC0) == 0x80) {
    --length;
  }
  return absl::StrCat("\"", absl::Utf8SafeCHexEscape(name.substr(0, length)),
                      length < name.size() ? "...\"" : "\"");
}

}  // namespace cible
