#include "segmentation/models/answer_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <utility>
#include <variant>

#include "segmentation/data/attribute_encoding.h"

namespace cible {
namespace {

constexpr int kMostTags = 5;  // Answered together: 32 answers.
constexpr int kMostNumberCells = 64;
// Of each component, cells of equal probability as far as kMostNumberCells
// allow; in standard deviations from its mean.
constexpr std::array<double, 9> kQuantiles = {-1.593, -.967, -.589, -.282, 0,
                                              .282,   .589,  .967,  1.593};

double NormalCdf(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.)); }

// A number within one component, on the encoder's column.
struct NumberLaw {
  double mean = 0;
  double sd = 1;
  double Below(double x) const { return NormalCdf((x - mean) / sd); }
};

double RawNumber(const AttributeEncoding& encoding, double x) {
  const double on_scale = x / encoding.factor[0] + encoding.shift[0];
  switch (encoding.scale) {
    case NumberScale::kLog1p: return std::expm1(on_scale);
    case NumberScale::kLog: return std::exp(on_scale);
    case NumberScale::kIdentity:
    case NumberScale::kCount: break;
  }
  return on_scale;
}

class TableMaker {
 public:
  TableMaker(const Components& components, const Encoder& encoder,
             absl::Span<const AttributeAggregates> aggregates, const TermTable& terms)
      : components_(components),
        encoder_(encoder),
        aggregates_(aggregates),
        terms_(terms),
        level_rows_(LevelRows(encoder)),
        count_(ComponentCount(components)),
        codes_(encoder.code_count()),
        numbers_(encoder.number_count()),
        scratch_(encoder.attribute_count(), count_) {}

  // Nothing when the attribute has no answers.
  std::optional<AnswerTable> Make(int attribute) {
    AnswerTable table{.attribute = attribute, .answers = {}};
    const AttributeEncoding& encoding = encoder_.attributes()[attribute];
    shares_.clear();
    rows_.clear();
    switch (encoding.type) {
      case AttributeType::kNumeric:
      case AttributeType::kDate:
      case AttributeType::kTimestamp: AddNumbers(encoding, table); break;
      case AttributeType::kCategorical:
      case AttributeType::kBoolean:
      case AttributeType::kOrdinal: AddLevels(encoding, table); break;
      case AttributeType::kSet: AddSets(encoding, table); break;
      case AttributeType::kLocation:
      case AttributeType::kText: break;
    }
    if (table.answers.size() < 2) return std::nullopt;
    return Finished(std::move(table));
  }

 private:
  const MixtureComponents* mixture() const { return std::get_if<MixtureComponents>(&components_); }
  const KMeansComponents& kmeans() const { return std::get<KMeansComponents>(components_); }

  const AttributeAggregates* AggregatesOf(const AttributeEncoding& encoding) const {
    const auto found = std::find_if(
        aggregates_.begin(), aggregates_.end(),
        [&](const AttributeAggregates& each) { return each.attribute == encoding.attribute; });
    return found == aggregates_.end() ? nullptr : &*found;
  }

  // Of a feature that is 1 with the level or tag and 0 without.
  double KMeansShare(const AttributeEncoding& encoding, int feature, int k) const {
    const double centroid = kmeans().centroids(k, encoding.begin + feature);
    return std::clamp(centroid / encoding.factor[feature] + encoding.shift[feature], 0., 1.);
  }

  double CodeShare(const AttributeEncoding& encoding, int code, int k) const {
    if (mixture() != nullptr) {
      return std::exp(mixture()->log_levels(level_rows_[encoding.code] + code, k));
    }
    if (encoding.type != AttributeType::kOrdinal) return KMeansShare(encoding, code - 1, k);
    const AttributeAggregates* aggregates = AggregatesOf(encoding);
    if (aggregates == nullptr || aggregates->levels != encoding.levels) return 0;
    return aggregates->components[k].level_weights[code - 1];
  }

  // One answer: its shares in the components, and the codes and number by which
  // its terms are found.
  void Add(AnswerTable& table, AnswerTable::Answer answer, std::vector<double> shares,
           const AttributeEncoding& encoding, absl::Span<const int> codes, double number) {
    for (std::size_t c = 0; c < codes.size(); ++c) {
      codes_[encoding.code + c] = static_cast<std::uint8_t>(codes[c]);
    }
    if (answer.is_number) numbers_[encoding.number] = static_cast<float>(number);
    terms_.Fill({codes_, numbers_}, scratch_);
    const auto terms = scratch_.row(table.attribute);
    // As Assigner takes them: only differences tell.
    const double largest = *std::max_element(terms.begin(), terms.end());
    for (double& term : terms) term = std::isfinite(largest) ? term - largest : 0;
    std::fill_n(codes_.begin() + encoding.code, encoding.code_count, 0);
    if (answer.is_number) numbers_[encoding.number] = 0;
    table.answers.push_back(std::move(answer));
    rows_.emplace_back(terms.begin(), terms.end());
    shares_.push_back(std::move(shares));
  }

  void AddLevels(const AttributeEncoding& encoding, AnswerTable& table) {
    const bool ordered = encoding.type == AttributeType::kOrdinal;
    for (int code = 1; code < encoding.CodeRange(); ++code) {
      AnswerTable::Answer answer;
      for (std::size_t level = 0; level < encoding.levels.size(); ++level) {
        const int of_level = ordered ? static_cast<int>(level) : encoding.level_feature[level];
        if (of_level == code - 1) answer.levels.push_back(encoding.levels[level]);
      }
      if (answer.levels.empty()) continue;
      std::vector<double> shares;
      for (int k = 0; k < count_; ++k) shares.push_back(CodeShare(encoding, code, k));
      Add(table, std::move(answer), std::move(shares), encoding, {code}, 0);
    }
  }

  double TagShare(const AttributeEncoding& encoding, int tag, int k) const {
    if (mixture() == nullptr) return KMeansShare(encoding, tag, k);
    return std::exp(mixture()->log_levels(level_rows_[encoding.code + tag] + 2, k));
  }

  void AddSets(const AttributeEncoding& encoding, AnswerTable& table) {
    std::vector<std::pair<double, int>> tags;  // Least alike in the components first.
    for (int tag = 0; tag < encoding.code_count; ++tag) {
      double least = 1, most = 0;
      for (int k = 0; k < count_; ++k) {
        least = std::min(least, TagShare(encoding, tag, k));
        most = std::max(most, TagShare(encoding, tag, k));
      }
      tags.emplace_back(least - most, tag);
    }
    std::sort(tags.begin(), tags.end());
    tags.resize(std::min<std::size_t>(tags.size(), kMostTags));
    for (unsigned subset = 0; subset < (1u << tags.size()); ++subset) {
      std::vector<int> codes(encoding.code_count, 0);
      AnswerTable::Answer answer;
      std::vector<double> shares(count_, 1);
      for (std::size_t i = 0; i < tags.size(); ++i) {
        const int tag = tags[i].second;
        const bool has = (subset >> i & 1) != 0;
        codes[tag] = has ? 2 : 1;
        for (std::size_t level = 0; has && level < encoding.levels.size(); ++level) {
          if (encoding.level_feature[level] == tag) answer.levels.push_back(encoding.levels[level]);
        }
        for (int k = 0; k < count_; ++k) {
          const double share = TagShare(encoding, tag, k);
          shares[k] *= has ? share : 1 - share;
        }
      }
      Add(table, std::move(answer), std::move(shares), encoding, codes, 0);
    }
  }

  std::optional<std::vector<NumberLaw>> LawsOf(const AttributeEncoding& encoding) const {
    std::vector<NumberLaw> laws;
    const AttributeAggregates* aggregates = AggregatesOf(encoding);
    for (int k = 0; k < count_; ++k) {
      if (mixture() != nullptr) {
        const double mean = mixture()->means(encoding.number, k);
        const bool is_count = encoding.scale == NumberScale::kCount;
        const double variance = is_count ? mean : mixture()->spreads(encoding.number, k);
        laws.push_back({.mean = mean, .sd = std::sqrt(variance)});
        continue;
      }
      if (aggregates == nullptr) return std::nullopt;
      const AttributeSummary& summary = aggregates->components[k];
      const bool is_log = encoding.scale == NumberScale::kLog1p;
      laws.push_back(
          {.mean = kmeans().centroids(k, encoding.begin),
           .sd = std::sqrt(is_log ? summary.log_variance : summary.variance) * encoding.factor[0]});
    }
    // A component in which all are equal still has an interval.
    double largest = 0;
    for (const NumberLaw& law : laws) largest = std::max(largest, law.sd);
    if (!(largest > 0) || !std::isfinite(largest)) return std::nullopt;
    for (NumberLaw& law : laws) law.sd = std::max(law.sd, largest / 50);
    return laws;
  }

  void AddNumbers(const AttributeEncoding& encoding, AnswerTable& table) {
    const auto laws = LawsOf(encoding);
    if (!laws.has_value()) return;
    for (int code = 2; code < encoding.CodeRange(); ++code) {
      std::vector<double> shares;
      for (int k = 0; k < count_; ++k) shares.push_back(CodeShare(encoding, code, k));
      const double mass = encoding.point_masses[code - 2];
      Add(table, {.levels = {}, .is_number = true, .number = mass, .end = mass}, std::move(shares),
          encoding, {code}, 0);
    }
    const std::vector<double> middles = Middles(*laws, encoding);
    for (std::size_t i = 0; i < middles.size(); ++i) {
      std::vector<double> shares;
      for (int k = 0; k < count_; ++k) {
        const NumberLaw& law = (*laws)[k];
        const double below = i == 0 ? 0 : law.Below((middles[i - 1] + middles[i]) / 2);
        const bool is_last = i + 1 == middles.size();
        const double above = is_last ? 1 : law.Below((middles[i] + middles[i + 1]) / 2);
        const double is_number = mixture() == nullptr ? 1 : CodeShare(encoding, 1, k);
        shares.push_back(is_number * (above - below));
      }
      const bool is_last = i + 1 == middles.size();
      const double end = is_last ? middles[i] : (middles[i] + middles[i + 1]) / 2;
      Add(table,
          {.levels = {},
           .is_number = true,
           .number = RawNumber(encoding, middles[i]),
           .end = RawNumber(encoding, end)},
          std::move(shares), encoding, {1}, middles[i]);
    }
  }

  // Quantiles of every component, ascending; of a count whole.
  static std::vector<double> Middles(const std::vector<NumberLaw>& laws,
                                     const AttributeEncoding& encoding) {
    const std::size_t stride =
        (laws.size() * kQuantiles.size() + kMostNumberCells - 1) / kMostNumberCells;
    std::vector<double> middles;
    for (const NumberLaw& law : laws) {
      for (std::size_t q = stride / 2; q < kQuantiles.size(); q += stride) {
        const double middle = law.mean + kQuantiles[q] * law.sd;
        middles.push_back(encoding.scale == NumberScale::kCount ? std::max(0., std::round(middle))
                                                                : middle);
      }
    }
    std::sort(middles.begin(), middles.end());
    middles.erase(std::unique(middles.begin(), middles.end()), middles.end());
    return middles;
  }

  AnswerTable Finished(AnswerTable table) const {
    const int answers = static_cast<int>(table.answers.size());
    table.probabilities = DoubleMatrix(answers, count_);
    table.terms = DoubleMatrix(answers, count_);
    for (int k = 0; k < count_; ++k) {
      double sum = 0;
      for (int a = 0; a < answers; ++a) sum += shares_[a][k];
      for (int a = 0; a < answers; ++a) {
        table.probabilities(a, k) = sum > 0 ? shares_[a][k] / sum : 1. / answers;
        table.terms(a, k) = rows_[a][k];
      }
    }
    return table;
  }

  const Components& components_;
  const Encoder& encoder_;
  const absl::Span<const AttributeAggregates> aggregates_;
  const TermTable& terms_;
  const std::vector<int> level_rows_;
  const int count_;
  // A contact of which nothing is known but the answer, and its terms.
  std::vector<std::uint8_t> codes_;
  std::vector<float> numbers_;
  DoubleMatrix scratch_;
  // Of the answers so far.
  std::vector<std::vector<double>> shares_, rows_;
};

}  // namespace

std::vector<AnswerTable> MakeAnswerTables(const Components& components, const Encoder& encoder,
                                          absl::Span<const AttributeAggregates> aggregates,
                                          const TermTable& terms) {
  TableMaker maker(components, encoder, aggregates, terms);
  std::vector<AnswerTable> tables;
  for (int v = 0; v < encoder.attribute_count(); ++v) {
    if (auto table = maker.Make(v)) tables.push_back(*std::move(table));
  }
  return tables;
}

}  // namespace cible
