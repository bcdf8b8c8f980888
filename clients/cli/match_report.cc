#include "clients/cli/match_report.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "clients/cli/output/number_text.h"
#include "clients/cli/session.h"
#include "clients/cli/training_report.h"
#include "segmentation/data/value.h"
#include "server/wire/contact_wire.h"

namespace cible {
namespace {

constexpr int kBarWidth = 16;
constexpr int kPersonasShown = 3;
constexpr int kAnswersShown = 3;
constexpr int kLevelsShown = 5;
constexpr double kLeastWeight = 0.005;  // Else it would read "0.00".

std::string Called(const Schema& schema, const std::string& attribute) {
  if (attribute.empty()) return "where the probabilities start from";
  if (attribute == "*") return "the other attributes together";
  const Attribute* found = schema.Find(attribute);
  return found == nullptr ? attribute : found->display_name;
}

std::string VerdictText(const v1::MatchLeadResponse& match) {
  const std::string removed =
      absl::StrCat("What is known removes ", ShareText(match.information()), " of the doubt.");
  switch (match.outcome()) {
    case v1::MATCH_OUTCOME_MATCHED:
      return absl::StrCat("It is like this persona's contacts: ", ShareText(match.typicality()),
                          " of them are at least as far from the typical one. ", removed);
    case v1::MATCH_OUTCOME_NOT_ENOUGH_KNOWN:
      return absl::StrCat("Not enough is known to tell. ", removed);
    case v1::MATCH_OUTCOME_NONE_OF_YOURS:
      return absl::StrCat(
          "None of yours: it is unlike 99 % of the contacts of the closest "
          "persona. ",
          removed);
    default: return removed;
  }
}

std::string PersonasText(const v1::MatchLeadResponse& match) {
  Table table({{"PERSONA", ""}, {"", ""}, {"PROBABILITY", "", true}, {"", ""}});
  for (int i = 0; i < std::min(match.personas_size(), kPersonasShown); ++i) {
    const v1::PersonaProbability& persona = match.personas(i);
    table.AddRow({persona.display_name(), persona.persona(), ShareText(persona.probability()),
                  Bar(persona.probability(), kBarWidth)});
  }
  return table.ToText(0);
}

// The bar of the strongest reason is full.
std::string ReasonsText(const v1::MatchLeadResponse& match, const Schema& schema,
                        const StatedTexts& stated, int width) {
  double strongest = 0;
  for (const v1::Reason& reason : match.reasons()) {
    strongest = std::max(strongest, std::abs(reason.contribution()));
  }
  if (strongest < kLeastWeight || match.personas_size() < 2) return "";
  const std::string title = absl::StrCat("WHY ", match.personas(0).persona(), " RATHER THAN ",
                                         match.personas(1).persona());
  Table table({{title, ""}, {"", ""}, {"", ""}, {"WEIGHT", "", true}, {"", ""}});
  for (const v1::Reason& reason : match.reasons()) {
    const double share = reason.contribution();
    if (std::abs(share) < kLeastWeight) continue;
    const auto value = stated.find(reason.attribute());
    table.AddRow({Called(schema, reason.attribute()), value == stated.end() ? "" : value->second,
                  share > 0 ? "for" : "against",
                  absl::StrCat(share > 0 ? "+" : "", FixedText(share, 2)),
                  Bar(std::abs(share) / strongest, kBarWidth)});
  }
  return absl::StrCat("\n", table.ToText(width));
}

// To the unit: "1,900", "35", "0.42".
std::string RoundedText(double number, double unit) {
  constexpr double kLargest = 1e15;
  if (!(unit > 0) || std::abs(number) > kLargest) return absl::StrCat(number);
  if (unit < 1) return FixedText(number, static_cast<int>(std::lround(-std::log10(unit))));
  const double rounded = std::round(number / unit) * unit;
  return absl::StrCat(rounded < 0 ? "-" : "", CountText(std::llround(std::abs(rounded))));
}

// The power of ten that tells the ends of a question's ranges apart.
double UnitOf(const v1::SuggestedQuestion& question) {
  double gap = 0;
  for (const v1::AnswerEffect& answer : question.answers()) {
    if (!answer.has_low() || !answer.has_high()) continue;
    const double width = answer.high() - answer.low();
    gap = gap == 0 ? width : std::min(gap, width);
  }
  for (const v1::AnswerEffect& answer : question.answers()) {  // One end alone.
    if (gap == 0 && answer.has_high()) gap = std::abs(answer.high()) / 4;
  }
  return gap > 0 ? std::pow(10, std::floor(std::log10(gap / 3))) : 1;
}

std::string DayText(double days_before, Date as_of) {
  return FormatDate({as_of.days - static_cast<std::int32_t>(std::lround(days_before))});
}

// The counts of a range: "under 2", "2", "2 to 4", "5 or more".
std::string CountsText(const v1::AnswerEffect& answer) {
  const auto least = static_cast<std::int64_t>(std::ceil(answer.low()));
  const auto beyond = static_cast<std::int64_t>(std::ceil(answer.high()));
  if (!answer.has_low()) return absl::StrCat("under ", CountText(beyond));
  if (!answer.has_high()) return absl::StrCat(CountText(least), " or more");
  if (beyond - 1 <= least) return CountText(least);
  return absl::StrCat(CountText(least), " to ", CountText(beyond - 1));
}

// "under 35", "35 to 52"; a day: "since 2025-03-01", "before 2024-01-01".
std::string RangeText(const v1::AnswerEffect& answer, const Attribute* attribute, Date as_of,
                      double unit) {
  const bool is_day = attribute != nullptr && (attribute->type == AttributeType::kDate ||
                                               attribute->type == AttributeType::kTimestamp);
  if (is_day) {
    if (!answer.has_low()) return absl::StrCat("since ", DayText(answer.high(), as_of));
    if (!answer.has_high()) return absl::StrCat("before ", DayText(answer.low(), as_of));
    return absl::StrCat(DayText(answer.high(), as_of), " to ", DayText(answer.low(), as_of));
  }
  if (attribute != nullptr && attribute->distribution == Distribution::kCount) {
    return CountsText(answer);
  }
  const auto text = [&](double number) {
    const bool is_year = attribute != nullptr && attribute->birth == Birth::kBirthYear;
    return is_year ? FixedText(number, 0) : RoundedText(number, unit);
  };
  if (!answer.has_low()) return absl::StrCat("under ", text(answer.high()));
  if (!answer.has_high()) return absl::StrCat(text(answer.low()), " or more");
  return absl::StrCat(text(answer.low()), " to ", text(answer.high()));
}

std::string AnswerText(const v1::AnswerEffect& answer, const Attribute* attribute, Date as_of,
                       double unit) {
  if (answer.has_low() || answer.has_high()) return RangeText(answer, attribute, as_of, unit);
  const bool is_set = attribute == nullptr || attribute->type == AttributeType::kSet;
  if (answer.levels().empty()) return is_set ? "none of them" : "any";
  if (answer.levels_size() > kLevelsShown) {
    return absl::StrCat(answer.levels(0), " or another rare one");
  }
  return absl::StrJoin(answer.levels(), " and ");
}

// "under 35: s2 81.0 %; 35 or more: s1 60.0 %".
std::string AnswersText(const v1::SuggestedQuestion& question, const Schema& schema, Date as_of) {
  std::vector<std::string> parts;
  for (const v1::AnswerEffect& answer : question.answers()) {
    if (std::ssize(parts) == kAnswersShown) break;
    parts.push_back(
        absl::StrCat(AnswerText(answer, schema.Find(question.attribute()), as_of, UnitOf(question)),
                     ": ", answer.persona(), " ", ShareText(answer.persona_probability())));
  }
  return absl::StrJoin(parts, "; ");
}

std::string QuestionsText(const v1::MatchLeadResponse& match, const Schema& schema, int width) {
  if (match.questions().empty()) return "";
  const auto day = DateFromProto(match.as_of());
  const Date as_of = day.ok() ? *day : Date{};
  std::string text = "\nASK NEXT, AND WHERE THE ANSWER LEADS\n";
  for (const v1::SuggestedQuestion& question : match.questions()) {
    absl::StrAppend(
        &text, "  ",
        question.question().empty() ? Called(schema, question.attribute()) : question.question(),
        "  (", question.attribute(), ", ", FixedText(question.gain(), 2), " bits)\n");
    const std::string answers = AnswersText(question, schema, as_of);
    if (!answers.empty()) absl::StrAppend(&text, Wrap(answers, width, 6));
  }
  return text;
}

std::string PriorText(v1::Prior prior) {
  if (prior == v1::PRIOR_UNIFORM) return "every persona alike";
  if (prior == v1::PRIOR_TRAINING) return "the personas' shares at training";
  return "not said";
}

std::string OutcomeText(v1::MatchOutcome outcome) {
  if (outcome == v1::MATCH_OUTCOME_UNSPECIFIED) return "";
  return absl::AsciiStrToLower(absl::StripPrefix(v1::MatchOutcome_Name(outcome), "MATCH_OUTCOME_"));
}

// Of a LeadMatch or a LeadScore; `start` names what they start from.
template <typename Answer>
std::string ReasonsCell(const Answer& answer, absl::string_view start) {
  std::vector<std::string> reasons;
  for (const auto& reason : answer.reasons()) {
    if (reason.contribution() == 0) continue;
    reasons.push_back(absl::StrCat(reason.attribute().empty() ? start : reason.attribute(),
                                   reason.contribution() > 0 ? " +" : " ",
                                   FixedText(reason.contribution(), 2)));
  }
  return absl::StrJoin(reasons, "; ");
}

std::string UnreadText(const v1::MatchLeadResponse& match, const Schema& schema,
                       const StatedTexts& stated, int width) {
  std::string text;
  for (const std::string& attribute : match.unread_attributes()) {
    const auto value = stated.find(attribute);
    const std::string said =
        value == stated.end() ? "" : absl::StrCat(" (\"", value->second, "\")");
    absl::StrAppend(&text, Wrap(absl::StrCat("What was given for ", Called(schema, attribute), said,
                                             " says nothing to the model, which met no such value "
                                             "in training; it counts as unknown."),
                                width, 0));
  }
  return text.empty() ? text : absl::StrCat("\n", text);
}

}  // namespace

std::string MatchText(const v1::MatchLeadResponse& match, const Schema& schema,
                      const StatedTexts& stated, int width) {
  return absl::StrCat(
      PersonasText(match), "\n", Wrap(VerdictText(match), width, 0),
      UnreadText(match, schema, stated, width), ReasonsText(match, schema, stated, width),
      QuestionsText(match, schema, width), "\n",
      Wrap(absl::StrCat("Model ", IdOf(match.model()), ", dates as of ", DateText(match.as_of()),
                        ", starting from ", PriorText(match.prior()), "."),
           width, 0));
}

Table MatchesTable() {
  return Table({{"ID", "id"},
                {"PERSONA", "persona"},
                {"PROBABILITY", "probability", true},
                {"SECOND", "runner_up"},
                {"TYPICAL", "typical"},
                {"REASONS", "reasons"},
                {"ASK NEXT", "next_question"},
                {"OUTCOME", "outcome"},
                {"NAME", "persona_name"}});
}

void AddMatchRow(const std::string& id, const v1::LeadMatch& match, const std::string& persona_name,
                 Table& table) {
  table.AddRow({id, match.persona(), ShareCell(match.probability()), match.runner_up(),
                Cell(match.typical() ? "yes" : "no", match.typical() ? "true" : "false"),
                ReasonsCell(match, "prior"), match.next_question(), OutcomeText(match.outcome()),
                persona_name});
}

Table ScoresTable() {
  return Table({{"ID", "id"}, {"PROBABILITY", "probability", true}, {"REASONS", "reasons"}});
}

void AddScoreRow(const std::string& id, const v1::LeadScore& score, Table& table) {
  table.AddRow({id, ShareCell(score.probability()), ReasonsCell(score, "base")});
}

v1::LeadMatch ToLeadMatch(const v1::MatchLeadResponse& match) {
  v1::LeadMatch row;
  row.set_outcome(match.outcome());
  if (match.personas_size() > 0 && match.information() > 0) {
    row.set_persona(match.personas(0).persona());
    row.set_probability(match.personas(0).probability());
    if (match.personas_size() > 1) row.set_runner_up(match.personas(1).persona());
  }
  row.set_typical(match.typical());
  row.set_information(match.information());
  *row.mutable_reasons() = match.reasons();
  if (match.questions_size() > 0) row.set_next_question(match.questions(0).attribute());
  return row;
}

}  // namespace cible
