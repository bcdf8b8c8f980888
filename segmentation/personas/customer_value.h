// What a customer is worth: what the schema marks as value, a year.

#ifndef CIBLE_SEGMENTATION_PERSONAS_CUSTOMER_VALUE_H_
#define CIBLE_SEGMENTATION_PERSONAS_CUSTOMER_VALUE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/schema.h"
#include "segmentation/models/proportion.h"
#include "segmentation/personas/portrait.h"

namespace cible {

// How the schema says what a contact is worth: the sum of its MARGIN attributes,
// or, where it marks none, of its REVENUE attributes, each brought to a year.
struct ValueDefinition {
  struct Part {
    std::string attribute;  // Id.
    double per_year = 1;    // Multiplies the attribute.
    bool operator==(const Part&) const = default;
  };
  std::vector<Part> parts;  // In schema order; none: the schema does not say.
  bool is_margin = false;
  std::string full_price_share;   // Id of the attribute; empty: none is marked.
  std::string large_order_share;  // Likewise.

  bool operator==(const ValueDefinition&) const = default;
};

ValueDefinition ValueDefinitionOf(const Schema& schema);

// Whether the attribute is one of those that value is made of, the shares
// included: a profile of who is worth most must not say it by them.
bool IsPartOfValue(const Attribute& attribute);

// The value a year of each row; nullopt where a part is unknown, the sum is too
// large for a number, or the definition has none. O(rows x parts).
std::vector<std::optional<double>> CustomerValues(const ContactTable& table,
                                                  const ValueDefinition& definition);

// Who has bought: whoever was recorded as CUSTOMER, and, where no stage was
// recorded, whoever brought more than 0.
bool IsCustomer(Stage stage, const std::optional<double>& value);

// "Margin a year: margin_2025", "Revenue a year: the sum of Wines, Fruits and
// Meat". Empty where the definition has no parts.
std::string DescribeDefinition(const ValueDefinition& definition, const Schema& schema,
                               Language language);

// Of the values that are known.
struct ValueSummary {
  double known = 0;     // Customers.
  double mean = 0;      // Of their values.
  double variance = 0;  // By known - 1; 0 for fewer than two.
  double median = 0;    // The lower one of two.

  bool operator==(const ValueSummary&) const = default;
};

// O(n log n) in the values.
ValueSummary SummariseValues(std::vector<double> values);

// The known values of the customers (IsCustomer) of each component; a component
// of -1 counts nowhere. O(rows log rows).
// REQUIRES: one stage, value and component a row.
std::vector<ValueSummary> SummariseCustomers(absl::Span<const Stage> stages,
                                             absl::Span<const std::optional<double>> values,
                                             absl::Span<const int> components, int component_count);

// "€310 a year on average (95% interval €300 to €320), against ...": of a segment
// beside all customers, in the currency (ISO 4217).
// REQUIRES: something is known of both.
std::string DescribeValue(const ValueSummary& segment, const ValueSummary& population,
                          const std::string& currency_code, Language language);

// The 95 % credible interval of the mean under the reference prior 1 / sigma^2:
// Student's t of known - 1 degrees of freedom. Null for fewer than two values.
//   A. Gelman et al., Bayesian Data Analysis, 3rd ed., 2013, sec. 3.2.
std::optional<Interval> MeanInterval(const ValueSummary& summary);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_CUSTOMER_VALUE_H_
