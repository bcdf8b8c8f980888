#include "clients/cli/ideal_customer_report.h"

#include "absl/strings/str_cat.h"
#include "clients/cli/match_report.h"
#include "clients/cli/output/number_text.h"
#include "clients/cli/persona_report.h"
#include "clients/cli/session.h"
#include "segmentation/personas/catalogue.h"
#include "segmentation/personas/figures.h"
#include "segmentation/personas/significance.h"
#include "server/wire/instant_wire.h"

namespace cible {
namespace {

using Statements = google::protobuf::RepeatedPtrField<v1::ProfileStatement>;

constexpr int kFirstLookalikes = 20;
constexpr int kBarWidth = 10;

std::string Heading(const char* key, const Catalogue& catalogue) {
  return absl::StrCat("\n", catalogue.Message(key), "\n");
}

std::string StatementLines(const Statements& statements, const Catalogue& catalogue, int width) {
  std::string lines;
  for (const v1::ProfileStatement& statement : statements) {
    // An interval that excludes 1 must not seem to end there.
    const int decimals = statement.lift_low() < 1.1 ? 2 : 1;
    const auto number = [&](double lift) { return FormatNumber(lift, decimals, catalogue); };
    const std::string text =
        catalogue.Message("report.lift", {{"description", statement.description()},
                                          {"lift", number(statement.lift())},
                                          {"low", number(statement.lift_low())},
                                          {"high", number(statement.lift_high())}});
    absl::StrAppend(&lines,
                    EffectLine(statement.lift() > 1,
                               CohensH(statement.share(), statement.other_share()), text, width));
  }
  return lines;
}

std::string ConfirmationText(const v1::IdealCustomerProfile& profile, const Catalogue& catalogue) {
  if (!profile.has_negative_confirmed_by()) return catalogue.Message("report.negative_advice");
  const v1::Attribution& confirmed = profile.negative_confirmed_by();
  const auto time = TimestampFromProto(confirmed.time());
  const std::string text = catalogue.Message(
      "report.negative_confirmed", {{"author", Printable(confirmed.author())},
                                    {"day", time.ok() ? FormatDate(DayOf(*time)) : std::string()}});
  if (!profile.negative_changed()) return text;
  return absl::StrCat(text, " ", catalogue.Message("report.negative_changed"));
}

// Nothing where there is no profile at all.
std::string NegativeText(const v1::IdealCustomerProfile& profile, const Catalogue& catalogue,
                         int width) {
  const bool says_nothing = profile.negative_statements().empty();
  if (says_nothing && !profile.has_negative_confirmed_by() && profile.statements().empty()) {
    return "";
  }
  std::string text = Heading("report.negative", catalogue);
  if (says_nothing) {
    absl::StrAppend(&text, Wrap(catalogue.Message("report.negative_none"), width, 2));
    if (!profile.has_negative_confirmed_by()) return text;
  }
  absl::StrAppend(&text, StatementLines(profile.negative_statements(), catalogue, width),
                  Wrap(ConfirmationText(profile, catalogue), width, 2));
  return text;
}

std::string DescribedText(const v1::IdealCustomerProfile& profile, const Catalogue& catalogue,
                          int width) {
  std::string lines;
  for (const auto* const described :
       {profile.has_full_price() ? &profile.full_price() : nullptr,
        profile.has_large_orders() ? &profile.large_orders() : nullptr}) {
    if (described != nullptr) absl::StrAppend(&lines, Wrap(described->description(), width, 2));
  }
  return lines.empty() ? lines : absl::StrCat(Heading("report.described", catalogue), lines);
}

Cell OptionalCell(bool is_set, double number) { return is_set ? ExactText(number) : ""; }

void AddStatementRows(const char* part, const Statements& statements, Table& table) {
  for (const v1::ProfileStatement& statement : statements) {
    table.AddRow({part, statement.attribute(), OptionalCell(statement.has_low(), statement.low()),
                  OptionalCell(statement.has_high(), statement.high()), statement.level(),
                  ShareCell(statement.share()), ShareCell(statement.other_share()),
                  FixedCell(statement.lift(), 2), FixedCell(statement.lift_low(), 2),
                  FixedCell(statement.lift_high(), 2), statement.description()});
  }
}

}  // namespace

std::string IdealCustomerText(const v1::IdealCustomerProfile& profile, Language language,
                              int width) {
  const Catalogue& catalogue = Catalogue::For(language);
  std::string text =
      absl::StrCat(catalogue.Message("report.ideal"), "\n\n", Wrap(profile.summary(), width, 0),
                   "\n", Wrap(profile.value_definition(), width, 0));
  if (!profile.statements().empty()) {
    absl::StrAppend(&text, Heading("report.ideal_more", catalogue),
                    StatementLines(profile.statements(), catalogue, width));
  }
  absl::StrAppend(&text, DescribedText(profile, catalogue, width),
                  NegativeText(profile, catalogue, width));
  return text;
}

Table StatementsTable(const v1::IdealCustomerProfile& profile) {
  Table table({{"PART", "part"},
               {"ATTRIBUTE", "attribute"},
               {"FROM", "low", true},
               {"BELOW", "high", true},
               {"LEVEL", "level"},
               {"SHARE", "share", true},
               {"OTHERS", "other_share", true},
               {"LIFT", "lift", true},
               {"", "lift_low"},
               {"", "lift_high"},
               {"", "description"}});
  AddStatementRows("ideal", profile.statements(), table);
  AddStatementRows("negative", profile.negative_statements(), table);
  return table;
}

Table ReachTable(const v1::FindLookalikesResponse& found, Language language) {
  const Catalogue& catalogue = Catalogue::For(language);
  Table table({{catalogue.Message("report.similarity"), "similarity", true},
               {catalogue.Message("report.contacts"), "contacts", true},
               {catalogue.Message("report.share"), "share", true},
               {"", ""},
               {catalogue.Message("report.ideal_among"), "ideal_share", true}});
  for (const v1::ReachPoint& point : found.reach()) {
    table.AddRow({ShareCell(point.similarity()), CountCell(point.contact_count()),
                  ShareCell(point.share()), Cell(Bar(point.share(), kBarWidth), ""),
                  point.has_ideal_share() ? ShareCell(point.ideal_share()) : Cell("")});
  }
  return table;
}

Table LookalikesTable(const v1::FindLookalikesResponse& found, int most_rows, Language language) {
  const Catalogue& catalogue = Catalogue::For(language);
  Table table({{catalogue.Message("report.contact"), "contact"},
               {catalogue.Message("report.similarity"), "similarity", true},
               {catalogue.Message("report.reasons"), "reasons"}});
  for (const v1::Lookalike& lookalike : found.lookalikes()) {
    if (table.row_count() == most_rows) break;
    v1::LeadScore score;
    score.set_probability(lookalike.similarity());
    *score.mutable_reasons() = lookalike.reasons();
    AddScoreRow(IdOf(lookalike.contact()), score, table);
  }
  return table;
}

std::string LookalikesText(const v1::FindLookalikesResponse& found, Language language, int width) {
  const Catalogue& catalogue = Catalogue::For(language);
  std::string text;
  for (const std::string& notice : found.notices()) absl::StrAppend(&text, Wrap(notice, width, 0));
  if (found.reach().empty()) return text;
  absl::StrAppend(&text, Heading("report.reach", catalogue),
                  ReachTable(found, language).ToText(width), Heading("report.nearest", catalogue),
                  LookalikesTable(found, kFirstLookalikes, language).ToText(width));
  const int more = found.lookalikes_size() - kFirstLookalikes;
  if (more > 0) {
    absl::StrAppend(
        &text, "\n",
        Wrap(catalogue.Message("report.more_lookalikes", {{"n", FormatNumber(more, 0, catalogue)}}),
             width, 0));
  }
  return text;
}

}  // namespace cible
