#include "clients/cli/qualification_table.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/lifecycle_words.h"
#include "segmentation/lifecycle/qualification.h"

namespace cible {
namespace {

// "relation: net_paid > 0; temperature: ..."
std::string ReasonsCell(const v1::Classification& contact) {
  std::vector<std::string> reasons;
  for (const v1::FieldReport& report : contact.fields()) {
    if (report.reason().empty()) continue;
    reasons.push_back(absl::StrCat(FieldCell(report.field(), Language::kEnglish).exact, " ",
                                   report.value(), ": ", report.reason()));
  }
  return absl::StrJoin(reasons, "; ");
}

v1::Finding FindingOf(const v1::Classification& contact, v1::LifecycleField field) {
  for (const v1::CriterionReport& criterion : contact.qualification()) {
    if (criterion.field() == field) return criterion.finding();
  }
  return v1::FINDING_UNSPECIFIED;
}

}  // namespace

Table QualificationsTable() {
  return Table({{"ID", "id"},
                {"RELATION", "relation"},
                {"STAGE", "customer_stage"},
                {"AWARENESS", "awareness"},
                {"TEMPERATURE", "temperature"},
                {"FIT", "fit"},
                {"BUDGET", "budget"},
                {"AUTHORITY", "authority"},
                {"NEED", "need"},
                {"TIMING", "timing"},
                {"SCORE", "score", true},
                {"", "next_action"},
                {"NEXT", "next_action_text"},
                {"OFFERS", "offers"},
                {"FORMER", "former_customer"},
                {"AMBASSADOR", "ambassador"},
                {"LEFT OUT", "left_out_reason"},
                {"", "reasons"}});
}

void AddQualificationRow(const std::string& id, const v1::Classification& classification,
                         Language language, Table& table) {
  const v1::Classification& contact = classification;
  const auto cell = [&](LifecycleField field, int value) {
    const std::string name(ValueName(field, value));
    return Cell(name.empty() ? "" : ValueWords(field, value, language), name);
  };
  const auto finding = [&](v1::LifecycleField field) {
    return cell(LifecycleField::kBudget, FindingOf(contact, field));
  };
  const auto yes = [&](LifecycleField field, bool is_so) {
    return cell(field, static_cast<int>(is_so ? YesNo::kYes : YesNo::kUnknown));
  };
  Cell stage = cell(LifecycleField::kCustomerStage, contact.customer_stage());
  if (contact.customer_stage() == v1::CUSTOMER_STAGE_NONE) stage.text.clear();
  const bool is_found = contact.left_out_reason().empty();
  table.AddRow({id, cell(LifecycleField::kRelation, contact.relation()), std::move(stage),
                cell(LifecycleField::kAwareness, contact.awareness()),
                cell(LifecycleField::kTemperature, contact.temperature()),
                cell(LifecycleField::kFit, contact.fit()), finding(v1::LIFECYCLE_FIELD_BUDGET),
                finding(v1::LIFECYCLE_FIELD_AUTHORITY), finding(v1::LIFECYCLE_FIELD_NEED),
                finding(v1::LIFECYCLE_FIELD_TIMING),
                is_found ? absl::StrCat(contact.score()) : std::string(),
                Cell("", cell(LifecycleField::kNextAction, contact.next_action()).exact),
                contact.next_action_text(), absl::StrJoin(contact.offers(), "|"),
                yes(LifecycleField::kFormerCustomer, contact.former_customer()),
                yes(LifecycleField::kAmbassador, contact.ambassador()), contact.left_out_reason(),
                Cell("", ReasonsCell(contact))});
}

}  // namespace cible
