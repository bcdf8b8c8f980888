#include "segmentation/personas/ideal_customer.h"

#include <algorithm>
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

constexpr double kFifth = .2;
constexpr double kLeastFifth = .1;
constexpr double kLargestFifth = .4;
constexpr std::uint64_t kSeed = 20'261'123;

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
  std::vector<std::uint8_t> halves;
  if (material.basis == ProfileBasis::kFull) halves = HalvesOf(fifth, material.keys);
  std::vector<ProfileStatement> statements = FindStatements(material.variables, fifth.in, halves);
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
