#include "segmentation/personas/spoken_answers.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <utility>

#include "segmentation/data/attribute_encoding.h"
#include "segmentation/personas/information_bands.h"
#include "segmentation/personas/round_cuts.h"
#include "segmentation/personas/rule_text.h"

namespace cible {
namespace {

constexpr int kMostBands = 4;
constexpr std::size_t kMostLevels = 6;
constexpr double kLeastShare = .02;  // Of the known, that an answer of its own needs.

// Fine bins of a column: the bin of each row, and what the contacts to learn from
// say of each bin.
struct Bins {
  std::vector<int> of_row;  // -1 where not known.
  std::vector<Counts> counts;
  double known = 0;
};

template <typename BinOf>
Bins MakeBins(const Column& column, std::size_t bin_count, const LabelledRows& learnt,
              const BinOf& bin_of) {
  Bins bins{.of_row = std::vector<int>(column.validity.size(), -1),
            .counts = std::vector<Counts>(bin_count, Counts(learnt.component_count))};
  for (std::size_t row = 0; row < column.validity.size(); ++row) {
    if (column.validity[row] != 0) bins.of_row[row] = bin_of(row);
  }
  for (const int row : learnt.rows) {
    const int bin = bins.of_row[static_cast<std::size_t>(row)];
    if (bin < 0) continue;
    bins.counts[static_cast<std::size_t>(bin)][learnt.labels[static_cast<std::size_t>(row)]] += 1;
    ++bins.known;
  }
  return bins;
}

// --- Numbers, dates and ordered levels: runs of bins ------------------------

// Puts each row into the band of its bin.
void FillBands(const Bins& bins, const std::vector<int>& cuts, SpokenQuestion& question) {
  for (const int bin : bins.of_row) {
    const auto band = std::upper_bound(cuts.begin(), cuts.end(), bin) - cuts.begin();
    question.given.push_back(bin < 0 ? SpokenQuestion::kNotKnown : static_cast<std::uint8_t>(band));
  }
}

// The known numbers to learn from, ascending.
std::vector<double> KnownNumbers(const Column& column, Date as_of, const LabelledRows& learnt) {
  std::vector<double> numbers;
  for (const int row : learnt.rows) {
    if (const auto number = NumberAt(column, row, as_of)) numbers.push_back(*number);
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

bool AreWhole(const std::vector<double>& sorted) {
  return std::all_of(sorted.begin(), sorted.end(),
                     [](double number) { return number == std::floor(number); });
}

// "35 to 54", but "40,000 to under 60,000"; nobody has fewer than 0 children.
AnswerRange BandOf(std::optional<double> low, std::optional<double> high, bool whole,
                   double least) {
  constexpr double kFewDigits = 10'000;
  if (whole && !low && high == 1. && least == 0) low = 0;
  return {.low = low, .high = high, .whole = whole && high.value_or(0) < kFewDigits};
}

SpokenQuestion NumberQuestion(const Column& column, const Attribute& attribute, Date as_of,
                              const LabelledRows& learnt) {
  SpokenQuestion question{.attribute = attribute.id, .answers = {}, .given = {}};
  const std::vector<double> known = KnownNumbers(column, as_of, learnt);
  if (known.empty()) return question;
  const bool is_number = attribute.type == AttributeType::kNumeric;
  const bool whole = is_number && AreWhole(known);
  const std::vector<double> round = is_number ? RoundCuts(known, whole) : SpanCuts(attribute);
  const Bins bins = MakeBins(column, round.size() + 1, learnt, [&](std::size_t row) {
    const auto number = NumberAt(column, static_cast<int>(row), as_of);
    if (!number) return -1;
    return static_cast<int>(std::upper_bound(round.begin(), round.end(), *number) - round.begin());
  });
  const std::vector<int> cuts = CutIntoBands(bins.counts, kMostBands, kLeastShare * bins.known);
  for (std::size_t band = 0; band <= cuts.size(); ++band) {
    std::optional<double> low, high;
    if (band > 0) low = round[static_cast<std::size_t>(cuts[band - 1]) - 1];
    if (band < cuts.size()) high = round[static_cast<std::size_t>(cuts[band]) - 1];
    question.answers.push_back(
        {.levels = {}, .is_other = false, .range = BandOf(low, high, whole, known.front())});
  }
  FillBands(bins, cuts, question);
  return question;
}

SpokenQuestion OrdinalQuestion(const Column& column, const Attribute& attribute,
                               const LabelledRows& learnt) {
  SpokenQuestion question{.attribute = attribute.id, .answers = {}, .given = {}};
  const Codes& codes = std::get<Codes>(column.data);
  const Bins bins = MakeBins(column, attribute.levels.size(), learnt, [&](std::size_t row) {
    const std::string& level = codes.dictionary[codes.codes[row]];
    const auto found = std::find(attribute.levels.begin(), attribute.levels.end(), level);
    return found == attribute.levels.end() ? -1
                                           : static_cast<int>(found - attribute.levels.begin());
  });
  std::vector<int> cuts = CutIntoBands(bins.counts, kMostBands, kLeastShare * bins.known);
  question.answers.resize(cuts.size() + 1);
  for (std::size_t level = 0; level < attribute.levels.size(); ++level) {
    const auto band =
        std::upper_bound(cuts.begin(), cuts.end(), static_cast<int>(level)) - cuts.begin();
    question.answers[static_cast<std::size_t>(band)].levels.push_back(attribute.levels[level]);
  }
  FillBands(bins, cuts, question);
  return question;
}

// --- Levels and tags --------------------------------------------------------

// The bins that are answered alone, the most frequent first; the others are answered
// together, if there are any.
std::vector<int> LevelsApart(const Bins& bins, const std::vector<bool>& may_stand_alone) {
  std::vector<int> left;
  Counts others(bins.counts.empty() ? 0 : bins.counts[0].size());
  for (std::size_t bin = 0; bin < bins.counts.size(); ++bin) {
    others = Sum(others, bins.counts[bin]);
    const bool frequent = TotalOf(bins.counts[bin]) >= kLeastShare * bins.known;
    if (frequent && may_stand_alone[bin]) left.push_back(static_cast<int>(bin));
  }
  std::vector<int> apart;
  if (left.size() <= kMostLevels && left.size() == bins.counts.size()) apart.swap(left);
  // The level whose standing alone tells most, one after the other.
  while (!left.empty() && apart.size() + 1 < kMostLevels) {
    const auto gain = [&](int bin) {
      const Counts& counts = bins.counts[static_cast<std::size_t>(bin)];
      return Told(counts) + Told(Sum(others, counts, -1)) - Told(others);
    };
    const auto best =
        std::max_element(left.begin(), left.end(), [&](int a, int b) { return gain(a) < gain(b); });
    others = Sum(others, bins.counts[static_cast<std::size_t>(*best)], -1);
    apart.push_back(*best);
    left.erase(best);
  }
  std::stable_sort(apart.begin(), apart.end(), [&](int a, int b) {
    return TotalOf(bins.counts[static_cast<std::size_t>(a)]) >
           TotalOf(bins.counts[static_cast<std::size_t>(b)]);
  });
  return apart;
}

// Of the levels, sorted by name; `bins` has one a level.
void FillLevels(const Bins& bins, const std::vector<std::string>& levels,
                const std::vector<bool>& may_stand_alone, SpokenQuestion& question) {
  const std::vector<int> apart = LevelsApart(bins, may_stand_alone);
  const auto other = static_cast<std::uint8_t>(apart.size());
  std::vector<std::uint8_t> answer_of(levels.size(), other);
  for (std::size_t answer = 0; answer < apart.size(); ++answer) {
    const auto bin = static_cast<std::size_t>(apart[answer]);
    answer_of[bin] = static_cast<std::uint8_t>(answer);
    question.answers.push_back({.levels = {levels[bin]}, .is_other = false, .range = {}});
  }
  SpokenAnswer others{.levels = {}, .is_other = true, .range = {}};
  for (std::size_t bin = 0; bin < levels.size(); ++bin) {
    if (answer_of[bin] == other) others.levels.push_back(levels[bin]);
  }
  if (!others.levels.empty()) question.answers.push_back(std::move(others));
  for (const int bin : bins.of_row) {
    question.given.push_back(bin < 0 ? SpokenQuestion::kNotKnown
                                     : answer_of[static_cast<std::size_t>(bin)]);
  }
}

SpokenQuestion LevelQuestion(const Column& column, const Attribute& attribute,
                             const LabelledRows& learnt) {
  SpokenQuestion question{.attribute = attribute.id, .answers = {}, .given = {}};
  const Codes& codes = std::get<Codes>(column.data);
  // By name: the order of a dictionary does not show. Levels that nobody has to
  // learn from are no bin, and known to nobody.
  std::map<std::string, int> bin_of;
  for (const int row : learnt.rows) {
    const auto at = static_cast<std::size_t>(row);
    if (column.validity[at] != 0) bin_of.emplace(codes.dictionary[codes.codes[at]], 0);
  }
  std::vector<std::string> levels;
  std::vector<bool> may_stand_alone;
  for (auto& [level, bin] : bin_of) {
    bin = static_cast<int>(levels.size());
    levels.push_back(level);
    may_stand_alone.push_back(MayBeSaidInRule(attribute, level));
  }
  std::vector<int> bin_of_code;
  for (const std::string& level : codes.dictionary) {
    const auto found = bin_of.find(level);
    bin_of_code.push_back(found == bin_of.end() ? -1 : found->second);
  }
  const Bins bins = MakeBins(column, levels.size(), learnt,
                             [&](std::size_t row) { return bin_of_code[codes.codes[row]]; });
  FillLevels(bins, levels, may_stand_alone, question);
  return question;
}

SpokenQuestion BooleanQuestion(const Column& column, const Attribute& attribute,
                               const LabelledRows& learnt) {
  SpokenQuestion question{.attribute = attribute.id, .answers = {}, .given = {}};
  const Bits& bits = std::get<Bits>(column.data);
  const Bins bins =
      MakeBins(column, 2, learnt, [&](std::size_t row) { return bits.values[row] != 0 ? 0 : 1; });
  for (const char* level : {"true", "false"}) {
    question.answers.push_back({.levels = {level}, .is_other = false, .range = {}});
  }
  FillBands(bins, {1}, question);
  return question;
}

SpokenQuestion TagQuestion(const Column& column, const Attribute& attribute,
                           const LabelledRows& learnt) {
  SpokenQuestion best{.attribute = attribute.id, .answers = {}, .given = {}};
  const Sets& sets = std::get<Sets>(column.data);
  std::map<std::string, std::uint32_t> code_of;
  for (std::uint32_t code = 0; code < sets.dictionary.size(); ++code) {
    if (MayBeSaidInRule(attribute, sets.dictionary[code])) code_of[sets.dictionary[code]] = code;
  }
  double most = -std::numeric_limits<double>::infinity();
  for (const auto& [tag, code] : code_of) {
    const Bins bins = MakeBins(column, 2, learnt, [&, tag_code = code](std::size_t row) {
      const auto begin = sets.members.begin() + (row == 0 ? 0 : sets.ends[row - 1]);
      const auto end = sets.members.begin() + sets.ends[row];
      return std::find(begin, end, tag_code) != end ? 0 : 1;
    });
    const double told = Told(bins.counts[0]) + Told(bins.counts[1]);
    const double rarer = std::min(TotalOf(bins.counts[0]), TotalOf(bins.counts[1]));
    if (rarer < kLeastShare * bins.known || told <= most) continue;
    most = told;
    best.answers = {{.levels = {tag}, .is_other = false, .range = {}},
                    {.levels = {tag}, .is_other = true, .range = {}}};
    best.given.clear();
    FillBands(bins, {1}, best);
  }
  return best;
}

SpokenQuestion QuestionOf(const Column& column, const Attribute& attribute, Date as_of,
                          const LabelledRows& learnt) {
  switch (attribute.type) {
    case AttributeType::kNumeric:
    case AttributeType::kDate:
    case AttributeType::kTimestamp: return NumberQuestion(column, attribute, as_of, learnt);
    case AttributeType::kOrdinal: return OrdinalQuestion(column, attribute, learnt);
    case AttributeType::kCategorical: return LevelQuestion(column, attribute, learnt);
    case AttributeType::kBoolean: return BooleanQuestion(column, attribute, learnt);
    case AttributeType::kSet: return TagQuestion(column, attribute, learnt);
    case AttributeType::kLocation:
    case AttributeType::kText: break;
  }
  return {};
}

}  // namespace

bool MayBeAsked(const Attribute& attribute) {
  return attribute.askable && MayBeInRule(attribute) && MayBeSaidInRule(attribute, "");
}

std::optional<SpokenQuestion> MakeSpokenQuestion(const Column& column, const Attribute& attribute,
                                                 Date as_of, const LabelledRows& learnt) {
  SpokenQuestion question = QuestionOf(column, attribute, as_of, learnt);
  if (question.answers.size() < 2) return std::nullopt;
  std::vector<bool> answered(question.answers.size());
  for (const int row : learnt.rows) {
    const std::uint8_t answer = question.given[static_cast<std::size_t>(row)];
    if (answer != SpokenQuestion::kNotKnown) answered[answer] = true;
  }
  if (std::count(answered.begin(), answered.end(), true) < 2) return std::nullopt;
  return question;
}

}  // namespace cible
