#include "segmentation/data/ordinal_scales.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "segmentation/data/criterion_lexicon.h"
#include "segmentation/data/number_text.h"

namespace cible {
namespace {

constexpr std::size_t kFewestLevels = 3;
constexpr std::size_t kMostLevels = 20;

// Degrees of one scale are separated by blanks, lowest first; words for the
// same degree by "|". Written as HeaderWords writes them.
constexpr std::array<absl::string_view, 19> kScales = {
    "never|jamais less_than_once_a_year once_a_year|yearly|annually|une_fois_par_an|annuel "
    "twice_a_year|every_six_months|deux_fois_par_an "
    "every_three_months|quarterly|tous_les_trois_mois|"
    "trimestriel every_two_months once_a_month|monthly|every_month|une_fois_par_mois|mensuel "
    "twice_a_month|every_two_weeks|fortnightly|several_times_a_month once_a_week|weekly|every_week|"
    "une_fois_par_semaine|hebdomadaire more_than_once_a_week|several_times_a_week|"
    "plusieurs_fois_par_semaine daily|every_day|once_a_day|tous_les_jours|quotidien "
    "several_times_a_day|plusieurs_fois_par_jour",
    "never|jamais almost_never|presque_jamais rarely|seldom|rarement "
    "sometimes|occasionally|parfois|"
    "occasionnellement|de_temps_en_temps often|frequently|souvent|regularly|regulierement "
    "very_often|"
    "tres_souvent always|toujours",
    "none|zero|aucun|nul very_low|tres_faible|tres_bas low|faible|bas "
    "medium|moderate|average|mid|normal|moyen|moyenne high|eleve|elevee|haut|fort|forte "
    "very_high|tres_eleve|tres_elevee|tres_fort",
    "low|faible lower_middle middle|medium upper_middle high|upper",
    "strongly_disagree|totally_disagree|pas_du_tout_d_accord "
    "disagree|pas_d_accord somewhat_disagree|rather_disagree|plutot_pas_d_accord "
    "neutral|neither_agree_nor_disagree|undecided|neutre|ni_d_accord_ni_pas_d_accord "
    "somewhat_agree|rather_agree|plutot_d_accord agree|d_accord "
    "strongly_agree|totally_agree|tout_a_fait_d_accord",
    "very_dissatisfied|tres_insatisfait|pas_du_tout_satisfait dissatisfied|unsatisfied|insatisfait|"
    "peu_satisfait|plutot_pas_satisfait neutral|neutre|indifferent satisfied|satisfait|"
    "plutot_satisfait very_satisfied|tres_satisfait|tout_a_fait_satisfait",
    "very_poor|very_bad|tres_mauvais poor|bad|mauvais fair|ok|acceptable|average|moyen|passable "
    "good|bon very_good|tres_bon excellent",
    "not_at_all_important|not_important|pas_du_tout_important slightly_important|peu_important "
    "moderately_important|moyennement_important important very_important|tres_important "
    "extremely_important|indispensable",
    "very_unlikely|tres_improbable unlikely|improbable neutral|neutre|possible likely|probable "
    "very_likely|tres_probable",
    "xxs xs s m l xl xxl xxxl|3xl",
    "tiny|micro|tpe very_small small|petit|petite|pe medium|moyen|moyenne|pme "
    "large|big|grand|grande|"
    "eti very_large|tres_grand|enterprise|ge",
    "cold|froid cool warm|tiede hot|chaud",
    "basic|base|standard bronze|blue silver|argent gold|or platinum|platine diamond|diamant",
    "free|gratuit starter basic standard|plus pro|professional premium|business enterprise",
    "beginner|debutant intermediate|intermediaire advanced|avance expert",
    "none|no_education|uneducated|illiterate|sans_diplome basic|brevet primary|elementary|primaire "
    "secondary|secondaire|middle_school|cap|bep high_school|bac|baccalaureat|lycee "
    "college|some_college|bac_2|bts|dut|associate|associate_degree "
    "graduation|bachelor|bachelors|bachelor_s|bachelor_degree|bachelor_s_degree|graduate|licence|"
    "bac_3|undergraduate|university tertiary|superieur|2n_cycle "
    "master|masters|master_s|master_degree|master_s_degree|post_graduate|postgraduate|bac_5 "
    "phd|ph_d|doctorate|doctorat|doctoral|bac_8",
    "young|jeune middle_aged|adult|adulte senior|old|elderly",
    "cheap|bon_marche moderate|mid_range|milieu_de_gamme expensive|premium|haut_de_gamme "
    "luxury|luxe",
    "not_at_all|pas_du_tout a_little|slightly|un_peu somewhat|moderately|moyennement "
    "very|a_lot|beaucoup extremely|enormement"};

// Words that may stand beside the numbers of a band.
constexpr absl::string_view kBandWords =
    "to|a|and|et|or|ou|years|year|ans|an|old|yrs|under|over|less|more|than|moins|plus|de|below|"
    "above|"
    "from|up|k|m|eur|euro|euros|usd|gbp|employees|salaries|personnes|people|entre|between|per|"
    "month|"
    "mois|tier|level|niveau|grade|stage|step|rank|of|jusqu|at|least|most|km|hours|heures|h|min|"
    "minutes|days|jours|months|mo|year";
constexpr absl::string_view kBelowWords = "under|less_than|moins_de|below|up_to|jusqu_a|at_most";
constexpr absl::string_view kAboveWords =
    "over|more_than|plus_de|above|and_over|et_plus|or_more|and_more|"
    "ou_plus|at_least|and_above";

// A level's place; equal places mean that it has none of its own.
using Place = std::pair<double, int>;

// "01.High" without its number.
absl::string_view WithoutNumbering(absl::string_view level) {
  absl::string_view rest = level;
  while (!rest.empty() && absl::ascii_isdigit(rest[0])) rest.remove_prefix(1);
  if (rest.size() == level.size() || rest.empty()) return level;
  if (absl::ascii_isalpha(rest[0])) return level;
  while (!rest.empty() && !absl::ascii_isalpha(rest[0]) && absl::ascii_isascii(rest[0]) &&
         !absl::ascii_isdigit(rest[0])) {
    rest.remove_prefix(1);
  }
  return rest.empty() || absl::ascii_isdigit(rest[0]) ? level : rest;
}

std::optional<Place> PlaceOnScale(absl::string_view level, absl::string_view scale) {
  const std::string words = HeaderWords(WithoutNumbering(level));
  const absl::string_view bare = absl::string_view(words).substr(1, words.size() - 2);
  int degree = 0;
  for (const absl::string_view names : absl::StrSplit(scale, ' ', absl::SkipEmpty())) {
    for (const absl::string_view name : absl::StrSplit(names, '|')) {
      if (name == bare) return Place{degree, 0};
    }
    ++degree;
  }
  return std::nullopt;
}

// The first number of a band, and whether it bounds from above or below.
std::optional<Place> PlaceOfBand(absl::string_view level) {
  const std::string words = HeaderWords(level);
  for (const absl::string_view word : absl::StrSplit(words, '_', absl::SkipEmpty())) {
    // "60k" is a number with its unit, "2a004" a code.
    const std::size_t digits = std::min(word.find_first_not_of("0123456789"), word.size());
    const absl::string_view unit = word.substr(digits);
    if (!unit.empty() && !HasWords(absl::StrCat("_", unit, "_"), kBandWords)) return std::nullopt;
  }
  const std::size_t first = level.find_first_of("0123456789");
  if (first == absl::string_view::npos) return std::nullopt;
  const std::size_t end =
      std::min(level.find_first_not_of("0123456789,. \xC2\xA0", first), level.size());
  absl::string_view digits = absl::StripAsciiWhitespace(level.substr(first, end - first));
  while (!digits.empty() && !absl::ascii_isdigit(digits.back())) digits.remove_suffix(1);
  const std::optional<double> number = ParseNumber(digits);
  if (!number) return std::nullopt;
  const char unit = end < level.size() ? absl::ascii_tolower(level[end]) : ' ';
  const double scale = unit == 'k'                                       ? 1e3
                       : unit == 'm' && !absl::StrContains(words, "_mo") ? 1e6
                                                                         : 1;
  int bound = 0;
  if (absl::StrContains(level, "<") || HasWords(words, kBelowWords)) bound = -1;
  if (absl::StrContains(level, ">") || absl::StrContains(level, "+") ||
      HasWords(words, kAboveWords)) {
    bound = 1;
  }
  return Place{*number * scale, bound};
}

// A whole number, alone or at the end of a text: "-4", "I love it!+5".
std::optional<Place> PlaceOfLabelledNumber(absl::string_view level) {
  std::size_t begin = level.size();
  while (begin > 0 && absl::ascii_isdigit(level[begin - 1])) --begin;
  if (begin == level.size()) return std::nullopt;
  if (begin > 0 && (level[begin - 1] == '-' || level[begin - 1] == '+')) --begin;
  const absl::string_view label = level.substr(0, begin);
  if (std::any_of(label.begin(), label.end(), absl::ascii_isdigit)) return std::nullopt;
  const std::optional<double> number = ParseNumber(level.substr(begin));
  return number ? std::optional<Place>(Place{*number, 0}) : std::nullopt;
}

template <typename PlaceOf>
std::optional<std::vector<std::string>> Sorted(const std::vector<std::string>& levels,
                                               PlaceOf place_of) {
  std::vector<std::pair<Place, std::string>> placed;
  for (const std::string& level : levels) {
    const std::optional<Place> place = place_of(level);
    if (!place) return std::nullopt;
    placed.emplace_back(*place, level);
  }
  std::sort(placed.begin(), placed.end());
  std::vector<std::string> sorted;
  for (std::size_t i = 0; i < placed.size(); ++i) {
    if (i > 0 && placed[i].first == placed[i - 1].first) return std::nullopt;
    sorted.push_back(placed[i].second);
  }
  return sorted;
}

bool IsPlainNumber(const std::string& level) { return ParseNumber(level).has_value(); }

}  // namespace

std::optional<std::vector<std::string>> OrderLevels(const std::vector<std::string>& levels) {
  if (levels.size() < kFewestLevels || levels.size() > kMostLevels) return std::nullopt;
  for (const absl::string_view scale : kScales) {
    const auto sorted =
        Sorted(levels, [scale](absl::string_view level) { return PlaceOnScale(level, scale); });
    if (sorted) return sorted;
  }
  const auto numbers = std::count_if(levels.begin(), levels.end(), IsPlainNumber);
  if (numbers == std::ssize(levels)) return std::nullopt;
  // Two ends with a text among numbers, not numbers among texts: store 12.
  if (2 * numbers > std::ssize(levels)) return Sorted(levels, PlaceOfLabelledNumber);
  return Sorted(levels, PlaceOfBand);
}

}  // namespace cible
