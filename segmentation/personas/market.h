// Market potential: today's customers, and the part of the others that can be
// won, among the contacts that are recorded and nobody else.

#ifndef CIBLE_SEGMENTATION_PERSONAS_MARKET_H_
#define CIBLE_SEGMENTATION_PERSONAS_MARKET_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/schema.h"
#include "segmentation/personas/portrait.h"

namespace cible {

// How contacts stand to us and to competitors. Every contact is one of the
// first four.
struct MarketCounts {
  std::int64_t customers = 0;      // IsCustomer (customer_value.h).
  std::int64_t competitor = 0;     // Others who buy from a competitor.
  std::int64_t non_consumers = 0;  // Others of whom it is known that they do not.
  std::int64_t unknown = 0;        // Others of whom that is not known.
  // Of those three, whoever is recorded as LEAD or PROSPECT and whose outcome,
  // where the schema has one, is not known: still to be won or lost.
  std::int64_t open_leads = 0;

  std::int64_t total() const { return customers + competitor + non_consumers + unknown; }
  bool operator==(const MarketCounts&) const = default;
};

// The attribute that tells who buys from a competitor: the first that has a
// `competitor_level`; null if none has.
const Attribute* CompetitorAttribute(const Schema& schema);

// By component; a row of component -1 counts nowhere. `values` are those of
// CustomerValues. O(rows).
// REQUIRES: one stage, value and component a row.
std::vector<MarketCounts> CountMarket(const ContactTable& table, const Schema& schema,
                                      absl::Span<const Stage> stages,
                                      absl::Span<const std::optional<double>> values,
                                      absl::Span<const int> components, int component_count);

// The shares, in [0, 1], of those two that can be won; null: not known.
struct WinnableShares {
  std::optional<double> non_consumers;
  std::optional<double> competitor;
};

// Errors: INVALID_ARGUMENT for a share outside [0, 1] or NaN, naming the field.
absl::Status CheckWinnableShares(const WinnableShares& shares);

struct MarketPotential {
  MarketCounts counts;
  WinnableShares shares;
  bool estimated = false;  // A share that matters was.
  // customers + share x non-consumers + share x competitor's; null where the
  // share of a part that has anyone is not known, and where others are recorded
  // but of none it is known from whom they buy.
  std::optional<double> potential;
};

// Shares that were not entered are taken from `expected_rate`, that at which the
// segment's contacts have succeeded so far (ExpectedRate), where it is known.
MarketPotential PotentialOf(const MarketCounts& counts, const WinnableShares& entered,
                            const std::optional<double>& expected_rate);

// "the 2,240 persons recorded in this workspace on 2026-11-23 ...; nobody else
// is counted".
std::string DescribeUniverse(std::int64_t contacts, ContactKind kind, Date day, Language language);

// The arithmetic, and what is not known and how to make it known.
// `marked`: the schema has a CompetitorAttribute.
std::string DescribePotential(const MarketPotential& market, bool marked, Language language);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_MARKET_H_
