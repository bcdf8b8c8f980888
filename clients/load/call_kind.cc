#include "clients/load/call_kind.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace cible::load {
namespace {

struct KindRow {
  CallKind kind;
  absl::string_view name;
  const char* path;
};

constexpr char kAssignSegment[] = "/cible.v1.SegmentationService/AssignSegment";
constexpr char kAssignSegments[] = "/cible.v1.SegmentationService/AssignSegments";

// In the order of the enumeration.
constexpr std::array<KindRow, 6> kKinds = {{
    {CallKind::kUnary, "unary", kAssignSegment},
    {CallKind::kName, "name", kAssignSegment},
    {CallKind::kMatch, "match", "/cible.v1.PersonaService/MatchLead"},
    {CallKind::kRows, "rows", kAssignSegments},
    {CallKind::kTable, "table", kAssignSegments},
    {CallKind::kStream, "stream", "/cible.v1.SegmentationService/StreamAssignments"},
}};

const KindRow& RowOf(CallKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

absl::StatusOr<MixPart> ParsePart(absl::string_view text) {
  const std::vector<absl::string_view> sides = absl::StrSplit(text, absl::MaxSplits('=', 1));
  const auto row = std::find_if(kKinds.begin(), kKinds.end(),
                                [&](const KindRow& kind) { return kind.name == sides[0]; });
  if (row == kKinds.end()) {
    return absl::InvalidArgumentError(
        absl::StrCat("there is no kind of call \"", sides[0],
                     "\"; use unary, name, match, rows, table or stream"));
  }
  MixPart part{row->kind, 1};
  if (sides.size() == 1) return part;
  if (!absl::SimpleAtod(sides[1], &part.share) || !std::isfinite(part.share) || part.share <= 0) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", text, "\" has no share; write a positive number after the =, such as unary=95"));
  }
  return part;
}

}  // namespace

absl::string_view Name(CallKind kind) { return RowOf(kind).name; }

const char* MethodPath(CallKind kind) { return RowOf(kind).path; }

bool IsBulk(CallKind kind) {
  return kind == CallKind::kRows || kind == CallKind::kTable || kind == CallKind::kStream;
}

absl::StatusOr<std::vector<MixPart>> ParseMix(absl::string_view text) {
  std::vector<MixPart> mix;
  double sum = 0;
  for (const absl::string_view piece : absl::StrSplit(text, ',')) {
    const auto part = ParsePart(piece);
    if (!part.ok()) return part.status();
    for (const MixPart& other : mix) {
      if (other.kind != part->kind) continue;
      return absl::InvalidArgumentError(
          absl::StrCat("\"", Name(part->kind), "\" comes twice; add its shares up"));
    }
    sum += part->share;
    mix.push_back(*part);
  }
  for (MixPart& part : mix) {
    part.share /= sum;
    if (part.kind != CallKind::kStream || mix.size() == 1) continue;
    return absl::InvalidArgumentError(
        "a stream cannot be part of a mix; run a second cible-load beside this one");
  }
  return mix;
}

MixTurns::MixTurns(const std::vector<MixPart>& mix) : credits_(mix.size(), 0.0) {
  for (const MixPart& part : mix) shares_.push_back(part.share);
}

int MixTurns::Next() {
  // Smooth weighted round robin: who is owed most comes next.
  std::size_t next = 0;
  for (std::size_t i = 0; i < shares_.size(); ++i) {
    credits_[i] += shares_[i];
    if (credits_[i] > credits_[next]) next = i;
  }
  credits_[next] -= 1;
  return static_cast<int>(next);
}

}  // namespace cible::load
