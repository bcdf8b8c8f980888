#include "segmentation/data/filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "segmentation/clustering/random.h"
#include "segmentation/data/filter_grammar.h"

namespace cible {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Flags = std::vector<int>;

constexpr std::int64_t kMicrosPerDay = 86'400'000'000;

Schema Shoppers() {
  Schema schema;
  const auto add = [&](const Attribute& attribute) {
    const absl::Status added = schema.Add(attribute);
    EXPECT_TRUE(added.ok()) << added;
  };
  add({.id = "age", .display_name = "Age in years", .type = AttributeType::kNumeric});
  add({.id = "country", .display_name = "Country", .type = AttributeType::kCategorical});
  add({.id = "loyalty", .type = AttributeType::kOrdinal, .levels = {"low", "medium", "high"}});
  add({.id = "channels", .type = AttributeType::kSet});
  add({.id = "newsletter", .type = AttributeType::kBoolean});
  add({.id = "first_visit", .type = AttributeType::kDate});
  add({.id = "seen", .type = AttributeType::kTimestamp});
  add({.id = "home", .type = AttributeType::kLocation});
  add({.id = "email", .type = AttributeType::kText, .role = Role::kIdentity});
  return schema;
}

// Four contacts; nothing is known of the last.
ContactTable FourShoppers() {
  const std::vector<std::pair<std::string, std::vector<std::optional<Value>>>> cells = {
      {"age", {25.0, 40.0, 61.5, std::nullopt}},
      {"country", {"FR", "BE", "FR", std::nullopt}},
      {"loyalty", {"high", "low", "medium", std::nullopt}},
      {"channels", {StringSet{{"store", "web"}}, StringSet{}, StringSet{{"phone"}}, std::nullopt}},
      {"newsletter", {true, false, true, std::nullopt}},
      {"first_visit",
       {*ParseDate("2025-01-31"), *ParseDate("2024-12-01"), *ParseDate("2025-06-30"),
        std::nullopt}},
      {"seen",
       {Timestamp{20'000 * kMicrosPerDay + 1}, Timestamp{20'001 * kMicrosPerDay},
        Timestamp{20'000 * kMicrosPerDay - 1}, std::nullopt}},
      {"home", {LatLng{48.8, 2.3}, std::nullopt, LatLng{50.8, 4.3}, std::nullopt}},
      {"email", {"a@example.com", "b@example.com", "", std::nullopt}}};
  const Schema schema = Shoppers();
  ContactTable table;
  table.row_count = 4;
  table.ids = {"c1", "c2", "c3", "c4"};
  for (const auto& [attribute, values] : cells) {
    Column column = MakeColumn(attribute, schema.Find(attribute)->type);
    for (const auto& value : values) Append(column, value);
    table.columns.push_back(std::move(column));
  }
  return table;
}

ContactFacts FourFacts() {
  return {.ids = {"c1", "c2", "c3", "c4"},
          .segments = {"s1", "s2", "", "s1"},
          .stages = {Stage::kLead, Stage::kCustomer, Stage::kUnknown, Stage::kProspect}};
}

Flags Passing(absl::string_view text) {
  const auto filter = Filter::Parse(text, Shoppers());
  EXPECT_TRUE(filter.ok()) << text << ": " << filter.status();
  if (!filter.ok()) return {};
  const auto flags = filter->Evaluate(FourShoppers(), FourFacts());
  return Flags(flags.begin(), flags.end());
}

std::string Refusal(absl::string_view text) {
  const auto filter = Filter::Parse(text, Shoppers());
  EXPECT_EQ(filter.status().code(), absl::StatusCode::kInvalidArgument) << text;
  return std::string(filter.status().message());
}

TEST(FilterEvaluate, ComparesEveryTypeInItsOwnWay) {
  EXPECT_EQ(Passing("age >= 40"), (Flags{0, 1, 1, 0}));
  EXPECT_EQ(Passing("age = 61.5"), (Flags{0, 0, 1, 0}));
  EXPECT_EQ(Passing("age > -5"), (Flags{1, 1, 1, 0}));
  EXPECT_EQ(Passing("country = FR"), (Flags{1, 0, 1, 0}));
  EXPECT_EQ(Passing("country != \"FR\""), (Flags{0, 1, 0, 0}));
  EXPECT_EQ(Passing("country:'BE'"), (Flags{0, 1, 0, 0}));
  EXPECT_EQ(Passing("loyalty > low"), (Flags{1, 0, 1, 0}));
  EXPECT_EQ(Passing("loyalty <= medium"), (Flags{0, 1, 1, 0}));
  EXPECT_EQ(Passing("channels:web"), (Flags{1, 0, 0, 0}));
  EXPECT_EQ(Passing("newsletter = true"), (Flags{1, 0, 1, 0}));
  EXPECT_EQ(Passing("newsletter:false"), (Flags{0, 1, 0, 0}));
  EXPECT_EQ(Passing("first_visit >= \"2025-01-31\""), (Flags{1, 0, 1, 0}));
  EXPECT_EQ(Passing("first_visit < 2025-01-31"), (Flags{0, 1, 0, 0}));
  EXPECT_EQ(Passing("email = a@example.com"), (Flags{1, 0, 0, 0}));
}

TEST(FilterEvaluate, ADayStandsForAllItsInstants) {
  // Day 20,000 is 2024-10-04.
  EXPECT_EQ(Passing("seen = 2024-10-04"), (Flags{1, 0, 0, 0}));
  EXPECT_EQ(Passing("seen <= 2024-10-04"), (Flags{1, 0, 1, 0}));
  EXPECT_EQ(Passing("seen > \"2024-10-04T00:00:00Z\""), (Flags{1, 1, 0, 0}));
  EXPECT_EQ(Passing("seen > \"2024-10-04T02:00:00+02:00\""), (Flags{1, 1, 0, 0}));
}

TEST(FilterEvaluate, AsksWhetherAValueIsKnown) {
  EXPECT_EQ(Passing("age:*"), (Flags{1, 1, 1, 0}));
  EXPECT_EQ(Passing("NOT age:*"), (Flags{0, 0, 0, 1}));
  EXPECT_EQ(Passing("home:*"), (Flags{1, 0, 1, 0}));
  EXPECT_EQ(Passing("channels:*"), (Flags{1, 1, 1, 0})) << "an empty set is known";
  EXPECT_EQ(Passing("channels:\"*\""), (Flags{0, 0, 0, 0})) << "a tag named *";
}

TEST(FilterEvaluate, UnknownStaysUnknownUnderNotAndUnequal) {
  EXPECT_EQ(Passing("age != 40"), (Flags{1, 0, 1, 0}));
  EXPECT_EQ(Passing("NOT age = 40"), (Flags{1, 0, 1, 0}));
  EXPECT_EQ(Passing("-age = 40"), (Flags{1, 0, 1, 0}));
  EXPECT_EQ(Passing("NOT NOT age = 40"), (Flags{0, 1, 0, 0}));
  EXPECT_EQ(Passing("age = 40 OR contact.id = c4"), (Flags{0, 1, 0, 1}));
  EXPECT_EQ(Passing("NOT (age = 40 AND contact.id = c1)"), (Flags{1, 1, 1, 1}));
}

TEST(FilterEvaluate, ReadsIdSegmentAndStageOfTheContact) {
  EXPECT_EQ(Passing("contact.segment = \"s1\""), (Flags{1, 0, 0, 1}));
  EXPECT_EQ(Passing("contact.segment != s1"), (Flags{0, 1, 0, 0})) << "no segment is unknown";
  EXPECT_EQ(Passing("NOT contact.segment:*"), (Flags{0, 0, 1, 0}));
  EXPECT_EQ(Passing("contact.stage = CUSTOMER"), (Flags{0, 1, 0, 0}));
  EXPECT_EQ(Passing("contact.stage:*"), (Flags{1, 1, 0, 1}));
  EXPECT_EQ(Passing("contact.id = c2 OR contact.id = c3"), (Flags{0, 1, 1, 0}));
}

TEST(FilterEvaluate, TakesIdsFromTheTableAndEverythingElseAsUnknownWithoutFacts) {
  const auto by_id = Filter::Parse("contact.id = c2", Shoppers());
  EXPECT_THAT(by_id->Evaluate(FourShoppers(), {}), ElementsAre(0, 1, 0, 0));
  const auto by_segment = Filter::Parse("contact.segment = s1 OR age:*", Shoppers());
  EXPECT_THAT(by_segment->Evaluate(FourShoppers(), {}), ElementsAre(1, 1, 1, 0));
  ContactTable bare;
  bare.row_count = 2;
  EXPECT_THAT(by_id->Evaluate(bare, {}), ElementsAre(0, 0));
  EXPECT_THAT(Filter::Parse("NOT age:*", Shoppers())->Evaluate(bare, {}), ElementsAre(1, 1));
}

TEST(FilterEvaluate, TakesALevelOutsideTheSchemaAsUnknown) {
  ContactTable table;
  table.row_count = 1;
  table.columns.push_back(MakeColumn("loyalty", AttributeType::kOrdinal));
  Append(table.columns.back(), std::string("platinum"));
  EXPECT_THAT(Filter::Parse("loyalty >= low", Shoppers())->Evaluate(table, {}), ElementsAre(0));
  EXPECT_THAT(Filter::Parse("NOT loyalty >= low", Shoppers())->Evaluate(table, {}), ElementsAre(0));
}

TEST(FilterParse, SaysWhatItReads) {
  const auto filter = Filter::Parse(
      "(\"Age in years\" > 3 OR country = FR) AND age < 9 AND contact.segment = s1", Shoppers());
  ASSERT_TRUE(filter.ok()) << filter.status();
  EXPECT_THAT(filter->attributes(), ElementsAre("age", "country"));
  EXPECT_TRUE(filter->reads_segment());
  EXPECT_FALSE(filter->passes_all());
  EXPECT_FALSE(Filter::Parse("age > 3", Shoppers())->reads_segment());
}

TEST(FilterParse, PassesEverythingWhenEmpty) {
  for (const char* text : {"", "  \n\t"}) {
    const auto filter = Filter::Parse(text, Shoppers());
    ASSERT_TRUE(filter.ok());
    EXPECT_TRUE(filter->passes_all());
    EXPECT_THAT(filter->Evaluate(FourShoppers(), FourFacts()), ElementsAre(1, 1, 1, 1));
  }
}

TEST(FilterParse, TakesBlanksQuotesAndWordsAsPeopleWriteThem) {
  EXPECT_EQ(Passing(" ( age>=40 )AND(country=\"FR\" ) "), (Flags{0, 0, 1, 0}));
  EXPECT_EQ(Passing("country = \"\\F\\R\""), (Flags{1, 0, 1, 0}));
  EXPECT_EQ(Passing("country = \"F\\\"R\""), (Flags{0, 0, 0, 0}));
  EXPECT_EQ(Passing("email = \"\""), (Flags{0, 0, 1, 0}));
  EXPECT_EQ(Passing("country = NOTE OR country = ORANGE"), (Flags{0, 0, 0, 0}));
  EXPECT_EQ(Passing("country = \"AND\""), (Flags{0, 0, 0, 0}));
}

TEST(FilterParse, RefusesToMixAndWithOr) {
  const std::string refusal =
      "filter, position 22: AND and OR are mixed; put parentheses around those that belong "
      "together";
  EXPECT_EQ(Refusal("age > 3 AND age < 99 OR country = FR"), refusal);
  EXPECT_THAT(Refusal("(age > 3 OR age < 9 AND country = FR)"), HasSubstr("are mixed"));
  EXPECT_EQ(Passing("(age > 30 AND age < 50) OR country = FR"), (Flags{1, 1, 1, 0}));
  EXPECT_EQ(Passing("age > 30 AND (age < 50 OR country = FR)"), (Flags{0, 1, 1, 0}));
}

TEST(FilterParse, SaysWhereAndWhatWasExpected) {
  EXPECT_EQ(Refusal("age >"),
            "filter, position 6: expected a number, a word, or a text between quotes that are "
            "closed");
  EXPECT_EQ(Refusal("age 3"),
            "filter, position 5: expected =, !=, <, <=, >, >= or : after the attribute (AND, OR "
            "and NOT are in capitals)");
  EXPECT_EQ(Refusal("age > 3 AND"),
            "filter, position 12: expected a comparison such as age >= 25, or a parenthesis");
  EXPECT_EQ(Refusal("age > 3 country = FR"),
            "filter, position 9: expected AND, OR (in capitals) or the end");
  EXPECT_EQ(Refusal("(age > 3"), "filter, position 9: expected AND, OR (in capitals) or )");
  EXPECT_EQ(Refusal("age > 3)"), "filter, position 8: expected AND, OR (in capitals) or the end");
  EXPECT_THAT(Refusal("country = \"FR"), HasSubstr("quotes that are closed"));
  EXPECT_THAT(Refusal("AND = 3"), HasSubstr("position 1: expected a comparison"));
}

TEST(FilterParse, NamesAnUnknownAttribute) {
  EXPECT_EQ(Refusal("age > 3 AND income > 9"),
            "filter, position 13: attribute \"income\" is not in the schema; use the id or the "
            "display name of one that is, or contact.id, contact.segment, contact.stage");
  EXPECT_THAT(Refusal("contact.age = 3"), HasSubstr("\"contact.age\" is not in the schema"));
  EXPECT_THAT(Refusal(absl::StrCat("\"", std::string(300, 'x'), "\" = 3")),
              HasSubstr("position 1: attribute is not in the schema"));
}

TEST(FilterParse, RefusesAValueThatDoesNotFitWithoutEchoingIt) {
  const std::string expected_number =
      "filter: attribute \"age\" is NUMERIC; compare it with a number, such as 25 or -0.5";
  EXPECT_EQ(Refusal("age = secret"), expected_number);
  EXPECT_EQ(Refusal("age = nan"), expected_number);
  EXPECT_EQ(Refusal("age < inf"), expected_number);
  EXPECT_EQ(Refusal("country < FR"),
            "filter: attribute \"country\" is CATEGORICAL; compare it by = or !=");
  EXPECT_EQ(Refusal("email > a"), "filter: attribute \"email\" is TEXT; compare it by = or !=");
  EXPECT_EQ(Refusal("loyalty > secret"),
            "filter: attribute \"loyalty\" is ORDINAL; compare it with one of its levels: low, "
            "medium, high");
  EXPECT_EQ(Refusal("channels = web"),
            "filter: attribute \"channels\" is SET; ask for one tag by channels:tag");
  EXPECT_EQ(Refusal("newsletter = secret"),
            "filter: attribute \"newsletter\" is BOOLEAN; compare it by = or != with true or "
            "false");
  EXPECT_EQ(Refusal("first_visit > 31/01/2025"),
            "filter: attribute \"first_visit\" is DATE; compare it with a day, such as "
            "\"2025-01-31\"");
  EXPECT_EQ(Refusal("seen > secret"),
            "filter: attribute \"seen\" is TIMESTAMP; compare it with a day or an instant, such "
            "as \"2025-01-31\" or \"2025-01-31T18:30:00Z\"");
  EXPECT_EQ(Refusal("home = secret"),
            "filter: attribute \"home\" is LOCATION; ask whether it is known by home:*");
  EXPECT_EQ(Refusal("age = *"),
            "filter: attribute \"age\" is NUMERIC; * stands after : only; put it in quotes to "
            "compare with it");
  EXPECT_EQ(Refusal("contact.stage = secret"),
            "filter: compare contact.stage with LEAD, PROSPECT or CUSTOMER");
  EXPECT_EQ(Refusal("contact.segment > s1"),
            "filter: compare contact.segment by = or !=, or ask for it by :*");
}

TEST(FilterParse, RefusesWhatIsTooLongTooDeepOrTooMuch) {
  EXPECT_EQ(Refusal(std::string(5000, 'a')), "the filter has 5000 bytes; send at most 4096");
  EXPECT_EQ(Refusal("age = \xff\xfe"), "the filter is not UTF-8; send it as UTF-8");
  const auto nested = [](std::size_t depth) {
    return absl::StrCat(std::string(depth, '('), "age > 30", std::string(depth, ')'));
  };
  EXPECT_EQ(Passing(nested(32)), (Flags{0, 1, 1, 0}));
  EXPECT_EQ(Refusal(nested(33)), "filter, position 33: more than 32 parentheses are open");
  EXPECT_THAT(Refusal(std::string(4000, '(')), HasSubstr("more than 32 parentheses"));
  EXPECT_THAT(Refusal(std::string(4000, '-')), HasSubstr("expected a comparison"));
  const std::vector<std::string> hundred(100, "age > 30");
  EXPECT_EQ(Passing(absl::StrJoin(hundred, " OR ")), (Flags{0, 1, 1, 0}));
  EXPECT_THAT(Refusal(absl::StrCat(absl::StrJoin(hundred, " OR "), " OR age > 30")),
              HasSubstr("more than 100 comparisons"));
}

// ---- Against an evaluator that takes one row at a time.

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : key_(Key(seed)) {}
  int Roll(int sides) { return static_cast<int>(Uniform(Key(key_, ++draws_)) * sides); }

 private:
  std::uint64_t key_;
  std::uint64_t draws_ = 0;
};

using Kleene = std::optional<bool>;
struct Expression {
  std::string text;
  std::function<Kleene(const ContactTable&, int row)> naive;
};

Kleene Not(Kleene x) { return x.has_value() ? Kleene(!*x) : std::nullopt; }
Kleene And(Kleene x, Kleene y) {
  if (x == Kleene(false) || y == Kleene(false)) return false;
  return x.has_value() && y.has_value() ? Kleene(true) : std::nullopt;
}

// `order` says how the value compares: below 0, 0 or above.
Expression Compared(Dice& dice, const std::string& attribute, const std::string& literal,
                    int op_count, const std::function<int(const Value&)>& order) {
  const std::vector<std::string> ops = {"=", "!=", ":", "<", "<=", ">", ">="};
  const int op = dice.Roll(op_count);
  return {absl::StrCat(attribute, " ", ops[static_cast<std::size_t>(op)], " ", literal),
          [=](const ContactTable& table, int row) -> Kleene {
            const auto value = Get(*table.Find(attribute), row);
            if (!value.has_value()) return std::nullopt;
            const int o = order(*value);
            return std::vector<bool>{o == 0, o != 0, o == 0, o<0, o <= 0, o> 0,
                                     o >= 0}[static_cast<std::size_t>(op)];
          }};
}

Expression RandomComparison(Dice& dice) {
  const std::vector<std::string> levels = {"low", "medium", "high"};
  const auto pick = static_cast<std::size_t>(dice.Roll(3));
  switch (dice.Roll(5)) {
    case 0: {
      const double wanted = std::vector<double>{25, 40, 50}[pick];
      return Compared(dice, "age", absl::StrCat(wanted), 7, [=](const Value& value) {
        const double x = std::get<double>(value);
        return x < wanted ? -1 : x > wanted;
      });
    }
    case 1: {
      const std::string wanted = std::vector<std::string>{"FR", "BE", "CH"}[pick];
      return Compared(
          dice, "country", absl::StrCat("\"", wanted, "\""), 3,
          [=](const Value& value) { return std::get<std::string>(value) == wanted ? 0 : 1; });
    }
    case 2:
      return Compared(dice, "loyalty", levels[pick], 7, [=](const Value& value) {
        const auto found = std::find(levels.begin(), levels.end(), std::get<std::string>(value));
        return static_cast<int>(found - levels.begin()) - static_cast<int>(pick);
      });
    case 3: {
      const std::string tag = std::vector<std::string>{"web", "store", "phone"}[pick];
      return {absl::StrCat("channels:", tag), [=](const ContactTable& table, int row) -> Kleene {
                const auto value = Get(*table.Find("channels"), row);
                if (!value.has_value()) return std::nullopt;
                const auto& members = std::get<StringSet>(*value).members;
                return std::find(members.begin(), members.end(), tag) != members.end();
              }};
    }
    default:
      return {"home:*", [](const ContactTable& table, int row) -> Kleene {
                return Get(*table.Find("home"), row).has_value();
              }};
  }
}

Expression RandomExpression(Dice& dice, int depth) {
  if (depth == 0 || dice.Roll(4) == 0) return RandomComparison(dice);
  if (dice.Roll(3) == 0) {
    const Expression operand = RandomExpression(dice, depth - 1);
    return {
        absl::StrCat(dice.Roll(2) == 0 ? "NOT (" : "-(", operand.text, ")"),
        [operand](const ContactTable& table, int row) { return Not(operand.naive(table, row)); }};
  }
  const bool is_and = dice.Roll(2) == 0;
  std::vector<Expression> operands;
  std::vector<std::string> texts;
  for (int i = 0; i < 2 + dice.Roll(2); ++i) {
    operands.push_back(RandomExpression(dice, depth - 1));
    texts.push_back(absl::StrCat("(", operands.back().text, ")"));
  }
  return {absl::StrJoin(texts, is_and ? " AND " : " OR "), [=](const ContactTable& table, int row) {
            // OR by De Morgan from AND.
            Kleene all = true;
            for (const Expression& operand : operands) {
              const Kleene x = operand.naive(table, row);
              all = And(all, is_and ? x : Not(x));
            }
            return is_and ? all : Not(all);
          }};
}

TEST(FilterEvaluate, AgreesWithANaiveEvaluatorOnRandomExpressions) {
  const Schema schema = Shoppers();
  const ContactTable table = FourShoppers();
  int compared = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    Dice dice(seed);
    const Expression expression = RandomExpression(dice, 4);
    const auto filter = Filter::Parse(expression.text, schema);
    if (!filter.ok()) {
      ASSERT_TRUE(expression.text.size() > kMaxFilterBytes ||
                  filter.status().message().find("more than 100") != absl::string_view::npos)
          << expression.text << "\n"
          << filter.status();
      continue;
    }
    ++compared;
    const auto flags = filter->Evaluate(table, {});
    for (int row = 0; row < table.row_count; ++row) {
      ASSERT_EQ(flags[static_cast<std::size_t>(row)] == 1,
                expression.naive(table, row) == Kleene(true))
          << expression.text << ", row " << row;
    }
  }
  EXPECT_GT(compared, 1900);
}

TEST(FilterEvaluate, ObeysDeMorgan) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    Dice dice(Key(seed, std::uint64_t{1}));
    const std::string a = RandomExpression(dice, 2).text, b = RandomExpression(dice, 2).text;
    EXPECT_EQ(Passing(absl::StrCat("NOT ((", a, ") AND (", b, "))")),
              Passing(absl::StrCat("(NOT (", a, ")) OR (NOT (", b, "))")));
  }
}

TEST(FilterParse, NeverCrashesOnRandomBytes) {
  const std::vector<std::string> pieces = {"age",  "(",    ")",   " AND ", " OR ", "NOT ", "-",
                                           ">=",   "=",    ":",   "*",     "\"",   "'",    "\\",
                                           "3",    "home", " ",   "web",   "\xc3", "\xa9", "!",
                                           "\"FR", "<",    "e.1", "\n",    "low",  "seen", "%"};
  const Schema schema = Shoppers();
  const ContactTable table = FourShoppers();
  for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
    Dice dice(Key(seed, std::uint64_t{2}));
    std::string text;
    for (int i = dice.Roll(30); i > 0; --i) {
      text += dice.Roll(5) == 0
                  ? std::string(1, static_cast<char>(dice.Roll(256)))
                  : pieces[static_cast<std::size_t>(dice.Roll(static_cast<int>(pieces.size())))];
    }
    const auto filter = Filter::Parse(text, schema);
    if (filter.ok()) {
      EXPECT_EQ(filter->Evaluate(table, {}).size(), 4u);
    } else {
      EXPECT_EQ(filter.status().code(), absl::StatusCode::kInvalidArgument);
    }
  }
}

}  // namespace
}  // namespace cible
