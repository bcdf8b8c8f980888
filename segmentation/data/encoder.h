// Packs contacts for the engines (see samples.h), and tells what each cell
// means.
//
// For KMEANS every attribute becomes one or more features, scaled so that each
// attribute contributes the same expected squared difference, times its weight.
//
//   C. Hennig and T. F. Liao, "How to find an appropriate clustering for
//   mixed-type variables with application to socio-economic stratification",
//   J. R. Stat. Soc. C 62(3), 2013.
//
// For two random contacts E|phi_v(x) - phi_v(x')|^2 = 2 omega_v, where omega_v
// is attribute weight x criterion weight, rescaled to mean 1 over the
// attributes in use. Every feature is centred. Nothing is imputed: an unknown
// value is zero in the features and counts for nothing.
//
//   NUMERIC    (t(x) - mean) / sd; t is log(1 + x) for LOG_NORMAL and COUNT,
//              the number itself for GAUSSIAN. AUTO takes the logarithm when no
//              value is negative and the skewness exceeds 1. Before all that,
//              values are brought within the .5 % and 99.5 % quantiles, lest
//              one income of 666,666 become a segment; so are a lead's
//   DATE, TIMESTAMP  days before `as_of`, then as NUMERIC
//   CATEGORICAL, BOOLEAN  one feature a level, / sqrt(1 - sum p^2)
//   ORDINAL    scores 1..L, / sd
//   SET        one feature a tag, / sqrt(sum p (1 - p))
//   LOCATION   the unit vector on the sphere, / sqrt(sum of variances)
//
// The attributes of a block keep each its own weight: here a block changes
// nothing.
//
// For MIXTURE cells keep their distribution:
//
//   NUMERIC, DATE, TIMESTAMP  not brought within quantiles. GAUSSIAN: the
//              number, standardised; LOG_NORMAL: its logarithm, standardised,
//              with a point mass for what is not above 0; COUNT: the number
//              itself, or log(1 + x), standardised, when its variance exceeds
//              twice its mean. AUTO decides between the first two as above. A value
//              that holds >= 10 % of the weight becomes a point mass: GAUSSIAN
//              and LOG_NORMAL only, the two heaviest at most, where more than
//              10 values are distinct
//   others     the levels, tags and places as above
//
// What is learnt does not depend on the order of the rows, and a
// duplicated row is a weight of 2.

#ifndef CIBLE_SEGMENTATION_DATA_ENCODER_H_
#define CIBLE_SEGMENTATION_DATA_ENCODER_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/matrix.h"
#include "segmentation/data/samples.h"
#include "segmentation/data/schema.h"
#include "segmentation/data/value.h"

namespace cible {

// For which engine the contacts are packed.
enum class Encoding { kKMeans, kMixture };

struct EncoderOptions {
  Encoding encoding = Encoding::kKMeans;
  // MIXTURE: exactly the distributions that the schema says, no point masses.
  bool plain = false;
  // Multiplies the weight of every attribute of the criterion; default 1.
  std::vector<std::pair<Criterion, double>> criterion_weights;
  // Dates become days before this day.
  Date as_of;
};

// The scale t of a NUMERIC, DATE or TIMESTAMP.
enum class NumberScale {
  kIdentity,  // x
  kLog1p,     // log(1 + max(x, 0)); KMEANS
  kLog,       // log(x), x > 0; MIXTURE
  kCount,     // x, a whole number >= 0; MIXTURE
};

// How one attribute becomes cells, and those become features
// [begin, begin + count).
struct AttributeEncoding {
  std::string attribute;  // Id.
  AttributeType type = AttributeType::kNumeric;
  NumberScale scale = NumberScale::kIdentity;
  // NUMERIC, DATE, TIMESTAMP: x is first brought within [clip_low, clip_high].
  double clip_low = 0;
  double clip_high = 0;
  double omega = 1;
  int begin = 0;
  int count = 0;
  // Feature f of the attribute is (raw_f - shift[f]) * factor[f].
  std::vector<double> shift;
  std::vector<double> factor;
  // MIXTURE, numbers: values that hold a share of the contacts by themselves,
  // heaviest first; for kLog the first is 0, for whatever is not above it.
  std::vector<double> point_masses;
  // MIXTURE, numbers: the smallest gap between two distinct recorded numbers
  // on their scale t (for kLog relative to the median); 0 when there is one.
  double resolution = 0;
  // CATEGORICAL, BOOLEAN, SET: the levels met at training, by name; ORDINAL:
  // those of the schema, in order. level_feature[level], in [0, count), is the
  // feature of each. Levels too rare for a feature of their own share the last;
  // tags too rare have none (-1). Rare: fewer than .5 % of the known values or
  // fewer than 5 (a tenth of them, when there are fewer than 50).
  std::vector<std::string> levels;
  std::vector<int> level_feature;

  // The columns of Samples, laid out by Encoder.
  int code = 0;          // The first code column.
  int code_count = 1;    // > 1 for a SET of several tags.
  int number = 0;        // The first number column.
  int number_count = 0;  // 1, LOCATION 3, else 0.

  // How many different codes a code column has, 0 for unknown included.
  int CodeRange() const;

  bool operator==(const AttributeEncoding&) const = default;
};

// An attribute that was left out of the encoding, and why, in words.
struct SetAside {
  std::string attribute;
  // "every known value is the same", "nothing is known", "every level is rare".
  std::string reason;
  bool operator==(const SetAside&) const = default;
};

// Levels by name.
using LevelPositions = absl::flat_hash_map<std::string, int>;

// Immutable.
class Encoder {
 public:
  // Learns scales and levels from the known cells of the schema's features
  // (IsFeature) that the table has, in the schema's order. `weights` has one
  // entry a row; empty means 1 each. O(cells log n).
  //
  // Errors: INVALID_ARGUMENT when there are no rows, no features, nothing
  // known, or no attribute that varies; the message says what to change.
  static absl::StatusOr<Encoder> Fit(const ContactTable& table, absl::Span<const double> weights,
                                     const Schema& schema, const EncoderOptions& options);

  // Restores an encoder from storage.
  // Errors: INVALID_ARGUMENT for ranges that do not tile the features, or
  // lengths that disagree.
  static absl::StatusOr<Encoder> Restore(std::vector<AttributeEncoding> attributes,
                                         std::vector<SetAside> set_aside, Encoding encoding);

  // The contacts as samples, each of weight 1. Attributes are matched by id;
  // a column the encoder does not know is passed over, a level unseen at
  // training is unknown, as is a column of another type than at training. A row
  // is encoded to the same bits alone and in a table. O(cells).
  Samples Encode(const ContactTable& table, Date as_of) const;
  // The rows [begin, end) alone.
  Samples Encode(const ContactTable& table, Date as_of, int begin, int end) const;

  // One value of one contact, by position in attributes(), to the same bits. What
  // cannot be read leaves the cells as they are. REQUIRES: the cells are a row's.
  void EncodeValue(int position, const Value& value, Date as_of, SampleCells cells) const;

  // Feature `f` of the attribute of a row. REQUIRES: the attribute is known.
  float Feature(const AttributeEncoding& attribute, int f, SampleRow row) const {
    if (attribute.number_count > 0) return row.numbers[attribute.number + f];
    const int code = row.codes[attribute.code];
    if (attribute.type == AttributeType::kOrdinal) return level_values_[attribute.begin][code];
    const bool on =
        attribute.type == AttributeType::kSet ? row.codes[attribute.code + f] == 2 : code == f + 1;
    return level_values_[attribute.begin + f][on ? 1 : 0];
  }

  // All features of a row; 0 for those of an unknown attribute.
  // REQUIRES: features has feature_count() entries.
  void Expand(SampleRow row, absl::Span<float> features) const;

  static bool Known(const AttributeEncoding& attribute, SampleRow row) {
    return row.codes[attribute.code] != 0;
  }
  // One entry an attribute: 1 known, 0 unknown.
  std::vector<std::uint8_t> KnownAttributes(SampleRow row) const;

  Encoding encoding() const { return encoding_; }
  const std::vector<AttributeEncoding>& attributes() const { return attributes_; }
  const std::vector<SetAside>& set_aside() const { return set_aside_; }
  int attribute_count() const { return static_cast<int>(attributes_.size()); }
  int feature_count() const { return feature_count_; }
  int code_count() const { return code_count_; }
  int number_count() const { return number_count_; }

  // Sum of omega over all attributes, and over the known ones of a row.
  double TotalWeight() const;
  double KnownWeight(SampleRow row) const;

  // Position in attributes() of the attribute id; -1 if it has none.
  int IndexOf(absl::string_view attribute) const;

  bool operator==(const Encoder&) const = default;

 private:
  Encoder() = default;
  // Gives every attribute its columns.
  void LayOut();

  Encoding encoding_ = Encoding::kKMeans;
  std::vector<AttributeEncoding> attributes_;
  std::vector<SetAside> set_aside_;
  int feature_count_ = 0;
  int code_count_ = 0;
  int number_count_ = 0;
  // By feature, for those made of codes: ORDINAL by code, others without and
  // with the level or tag.
  std::vector<std::vector<float>> level_values_;
  // By attribute: the positions in its `levels`.
  std::vector<LevelPositions> level_positions_;
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_ENCODER_H_
