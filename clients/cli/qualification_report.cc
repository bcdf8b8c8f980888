#include "clients/cli/qualification_report.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cli/lifecycle_words.h"
#include "clients/cli/output/bar_lines.h"
#include "clients/cli/training_report.h"
#include "segmentation/lifecycle/qualification.h"
#include "segmentation/personas/catalogue.h"

namespace cible {
namespace {

constexpr int kGap = 2;
constexpr int kPointsWidth = 6;

// How one contact is told.
struct Telling {
  const v1::Classification& contact;
  const Catalogue& catalogue;
  Language language;
  int width;

  std::string Say(const std::string& key, const Arguments& arguments = {}) const {
    return catalogue.Message(absl::StrCat("report.qualify.", key), arguments);
  }
  std::string Field(v1::LifecycleField field) const { return FieldCell(field, language).text; }
  // Of an enum of the API, whose integers are those of the domain.
  std::string Value(LifecycleField field, int value) const {
    return ValueWords(field, value, language);
  }
};

const v1::FieldReport* ReportOf(const v1::Classification& contact, v1::LifecycleField field) {
  const auto found = std::find_if(contact.fields().begin(), contact.fields().end(),
                                  [&](const auto& each) { return each.field() == field; });
  return found == contact.fields().end() ? nullptr : &*found;
}

// --- How it stands ----------------------------------------------------------

// "hot (Marie Dupont said so)".
std::string WithAuthor(std::string text, v1::LifecycleField field, const Telling& telling) {
  const v1::FieldReport* report = ReportOf(telling.contact, field);
  if (report == nullptr || !report->has_override()) return text;
  return absl::StrCat(text, " ",
                      telling.Say("said", {{"author", Printable(report->override().author())}}));
}

std::string StandingText(const Telling& telling) {
  const v1::Classification& contact = telling.contact;
  const std::vector<std::pair<v1::LifecycleField, std::string>> lines = {
      {v1::LIFECYCLE_FIELD_RELATION, RelationWords(contact, telling.language)},
      {v1::LIFECYCLE_FIELD_TEMPERATURE,
       telling.Value(LifecycleField::kTemperature, contact.temperature())},
      {v1::LIFECYCLE_FIELD_AWARENESS,
       telling.Value(LifecycleField::kAwareness, contact.awareness())},
      {v1::LIFECYCLE_FIELD_FIT, telling.Value(LifecycleField::kFit, contact.fit())}};
  int column = 0;
  for (const auto& [field, value] : lines) {
    column = std::max(column, DisplayWidth(telling.Field(field)));
  }
  std::string text;
  for (const auto& [field, value] : lines) {
    absl::StrAppend(&text, "  ", Padded(telling.Field(field), column + kGap),
                    WithAuthor(value, field, telling), "\n");
  }
  return text;
}

// --- The qualification ------------------------------------------------------

// "+25", "-15", "0".
std::string PointsText(int points) { return points == 0 ? "0" : absl::StrFormat("%+d", points); }

// One line of the ledger.
struct LedgerLine {
  std::string label;
  std::string finding;
  int points = 0;
  std::string remark;
};

std::vector<LedgerLine> LedgerOf(const Telling& telling) {
  std::vector<LedgerLine> lines;
  for (const v1::CriterionReport& criterion : telling.contact.qualification()) {
    lines.push_back({telling.Field(criterion.field()),
                     absl::StrCat(FindingMark(criterion.finding()), " ",
                                  telling.Value(LifecycleField::kBudget, criterion.finding())),
                     criterion.points(), criterion.question()});
  }
  const v1::Classification& contact = telling.contact;
  const bool is_open = contact.best_score() > contact.score();
  lines.push_back(
      {telling.Say("score"), "", contact.score(),
       is_open ? telling.Say("best", {{"best", absl::StrCat(contact.best_score())}}) : ""});
  return lines;
}

// The points of the criteria, and their sum.
std::string LedgerText(const Telling& telling) {
  if (telling.contact.qualification().empty()) return "";
  const std::vector<LedgerLine> lines = LedgerOf(telling);
  int labels = 0;
  int findings = 0;
  for (const LedgerLine& line : lines) {
    labels = std::max(labels, DisplayWidth(line.label));
    findings = std::max(findings, DisplayWidth(line.finding));
  }
  const int before = 2 + labels + kGap + findings + kGap + kPointsWidth;
  const std::string points = telling.Say("points");
  std::string text = absl::StrCat(
      "\n", Padded(telling.Say("criteria"), before - DisplayWidth(points)), points, "\n");
  for (const LedgerLine& line : lines) {
    const std::string lead =
        absl::StrCat("  ", Padded(line.label, labels + kGap), Padded(line.finding, findings + kGap),
                     absl::StrFormat("%*s", kPointsWidth, PointsText(line.points)));
    absl::StrAppend(&text, line.remark.empty() ? absl::StrCat(lead, "\n")
                                               : Hanging(lead + "  ", line.remark, telling.width));
  }
  return text;
}

std::string NextText(const Telling& telling) {
  const v1::Classification& contact = telling.contact;
  if (contact.next_action_text().empty()) return "";
  std::string text = absl::StrCat("\n", telling.Say("next"), "\n",
                                  Wrap(contact.next_action_text(), telling.width, 2));
  if (!contact.offers().empty()) {
    absl::StrAppend(&text,
                    Wrap(telling.Say("offers", {{"offers", absl::StrJoin(contact.offers(), ", ")}}),
                         telling.width, 2));
  }
  if (contact.is_advice()) absl::StrAppend(&text, Wrap(telling.Say("advice"), telling.width, 2));
  return text;
}

// --- Why --------------------------------------------------------------------

std::string OverrideText(const v1::FieldReport& report, const Telling& telling) {
  const v1::LifecycleOverride& said = report.override();
  Arguments arguments = {{"author", Printable(said.author())},
                         {"day", TimeText(said.create_time())},
                         {"reason", Printable(said.reason())}};
  if (said.has_expire_time()) arguments.emplace_back("until", TimeText(said.expire_time()));
  const std::string found = ValueCell(report.field(), report.found_value(), telling.language).text;
  return absl::StrCat(
      Wrap(telling.Say(said.has_expire_time() ? "override_until" : "override", arguments),
           telling.width, 6),
      Wrap(telling.Say("found", {{"value", found}}), telling.width, 6));
}

// "net_paid: 120, contact.kind: PERSON"
std::string EvidenceText(const v1::FieldReport& report) {
  return absl::StrJoin(report.evidence(), ", ", [](std::string* text, const v1::Evidence& each) {
    absl::StrAppend(text, each.attribute(), ": ", Printable(each.value()));
  });
}

std::string FieldReasons(const v1::FieldReport& report, const Telling& telling) {
  const std::string value = ValueCell(report.field(), report.value(), telling.language).text;
  const std::string since =
      report.has_since()
          ? telling.Say("since", {{"value", value}, {"day", DateText(report.since())}})
          : value;
  std::string text = absl::StrCat(
      "  ", telling.Say("field", {{"field", telling.Field(report.field())}, {"value", since}}),
      "\n");
  if (report.has_override()) return absl::StrCat(text, OverrideText(report, telling));
  for (const std::string& line : {report.reason(), EvidenceText(report)}) {
    if (!line.empty()) absl::StrAppend(&text, Wrap(line, telling.width, 6));
  }
  return text;
}

// That nothing was found which would be told above: no customer, no former one.
bool IsPlain(const v1::FieldReport& report) {
  const bool is_none =
      report.field() == v1::LIFECYCLE_FIELD_CUSTOMER_STAGE && report.value() == "NONE";
  return !report.has_override() && (is_none || report.value() == "false");
}

// Field by field; those that nothing was found of in one line.
std::string WhyText(const Telling& telling) {
  if (telling.contact.fields().empty()) return "";
  std::string text = absl::StrCat("\n", telling.Say("why"), "\n");
  std::vector<std::string> unknown;
  for (const v1::FieldReport& report : telling.contact.fields()) {
    if (IsPlain(report)) continue;
    if (report.value().empty() && report.evidence().empty() && !report.has_override()) {
      unknown.push_back(telling.Field(report.field()));
      continue;
    }
    absl::StrAppend(&text, FieldReasons(report, telling));
  }
  if (unknown.empty()) return text;
  const std::string fields = absl::StrJoin(unknown, ", ");
  return absl::StrCat(text, Wrap(telling.Say("nothing", {{"fields", fields}}), telling.width, 2));
}

// An item of a list hangs.
std::string ToldLine(const std::string& line, int width) {
  if (line.empty()) return "\n";
  if (absl::StartsWith(line, "- ")) return Hanging("  - ", line.substr(2), width);
  return Wrap(line, width, 2);
}

std::string ExplanationText(const Telling& telling) {
  if (telling.contact.explanation().empty()) return "";
  std::string text = absl::StrCat("\n", telling.Say("told"), "\n");
  for (const absl::string_view line : absl::StrSplit(telling.contact.explanation(), '\n')) {
    absl::StrAppend(&text, ToldLine(std::string(line), telling.width));
  }
  return text;
}

std::string DayText(const Telling& telling) {
  const v1::Classification& contact = telling.contact;
  if (!contact.has_as_of()) return "";
  const std::string day = DateText(contact.as_of());
  const std::string sentence =
      contact.has_due() ? telling.Say("due", {{"day", day}, {"due", DateText(contact.due())}})
                        : telling.Say("as_of", {{"day", day}});
  return absl::StrCat("\n", Wrap(sentence, telling.width, 0));
}

}  // namespace

std::string QualificationText(const std::string& id, const v1::Classification& classification,
                              Language language, int width) {
  const Telling telling{classification, Catalogue::For(language), language, width};
  const std::string head = id.empty() ? "" : absl::StrCat(Printable(id), "\n");
  if (!classification.left_out_reason().empty()) {
    const std::string reason = classification.left_out_reason();
    return absl::StrCat(head, Wrap(telling.Say("left_out", {{"reason", reason}}), width, 2));
  }
  return absl::StrCat(head, StandingText(telling), LedgerText(telling), NextText(telling),
                      WhyText(telling), ExplanationText(telling), DayText(telling));
}

}  // namespace cible
