// What a hostile or broken client sends to the methods that are called all day:
// the right code, a message that says what is wrong, and a server unharmed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <limits>
#include <string>
#include <thread>

#include "cible/v1/segmentation_service.grpc.pb.h"
#include "tests/integration/raw_call.h"
#include "tests/integration/real_server.h"

namespace cible {
namespace {

using grpc::StatusCode;
using testing::AllOf;
using testing::HasSubstr;

constexpr char kAssignSegments[] = "/cible.v1.SegmentationService/AssignSegments";
constexpr char kAssignSegment[] = "/cible.v1.SegmentationService/AssignSegment";
constexpr char kStream[] = "/cible.v1.SegmentationService/StreamAssignments";

v1::ContactColumn* AddColumn(const std::string& attribute, v1::AssignSegmentsRequest* request) {
  v1::ContactColumn* column = request->mutable_table()->add_columns();
  column->set_attribute(attribute);
  return column;
}

// Two rows of two columns.
v1::AssignSegmentsRequest GoodTable() {
  v1::AssignSegmentsRequest request;
  request.set_segmentation(kSegmentation);
  request.mutable_table()->set_row_count(2);
  v1::ContactColumn* age = AddColumn("age", &request);
  age->mutable_numbers()->add_values(30);
  age->mutable_numbers()->add_values(60);
  v1::Codes* codes = AddColumn("occupation", &request)->mutable_codes();
  codes->set_codes(std::string("\0\1", 2));
  codes->set_width(1);
  codes->mutable_dictionary()->set_data("studentretired");
  codes->mutable_dictionary()->add_ends(7);
  codes->mutable_dictionary()->add_ends(14);
  return request;
}

class BadInputTest : public RealServerTest {
 protected:
  void SetUp() override {
    Start();
    ImportSample(400);
    Train({"--segments", "3"});
    raw_ = std::make_unique<RawCaller>(address());
    stub_ = v1::SegmentationService::NewStub(
        grpc::CreateChannel(address(), grpc::InsecureChannelCredentials()));
    ASSERT_TRUE(client().AssignSegments(GoodTable()).ok());
  }

  void TearDown() override {
    EXPECT_TRUE(server().IsRunning());
    EXPECT_TRUE(client().AssignSegments(GoodTable()).ok());
  }

  void ExpectRefused(const std::function<void(v1::AssignSegmentsRequest*)>& spoil,
                     const std::string& message) {
    v1::AssignSegmentsRequest request = GoodTable();
    spoil(&request);
    const RawAnswer answer = raw_->Call(kAssignSegments, request.SerializeAsString());
    EXPECT_EQ(answer.status.error_code(), StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(answer.status.error_message(), HasSubstr(message));
  }

  // Kilobytes that the server holds in memory.
  long Resident() {
    std::ifstream status("/proc/" + std::to_string(server().pid()) + "/status");
    std::string line;
    while (std::getline(status, line)) {
      if (line.rfind("VmRSS:", 0) == 0) return std::stol(line.substr(6));
    }
    return -1;
  }

  std::unique_ptr<RawCaller> raw_;
  std::unique_ptr<v1::SegmentationService::Stub> stub_;
};

TEST_F(BadInputTest, TablesThatCannotBeReadSayWhichColumnIsWrongAndHow) {
  ExpectRefused(
      [](auto* request) {
        request->mutable_table()->mutable_columns(0)->mutable_numbers()->add_values(1);
      },
      "attribute \"age\" has 3 cells; the table has 2 rows. Send one cell a row");
  ExpectRefused(
      [](auto* request) {
        request->mutable_table()->mutable_columns(1)->mutable_codes()->set_codes(
            std::string("\0\7", 2));
      },
      "attribute \"occupation\" has codes outside its dictionary; send the dictionary whole");
  ExpectRefused([](auto* request) { AddColumn("shoe size", request); },
                "attribute \"shoe size\" is not in the schema; use the id or the display name of "
                "one that is");
  ExpectRefused(
      [](auto* request) {
        request->mutable_table()->set_row_count(9);
        request->mutable_table()->mutable_columns(0)->set_validity("\xff");
      },
      "attribute \"age\" has 1 bytes of validity; a table of 9 rows needs 2, or none when all "
      "cells are known");
  ExpectRefused([](auto* request) { request->mutable_table()->set_row_count(1u << 31); },
                "the table has 2147483648 rows; send at most 65536 at a time");
  ExpectRefused([](auto* request) { request->add_contacts(); }, "send either a table or contacts");
}

TEST_F(BadInputTest, TwoBillionRowsClaimedInTenBytesAreRefusedBeforeMemoryIsTaken) {
  const long before = Resident();
  v1::AssignSegmentsRequest request;
  request.set_segmentation(kSegmentation);
  request.mutable_table()->set_row_count(1u << 31);
  for (int i = 0; i < 100; ++i) {
    const RawAnswer answer = raw_->Call(kAssignSegments, request.SerializeAsString());
    EXPECT_EQ(answer.status.error_code(), StatusCode::INVALID_ARGUMENT);
  }
  EXPECT_LT(Resident(), before + 20'000);
}

TEST_F(BadInputTest, ATableOfNoRowsHasNoAnswersAndNoError) {
  v1::AssignSegmentsRequest request;
  request.set_segmentation(kSegmentation);
  request.mutable_table();
  const auto response = client().AssignSegments(request);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->probabilities_size(), 0);
}

TEST_F(BadInputTest, BadCellsAreErrorsOfTheirRowsAlone) {
  v1::AssignSegmentsRequest request = GoodTable();
  request.mutable_table()->mutable_columns(0)->mutable_numbers()->set_values(
      0, std::numeric_limits<double>::quiet_NaN());
  const auto response = client().AssignSegments(request);
  ASSERT_TRUE(response.ok()) << response.status();
  ASSERT_EQ(response->errors_size(), 1);
  EXPECT_EQ(response->errors(0).row(), 0u);
  EXPECT_EQ(response->errors(0).attribute(), "age");
  EXPECT_EQ(response->probabilities(0), 0);
  EXPECT_GT(response->probabilities(1), 0);
}

TEST_F(BadInputTest, RowsOfContactsAreRefusedOneByOne) {
  v1::AssignSegmentsRequest request;
  request.set_segmentation(kSegmentation);
  const auto add = [&](const std::string& attribute, double number) {
    v1::AttributeValue* value = request.add_contacts()->add_attributes();
    value->set_attribute(attribute);
    value->set_number(number);
  };
  add("age", 70);
  add("shoe size", 42);
  add("age", std::numeric_limits<double>::infinity());
  add("age", 25);
  const auto response = client().AssignSegments(request);
  ASSERT_TRUE(response.ok()) << response.status();
  ASSERT_EQ(response->errors_size(), 2);
  EXPECT_EQ(response->errors(0).row(), 1u);
  EXPECT_EQ(response->errors(1).row(), 2u);
  EXPECT_GT(response->probabilities(0), 0);
  EXPECT_GT(response->probabilities(3), 0);
}

TEST_F(BadInputTest, TextThatIsNotUtf8IsAnInvalidArgument) {
  v1::AssignSegmentRequest request;
  request.set_segmentation(kSegmentation);
  v1::AttributeValue* value = request.mutable_contact()->add_attributes();
  value->set_attribute("occupation");
  value->set_text("retired");
  std::string bytes = request.SerializeAsString();
  bytes[bytes.find("retired")] = '\xff';
  const RawAnswer answer = raw_->Call(kAssignSegment, bytes);
  EXPECT_EQ(answer.status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(answer.status.error_message(), HasSubstr("text is UTF-8"));
}

TEST_F(BadInputTest, AMessageOverTheLimitIsRefused) {
  v1::AssignSegmentsRequest request;
  request.set_segmentation(std::string(17 << 20, 'x'));
  const RawAnswer answer = raw_->Call(kAssignSegments, request.SerializeAsString());
  EXPECT_EQ(answer.status.error_code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(answer.status.error_message(), HasSubstr("larger than max"));
}

// A megabyte of zeros is a kilobyte of gzip; inflated it would be gone through
// before its size is looked at.
TEST_F(BadInputTest, CompressedMessagesAreRefusedUninflated) {
  const long before = Resident();
  v1::AssignSegmentsRequest request;
  request.set_segmentation(std::string(15 << 20, '\0'));
  for (int i = 0; i < 20; ++i) {
    grpc::ClientContext context;
    context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
    v1::AssignSegmentsResponse response;
    const grpc::Status status = stub_->AssignSegments(&context, request, &response);
    EXPECT_EQ(status.error_code(), StatusCode::UNIMPLEMENTED) << status.error_message();
  }
  EXPECT_LT(Resident(), before + 20'000);
}

TEST_F(BadInputTest, ATableThatIsRefusedLeavesTheOthersOfItsStream) {
  grpc::ClientContext context;
  const auto stream = stub_->StreamAssignments(&context);
  for (int sequence = 1; sequence <= 3; ++sequence) {
    v1::AssignSegmentsRequest request = GoodTable();
    request.set_sequence(sequence);
    if (sequence == 2) AddColumn("shoe size", &request);
    ASSERT_TRUE(stream->Write(request));
  }
  stream->WritesDone();
  v1::AssignSegmentsResponse response;
  for (int sequence = 1; sequence <= 3; ++sequence) {
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_EQ(response.sequence(), sequence);
    EXPECT_EQ(response.has_error(), sequence == 2);
  }
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(BadInputTest, StreamsThatAreAbandonedHalfWayLeaveNothingBehind) {
  v1::AssignSegmentsRequest request = GoodTable();
  long before = 0;
  for (int i = 0; i < 600; ++i) {  // More than may be open at a time.
    grpc::ClientContext context;
    const auto stream = stub_->StreamAssignments(&context);
    ASSERT_TRUE(stream->Write(request));
    if (i % 2 == 0) {
      v1::AssignSegmentsResponse response;
      ASSERT_TRUE(stream->Read(&response)) << i;
    }
    context.TryCancel();
    EXPECT_EQ(stream->Finish().error_code(), StatusCode::CANCELLED);
    if (i == 100) before = Resident();
  }
  EXPECT_LT(Resident(), before + 20'000);
}

// Requests that came while the stream ended are given back: the bytes that may be held
// would else be used up for good.
TEST_F(BadInputTest, StreamsThatBeginWrongAndGoOnSendingTakeNothingAway) {
  v1::AssignSegmentsRequest request;
  request.set_segmentation("nonsense");
  request.mutable_table()->set_row_count(1);
  request.mutable_table()->add_columns()->mutable_texts()->set_data(std::string(6 << 20, 'x'));
  for (int i = 0; i < 100; ++i) {
    grpc::ClientContext context;
    const auto stream = stub_->StreamAssignments(&context);
    for (int message = 0; message < 3 && stream->Write(request); ++message) {
    }
    stream->WritesDone();
    EXPECT_EQ(stream->Finish().error_code(), StatusCode::INVALID_ARGUMENT);
  }
  EXPECT_TRUE(client().AssignSegments(GoodTable()).ok());
}

// It is read from no further than its answers have room.
TEST_F(BadInputTest, AClientThatNeverReadsIsNotReadFromEither) {
  v1::AssignSegmentsRequest request;
  request.set_segmentation(kSegmentation);
  request.mutable_table()->set_row_count(20'000);
  v1::ContactColumn* age = AddColumn("age", &request);
  for (int i = 0; i < 20'000; ++i) age->mutable_numbers()->add_values(20 + i % 60);
  const long before = Resident();
  grpc::ClientContext context;
  const auto stream = stub_->StreamAssignments(&context);
  std::atomic<int> written = 0;
  std::thread writer([&] {
    while (written < 5'000 && stream->Write(request)) ++written;
  });
  std::this_thread::sleep_for(std::chrono::seconds(2));
  EXPECT_LT(written, 500);
  EXPECT_LT(Resident(), before + 50'000);
  EXPECT_TRUE(client().AssignSegments(GoodTable()).ok());
  context.TryCancel();
  writer.join();
  stream->Finish();
}

TEST_F(BadInputTest, ADeadlineThatHasPassedIsNotWorkedFor) {
  v1::AssignSegmentsRequest request;
  request.set_segmentation(kSegmentation);
  request.mutable_table()->set_row_count(65'536);
  v1::ContactColumn* age = AddColumn("age", &request);
  for (int i = 0; i < 65'536; ++i) age->mutable_numbers()->add_values(20 + i % 60);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::microseconds(500));
  v1::AssignSegmentsResponse response;
  EXPECT_EQ(stub_->AssignSegments(&context, request, &response).error_code(),
            StatusCode::DEADLINE_EXCEEDED);
}

}  // namespace
}  // namespace cible
