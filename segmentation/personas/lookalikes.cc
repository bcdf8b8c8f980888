#include "segmentation/personas/lookalikes.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>
#include <variant>

#include "segmentation/models/outcome_fit.h"
#include "segmentation/models/outcome_model.h"

namespace cible {
namespace {

// The curve shows the best so many of a hundred candidates.
constexpr double kReachPercents[] = {1, 2, 5, 10, 20, 30, 50, 75, 100};
// Scored at a time: a score holds a reason an attribute.
constexpr std::size_t kBlockRows = 1 << 15;

bool MayLiken(const Attribute& attribute, const Schema& schema) {
  return MayTellWorth(attribute, schema) && attribute.known_at == KnownAt::kLead;
}

bool IsKnownOfAny(const Column& column, const std::vector<int>& rows) {
  return std::any_of(rows.begin(), rows.end(),
                     [&](int row) { return column.validity[static_cast<std::size_t>(row)] != 0; });
}

std::vector<int> CandidatesIn(const ContactTable& table, absl::Span<const Stage> stages,
                              const ValueDefinition& definition) {
  const std::vector<std::optional<double>> values = CustomerValues(table, definition);
  std::vector<int> rows;
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (!IsCustomer(stages[row], values[row])) rows.push_back(static_cast<int>(row));
  }
  return rows;
}

void FindUnshared(const ContactTable& table, const Schema& schema,
                  const std::vector<int>& customers, const std::vector<int>& candidates,
                  Lookalikes& found) {
  for (const Attribute& attribute : schema.attributes()) {
    const Column* const column = table.Find(attribute.id);
    if (column == nullptr || !MayLiken(attribute, schema)) continue;
    const bool of_customers = IsKnownOfAny(*column, customers);
    const bool of_candidates = IsKnownOfAny(*column, candidates);
    if (of_customers && !of_candidates) found.unknown_of_candidates.push_back(attribute.id);
    if (of_candidates && !of_customers) found.unknown_of_customers.push_back(attribute.id);
  }
}

// --- The sample ------------------------------------------------------------

// The attributes that take part, and "is among the best fifth" for the outcome.
Schema LikenessSchema(const Schema& schema, const std::vector<std::string>& left_out) {
  std::vector<Attribute> attributes;
  std::vector<std::string> taken;
  for (const Attribute& attribute : schema.attributes()) {
    taken.push_back(attribute.id);
    if (!MayLiken(attribute, schema)) continue;
    if (std::find(left_out.begin(), left_out.end(), attribute.id) != left_out.end()) continue;
    attributes.push_back(attribute);
    // What tells worth very well is no consequence of it: this outcome is no event
    // that something could follow.
    attributes.back().known_before_outcome = true;
  }
  attributes.push_back({.number = schema.next_number(),
                        .id = AttributeIdFromHeader("ideal", taken),
                        .type = AttributeType::kBoolean,
                        .role = Role::kOutcome,
                        .outcome_value = "true"});
  // Of a sound schema, some of whose attributes are left out.
  return *Schema::Restore(std::move(attributes), schema.next_number() + 1);
}

void AddOutcome(const Schema& schema, const std::vector<std::uint8_t>& in, ContactTable& table) {
  Column column = MakeColumn(OutcomeOf(schema)->id, AttributeType::kBoolean);
  for (const std::uint8_t is_in : in) Append(column, Value(is_in != 0));
  table.columns.push_back(std::move(column));
}

// Positions of the customers with the least keys.
std::vector<std::size_t> DrawnBy(const std::vector<std::uint64_t>& keys, std::size_t most) {
  std::vector<std::size_t> drawn(keys.size());
  std::iota(drawn.begin(), drawn.end(), std::size_t{0});
  if (drawn.size() <= most) return drawn;
  const auto end = drawn.begin() + static_cast<std::ptrdiff_t>(most);
  std::nth_element(drawn.begin(), end, drawn.end(),
                   [&](std::size_t a, std::size_t b) { return keys[a] < keys[b]; });
  drawn.erase(end, drawn.end());
  std::sort(drawn.begin(), drawn.end());
  return drawn;
}

OutcomeModel FitLikeness(const IdealSample& sample, const std::vector<double>& weights,
                         Date as_of) {
  return FitOutcome(sample.table, sample.schema, weights, as_of);
}

// --- Scoring ---------------------------------------------------------------

// Visits the scores of the rows, block by block: visit(position in rows, score).
template <typename Visit>
void ScoreRows(const OutcomeModel& model, const ContactTable& table, const std::vector<int>& rows,
               Date as_of, const Visit& visit) {
  for (std::size_t begin = 0; begin < rows.size(); begin += kBlockRows) {
    const std::size_t end = std::min(rows.size(), begin + kBlockRows);
    const std::vector<int> block(rows.begin() + static_cast<std::ptrdiff_t>(begin),
                                 rows.begin() + static_cast<std::ptrdiff_t>(end));
    std::vector<OutcomeScore> scores = ScoreOutcomes(model, SelectRows(table, block), as_of);
    for (std::size_t i = 0; i < scores.size(); ++i) visit(begin + i, std::move(scores[i]));
  }
}

// The most similar, named with their reasons.
std::vector<Lookalike> Nearest(const OutcomeModel& model, const ContactTable& table,
                               const std::vector<int>& candidates,
                               const std::vector<double>& similarities, Date as_of,
                               const LookalikeOptions& options) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (similarities[i] >= options.min_similarity) order.push_back(i);
  }
  const std::size_t count = std::min(options.limit, order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(),
                    [&](std::size_t a, std::size_t b) {
                      if (similarities[a] != similarities[b]) {
                        return similarities[a] > similarities[b];
                      }
                      return table.ids[static_cast<std::size_t>(candidates[a])] <
                             table.ids[static_cast<std::size_t>(candidates[b])];
                    });
  std::vector<int> rows;
  for (std::size_t i = 0; i < count; ++i) rows.push_back(candidates[order[i]]);
  std::vector<Lookalike> nearest;
  ScoreRows(model, table, rows, as_of, [&](std::size_t i, OutcomeScore score) {
    nearest.push_back(
        {.row = rows[i], .similarity = score.probability, .reasons = std::move(score.reasons)});
  });
  return nearest;
}

// Of `scored` customers of at least the similarity, the share of the ideal.
std::optional<double> IdealShareFrom(double similarity, const IdealSample& sample,
                                     const std::vector<double>& held_out) {
  Proportion ideal;
  for (std::size_t i = 0; i < held_out.size(); ++i) {
    if (held_out[i] < similarity) continue;
    ideal.known += 1;
    ideal.count += sample.best.in[i];
  }
  return ideal.known > 0 ? std::optional<double>(ideal.share()) : std::nullopt;
}

std::vector<ReachPoint> ReachOf(std::vector<double> similarities, const IdealSample& sample,
                                const std::vector<double>& held_out) {
  std::sort(similarities.begin(), similarities.end(), std::greater<>());
  const auto total = static_cast<double>(similarities.size());
  std::vector<ReachPoint> reach;
  for (const double percent : kReachPercents) {
    const auto wanted = static_cast<std::size_t>(std::ceil(percent / 100 * total));
    const double similarity = similarities[wanted - 1];
    if (!reach.empty() && reach.back().similarity == similarity) continue;
    const auto end =
        std::upper_bound(similarities.begin(), similarities.end(), similarity, std::greater<>());
    const auto count = static_cast<int>(end - similarities.begin());
    reach.push_back({.similarity = similarity,
                     .contact_count = count,
                     .share = count / total,
                     .ideal_share = IdealShareFrom(similarity, sample, held_out)});
  }
  return reach;
}

bool TellsNothing(const OutcomeModel& model) {
  const auto is_flat = [](const OutcomeTerm& term) {
    return term.known == 0 && term.missing == 0 &&
           std::all_of(term.coefficients.begin(), term.coefficients.end(),
                       [](double coefficient) { return coefficient == 0; });
  };
  return std::all_of(model.terms.begin(), model.terms.end(), is_flat);
}

}  // namespace

IdealSample SampleOf(const ContactTable& table, const Schema& schema, const CustomerList& customers,
                     const Fifth& best, const std::vector<std::string>& left_out,
                     std::size_t most_customers) {
  const std::vector<std::uint64_t> keys = KeysOfCustomers(table, schema, customers.rows);
  IdealSample sample{.table = {},
                     .schema = LikenessSchema(schema, left_out),
                     .best = {.in = {}, .count = 0, .threshold = best.threshold},
                     .halves = {}};
  std::vector<int> rows;
  std::vector<std::uint64_t> drawn_keys;
  for (const std::size_t i : DrawnBy(keys, most_customers)) {
    rows.push_back(customers.rows[i]);
    drawn_keys.push_back(keys[i]);
    sample.best.in.push_back(best.in[i]);
    sample.best.count += best.in[i];
  }
  sample.table = SelectRows(table, rows);
  AddOutcome(sample.schema, sample.best.in, sample.table);
  sample.halves = HalvesOf(sample.best, std::move(drawn_keys));
  return sample;
}

std::vector<double> HeldOutSimilarities(const IdealSample& sample, Date as_of) {
  std::vector<double> similarities(sample.halves.size());
  for (const int held_out : {0, 1}) {
    std::vector<double> weights;
    std::vector<int> rows;
    for (std::size_t i = 0; i < sample.halves.size(); ++i) {
      weights.push_back(sample.halves[i] == held_out ? 0 : 1);
      if (sample.halves[i] == held_out) rows.push_back(static_cast<int>(i));
    }
    const OutcomeModel model = FitLikeness(sample, weights, as_of);
    ScoreRows(model, sample.table, rows, as_of, [&](std::size_t i, const OutcomeScore& score) {
      similarities[static_cast<std::size_t>(rows[i])] = score.probability;
    });
  }
  return similarities;
}

Lookalikes FindLookalikes(const ContactTable& table, const Schema& schema,
                          absl::Span<const Stage> stages, const ValueDefinition& definition,
                          Date as_of, const LookalikeOptions& options) {
  const CustomerList customers = CustomersIn(table, stages, definition);
  const std::vector<int> candidates = CandidatesIn(table, stages, definition);
  Lookalikes found;
  found.customer_count = static_cast<int>(customers.rows.size());
  found.candidate_count = static_cast<int>(candidates.size());
  found.basis = ProfileBasisOf(found.customer_count);
  if (found.basis == ProfileBasis::kTooFew) return found;
  const std::optional<Fifth> best = BestFifth(customers.values);
  if (!best) return found;
  if (!candidates.empty()) FindUnshared(table, schema, customers.rows, candidates, found);
  const IdealSample sample = SampleOf(table, schema, customers, *best, found.unknown_of_candidates,
                                      options.most_customers);
  found.customer_count = sample.table.row_count;
  found.ideal_count = sample.best.count;
  if (candidates.empty()) return found;
  const OutcomeModel model =
      FitLikeness(sample, std::vector<double>(sample.halves.size(), 1), as_of);
  found.tells_nothing = TellsNothing(model);
  std::vector<double> similarities(candidates.size());
  ScoreRows(model, table, candidates, as_of,
            [&](std::size_t i, const OutcomeScore& score) { similarities[i] = score.probability; });
  found.nearest = Nearest(model, table, candidates, similarities, as_of, options);
  found.reach = ReachOf(std::move(similarities), sample, HeldOutSimilarities(sample, as_of));
  return found;
}

}  // namespace cible
