#include "segmentation/models/outcome_model.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "segmentation/models/outcome_cells.h"

namespace cible {
namespace {

// --- Scoring ----------------------------------------------------------------

double ContributionOf(const OutcomeTerm& term, const OutcomeCells& reader, std::size_t row,
                      std::vector<int>& cells) {
  if (!reader.Read(row, cells)) return term.missing;
  double contribution = term.known;
  for (const int cell : cells) contribution += term.coefficients[static_cast<std::size_t>(cell)];
  return contribution;
}

// In (0, 1) even where the logistic function rounds to an end.
double ProbabilityOf(double logit) {
  constexpr double kLeast = 1e-15;
  return std::clamp(1 / (1 + std::exp(-logit)), kLeast, 1 - kLeast);
}

OutcomeScore ScoreOf(double intercept, std::vector<Reason> shares) {
  std::erase_if(shares, [](const Reason& share) { return share.contribution == 0; });
  std::stable_sort(shares.begin(), shares.end(), [](const Reason& a, const Reason& b) {
    return std::abs(a.contribution) > std::abs(b.contribution);
  });
  shares.insert(shares.begin(), Reason{.attribute = "", .contribution = intercept});
  double logit = 0;
  for (const Reason& share : shares) logit += share.contribution;
  return {.probability = ProbabilityOf(logit), .reasons = std::move(shares)};
}

// --- Checks -----------------------------------------------------------------

absl::Status Corrupt(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("the model does not fit together: ", what,
                                                 ". Activate another version, or train again"));
}

template <typename Values>
bool AllFinite(const Values& values) {
  return std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

bool IsSound(const OutcomeTerm& term, const Schema& schema) {
  const Attribute* attribute = schema.Find(term.attribute);
  if (attribute == nullptr || attribute->id != term.attribute || attribute->type != term.type) {
    return false;
  }
  const bool has_bins = HasBins(term.type);
  const std::size_t size = has_bins ? term.edges.size() + 1 : term.levels.size();
  const bool is_boolean = term.type == AttributeType::kBoolean;
  const bool has_its_own = has_bins ? term.levels.empty() : term.edges.empty();
  return has_its_own && term.coefficients.size() == size && (!is_boolean || size == 2) &&
         AllFinite(term.coefficients) && AllFinite(term.edges) && std::isfinite(term.known) &&
         std::isfinite(term.missing) &&
         std::adjacent_find(term.edges.begin(), term.edges.end(),
                            [](double a, double b) { return !(a < b); }) == term.edges.end();
}

std::string CountOf(double weight) { return absl::StrCat(std::llround(weight)); }

}  // namespace

const Attribute* OutcomeOf(const Schema& schema) {
  const auto found =
      std::find_if(schema.attributes().begin(), schema.attributes().end(),
                   [](const Attribute& attribute) { return attribute.role == Role::kOutcome; });
  return found == schema.attributes().end() ? nullptr : &*found;
}

std::vector<OutcomeScore> ScoreOutcomes(const OutcomeModel& model, const ContactTable& table,
                                        Date as_of) {
  std::vector<OutcomeCells> readers;
  for (const OutcomeTerm& term : model.terms) {
    readers.emplace_back(term, table.Find(term.attribute), as_of);
  }
  std::vector<OutcomeScore> scores;
  std::vector<int> cells;
  for (int row = 0; row < table.row_count; ++row) {
    std::vector<Reason> shares;
    for (std::size_t v = 0; v < readers.size(); ++v) {
      shares.push_back({.attribute = model.terms[v].attribute,
                        .contribution = ContributionOf(model.terms[v], readers[v],
                                                       static_cast<std::size_t>(row), cells)});
    }
    scores.push_back(ScoreOf(model.intercept, std::move(shares)));
  }
  return scores;
}

std::vector<std::string> OutcomeNotices(const OutcomeModel& model) {
  if (!model.refusal.empty()) return {absl::StrCat("no score: ", model.refusal)};
  std::vector<std::string> notices = {
      absl::StrCat("score of ", model.attribute, ": trained on ", CountOf(model.outcomes),
                   " contacts with the outcome and ", CountOf(model.others), " without")};
  if (std::min(model.outcomes, model.others) < kEnoughOutcomes) {
    notices.push_back(absl::StrCat("score of ", model.attribute, ": held near the base rate of ",
                                   absl::StrFormat("%.1f %%", 100 * model.base_rate()),
                                   ", since fewer than ", CountOf(kEnoughOutcomes),
                                   " contacts are known ",
                                   model.outcomes < model.others ? "with" : "without",
                                   " the outcome; import more of them and train again"));
  }
  if (model.terms.empty()) {
    notices.push_back(absl::StrCat("score of ", model.attribute,
                                   ": no attribute may take part, so everyone gets the base rate; "
                                   "give the schema a FEATURE or a DESCRIPTOR known before it"));
  }
  for (const SetAside& barred : model.barred) {
    notices.push_back(absl::StrCat(
        barred.attribute, ": no part in the score, since it looks like a consequence of ",
        model.attribute, ": ", barred.reason,
        ". Set known_before_outcome in the schema if it is known before, else "
        "consequence_of_outcome, and train again"));
  }
  if (!model.set_aside.empty()) {
    notices.push_back(absl::StrCat("score of ", model.attribute, ": ", model.set_aside.size(),
                                   " attributes that tell least of it take no part, there being "
                                   "too many: ",
                                   absl::StrJoin(model.set_aside, ", ")));
  }
  return notices;
}

absl::Status CheckOutcome(const OutcomeModel& model, const Schema& schema) {
  const Attribute* outcome = schema.Find(model.attribute);
  if (outcome == nullptr || outcome->id != model.attribute) {
    return Corrupt("its outcome is not in its schema");
  }
  const bool counted = model.outcomes >= 0 && model.others >= 0 && std::isfinite(model.outcomes) &&
                       std::isfinite(model.others);
  if (!counted || !std::isfinite(model.intercept)) return Corrupt("its score is not finite");
  if (model.refusal.empty() && !(model.outcomes > 0 && model.others > 0)) {
    return Corrupt("its score was trained on one side of the outcome");
  }
  for (const OutcomeTerm& term : model.terms) {
    if (!IsSound(term, schema)) {
      return Corrupt(absl::StrCat("the score's table of attribute \"", term.attribute,
                                  "\" is incomplete or not finite"));
    }
  }
  return absl::OkStatus();
}

}  // namespace cible
