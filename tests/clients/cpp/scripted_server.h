// A real gRPC server that answers as a test says.

#ifndef CIBLE_TESTS_CLIENTS_CPP_SCRIPTED_SERVER_H_
#define CIBLE_TESTS_CLIENTS_CPP_SCRIPTED_SERVER_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cible/v1/contact_service.grpc.pb.h"
#include "cible/v1/segmentation_service.grpc.pb.h"
#include "clients/cpp/client.h"

namespace cible {

inline constexpr char kSegmentation[] = "workspaces/default/segmentations/default";

// An error as our server sends it: with details. With a delay, told to try again
// after it, in the details and in the trailing metadata.
grpc::Status Refusal(grpc::ServerContext* context, absl::StatusCode code,
                     const std::string& sentence, int retry_delay_ms = 0);

// What the server does. Called from many threads at once.
struct Script {
  template <typename Request, typename Response>
  using Unary = std::function<grpc::Status(grpc::ServerContext*, const Request&, Response*)>;

  Unary<v1::GetSchemaRequest, v1::Schema> get_schema;
  Unary<v1::AssignSegmentRequest, v1::AssignSegmentResponse> assign_segment;
  Unary<v1::AssignSegmentsRequest, v1::AssignSegmentsResponse> assign_segments;
  Unary<v1::CreateSegmentationRequest, v1::Segmentation> create_segmentation;
  std::function<grpc::Status(
      grpc::ServerContext*,
      grpc::ServerReaderWriter<v1::AssignSegmentsResponse, v1::AssignSegmentsRequest>*)>
      stream_assignments;
};

class ScriptedServer {
 public:
  // What the script leaves out is UNIMPLEMENTED.
  explicit ScriptedServer(Script script);
  ~ScriptedServer();

  const std::string& address() const { return address_; }
  Client Connect(const ClientOptions& options = {}) const;

 private:
  class Contacts;
  class Segmentations;

  const Script script_;
  std::unique_ptr<Contacts> contacts_;
  std::unique_ptr<Segmentations> segmentations_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

// A schema of numbers and categories, by name.
v1::Schema NumbersAndCategories(const std::vector<std::string>& numbers,
                                const std::vector<std::string>& categories);

v1::Contact ContactWithNumber(const std::string& attribute, double number);

// Answers each row of a table of one numeric attribute with the segment
// "s<number>" and the number / 1000; a negative number is an error of its row.
void AnswerByNumber(const v1::AssignSegmentsRequest& request, v1::AssignSegmentsResponse* response);

}  // namespace cible

#endif  // CIBLE_TESTS_CLIENTS_CPP_SCRIPTED_SERVER_H_
