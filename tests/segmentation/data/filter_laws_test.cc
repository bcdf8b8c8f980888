// The laws of the filter language's three-valued logic, on random filters and
// random contacts, and its agreement with an evaluator that is written one row
// at a time from docs/api.md.

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/strings/substitute.h"
#include "absl/time/time.h"
#include "segmentation/data/filter.h"

namespace cible {
namespace {

using Words = std::vector<std::string>;
using Kleene = std::optional<bool>;   // No value: unknown.
using Answers = std::vector<Kleene>;  // One a row.

constexpr std::int64_t kMicrosPerDay = 86'400'000'000;
constexpr std::int32_t kDay = 20'000;  // 2024-10-04.

// ---- Random contacts.

const Words kLevels = {"low", "medium", "high"};
const Words kOrderings = {"<", "<=", ">", ">="};
const Words kEqualities = {"=", "!=", ":"};
const Words kOps = {"=", "!=", ":", "<", "<=", ">", ">="};

struct Contacts {
  ContactTable table;
  ContactFacts facts;
};

// Not scaled by RapidCheck's size, which begins at nothing.
int Between(int least, int most) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(least, most + 1));
}

template <typename T>
T OneOf(const std::vector<T>& choices) {
  return *rc::gen::elementOf(choices);
}

const Schema& Shoppers() {
  static const Schema* schema = [] {
    auto* shoppers = new Schema;
    for (const Attribute& attribute : std::vector<Attribute>{
             {.id = "age", .type = AttributeType::kNumeric},
             {.id = "country", .type = AttributeType::kCategorical},
             {.id = "loyalty", .type = AttributeType::kOrdinal, .levels = kLevels},
             {.id = "channels", .type = AttributeType::kSet},
             {.id = "newsletter", .type = AttributeType::kBoolean},
             {.id = "first_visit", .type = AttributeType::kDate},
             {.id = "seen", .type = AttributeType::kTimestamp},
             {.id = "home", .type = AttributeType::kLocation},
             {.id = "email", .type = AttributeType::kText, .role = Role::kIdentity}}) {
      EXPECT_TRUE(shoppers->Add(attribute).ok());
    }
    return shoppers;
  }();
  return *schema;
}

Value RandomValue(AttributeType type) {
  switch (type) {
    case AttributeType::kNumeric: return OneOf<double>({-5, 0, 25, 40, 61.5});
    case AttributeType::kCategorical: return OneOf<std::string>({"FR", "BE", "CH"});
    case AttributeType::kOrdinal: return OneOf<std::string>({"low", "medium", "high", "platinum"});
    case AttributeType::kSet:
      return OneOf<StringSet>({{}, {{"web"}}, {{"store", "web"}}, {{"phone", "store"}}});
    case AttributeType::kBoolean: return OneOf<bool>({false, true});
    case AttributeType::kDate: return Date{kDay + Between(-1, 1)};
    case AttributeType::kTimestamp:
      return Timestamp{(kDay + Between(-1, 1)) * kMicrosPerDay + OneOf<std::int64_t>({-1, 0, 1})};
    case AttributeType::kLocation:
      return OneOf<LatLng>({{48.85, 2.35}, {50.85, 4.35}, {-33.87, 151.21}, {0, 180}, {90, 0}});
    case AttributeType::kText: break;
  }
  return OneOf<std::string>({"a@example.com", "b@example.com"});
}

Contacts RandomContacts() {
  Contacts contacts;
  ContactTable& table = contacts.table;
  table.row_count = Between(0, 7);
  for (const Attribute& attribute : Shoppers().attributes()) {
    if (Between(0, 7) == 0) continue;  // A table may lack a column.
    Column column = MakeColumn(attribute.id, attribute.type);
    for (int row = 0; row < table.row_count; ++row) {
      const bool known = Between(0, 2) > 0;
      Append(column, known ? std::optional<Value>(RandomValue(attribute.type)) : std::nullopt);
    }
    table.columns.push_back(std::move(column));
  }
  for (int row = 0; row < table.row_count; ++row) {
    table.ids.push_back(absl::StrCat("c", row));
    contacts.facts.segments.push_back(OneOf<std::string>({"", "s1", "s2"}));
    contacts.facts.stages.push_back(
        OneOf<Stage>({Stage::kUnknown, Stage::kLead, Stage::kProspect, Stage::kCustomer}));
    contacts.facts.lifecycles.push_back(LifecycleState());
    contacts.facts.lifecycles.back().Set(LifecycleField::kTemperature, Between(0, 3));
  }
  if (Between(0, 3) > 0) contacts.facts.today = Date{kDay + Between(-1, 1)};
  return contacts;
}

// ---- Random filters, each with what it should say of a row.

using Reference = std::function<Kleene(const Contacts&, int row)>;

struct Expression {
  std::string text;
  Reference reference;
};

std::ostream& operator<<(std::ostream& out, const Expression& expression) {
  return out << expression.text;
}

bool Compare(const std::string& op, double order) {
  if (op == "=" || op == ":") return order == 0;
  if (op == "!=") return order != 0;
  if (op == "<") return order < 0;
  if (op == "<=") return order <= 0;
  return op == ">" ? order > 0 : order >= 0;
}

std::optional<Value> Cell(const Contacts& contacts, const std::string& attribute, int row) {
  const Column* column = contacts.table.Find(attribute);
  return column == nullptr ? std::nullopt : Get(*column, row);
}

// `attribute op literal`, `order` saying how a value stands to the literal:
// below, at or above 0; NaN for not at all.
Expression Compared(const std::string& attribute, const Words& ops, const std::string& literal,
                    const std::function<double(const Value&)>& order) {
  const std::string op = OneOf(ops);
  return {absl::StrCat(attribute, OneOf<std::string>({"", " "}), op, " ", literal),
          [=](const Contacts& contacts, int row) -> Kleene {
            const auto value = Cell(contacts, attribute, row);
            const double stands = value.has_value() ? order(*value) : NAN;
            return std::isnan(stands) ? Kleene() : Compare(op, stands);
          }};
}

std::string Quoted(const std::string& text) {
  return *rc::gen::arbitrary<bool>() ? absl::StrCat("\"", text, "\"")
                                     : absl::StrCat("'", text, "'");
}

Expression OnText(const std::string& attribute, AttributeType type) {
  const auto wanted = std::get<std::string>(RandomValue(type));
  return Compared(attribute, kEqualities, Quoted(wanted), [wanted](const Value& value) {
    return std::get<std::string>(value) == wanted ? 0 : 1;
  });
}

Expression OnLevel() {
  const int wanted = Between(0, 2);
  return Compared("loyalty", kOps, kLevels[static_cast<std::size_t>(wanted)],
                  [wanted](const Value& value) {
                    const auto& level = std::get<std::string>(value);
                    const auto found = std::find(kLevels.begin(), kLevels.end(), level);
                    if (found == kLevels.end()) return static_cast<double>(NAN);
                    return static_cast<double>(found - kLevels.begin() - wanted);
                  });
}

Expression OnNumber() {
  const auto wanted = std::get<double>(RandomValue(AttributeType::kNumeric));
  return Compared("age", kOps, absl::StrCat(wanted),
                  [wanted](const Value& value) { return std::get<double>(value) - wanted; });
}

Expression OnBoolean() {
  const bool wanted = *rc::gen::arbitrary<bool>();
  return Compared("newsletter", kEqualities, wanted ? "true" : "false",
                  [wanted](const Value& value) { return std::get<bool>(value) == wanted ? 0 : 1; });
}

Expression OnDate() {
  const auto wanted = std::get<Date>(RandomValue(AttributeType::kDate));
  return Compared("first_visit", kOps, Quoted(FormatDate(wanted)), [wanted](const Value& value) {
    return std::get<Date>(value).days - wanted.days;
  });
}

Expression OnDayOfInstant() {
  const auto wanted = std::get<Date>(RandomValue(AttributeType::kDate));
  return Compared("seen", kOps, FormatDate(wanted), [wanted](const Value& value) {
    const auto micros = static_cast<double>(std::get<Timestamp>(value).micros);
    return std::floor(micros / kMicrosPerDay) - wanted.days;
  });
}

Expression OnInstant() {
  const auto wanted = std::get<Timestamp>(RandomValue(AttributeType::kTimestamp));
  const std::string literal = absl::FormatTime(
      "%Y-%m-%dT%H:%M:%E*SZ", absl::FromUnixMicros(wanted.micros), absl::UTCTimeZone());
  return Compared("seen", kOps, Quoted(literal), [wanted](const Value& value) {
    return static_cast<double>(std::get<Timestamp>(value).micros - wanted.micros);
  });
}

// A day is all of its instants.
Expression OnToday() {
  const bool is_date = *rc::gen::arbitrary<bool>();
  const std::string attribute = is_date ? "first_visit" : "seen", op = OneOf(kOps);
  const int offset = OneOf<int>({-7, -1, 0, 1});
  const std::string literal = offset == -7  ? "today - 1w"
                              : offset == 0 ? "today"
                                            : absl::StrCat("today ", offset < 0 ? "-1d" : "+ 1d");
  return {absl::StrCat(attribute, " ", op, " ", literal),
          [=](const Contacts& contacts, int row) -> Kleene {
            const auto value = Cell(contacts, attribute, row);
            const auto today = contacts.facts.today;
            if (!value.has_value() || !today.has_value()) return std::nullopt;
            const double day =
                is_date ? std::get<Date>(*value).days
                        : std::floor(static_cast<double>(std::get<Timestamp>(*value).micros) /
                                     kMicrosPerDay);
            return Compare(op, day - today->days - offset);
          }};
}

Expression OnTag() {
  const auto wanted = OneOf<std::string>({"web", "store", "phone", "fax"});
  return Compared("channels", {":"}, wanted, [wanted](const Value& value) {
    const auto& tags = std::get<StringSet>(value).members;
    return std::find(tags.begin(), tags.end(), wanted) == tags.end() ? 1 : 0;
  });
}

// By the spherical law of cosines, good to some metres; the places are far from
// the limits.
double RoughKm(LatLng a, LatLng b) {
  constexpr double kRadians = std::numbers::pi / 180;
  const double cosine = std::sin(a.latitude * kRadians) * std::sin(b.latitude * kRadians) +
                        std::cos(a.latitude * kRadians) * std::cos(b.latitude * kRadians) *
                            std::cos((a.longitude - b.longitude) * kRadians);
  return 6371.0088 * std::acos(std::clamp(cosine, -1., 1.));
}

Expression OnDistance() {
  const auto there = std::get<LatLng>(RandomValue(AttributeType::kLocation));
  const double km = OneOf<double>({1, 50, 300, 12'000, 21'000});
  const std::string op = OneOf(kOrderings);
  return {absl::StrCat("distance(home, ", there.latitude, ",", there.longitude, ") ", op, " ", km),
          [=](const Contacts& contacts, int row) -> Kleene {
            const auto value = Cell(contacts, "home", row);
            if (!value.has_value()) return std::nullopt;
            return Compare(op, RoughKm(std::get<LatLng>(*value), there) - km);
          }};
}

// `known` of a text of the contact; empty is unknown.
Expression OnFact() {
  using Fact = std::string (*)(const Contacts&, std::size_t row);
  struct Kind {
    std::string name;
    Words values;
    Fact fact;
  };
  const auto kind = OneOf<int>({0, 1, 2, 3});
  const std::vector<Kind> kinds = {
      {"contact.id", {"c0", "c3"}, [](const Contacts& c, std::size_t i) { return c.table.ids[i]; }},
      {"contact.segment",
       {"s1", "s2"},
       [](const Contacts& c, std::size_t i) { return c.facts.segments[i]; }},
      {"contact.stage",
       {"LEAD", "PROSPECT", "CUSTOMER"},
       [](const Contacts& c, std::size_t i) {
         const Stage stage = c.facts.stages[i];
         return stage == Stage::kUnknown ? std::string() : std::string(Name(stage));
       }},
      {"contact.temperature", {"COLD", "WARM", "HOT"}, [](const Contacts& c, std::size_t i) {
         const Temperature temperature = c.facts.lifecycles[i].temperature();
         if (temperature == Temperature::kUnknown) return std::string();
         return std::string(temperature == Temperature::kCold   ? "COLD"
                            : temperature == Temperature::kWarm ? "WARM"
                                                                : "HOT");
       }}};
  const Kind chosen = kinds[static_cast<std::size_t>(kind)];
  const std::string op = OneOf(kEqualities), wanted = OneOf(chosen.values);
  return {absl::StrCat(chosen.name, " ", op, " ", wanted),
          [=](const Contacts& contacts, int row) -> Kleene {
            const std::string value = chosen.fact(contacts, static_cast<std::size_t>(row));
            if (value.empty()) return std::nullopt;
            return Compare(op, value == wanted ? 0 : 1);
          }};
}

// Asks whether a value is known: an answer that is never unknown.
Expression OnKnowledge() {
  const std::string attribute = OneOf(Shoppers().attributes()).id;
  const bool asks_missing = *rc::gen::arbitrary<bool>();
  return {
      asks_missing ? absl::StrCat("is_missing(", attribute, ")") : absl::StrCat(attribute, ":*"),
      [=](const Contacts& contacts, int row) -> Kleene {
        return Cell(contacts, attribute, row).has_value() != asks_missing;
      }};
}

Expression RandomComparison(bool may_ask_knowledge) {
  switch (Between(0, may_ask_knowledge ? 12 : 11)) {
    case 0: return OnNumber();
    case 1: return OnText("country", AttributeType::kCategorical);
    case 2: return OnText("email", AttributeType::kText);
    case 3: return OnLevel();
    case 4: return OnBoolean();
    case 5: return OnDate();
    case 6: return OnDayOfInstant();
    case 7: return OnInstant();
    case 8: return OnTag();
    case 9: return OnDistance();
    case 10: return OnFact();
    case 11: return OnToday();
    default: return OnKnowledge();
  }
}

// Kleene's strong tables, written out.
Kleene Not(Kleene x) {
  if (!x.has_value()) return std::nullopt;
  return !*x;
}
Kleene And(Kleene x, Kleene y) {
  if (x == Kleene(false) || y == Kleene(false)) return false;
  if (x == Kleene(true) && y == Kleene(true)) return true;
  return std::nullopt;
}
Kleene Or(Kleene x, Kleene y) {
  if (x == Kleene(true) || y == Kleene(true)) return true;
  if (x == Kleene(false) && y == Kleene(false)) return false;
  return std::nullopt;
}

Expression RandomExpression(int depth, bool may_ask_knowledge);

Expression RandomChain(int depth, bool may_ask_knowledge) {
  const bool is_and = *rc::gen::arbitrary<bool>();
  std::vector<Reference> references;
  Words texts;
  for (int count = Between(2, 3); count > 0; --count) {
    const Expression operand = RandomExpression(depth - 1, may_ask_knowledge);
    references.push_back(operand.reference);
    texts.push_back(absl::StrCat("(", operand.text, ")"));
  }
  return {absl::StrJoin(texts, is_and ? " AND " : " OR "), [=](const Contacts& contacts, int row) {
            Kleene result = is_and;
            for (const Reference& reference : references) {
              const Kleene x = reference(contacts, row);
              result = is_and ? And(result, x) : Or(result, x);
            }
            return result;
          }};
}

// At most 3^depth comparisons.
Expression RandomExpression(int depth, bool may_ask_knowledge = true) {
  const int shape = depth == 0 ? 0 : Between(0, 3);
  if (shape == 0) return RandomComparison(may_ask_knowledge);
  if (shape > 1) return RandomChain(depth, may_ask_knowledge);
  const Expression operand = RandomExpression(depth - 1, may_ask_knowledge);
  return {absl::StrCat(OneOf<std::string>({"NOT (", "-(", "NOT("}), operand.text, ")"),
          [operand](const Contacts& contacts, int row) {
            return Not(operand.reference(contacts, row));
          }};
}

rc::Gen<Expression> Expressions(int depth, bool may_ask_knowledge = true) {
  return rc::gen::exec([=] { return RandomExpression(depth, may_ask_knowledge); });
}

// ---- What the filter says, told from it and from its negation.

std::vector<std::uint8_t> Passing(const std::string& text, const Contacts& contacts) {
  const auto filter = Filter::Parse(text, Shoppers());
  if (!filter.ok()) RC_FAIL(absl::StrCat(text, ": ", filter.status().ToString()));
  return filter->Evaluate(contacts.table, contacts.facts);
}

Answers AnswersOf(const std::string& text, const Contacts& contacts) {
  const auto holds = Passing(text, contacts);
  const auto fails = Passing(absl::StrCat("NOT (", text, ")"), contacts);
  Answers answers;
  for (std::size_t row = 0; row < holds.size(); ++row) {
    RC_ASSERT(holds[row] + fails[row] < 2);
    answers.push_back(holds[row] + fails[row] == 0 ? Kleene() : holds[row] == 1);
  }
  return answers;
}

// That two filters say the same of all contacts, $0 and $1 standing for any
// two filters.
void ExpectLaw(const std::string& left, const std::string& right) {
  EXPECT_TRUE(rc::check(absl::StrCat(left, " is ", right), [&] {
    const std::string x = absl::StrCat("(", (*Expressions(2)).text, ")");
    const std::string y = absl::StrCat("(", (*Expressions(2)).text, ")");
    const Contacts contacts = RandomContacts();
    RC_ASSERT(AnswersOf(absl::Substitute(left, x, y), contacts) ==
              AnswersOf(absl::Substitute(right, x, y), contacts));
  }));
}

TEST(FilterLaws, TwoNegationsCancel) {
  ExpectLaw("NOT NOT $0", "$0");
  ExpectLaw("NOT (NOT $0)", "$0");
}

TEST(FilterLaws, NegationsGoThroughChainsByDeMorgan) {
  ExpectLaw("NOT ($0 AND $1)", "NOT $0 OR NOT $1");
  ExpectLaw("NOT ($0 OR $1)", "NOT $0 AND NOT $1");
}

TEST(FilterLaws, OrderAndRepetitionDoNotMatter) {
  ExpectLaw("$0 AND $1", "$1 AND $0");
  ExpectLaw("$0 OR $1", "$1 OR $0");
  ExpectLaw("$0 AND $0", "$0");
  ExpectLaw("$0 OR $0", "$0");
  ExpectLaw("$0 AND ($1 AND $0)", "($0 AND $1) AND $0");
  ExpectLaw("$0 OR ($1 OR $0)", "$0 OR $1 OR $0");
}

TEST(FilterLaws, OneChainAbsorbsTheOther) {
  ExpectLaw("$0 AND ($0 OR $1)", "$0");
  ExpectLaw("$0 OR ($0 AND $1)", "$0");
}

TEST(FilterLaws, ChainsDistributeOverEachOther) {
  ExpectLaw("$0 AND ($1 OR is_missing(age))", "($0 AND $1) OR ($0 AND is_missing(age))");
  ExpectLaw("$0 OR ($1 AND is_missing(age))", "($0 OR $1) AND ($0 OR is_missing(age))");
}

TEST(FilterLaws, NothingIsTrueTogetherWithItsNegation) {
  EXPECT_TRUE(rc::check([] {
    const Expression x = *Expressions(3);
    const Contacts contacts = RandomContacts();
    for (const Kleene& answer :
         AnswersOf(absl::Substitute("($0) AND NOT ($0)", x.text), contacts)) {
      RC_ASSERT(answer != Kleene(true));
    }
    for (const Kleene& answer : AnswersOf(absl::Substitute("($0) OR NOT ($0)", x.text), contacts)) {
      RC_ASSERT(answer != Kleene(false));
    }
  }));
}

TEST(FilterLaws, OperatorsAreNegationsOfEachOther) {
  EXPECT_TRUE(rc::check([] {
    const Contacts contacts = RandomContacts();
    for (const std::string& comparison : Words{"age $0 40", "loyalty $0 medium",
                                               "first_visit $0 2024-10-04", "seen $0 2024-10-04"}) {
      const auto with = [&](const std::string& op) { return absl::Substitute(comparison, op); };
      RC_ASSERT(AnswersOf(with("!="), contacts) == AnswersOf("NOT " + with("="), contacts));
      RC_ASSERT(AnswersOf(with(">="), contacts) == AnswersOf("NOT " + with("<"), contacts));
      RC_ASSERT(AnswersOf(with("<="), contacts) == AnswersOf("NOT " + with(">"), contacts));
    }
    RC_ASSERT(AnswersOf("distance(home, 0, 0) >= 9000", contacts) ==
              AnswersOf("NOT distance(home, 0, 0) < 9000", contacts));
  }));
}

TEST(FilterLaws, WhetherAValueIsKnownIsAlwaysKnown) {
  EXPECT_TRUE(rc::check([] {
    const Contacts contacts = RandomContacts();
    Words names = {"contact.id", "contact.segment", "contact.stage", "contact.temperature"};
    for (const Attribute& attribute : Shoppers().attributes()) names.push_back(attribute.id);
    for (const std::string& name : names) {
      const Answers missing = AnswersOf(absl::StrCat("is_missing(", name, ")"), contacts);
      for (const Kleene& answer : missing) RC_ASSERT(answer.has_value());
      RC_ASSERT(missing == AnswersOf(absl::StrCat("NOT ", name, ":*"), contacts));
    }
  }));
}

// What makes Kleene's tables the right ones: an answer given while something
// is unknown stands whatever it turns out to be. Filters that ask what is known
// are left out, for they ask about just that.
TEST(FilterLaws, LearningMoreNeverChangesAnAnswer) {
  EXPECT_TRUE(rc::check([] {
    const Expression x = *Expressions(3, /*may_ask_knowledge=*/false);
    const Contacts later = RandomContacts();
    Contacts earlier = later;
    for (Column& column : earlier.table.columns) {
      for (std::uint8_t& known : column.validity) known = known && *rc::gen::arbitrary<bool>();
    }
    const Answers before = AnswersOf(x.text, earlier), after = AnswersOf(x.text, later);
    for (std::size_t row = 0; row < before.size(); ++row) {
      RC_ASSERT(!before[row].has_value() || before[row] == after[row]);
    }
  }));
}

TEST(FilterEvaluate, AgreesWithAReferenceThatTakesOneRowAtATime) {
  EXPECT_TRUE(rc::check([] {
    const Expression x = *Expressions(4);
    const Contacts contacts = RandomContacts();
    const Answers answers = AnswersOf(x.text, contacts);
    for (int row = 0; row < contacts.table.row_count; ++row) {
      RC_ASSERT(answers[static_cast<std::size_t>(row)] == x.reference(contacts, row));
    }
  }));
}

// ---- Texts that are hardly filters.

std::string RandomPiece() {
  if (Between(0, 5) == 0) return std::string(1, *rc::gen::arbitrary<char>());
  return OneOf<std::string>({"age",
                             "home",
                             "seen",
                             "contact.id",
                             "(",
                             ")",
                             " AND ",
                             " OR ",
                             "NOT ",
                             "-",
                             ">=",
                             "=",
                             ":",
                             "*",
                             "\"",
                             "'",
                             "\\",
                             "3",
                             " ",
                             ",",
                             "web",
                             "\xc3",
                             "\xa9",
                             "!",
                             "distance",
                             "is_missing",
                             "is_missing(age)",
                             "distance(home,1,2)",
                             "<",
                             "e.1",
                             "\n",
                             "low",
                             "%",
                             "2024-10-04"});
}

TEST(FilterParse, TakesAnyTextOrSaysWhereItIsWrong) {
  EXPECT_TRUE(rc::check([] {
    Words pieces;
    for (int count = Between(0, 29); count > 0; --count) pieces.push_back(RandomPiece());
    const std::string text = absl::StrJoin(pieces, "");
    const auto filter = Filter::Parse(text, Shoppers());
    if (filter.ok()) {
      const Contacts contacts = RandomContacts();
      RC_ASSERT(filter->Evaluate(contacts.table, contacts.facts).size() ==
                static_cast<std::size_t>(contacts.table.row_count));
      return;
    }
    RC_ASSERT(filter.status().code() == absl::StatusCode::kInvalidArgument);
    absl::string_view message = filter.status().message();
    RC_ASSERT(absl::ConsumePrefix(&message, "filter, position "));
    std::size_t position = 0;
    RC_ASSERT(absl::SimpleAtoi(message.substr(0, message.find(':')), &position));
    RC_ASSERT(position >= 1u);
    RC_ASSERT(position <= text.size() + 1);
  }));
}

}  // namespace
}  // namespace cible
