// The words of personas: what attributes are about, and how each language
// says it. Read from the files of catalogues/, which are built into the
// library: a new language is a file there and a line in `LanguageCode`.

#ifndef CIBLE_SEGMENTATION_PERSONAS_CATALOGUE_H_
#define CIBLE_SEGMENTATION_PERSONAS_CATALOGUE_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "segmentation/personas/portrait.h"

namespace cible {

// Whether and where a concept may be named; see catalogues/concepts.txt.
enum class ConceptKind { kBehaviour, kNeed, kAcquisition, kLife, kAge, kFigure, kSilent };

// "en", "fr".
absl::string_view LanguageCode(Language language);
absl::Span<const Language> AllLanguages();

// Text in sections of `key = value` lines. "#" starts a comment line, "~" is a
// narrow no-break space, a key may come several times.
using Section = std::vector<std::pair<std::string, std::string>>;
using Sections = std::map<std::string, Section>;

// Errors: INVALID_ARGUMENT for a line that is neither; the message gives its
// number.
absl::StatusOr<Sections> ParseSections(absl::string_view text);

// How one language says one concept. An empty text: not said.
struct Wording {
  std::string label;  // "wine spend".
  // What the segment is called when it has more, or less, of it.
  struct Direction {
    std::string noun;    // "families"
    std::string before;  // "web-first", before the noun
    std::string after;   // "who buy on the web", after it
    bool empty() const { return noun.empty() && before.empty() && after.empty(); }
  };
  Direction more;
  Direction less;
};

using Arguments = std::vector<std::pair<absl::string_view, std::string>>;

// `pattern` with every {name} replaced by its argument.
std::string Fill(absl::string_view pattern, const Arguments& arguments);

class Catalogue;

// "wine, meat and fish".
std::string Listed(const std::vector<std::string>& items, const Catalogue& catalogue);

// One language. Immutable.
class Catalogue {
 public:
  static const Catalogue& For(Language language);

  // REQUIRES: the catalogue has the message (checked by a test for all).
  std::string Message(absl::string_view key, const Arguments& arguments = {}) const;

  // The wording of a concept; null if the catalogue has none.
  const Wording* WordingOf(absl::string_view concept_id) const;

  // Abbreviations of headers: "mnt" is read "spend"; "" leaves a word out.
  // Null when the word stands for itself.
  const std::string* Spelling(absl::string_view token) const;

  // "{n} years" for "years"; null for an unknown unit.
  const std::string* Unit(absl::string_view unit) const;

  const std::vector<std::string>& denied() const { return denied_; }
  const std::vector<std::string>& denied_in_names() const { return denied_in_names_; }

  // Whether a whole word of the text is denied in texts, or in names.
  bool DeniesText(absl::string_view text) const;
  bool DeniesName(absl::string_view name) const;

  // Every text of the catalogue that can reach a reader, patterns unfilled.
  std::vector<std::string> AllTexts() const;

 private:
  explicit Catalogue(const Sections& sections);

  std::map<std::string, std::string> messages_;
  std::map<std::string, std::string> spellings_;
  std::map<std::string, std::string> units_;
  std::map<std::string, Wording> wordings_;
  std::vector<std::string> denied_;
  std::vector<std::string> denied_in_names_;
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_CATALOGUE_H_
