#include "segmentation/personas/customer_value.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>

#include "segmentation/personas/catalogue.h"
#include "segmentation/personas/claim.h"
#include "segmentation/personas/figures.h"

namespace cible {
namespace {

constexpr double kDaysPerYear = 365.25;

std::vector<ValueDefinition::Part> PartsOf(const Schema& schema, ValueMark mark) {
  std::vector<ValueDefinition::Part> parts;
  for (const Attribute& attribute : schema.attributes()) {
    if (attribute.value != mark) continue;
    parts.push_back({.attribute = attribute.id, .per_year = kDaysPerYear / attribute.value_days});
  }
  return parts;
}

std::string FirstMarked(const Schema& schema, ValueMark mark) {
  for (const Attribute& attribute : schema.attributes()) {
    if (attribute.value == mark) return attribute.id;
  }
  return "";
}

}  // namespace

ValueDefinition ValueDefinitionOf(const Schema& schema) {
  ValueDefinition definition{.parts = PartsOf(schema, ValueMark::kMargin),
                             .is_margin = true,
                             .full_price_share = FirstMarked(schema, ValueMark::kFullPriceShare),
                             .large_order_share = FirstMarked(schema, ValueMark::kLargeOrderShare)};
  if (definition.parts.empty()) {
    definition.parts = PartsOf(schema, ValueMark::kRevenue);
    definition.is_margin = false;
  }
  return definition;
}

bool IsPartOfValue(const Attribute& attribute) { return attribute.value != ValueMark::kNone; }

std::vector<std::optional<double>> CustomerValues(const ContactTable& table,
                                                  const ValueDefinition& definition) {
  const auto rows = static_cast<std::size_t>(table.row_count);
  if (definition.parts.empty()) return std::vector<std::optional<double>>(rows);
  std::vector<std::optional<double>> values(rows, 0.);
  for (const ValueDefinition::Part& part : definition.parts) {
    const Column* column = table.Find(part.attribute);
    for (std::size_t row = 0; row < rows; ++row) {
      const bool known = column != nullptr && column->validity[row] != 0;
      if (!known) {
        values[row] = std::nullopt;
      } else if (values[row].has_value()) {
        *values[row] += part.per_year * std::get<Numbers>(column->data).values[row];
      }
    }
  }
  for (std::optional<double>& value : values) {
    if (value && !std::isfinite(*value)) value = std::nullopt;
  }
  return values;
}

bool IsCustomer(Stage stage, const std::optional<double>& value) {
  return stage == Stage::kCustomer || (stage == Stage::kUnknown && value.value_or(0) > 0);
}

std::string DescribeDefinition(const ValueDefinition& definition, const Schema& schema,
                               Language language) {
  if (definition.parts.empty()) return "";
  const Catalogue& catalogue = Catalogue::For(language);
  std::vector<std::string> labels;
  for (const ValueDefinition::Part& part : definition.parts) {
    labels.push_back(AttributeLabelOf(*schema.Find(part.attribute), catalogue));
  }
  return catalogue.Message(definition.is_margin ? "value.margin" : "value.revenue",
                           {{"parts", Listed(labels, catalogue)}});
}

ValueSummary SummariseValues(std::vector<double> values) {
  if (values.empty()) return {};
  const auto count = static_cast<double>(values.size());
  ValueSummary summary{.known = count};
  summary.mean = std::accumulate(values.begin(), values.end(), 0.) / count;
  for (const double value : values) summary.variance += std::pow(value - summary.mean, 2);
  summary.variance = values.size() < 2 ? 0 : summary.variance / (count - 1);
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  summary.median = *middle;
  return summary;
}

std::vector<ValueSummary> SummariseCustomers(absl::Span<const Stage> stages,
                                             absl::Span<const std::optional<double>> values,
                                             absl::Span<const int> components,
                                             int component_count) {
  std::vector<std::vector<double>> known(static_cast<std::size_t>(component_count));
  for (std::size_t row = 0; row < stages.size(); ++row) {
    if (components[row] < 0 || !values[row] || !IsCustomer(stages[row], values[row])) continue;
    known[static_cast<std::size_t>(components[row])].push_back(*values[row]);
  }
  std::vector<ValueSummary> summaries;
  for (std::vector<double>& each : known) summaries.push_back(SummariseValues(std::move(each)));
  return summaries;
}

std::string DescribeValue(const ValueSummary& segment, const ValueSummary& population,
                          const std::string& currency_code, Language language) {
  const Catalogue& catalogue = Catalogue::For(language);
  const auto amount = [&](double value) {
    return FormatMeanAmount(value, currency_code, catalogue);
  };
  Arguments arguments = {{"mean", amount(segment.mean)}, {"population", amount(population.mean)}};
  const std::optional<Interval> interval = MeanInterval(segment);
  if (!interval) return catalogue.Message("value.single", arguments);
  arguments.emplace_back("low", amount(interval->low));
  arguments.emplace_back("high", amount(interval->high));
  arguments.emplace_back("median", amount(segment.median));
  arguments.emplace_back("known", FormatNumber(segment.known, 0, catalogue));
  return catalogue.Message("value.mean", arguments);
}

std::optional<Interval> MeanInterval(const ValueSummary& summary) {
  if (summary.known < 2) return std::nullopt;
  const boost::math::students_t t(summary.known - 1);
  const double half = boost::math::quantile(t, .975) * std::sqrt(summary.variance / summary.known);
  return Interval{.low = summary.mean - half, .high = summary.mean + half};
}

}  // namespace cible
