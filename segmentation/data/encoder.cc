#include "segmentation/data/encoder.h"

#include <algorithm>
#include <cmath>
#include <numeric>

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
std::vector<int> LevelOfCode(const LevelPositions& positions,
                             const std::vector<std::string>& dictionary) {
  std::vector<int> levels;
  levels.reserve(dictionary.size());
  for (const std::string& entry : dictionary) {
    const auto at = positions.find(entry);
    levels.push_back(at == positions.end() ? -1 : at->second);
  }
  return levels;
}

// Of a position in `levels`; 0, unknown, of -1.
int CodeOfLevel(const AttributeEncoding& encoding, int level) {
  if (level < 0) return 0;
  return 1 + (encoding.type == AttributeType::kOrdinal ? level : encoding.level_feature[level]);
}

// Fills the cells of one attribute of one contact.
class CellWriter {
 public:
  CellWriter(const AttributeEncoding& encoding, SampleCells cells)
      : encoding_(encoding), cells_(cells) {}

  void PutNumber(double number) {
    if (!std::isfinite(number)) return;
    const int mass = PointMassOf(encoding_, number);
    if (mass >= 0) {
      PutCode(2 + mass);
    } else if (OnItsScale(encoding_, number)) {
      PutScaled(0, OnScale(encoding_, number));
    }
  }

  // Position in `levels`; -1: unseen.
  void PutLevel(int level) {
    if (level >= 0) PutCode(CodeOfLevel(encoding_, level));
  }

  void PutNoTags() { std::fill_n(cells_.codes.begin() + encoding_.code, encoding_.code_count, 1); }
  void PutTag(int level) {
    if (level < 0 || encoding_.level_feature[level] < 0) return;
    cells_.codes[encoding_.code + encoding_.level_feature[level]] = 2;
  }

  void PutPlace(const LatLng& place) {
    const SpherePoint point = OnSphere(place);
    for (int c = 0; c < 3; ++c) PutScaled(c, point.coordinates[c]);
  }

 private:
  void PutCode(int code) { cells_.codes[encoding_.code] = static_cast<std::uint8_t>(code); }

  // The f-th number of the attribute, on its scale.
  void PutScaled(int f, double number) {
    cells_.numbers[encoding_.number + f] =
        static_cast<float>((number - encoding_.shift[f]) * encoding_.factor[f]);
    PutCode(1);
  }

  const AttributeEncoding& encoding_;
  const SampleCells cells_;
};

// One column of a row-major matrix.
template <typename T>
class Cells {
 public:
  Cells(DenseMatrix<T>& matrix, int column)
      : first_(matrix.data() + column), stride_(static_cast<std::size_t>(matrix.cols())) {}

  T& operator[](int row) const { return first_[static_cast<std::size_t>(row) * stride_]; }

 private:
  T* const first_;
  const std::size_t stride_;
};

// Fills the cells of one attribute from the rows of a column, from `begin` on.
class AttributeWriter {
 public:
  AttributeWriter(const AttributeEncoding& encoding, const LevelPositions& levels, int begin,
                  Samples& samples)
      : encoding_(encoding), levels_(levels), begin_(begin), samples_(samples) {}

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
  // put(writer, row) for every row that is known.
  template <typename Put>
  void ForKnown(const Column& column, const Put& put) {
    for (int i = 0; i < samples_.count(); ++i) {
      if (!column.validity[begin_ + i]) continue;
      CellWriter writer(encoding_, samples_.cells(i));
      put(writer, begin_ + i);
    }
  }

  void WriteNumbers(const Column& column, Date as_of) {
    if (const auto* numbers = std::get_if<Numbers>(&column.data)) {
      if (IsLinear()) return WriteLinearNumbers(column, numbers->values);
      ForKnown(column,
               [&](CellWriter& writer, int row) { writer.PutNumber(numbers->values[row]); });
    } else if (const auto* days = std::get_if<Days>(&column.data)) {
      ForKnown(column, [&](CellWriter& writer, int row) {
        writer.PutNumber(DaysBefore(as_of, Date{days->values[row]}));
      });
    } else if (const auto* micros = std::get_if<Micros>(&column.data)) {
      ForKnown(column, [&](CellWriter& writer, int row) {
        writer.PutNumber(DaysBefore(as_of, Timestamp{micros->values[row]}));
      });
    }
  }

  // Whether a number is but shifted and scaled: what most columns of tables are, and
  // worth a loop of its own.
  bool IsLinear() const {
    return encoding_.scale == NumberScale::kIdentity && encoding_.point_masses.empty();
  }

  // Here and in WriteCodes nothing but the cells themselves is looked up in the loop:
  // a byte that is written may be part of anything, for all that a compiler knows.
  void WriteLinearNumbers(const Column& column, const std::vector<double>& values) {
    const double low = encoding_.clip_low, high = encoding_.clip_high;
    const double shift = encoding_.shift[0], factor = encoding_.factor[0];
    const int count = samples_.count();
    const double* value = values.data() + begin_;
    const std::uint8_t* validity = column.validity.data() + begin_;
    const Cells<float> numbers(samples_.numbers, encoding_.number);
    const Cells<std::uint8_t> codes(samples_.codes, encoding_.code);
    for (int i = 0; i < count; ++i) {
      const double scaled = (std::clamp(value[i], low, high) - shift) * factor;
      const bool is_known = (validity[i] != 0) & std::isfinite(value[i]);
      numbers[i] = is_known ? static_cast<float>(scaled) : 0;
      codes[i] = is_known;
    }
  }

  void WriteCodes(const Column& column) {
    const auto* sent = std::get_if<Codes>(&column.data);
    if (sent == nullptr) return;
    std::vector<std::uint8_t> places;  // The code of each entry of the dictionary.
    for (const int level : LevelOfCode(levels_, sent->dictionary)) {
      places.push_back(static_cast<std::uint8_t>(CodeOfLevel(encoding_, level)));
    }
    // Where a cell is unknown its code may be anything.
    const auto outside = static_cast<std::uint32_t>(places.size());
    places.push_back(0);
    const int count = samples_.count();
    const std::uint8_t* place = places.data();
    const std::uint32_t* code = sent->codes.data() + begin_;
    const std::uint8_t* validity = column.validity.data() + begin_;
    const Cells<std::uint8_t> codes(samples_.codes, encoding_.code);
    for (int i = 0; i < count; ++i) {
      codes[i] = static_cast<std::uint8_t>(place[std::min(code[i], outside)] * (validity[i] != 0));
    }
  }

  void WriteBits(const Column& column) {
    const auto* bits = std::get_if<Bits>(&column.data);
    if (bits == nullptr) return;
    ForKnown(column,
             [&](CellWriter& writer, int row) { writer.PutLevel(bits->values[row] ? 1 : 0); });
  }

  void WriteSets(const Column& column) {
    const auto* sets = std::get_if<Sets>(&column.data);
    if (sets == nullptr) return;
    const std::vector<int> levels = LevelOfCode(levels_, sets->dictionary);
    ForKnown(column, [&](CellWriter& writer, int row) {
      writer.PutNoTags();
      for (std::uint32_t m = row == 0 ? 0 : sets->ends[row - 1]; m < sets->ends[row]; ++m) {
        writer.PutTag(levels[sets->members[m]]);
      }
    });
  }

  void WritePlaces(const Column& column) {
    const auto* places = std::get_if<Locations>(&column.data);
    if (places == nullptr) return;
    ForKnown(column, [&](CellWriter& writer, int row) { writer.PutPlace(places->values[row]); });
  }

  const AttributeEncoding& encoding_;
  const LevelPositions& levels_;
  const int begin_;
  Samples& samples_;
};

// Writes one value, if it is of the attribute's type.
class ValueWriter {
 public:
  ValueWriter(const AttributeEncoding& encoding, const LevelPositions& levels, Date as_of,
              SampleCells cells)
      : encoding_(encoding), levels_(levels), as_of_(as_of), writer_(encoding, cells) {}

  void operator()(double number) {
    if (encoding_.type == AttributeType::kNumeric) writer_.PutNumber(number);
  }
  void operator()(Date date) {
    if (encoding_.type == AttributeType::kDate) writer_.PutNumber(DaysBefore(as_of_, date));
  }
  void operator()(Timestamp instant) {
    if (encoding_.type == AttributeType::kTimestamp) {
      writer_.PutNumber(DaysBefore(as_of_, instant));
    }
  }
  void operator()(const std::string& level) {
    const bool has_levels =
        encoding_.type == AttributeType::kCategorical || encoding_.type == AttributeType::kOrdinal;
    if (has_levels) writer_.PutLevel(PositionOf(level));
  }
  void operator()(bool flag) {
    if (encoding_.type == AttributeType::kBoolean) writer_.PutLevel(flag ? 1 : 0);
  }
  void operator()(const StringSet& set) {
    if (encoding_.type != AttributeType::kSet) return;
    writer_.PutNoTags();
    for (const std::string& tag : set.members) writer_.PutTag(PositionOf(tag));
  }
  void operator()(const LatLng& place) {
    if (encoding_.type == AttributeType::kLocation) writer_.PutPlace(place);
  }

 private:
  int PositionOf(const std::string& level) const {
    const auto at = levels_.find(level);
    return at == levels_.end() ? -1 : at->second;
  }

  const AttributeEncoding& encoding_;
  const LevelPositions& levels_;
  const Date as_of_;
  CellWriter writer_;
};

// Codes are bytes, so are the levels that may have a feature.
constexpr int kMostCodes = 256;

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
  if (attribute.CodeRange() > kMostCodes) return corrupt("it has too many levels");
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

int AttributeEncoding::CodeRange() const {
  switch (type) {
    case AttributeType::kNumeric:
    case AttributeType::kDate:
    case AttributeType::kTimestamp: return 2 + static_cast<int>(point_masses.size());
    case AttributeType::kCategorical:
    case AttributeType::kBoolean: return 1 + count;
    case AttributeType::kOrdinal: return 1 + static_cast<int>(levels.size());
    case AttributeType::kSet: return 3;
    case AttributeType::kLocation: return 2;
    case AttributeType::kText: break;
  }
  return 1;
}

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
    auto learnt = LearnEncoding(*column, attribute, weights, options);
    if (auto* aside = std::get_if<SetAside>(&learnt)) {
      encoder.set_aside_.push_back(std::move(*aside));
      continue;
    }
    auto& encoding = std::get<AttributeEncoding>(learnt);
    encoding.omega = attribute.weight * CriterionWeight(options, attribute.criterion);
    encoder.attributes_.push_back(std::move(encoding));
  }
  if (encoder.attributes_.empty()) return NothingVaries(encoder.set_aside_);
  encoder.encoding_ = options.encoding;
  Tile(encoder.attributes_);
  encoder.LayOut();
  return encoder;
}

void Encoder::LayOut() {
  feature_count_ = code_count_ = number_count_ = 0;
  level_values_.clear();
  level_positions_.clear();
  for (AttributeEncoding& attribute : attributes_) {
    attribute.code = code_count_;
    attribute.code_count = attribute.type == AttributeType::kSet ? attribute.count : 1;
    attribute.number = number_count_;
    attribute.number_count = 0;
    switch (attribute.type) {
      case AttributeType::kNumeric:
      case AttributeType::kDate:
      case AttributeType::kTimestamp: attribute.number_count = 1; break;
      case AttributeType::kLocation: attribute.number_count = 3; break;
      default: break;
    }
    code_count_ += attribute.code_count;
    number_count_ += attribute.number_count;
    feature_count_ += attribute.count;
    LevelPositions& positions = level_positions_.emplace_back();
    for (std::size_t i = 0; i < attribute.levels.size(); ++i) {
      positions.emplace(attribute.levels[i], static_cast<int>(i));
    }
    const bool ordered = attribute.type == AttributeType::kOrdinal;
    for (int f = 0; f < attribute.count; ++f) {
      std::vector<float> values;
      for (int code = 0; code < (ordered ? attribute.CodeRange() : 2); ++code) {
        values.push_back(static_cast<float>((code - attribute.shift[f]) * attribute.factor[f]));
      }
      level_values_.push_back(std::move(values));
    }
  }
}

absl::StatusOr<Encoder> Encoder::Restore(std::vector<AttributeEncoding> attributes,
                                         std::vector<SetAside> set_aside, Encoding encoding) {
  Encoder encoder;
  int begin = 0;
  for (const AttributeEncoding& attribute : attributes) {
    const absl::Status status = CheckEncoding(attribute, begin);
    if (!status.ok()) return status;
    begin += attribute.count;
  }
  encoder.encoding_ = encoding;
  encoder.attributes_ = std::move(attributes);
  encoder.set_aside_ = std::move(set_aside);
  encoder.LayOut();
  return encoder;
}

Samples Encoder::Encode(const ContactTable& table, Date as_of) const {
  return Encode(table, as_of, 0, table.row_count);
}

Samples Encoder::Encode(const ContactTable& table, Date as_of, int begin, int end) const {
  Samples samples{.codes = ByteMatrix(end - begin, code_count_),
                  .numbers = FloatMatrix(end - begin, number_count_),
                  .weights = std::vector<double>(end - begin, 1)};
  for (std::size_t i = 0; i < attributes_.size(); ++i) {
    const Column* column = table.Find(attributes_[i].attribute);
    if (column == nullptr) continue;
    AttributeWriter(attributes_[i], level_positions_[i], begin, samples).Write(*column, as_of);
  }
  return samples;
}

void Encoder::EncodeValue(int position, const Value& value, Date as_of, SampleCells cells) const {
  std::visit(ValueWriter(attributes_[position], level_positions_[position], as_of, cells), value);
}

void Encoder::Expand(SampleRow row, absl::Span<float> features) const {
  for (const AttributeEncoding& attribute : attributes_) {
    const bool known = Known(attribute, row);
    for (int f = 0; f < attribute.count; ++f) {
      features[attribute.begin + f] = known ? Feature(attribute, f, row) : 0;
    }
  }
}

std::vector<std::uint8_t> Encoder::KnownAttributes(SampleRow row) const {
  std::vector<std::uint8_t> known;
  for (const AttributeEncoding& attribute : attributes_) known.push_back(Known(attribute, row));
  return known;
}

double Encoder::TotalWeight() const {
  return std::accumulate(attributes_.begin(), attributes_.end(), 0.0,
                         [](double sum, const auto& attribute) { return sum + attribute.omega; });
}

double Encoder::KnownWeight(SampleRow row) const {
  double sum = 0;
  for (const AttributeEncoding& attribute : attributes_) {
    if (Known(attribute, row)) sum += attribute.omega;
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
