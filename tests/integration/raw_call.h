// Calls by path and bytes, as a client in any language would send them.

#ifndef CIBLE_TESTS_INTEGRATION_RAW_CALL_H_
#define CIBLE_TESTS_INTEGRATION_RAW_CALL_H_

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace cible {

struct RawAnswer {
  grpc::Status status;
  std::string bytes;  // Of the last message.
};

class RawCaller {
 public:
  explicit RawCaller(const std::string& address)
      : stub_(grpc::CreateChannel(address, grpc::InsecureChannelCredentials())) {}

  // One message there; the last one back. The same for unary calls and streams.
  RawAnswer Call(const std::string& path, const std::string& request) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    const auto call = stub_.PrepareCall(&context, path, &queue_);
    call->StartCall(nullptr);
    bool going = Next();
    if (going) {
      call->WriteLast(Bytes(request), grpc::WriteOptions(), nullptr);
      going = Next();
    }
    RawAnswer answer;
    grpc::ByteBuffer response;
    while (going) {
      call->Read(&response, nullptr);
      going = Next();
      if (going) answer.bytes = Text(response);
    }
    call->Finish(&answer.status, nullptr);
    Next();
    return answer;
  }

 private:
  bool Next() {
    void* tag = nullptr;
    bool ok = false;
    return queue_.Next(&tag, &ok) && ok;
  }

  static grpc::ByteBuffer Bytes(const std::string& text) {
    const grpc::Slice slice(text);
    return grpc::ByteBuffer(&slice, 1);
  }

  static std::string Text(const grpc::ByteBuffer& bytes) {
    std::vector<grpc::Slice> slices;
    std::string text;
    if (!bytes.Dump(&slices).ok()) return text;
    for (const grpc::Slice& slice : slices) {
      text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    }
    return text;
  }

  grpc::GenericStub stub_;
  grpc::CompletionQueue queue_;
};

}  // namespace cible

#endif  // CIBLE_TESTS_INTEGRATION_RAW_CALL_H_
