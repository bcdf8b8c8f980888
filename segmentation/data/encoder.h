// Makes contacts numeric: each attribute becomes one or more features, scaled
// so that every attribute contributes the same expected squared difference,
// times its weight.
//
//   C. Hennig and T. F. Liao, "How to find an appropriate clustering for
//   mixed-type variables with application to socio-economic stratification",
//   J. R. Stat. Soc. C 62(3), 2013.
//
// For two random contacts E|phi_v(x) - phi_v(x')|^2 = 2 omega_v, where omega_v
// is attribute weight x criterion weight, rescaled to mean 1 over the
// attributes in use. Every feature is centred. Nothing is imputed: an unknown
// value is zero in the features and 0 in the mask, and counts for nothing.
//
//   NUMERIC    (t(x) - mean) / sd; t is log(1 + x) for LOG_NORMAL and COUNT
//   DATE, TIMESTAMP  days before `as_of`, then as NUMERIC
//   CATEGORICAL, BOOLEAN  one feature a level, / sqrt(1 - sum p^2)
//   ORDINAL    scores 1..L, as NUMERIC
//   SET        one feature a tag, / sqrt(sum p (1 - p))
//   LOCATION   the unit vector on the sphere

#ifndef CIBLE_SEGMENTATION_DATA_ENCODER_H_
#define CIBLE_SEGMENTATION_DATA_ENCODER_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/matrix.h"
#include "segmentation/data/schema.h"
#include "segmentation/data/value.h"

namespace cible {

struct EncoderOptions {
  // Multiplies the weight of every attribute of the criterion; default 1.
  std::vector<std::pair<Criterion, double>> criterion_weights;
  // Dates become days before this day.
  Date as_of;
};

// How one attribute becomes features [begin, begin + count).
struct AttributeEncoding {
  std::string attribute;  // Id.
  AttributeType type = AttributeType::kNumeric;
  bool log_scale = false;  // NUMERIC: log(1 + max(x, 0)).
  double omega = 1;
  int begin = 0;
  int count = 0;
  // Feature f of the attribute is (raw_f - shift[f]) * factor[f].
  std::vector<double> shift;
  std::vector<double> factor;
  // CATEGORICAL, ORDINAL, SET: the levels known at training. Those too rare
  // for a feature of their own (fewer than max(5, 0.5 %)) share one:
  // level_feature[level] is the feature of each, -1 for a tag without one.
  std::vector<std::string> levels;
  std::vector<int> level_feature;

  bool operator==(const AttributeEncoding&) const = default;
};

// An attribute that was left out of the encoding, and why, in words.
struct SetAside {
  std::string attribute;
  std::string reason;  // "every known value is the same", "nothing is known".
  bool operator==(const SetAside&) const = default;
};

// Contacts made numeric.
struct Samples {
  FloatMatrix features;         // n x feature_count; 0 where unknown.
  ByteMatrix known;             // n x attribute_count; 1 known, 0 unknown.
  std::vector<double> weights;  // n; > 0.
};

// Immutable.
class Encoder {
 public:
  // Learns scales and levels from the known cells of the schema's features
  // (IsFeature) that the table has. O(cells).
  //
  // Errors: INVALID_ARGUMENT when there are no rows, no features, or no
  // attribute that varies; the message says what to change.
  static absl::StatusOr<Encoder> Fit(const ContactTable& table, absl::Span<const double> weights,
                                     const Schema& schema, const EncoderOptions& options);

  // Restores an encoder from storage.
  // Errors: INVALID_ARGUMENT for ranges that do not tile the features, or
  // lengths that disagree.
  static absl::StatusOr<Encoder> Restore(std::vector<AttributeEncoding> attributes,
                                         std::vector<SetAside> set_aside);

  // The contacts as samples, each of weight 1. Attributes are matched by id;
  // a column the encoder does not know is passed over, a level unseen at
  // training is unknown. O(cells + n x features).
  Samples Encode(const ContactTable& table, Date as_of) const;

  const std::vector<AttributeEncoding>& attributes() const { return attributes_; }
  const std::vector<SetAside>& set_aside() const { return set_aside_; }
  int attribute_count() const { return static_cast<int>(attributes_.size()); }
  int feature_count() const { return feature_count_; }

  // Sum of omega over all attributes, and over the known ones of a row of
  // Samples::known.
  double TotalWeight() const;
  double KnownWeight(absl::Span<const std::uint8_t> known) const;

  // Position in attributes() of the attribute id; -1 if it has none.
  int IndexOf(absl::string_view attribute) const;

  bool operator==(const Encoder&) const = default;

 private:
  Encoder() = default;

  std::vector<AttributeEncoding> attributes_;
  std::vector<SetAside> set_aside_;
  int feature_count_ = 0;
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_ENCODER_H_
