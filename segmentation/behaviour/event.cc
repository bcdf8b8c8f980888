#include "segmentation/behaviour/event.h"

#include "absl/strings/str_cat.h"

namespace cible {

std::string OrderKey(const Event& event) {
  if (!event.order.empty()) return absl::StrCat("=", event.order);
  return absl::StrCat(event.is_date ? "d" : "t", event.time.micros);
}

}  // namespace cible
