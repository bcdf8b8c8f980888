#include "segmentation/personas/profile_statement.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace cible {
namespace {

using Kind = RuleVariable::Kind;
using Test = RuleCondition::Test;

constexpr double kLeastLift = 1.5;
constexpr double kLeastPoints = .1;  // Below, a difference of shares is not worth a word.
constexpr double kFewestKnown = 5;   // In the fifth, and of the others.
// Told by what there is rather than by what there is not, and by one bound rather
// than by two.
constexpr double kAbsenceProminence = .7;
constexpr double kCostOfBound = .05;

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

std::vector<std::size_t> CustomersOfHalf(const std::vector<std::uint8_t>& halves,
                                         std::uint8_t half) {
  std::vector<std::size_t> customers;
  for (std::size_t i = 0; i < halves.size(); ++i) {
    if (halves[i] == half) customers.push_back(i);
  }
  return customers;
}

}  // namespace

ProfileBasis ProfileBasisOf(int customer_count) {
  if (customer_count >= kFewestForFullProfile) return ProfileBasis::kFull;
  return customer_count >= kFewestForProfile ? ProfileBasis::kDirectional : ProfileBasis::kTooFew;
}

std::vector<ProfileStatement> FindStatements(const std::vector<RuleVariable>& variables,
                                             const std::vector<std::uint8_t>& in_part,
                                             const std::vector<std::uint8_t>& halves) {
  const bool is_halved = !halves.empty();
  const std::vector<std::uint8_t> half =
      is_halved ? halves : std::vector<std::uint8_t>(in_part.size());
  std::vector<ProfileStatement> statements =
      StatementSearch(variables, Counter(in_part, CustomersOfHalf(half, 0)),
                      Counter(in_part, CustomersOfHalf(half, is_halved ? 1 : 0)),
                      is_halved ? ProfileBasis::kFull : ProfileBasis::kDirectional)
          .Run();
  std::stable_sort(statements.begin(), statements.end(),
                   [](const ProfileStatement& a, const ProfileStatement& b) {
                     return Prominence(a) > Prominence(b);
                   });
  if (statements.size() > kMostStatements) statements.resize(kMostStatements);
  return statements;
}

}  // namespace cible
