#include "clients/cli/dossier_report.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cli/contacts_commands.h"
#include "clients/cli/event_type_words.h"
#include "clients/cli/events_commands.h"
#include "clients/cli/lifecycle_words.h"
#include "clients/cli/output/number_text.h"
#include "clients/cli/schema_text.h"
#include "clients/cli/session.h"
#include "clients/cli/training_report.h"
#include "segmentation/data/number_text.h"
#include "segmentation/data/value.h"
#include "server/wire/contact_wire.h"

namespace cible {
namespace {

// "purchase 536365 85123A 15.3 web": what is known of it.
std::string EventText(const v1::Event& event) {
  std::vector<std::string> words = {EventTypeWord(event), event.order(), event.item()};
  if (event.has_amount()) words.push_back(FormatNumber(event.amount()));
  words.push_back(event.channel());
  std::erase(words, "");
  return absl::StrJoin(words, " ");
}

std::string DayText(const v1::Date& day) {
  const auto date = DateFromProto(day);
  return date.ok() ? FormatDate(*date) : "";
}

// How the contact stands, in the words of a language.
class LifecycleRows {
 public:
  LifecycleRows(Language language, Table* table) : language_(language), table_(table) {}

  // "customer since 2026-06-01: customer: net_paid > 0"
  void AddStanding(const v1::FieldReport& report) {
    const std::string since =
        report.has_since() ? absl::StrCat(" since ", DayText(report.since())) : "";
    Add(FieldText(report.field()), "dossier.standing",
        absl::StrCat(ValueText(report.field(), report.value()), since, ": ", report.reason()));
  }

  void AddOverride(const v1::LifecycleOverride& said) {
    const std::string until =
        said.has_expire_time() ? absl::StrCat(" until ", TimeText(said.expire_time())) : "";
    Add(absl::StrCat("said of ", FieldText(said.field())), "dossier.override",
        absl::StrCat(ValueText(said.field(), said.value()), until, " by ", said.author(), ": ",
                     said.reason()));
  }

  // "relation: prospect > customer: customer: net_paid > 0"
  void AddTransition(const v1::Transition& change) {
    Add(DayText(change.day()), "dossier.transition",
        absl::StrCat(FieldText(change.field()), ": ", ValueText(change.field(), change.from()),
                     " > ", ValueText(change.field(), change.to()), ": ", change.reason()));
  }

  void Add(const std::string& label, const std::string& key, const std::string& text) {
    table_->AddRow({Cell(label, key), text});
  }

 private:
  std::string FieldText(v1::LifecycleField field) const { return FieldCell(field, language_).text; }
  std::string ValueText(v1::LifecycleField field, const std::string& name) const {
    return ValueCell(field, name, language_).text;
  }

  const Language language_;
  Table* const table_;
};

// How it stands, what people said of that, and how it stood.
void AddLifecycle(const v1::ContactDossier& dossier, Language language, Table* table) {
  LifecycleRows rows(language, table);
  for (const v1::FieldReport& report : dossier.lifecycle().fields()) {
    if (!report.value().empty()) rows.AddStanding(report);
  }
  if (const std::string& reason = dossier.lifecycle().left_out_reason(); !reason.empty()) {
    rows.Add("not classified", "dossier.standing", reason);
  }
  for (const v1::LifecycleOverride& said : dossier.overrides()) rows.AddOverride(said);
  for (const v1::Transition& change : dossier.transitions()) rows.AddTransition(change);
}

}  // namespace

absl::StatusOr<Table> DossierTable(const v1::ContactDossier& dossier, const Schema& schema,
                                   const absl::TimeZone& zone, Language language) {
  auto table = ContactTableOf(dossier.contact(), schema);
  if (!table.ok()) return table.status();
  for (const v1::AssignmentExplanation& explanation : dossier.explanations()) {
    for (const v1::Reason& reason : explanation.reasons()) {
      table->AddRow({Cell(absl::StrCat("why ", IdOf(explanation.assignment().segment()), " in ",
                                       IdOf(explanation.assignment().segmentation())),
                          "dossier.reason"),
                     absl::StrCat(reason.attribute().empty() ? "(prior)" : reason.attribute(), " ",
                                  reason.contribution() < 0 ? "" : "+",
                                  FixedCell(reason.contribution(), 2).text)});
    }
  }
  AddLifecycle(dossier, language, &*table);
  for (const v1::ContactVersion& version : dossier.versions()) {
    v1::Contact before;
    *before.mutable_attributes() = version.attributes();
    const auto known = KnownText(before, schema);
    if (!known.ok()) return known.status();
    table->AddRow({Cell(absl::StrCat("known from ", TimeText(version.update_time()), " on"),
                        "dossier.version"),
                   absl::StrCat(ShortName(version.stage()), known->empty() ? "" : "  ", *known)});
  }
  for (const v1::Event& event : dossier.events()) {
    table->AddRow({Cell(EventTimeCell(event, zone).text, "dossier.event"), EventText(event)});
  }
  for (const v1::AuditEntry& entry : dossier.audit_entries()) {
    table->AddRow({Cell(TimeText(entry.create_time()), "dossier.audit"),
                   absl::StrCat(entry.principal(), " ", entry.action())});
  }
  return table;
}

std::string DossierExplanation(const v1::ContactDossier& dossier, int width) {
  std::string text;
  for (const absl::string_view line :
       absl::StrSplit(dossier.lifecycle().explanation(), '\n', absl::SkipEmpty())) {
    absl::StrAppend(&text, "\n", Wrap(std::string(line), width, 0));
  }
  return text;
}

}  // namespace cible
