#include "segmentation/personas/market.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "segmentation/models/outcome_model.h"
#include "segmentation/personas/catalogue.h"
#include "segmentation/personas/customer_value.h"
#include "segmentation/personas/figures.h"

namespace cible {
namespace {

// Of a CATEGORICAL, ORDINAL or BOOLEAN cell; null when unknown.
std::optional<std::string> LevelAt(const Column& column, int row) {
  const std::optional<Value> value = Get(column, row);
  if (!value) return std::nullopt;
  if (const auto* flag = std::get_if<bool>(&*value)) return *flag ? "true" : "false";
  const auto* level = std::get_if<std::string>(&*value);
  return level == nullptr ? std::nullopt : std::optional(*level);
}

bool IsKnown(const Column* column, int row) {
  return column != nullptr && column->validity[static_cast<std::size_t>(row)] != 0;
}

// A share in [0, 1]; NaN is not.
absl::Status CheckShare(const std::optional<double>& share, absl::string_view field) {
  if (!share || (*share >= 0 && *share <= 1)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(field, " must lie in 0 to 1; 0.1 says that one in ten can be won"));
}

// Null: nobody to win, or the share is not known.
std::optional<double> WinnablePart(std::int64_t count, const std::optional<double>& share) {
  if (count == 0) return 0;
  if (!share) return std::nullopt;
  return *share * static_cast<double>(count);
}

// "1,204 customers + 10% of 300 non-consumers + ...", without what has nobody.
std::string SumText(const MarketPotential& market, const Catalogue& catalogue) {
  std::vector<std::string> parts = {
      FormatCounted("market.customers", market.counts.customers, catalogue)};
  const auto add = [&](const char* key, std::int64_t count, const std::optional<double>& share) {
    if (count == 0) return;
    parts.push_back(catalogue.Message("market.part",
                                      {{"share", share ? FormatPercent(*share, catalogue)
                                                       : catalogue.Message("market.unknown_share")},
                                       {"who", FormatCounted(key, count, catalogue)}}));
  };
  add("market.non_consumers", market.counts.non_consumers, market.shares.non_consumers);
  add("market.competitor", market.counts.competitor, market.shares.competitor);
  return absl::StrJoin(parts, " + ");
}

}  // namespace

const Attribute* CompetitorAttribute(const Schema& schema) {
  for (const Attribute& attribute : schema.attributes()) {
    if (!attribute.competitor_level.empty()) return &attribute;
  }
  return nullptr;
}

std::vector<MarketCounts> CountMarket(const ContactTable& table, const Schema& schema,
                                      absl::Span<const Stage> stages,
                                      absl::Span<const std::optional<double>> values,
                                      absl::Span<const int> components, int component_count) {
  const Attribute* competitor = CompetitorAttribute(schema);
  const Column* brand = competitor == nullptr ? nullptr : table.Find(competitor->id);
  const Attribute* outcome = OutcomeOf(schema);
  const Column* result = outcome == nullptr ? nullptr : table.Find(outcome->id);
  std::vector<MarketCounts> counts(static_cast<std::size_t>(component_count));
  for (int row = 0; row < table.row_count; ++row) {
    const auto at = static_cast<std::size_t>(row);
    if (components[at] < 0) continue;
    MarketCounts& count = counts[static_cast<std::size_t>(components[at])];
    if (IsCustomer(stages[at], values[at])) {
      ++count.customers;
      continue;
    }
    const auto level = brand == nullptr ? std::nullopt : LevelAt(*brand, row);
    ++(!level                                   ? count.unknown
       : *level == competitor->competitor_level ? count.competitor
                                                : count.non_consumers);
    const bool lead = stages[at] == Stage::kLead || stages[at] == Stage::kProspect;
    if (lead && !IsKnown(result, row)) ++count.open_leads;
  }
  return counts;
}

absl::Status CheckWinnableShares(const WinnableShares& shares) {
  absl::Status status = CheckShare(shares.non_consumers, "winnable_non_consumer_share");
  if (!status.ok()) return status;
  return CheckShare(shares.competitor, "winnable_competitor_share");
}

MarketPotential PotentialOf(const MarketCounts& counts, const WinnableShares& entered,
                            const std::optional<double>& expected_rate) {
  MarketPotential market{.counts = counts, .shares = entered};
  const auto estimate = [&](std::optional<double>& share, std::int64_t count) {
    if (share || !expected_rate) return;
    share = expected_rate;
    if (count > 0) market.estimated = true;
  };
  estimate(market.shares.non_consumers, counts.non_consumers);
  estimate(market.shares.competitor, counts.competitor);
  const auto non_consumers = WinnablePart(counts.non_consumers, market.shares.non_consumers);
  const auto competitor = WinnablePart(counts.competitor, market.shares.competitor);
  const bool nothing_known =
      counts.unknown > 0 && counts.non_consumers == 0 && counts.competitor == 0;
  if (non_consumers && competitor && !nothing_known) {
    market.potential = static_cast<double>(counts.customers) + *non_consumers + *competitor;
  }
  return market;
}

std::string DescribeUniverse(std::int64_t contacts, ContactKind kind, Date day, Language language) {
  const Catalogue& catalogue = Catalogue::For(language);
  const char* const key = kind == ContactKind::kPerson ? "market.persons" : "market.organisations";
  return catalogue.Message("market.universe", {{"who", FormatCounted(key, contacts, catalogue)},
                                               {"day", FormatDate(day)}});
}

std::string DescribePotential(const MarketPotential& market, bool marked, Language language) {
  const Catalogue& catalogue = Catalogue::For(language);
  std::vector<std::string> sentences;
  const bool others = market.counts.total() > market.counts.customers;
  if (!others) {
    sentences.push_back(catalogue.Message(
        "market.customers_only",
        {{"who", FormatCounted("market.customers", market.counts.customers, catalogue)}}));
  } else if (market.potential) {
    sentences.push_back(catalogue.Message(
        "market.sum", {{"sum", SumText(market, catalogue)},
                       {"potential", FormatNumber(*market.potential, 0, catalogue)}}));
  } else if (market.counts.unknown < market.counts.total() - market.counts.customers) {
    sentences.push_back(
        catalogue.Message("market.open_sum", {{"sum", SumText(market, catalogue)}}));
    sentences.push_back(catalogue.Message("market.enter_shares"));
  } else {
    sentences.push_back(catalogue.Message(
        "market.customers_known",
        {{"who", FormatCounted("market.customers", market.counts.customers, catalogue)}}));
  }
  if (market.estimated) sentences.push_back(catalogue.Message("market.estimated"));
  if (market.counts.unknown > 0) {
    sentences.push_back(FormatCounted("market.unknown", market.counts.unknown, catalogue));
    if (!marked) sentences.push_back(catalogue.Message("market.mark_competitor"));
  }
  return absl::StrJoin(sentences, " ");
}

}  // namespace cible
