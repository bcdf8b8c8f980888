#include "server/storage/store.h"

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace cible {
namespace {

constexpr absl::string_view kOperation = "cible/storage/operation";

}  // namespace

std::optional<int> FailedOperation(const absl::Status& status) {
  const auto payload = status.GetPayload(kOperation);
  int operation = 0;
  if (!payload.has_value() || !absl::SimpleAtoi(std::string(*payload), &operation)) {
    return std::nullopt;
  }
  return operation;
}

absl::Status WithFailedOperation(absl::Status status, int operation) {
  status.SetPayload(kOperation, absl::Cord(absl::StrCat(operation)));
  return status;
}

}  // namespace cible
