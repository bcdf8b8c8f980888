#include "clients/cli/lifecycle_words.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "clients/cli/wrong_usage.h"
#include "segmentation/data/lifecycle_state.h"
#include "segmentation/lifecycle/qualification.h"
#include "segmentation/personas/catalogue.h"

namespace cible {
namespace {

// "qualification.budget" to "budget".
std::string ShortWord(absl::string_view name) {
  return std::string(absl::StripPrefix(name, "qualification."));
}

// Both sides have the same integers; null: a field of a later version of the API.
const LifecycleField* Known(v1::LifecycleField field) {
  const auto* found = std::find(kLifecycleFields.begin(), kLifecycleFields.end(),
                                static_cast<LifecycleField>(field));
  return found == kLifecycleFields.end() ? nullptr : found;
}

absl::StatusOr<v1::LifecycleField> FieldOfWord(absl::string_view text) {
  const std::string word = ShortWord(absl::StripPrefix(text, "contact."));
  std::vector<std::string> words;
  for (const auto& [known, field] : LifecycleFieldChoices()) {
    if (absl::EqualsIgnoreCase(known, word)) return field;
    words.push_back(known);
  }
  return WrongUsage(absl::StrCat("an override is of one of ", absl::StrJoin(words, ", ")));
}

// The name of a value as it was typed: "not met", "Customer", "yes".
absl::StatusOr<std::string> NameOfValue(LifecycleField field, absl::string_view text) {
  const std::string word =
      absl::StrReplaceAll(absl::AsciiStrToUpper(text), {{" ", "_"}, {"-", "_"}});
  const auto& names = ValueNames(field);
  for (const absl::string_view name : names) {
    const bool is_synonym = (name == "true" && word == "YES") || (name == "false" && word == "NO");
    if (absl::EqualsIgnoreCase(name, word) || is_synonym) return std::string(name);
  }
  return WrongUsage(
      absl::StrCat(ShortWord(Name(field)), " is one of ", absl::StrJoin(names, ", ")));
}

}  // namespace

const Choices<v1::LifecycleField>& LifecycleFieldChoices() {
  static const auto& choices = *[] {
    auto* all = new Choices<v1::LifecycleField>;
    for (const LifecycleField field : kLifecycleFields) {
      all->emplace_back(ShortWord(Name(field)), static_cast<v1::LifecycleField>(field));
    }
    return all;
  }();
  return choices;
}

Cell FieldCell(v1::LifecycleField field, Language language) {
  const LifecycleField* known = Known(field);
  if (known == nullptr) return absl::StrCat("field ", field);
  return {FieldWords(*known, language), ShortWord(Name(*known))};
}

Cell ValueCell(v1::LifecycleField field, const std::string& name, Language language) {
  if (name.empty()) return {Catalogue::For(language).Message("lifecycle.unknown"), ""};
  const LifecycleField* known = Known(field);
  const auto value = known == nullptr ? std::nullopt : ValueOfName(*known, name);
  if (!value.has_value()) return name;
  return {ValueWords(*known, *value, language), name};
}

std::string RelationWords(const v1::Classification& contact, Language language) {
  const bool has_stage = contact.customer_stage() > v1::CUSTOMER_STAGE_NONE;
  std::vector<std::string> words = {
      has_stage ? ValueWords(LifecycleField::kCustomerStage, contact.customer_stage(), language)
                : ValueWords(LifecycleField::kRelation, contact.relation(), language)};
  if (contact.former_customer()) {
    words.push_back(FieldWords(LifecycleField::kFormerCustomer, language));
  }
  if (contact.ambassador()) words.push_back(FieldWords(LifecycleField::kAmbassador, language));
  return absl::StrJoin(words, ", ");
}

std::string FindingMark(v1::Finding finding) {
  if (finding == v1::FINDING_MET) return "✓";
  return finding == v1::FINDING_NOT_MET ? "✗" : "?";
}

absl::StatusOr<v1::LifecycleOverride> ParseOverride(const std::string& text, bool with_value) {
  const std::size_t equals = text.find('=');
  if (with_value && equals == std::string::npos) {
    return WrongUsage("an override needs FIELD=VALUE, e.g. relation=customer or budget=met");
  }
  if (!with_value && equals != std::string::npos) {
    return WrongUsage("--withdraw takes the FIELD alone, e.g. relation");
  }
  const auto field = FieldOfWord(absl::StripAsciiWhitespace(text.substr(0, equals)));
  if (!field.ok()) return field.status();
  v1::LifecycleOverride said;
  said.set_field(*field);
  if (!with_value) return said;
  auto value = NameOfValue(*Known(*field), absl::StripAsciiWhitespace(text.substr(equals + 1)));
  if (!value.ok()) return value.status();
  said.set_value(*std::move(value));
  return said;
}

}  // namespace cible
