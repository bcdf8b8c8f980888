#include "segmentation/models/observation.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/minors.h"

namespace cible {

Observation::Observation(const SegmentationModel& model, Date as_of)
    : model_(model),
      as_of_(as_of),
      codes_(static_cast<std::size_t>(model.encoder().code_count())),
      numbers_(static_cast<std::size_t>(model.encoder().number_count())) {}

void Observation::Clear() {
  std::fill(codes_.begin(), codes_.end(), 0);
  std::fill(numbers_.begin(), numbers_.end(), 0);
  added_.clear();
  maybe_minor_ = false;
}

absl::Status Observation::Add(absl::string_view attribute, const Value& value) {
  const SegmentationModel::KnownAttribute* known = model_.FindAttribute(attribute);
  if (known == nullptr) return NotInSchema(attribute);
  // By id and by display name are two entries for one attribute.
  const bool is_repeated = std::any_of(added_.begin(), added_.end(), [&](const auto* added) {
    return added->attribute == known->attribute;
  });
  if (is_repeated) return GivenTwice(*known->attribute);
  if (absl::Status status = CheckValue(value, *known->attribute); !status.ok()) return status;
  added_.push_back(known);
  const Birth birth = known->attribute->birth;
  if (birth != Birth::kNone && IsUnderage(value, birth, as_of_)) maybe_minor_ = true;
  if (known->position < 0) return absl::OkStatus();
  model_.encoder().EncodeValue(known->position, value, as_of_,
                               {absl::MakeSpan(codes_), absl::MakeSpan(numbers_)});
  return absl::OkStatus();
}

std::vector<std::string> Observation::unread() const {
  std::vector<std::string> unread;
  for (const AttributeEncoding& encoding : model_.encoder().attributes()) {
    if (Encoder::Known(encoding, sample())) continue;
    const bool was_added = std::any_of(added_.begin(), added_.end(), [&](const auto* added) {
      return added->attribute->id == encoding.attribute;
    });
    if (was_added) unread.push_back(encoding.attribute);
  }
  return unread;
}

}  // namespace cible
