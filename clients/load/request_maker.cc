#include "clients/load/request_maker.h"

#include <grpcpp/support/slice.h>

#include "clients/load/contact_columns.h"

namespace cible::load {
namespace {

std::vector<grpc::ByteBuffer> MakeUnary(const LoadOptions& options, const ContactSet& set) {
  std::vector<grpc::ByteBuffer> requests;
  for (const v1::Contact& contact : set.contacts) {
    requests.push_back(Serialised(UnaryRequest(options, contact)));
  }
  return requests;
}

std::vector<grpc::ByteBuffer> MakeByName(const LoadOptions& options,
                                         const std::vector<std::string>& names) {
  std::vector<grpc::ByteBuffer> requests;
  v1::AssignSegmentRequest request;
  request.set_segmentation(options.SegmentationName());
  for (const std::string& name : names) {
    request.set_name(name);
    requests.push_back(Serialised(request));
  }
  return requests;
}

std::vector<grpc::ByteBuffer> MakeMatches(const LoadOptions& options, const ContactSet& set) {
  std::vector<grpc::ByteBuffer> requests;
  v1::MatchLeadRequest request;
  request.set_segmentation(options.SegmentationName());
  request.set_question_count(options.questions);
  for (const v1::Contact& contact : set.contacts) {
    *request.mutable_lead() = contact;
    requests.push_back(Serialised(request));
  }
  return requests;
}

std::vector<grpc::ByteBuffer> MakeBulk(const LoadOptions& options, CallKind kind,
                                       const ContactSet& set) {
  const auto rows = static_cast<std::size_t>(options.RowsOf(kind));
  std::vector<grpc::ByteBuffer> requests;
  for (std::size_t begin = 0; begin < set.contacts.size(); begin += rows) {
    const std::vector<std::size_t> indexes = GoRound(begin, rows, set.contacts.size());
    requests.push_back(Serialised(kind == CallKind::kRows ? RowsRequest(options, set, indexes)
                                                          : TableRequest(options, set, indexes)));
  }
  return requests;
}

std::vector<grpc::ByteBuffer> MakeRequests(const LoadOptions& options, CallKind kind,
                                           const Subjects& subjects) {
  switch (kind) {
    case CallKind::kUnary: return MakeUnary(options, subjects.contacts);
    case CallKind::kName: return MakeByName(options, subjects.stored_names);
    case CallKind::kMatch: return MakeMatches(options, subjects.contacts);
    case CallKind::kRows:
    case CallKind::kTable:
    case CallKind::kStream: return MakeBulk(options, kind, subjects.contacts);
  }
  return {};
}

}  // namespace

v1::AssignSegmentRequest UnaryRequest(const LoadOptions& options, const v1::Contact& contact) {
  v1::AssignSegmentRequest request;
  request.set_segmentation(options.SegmentationName());
  *request.mutable_contact() = contact;
  return request;
}

v1::AssignSegmentsRequest RowsRequest(const LoadOptions& options, const ContactSet& contacts,
                                      const std::vector<std::size_t>& indexes) {
  v1::AssignSegmentsRequest request;
  request.set_segmentation(options.SegmentationName());
  for (const std::size_t index : indexes) *request.add_contacts() = contacts.contacts[index];
  return request;
}

v1::AssignSegmentsRequest TableRequest(const LoadOptions& options, const ContactSet& contacts,
                                       const std::vector<std::size_t>& indexes) {
  v1::AssignSegmentsRequest request;
  request.set_segmentation(options.SegmentationName());
  *request.mutable_table() = ToColumns(contacts, indexes, options.ids);
  return request;
}

std::vector<std::size_t> GoRound(std::size_t begin, std::size_t count, std::size_t size) {
  std::vector<std::size_t> indexes(count);
  for (std::size_t i = 0; i < count; ++i) indexes[i] = (begin + i) % size;
  return indexes;
}

Workload MakeWorkload(const LoadOptions& options, const std::vector<MixPart>& mix,
                      const Subjects& subjects) {
  Workload workload;
  for (const MixPart& part : mix) {
    workload.parts.push_back({part.kind, part.share, MethodPath(part.kind),
                              options.RowsOf(part.kind),
                              MakeRequests(options, part.kind, subjects)});
  }
  return workload;
}

grpc::ByteBuffer Serialised(const google::protobuf::MessageLite& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Valid() || !buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

}  // namespace cible::load
