#include "clients/cli/match_report.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "clients/cli/output/number_text.h"
#include "clients/cli/session.h"
#include "clients/cli/training_report.h"
#include "segmentation/personas/answer_text.h"
#include "segmentation/personas/figures.h"
#include "server/wire/contact_wire.h"

namespace cible {
namespace {

constexpr int kBarWidth = 16;
constexpr int kPersonasShown = 3;
constexpr int kAuthoredShown = 3;
constexpr int kAnswersShown = 3;
constexpr int kLevelsShown = 5;
constexpr double kLeastWeight = 0.005;  // Else its factor would read "1.0".

// "yes", "no", "unknown"; nothing for a refused row.
std::string InTargetWord(v1::InTarget in_target) {
  if (in_target == v1::IN_TARGET_UNSPECIFIED) return "";
  return absl::AsciiStrToLower(absl::StripPrefix(v1::InTarget_Name(in_target), "IN_TARGET_"));
}

// How one match is told: the words, what attributes are called, what was said.
struct Telling {
  const Catalogue& catalogue;
  const Schema& schema;
  const StatedTexts& stated;
  int width;

  std::string Say(const std::string& key, const Arguments& arguments = {}) const {
    return catalogue.Message(absl::StrCat("report.match.", key), arguments);
  }
  std::string Called(const std::string& attribute) const {
    if (attribute.empty()) return Say("start");
    if (attribute == "*") return Say("others");
    const Attribute* found = schema.Find(attribute);
    return found == nullptr ? attribute : found->display_name;
  }
  std::string Share(double share) const { return FormatShareToTenth(share, catalogue); }
};

std::string VerdictText(const v1::MatchLeadResponse& match, const Telling& telling) {
  constexpr double kNothing = .0005;
  const std::string settled =
      match.information() < kNothing
          ? ""
          : telling.Say("settled", {{"share", telling.Share(match.information())}});
  const auto with = [&](const std::string& sentence) {
    return absl::StrCat(sentence, settled.empty() ? "" : " ", settled);
  };
  switch (match.outcome()) {
    case v1::MATCH_OUTCOME_MATCHED:
      return with(telling.Say("like", {{"share", telling.Share(match.typicality())}}));
    case v1::MATCH_OUTCOME_NOT_ENOUGH_KNOWN: return with(telling.Say("not_enough"));
    case v1::MATCH_OUTCOME_NONE_OF_YOURS: return with(telling.Say("none_of_yours"));
    default: return settled;
  }
}

std::string InTargetText(v1::InTarget in_target, const Telling& telling) {
  if (in_target == v1::IN_TARGET_UNSPECIFIED) return "";
  return Wrap(telling.Say(absl::StrCat("target_", InTargetWord(in_target))), telling.width, 0);
}

std::string PersonasText(const v1::MatchLeadResponse& match, const Telling& telling) {
  Table table(
      {{telling.Say("persona"), ""}, {"", ""}, {telling.Say("probability"), "", true}, {"", ""}});
  for (int i = 0; i < std::min(match.personas_size(), kPersonasShown); ++i) {
    const v1::PersonaProbability& persona = match.personas(i);
    table.AddRow({persona.display_name(), persona.persona(), telling.Share(persona.probability()),
                  Bar(persona.probability(), kBarWidth)});
  }
  return table.ToText(0);
}

// A share of the logit as what it multiplies the odds by: "×4.5", "÷1.3".
std::string FactorText(double share, const Catalogue& catalogue) {
  constexpr double kTooLarge = 1000;
  const std::string sign = share > 0 ? "×" : "÷";
  const double factor = std::exp(std::abs(share));
  if (factor >= kTooLarge) return absl::StrCat(sign, FormatNumber(kTooLarge, 0, catalogue), "+");
  const int decimals = factor < 1.1 ? 2 : factor < 10 ? 1 : 0;
  return absl::StrCat(sign, FormatNumber(factor, decimals, catalogue));
}

// The bar of the strongest reason is full.
std::string ReasonsText(const v1::MatchLeadResponse& match, const Telling& telling) {
  double strongest = 0;
  for (const v1::Reason& reason : match.reasons()) {
    strongest = std::max(strongest, std::abs(reason.contribution()));
  }
  if (strongest < kLeastWeight || match.personas_size() < 2) return "";
  const Arguments both = {{"winner", match.personas(0).persona()},
                          {"second", match.personas(1).persona()}};
  Table table({{telling.Say("why", both), ""},
               {"", ""},
               {"", ""},
               {telling.Say("factor"), "", true},
               {"", ""}});
  for (const v1::Reason& reason : match.reasons()) {
    const double share = reason.contribution();
    if (std::abs(share) < kLeastWeight) continue;
    const auto value = telling.stated.find(reason.attribute());
    table.AddRow({telling.Called(reason.attribute()),
                  value == telling.stated.end() ? "" : value->second,
                  telling.Say(share > 0 ? "for" : "against"), FactorText(share, telling.catalogue),
                  Bar(std::abs(share) / strongest, kBarWidth)});
  }
  return absl::StrCat("\n", table.ToText(telling.width),
                      Wrap(telling.Say("factors", both), telling.width, 0));
}

// --- Authored personas ------------------------------------------------------

std::string FitWords(const v1::AuthoredMatch& match) {
  constexpr double kClear = 1.0986;  // ln 3: three times as well as chance.
  if (match.fit() == 0) return "fit_unknown";
  if (match.fit() > 0) return match.fit() >= kClear ? "fits_well" : "fits";
  return match.fit() <= -kClear ? "fits_badly" : "fits_not";
}

std::string CriteriaText(const v1::AuthoredMatch& match, v1::CriterionState state, const char* key,
                         const Telling& telling) {
  std::vector<std::string> criteria;
  for (const v1::CriterionMatch& criterion : match.criteria()) {
    if (criterion.state() == state) criteria.push_back(criterion.description());
  }
  if (criteria.empty()) return "";
  return Wrap(telling.Say(key, {{"criteria", absl::StrJoin(criteria, telling.Say("join") + " ")}}),
              telling.width, 6);
}

std::string AuthoredText(const v1::MatchLeadResponse& match, const Telling& telling) {
  if (match.authored_matches().empty()) return "";
  std::string text = absl::StrCat("\n", telling.Say("authored"), "\n");
  for (int i = 0; i < std::min(match.authored_matches_size(), kAuthoredShown); ++i) {
    const v1::AuthoredMatch& authored = match.authored_matches(i);
    absl::StrAppend(&text, "  ", authored.display_name(), "  (", authored.persona(),
                    "): ", telling.Say(FitWords(authored)), "\n",
                    CriteriaText(authored, v1::CRITERION_STATE_MET, "met", telling),
                    CriteriaText(authored, v1::CRITERION_STATE_NOT_MET, "not_met", telling),
                    CriteriaText(authored, v1::CRITERION_STATE_UNKNOWN, "unknown", telling));
  }
  return text;
}

// --- Questions --------------------------------------------------------------

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

// To the unit: 1949 to 1900; by division below 1, lest digits come after it.
double Rounded(double number, double unit) {
  constexpr double kLargest = 1e15;
  if (!(unit > 0) || std::abs(number) > kLargest) return number;
  return unit < 1 ? std::round(number / unit) / std::round(1 / unit)
                  : std::round(number / unit) * unit;
}

// "under 35", "35 to 52", "2 to 4"; a day: "since 2025-03-01".
std::string RangeText(const v1::AnswerEffect& answer, const Attribute& attribute, Date as_of,
                      double unit, const Catalogue& catalogue) {
  AnswerRange range;
  if (answer.has_low()) range.low = answer.low();
  if (answer.has_high()) range.high = answer.high();
  if (attribute.type == AttributeType::kDate || attribute.type == AttributeType::kTimestamp) {
    return DescribeDays(range, as_of, catalogue);
  }
  const bool is_count = attribute.distribution == Distribution::kCount;
  const bool in_years = attribute.birth == Birth::kBirthYear || attribute.birth == Birth::kAge;
  range.whole = is_count || in_years;
  for (std::optional<double>* end : {&range.low, &range.high}) {
    if (!end->has_value()) continue;
    *end = is_count ? std::ceil(**end) : Rounded(**end, in_years ? 1 : unit);
  }
  if (is_count && !range.low && range.high == 1.) range.low = 0;
  return DescribeNumbers(range, attribute, catalogue);
}

std::string AnswerText(const v1::AnswerEffect& answer, const Attribute& attribute, Date as_of,
                       double unit, const Catalogue& catalogue) {
  if (answer.has_low() || answer.has_high()) {
    return RangeText(answer, attribute, as_of, unit, catalogue);
  }
  if (answer.levels().empty()) {
    const bool is_set = attribute.type == AttributeType::kSet;
    return catalogue.Message(is_set ? "answer.none_of_them" : "answer.any");
  }
  const std::string first = DescribeLevel(answer.levels(0), attribute, catalogue);
  if (answer.levels_size() > kLevelsShown) {
    return catalogue.Message("answer.or_rare", {{"level", first}});
  }
  return absl::StrJoin(answer.levels(), absl::StrCat(" ", catalogue.Message("list.and"), " "),
                       [&](std::string* text, const std::string& level) {
                         absl::StrAppend(text, DescribeLevel(level, attribute, catalogue));
                       });
}

// "under 35: then s2, 81.0 %; 35 or more: still s1, 60.0 %".
std::string AnswersText(const v1::SuggestedQuestion& question, const std::string& winner,
                        Date as_of, const Telling& telling) {
  const Attribute* found = telling.schema.Find(question.attribute());
  const Attribute attribute = found == nullptr ? Attribute{.type = AttributeType::kSet} : *found;
  std::vector<std::string> parts;
  for (const v1::AnswerEffect& answer : question.answers()) {
    if (std::ssize(parts) == kAnswersShown) break;
    parts.push_back(telling.Say(
        answer.persona() == winner ? "stays" : "changes",
        {{"answer", AnswerText(answer, attribute, as_of, UnitOf(question), telling.catalogue)},
         {"persona", answer.persona()},
         {"share", telling.Share(answer.persona_probability())}}));
  }
  return absl::StrJoin(parts, telling.Say("join") + " ");
}

// What is open is the entropy of the personas' probabilities, in bits as the gain.
double OpenBits(const v1::MatchLeadResponse& match) {
  double bits = 0;
  for (const v1::PersonaProbability& persona : match.personas()) {
    if (persona.probability() > 0) bits -= persona.probability() * std::log2(persona.probability());
  }
  return bits;
}

std::string SettlesText(double share, const Telling& telling) {
  constexpr std::pair<double, const char*> kWords[] = {
      {.9, "all"},    {.7, "three_quarters"}, {.58, "two_thirds"}, {.42, "half"},
      {.29, "third"}, {.18, "quarter"},       {.07, "tenth"},      {0, "little"}};
  for (const auto& [least, word] : kWords) {
    if (share >= least) return telling.Say(absl::StrCat("settles.", word));
  }
  return telling.Say("settles.little");
}

std::string QuestionsText(const v1::MatchLeadResponse& match, const Telling& telling) {
  if (match.questions().empty() || match.personas().empty()) return "";
  constexpr double kDecided = .95;
  const auto day = DateFromProto(match.as_of());
  const Date as_of = day.ok() ? *day : Date{};
  std::string text = absl::StrCat("\n", telling.Say("ask"), "\n");
  const bool decided = match.personas(0).probability() >= kDecided;
  if (decided) absl::StrAppend(&text, Wrap(telling.Say("decided"), telling.width, 2));
  for (const v1::SuggestedQuestion& question : match.questions()) {
    absl::StrAppend(
        &text, "  ",
        question.question().empty() ? telling.Called(question.attribute()) : question.question(),
        "  (", question.attribute());
    if (!decided && OpenBits(match) > 0) {
      absl::StrAppend(&text, ", ", SettlesText(question.gain() / OpenBits(match), telling));
    }
    absl::StrAppend(&text, ")\n");
    const std::string answers = AnswersText(question, match.personas(0).persona(), as_of, telling);
    if (!answers.empty()) absl::StrAppend(&text, Wrap(answers, telling.width, 6));
  }
  return text;
}

std::string PriorText(v1::Prior prior, const Catalogue& catalogue) {
  switch (prior) {
    case v1::PRIOR_UNIFORM: return catalogue.Message("report.prior.uniform");
    case v1::PRIOR_TRAINING: return catalogue.Message("report.prior.training");
    case v1::PRIOR_LEADS: return catalogue.Message("report.prior.leads");
    default: return catalogue.Message("report.prior.unknown");
  }
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

std::string UnreadText(const v1::MatchLeadResponse& match, const Telling& telling) {
  std::string text;
  for (const std::string& attribute : match.unread_attributes()) {
    const auto value = telling.stated.find(attribute);
    const bool is_stated = value != telling.stated.end();
    Arguments arguments = {{"label", telling.Called(attribute)}};
    if (is_stated) arguments.emplace_back("value", value->second);
    absl::StrAppend(&text, Wrap(telling.Say(is_stated ? "unread_value" : "unread", arguments),
                                telling.width, 0));
  }
  return text.empty() ? text : absl::StrCat("\n", text);
}

}  // namespace

std::string MatchText(const v1::MatchLeadResponse& match, const Schema& schema,
                      const StatedTexts& stated, Language language, int width) {
  const Telling telling{Catalogue::For(language), schema, stated, width};
  const std::string basis =
      telling.Say("basis", {{"model", IdOf(match.model())},
                            {"day", DateText(match.as_of())},
                            {"prior", PriorText(match.prior(), telling.catalogue)}});
  return absl::StrCat(PersonasText(match, telling), "\n",
                      Wrap(VerdictText(match, telling), width, 0),
                      InTargetText(match.in_target(), telling), UnreadText(match, telling),
                      ReasonsText(match, telling), AuthoredText(match, telling),
                      QuestionsText(match, telling), "\n", Wrap(basis, width, 0));
}

Table MatchesTable() {
  return Table({{"ID", "id"},
                {"PERSONA", "persona"},
                {"PROBABILITY", "probability", true},
                {"SECOND", "runner_up"},
                {"TYPICAL", "typical"},
                {"IN TARGET", "in_target"},
                {"REASONS", "reasons"},
                {"ASK NEXT", "next_question"},
                {"YOUR OWN", "authored_persona"},
                {"OUTCOME", "outcome"},
                {"NAME", "persona_name"}});
}

void AddMatchRow(const std::string& id, const v1::LeadMatch& match, const std::string& persona_name,
                 Table& table) {
  table.AddRow({id, match.persona(), ShareCell(match.probability()), match.runner_up(),
                Cell(match.typical() ? "yes" : "no", match.typical() ? "true" : "false"),
                InTargetWord(match.in_target()), ReasonsCell(match, "prior"), match.next_question(),
                match.authored_persona(), OutcomeText(match.outcome()), persona_name});
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
  row.set_in_target(match.in_target());
  if (match.authored_matches_size() > 0 && match.authored_matches(0).fit() > 0) {
    row.set_authored_persona(match.authored_matches(0).persona());
    row.set_authored_fit(match.authored_matches(0).fit());
  }
  return row;
}

}  // namespace cible
