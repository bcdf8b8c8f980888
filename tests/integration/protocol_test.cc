// What the server answers on the wire, to good clients and to bad ones.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cible/v1/contact_service.pb.h"
#include "cible/v1/persona_service.pb.h"
#include "cible/v1/segmentation_service.pb.h"
#include "cible/v1/workspace_service.pb.h"
#include "tests/integration/raw_call.h"
#include "tests/integration/real_server.h"

namespace cible {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using testing::HasSubstr;

std::vector<const MethodDescriptor*> AllMethods() {
  std::vector<const MethodDescriptor*> methods;
  for (const auto* file :
       {v1::GetWorkspaceRequest::descriptor()->file(), v1::GetContactRequest::descriptor()->file(),
        v1::GetModelRequest::descriptor()->file(), v1::GetPersonaRequest::descriptor()->file()}) {
    const auto* service = file->service(0);
    for (int i = 0; i < service->method_count(); ++i) methods.push_back(service->method(i));
  }
  return methods;
}

std::string PathOf(const MethodDescriptor& method) {
  return "/" + method.service()->full_name() + "/" + method.name();
}

bool HoldsName(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_STRING && !field.is_repeated() &&
         (field.name() == "name" || field.name() == "parent" || field.name() == "segmentation");
}

// Says `name` wherever the message, or a message in it, names something.
void FillNames(const std::string& name, Message* message) {
  const auto* descriptor = message->GetDescriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const FieldDescriptor& field = *descriptor->field(i);
    if (HoldsName(field)) message->GetReflection()->SetString(message, &field, name);
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !field.is_repeated()) {
      FillNames(name, message->GetReflection()->MutableMessage(message, &field));
    }
  }
}

std::string RequestNaming(const MethodDescriptor& method, const std::string& name) {
  const std::unique_ptr<Message> request(google::protobuf::MessageFactory::generated_factory()
                                             ->GetPrototype(method.input_type())
                                             ->New());
  if (!name.empty()) FillNames(name, request.get());
  return request->SerializeAsString();
}

class ProtocolTest : public RealServerTest {
 protected:
  void SetUp() override {
    Start();
    raw_ = std::make_unique<RawCaller>(address());
  }
  RawAnswer Call(const std::string& path, const std::string& request) {
    return raw_->Call(path, request);
  }

 private:
  std::unique_ptr<RawCaller> raw_;
};

TEST_F(ProtocolTest, EveryMethodOfTheProtosAnswers) {
  for (const std::string name :
       {"", "nonsense", kWorkspace, kSegmentation, "workspaces/default/schema",
        "workspaces/default/contacts/nobody", "workspaces/default/segmentations/default/models/m9",
        "workspaces/default/segmentations/default/trainingRuns/r9",
        "workspaces/default/segmentations/default/segments/s9",
        "workspaces/default/segmentations/default/personas/s9"}) {
    for (const MethodDescriptor* method : AllMethods()) {
      const RawAnswer answer = Call(PathOf(*method), RequestNaming(*method, name));
      EXPECT_THAT(answer.status.error_code(),
                  testing::AnyOf(grpc::StatusCode::OK, grpc::StatusCode::INVALID_ARGUMENT,
                                 grpc::StatusCode::NOT_FOUND, grpc::StatusCode::ALREADY_EXISTS,
                                 grpc::StatusCode::FAILED_PRECONDITION))
          << method->full_name() << " of \"" << name << "\": " << answer.status.error_message();
    }
  }
  EXPECT_TRUE(server().IsRunning());
}

TEST_F(ProtocolTest, BytesThatAreNoMessageAreInvalid) {
  // A field of length 127 that ends after one byte.
  const std::string malformed = "\x0a\x7fx";
  for (const MethodDescriptor* method : AllMethods()) {
    const RawAnswer answer = Call(PathOf(*method), malformed);
    EXPECT_EQ(answer.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT)
        << method->full_name();
    EXPECT_EQ(answer.status.error_message(),
              "the request is not a valid " + method->input_type()->full_name() +
                  "; check that client and server use the same protos, and that text is UTF-8");
  }
  EXPECT_TRUE(server().IsRunning());
}

TEST_F(ProtocolTest, AMethodThatDoesNotExistIsUnimplemented) {
  EXPECT_EQ(Call("/cible.v1.ContactService/Guess", "").status.error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(ProtocolTest, HealthSaysServing) {
  const RawAnswer overall = Call("/grpc.health.v1.Health/Check", "");
  EXPECT_TRUE(overall.status.ok()) << overall.status.error_message();
  EXPECT_EQ(overall.bytes, "\x08\x01");  // status: SERVING
}

// grpc.reflection.v1alpha: field 7 asks for the services, field 4 for the file
// of a symbol.
TEST_F(ProtocolTest, ReflectionListsTheServicesAndTheirFiles) {
  const std::string path = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
  const RawAnswer services = Call(path, std::string("\x3a\x01*"));
  EXPECT_TRUE(services.status.ok()) << services.status.error_message();
  for (const char* service : {"WorkspaceService", "ContactService", "SegmentationService",
                              "PersonaService", "LifecycleService"}) {
    EXPECT_THAT(services.bytes, HasSubstr(std::string("cible.v1.") + service));
  }
  EXPECT_THAT(services.bytes, HasSubstr("grpc.health.v1.Health"));
  const std::string symbol = "cible.v1.PersonaService";
  const RawAnswer file = Call(path, "\x22" + std::string(1, char(symbol.size())) + symbol);
  EXPECT_THAT(file.bytes, HasSubstr("cible/v1/persona_service.proto"));
  EXPECT_THAT(file.bytes, HasSubstr("MatchLeadRequest"));
}

TEST_F(ProtocolTest, NamesOfNothingAreNotFound) {
  v1::GetContactRequest contact;
  contact.set_name("workspaces/default/contacts/nobody");
  EXPECT_EQ(client().GetContact(contact).status(), absl::NotFoundError("there is no such contact"));
  v1::GetSegmentationRequest segmentation;
  segmentation.set_name("workspaces/default/segmentations/other");
  EXPECT_EQ(client().GetSegmentation(segmentation).status(),
            absl::NotFoundError("there is no such segmentation"));
  v1::GetModelRequest model;
  model.set_name(std::string(kSegmentation) + "/models/m1");
  EXPECT_EQ(client().GetModel(model).status(), absl::NotFoundError("there is no such model"));
  v1::GetTrainingRunRequest run;
  run.set_name(std::string(kSegmentation) + "/trainingRuns/r1");
  EXPECT_EQ(client().GetTrainingRun(run).status(),
            absl::NotFoundError("there is no such training run"));
}

TEST_F(ProtocolTest, BeforeAnythingIsTrainedAMatchSaysWhatToDo) {
  v1::MatchLeadRequest match;
  match.set_segmentation(kSegmentation);
  const absl::Status refused = absl::FailedPreconditionError(
      "segmentations/default has no active model; train one (TrainModel, `cible train`) and "
      "activate it");
  EXPECT_EQ(client().MatchLead(match).status(), refused);
  v1::AssignSegmentRequest assign;
  assign.set_segmentation(kSegmentation);
  EXPECT_EQ(client().AssignSegment(assign).status(), refused);
  v1::ListPersonasRequest personas;
  personas.set_parent(kSegmentation);
  EXPECT_EQ(client().ListPersonas(personas).status(), refused);
  v1::TrainModelRequest train;
  train.set_segmentation(kSegmentation);
  EXPECT_EQ(client().TrainModel(train).status(),
            absl::FailedPreconditionError("the workspace has no attributes yet; import contacts "
                                          "first (`cible contacts import`)"));
}

}  // namespace
}  // namespace cible
