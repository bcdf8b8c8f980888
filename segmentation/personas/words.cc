#include "segmentation/personas/words.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <utility>

namespace cible {
namespace {

std::string MapUnicode(absl::string_view text, int options) {
  utf8proc_uint8_t* mapped = nullptr;
  const utf8proc_ssize_t length = utf8proc_map(
      reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
      static_cast<utf8proc_ssize_t>(text.size()), &mapped, static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
  if (length < 0) return std::string(text);
  return std::string(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(length));
}

std::string Folded(absl::string_view text) {
  return MapUnicode(text,
                    UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD);
}

std::string Lowered(absl::string_view text) {
  return MapUnicode(text, UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
}

enum class Letter { kOther, kSmall, kCapital, kDigit };

Letter KindOf(utf8proc_int32_t codepoint) {
  switch (utf8proc_category(codepoint)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LT: return Letter::kCapital;
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC: return Letter::kSmall;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL: return Letter::kDigit;
    default: return Letter::kOther;
  }
}

struct Character {
  absl::string_view bytes;
  Letter kind = Letter::kOther;
};

std::vector<Character> CharactersOf(absl::string_view text) {
  std::vector<Character> characters;
  std::size_t at = 0;
  while (at < text.size()) {
    utf8proc_int32_t codepoint = -1;
    const utf8proc_ssize_t read =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data() + at),
                         static_cast<utf8proc_ssize_t>(text.size() - at), &codepoint);
    const std::size_t length = read > 0 ? static_cast<std::size_t>(read) : 1;
    characters.push_back({text.substr(at, length), read > 0 ? KindOf(codepoint) : Letter::kOther});
    at += length;
  }
  return characters;
}

// Whether a word ends before character i: aB, a1, 1a, and ABc before the B.
bool StartsWord(const std::vector<Character>& characters, std::size_t i) {
  const Letter before = characters[i - 1].kind;
  const Letter here = characters[i].kind;
  if (here == Letter::kDigit || before == Letter::kDigit) return here != before;
  if (before == Letter::kSmall) return here == Letter::kCapital;
  return here == Letter::kCapital && i + 1 < characters.size() &&
         characters[i + 1].kind == Letter::kSmall;
}

std::vector<std::string> Split(absl::string_view text, bool inside_words) {
  const std::vector<Character> characters = CharactersOf(text);
  std::vector<std::string> words;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) words.push_back(std::exchange(word, {}));
  };
  for (std::size_t i = 0; i < characters.size(); ++i) {
    if (characters[i].kind == Letter::kOther) {
      end_word();
      continue;
    }
    if (inside_words && !word.empty() && StartsWord(characters, i)) end_word();
    word.append(characters[i].bytes.data(), characters[i].bytes.size());
  }
  end_word();
  return words;
}

}  // namespace

std::vector<std::string> SplitIdentifier(absl::string_view identifier) {
  return Split(identifier, true);
}

std::vector<std::string> Tokens(absl::string_view identifier) {
  std::vector<std::string> tokens = SplitIdentifier(identifier);
  for (std::string& token : tokens) token = Folded(token);
  return tokens;
}

std::vector<std::string> LowerWords(absl::string_view sentence) {
  return Split(Lowered(sentence), false);
}

std::string LowerUnlessAbbreviation(absl::string_view word) {
  const std::vector<Character> characters = CharactersOf(word);
  const bool all_capitals =
      std::all_of(characters.begin(), characters.end(),
                  [](const Character& c) { return c.kind == Letter::kCapital; });
  return all_capitals ? std::string(word) : Lowered(word);
}

std::string Capitalised(absl::string_view sentence) {
  const std::vector<Character> characters = CharactersOf(sentence);
  if (characters.empty() || characters[0].kind != Letter::kSmall) return std::string(sentence);
  utf8proc_int32_t first = 0;
  utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(sentence.data()),
                   static_cast<utf8proc_ssize_t>(sentence.size()), &first);
  utf8proc_uint8_t upper[4];
  const auto length = utf8proc_encode_char(utf8proc_toupper(first), upper);
  std::string result(reinterpret_cast<const char*>(upper), static_cast<std::size_t>(length));
  return result.append(sentence.substr(characters[0].bytes.size()).data(),
                       sentence.size() - characters[0].bytes.size());
}

}  // namespace cible
