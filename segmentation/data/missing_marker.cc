// IsMissingMarker, declared in inference.h.

#include <algorithm>
#include <array>

#include "absl/strings/match.h"
#include "segmentation/data/inference.h"
#include "segmentation/data/number_text.h"

namespace cible {
namespace {

constexpr std::size_t kLongestMarker = 20;

// "none" is an answer, and so are "other" and "nc", a place and a state.
constexpr std::array<absl::string_view, 52> kMarkers = {"na",
                                                        "n/a",
                                                        "n.a.",
                                                        "n.a",
                                                        "#n/a",
                                                        "#na",
                                                        "#n/d",
                                                        "<na>",
                                                        "n/d",
                                                        "nan",
                                                        "nat",
                                                        "null",
                                                        "(null)",
                                                        "<null>",
                                                        "nil",
                                                        "\\n",
                                                        "unknown",
                                                        "unk",
                                                        "(unknown)",
                                                        "unspecified",
                                                        "not specified",
                                                        "not available",
                                                        "not known",
                                                        "not provided",
                                                        "undefined",
                                                        "missing",
                                                        "(missing)",
                                                        "(blank)",
                                                        "select",
                                                        "select...",
                                                        "select one",
                                                        "please select",
                                                        "-- select --",
                                                        "--select--",
                                                        "choisir",
                                                        "choisir...",
                                                        "sélectionner",
                                                        "selectionner",
                                                        "inconnu",
                                                        "inconnue",
                                                        "non renseigné",
                                                        "non renseignée",
                                                        "non renseigne",
                                                        "n/c",
                                                        "n.c.",
                                                        "non communiqué",
                                                        "non communiquée",
                                                        "non communique",
                                                        "non précisé",
                                                        "non precise",
                                                        "0000-00-00",
                                                        "#null!"};

bool IsOnlyMarks(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c == '-' || c == '?' || c == '.' || c == '_'; });
}

}  // namespace

bool IsMissingMarker(absl::string_view text) {
  text = TrimBlanks(text);
  if (text.empty()) return true;
  if (text.size() > kLongestMarker) return false;
  // Most cells begin like no marker: decide them without comparing.
  constexpr absl::string_view kBeginnings = "nN#<(uUmMsSpP-\\cCiI0?._";
  if (kBeginnings.find(text[0]) == absl::string_view::npos) return false;
  if (IsOnlyMarks(text)) return true;
  return std::any_of(kMarkers.begin(), kMarkers.end(), [&](absl::string_view marker) {
    return text.size() == marker.size() && absl::EqualsIgnoreCase(text, marker);
  });
}

}  // namespace cible
