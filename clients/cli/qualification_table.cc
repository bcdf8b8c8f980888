#include "clients/cli/qualification_table.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/lifecycle_words.h"
#include "segmentation/lifecycle/qualification.h"
#include "segmentation/personas/catalogue.h"

namespace cible {
namespace {

// The name of a value, for programs alone; enums of the API have the integers of the
// domain.
Cell Name(LifecycleField field, int value) { return {"", std::string(ValueName(field, value))}; }

Cell YesName(LifecycleField field, bool is_so) {
  return Name(field, static_cast<int>(is_so ? YesNo::kYes : YesNo::kUnknown));
}

// In words as well.
Cell Words(LifecycleField field, int value, Language language) {
  const std::string name(ValueName(field, value));
  return {name.empty() ? "" : ValueWords(field, value, language), name};
}

Cell FindingName(const v1::Classification& contact, v1::LifecycleField field) {
  for (const v1::CriterionReport& criterion : contact.qualification()) {
    if (criterion.field() == field) return Name(LifecycleField::kBudget, criterion.finding());
  }
  return "";
}

// "✓ budget, ✗ need": those that are known.
std::string CriteriaText(const v1::Classification& contact, Language language) {
  std::vector<std::string> known;
  for (const v1::CriterionReport& criterion : contact.qualification()) {
    const bool is_fit = criterion.field() == v1::LIFECYCLE_FIELD_FIT;  // It has a column.
    if (is_fit || criterion.finding() == v1::FINDING_UNSPECIFIED) continue;
    known.push_back(absl::StrCat(FindingMark(criterion.finding()), " ",
                                 FieldCell(criterion.field(), language).text));
  }
  return absl::StrJoin(known, ", ");
}

std::string LeftOutText(const v1::Classification& contact, Language language) {
  return Catalogue::For(language).Message("report.qualify.left_out",
                                          {{"reason", contact.left_out_reason()}});
}

// "relation CUSTOMER: customer: net_paid > 0; temperature HOT: ..."
std::string ReasonsText(const v1::Classification& contact) {
  std::vector<std::string> reasons;
  for (const v1::FieldReport& report : contact.fields()) {
    if (report.value().empty()) continue;
    reasons.push_back(absl::StrCat(FieldCell(report.field(), Language::kEnglish).exact, " ",
                                   report.value(), ": ", report.reason()));
  }
  return absl::StrJoin(reasons, "; ");
}

}  // namespace

Table QualificationsTable() {
  return Table({{"ID", "id"},
                {"RELATION", "relation"},
                {"", "customer_stage"},
                {"", "awareness"},
                {"TEMPERATURE", "temperature"},
                {"FIT", "fit"},
                {"", "budget"},
                {"", "authority"},
                {"", "need"},
                {"", "timing"},
                {"CRITERIA", ""},
                {"SCORE", "score", true},
                {"NEXT", "next_action"},
                {"", "next_action_text"},
                {"", "offers"},
                {"", "former_customer"},
                {"", "ambassador"},
                {"", "left_out_reason"},
                {"", "reasons"}});
}

void AddQualificationRow(const std::string& id, const v1::Classification& contact,
                         Language language, Table& table) {
  const bool is_classified = contact.left_out_reason().empty();
  const Cell relation = Name(LifecycleField::kRelation, contact.relation());
  Cell next = Words(LifecycleField::kNextAction, contact.next_action(), language);
  if (!is_classified) next.text = LeftOutText(contact, language);
  if (!contact.offers().empty()) {
    absl::StrAppend(&next.text, ": ", absl::StrJoin(contact.offers(), ", "));
  }
  table.AddRow({id, Cell(is_classified ? RelationWords(contact, language) : "", relation.exact),
                Name(LifecycleField::kCustomerStage, contact.customer_stage()),
                Name(LifecycleField::kAwareness, contact.awareness()),
                Words(LifecycleField::kTemperature, contact.temperature(), language),
                Words(LifecycleField::kFit, contact.fit(), language),
                FindingName(contact, v1::LIFECYCLE_FIELD_BUDGET),
                FindingName(contact, v1::LIFECYCLE_FIELD_AUTHORITY),
                FindingName(contact, v1::LIFECYCLE_FIELD_NEED),
                FindingName(contact, v1::LIFECYCLE_FIELD_TIMING), CriteriaText(contact, language),
                is_classified ? absl::StrCat(contact.score()) : std::string(), next,
                Cell("", contact.next_action_text()),
                Cell("", absl::StrJoin(contact.offers(), "|")),
                YesName(LifecycleField::kFormerCustomer, contact.former_customer()),
                YesName(LifecycleField::kAmbassador, contact.ambassador()),
                Cell("", contact.left_out_reason()), Cell("", ReasonsText(contact))});
}

}  // namespace cible
