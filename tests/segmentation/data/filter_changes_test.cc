// Filter::NextChanges against time itself: random filters are judged day by day on
// values that drift, and nothing may change before its day.

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <charconv>
#include <cmath>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "segmentation/data/filter.h"

namespace cible {
namespace {

constexpr std::int32_t kToday = 20'000;
constexpr std::int64_t kMicrosPerDay = 86'400'000'000;
constexpr int kDaysSimulated = 60;

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
    for (const Attribute& attribute :
         std::vector<Attribute>{{.id = "demo_date", .type = AttributeType::kDate},
                                {.id = "seen", .type = AttributeType::kTimestamp},
                                {.id = "recency", .type = AttributeType::kNumeric},
                                {.id = "engagement", .type = AttributeType::kNumeric},
                                {.id = "visits", .type = AttributeType::kNumeric},
                                {.id = "age", .type = AttributeType::kNumeric},
                                {.id = "sector", .type = AttributeType::kCategorical}}) {
      EXPECT_TRUE(shoppers->Add(attribute).ok());
    }
    return shoppers;
  }();
  return *schema;
}

Drift DriftOf(const Attribute& attribute) {
  if (attribute.id == "recency") return Drift::kDaysSince;
  if (attribute.id == "engagement") return Drift::kHalving;
  return attribute.id == "visits" || attribute.id == "sector" ? Drift::kAny : Drift::kNone;
}

const FilterContext& Context() {
  static const FilterContext* context = new FilterContext{
      .numbers = {{"offer.min_price", 12.}, {"offer.max_price", {}}}, .drift = DriftOf};
  return *context;
}

// ---- One contact, on any day.

struct Act {
  int days_ago = 0;
  double interest = 0;
};

struct Contact {
  std::optional<int> demo_in_days;
  std::optional<std::int64_t> seen_micros;
  std::optional<int> days_since_purchase;
  std::vector<Act> acts;
  std::vector<double> visits;        // By day; 0 at last.
  std::vector<std::string> sectors;  // By day.
  double half_life_days = 30;

  // As engagement is worked out: each act by itself, anew each day.
  double EngagementAfter(int days) const {
    double engagement = 0;
    for (const Act& act : acts) {
      engagement += act.interest * std::exp2(-(act.days_ago + days) / half_life_days);
    }
    return engagement;
  }
};

Contact RandomContact() {
  Contact contact;
  contact.half_life_days = OneOf<double>({0.3, 1, 7, 30, 365, 3650});
  if (Between(0, 5) > 0) contact.demo_in_days = Between(-40, 40);
  if (Between(0, 5) > 0) {
    contact.seen_micros = (kToday + Between(-40, 40)) * kMicrosPerDay + Between(-1, 1);
  }
  if (Between(0, 5) > 0) contact.days_since_purchase = Between(0, 40);
  for (int count = Between(0, 4); count > 0; --count) {
    contact.acts.push_back({Between(0, 40), OneOf<double>({0.2, 1, 3, 8})});
  }
  for (int day = 0; day <= kDaysSimulated; ++day) {
    const bool is_over = day > 0 && contact.visits.back() == 0;
    contact.visits.push_back(is_over ? 0 : Between(0, 3));
    contact.sectors.push_back(OneOf<std::string>({"retail", "bank"}));
  }
  return contact;
}

ContactTable TableAfter(int days, const Contact& contact) {
  ContactTable table;
  table.row_count = 1;
  const auto add = [&](const std::string& id, const std::optional<Value>& value) {
    table.columns.push_back(MakeColumn(id, Shoppers().Find(id)->type));
    Append(table.columns.back(), value);
  };
  const auto since = contact.days_since_purchase;
  const auto demo = contact.demo_in_days;
  const auto seen = contact.seen_micros;
  add("demo_date", demo ? std::optional<Value>(Date{kToday + *demo}) : std::nullopt);
  add("seen", seen ? std::optional<Value>(Timestamp{*seen}) : std::nullopt);
  add("recency", since ? std::optional<Value>(static_cast<double>(*since + days)) : std::nullopt);
  add("engagement", contact.EngagementAfter(days));
  add("visits", contact.visits[static_cast<std::size_t>(days)]);
  add("age", 40.);
  add("sector", contact.sectors[static_cast<std::size_t>(days)]);
  return table;
}

ContactFacts FactsAfter(int days) {
  ContactFacts facts;
  facts.today = Date{kToday + days};
  return facts;
}

// ---- Random filters.

std::string RandomOp() { return OneOf<std::string>({"=", "!=", "<", "<=", ">", ">=", ":"}); }
std::string RandomOrdering() { return OneOf<std::string>({"<", "<=", ">", ">="}); }

std::string RandomDay() {
  return OneOf<std::string>({"today", absl::StrCat("today - ", Between(0, 30), "d"),
                             absl::StrCat("today + ", Between(0, 4), "w"), "2024-10-10"});
}

std::string Exactly(double number) {
  char digits[64];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  return {digits, end};
}

// Some of them what is left on a day, to the last digit.
std::string RandomEngagement(const Contact& contact) {
  if (Between(0, 1) == 0) {
    return Exactly(contact.EngagementAfter(Between(0, kDaysSimulated)));
  }
  return OneOf<std::string>({"0", "-1", "0.001", "0.5", "1", "2", "3"});
}

std::string RandomComparison(const Contact& contact) {
  switch (Between(0, 8)) {
    case 0: return absl::StrCat("demo_date ", RandomOp(), " ", RandomDay());
    case 1: return absl::StrCat("seen ", RandomOp(), " ", RandomDay());
    case 2:
      return absl::StrCat("recency ", RandomOp(), " ",
                          OneOf<double>({-1, 0, 0.5, 5, 17, 30, 30.25, 1e9}));
    case 3: return absl::StrCat("recency ", RandomOp(), " ", "offer.min_price");
    case 4: return absl::StrCat("engagement ", RandomOp(), " ", RandomEngagement(contact));
    case 5: return absl::StrCat("visits ", RandomOp(), " ", Between(-1, 3));
    case 6: return absl::StrCat("sector ", OneOf<std::string>({"=", "!="}), " retail");
    case 7: return absl::StrCat("age ", RandomOp(), " offer.max_price");
    default: return OneOf<std::string>({"recency:*", "is_missing(demo_date)", "age = 40"});
  }
}

std::string RandomFilter(const Contact& contact, int depth) {
  const int shape = depth == 0 ? 0 : Between(0, 3);
  if (shape == 0) return RandomComparison(contact);
  if (shape == 1) return absl::StrCat("NOT (", RandomFilter(contact, depth - 1), ")");
  std::vector<std::string> operands;
  for (int count = Between(2, 3); count > 0; --count) {
    operands.push_back(absl::StrCat("(", RandomFilter(contact, depth - 1), ")"));
  }
  return absl::StrJoin(operands, shape == 2 ? " AND " : " OR ");
}

// ---- Filter and time.

Filter Parsed(const std::string& text) {
  const auto filter = Filter::Parse(text, Shoppers(), Context());
  if (!filter.ok()) RC_FAIL(absl::StrCat(text, ": ", filter.status().ToString()));
  return *filter;
}

Truth JudgedAfter(int days, const Filter& filter, const Contact& contact) {
  return filter.Judge(TableAfter(days, contact), FactsAfter(days))[0];
}

// Days until the filter says something else; nullopt: not among those simulated.
std::optional<int> DaysUntilChange(const Filter& filter, const Contact& contact) {
  const Truth now = JudgedAfter(0, filter, contact);
  for (int days = 1; days <= kDaysSimulated; ++days) {
    if (JudgedAfter(days, filter, contact) != now) return days;
  }
  return std::nullopt;
}

int DaysForetold(const Filter& filter, const Contact& contact) {
  const auto changes =
      filter.NextChanges(TableAfter(0, contact), FactsAfter(0), contact.half_life_days);
  RC_ASSERT(changes.size() == 1u);
  RC_ASSERT(changes[0] > kToday);
  return changes[0] == kNoDay ? kNoDay : changes[0] - kToday;
}

TEST(FilterNextChanges, AreNeverTooLate) {
  EXPECT_TRUE(rc::check([] {
    for (int round = 0; round < 20; ++round) {
      const Contact contact = RandomContact();
      const std::string text = RandomFilter(contact, 3);
      const Filter filter = Parsed(text);
      const std::optional<int> days = DaysUntilChange(filter, contact);
      RC_LOG() << text << "\n";
      RC_ASSERT(DaysForetold(filter, contact) <= days.value_or(kNoDay));
    }
  }));
}

// A comparison of days or of days since something changes on the very day that is
// foretold; one of what is halved, with something that it never equals, then or a
// day later.
TEST(FilterNextChanges, AreNotTooEarlyWhereTheyAreInClosedForm) {
  EXPECT_TRUE(rc::check([] {
    for (int round = 0; round < 20; ++round) {
      const Contact contact = RandomContact();
      const bool is_halved = Between(0, 3) == 0;
      const std::string text =
          is_halved
              ? absl::StrCat("engagement ", RandomOrdering(), " ",
                             Exactly(1.00001 * contact.EngagementAfter(Between(0, kDaysSimulated))))
              : OneOf<std::string>({absl::StrCat("demo_date ", RandomOp(), " ", RandomDay()),
                                    absl::StrCat("seen ", RandomOp(), " ", RandomDay()),
                                    absl::StrCat("recency ", RandomOp(), " ",
                                                 OneOf<double>({0, 0.5, 5, 30, 30.25}))});
      const Filter filter = Parsed(text);
      const std::optional<int> days = DaysUntilChange(filter, contact);
      const int foretold = DaysForetold(filter, contact);
      RC_LOG() << text << "\n";
      if (days.has_value()) {
        RC_ASSERT(foretold <= *days);
        RC_ASSERT(foretold >= *days - (is_halved ? 1 : 0));
      } else {
        RC_ASSERT(foretold >= kDaysSimulated + (is_halved ? 0 : 1));
      }
    }
  }));
}

}  // namespace
}  // namespace cible
