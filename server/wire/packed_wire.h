// Texts, codes and bits as they are packed in a table's message: checked
// before they are read, so that no offset ever leads outside.

#ifndef CIBLE_SERVER_WIRE_PACKED_WIRE_H_
#define CIBLE_SERVER_WIRE_PACKED_WIRE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cible/v1/contact.pb.h"

namespace cible {

// A view of a v1::Texts, which must outlive it.
class PackedTexts {
 public:
  // Errors: INVALID_ARGUMENT for ends that descend or do not end with the data.
  // `what` begins the message: "the ids".
  static absl::StatusOr<PackedTexts> Read(const v1::Texts& message, absl::string_view what);

  int size() const { return message_->ends_size(); }
  absl::string_view operator[](int i) const {
    const std::uint32_t begin = i == 0 ? 0 : message_->ends(i - 1);
    return absl::string_view(message_->data()).substr(begin, message_->ends(i) - begin);
  }

 private:
  explicit PackedTexts(const v1::Texts& message) : message_(&message) {}

  const v1::Texts* message_;
};

// Whether the ends never descend and the last one is `total`.
bool AreEnds(const google::protobuf::RepeatedField<std::uint32_t>& ends, std::size_t total);

// The codes alone; whether they lie in the dictionary is the caller's to check.
// Errors: INVALID_ARGUMENT for a width other than 1, 2, 4, or bytes that are
// no multiple of it.
absl::StatusOr<std::vector<std::uint32_t>> UnpackCodes(const v1::Codes& message,
                                                       absl::string_view what);

// Little-endian, of the narrowest width that holds `dictionary_size`.
void PackCodes(const std::vector<std::uint32_t>& codes, std::size_t dictionary_size,
               v1::Codes* message);

// One byte a flag, 0 or 1; least significant bit first on the wire.
// REQUIRES: bits.size() == BytesOfBits(count).
std::vector<std::uint8_t> UnpackBits(absl::string_view bits, int count);
std::string PackBits(const std::vector<std::uint8_t>& flags);
constexpr std::size_t BytesOfBits(int count) { return (static_cast<std::size_t>(count) + 7) / 8; }

}  // namespace cible

#endif  // CIBLE_SERVER_WIRE_PACKED_WIRE_H_
