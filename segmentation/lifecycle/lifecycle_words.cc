// What is found and what to do in the words of a language; catalogues/ has them.

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "segmentation/lifecycle/qualification.h"
#include "segmentation/personas/catalogue.h"

namespace cible {
namespace {

constexpr std::size_t kMostQuestions = 3;

bool IsYesNo(LifecycleField field) {
  return field == LifecycleField::kFormerCustomer || field == LifecycleField::kAmbassador;
}

bool IsFinding(LifecycleField field) {
  return ValueNames(field) == ValueNames(LifecycleField::kBudget);
}

// In the other language where it is not put in this one.
const std::string& In(Language language, const Question& question) {
  const bool is_french = language == Language::kFrench;
  const std::string& own = is_french ? question.fr : question.en;
  return !own.empty() ? own : is_french ? question.en : question.fr;
}

// What is unknown, what is worth most first.
std::vector<CriterionPoints> OpenCriteria(const Qualification& qualification) {
  std::vector<CriterionPoints> open;
  for (const CriterionPoints& criterion : qualification.criteria) {
    if (criterion.finding == Finding::kUnknown) open.push_back(criterion);
  }
  std::stable_sort(open.begin(), open.end(),
                   [](const auto& a, const auto& b) { return a.worth > b.worth; });
  return open;
}

std::string QualifyText(const std::vector<CriterionPoints>& open, Language language) {
  const Catalogue& catalogue = Catalogue::For(language);
  if (open.empty()) return catalogue.Message("lifecycle.do.QUALIFY.nothing");
  std::vector<std::string> questions, fields;
  for (const CriterionPoints& criterion : open) {
    const std::string& question = In(language, criterion.question);
    fields.push_back(FieldWords(criterion.field, language));
    if (question.empty() || questions.size() == kMostQuestions) continue;
    questions.push_back(catalogue.Message("lifecycle.quoted", {{"text", question}}));
  }
  if (questions.empty()) {
    return catalogue.Message("lifecycle.do.QUALIFY.find_out",
                             {{"fields", Listed(fields, catalogue)}});
  }
  return catalogue.Message("lifecycle.do.QUALIFY", {{"questions", Listed(questions, catalogue)}});
}

std::string UpsellText(const Policy& policy, const std::vector<std::string>& ids,
                       const Catalogue& catalogue) {
  if (ids.empty()) return catalogue.Message("lifecycle.do.UPSELL.any");
  std::vector<std::string> offers;
  for (const std::string& id : ids) {
    const auto offer = std::find_if(policy.offers.begin(), policy.offers.end(),
                                    [&](const auto& each) { return each.offer.id == id; });
    const bool has_name = offer != policy.offers.end() && !offer->offer.display_name.empty();
    offers.push_back(catalogue.Message("lifecycle.quoted",
                                       {{"text", has_name ? offer->offer.display_name : id}}));
  }
  return catalogue.Message("lifecycle.do.UPSELL", {{"offers", Listed(offers, catalogue)}});
}

}  // namespace

std::string FieldWords(LifecycleField field, Language language) {
  return Catalogue::For(language).Message(absl::StrCat("lifecycle.field.", Name(field)));
}

std::string ValueWords(LifecycleField field, int value, Language language) {
  const Catalogue& catalogue = Catalogue::For(language);
  const absl::string_view name = ValueName(field, value);
  if (name.empty()) return catalogue.Message("lifecycle.unknown");
  if (IsYesNo(field)) return catalogue.Message(name == "true" ? "answer.yes" : "answer.no");
  const absl::string_view kind = IsFinding(field) ? "finding" : Name(field);
  return catalogue.Message(absl::StrCat("lifecycle.", kind, ".", name));
}

std::string ReasonWords(LifecycleField field, const FieldReason& reason, Language language) {
  const Catalogue& catalogue = Catalogue::For(language);
  const auto of_condition = [&](absl::string_view key) {
    return catalogue.Message(
        key, {{"name", reason.condition->name()}, {"text", reason.condition->text()}});
  };
  switch (reason.kind) {
    case ReasonKind::kNothing: return catalogue.Message("lifecycle.reason.nothing");
    case ReasonKind::kCondition: return of_condition("lifecycle.reason.condition");
    case ReasonKind::kNotCondition: return of_condition("lifecycle.reason.not_condition");
    case ReasonKind::kKept: return catalogue.Message("lifecycle.reason.kept");
    case ReasonKind::kInherited: return catalogue.Message("lifecycle.reason.inherited");
    case ReasonKind::kOtherwise:
      return catalogue.Message(field == LifecycleField::kRelation
                                   ? "lifecycle.reason.otherwise.relation"
                                   : "lifecycle.reason.otherwise");
    case ReasonKind::kDormantTooLong: return catalogue.Message("lifecycle.reason.dormant");
    case ReasonKind::kFit: return catalogue.Message("lifecycle.reason.fit");
    case ReasonKind::kOverride: return catalogue.Message("lifecycle.reason.override");
  }
  return "";
}

std::string ActionText(const Policy& policy, const LifecycleState& state,
                       const Qualification& qualification,
                       const std::vector<std::string>& offers_not_bought, Language language) {
  const Catalogue& catalogue = Catalogue::For(language);
  switch (state.next_action()) {
    case NextAction::kUnknown: return "";
    case NextAction::kQualify: return QualifyText(OpenCriteria(qualification), language);
    case NextAction::kUpsell: return UpsellText(policy, offers_not_bought, catalogue);
    case NextAction::kNone:
    case NextAction::kNurture:
    case NextAction::kContactNow:
    case NextAction::kWinBack:
    case NextAction::kThank:
    case NextAction::kLeaveAlone: break;
  }
  const int action = state.Get(LifecycleField::kNextAction);
  return catalogue.Message(
      absl::StrCat("lifecycle.do.", ValueName(LifecycleField::kNextAction, action)));
}

}  // namespace cible
