#include "segmentation/data/column_typing.h"

#include <algorithm>
#include <cmath>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "segmentation/data/criterion_lexicon.h"
#include "segmentation/data/ordinal_scales.h"
#include "segmentation/data/text_parsing.h"

namespace cible {
namespace {

constexpr double kMostWrong = 0.01;
constexpr std::size_t kMostWrongTexts = 3;
// Two numeric codes are levels only where enough rows repeat them.
constexpr std::int64_t kRowsToTrustCodes = 20;
constexpr std::size_t kMostLevels = 50;
// With more levels, each must be common for the column to be profiled.
constexpr std::size_t kMostProfiledLevels = 300;
constexpr std::int64_t kRowsPerProfiledLevel = 50;
constexpr std::size_t kMostTags = 200;
constexpr double kFewestSets = 0.01;
constexpr std::size_t kMostCountValues = 100;
constexpr double kSkewed = 1;
constexpr double kMostDispersion = 2;  // Variance over mean of a Poisson count.
// Beyond this share of one value a column says next to nothing.
constexpr double kNearlyConstant = 0.995;

// The texts of a column that a reader could not read.
struct Wrong {
  std::size_t texts = 0;
  std::int64_t cells = 0;
};

template <typename Reads>
Wrong CountWrong(const ColumnScan& scan, Reads reads) {
  Wrong wrong;
  for (const DistinctText& value : scan.distinct) {
    if (reads(value)) continue;
    ++wrong.texts;
    wrong.cells += value.count;
  }
  return wrong;
}

bool IsTolerable(const Wrong& wrong, const ColumnScan& scan) {
  return wrong.texts <= kMostWrongTexts &&
         static_cast<double>(wrong.cells) <= kMostWrong * static_cast<double>(scan.known);
}

std::string WrongNotice(const Wrong& wrong, absl::string_view expected) {
  if (wrong.cells == 0) return "";
  return absl::StrCat(wrong.cells, wrong.cells == 1 ? " cell is not " : " cells are not ", expected,
                      "; the rows will be refused");
}

struct NumberFacts {
  Wrong wrong;
  bool integers = true;
  double min = 0;
  double max = 0;
  double skewness = 0;
  double dispersion = 0;  // Variance over mean.
};

NumberFacts ReadNumbers(const ColumnScan& scan, DecimalMark mark) {
  NumberFacts facts;
  std::vector<std::pair<double, double>> weighted;
  facts.wrong = CountWrong(scan, [&](const DistinctText& value) {
    const std::optional<double> number = ParseNumber(value.text, mark);
    if (number) weighted.emplace_back(*number, value.count);
    return number.has_value();
  });
  if (weighted.empty()) return facts;
  facts.min = facts.max = weighted[0].first;
  double sum = 0, rows = 0;
  for (const auto& [number, count] : weighted) {
    facts.min = std::min(facts.min, number);
    facts.max = std::max(facts.max, number);
    facts.integers = facts.integers && number == std::floor(number);
    sum += count * number;
    rows += count;
  }
  double square = 0, cube = 0;
  for (const auto& [number, count] : weighted) {
    const double off = number - sum / rows;
    square += count * off * off / rows;
    cube += count * off * off * off / rows;
  }
  facts.skewness = square > 0 ? cube / std::pow(square, 1.5) : 0;
  facts.dispersion = sum > 0 ? square * rows / sum : 0;
  return facts;
}

bool KeepsLeadingZeros(const ColumnScan& scan) {
  return ShareOf(scan, HasLeadingZero) > kMostWrong;
}

Distribution DistributionOf(const NumberFacts& facts, const ColumnScan& scan,
                            absl::string_view words) {
  if (facts.min < 0 || SaysAge(words) || SaysBirth(words)) return Distribution::kGaussian;
  // A Poisson count of twice its variance would be sure of segments that are
  // not there.
  const bool poisson = facts.integers && facts.dispersion <= kMostDispersion;
  if (poisson && SaysCount(words)) return Distribution::kCount;
  if (SaysAmount(words)) return Distribution::kLogNormal;
  if (facts.skewness <= kSkewed) return Distribution::kGaussian;
  const bool few = scan.distinct.size() <= kMostCountValues;
  return poisson && few ? Distribution::kCount : Distribution::kLogNormal;
}

Birth BirthOf(const NumberFacts& facts, absl::string_view words) {
  if (SaysBirth(words) && facts.integers && facts.min >= 1850 && facts.max <= 2100) {
    return Birth::kBirthYear;
  }
  if (SaysAge(words) && facts.min >= 0 && facts.max <= 150) return Birth::kAge;
  return Birth::kNone;
}

// Whole numbers that stand for levels, not for quantities.
bool AreCodes(const NumberFacts& facts, const ColumnScan& scan, absl::string_view words) {
  if (!facts.integers || scan.distinct.size() > kMostLevels) return false;
  if (SaysAge(words) || SaysBirth(words) || SaysCount(words) || SaysAmount(words)) return false;
  if (scan.distinct.size() == 2) return scan.known >= kRowsToTrustCodes;
  return SaysNominal(words);
}

bool AreRatings(const NumberFacts& facts, const ColumnScan& scan, absl::string_view words) {
  return facts.integers && facts.min >= 0 && facts.max <= 10 && scan.distinct.size() >= 3 &&
         SaysRating(words) && facts.wrong.cells == 0 &&
         ShareOf(scan, [](absl::string_view text) { return IsDigitsOnly(text); }) == 1;
}

bool ReadsAsDayNumber(const ColumnScan& scan, absl::string_view words) {
  return HasWords(words, "date|dt|day|jour") && ShareOf(scan, [](absl::string_view text) {
                                                  return text.size() == 8 && IsDigitsOnly(text) &&
                                                         ParseDateText(text).has_value();
                                                }) >= 1 - kMostWrong;
}

std::optional<ColumnGuess> GuessNumbers(const ColumnScan& scan, absl::string_view words,
                                        const WritingProof& writing) {
  if (KeepsLeadingZeros(scan) || SaysPostalCode(words) || ReadsAsDayNumber(scan, words)) {
    return std::nullopt;
  }
  const DecimalMark mark = writing.mark.value_or(DecimalMark::kPoint);
  const NumberFacts facts = ReadNumbers(scan, mark);
  if (!IsTolerable(facts.wrong, scan)) return std::nullopt;
  ColumnGuess guess;
  if (AreCodes(facts, scan, words)) {
    guess.type = AttributeType::kCategorical;
    return guess;
  }
  if (AreRatings(facts, scan, words)) {
    guess.type = AttributeType::kOrdinal;
    for (int level = static_cast<int>(facts.min); level <= facts.max; ++level) {
      guess.levels.push_back(absl::StrCat(level));
    }
    return guess;
  }
  guess.type = AttributeType::kNumeric;
  guess.distribution = DistributionOf(facts, scan, words);
  guess.birth = BirthOf(facts, words);
  guess.min = facts.min;
  guess.max = facts.max;
  const auto has_mark = [](absl::string_view text) {
    return text.find_first_of(",.") != absl::string_view::npos;
  };
  if (mark == DecimalMark::kComma && ShareOf(scan, has_mark) > 0) guess.format = "decimal_comma";
  guess.notice = WrongNotice(facts.wrong, "a number");
  return guess;
}

std::optional<ColumnGuess> GuessDates(const ColumnScan& scan, absl::string_view words,
                                      const WritingProof& writing) {
  const DateOrder order = writing.order.value_or(DateOrder::kDayFirst);
  bool has_time = false, ambiguous = false;
  const Wrong wrong = CountWrong(scan, [&](const DistinctText& value) {
    const auto date = ParseDateText(value.text, order);
    if (!date) return false;
    has_time |= date->has_time;
    const auto other = ParseDateText(value.text, DateOrder::kMonthFirst);
    ambiguous |= other->instant != date->instant;
    return true;
  });
  if (!IsTolerable(wrong, scan)) return std::nullopt;
  ColumnGuess guess;
  guess.type = has_time ? AttributeType::kTimestamp : AttributeType::kDate;
  if (SaysBirth(words)) guess.birth = Birth::kBirthDate;
  if (order == DateOrder::kMonthFirst) guess.format = "month_first";
  guess.notice = WrongNotice(wrong, "a date");
  if (guess.notice.empty() && ambiguous && !writing.order) {
    guess.notice =
        "no date tells the day from the month; read day first (set format: \"month_first\" if the "
        "month comes first)";
  }
  return guess;
}

std::optional<ColumnGuess> GuessLocations(const ColumnScan& scan) {
  const Wrong wrong = CountWrong(
      scan, [](const DistinctText& value) { return ParseLocation(value.text).has_value(); });
  if (!IsTolerable(wrong, scan)) return std::nullopt;
  ColumnGuess guess{.type = AttributeType::kLocation};
  guess.notice = WrongNotice(wrong, "a place");
  return guess;
}

bool AreSets(const ColumnScan& scan) {
  const auto has_bar = [](absl::string_view text) { return absl::StrContains(text, "|"); };
  if (ShareOf(scan, has_bar) < kFewestSets) return false;
  absl::flat_hash_set<absl::string_view> tags;
  for (const DistinctText& value : scan.distinct) {
    for (const absl::string_view tag : absl::StrSplit(value.text, '|')) {
      tags.insert(TrimBlanks(tag));
    }
    if (tags.size() > kMostTags) return false;
  }
  return tags.size() < static_cast<std::size_t>(scan.known);
}

// E-mail addresses, phone numbers, names, ids other than the id column.
std::optional<ColumnGuess> GuessIdentity(const ColumnScan& scan, absl::string_view words) {
  constexpr double kMost = 0.9;
  ColumnGuess guess{.type = AttributeType::kText, .role = Role::kIdentity};
  const auto is_digits = [](absl::string_view text) {
    return text.size() >= 8 && IsDigitsOnly(text);
  };
  const bool many = scan.distinct.size() > kMostLevels ||
                    static_cast<std::int64_t>(scan.distinct.size()) == scan.known;
  if (ShareOf(scan, IsEmail) >= kMost) {
    guess.identity_form = IdentityForm::kEmail;
    guess.notice = "e-mail addresses: kept as identity, never a feature";
  } else if (many && (ShareOf(scan, IsPhoneNumber) >= kMost ||
                      (SaysPhone(words) && ShareOf(scan, is_digits) >= kMost))) {
    guess.identity_form = IdentityForm::kPhone;
    guess.notice = "phone numbers: kept as identity, never a feature";
  } else if (many && ShareOf(scan, IsUuid) >= kMost) {
    guess.identity_form = IdentityForm::kText;
    guess.notice = "identifiers: kept as identity, never a feature";
  } else if (SaysPersonalName(words) || (many && SaysAddress(words))) {
    guess.notice = "names or addresses: kept as identity, never a feature";
  } else if (many && SaysId(words) && !SaysAge(words)) {
    const bool repeats = static_cast<std::int64_t>(scan.distinct.size()) < scan.known;
    // What many contacts have in common, an employer say, identifies none.
    guess.identity_form = repeats ? IdentityForm::kNone : IdentityForm::kText;
    guess.notice = repeats ? "identifiers that repeat: kept as identity, never a feature"
                           : "an identifier: kept as identity, never a feature";
  } else {
    return std::nullopt;
  }
  return guess;
}

ColumnGuess GuessText(const ColumnScan& scan, absl::string_view words) {
  const auto distinct = static_cast<std::int64_t>(scan.distinct.size());
  const bool repeats = scan.known < kRowsToTrustCodes ? distinct < scan.known || distinct == 1
                                                      : 2 * distinct <= scan.known;
  ColumnGuess guess{.type = AttributeType::kCategorical};
  if (repeats && scan.distinct.size() <= kMostLevels) return guess;
  if (scan.distinct.size() <= kMostProfiledLevels &&
      distinct * kRowsPerProfiledLevel <= scan.known) {
    guess.role = Role::kDescriptor;
    guess.notice = absl::StrCat(distinct, " levels: profiled, not clustered by");
    return guess;
  }
  guess.type = AttributeType::kText;
  const Criterion criterion = MeaningOf(words).criterion;
  const bool tells = criterion == Criterion::kGeographic || criterion == Criterion::kFirmographic;
  guess.role = tells ? Role::kDescriptor : Role::kIgnored;
  guess.notice = absl::StrCat(distinct, " different texts in ", scan.known,
                              " known cells: kept as text, set aside");
  return guess;
}

bool AreBooleans(const ColumnScan& scan, absl::string_view words) {
  constexpr std::size_t kSpellings = 4;
  if (scan.distinct.size() > kSpellings) return false;
  // A column of ones may be a count that has not varied yet.
  if (scan.distinct.size() == 1 && ParseNumber(scan.distinct[0].text) &&
      (SaysCount(words) || SaysAmount(words))) {
    return false;
  }
  return std::all_of(scan.distinct.begin(), scan.distinct.end(), [](const DistinctText& value) {
    return ParseBoolean(value.text).has_value();
  });
}

ColumnGuess GuessType(const ColumnScan& scan, absl::string_view words,
                      const WritingProof& writing) {
  if (AreBooleans(scan, words)) return {.type = AttributeType::kBoolean};
  if (const auto identity = GuessIdentity(scan, words)) return *identity;
  if (const auto numbers = GuessNumbers(scan, words, writing)) return *numbers;
  if (const auto dates = GuessDates(scan, words, writing)) return *dates;
  if (const auto places = GuessLocations(scan)) return *places;
  if (ShareOf(scan, IsUrl) > 1 - kMostWrong) {
    return {.type = AttributeType::kText, .role = Role::kIgnored, .notice = "links: set aside"};
  }
  if (AreSets(scan)) return {.type = AttributeType::kSet};
  std::vector<std::string> levels;
  for (const DistinctText& value : scan.distinct) {
    levels.emplace_back(value.text);
    if (levels.size() > kMostLevels) break;
  }
  if (auto ordered = OrderLevels(levels)) {
    return {.type = AttributeType::kOrdinal, .levels = *std::move(ordered)};
  }
  return GuessText(scan, words);
}

// A number column spoilt by texts deserves a word.
void NoteMixture(const ColumnScan& scan, absl::string_view words, ColumnGuess& guess) {
  // Codes may well hold letters.
  const bool codes = SaysNominal(words) || SaysPostalCode(words) || SaysId(words) ||
                     MeaningOf(words).criterion == Criterion::kGeographic;
  if (codes || KeepsLeadingZeros(scan)) return;
  if (guess.type != AttributeType::kCategorical && guess.type != AttributeType::kText) return;
  const auto is_number = [](absl::string_view text) { return ParseNumber(text).has_value(); };
  const double share = ShareOf(scan, is_number);
  if (guess.role == Role::kIdentity || share < 0.5 || share == 1) return;
  const auto texts =
      static_cast<std::int64_t>(std::llround((1 - share) * static_cast<double>(scan.known)));
  guess.notice = absl::StrCat(texts, " of ", scan.known, " known cells are no numbers: read as ",
                              Name(guess.type), guess.notice.empty() ? "" : "; ", guess.notice);
}

void SetAsideConstants(const ColumnScan& scan, ColumnGuess& guess) {
  if (guess.role != Role::kFeature) return;
  if (scan.distinct.size() == 1) {
    guess.role = Role::kIgnored;
    guess.notice = "every known value is the same: set aside";
    return;
  }
  std::int64_t most = 0;
  for (const DistinctText& value : scan.distinct) most = std::max(most, value.count);
  if (static_cast<double>(most) < kNearlyConstant * static_cast<double>(scan.known)) return;
  guess.role = Role::kDescriptor;
  guess.notice = absl::StrCat("all but ", scan.known - most, " of ", scan.known,
                              " known values are the same: profiled, not clustered by");
}

}  // namespace

WritingProof ProveWriting(const ColumnScan& scan) {
  bool comma = false, point = false, day_first = false, month_first = false;
  for (const DistinctText& value : scan.distinct) {
    if (absl::StrContains(value.text, ",") && ParseNumber(value.text)) {
      const auto mark = ProvenDecimalMark(value.text);
      comma |= mark == DecimalMark::kComma;
      point |= mark == DecimalMark::kPoint;
    } else if (const auto date = ParseDateText(value.text)) {
      day_first |= date->proven_order == DateOrder::kDayFirst;
      month_first |= date->proven_order == DateOrder::kMonthFirst;
    }
  }
  WritingProof proof;
  if (comma != point) proof.mark = comma ? DecimalMark::kComma : DecimalMark::kPoint;
  if (day_first != month_first) {
    proof.order = month_first ? DateOrder::kMonthFirst : DateOrder::kDayFirst;
  }
  return proof;
}

ColumnGuess GuessColumn(const ColumnScan& scan, absl::string_view words,
                        const WritingProof& writing) {
  ColumnGuess guess = GuessType(scan, words, writing);
  NoteMixture(scan, words, guess);
  SetAsideConstants(scan, guess);
  return guess;
}

}  // namespace cible
