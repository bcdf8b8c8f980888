#include "segmentation/personas/authored_persona.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "segmentation/personas/catalogue.h"
#include "segmentation/personas/figures.h"
#include "segmentation/personas/rule_text.h"

namespace cible {
namespace {

using Test = RuleCondition::Test;

constexpr double kMeetsCriterion = .9;   // P of a criterion,
constexpr double kMeetsPreference = .7;  // and of a preference.
constexpr double kFewestToCompare = 10;  // Of fewer members nothing is said.
constexpr double kSameJaccard = .5;      // As for the identity of segments.
constexpr double kMostOfThem = .5;       // Share of the members in one segment,
constexpr double kMoreThanChance = 1.5;  // with at least this lift.
constexpr std::size_t kMostLevels = 100;

absl::Status CheckMayBeCriterion(const Attribute& attribute) {
  const auto refused = [&](absl::string_view why) {
    return absl::InvalidArgumentError(
        absl::StrCat("a persona cannot be made of \"", attribute.id, "\": ", why));
  };
  if (attribute.is_protected) return refused("it is protected; take another attribute");
  if (attribute.sensitive && !attribute.sensitive_feature) {
    return refused("it is sensitive; take another attribute, or set sensitive_feature");
  }
  if (attribute.role != Role::kFeature && attribute.role != Role::kDescriptor) {
    return refused("its role is neither FEATURE nor DESCRIPTOR; take another attribute");
  }
  switch (attribute.type) {
    case AttributeType::kNumeric:
    case AttributeType::kCategorical:
    case AttributeType::kOrdinal:
    case AttributeType::kSet:
    case AttributeType::kBoolean: return absl::OkStatus();
    default:
      return refused(absl::StrCat("criteria are about numbers, levels and tags, and it is ",
                                  Name(attribute.type), "; take another attribute"));
  }
}

absl::Status CheckRange(const Attribute& attribute, const std::optional<double>& low,
                        const std::optional<double>& high) {
  const auto invalid = [&](absl::string_view what) {
    return absl::InvalidArgumentError(
        absl::StrCat("the criterion on \"", attribute.id, "\" ", what));
  };
  if (!low && !high) return invalid("has no range; set low, high or both");
  if ((low && !std::isfinite(*low)) || (high && !std::isfinite(*high))) {
    return invalid("has a bound that is not a number; leave out what is not bounded");
  }
  if (low && high && !(*low < *high)) {
    return invalid("has an empty range: nothing is at least low and below high; raise high");
  }
  return absl::OkStatus();
}

absl::Status CheckLevelsOf(const Attribute& attribute, const std::vector<std::string>& levels) {
  const auto invalid = [&](absl::string_view what) {
    return absl::InvalidArgumentError(
        absl::StrCat("the criterion on \"", attribute.id, "\" ", what));
  };
  if (levels.empty()) return invalid("names no level; give at least one in `levels`");
  if (levels.size() > kMostLevels) return invalid("names more than 100 levels; name fewer");
  if (attribute.type == AttributeType::kBoolean &&
      (levels.size() != 1 || (levels[0] != "true" && levels[0] != "false"))) {
    return invalid("needs the one level `true` or `false`");
  }
  if (attribute.type != AttributeType::kOrdinal) return absl::OkStatus();
  for (const std::string& level : levels) {
    if (std::find(attribute.levels.begin(), attribute.levels.end(), level) ==
        attribute.levels.end()) {
      return invalid("names a level that the schema does not declare; take one of its levels");
    }
  }
  return absl::OkStatus();
}

bool IsWhole(const std::optional<double>& bound) { return bound && *bound == std::floor(*bound); }

double ProbabilityOf(const PersonaCriterion& criterion) {
  return criterion.preference ? kMeetsPreference : kMeetsCriterion;
}

// Three-valued "and": one that is not met settles it.
CriterionState Both(CriterionState a, CriterionState b) {
  if (a == CriterionState::kNotMet || b == CriterionState::kNotMet) return CriterionState::kNotMet;
  return a == CriterionState::kMet ? b : a;
}

// The segment that is the persona, or else the one that holds most of it.
std::size_t MostTelling(const AuthoredComparison& comparison) {
  const auto closest = static_cast<std::size_t>(comparison.closest);
  if (comparison.cells[closest].jaccard >= kSameJaccard) return closest;
  const auto largest =
      std::max_element(comparison.cells.begin(), comparison.cells.end(),
                       [](const auto& a, const auto& b) { return a.share < b.share; });
  return static_cast<std::size_t>(largest - comparison.cells.begin());
}

// That the segment is the persona, holds most of it, or neither.
const char* VerdictOf(const AuthoredComparison::Cell& cell) {
  if (cell.jaccard >= kSameJaccard) return "compare.same";
  if (cell.share >= kMostOfThem && cell.lift >= kMoreThanChance) return "compare.part";
  return cell.lift >= kMoreThanChance ? "compare.leaning" : "compare.spread";
}

}  // namespace

absl::StatusOr<PersonaCriterion> MakeCriterion(const Attribute& attribute,
                                               std::optional<double> low,
                                               std::optional<double> high,
                                               std::vector<std::string> levels, bool preference) {
  if (absl::Status status = CheckMayBeCriterion(attribute); !status.ok()) return status;
  PersonaCriterion criterion{.condition = {.attribute = attribute.id}, .preference = preference};
  RuleCondition& condition = criterion.condition;
  if (attribute.type == AttributeType::kNumeric) {
    if (!levels.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "\"", attribute.id, "\" is a number and has no levels; give low, high or both"));
    }
    if (absl::Status status = CheckRange(attribute, low, high); !status.ok()) return status;
    condition.low = low;
    condition.high = high;
    condition.whole = IsWhole(low) && IsWhole(high);
    return criterion;
  }
  if (low || high) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", attribute.id, "\" is ", Name(attribute.type), " and has no range; give levels"));
  }
  std::sort(levels.begin(), levels.end());
  levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
  if (absl::Status status = CheckLevelsOf(attribute, levels); !status.ok()) return status;
  condition.test = attribute.type == AttributeType::kSet ? Test::kHasTag : Test::kOneOf;
  condition.levels = std::move(levels);
  return criterion;
}

std::vector<std::string> AttributesOf(const std::vector<AuthoredPersona>& personas) {
  std::set<std::string> ids;
  for (const AuthoredPersona& persona : personas) {
    for (const PersonaCriterion& criterion : persona.criteria) {
      ids.insert(criterion.condition.attribute);
    }
  }
  return {ids.begin(), ids.end()};
}

std::vector<CriterionState> StatesOf(const PersonaCriterion& criterion, const Schema& schema,
                                     const ContactTable& table) {
  std::vector<CriterionState> states(static_cast<std::size_t>(table.row_count),
                                     CriterionState::kUnknown);
  const std::string& id = criterion.condition.attribute;
  const Column* column = table.Find(id);
  const Attribute* attribute = schema.Find(id);
  if (IsLost(criterion) || column == nullptr || attribute == nullptr || attribute->id != id) {
    return states;
  }
  const std::vector<std::uint8_t> met =
      RowsOfRule({.conditions = {criterion.condition}, .quality = {}}, schema, table);
  for (std::size_t row = 0; row < states.size(); ++row) {
    if (column->validity[row] == 0) continue;
    states[row] = met[row] != 0 ? CriterionState::kMet : CriterionState::kNotMet;
  }
  return states;
}

double ContributionOf(const PersonaCriterion& criterion, CriterionState state) {
  const double p = ProbabilityOf(criterion), q = criterion.population_share;
  if (state == CriterionState::kUnknown || !(q > 0) || q >= p) return 0;
  return state == CriterionState::kMet ? std::log(p / q) : std::log((1 - p) / (1 - q));
}

std::vector<std::vector<AuthoredMatch>> MatchAuthored(const std::vector<AuthoredPersona>& personas,
                                                      const Schema& schema,
                                                      const ContactTable& table) {
  std::vector<std::vector<AuthoredMatch>> matches(static_cast<std::size_t>(table.row_count));
  for (std::size_t i = 0; i < personas.size(); ++i) {
    for (auto& row : matches) row.push_back({.persona = static_cast<int>(i), .criteria = {}});
    for (const PersonaCriterion& criterion : personas[i].criteria) {
      const std::vector<CriterionState> states = StatesOf(criterion, schema, table);
      for (std::size_t row = 0; row < matches.size(); ++row) {
        const double contribution = ContributionOf(criterion, states[row]);
        matches[row][i].criteria.push_back({states[row], contribution});
        matches[row][i].fit += contribution;
      }
    }
  }
  for (auto& row : matches) {
    std::stable_sort(row.begin(), row.end(),
                     [](const AuthoredMatch& a, const AuthoredMatch& b) { return a.fit > b.fit; });
  }
  return matches;
}

std::vector<AuthoredMatch> BestAuthored(const std::vector<AuthoredPersona>& personas,
                                        const Schema& schema, const ContactTable& table) {
  std::vector<AuthoredMatch> best(static_cast<std::size_t>(table.row_count),
                                  {.persona = -1, .criteria = {}});
  for (std::size_t i = 0; i < personas.size(); ++i) {
    std::vector<double> fits(best.size());
    for (const PersonaCriterion& criterion : personas[i].criteria) {
      const std::vector<CriterionState> states = StatesOf(criterion, schema, table);
      for (std::size_t row = 0; row < fits.size(); ++row) {
        fits[row] += ContributionOf(criterion, states[row]);
      }
    }
    for (std::size_t row = 0; row < fits.size(); ++row) {
      if (!(fits[row] > best[row].fit)) continue;
      best[row].persona = static_cast<int>(i);
      best[row].fit = fits[row];
    }
  }
  return best;
}

std::vector<CriterionState> MembersOf(const AuthoredPersona& persona, const Schema& schema,
                                      const ContactTable& table) {
  const auto& criteria = persona.criteria;
  const bool all = std::all_of(criteria.begin(), criteria.end(),
                               [](const PersonaCriterion& one) { return one.preference; });
  std::vector<CriterionState> members(static_cast<std::size_t>(table.row_count),
                                      CriterionState::kMet);
  for (const PersonaCriterion& criterion : criteria) {
    if (criterion.preference && !all) continue;
    const std::vector<CriterionState> states = StatesOf(criterion, schema, table);
    for (std::size_t row = 0; row < members.size(); ++row) {
      members[row] = Both(members[row], states[row]);
    }
  }
  return members;
}

std::optional<double> CountPopulation(AuthoredPersona& persona, const Schema& schema,
                                      const ContactTable& table) {
  std::vector<CriterionState> all(static_cast<std::size_t>(table.row_count), CriterionState::kMet);
  for (PersonaCriterion& criterion : persona.criteria) {
    double met = 0, known = 0;
    const std::vector<CriterionState> states = StatesOf(criterion, schema, table);
    for (std::size_t row = 0; row < states.size(); ++row) {
      known += states[row] != CriterionState::kUnknown;
      met += states[row] == CriterionState::kMet;
      all[row] = Both(all[row], states[row]);
    }
    if (!IsLost(criterion)) criterion.population_share = (met + .5) / (known + 1);
  }
  const auto met = std::count(all.begin(), all.end(), CriterionState::kMet);
  const auto known = std::ssize(all) - std::count(all.begin(), all.end(), CriterionState::kUnknown);
  if (known == 0) return std::nullopt;
  return static_cast<double>(met) / static_cast<double>(known);
}

std::string DescribeCriterion(const PersonaCriterion& criterion, const Schema& schema,
                              Language language) {
  if (IsLost(criterion)) return DescribeLostCriterion(criterion.condition.attribute, language);
  const Catalogue& catalogue = Catalogue::For(language);
  const std::string text =
      DescribeRule({.conditions = {criterion.condition}, .quality = {}}, schema, language);
  return criterion.preference ? catalogue.Message("criterion.preference", {{"criterion", text}})
                              : text;
}

// No condition is made so: it says nothing.
PersonaCriterion LostCriterion(const std::string& attribute) {
  return {.condition = {.attribute = attribute}};
}

bool IsLost(const PersonaCriterion& criterion) {
  return criterion.condition.test == Test::kRange && !criterion.condition.low &&
         !criterion.condition.high;
}

std::string DescribeLostCriterion(const std::string& attribute, Language language) {
  return Catalogue::For(language).Message("criterion.lost", {{"attribute", attribute}});
}

AuthoredComparison CompareWithSegments(const std::vector<CriterionState>& members,
                                       const std::vector<int>& segments, int segment_count) {
  AuthoredComparison comparison;
  comparison.cells.resize(static_cast<std::size_t>(segment_count));
  std::vector<double> sizes(comparison.cells.size());
  double everyone = 0;
  for (std::size_t row = 0; row < members.size(); ++row) {
    if (segments[row] < 0) continue;
    const auto segment = static_cast<std::size_t>(segments[row]);
    ++everyone;
    ++sizes[segment];
    comparison.members += members[row] == CriterionState::kMet;
    comparison.unknown += members[row] == CriterionState::kUnknown;
    comparison.cells[segment].members += members[row] == CriterionState::kMet;
  }
  if (comparison.members == 0) return comparison;
  double best = -1;
  for (std::size_t k = 0; k < sizes.size(); ++k) {
    AuthoredComparison::Cell& cell = comparison.cells[k];
    cell.share = cell.members / comparison.members;
    cell.lift = sizes[k] > 0 ? cell.share / (sizes[k] / everyone) : 0;
    cell.jaccard = cell.members / (comparison.members + sizes[k] - cell.members);
    if (cell.jaccard <= best) continue;
    best = cell.jaccard;
    comparison.closest = static_cast<int>(k);
  }
  return comparison;
}

std::string DescribeComparison(const AuthoredComparison& comparison,
                               const std::vector<std::string>& segment_names, Language language) {
  const Catalogue& catalogue = Catalogue::For(language);
  const std::string count = FormatNumber(comparison.members, 0, catalogue);
  if (comparison.members == 0 && comparison.unknown > 0) {
    return FormatCounted("compare.unknown", std::llround(comparison.unknown), catalogue);
  }
  if (comparison.members == 0) return catalogue.Message("compare.nobody");
  if (comparison.members < kFewestToCompare) {
    return FormatCounted("compare.few", std::llround(comparison.members), catalogue);
  }
  const std::size_t told = MostTelling(comparison);
  const AuthoredComparison::Cell& cell = comparison.cells[told];
  return catalogue.Message(
      VerdictOf(cell),
      {{"persona", segment_names[told]},
       {"count", count},
       {"share", FormatShare(cell.share, catalogue)},
       {"everyone", FormatShare(cell.lift > 0 ? cell.share / cell.lift : 0, catalogue)}});
}

}  // namespace cible
