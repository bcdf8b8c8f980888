#include "clients/cpp/service_config.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "cible/v1/contact_service.pb.h"
#include "cible/v1/lifecycle_service.pb.h"
#include "cible/v1/persona_service.pb.h"
#include "cible/v1/segmentation_service.pb.h"
#include "cible/v1/workspace_service.pb.h"

namespace cible {
namespace {

using testing::HasSubstr;
using testing::Not;

// "cible.v1.PersonaService.MatchLead", ...
std::multiset<std::string> Names(const std::vector<ServiceMethods>& services) {
  std::multiset<std::string> names;
  for (const auto& [service, methods] : services) {
    for (const std::string& method : methods) names.insert(service + "." + method);
  }
  return names;
}

std::multiset<std::string> AllMethods() {
  std::multiset<std::string> names;
  for (const google::protobuf::FileDescriptor* file :
       {v1::GetWorkspaceRequest::descriptor()->file(), v1::GetContactRequest::descriptor()->file(),
        v1::GetSegmentRequest::descriptor()->file(), v1::GetPersonaRequest::descriptor()->file(),
        v1::GetPolicyRequest::descriptor()->file()}) {
    for (int i = 0; i < file->service_count(); ++i) {
      for (int j = 0; j < file->service(i)->method_count(); ++j) {
        names.insert(file->service(i)->method(j)->full_name());
      }
    }
  }
  return names;
}

// Fails for a new method: add it to one of the lists of service_config.cc.
TEST(ServiceConfig, SaysOfEveryMethodOnceWhetherItIsIdempotent) {
  std::multiset<std::string> listed = Names(IdempotentMethods());
  listed.merge(Names(NeverRetriedMethods()));
  EXPECT_EQ(listed, AllMethods());
}

TEST(ServiceConfig, DoesNotTakeWhatItsNameSaysChangesSomethingForIdempotent) {
  for (const std::string& name : Names(IdempotentMethods())) {
    for (const char* change :
         {".Create", ".Update", ".Delete", ".Batch", ".Merge", ".Import", ".Train", ".Activate",
          ".Cancel", ".Rollback", ".Record", ".Override"}) {
      EXPECT_THAT(name, Not(HasSubstr(change)));
    }
  }
}

TEST(ServiceConfig, NamesTheBackoffInSeconds) {
  const std::string config = RetryServiceConfig({.max_attempts = 3,
                                                 .initial_backoff = std::chrono::milliseconds(5),
                                                 .max_backoff = std::chrono::milliseconds(12'034)});
  EXPECT_THAT(config, HasSubstr(R"("maxAttempts": 3, "initialBackoff": "0.005s")"));
  EXPECT_THAT(config, HasSubstr(R"("maxBackoff": "12.034s")"));
  EXPECT_THAT(config,
              HasSubstr(R"({"service": "cible.v1.PersonaService", "method": "MatchLead"})"));
  EXPECT_THAT(config, Not(HasSubstr("CreatePersona")));
}

TEST(ServiceConfig, TakesAtMostFiveAttempts) {
  EXPECT_THAT(RetryServiceConfig({.max_attempts = 100}), HasSubstr(R"("maxAttempts": 5,)"));
}

}  // namespace
}  // namespace cible
