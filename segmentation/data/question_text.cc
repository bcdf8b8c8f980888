#include "segmentation/data/question_text.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace cible {
namespace {

// "Marital_Status" and "VisitFrequency" as people say them; a header with
// blanks of its own is left as it is.
std::string SpokenName(const Attribute& attribute) {
  if (attribute.display_name.find(' ') != std::string::npos) return attribute.display_name;
  std::string words = HeaderWords(attribute.display_name);
  words = words.substr(1, words.size() - 2);
  // The words of an accented header have lost their accents: keep the header.
  const auto ascii = [](char c) { return absl::ascii_isascii(c); };
  const std::string& name = attribute.display_name;
  if (!std::all_of(name.begin(), name.end(), ascii)) return name;
  return absl::StrReplaceAll(words, {{"_", " "}});
}

bool IsQuestion(absl::string_view words) {
  return HasWords(words,
                  "how|what|which|when|where|who|why|do_you|are_you|comment|combien|quel|"
                  "quelle|quels|quelles|pourquoi") &&
         std::count(words.begin(), words.end(), '_') > 4;
}

}  // namespace

Question QuestionFor(const Attribute& attribute, const Meaning& meaning) {
  const std::string words = HeaderWords(attribute.display_name);
  const std::string name = SpokenName(attribute);
  if (IsQuestion(words)) {
    const std::string asked = absl::EndsWith(name, "?") ? name : absl::StrCat(name, "?");
    return {asked, meaning.question.fr.empty() ? asked : meaning.question.fr};
  }
  if (attribute.birth == Birth::kBirthDate) {
    return {"When were you born?", "Quelle est votre date de naissance\u202f?"};
  }
  if (!meaning.question.en.empty() && attribute.type != AttributeType::kBoolean) {
    return meaning.question;
  }
  if (attribute.type == AttributeType::kBoolean && attribute.criterion == Criterion::kNeeds) {
    return {absl::StrCat("Would you say \"", name, "\"?"),
            absl::StrCat("Diriez-vous «\u202f", name, "\u202f»\u202f?")};
  }
  switch (attribute.type) {
    case AttributeType::kBoolean:
      return {absl::StrCat("Yes or no: ", name, "?"),
              absl::StrCat("Oui ou non\u202f: ", name, "\u202f?")};
    case AttributeType::kNumeric:
      return {absl::StrCat("How much or how many: ", name, "?"),
              absl::StrCat("Combien\u202f: ", name, "\u202f?")};
    case AttributeType::kSet:
      return {absl::StrCat("Which of these apply to you: ", name, "?"),
              absl::StrCat("Lesquels vous correspondent\u202f: ", name, "\u202f?")};
    default:
      return {absl::StrCat("Which fits you best: ", name, "?"),
              absl::StrCat("Que choisiriez-vous\u202f: ", name, "\u202f?")};
  }
}

}  // namespace cible
