#include "segmentation/data/encoder.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "segmentation/data/attribute_encoding.h"

namespace cible {
namespace {

double CriterionWeight(const EncoderOptions& options, Criterion criterion) {
  double weight = 1;
  for (const auto& [named, factor] : options.criterion_weights) {
    if (named == criterion) weight *= factor;
  }
  return weight;
}

// Rescales omega to mean 1, multiplies the factors by its root, and lays the
// attributes out one after the other.
void Tile(std::vector<AttributeEncoding>& attributes) {
  double sum = 0;
  for (const AttributeEncoding& attribute : attributes) sum += attribute.omega;
  int begin = 0;
  for (AttributeEncoding& attribute : attributes) {
    attribute.omega *= static_cast<double>(attributes.size()) / sum;
    attribute.begin = begin;
    begin += attribute.count;
    for (double& factor : attribute.factor) factor *= std::sqrt(attribute.omega);
  }
}

absl::Status NothingVaries(const std::vector<SetAside>& set_aside) {
  if (set_aside.empty()) {
    return absl::InvalidArgumentError(
        "the contacts have no attribute to be clustered by; give at least one the role FEATURE");
  }
  const bool known = std::any_of(set_aside.begin(), set_aside.end(), [](const SetAside& aside) {
    return aside.reason != "nothing is known";
  });
  if (!known) {
    return absl::InvalidArgumentError(
        "nothing is known of any contact by the attributes that are features; import values for "
        "them, or make other attributes features");
  }
  return absl::InvalidArgumentError(
      absl::StrCat("the contacts are all alike by the ", set_aside.size(),
                   " attributes that are features; make an attribute that varies a feature"));
}

// Position in `levels` of each entry of a dictionary; -1 for one unseen.
std::vector<int> LevelOfCode(const AttributeEncoding& encoding,
                             const std::vector<std::string>& dictionary) {
  absl::flat_hash_map<absl::string_view, int> position;
  for (std::size_t i = 0; i < encoding.levels.size(); ++i) {
    position.emplace(encoding.levels[i], static_cast<int>(i));
  }
  std::vector<int> levels;
  for (const std::string& entry : dictionary) {
    const auto at = position.find(entry);
    levels.push_back(at == position.end() ? -1 : at->second);
  }
  return levels;
}

// Fills the features and the mask of one attribute, the `index`-th.
class AttributeWriter {
 public:
  AttributeWriter(const AttributeEncoding& encoding, int index, Samples& samples)
      : encoding_(encoding), index_(index), samples_(samples) {}

  void Write(const Column& column, Date as_of) {
    switch (encoding_.type) {
      case AttributeType::kNumeric:
      case AttributeType::kDate:
      case AttributeType::kTimestamp: return WriteNumbers(column, as_of);
      case AttributeType::kCategorical:
      case AttributeType::kOrdinal: return WriteCodes(column);
      case AttributeType::kBoolean: return WriteBits(column);
      case AttributeType::kSet: return WriteSets(column);
      case AttributeType::kLocation: return WritePlaces(column);
      case AttributeType::kText: return;
    }
  }

 private:
  // Feature f of the attribute, from its raw value.
  void Put(int row, int f, double raw) {
    samples_.features(row, encoding_.begin + f) =
        static_cast<float>((raw - encoding_.shift[f]) * encoding_.factor[f]);
    samples_.known(row, index_) = 1;
  }

  void PutIndicator(int row, int level_feature) {
    for (int f = 0; f < encoding_.count; ++f) Put(row, f, f == level_feature ? 1 : 0);
  }

  void WriteNumbers(const Column& column, Date as_of) {
    for (int i = 0; i < samples_.features.rows(); ++i) {
      if (const auto number = NumberAt(column, i, as_of)) Put(i, 0, OnScale(encoding_, *number));
    }
  }

  void WriteCodes(const Column& column) {
    const auto* codes = std::get_if<Codes>(&column.data);
    if (codes == nullptr) return;
    const std::vector<int> levels = LevelOfCode(encoding_, codes->dictionary);
    for (int i = 0; i < samples_.features.rows(); ++i) {
      const int level = column.validity[i] ? levels[codes->codes[i]] : -1;
      if (level < 0) continue;
      if (encoding_.type == AttributeType::kOrdinal) {
        Put(i, 0, level + 1);
      } else {
        PutIndicator(i, encoding_.level_feature[level]);
      }
    }
  }

  void WriteBits(const Column& column) {
    const auto* bits = std::get_if<Bits>(&column.data);
    if (bits == nullptr) return;
    for (int i = 0; i < samples_.features.rows(); ++i) {
      if (column.validity[i]) PutIndicator(i, encoding_.level_feature[bits->values[i] ? 1 : 0]);
    }
  }

  void WriteSets(const Column& column) {
    const auto* sets = std::get_if<Sets>(&column.data);
    if (sets == nullptr) return;
    const std::vector<int> levels = LevelOfCode(encoding_, sets->dictionary);
    for (int i = 0; i < samples_.features.rows(); ++i) {
      if (!column.validity[i]) continue;
      PutIndicator(i, -1);
      for (std::uint32_t m = i == 0 ? 0 : sets->ends[i - 1]; m < sets->ends[i]; ++m) {
        const int level = levels[sets->members[m]];
        if (level >= 0 && encoding_.level_feature[level] >= 0) {
          Put(i, encoding_.level_feature[level], 1);
        }
      }
    }
  }

  void WritePlaces(const Column& column) {
    const auto* places = std::get_if<Locations>(&column.data);
    if (places == nullptr) return;
    for (int i = 0; i < samples_.features.rows(); ++i) {
      if (!column.validity[i]) continue;
      const SpherePoint point = OnSphere(places->values[i]);
      for (int c = 0; c < 3; ++c) Put(i, c, point.coordinates[c]);
    }
  }

  const AttributeEncoding& encoding_;
  const int index_;
  Samples& samples_;
};

absl::Status CheckEncoding(const AttributeEncoding& attribute, int begin) {
  const auto corrupt = [&](absl::string_view what) {
    return absl::InvalidArgumentError(
        absl::StrCat("the encoding of attribute \"", attribute.attribute, "\" is corrupt: ", what));
  };
  if (attribute.begin != begin || attribute.count < 1) {
    return corrupt("its features do not follow those of the attribute before");
  }
  if (std::ssize(attribute.shift) != attribute.count ||
      std::ssize(attribute.factor) != attribute.count ||
      attribute.level_feature.size() != attribute.levels.size()) {
    return corrupt("its lengths disagree");
  }
  const auto finite = [](double x) { return std::isfinite(x); };
  if (!std::all_of(attribute.shift.begin(), attribute.shift.end(), finite) ||
      !std::all_of(attribute.factor.begin(), attribute.factor.end(), finite) ||
      !(attribute.omega > 0) || !finite(attribute.omega) ||
      !(attribute.clip_low <= attribute.clip_high)) {
    return corrupt("a number is out of range");
  }
  const auto within = [&](int feature) { return feature >= -1 && feature < attribute.count; };
  if (!std::all_of(attribute.level_feature.begin(), attribute.level_feature.end(), within)) {
    return corrupt("a level has no feature");
  }
  switch (attribute.type) {
    case AttributeType::kText: return corrupt("text has no encoding");
    case AttributeType::kLocation:
      return attribute.count == 3 ? absl::OkStatus() : corrupt("a place needs three features");
    case AttributeType::kBoolean:
      return attribute.levels.size() == 2 ? absl::OkStatus() : corrupt("a boolean has two levels");
    case AttributeType::kNumeric:
    case AttributeType::kDate:
    case AttributeType::kTimestamp:
    case AttributeType::kOrdinal:
      return attribute.count == 1 ? absl::OkStatus() : corrupt("it needs exactly one feature");
    case AttributeType::kCategorical:
    case AttributeType::kSet: break;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Encoder> Encoder::Fit(const ContactTable& table, absl::Span<const double> weights,
                                     const Schema& schema, const EncoderOptions& options) {
  if (table.row_count == 0) {
    return absl::InvalidArgumentError("there are no contacts to learn from; import some first");
  }
  const std::vector<double> ones(weights.empty() ? table.row_count : 0, 1);
  if (weights.empty()) weights = ones;
  if (std::ssize(weights) != table.row_count) {
    return absl::InvalidArgumentError(
        absl::StrCat("there are ", table.row_count, " contacts but ", weights.size(), " weights"));
  }
  Encoder encoder;
  for (const Attribute& attribute : schema.attributes()) {
    const Column* column = IsFeature(attribute) ? table.Find(attribute.id) : nullptr;
    if (column == nullptr) continue;
    auto learnt = LearnEncoding(*column, attribute, weights, options.as_of);
    if (auto* aside = std::get_if<SetAside>(&learnt)) {
      encoder.set_aside_.push_back(std::move(*aside));
      continue;
    }
    auto& encoding = std::get<AttributeEncoding>(learnt);
    encoding.omega = attribute.weight * CriterionWeight(options, attribute.criterion);
    encoder.feature_count_ += encoding.count;
    encoder.attributes_.push_back(std::move(encoding));
  }
  if (encoder.attributes_.empty()) return NothingVaries(encoder.set_aside_);
  Tile(encoder.attributes_);
  return encoder;
}

absl::StatusOr<Encoder> Encoder::Restore(std::vector<AttributeEncoding> attributes,
                                         std::vector<SetAside> set_aside) {
  Encoder encoder;
  for (const AttributeEncoding& attribute : attributes) {
    const absl::Status status = CheckEncoding(attribute, encoder.feature_count_);
    if (!status.ok()) return status;
    encoder.feature_count_ += attribute.count;
  }
  encoder.attributes_ = std::move(attributes);
  encoder.set_aside_ = std::move(set_aside);
  return encoder;
}

Samples Encoder::Encode(const ContactTable& table, Date as_of) const {
  Samples samples{.features = FloatMatrix(table.row_count, feature_count_),
                  .known = ByteMatrix(table.row_count, attribute_count()),
                  .weights = std::vector<double>(table.row_count, 1)};
  for (int a = 0; a < attribute_count(); ++a) {
    const Column* column = table.Find(attributes_[a].attribute);
    if (column != nullptr) AttributeWriter(attributes_[a], a, samples).Write(*column, as_of);
  }
  return samples;
}

double Encoder::TotalWeight() const {
  return std::accumulate(attributes_.begin(), attributes_.end(), 0.0,
                         [](double sum, const auto& attribute) { return sum + attribute.omega; });
}

double Encoder::KnownWeight(absl::Span<const std::uint8_t> known) const {
  double sum = 0;
  for (std::size_t a = 0; a < attributes_.size(); ++a) {
    if (known[a]) sum += attributes_[a].omega;
  }
  return sum;
}

int Encoder::IndexOf(absl::string_view attribute) const {
  const auto at =
      std::find_if(attributes_.begin(), attributes_.end(),
                   [&](const AttributeEncoding& a) { return a.attribute == attribute; });
  return at == attributes_.end() ? -1 : static_cast<int>(at - attributes_.begin());
}

}  // namespace cible
