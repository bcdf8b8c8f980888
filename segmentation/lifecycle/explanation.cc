// The text for the contact concerned.
//
//   Regulation (EU) 2016/679 (GDPR), art. 15 (1) (h), 22.

#include <cmath>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "segmentation/behaviour/behaviour_attributes.h"
#include "segmentation/behaviour/organization_attributes.h"
#include "segmentation/lifecycle/qualification.h"
#include "segmentation/personas/catalogue.h"
#include "segmentation/personas/figures.h"
#include "segmentation/personas/words.h"

namespace cible {
namespace {

// A value as the person concerned reads it.
struct SpokenValue {
  const Attribute& attribute;
  const Catalogue& catalogue;

  std::string operator()(double number) const {
    const double digits = std::abs(number) < 1 ? 1e4 : 1e2;
    Attribute named = attribute;  // "Orders: 2", not "2 orders".
    if (absl::EqualsIgnoreCase(named.unit, named.display_name)) named.unit.clear();
    return FormatExactly(std::round(number * digits) / digits, named, catalogue);
  }
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(const StringSet& set) const {
    return set.members.empty() ? catalogue.Message("lifecycle.told.no_tag")
                               : Listed(set.members, catalogue);
  }
  std::string operator()(bool yes) const {
    return catalogue.Message(yes ? "answer.yes" : "answer.no");
  }
  std::string operator()(Date date) const { return FormatDate(date); }
  std::string operator()(Timestamp timestamp) const { return FormatDate(DayOf(timestamp)); }
  std::string operator()(LatLng place) const {
    return absl::StrCat((*this)(place.latitude), " / ", (*this)(place.longitude));
  }
};

// A fact of the contact: evidence tells it by its code.
std::string SpokenFact(const LifecycleEvidence& fact, const Catalogue& catalogue) {
  if (fact.attribute == "contact.organization") {
    return catalogue.Message(absl::StrCat("answer.", fact.value));
  }
  const bool is_stage = fact.attribute == "contact.stage";
  return catalogue.Message(
      absl::StrCat(is_stage ? "lifecycle.relation." : "lifecycle.fact.", fact.value));
}

std::string Signed(int points) {
  if (points == 0) return "0";
  return absl::StrCat(points > 0 ? "+" : "−", std::abs(points));
}

// What schemas call what is worked out, by its origin: in English.
const std::map<std::string, std::string>& NamesByOrigin() {
  static const auto* const names = [] {
    auto* all = new std::map<std::string, std::string>;
    for (const auto& derived : {BehaviourAttributes({}, ""), PeopleAttributes("")}) {
      for (const Attribute& each : derived) all->emplace(each.derived_from, each.display_name);
    }
    return all;
  }();
  return *names;
}

// What an attribute is called: what is worked out in the words of the language, unless
// people renamed it.
std::string SpokenName(const Attribute& attribute, const Catalogue& catalogue) {
  const std::string& name = attribute.display_name;
  const std::vector<std::string> parts = absl::StrSplit(attribute.derived_from, '/');
  if (parts.size() < 2) return name.empty() ? attribute.id : name;
  const std::string origin = absl::StrCat(parts[0], "/", parts[1]);
  const std::string category = parts.size() > 2 ? absl::StrCat(": ", parts[2]) : "";
  const auto known = NamesByOrigin().find(origin);
  const bool is_as_ever = known != NamesByOrigin().end() && name == known->second + category;
  return is_as_ever ? catalogue.Message("derived." + origin) + category : name;
}

// What is known of one contact, and what was found of it.
class Explanation {
 public:
  Explanation(const Policy& policy, const Schema& schema, const ContactTable& table,
              const ContactFacts& facts, int row, Language language)
      : policy_(policy),
        schema_(schema),
        table_(table),
        facts_(facts),
        row_(row),
        language_(language),
        catalogue_(Catalogue::For(language)) {
    facts_.lifecycles.clear();  // What was found is told apart from what is known.
  }

  std::string Text(const Classified& classified, const Qualification& qualification) const {
    std::vector<std::string> paragraphs = {Title(), DataText(), FoundText(classified)};
    const std::string unknown = UnknownText(classified.state);
    if (!unknown.empty()) paragraphs.push_back(unknown);
    paragraphs.push_back(PointsText(qualification));
    paragraphs.push_back(catalogue_.Message("lifecycle.told.people"));
    paragraphs.push_back(catalogue_.Message("lifecycle.told.rights"));
    return absl::StrJoin(paragraphs, "\n\n");
  }

 private:
  std::string Title() const {
    if (!facts_.today.has_value()) return catalogue_.Message("lifecycle.told.title.undated");
    return catalogue_.Message("lifecycle.told.title", {{"day", FormatDate(*facts_.today)}});
  }
  std::string DataText() const;
  std::string FoundText(const Classified& classified) const;
  std::string UnknownText(const LifecycleState& state) const;
  std::string PointsText(const Qualification& qualification) const;

  std::string LabelOf(const std::string& name) const;
  std::vector<LifecycleEvidence> KnownTo(const Condition& condition) const;
  std::string ItemText(const LifecycleEvidence& known) const;
  std::string FindingText(LifecycleField field, int value) const;
  std::string BasisText(const FieldReason& reason) const;

  const Policy& policy_;
  const Schema& schema_;
  const ContactTable& table_;
  ContactFacts facts_;
  int row_;
  Language language_;
  const Catalogue& catalogue_;
};

std::string Explanation::LabelOf(const std::string& name) const {
  if (absl::StartsWith(name, "contact.")) {
    return catalogue_.Message(absl::StrCat("lifecycle.fact.", name));
  }
  const Attribute* attribute = schema_.Find(name);
  return attribute == nullptr ? name : SpokenName(*attribute, catalogue_);
}

// What the condition read. That somebody is a person goes without saying.
std::vector<LifecycleEvidence> Explanation::KnownTo(const Condition& condition) const {
  std::vector<LifecycleEvidence> known = EvidenceOf(condition, table_, facts_, row_);
  std::erase_if(known, [](const auto& each) { return each.attribute == "contact.kind"; });
  return known;
}

// What texts say of other people, the name of one who decides say, is not told.
std::string Explanation::ItemText(const LifecycleEvidence& known) const {
  const std::string label = LabelOf(known.attribute);
  const auto told = [&](const std::string& value) {
    return catalogue_.Message("lifecycle.told.item", {{"label", label}, {"value", value}});
  };
  if (absl::StartsWith(known.attribute, "contact.")) return told(SpokenFact(known, catalogue_));
  const Attribute* attribute = schema_.Find(known.attribute);
  const Column* column = table_.Find(known.attribute);
  if (attribute == nullptr || column == nullptr) return told(known.value);
  if (IsFromPeople(*attribute) && attribute->type == AttributeType::kText) {
    return catalogue_.Message("lifecycle.told.item.unsaid", {{"label", label}});
  }
  return told(std::visit(SpokenValue{*attribute, catalogue_}, *Get(*column, row_)));
}

std::string Explanation::DataText() const {
  std::set<std::string> seen;
  std::vector<std::string> lines = {catalogue_.Message("lifecycle.told.data")};
  for (const Condition* condition : policy_.Conditions()) {
    for (const LifecycleEvidence& known : KnownTo(*condition)) {
      if (seen.insert(known.attribute).second) lines.push_back(ItemText(known));
    }
  }
  if (seen.empty()) return catalogue_.Message("lifecycle.told.no_data");
  return absl::StrJoin(lines, "\n");
}

// What a contact is not, where that goes without saying, is not told.
std::string Explanation::FindingText(LifecycleField field, int value) const {
  const bool goes_without_saying =
      (field == LifecycleField::kCustomerStage &&
       value == static_cast<int>(CustomerStage::kNone)) ||
      (field == LifecycleField::kFormerCustomer && value == static_cast<int>(YesNo::kNo));
  if (value == 0 || goes_without_saying) return "";
  return catalogue_.Message(
      absl::StrCat("lifecycle.told.", Name(field), ".", ValueName(field, value)));
}

std::string Explanation::BasisText(const FieldReason& reason) const {
  switch (reason.kind) {
    case ReasonKind::kNothing: return "";
    case ReasonKind::kCondition:
    case ReasonKind::kNotCondition: break;
    case ReasonKind::kKept: return catalogue_.Message("lifecycle.basis.kept");
    case ReasonKind::kInherited: return catalogue_.Message("lifecycle.basis.inherited");
    case ReasonKind::kOtherwise: return catalogue_.Message("lifecycle.basis.otherwise");
    case ReasonKind::kDormantTooLong: return catalogue_.Message("lifecycle.basis.dormant");
    case ReasonKind::kFit: return catalogue_.Message("lifecycle.basis.fit");
    case ReasonKind::kOverride: return catalogue_.Message("lifecycle.basis.override");
  }
  std::vector<std::string> labels;
  for (const LifecycleEvidence& known : KnownTo(*reason.condition)) {
    labels.push_back(LabelOf(known.attribute));
  }
  if (labels.empty()) return "";
  return catalogue_.Message("lifecycle.basis.data", {{"labels", absl::StrJoin(labels, ", ")}});
}

std::string Explanation::FoundText(const Classified& classified) const {
  std::vector<std::string> lines = {catalogue_.Message("lifecycle.told.found")};
  for (const LifecycleField field : kLifecycleFields) {
    const std::string finding = FindingText(field, classified.state.Get(field));
    if (finding.empty()) continue;
    const std::string basis = BasisText(classified.reason(field));
    lines.push_back(absl::StrCat("- ", finding, basis.empty() ? "" : " ", basis));
  }
  if (lines.size() == 1) return catalogue_.Message("lifecycle.told.nothing");
  return absl::StrJoin(lines, "\n");
}

std::string Explanation::UnknownText(const LifecycleState& state) const {
  std::vector<std::string> fields;
  for (const LifecycleField field : kLifecycleFields) {
    if (state.Get(field) != 0 || field == LifecycleField::kNextAction) continue;
    fields.push_back(FieldWords(field, language_));
  }
  if (fields.empty()) return "";
  return catalogue_.Message("lifecycle.told.unknown", {{"fields", Listed(fields, catalogue_)}});
}

std::string Explanation::PointsText(const Qualification& qualification) const {
  std::vector<std::string> items;
  for (const CriterionPoints& criterion : qualification.criteria) {
    if (criterion.finding == Finding::kUnknown) continue;
    items.push_back(
        absl::StrCat(FieldWords(criterion.field, language_), " ", Signed(criterion.points)));
  }
  if (items.empty()) return catalogue_.Message("lifecycle.told.points.none");
  return catalogue_.Message("lifecycle.told.points", {{"items", absl::StrJoin(items, ", ")},
                                                      {"score", Signed(qualification.score)}});
}

}  // namespace

std::string ExplanationText(const Policy& policy, const Classified& classified,
                            const Qualification& qualification, const Schema& schema,
                            const ContactTable& table, const ContactFacts& facts, int row,
                            Language language) {
  return Explanation(policy, schema, table, facts, row, language).Text(classified, qualification);
}

}  // namespace cible
