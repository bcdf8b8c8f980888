#include "server/wire/packed_wire.h"

#include "absl/strings/str_cat.h"
#include "server/wire/contact_wire.h"
#include "server/wire/utf8.h"

namespace cible {
namespace {

constexpr std::uint32_t kWidths[] = {1, 2, 4};

std::uint32_t NarrowestWidth(std::size_t dictionary_size) {
  for (const std::uint32_t width : kWidths) {
    if (dictionary_size <= std::size_t{1} << (8 * width)) return width;
  }
  return 4;
}

template <std::size_t kWidth>
std::vector<std::uint32_t> UnpackWide(absl::string_view bytes) {
  std::vector<std::uint32_t> codes(bytes.size() / kWidth);
  const auto* byte = reinterpret_cast<const unsigned char*>(bytes.data());
  for (std::size_t row = 0; row < codes.size(); ++row) {
    for (std::size_t i = 0; i < kWidth; ++i) {
      codes[row] |= std::uint32_t{byte[row * kWidth + i]} << (8 * i);
    }
  }
  return codes;
}

template <std::size_t kWidth>
void PackWide(const std::vector<std::uint32_t>& codes, std::string& bytes) {
  bytes.resize(codes.size() * kWidth);
  char* byte = bytes.data();
  for (std::size_t row = 0; row < codes.size(); ++row) {
    for (std::size_t i = 0; i < kWidth; ++i) {
      byte[row * kWidth + i] = static_cast<char>(codes[row] >> (8 * i));
    }
  }
}

}  // namespace

bool AreEnds(const google::protobuf::RepeatedField<std::uint32_t>& ends, std::size_t total) {
  // Without a way out of the loop, so that it runs on many at once.
  bool descends = false;
  for (int i = 1; i < ends.size(); ++i) descends |= ends[i] < ends[i - 1];
  return !descends && (ends.empty() ? 0 : ends[ends.size() - 1]) == total;
}

absl::StatusOr<PackedTexts> PackedTexts::Read(const v1::Texts& message, absl::string_view what) {
  if (AreEnds(message.ends(), message.data().size())) return PackedTexts(message);
  return absl::InvalidArgumentError(absl::StrCat(
      what, " have end offsets that descend or do not end with the data; send one end a text"));
}

absl::StatusOr<std::vector<std::uint32_t>> UnpackCodes(const v1::Codes& message,
                                                       absl::string_view what) {
  const std::size_t width = message.width();
  if (width != 1 && width != 2 && width != 4) {
    return absl::InvalidArgumentError(
        absl::StrCat(what, " have codes of width ", width, "; expected 1, 2 or 4 bytes"));
  }
  const std::string& bytes = message.codes();
  if (bytes.size() % width != 0) {
    return absl::InvalidArgumentError(absl::StrCat(
        what, " have ", bytes.size(), " bytes of codes, which is no multiple of width ", width));
  }
  if (width == 1) return UnpackWide<1>(bytes);
  return width == 2 ? UnpackWide<2>(bytes) : UnpackWide<4>(bytes);
}

void PackCodes(const std::vector<std::uint32_t>& codes, std::size_t dictionary_size,
               v1::Codes* message) {
  const std::uint32_t width = NarrowestWidth(dictionary_size);
  message->set_width(width);
  std::string& bytes = *message->mutable_codes();
  if (width == 1) return PackWide<1>(codes, bytes);
  return width == 2 ? PackWide<2>(codes, bytes) : PackWide<4>(codes, bytes);
}

std::vector<std::uint8_t> UnpackBits(absl::string_view bits, int count) {
  std::vector<std::uint8_t> flags(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < flags.size(); ++i) {
    flags[i] = static_cast<std::uint8_t>((static_cast<unsigned char>(bits[i / 8]) >> (i % 8)) & 1);
  }
  return flags;
}

std::string PackBits(const std::vector<std::uint8_t>& flags) {
  std::string bits(BytesOfBits(static_cast<int>(flags.size())), '\0');
  for (std::size_t i = 0; i < flags.size(); ++i) {
    if (flags[i]) bits[i / 8] = static_cast<char>(bits[i / 8] | (1 << (i % 8)));
  }
  return bits;
}

// --- Declared in contact_wire.h -------------------------------------------

absl::Status CheckTexts(const v1::Texts& message, absl::string_view what) {
  return PackedTexts::Read(message, what).status();
}

std::vector<std::string> TextsFromProto(const v1::Texts& message) {
  const auto texts = PackedTexts::Read(message, "texts");
  std::vector<std::string> result(static_cast<std::size_t>(message.ends_size()));
  for (int i = 0; texts.ok() && i < texts->size(); ++i) {
    result[static_cast<std::size_t>(i)] = std::string((*texts)[i]);
  }
  return result;
}

void TextsToProto(const std::vector<std::string>& texts, v1::Texts* message) {
  message->Clear();
  message->mutable_ends()->Reserve(static_cast<int>(texts.size()));
  std::string& data = *message->mutable_data();
  for (const std::string& text : texts) {
    data.append(text);
    message->add_ends(static_cast<std::uint32_t>(data.size()));
  }
}

void CodesToProto(const Codes& codes, v1::Codes* message) {
  PackCodes(codes.codes, codes.dictionary.size(), message);
  TextsToProto(codes.dictionary, message->mutable_dictionary());
}

absl::StatusOr<Codes> CodesFromProto(const v1::Codes& message) {
  absl::StatusOr<std::vector<std::uint32_t>> codes = UnpackCodes(message, "the codes");
  if (!codes.ok()) return codes.status();
  const auto texts = PackedTexts::Read(message.dictionary(), "the entries of the dictionary");
  if (!texts.ok()) return texts.status();
  for (const std::uint32_t code : *codes) {
    if (code >= static_cast<std::uint32_t>(texts->size())) {
      return absl::InvalidArgumentError(
          "a code lies outside the dictionary; send the dictionary whole");
    }
  }
  for (int i = 0; i < texts->size(); ++i) {
    if (!IsUtf8((*texts)[i])) {
      return absl::InvalidArgumentError("an entry of the dictionary is not UTF-8");
    }
  }
  return Codes{*std::move(codes), TextsFromProto(message.dictionary())};
}

}  // namespace cible
