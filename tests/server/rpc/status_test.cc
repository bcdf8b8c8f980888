#include "server/rpc/status.h"

#include <gtest/gtest.h>

#include "absl/strings/cord.h"
#include "google/rpc/error_details.pb.h"

namespace cible {
namespace {

TEST(ToRpcStatus, TakesDetailsAlongAndLeavesOtherPayloadsBehind) {
  google::rpc::BadRequest details;
  details.add_field_violations()->set_field("contact.attributes.age");
  absl::Status status = absl::InvalidArgumentError("no");
  AddDetail(details, status);
  status.SetPayload("cible/storage/operation", absl::Cord("3"));
  const google::rpc::Status message = ToRpcStatus(status);
  ASSERT_EQ(message.details_size(), 2);
  google::rpc::ErrorInfo why;
  ASSERT_TRUE(message.details(0).UnpackTo(&why));
  EXPECT_EQ(why.reason(), "INVALID_ARGUMENT");
  google::rpc::BadRequest sent;
  ASSERT_TRUE(message.details(1).UnpackTo(&sent));
  EXPECT_EQ(sent.field_violations(0).field(), "contact.attributes.age");
}

}  // namespace
}  // namespace cible
