#include "segmentation/personas/ideal_customer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>
#include <variant>

#include "segmentation/clustering/distinct_rows.h"
#include "segmentation/models/row_hashes.h"
#include "segmentation/models/rule_variables.h"
#include "segmentation/personas/rule_text.h"

namespace cible {
namespace {

using Kind = RuleVariable::Kind;
using Test = RuleCondition::Test;

constexpr double kFifth = .2;
constexpr double kLeastFifth = .1;
constexpr double kLargestFifth = .4;
constexpr double kLeastLift = 1.5;
constexpr double kLeastPoints = .1;  // Below, a difference of shares is not worth a word.
constexpr double kFewestKnown = 5;   // In the fifth, and of the others.
// Told by what there is rather than by what there is not, and by one bound rather
// than by two.
constexpr double kAbsenceProminence = .7;
constexpr double kCostOfBound = .05;
constexpr std::uint64_t kSeed = 20'261'123;

// --- The statement of one attribute ---------------------------------------

// The known ones in a bin, or in several.
struct Counts {
  double part = 0;
  double others = 0;

  void Add(const Counts& more) {
    part += more.part;
    others += more.others;
  }
};

// A condition in bins [first, last) of a variable, and how well it separates.
struct Choice {
  std::size_t variable = 0;
  int first = 0;
  int last = 0;
  double score = 0;  // 0: not at all.
  bool is_more = true;
};

struct Shares {
  Proportion part;
  Proportion others;
};

bool SaysEnough(const Lift& lift, double share, double other) {
  const bool is_large = lift.ratio >= kLeastLift || lift.ratio <= 1 / kLeastLift;
  return is_large && std::abs(share - other) >= kLeastPoints;
}

double PartOfAbsence(double share, double other) { return share >= other ? 1 : kAbsenceProminence; }

double Prominence(const ProfileStatement& statement) {
  return CohensH(statement.share, statement.other_share) *
         PartOfAbsence(statement.share, statement.other_share);
}

// Customers in bins: those of `customers`, of which `in_fifth` tells.
class Counter {
 public:
  Counter(const std::vector<std::uint8_t>& in_fifth, std::vector<std::size_t> customers)
      : in_fifth_(in_fifth), customers_(std::move(customers)) {}

  std::vector<Counts> Histogram(const RuleVariable& variable) const {
    std::vector<Counts> bins(variable.bin_count);
    for (const std::size_t customer : customers_) {
      const std::uint8_t bin = variable.bins[customer];
      if (bin == RuleVariable::kUnknownBin) continue;
      (in_fifth_[customer] != 0 ? bins[bin].part : bins[bin].others) += 1;
    }
    return bins;
  }

  Shares Measure(const RuleVariable& variable, const Choice& choice) const {
    return SharesOf(Histogram(variable), choice.first, choice.last);
  }

  static Shares SharesOf(const std::vector<Counts>& bins, int first, int last) {
    Counts inside, all;
    for (int bin = 0; bin < static_cast<int>(bins.size()); ++bin) {
      all.Add(bins[static_cast<std::size_t>(bin)]);
      if (bin >= first && bin < last) inside.Add(bins[static_cast<std::size_t>(bin)]);
    }
    return {{inside.part, all.part}, {inside.others, all.others}};
  }

 private:
  const std::vector<std::uint8_t>& in_fifth_;
  std::vector<std::size_t> customers_;
};

Counts SumOf(const std::vector<Counts>& bins) {
  Counts sum;
  for (const Counts& bin : bins) sum.Add(bin);
  return sum;
}

// Both shares drawn towards the common one.
Shares Shrunk(const Shares& shares) {
  const double common =
      (shares.part.count + shares.others.count) / (shares.part.known + shares.others.known);
  const auto shrink = [&](const Proportion& counted) {
    return Proportion{counted.count + kPriorCustomers * common, counted.known + kPriorCustomers};
  };
  return {shrink(shares.part), shrink(shares.others)};
}

// Finds the best condition of every attribute among `variables`, and measures it.
class StatementSearch {
 public:
  StatementSearch(const std::vector<RuleVariable>& variables, Counter finding, Counter measuring,
                  ProfileBasis basis)
      : variables_(variables),
        finding_(std::move(finding)),
        measuring_(std::move(measuring)),
        basis_(basis) {}

  // In the order of the schema.
  std::vector<ProfileStatement> Run() const {
    std::vector<ProfileStatement> statements;
    for (std::size_t v = 0; v < variables_.size();) {
      Choice best;
      const Attribute* const attribute = variables_[v].attribute;
      // The tags of a SET are variables of one attribute.
      for (; v < variables_.size() && variables_[v].attribute == attribute; ++v) {
        const Choice choice = BestOf(v);
        if (choice.score > best.score) best = choice;
      }
      if (best.score > 0) AddIfSure(best, statements);
    }
    return statements;
  }

 private:
  Choice BestOf(std::size_t v) const {
    const RuleVariable& variable = variables_[v];
    const std::vector<Counts> bins = finding_.Histogram(variable);
    const Counts known = SumOf(bins);
    Choice best;
    if (known.part < kFewestKnown || known.others < kFewestKnown) return best;
    const auto consider = [&](int first, int last) {
      const Shares shares = Counter::SharesOf(bins, first, last);
      const bool two_bounds =
          variable.kind == Kind::kOrdered && first > 0 && last < variable.bin_count;
      const double score = Score(shares, two_bounds);
      const bool is_more = shares.part.share() > shares.others.share();
      if (score > best.score) best = {v, first, last, score, is_more};
    };
    switch (variable.kind) {
      case Kind::kTag: consider(1, 2); break;
      case Kind::kLevels:
        for (int bin = 0; bin < static_cast<int>(variable.levels.size()); ++bin) {
          consider(bin, bin + 1);
        }
        break;
      case Kind::kOrdered: ConsiderRanges(bins, consider); break;
    }
    return best;
  }

  template <typename Consider>
  void ConsiderRanges(const std::vector<Counts>& bins, const Consider& consider) const {
    const int count = static_cast<int>(bins.size());
    if (basis_ == ProfileBasis::kDirectional) {
      const int middle = MedianCut(bins);
      consider(0, middle);
      consider(middle, count);
      return;
    }
    for (int first = 0; first < count; ++first) {
      for (int last = first + 1; last <= count; ++last) {
        if (first > 0 || last < count) consider(first, last);
      }
    }
  }

  // The cut that halves the customers best, whichever side they are on.
  static int MedianCut(const std::vector<Counts>& bins) {
    const Counts all = SumOf(bins);
    const double half = (all.part + all.others) / 2;
    int best = 1;
    double below = 0, least = half;
    for (int cut = 1; cut < static_cast<int>(bins.size()); ++cut) {
      const Counts& bin = bins[static_cast<std::size_t>(cut) - 1];
      below += bin.part + bin.others;
      if (std::abs(below - half) >= least) continue;
      least = std::abs(below - half);
      best = cut;
    }
    return best;
  }

  // How well the bins separate; 0 for a difference that is not to be told.
  static double Score(const Shares& shares, bool two_bounds) {
    const double share = shares.part.share(), other = shares.others.share();
    if (!SaysEnough(LiftOf(shares.part, shares.others), share, other)) return 0;
    if (two_bounds && share < other) return 0;  // "Neither less nor more" is hard to read.
    const double apart = std::abs(share - other) * PartOfAbsence(share, other);
    return std::max(0.0, apart - (two_bounds ? kCostOfBound : 0));
  }

  void AddIfSure(const Choice& choice, std::vector<ProfileStatement>& statements) const {
    const RuleVariable& variable = variables_[choice.variable];
    const Shares counted = measuring_.Measure(variable, choice);
    if (counted.part.known < kFewestKnown || counted.others.known < kFewestKnown) return;
    const Shares shares = basis_ == ProfileBasis::kDirectional ? Shrunk(counted) : counted;
    ProfileStatement statement{.condition = ConditionOf(variable, choice),
                               .part = counted.part,
                               .others = counted.others,
                               .share = shares.part.share(),
                               .other_share = shares.others.share(),
                               .lift = LiftOf(shares.part, shares.others)};
    const Interval& interval = statement.lift.interval;
    const bool is_sure = choice.is_more ? interval.low > 1 : interval.high < 1;
    if (!is_sure || !SaysEnough(statement.lift, statement.share, statement.other_share)) {
      return;
    }
    statements.push_back(std::move(statement));
  }

  static RuleCondition ConditionOf(const RuleVariable& variable, const Choice& choice) {
    if (variable.kind == Kind::kOrdered) {
      return RangeCondition(variable, choice.first, choice.last);
    }
    const bool is_tag = variable.kind == Kind::kTag;
    const std::size_t level = is_tag ? 0 : static_cast<std::size_t>(choice.first);
    return {.attribute = variable.attribute->id,
            .test = is_tag ? Test::kHasTag : Test::kOneOf,
            .levels = {variable.levels[level]}};
  }

  const std::vector<RuleVariable>& variables_;
  const Counter finding_;
  const Counter measuring_;
  const ProfileBasis basis_;
};

// --- A fifth ---------------------------------------------------------------

std::vector<std::size_t> CustomersOfHalf(const std::vector<std::uint8_t>& halves,
                                         std::uint8_t half) {
  std::vector<std::size_t> customers;
  for (std::size_t i = 0; i < halves.size(); ++i) {
    if (halves[i] == half) customers.push_back(i);
  }
  return customers;
}

// "Children under 1" of whole numbers from 0 on is "children 0".
void NameTheOnlyOne(const ContactTable& table, const CustomerList& customers,
                    RuleCondition& condition) {
  if (!condition.whole || condition.low || !condition.high) return;
  const Column& column = *table.Find(condition.attribute);
  const std::vector<double>& values = std::get<Numbers>(column.data).values;
  double least = *condition.high;
  for (const int row : customers.rows) {
    const auto at = static_cast<std::size_t>(row);
    if (column.validity[at] != 0) least = std::min(least, values[at]);
  }
  if (least + 1 == *condition.high) condition.low = least;
}

// What there is to say with, and the customers whom it is said of.
struct Material {
  const ContactTable& table;
  const CustomerList& customers;
  std::vector<RuleVariable> variables;
  std::vector<std::uint64_t> keys;  // Of the customers.
  ProfileBasis basis;
};

std::vector<ProfileStatement> StatementsOf(const Material& material, const Fifth& fifth) {
  // With few customers one half is all.
  std::vector<std::uint8_t> halves(fifth.in.size());
  if (material.basis == ProfileBasis::kFull) halves = HalvesOf(fifth, material.keys);
  const std::uint8_t measuring = material.basis == ProfileBasis::kFull ? 1 : 0;
  std::vector<ProfileStatement> statements =
      StatementSearch(material.variables, Counter(fifth.in, CustomersOfHalf(halves, 0)),
                      Counter(fifth.in, CustomersOfHalf(halves, measuring)), material.basis)
          .Run();
  std::stable_sort(statements.begin(), statements.end(),
                   [](const ProfileStatement& a, const ProfileStatement& b) {
                     return Prominence(a) > Prominence(b);
                   });
  if (statements.size() > kMostStatements) statements.resize(kMostStatements);
  for (ProfileStatement& statement : statements) {
    NameTheOnlyOne(material.table, material.customers, statement.condition);
  }
  return statements;
}

// In an order of its own: what is summed does not depend on the table's.
double MeanOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0
                        : std::accumulate(values.begin(), values.end(), 0.0) /
                              static_cast<double>(values.size());
}

FifthProfile ProfileOf(const Material& material, const Fifth& fifth) {
  std::vector<double> in, out;
  for (std::size_t i = 0; i < fifth.in.size(); ++i) {
    (fifth.in[i] != 0 ? in : out).push_back(material.customers.values[i]);
  }
  return {.count = fifth.count,
          .threshold = fifth.threshold,
          .value = MeanOf(std::move(in)),
          .other_value = MeanOf(std::move(out)),
          .statements = StatementsOf(material, fifth)};
}

std::optional<double> ShareOfValue(const FifthProfile& best, int customer_count) {
  const double of_best = best.value * best.count;
  const double of_others = best.other_value * (customer_count - best.count);
  const bool is_sensible = of_best > 0 && of_others >= 0;
  return is_sensible ? std::optional<double>(of_best / (of_best + of_others)) : std::nullopt;
}

std::optional<ShareMeans> MeansOf(const std::string& attribute, const ContactTable& table,
                                  const CustomerList& customers, const Fifth& fifth) {
  const Column* const column = attribute.empty() ? nullptr : table.Find(attribute);
  if (column == nullptr) return std::nullopt;
  const std::vector<double>& values = std::get<Numbers>(column->data).values;
  std::vector<double> in, out;
  double largest = 0;
  for (std::size_t i = 0; i < customers.rows.size(); ++i) {
    const auto row = static_cast<std::size_t>(customers.rows[i]);
    if (column->validity[row] == 0) continue;
    (fifth.in[i] != 0 ? in : out).push_back(values[row]);
    largest = std::max(largest, values[row]);
  }
  if (in.empty() || out.empty()) return std::nullopt;
  const double whole = largest > 1 ? 100 : 1;
  const auto mean = [&](std::vector<double> shares) {
    return std::clamp(MeanOf(std::move(shares)) / whole, 0.0, 1.0);
  };
  return ShareMeans{.attribute = attribute,
                    .best = mean(in),
                    .others = mean(out),
                    .best_known = static_cast<int>(in.size()),
                    .others_known = static_cast<int>(out.size())};
}

std::vector<RuleVariable> VariablesOf(const ContactTable& table, const Schema& schema,
                                      const CustomerList& customers) {
  const auto rows = static_cast<std::size_t>(table.row_count);
  return RuleVariables(
      table, schema, customers.rows, std::vector<double>(rows, 1), std::vector<int>(rows, -1), 0,
      [&](const Attribute& attribute, const std::string& level) {
        return MayTellWorth(attribute, schema) && MayBeSaidInRule(attribute, level);
      });
}

}  // namespace

ProfileBasis ProfileBasisOf(int customer_count) {
  if (customer_count >= kFewestForFullProfile) return ProfileBasis::kFull;
  return customer_count >= kFewestForProfile ? ProfileBasis::kDirectional : ProfileBasis::kTooFew;
}

CustomerList CustomersIn(const ContactTable& table, absl::Span<const Stage> stages,
                         const ValueDefinition& definition) {
  CustomerList customers;
  const std::vector<std::optional<double>> values = CustomerValues(table, definition);
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (!IsCustomer(stages[row], values[row])) continue;
    if (values[row]) {
      customers.rows.push_back(static_cast<int>(row));
      customers.values.push_back(*values[row]);
    } else {
      ++customers.unknown_count;
    }
  }
  return customers;
}

std::optional<Fifth> BestFifth(absl::Span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  const auto total = static_cast<double>(sorted.size());
  Fifth best;
  double nearest = 1;
  for (std::size_t count = 1; count < sorted.size(); ++count) {
    if (sorted[count] == sorted[count - 1]) continue;
    const double share = static_cast<double>(count) / total;
    if (share < kLeastFifth || share > kLargestFifth) continue;
    if (std::abs(share - kFifth) >= nearest) continue;
    nearest = std::abs(share - kFifth);
    best.count = static_cast<int>(count);
    best.threshold = sorted[count - 1];
  }
  if (best.count == 0) return std::nullopt;
  for (const double value : values) best.in.push_back(value >= best.threshold ? 1 : 0);
  return best;
}

std::optional<Fifth> WorstFifth(absl::Span<const double> values) {
  std::vector<double> turned;
  for (const double value : values) turned.push_back(-value);
  std::optional<Fifth> worst = BestFifth(turned);
  if (worst) worst->threshold = -worst->threshold;
  return worst;
}

bool MayTellWorth(const Attribute& attribute, const Schema& schema) {
  if (!MayBeInRule(attribute) || IsPartOfValue(attribute)) return false;
  return attribute.block.empty() ||
         std::none_of(schema.attributes().begin(), schema.attributes().end(),
                      [&](const Attribute& other) {
                        return IsPartOfValue(other) && other.block == attribute.block;
                      });
}

std::vector<std::uint64_t> KeysOfCustomers(const ContactTable& table, const Schema& schema,
                                           absl::Span<const int> rows) {
  const std::vector<std::uint64_t> hashes = RowHashes(table, schema, kSeed);
  std::vector<std::uint64_t> keys;
  keys.reserve(rows.size());
  for (const int row : rows) keys.push_back(hashes[static_cast<std::size_t>(row)]);
  return TellEqualsApart(std::move(keys));
}

std::vector<std::uint8_t> HalvesOf(const Fifth& fifth, std::vector<std::uint64_t> keys) {
  std::vector<std::size_t> order(keys.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return fifth.in[a] != fifth.in[b] ? fifth.in[a] > fifth.in[b] : keys[a] < keys[b];
  });
  std::vector<std::uint8_t> halves(keys.size());
  for (std::size_t i = 0; i < order.size(); ++i) halves[order[i]] = i % 2 == 0 ? 1 : 0;
  return halves;
}

IdealProfile ProfileIdealCustomers(const ContactTable& table, const Schema& schema,
                                   absl::Span<const Stage> stages,
                                   const ValueDefinition& definition) {
  const CustomerList customers = CustomersIn(table, stages, definition);
  IdealProfile profile;
  profile.customer_count = static_cast<int>(customers.rows.size());
  profile.unknown_value_count = customers.unknown_count;
  profile.basis = ProfileBasisOf(profile.customer_count);
  if (profile.basis == ProfileBasis::kTooFew) return profile;
  const Material material{.table = table,
                          .customers = customers,
                          .variables = VariablesOf(table, schema, customers),
                          .keys = KeysOfCustomers(table, schema, customers.rows),
                          .basis = profile.basis};
  if (const std::optional<Fifth> best = BestFifth(customers.values)) {
    profile.best = ProfileOf(material, *best);
    profile.value_share = ShareOfValue(*profile.best, profile.customer_count);
    profile.full_price = MeansOf(definition.full_price_share, table, customers, *best);
    profile.large_orders = MeansOf(definition.large_order_share, table, customers, *best);
  }
  if (const std::optional<Fifth> worst = WorstFifth(customers.values)) {
    profile.worst = ProfileOf(material, *worst);
  }
  return profile;
}

}  // namespace cible
