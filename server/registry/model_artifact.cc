#include "server/registry/model_artifact.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <xxhash.h>

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cible/storage/v1/model_artifact.pb.h"
#include "server/registry/artifact_parts.h"

namespace cible {
namespace {

constexpr absl::string_view kMagic = "CIBLEMDL";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kHeaderSize = 8 + 4 + 8 + 8;

template <typename Integer>
void AppendInteger(Integer value, std::string& bytes) {
  for (std::size_t i = 0; i < sizeof value; ++i) {
    bytes.push_back(static_cast<char>(value >> (8 * i)));
  }
}

// Takes the integer off the front. REQUIRES: the bytes are there.
template <typename Integer>
Integer TakeInteger(absl::string_view& bytes) {
  Integer value = 0;
  for (std::size_t i = 0; i < sizeof value; ++i) {
    value |= static_cast<Integer>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  }
  bytes.remove_prefix(sizeof value);
  return value;
}

// The version is part of it, so that a damaged version is told from a newer one.
std::uint64_t Checksum(absl::string_view body, std::uint32_t version) {
  return XXH3_64bits_withSeed(body.data(), body.size(), version);
}

std::string SerializeBody(const ModelParts& parts) {
  storage::v1::ModelArtifact message;
  PartsToProto(parts, &message);
  std::string body;
  google::protobuf::io::StringOutputStream stream(&body);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return body;
}

absl::Status Lost(absl::string_view what) {
  return absl::DataLossError(
      absl::StrCat("the model's artifact ", what, "; activate another version, or train again"));
}

// The body, once magic, version, length and checksum are right.
absl::StatusOr<absl::string_view> BodyOf(absl::string_view artifact) {
  if (artifact.size() < kHeaderSize) return Lost("is truncated");
  if (artifact.substr(0, kMagic.size()) != kMagic) return Lost("does not begin as one");
  absl::string_view rest = artifact.substr(kMagic.size());
  const auto version = TakeInteger<std::uint32_t>(rest);
  const auto length = TakeInteger<std::uint64_t>(rest);
  const auto checksum = TakeInteger<std::uint64_t>(rest);
  if (length != rest.size()) return Lost("has another length than it says");
  if (Checksum(rest, version) != checksum) return Lost("was changed");
  if (version > kVersion) {
    return absl::FailedPreconditionError(
        absl::StrCat("the model's artifact is of version ", version, "; this server reads up to ",
                     kVersion, ". Run the version of Cible that wrote it, or train again"));
  }
  if (version == 0) return Lost("is of no known version");
  return rest;
}

}  // namespace

std::string WriteModelArtifact(const SegmentationModel& model) {
  const std::string body = SerializeBody(model.parts());
  std::string artifact(kMagic);
  AppendInteger(kVersion, artifact);
  AppendInteger(std::uint64_t{body.size()}, artifact);
  AppendInteger(Checksum(body, kVersion), artifact);
  return artifact + body;
}

absl::StatusOr<std::shared_ptr<const SegmentationModel>> ReadModelArtifact(
    absl::string_view artifact) {
  const absl::StatusOr<absl::string_view> body = BodyOf(artifact);
  if (!body.ok()) return body.status();
  storage::v1::ModelArtifact message;
  if (!message.ParseFromArray(body->data(), static_cast<int>(body->size()))) {
    return Lost("cannot be read");
  }
  absl::StatusOr<ModelParts> parts = PartsFromProto(message);
  if (!parts.ok()) return Lost("holds a model that does not fit together");
  auto model = SegmentationModel::Make(*std::move(parts));
  if (!model.ok()) return Lost("holds a model that does not fit together");
  return model;
}

}  // namespace cible
