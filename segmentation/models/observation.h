// What is known of one contact, encoded for a model while it is read: the quick
// way to a single answer, without a table of one row.

#ifndef CIBLE_SEGMENTATION_MODELS_OBSERVATION_H_
#define CIBLE_SEGMENTATION_MODELS_OBSERVATION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "segmentation/data/samples.h"
#include "segmentation/data/value.h"
#include "segmentation/models/segmentation_model.h"

namespace cible {

// `model` outlives it. Encodes to the same bits as Encoder::Encode.
class Observation {
 public:
  // Nothing is known yet. Dates are measured from `as_of`.
  Observation(const SegmentationModel& model, Date as_of);

  // Adds one value, by id or display name. An attribute that the model does not
  // use is checked, and passed over. O(1) and, for few attributes, without a heap
  // allocation.
  // Errors: INVALID_ARGUMENT for an attribute that the model's schema does not
  // have, or that was added before, and a value of another type or impossible; the
  // message names the attribute, never the value.
  absl::Status Add(absl::string_view attribute, const Value& value);

  // Nothing is known again.
  void Clear();

  SampleRow sample() const { return {codes_, numbers_}; }

  // Ids of the attributes that were added and the model uses, but with a value that it
  // cannot read: a level it has not met, a number that is none.
  std::vector<std::string> unread() const;

  // Whether a value says, of a person, that it may be under age on `as_of`.
  bool maybe_minor() const { return maybe_minor_; }

 private:
  const SegmentationModel& model_;
  const Date as_of_;
  absl::InlinedVector<std::uint8_t, 64> codes_;
  absl::InlinedVector<float, 48> numbers_;
  absl::InlinedVector<const SegmentationModel::KnownAttribute*, 48> added_;
  bool maybe_minor_ = false;
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_MODELS_OBSERVATION_H_
