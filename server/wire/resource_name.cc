#include "server/wire/resource_name.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/wire/utf8.h"

namespace cible {
namespace {

constexpr std::size_t kMaxContactId = 128;
constexpr std::size_t kMaxResourceId = 63;

// What names of a kind look like, and the collection at their end.
absl::string_view Format(ResourceKind kind) {
  switch (kind) {
    case ResourceKind::kWorkspace: return "workspaces/{workspace}";
    case ResourceKind::kSchema: return "workspaces/{workspace}/schema";
    case ResourceKind::kLifecyclePolicy: return "workspaces/{workspace}/lifecyclePolicy";
    case ResourceKind::kContact: return "workspaces/{workspace}/contacts/{contact}";
    case ResourceKind::kSegmentation: return "workspaces/{workspace}/segmentations/{segmentation}";
    case ResourceKind::kModel:
      return "workspaces/{workspace}/segmentations/{segmentation}/models/{model}";
    case ResourceKind::kSegment:
      return "workspaces/{workspace}/segmentations/{segmentation}/segments/{segment}";
    case ResourceKind::kPersona:
      return "workspaces/{workspace}/segmentations/{segmentation}/personas/{persona}";
    case ResourceKind::kTrainingRun:
      return "workspaces/{workspace}/segmentations/{segmentation}/trainingRuns/{run}";
  }
  return "";
}

bool IsUnreserved(char c) {
  return absl::ascii_isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

// RFC 3986, section 2.
std::string PercentEncode(absl::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (IsUnreserved(c)) {
      encoded.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
  }
  return encoded;
}

int HexDigit(char c) {
  if (absl::ascii_isdigit(c)) return c - '0';
  return absl::ascii_isxdigit(c) ? absl::ascii_tolower(c) - 'a' + 10 : -1;
}

bool PercentDecode(absl::string_view text, std::string* decoded) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded->push_back(text[i]);
      continue;
    }
    if (i + 2 >= text.size() || HexDigit(text[i + 1]) < 0 || HexDigit(text[i + 2]) < 0)
      return false;
    decoded->push_back(static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2])));
    i += 2;
  }
  return true;
}

// What comes before the first "/", which is taken off, too.
absl::string_view TakePart(absl::string_view* text) {
  const std::size_t slash = text->find('/');
  const absl::string_view part = text->substr(0, slash);
  *text = slash == absl::string_view::npos ? absl::string_view() : text->substr(slash + 1);
  return part;
}

// Whether `part` of a name fits `pattern`, a part of a format.
bool FitsPart(absl::string_view pattern, absl::string_view part, ResourceName& name) {
  if (!absl::StartsWith(pattern, "{")) return part == pattern;
  if (pattern == "{contact}") {
    return PercentDecode(part, &name.id) && CheckContactId(name.id).ok();
  }
  if (!CheckResourceId(part).ok()) return false;
  if (pattern == "{workspace}") {
    name.workspace = std::string(part);
  } else if (pattern == "{segmentation}") {
    name.segmentation = std::string(part);
  } else {
    name.id = std::string(part);
  }
  return true;
}

}  // namespace

absl::StatusOr<ResourceName> ResourceName::Parse(absl::string_view name, ResourceKind kind) {
  // Part by part, without a list of them: every call names something.
  ResourceName parsed{.kind = kind};
  absl::string_view patterns = Format(kind), parts = name;
  bool fits = true;
  while (fits && !patterns.empty()) {
    const bool both_go_on = absl::StrContains(patterns, '/') == absl::StrContains(parts, '/');
    fits = both_go_on && FitsPart(TakePart(&patterns), TakePart(&parts), parsed);
  }
  if (fits) return parsed;
  return absl::InvalidArgumentError(
      absl::StrCat("a resource name is malformed; expected `", Format(kind), "`"));
}

std::string ResourceName::ToString() const {
  std::string text;
  for (const absl::string_view part : absl::StrSplit(Format(kind), '/')) {
    if (!text.empty()) text.push_back('/');
    if (part == "{workspace}") {
      text.append(workspace);
    } else if (part == "{segmentation}") {
      text.append(segmentation);
    } else if (absl::StartsWith(part, "{")) {
      text.append(PercentEncode(id));
    } else {
      text.append(part.data(), part.size());
    }
  }
  return text;
}

ResourceName WorkspaceName(absl::string_view workspace) {
  return {.kind = ResourceKind::kWorkspace, .workspace = std::string(workspace)};
}

ResourceName SchemaName(absl::string_view workspace) {
  return {.kind = ResourceKind::kSchema, .workspace = std::string(workspace)};
}

ResourceName LifecyclePolicyName(absl::string_view workspace) {
  return {.kind = ResourceKind::kLifecyclePolicy, .workspace = std::string(workspace)};
}

ResourceName ContactName(absl::string_view workspace, absl::string_view contact) {
  return {.kind = ResourceKind::kContact,
          .workspace = std::string(workspace),
          .id = std::string(contact)};
}

ResourceName SegmentationName(absl::string_view workspace, absl::string_view segmentation) {
  return {.kind = ResourceKind::kSegmentation,
          .workspace = std::string(workspace),
          .segmentation = std::string(segmentation)};
}

ResourceName NameWithin(const ResourceName& segmentation, ResourceKind kind, absl::string_view id) {
  ResourceName name = segmentation;
  name.kind = kind;
  name.id = std::string(id);
  return name;
}

absl::Status CheckContactId(absl::string_view id) {
  const bool control =
      std::any_of(id.begin(), id.end(), [](char c) { return absl::ascii_iscntrl(c); });
  if (!id.empty() && id.size() <= kMaxContactId && !control && IsUtf8(id)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "a contact id has 1 to 128 bytes of UTF-8 without control characters");
}

absl::Status CheckResourceId(absl::string_view id) {
  const bool sound = std::all_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
  });
  if (!id.empty() && id.size() <= kMaxResourceId && absl::ascii_islower(id[0]) && sound) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      "an id has 1 to 63 characters: a lower-case letter, then lower-case letters, digits or "
      "\"-\"");
}

}  // namespace cible
