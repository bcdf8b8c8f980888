#include "tests/clients/cpp/scripted_server.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <utility>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace cible {
namespace {

constexpr auto kGrace = std::chrono::milliseconds(100);

template <typename Handler, typename Request, typename Response>
grpc::Status Answer(const Handler& handler, grpc::ServerContext* context, const Request* request,
                    Response* response) {
  if (handler) return handler(context, *request, response);
  return grpc::Status(grpc::StatusCode::UNIMPLEMENTED, "not in the script");
}

}  // namespace

class ScriptedServer::Contacts : public v1::ContactService::Service {
 public:
  explicit Contacts(const Script& script) : script_(script) {}

  grpc::Status GetSchema(grpc::ServerContext* context, const v1::GetSchemaRequest* request,
                         v1::Schema* response) override {
    return Answer(script_.get_schema, context, request, response);
  }

 private:
  const Script& script_;
};

class ScriptedServer::Segmentations : public v1::SegmentationService::Service {
 public:
  explicit Segmentations(const Script& script) : script_(script) {}

  grpc::Status AssignSegment(grpc::ServerContext* context, const v1::AssignSegmentRequest* request,
                             v1::AssignSegmentResponse* response) override {
    return Answer(script_.assign_segment, context, request, response);
  }
  grpc::Status AssignSegments(grpc::ServerContext* context,
                              const v1::AssignSegmentsRequest* request,
                              v1::AssignSegmentsResponse* response) override {
    return Answer(script_.assign_segments, context, request, response);
  }
  grpc::Status CreateSegmentation(grpc::ServerContext* context,
                                  const v1::CreateSegmentationRequest* request,
                                  v1::Segmentation* response) override {
    return Answer(script_.create_segmentation, context, request, response);
  }
  grpc::Status StreamAssignments(
      grpc::ServerContext* context,
      grpc::ServerReaderWriter<v1::AssignSegmentsResponse, v1::AssignSegmentsRequest>* stream)
      override {
    return script_.stream_assignments(context, stream);
  }

 private:
  const Script& script_;
};

grpc::Status Refusal(grpc::ServerContext* context, absl::StatusCode code,
                     const std::string& sentence, int retry_delay_ms) {
  google::rpc::Status details;
  details.set_code(static_cast<int>(code));
  details.set_message(sentence);
  google::rpc::ErrorInfo reason;
  reason.set_domain("cible");
  details.add_details()->PackFrom(reason);
  if (retry_delay_ms > 0) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_nanos(retry_delay_ms * 1'000'000);
    details.add_details()->PackFrom(retry);
    context->AddTrailingMetadata("grpc-retry-pushback-ms", std::to_string(retry_delay_ms));
  }
  return grpc::Status(static_cast<grpc::StatusCode>(code), sentence, details.SerializeAsString());
}

ScriptedServer::ScriptedServer(Script script)
    : script_(std::move(script)),
      contacts_(std::make_unique<Contacts>(script_)),
      segmentations_(std::make_unique<Segmentations>(script_)) {
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(contacts_.get());
  builder.RegisterService(segmentations_.get());
  server_ = builder.BuildAndStart();
  address_ = "127.0.0.1:" + std::to_string(port);
}

ScriptedServer::~ScriptedServer() { server_->Shutdown(std::chrono::system_clock::now() + kGrace); }

Client ScriptedServer::Connect(const ClientOptions& options) const {
  const auto client = Client::Connect(address_, options);
  EXPECT_TRUE(client.ok()) << client.status();
  return **client;
}

v1::Schema NumbersAndCategories(const std::vector<std::string>& numbers,
                                const std::vector<std::string>& categories) {
  v1::Schema schema;
  const auto add = [&](const std::string& id, v1::AttributeType type) {
    v1::Attribute* attribute = schema.add_attributes();
    attribute->set_id(id);
    attribute->set_display_name(id + " as people call it");
    attribute->set_type(type);
  };
  for (const std::string& id : numbers) add(id, v1::ATTRIBUTE_TYPE_NUMERIC);
  for (const std::string& id : categories) add(id, v1::ATTRIBUTE_TYPE_CATEGORICAL);
  return schema;
}

v1::Contact ContactWithNumber(const std::string& attribute, double number) {
  v1::Contact contact;
  v1::AttributeValue* value = contact.add_attributes();
  value->set_attribute(attribute);
  value->set_number(number);
  return contact;
}

void AnswerByNumber(const v1::AssignSegmentsRequest& request,
                    v1::AssignSegmentsResponse* response) {
  response->set_sequence(request.sequence());
  v1::Codes* segments = response->mutable_segments();
  segments->set_width(1);
  v1::Texts* dictionary = segments->mutable_dictionary();
  for (std::uint32_t row = 0; row < request.table().row_count(); ++row) {
    const double number = request.table().columns(0).numbers().values(static_cast<int>(row));
    segments->mutable_codes()->push_back(static_cast<char>(row));
    if (number < 0) {
      v1::RowError* error = response->add_errors();
      error->set_row(row);
      error->set_reason("is negative");
    } else {
      dictionary->mutable_data()->append("s" + std::to_string(static_cast<int>(number)));
    }
    dictionary->add_ends(static_cast<std::uint32_t>(dictionary->data().size()));
    response->add_probabilities(number < 0 ? 0 : number / 1000);
  }
}

}  // namespace cible
