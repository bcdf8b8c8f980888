#include "segmentation/data/filter_changes.h"

#include <algorithm>
#include <cmath>
#include <compare>
#include <cstdint>
#include <limits>
#include <vector>

namespace cible {
namespace {

using Order = std::partial_ordering;

constexpr double kNever = std::numeric_limits<double>::infinity();

std::int32_t DayAfter(Date today, double days) {
  const double day = today.days + days;
  return day < kNoDay ? static_cast<std::int32_t>(day) : kNoDay;
}

// Days until the comparison says something else of two that come closer by one a
// day, are equal when `gap` days are over, and part again: `before` is how they
// stand until then, `after` how from then on. A gap below 0: they have met.
double DaysUntilPassed(FilterOp op, double gap, Order before, Order after) {
  if (gap < 0) return kNever;
  const bool holds = Holds(op, gap == 0 ? Order::equivalent : before);
  const bool do_meet = gap > 0 && gap == std::floor(gap);
  if (do_meet && Holds(op, Order::equivalent) != holds) return gap;
  return Holds(op, after) != holds ? std::floor(gap) + 1 : kNever;
}

// Days until a number that becomes half in each half-life is no longer above
// another. Numbers that are worked out anew each day differ from this in their last
// digits, hence the slack.
double DaysUntilHalvedTo(double wanted, double value, double half_life_days) {
  if (!(value > 0) || wanted < 0) return kNever;
  // It comes to 0 where numbers end.
  const double least = std::max(wanted, std::numeric_limits<double>::min());
  const double slack = half_life_days * 1e-9;
  const double days = half_life_days * (std::log2(value) - std::log2(least));
  const bool is_below = days < -slack && wanted == least;
  return is_below ? kNever : std::max(1., std::ceil(days - slack));
}

double DaysUntilChange(Drift drift, FilterOp op, double wanted, double value,
                       double half_life_days) {
  switch (drift) {
    case Drift::kNone: return kNever;
    case Drift::kDaysSince: return DaysUntilPassed(op, wanted - value, Order::less, Order::greater);
    case Drift::kHalving: return DaysUntilHalvedTo(wanted, value, half_life_days);
    case Drift::kAny: return value == 0 ? kNever : 1;
    case Drift::kUnforeseen: return 1;
  }
  return kNever;
}

// `days(value)` of the known cells of a column of single values.
template <typename Data, typename DaysFn>
void SetChanges(const ContactTable& table, const std::string& attribute, Date today,
                const DaysFn& days, std::vector<std::int32_t>& changes) {
  ForKnownCells<Data>(table, attribute, [&](const Data& data, std::size_t row) {
    changes[row] = DayAfter(today, days(data.values[row]));
  });
}

std::vector<std::int32_t> NoChanges(const ContactTable& table) {
  return std::vector<std::int32_t>(static_cast<std::size_t>(table.row_count), kNoDay);
}

}  // namespace

RowChanges NumberChanges(const std::string& attribute, Drift drift, FilterOp op, double wanted) {
  if (drift == Drift::kNone) return nullptr;
  return [=](const ContactTable& table, const ContactFacts& facts, double half_life_days) {
    std::vector<std::int32_t> changes = NoChanges(table);
    const auto days = [&](double value) {
      return DaysUntilChange(drift, op, wanted, value, half_life_days);
    };
    SetChanges<Numbers>(table, attribute, *facts.today, days, changes);
    return changes;
  };
}

RowChanges DayChanges(const std::string& attribute, FilterOp op, int offset) {
  return [=](const ContactTable& table, const ContactFacts& facts, double) {
    std::vector<std::int32_t> changes = NoChanges(table);
    const std::int64_t wanted = std::int64_t{facts.today->days} + offset;
    const auto days = [&](auto cell) {
      const auto gap = static_cast<double>(DayOfCell(cell) - wanted);
      return DaysUntilPassed(op, gap, Order::greater, Order::less);
    };
    SetChanges<Days>(table, attribute, *facts.today, days, changes);
    SetChanges<Micros>(table, attribute, *facts.today, days, changes);
    return changes;
  };
}

RowChanges AnyChanges(const std::string& attribute) {
  return [=](const ContactTable& table, const ContactFacts& facts, double) {
    std::vector<std::int32_t> changes = NoChanges(table);
    const Column* column = table.Find(attribute);
    for (std::size_t row = 0; column != nullptr && row < changes.size(); ++row) {
      if (column->validity[row]) changes[row] = DayAfter(*facts.today, 1);
    }
    return changes;
  };
}

}  // namespace cible
